"""Festivals, months, hours and the rhythm of single customers: when is paid."""

import calendar
import datetime

import numpy as np

from payment_slab import ratio

LAST_DATE = 1 << 15  # days since 1970-01-01 that daily sums have room for (until 2059)
HALF_HOUR = 1800  # seconds

# Dhanteras to Bhai Duj.
DIWALI = (
    ("2023-11-10", "2023-11-14"), ("2024-10-29", "2024-11-03"), ("2025-10-18", "2025-10-23"),
    ("2026-11-06", "2026-11-11"), ("2027-10-27", "2027-10-31"),
)  # fmt: skip

# Share of the UPI count by local hour (an estimate on published anchors), per cent.
HOUR_CURVE = np.array([
    1.04, 0.62, 0.41, 0.31, 0.31, 0.62, 1.66, 3.11, 4.56, 5.50, 6.12, 6.43,
    6.43, 5.81, 5.29, 5.08, 5.39, 6.22, 7.26, 7.88, 7.57, 6.02, 4.15, 2.20,
])  # fmt: skip


def day_number(iso_date):
    return (datetime.date.fromisoformat(iso_date) - datetime.date(1970, 1, 1)).days


def day_date(number):
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(number))


class Days:
    """Festivals, days of the month and salary days, from daily sums."""

    def __init__(self):
        self.rows = np.zeros(LAST_DATE)
        self.upi = np.zeros(LAST_DATE)
        self.upi_paise = np.zeros(LAST_DATE)
        self.card = np.zeros(LAST_DATE)
        self.salary = np.zeros(LAST_DATE)
        self.season = np.zeros(LAST_DATE, dtype=bool)

    def add(self, slab):
        date = slab["date"]
        self.rows += np.bincount(date, minlength=LAST_DATE)
        upi, paise = date[slab.upi_spent], slab.paise[slab.upi_spent]
        self.upi += np.bincount(upi, minlength=LAST_DATE)
        self.upi_paise += np.bincount(upi, weights=paise, minlength=LAST_DATE)
        self.card += np.bincount(date[slab.card], minlength=LAST_DATE)
        salary = slab.approved & slab.where("transaction_type", "salary")
        self.salary += np.bincount(date[salary], minlength=LAST_DATE)
        self.season[date[~slab.where("festival", "none")]] = True

    def window(self):
        """First and last local day with a row, days since 1970-01-01."""
        days = np.flatnonzero(self.rows)
        return int(days[0]), int(days[-1])

    def results(self):
        return {**self._diwali(), **self._month(), **self._salary()}

    def _diwali(self):
        first, last = self.window()
        ordinary = np.arange(first, last + 1)
        ordinary = ordinary[~self.season[ordinary]]
        feast = [
            day
            for begin, end in DIWALI
            if first <= day_number(begin) and day_number(end) <= last
            for day in range(day_number(begin), day_number(end) + 1)
        ]
        if not feast or not ordinary.size:
            return {"diwali_upi": float("nan"), "diwali_card": float("nan")}
        return {
            "diwali_upi": ratio(self.upi[feast].mean(), self.upi[ordinary].mean()),
            "diwali_card": ratio(self.card[feast].mean(), self.card[ordinary].mean()),
        }

    def _month(self):
        """UPI of days 1-5 and 13-17 over the mean of the month, averaged over whole months."""
        first, last = self.window()
        parts = {"start_value": [], "middle_value": [], "start_count": []}
        day = first
        while day <= last:
            date = day_date(day)
            length = calendar.monthrange(date.year, date.month)[1] - date.day + 1
            if date.day == 1 and day + length - 1 <= last:
                worth, rows = self.upi_paise[day : day + length], self.upi[day : day + length]
                parts["start_value"].append(ratio(worth[:5].mean(), worth.mean()))
                parts["middle_value"].append(ratio(worth[12:17].mean(), worth.mean()))
                parts["start_count"].append(ratio(rows[:5].mean(), rows.mean()))
            day += length
        return {name: float(np.mean(v)) if v else float("nan") for name, v in parts.items()}

    def _salary(self):
        """Share of salaries on the last working day of a month or on its days 1 to 7."""
        total = self.salary.sum()
        near = sum(self.salary[day] for day in np.flatnonzero(self.salary) if salary_day(day))
        return {"salary_days": ratio(near, total)}


def bank_holiday(date):
    """Sundays, second and fourth Saturdays."""
    return date.weekday() == 6 or (date.weekday() == 5 and (date.day - 1) // 7 in (1, 3))


def weekend(date):
    return date.weekday() >= 5


def salary_day(day):
    """Days 1-7; the last working day of a month by the banks' or by a five-day week."""
    date = day_date(day)
    later = [day_date(day + ahead) for ahead in range(1, 12)]
    rest = [other for other in later if other.month == date.month]
    last = any(
        not closed(date) and all(closed(other) for other in rest)
        for closed in (bank_holiday, weekend)
    )
    return date.day <= 7 or last


class Hours:
    """UPI payments by half hour of the local day."""

    def __init__(self):
        self.rows = np.zeros(48)

    def add(self, slab):
        slots = slab["time_of_day"][slab.upi_spent] // HALF_HOUR
        self.rows += np.bincount(slots, minlength=48)

    def results(self):
        total = self.rows.sum()
        if not total:
            return dict.fromkeys(("peak_hours", "busiest", "quietest", "curve_gap"), float("nan"))
        hours = self.rows.reshape(24, 2).sum(axis=1)
        peak = self.rows[20:26].sum() + self.rows[34:43].sum()  # 10:00-13:00, 17:00-21:30
        return {
            "peak_hours": peak / total,
            "busiest": float(np.argmax(hours)),
            "quietest": float(np.argmin(hours)),
            "curve_gap": np.abs(hours / total - HOUR_CURVE / HOUR_CURVE.sum()).sum() / 2,
        }


class Rhythm:
    """Burstiness B and memory M of the times between a customer's payments (Goh and Barabasi
    2008), averaged over customers with at least MIN_PAYMENTS of them."""

    MIN_PAYMENTS = 50

    def __init__(self):
        self.customers, self.burstiness, self.memory = 0, 0.0, 0.0

    def add(self, slab):
        customer = slab["customer_id"][slab.spent]
        time = slab["timestamp"][slab.spent]
        if not customer.size:
            return
        group = np.concatenate(([0], np.cumsum(customer[1:] != customer[:-1])))
        size = np.bincount(group)
        gap = np.diff(time) / 3600.0
        same = group[1:] == group[:-1]

        def total(of_group, weights):
            return np.bincount(of_group, weights=weights, minlength=size.size)

        inner, inside = gap[same], group[1:][same]
        enough = (size >= self.MIN_PAYMENTS) & (total(inside, inner) > 0)
        gaps = np.maximum(size - 1, 1)
        mean = total(inside, inner) / gaps
        sd = np.sqrt(np.maximum(total(inside, inner**2) / gaps - mean**2, 0))
        pair = same[:-1] & same[1:]
        x, y, owner = gap[:-1][pair], gap[1:][pair], group[2:][pair]
        pairs = np.maximum(size - 2, 1)
        mean_x, mean_y = total(owner, x) / pairs, total(owner, y) / pairs
        dx, dy = x - mean_x[owner], y - mean_y[owner]
        spread = np.sqrt(total(owner, dx * dx) * total(owner, dy * dy))
        memory = np.divide(total(owner, dx * dy), spread, out=np.zeros(size.size), where=spread > 0)
        self.customers += int(enough.sum())
        self.burstiness += float(((sd - mean)[enough] / (sd + mean)[enough]).sum())
        self.memory += float(memory[enough].sum())

    def results(self):
        return {
            "burstiness": ratio(self.burstiness, self.customers),
            "memory": ratio(self.memory, self.customers),
        }

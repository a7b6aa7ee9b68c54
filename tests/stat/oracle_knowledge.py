"""What the bank knows at the start of a day: reports and rows by merchant and place, devices."""

import numpy as np
import pandas as pd

from oracle_history import DAY, INDIA, indicators


class Counts:
    """Counts by key and day of the corpus, summed over the days before a day."""

    def __init__(self, keys, days, key_count, day_count):
        inside = (days >= 0) & (days < day_count)
        counts = np.zeros((key_count, day_count + 1), np.int64)
        np.add.at(counts, (keys[inside], days[inside] + 1), 1)
        self.before = np.cumsum(counts, axis=1)  # [key, day]: on all earlier days

    def window(self, days):
        """Matrix [key, day] of counts over so many days before the day."""
        earlier = np.zeros_like(self.before)
        earlier[:, days:] = self.before[:, :-days]
        return self.before - earlier


def rate(reports, rows):
    """min(1, reports / rows), 0 without rows."""
    return np.minimum(np.divide(reports, rows, out=np.zeros(rows.shape), where=rows > 0), 1)


class Knowledge:
    """Collected from all rows of all customers; the day of a row is its local date."""

    def __init__(self, rows, merchants, first_date, day_count):
        self.first_date = first_date
        visits = rows[rows["merchant_id"] != 0]
        reported = visits[visits["is_fraud"] & (visits["reported_at"] != 0)]
        report_day = ((reported["reported_at"] + INDIA) // DAY - first_date).to_numpy()
        visit_day = (visits["date"] - first_date).to_numpy()

        def count(keys_of, key_count):
            return (
                Counts(keys_of(reported), report_day, key_count, day_count),
                Counts(keys_of(visits), visit_day, key_count, day_count),
            )

        reports, made = count(lambda part: part["merchant_id"].to_numpy(), merchants + 1)
        self.risk = {k: rate(reports.window(k), made.window(k)) for k in (1, 7, 28)}
        self.merchant_flagged = reports.window(90) >= 3

        cell_of = visits[["merchant_city", "category"]].apply(lambda column: column.cat.codes)
        cells = pd.MultiIndex.from_frame(cell_of)
        codes, self.cells = pd.factorize(cells)
        cell = pd.Series(codes, index=visits.index)
        reports, made = count(lambda part: cell[part.index].to_numpy(), len(self.cells))
        in_cell, of_cell = reports.window(30), made.window(30)
        country = rate(in_cell.sum(axis=0), of_cell.sum(axis=0))
        self.cell_flagged = rate(in_cell, of_cell) > 2 * country
        self.cell = cell.reindex(rows.index, fill_value=-1)

        own = rows[rows["device_id"] != 0]
        first = own.groupby(["device_id", "customer_id"], sort=False)["date"].min()
        self.first_use = first.rename("first_use").reset_index()

    def network(self, h):
        """The network group and merchant_risk of the rows of a customer."""
        day = h["date"] - self.first_date
        merchant = h["merchant_id"]
        out = {f"merchant_risk_{k}d": risk[merchant, day] for k, risk in self.risk.items()}

        merchants, visited = indicators(merchant)
        present = (h.total(visited, 30 * DAY, itself=True) > 0) & (merchants != 0)
        out["shared_merchant_count"] = np.sum(
            present & self.merchant_flagged[np.ix_(merchants, day)].T, axis=1
        )
        out["customer_proximity_score"] = np.max(
            present * self.risk[28][np.ix_(merchants, day)].T, axis=1
        )
        cells, visited = indicators(self.cell[h.rows.index].to_numpy())
        present = (h.total(visited, 30 * DAY, itself=True) > 0) & (cells >= 0)
        out["shared_location_count"] = np.sum(
            present & self.cell_flagged[np.ix_(cells, day)].T, axis=1
        )
        out["device_customer_count"] = self.device_customers(h)
        return out

    def device_customers(self, h):
        rows = h.rows[["device_id", "date", "customer_id"]].reset_index(drop=True)
        users = self.first_use[self.first_use["device_id"].isin(rows["device_id"])]
        pairs = rows.reset_index().merge(users, on="device_id", suffixes=("", "_user"))
        known = pairs["first_use"] < pairs["date"]
        known |= pairs["customer_id_user"] == pairs["customer_id"]
        return known.groupby(pairs["index"]).sum().reindex(rows.index, fill_value=0).to_numpy()

#!/usr/bin/python3
"""Draws a corpus: payments by day, by hour, by amount, and where they happen."""

import argparse
import datetime
import pathlib
import sys

import h5py
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.dates
import matplotlib.pyplot as plt
import matplotlib.ticker

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "stat"))
from corpus import codes, customer_slabs, names  # noqa: E402

COLUMNS = (
    "date", "hour", "is_weekend", "festival", "amount", "direction", "payment_mode", "status",
    "city",
)  # fmt: skip
# Okabe and Ito's palette, told apart by colour-blind readers and on grey paper.
BLUE, ORANGE, GREEN, RED, PURPLE, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#777777",
)  # fmt: skip
MODES = (
    ("upi", "UPI", BLUE), ("cash", "cash", GREY), ("debit_card", "debit card", ORANGE),
    ("credit_card", "credit card", RED), ("imps", "IMPS", GREEN), ("neft", "NEFT", PURPLE),
)  # fmt: skip
FESTIVALS = {
    "diwali": "Diwali", "dussehra_durga_puja": "Dussehra", "holi": "Holi",
    "eid_ul_fitr": "Eid-ul-Fitr", "christmas": "Christmas", "raksha_bandhan": "Raksha Bandhan",
    "onam": "Onam", "pongal": "Pongal", "ganesh_chaturthi": "Ganesh Chaturthi",
    "bakrid": "Bakrid", "chhath": "Chhath", "ugadi": "Ugadi",
}  # fmt: skip
LAST_DATE = 1 << 15  # days since 1970-01-01 that daily sums have room for
# Rupees, three equal bins a decade: finer ones would show the gaps between round amounts.
AMOUNT_EDGES = np.logspace(0, 6, 19)
LABELS = 11  # cities with a name on the map


class Sums:
    """Counts of approved debits by day, by hour, and by amount and mode."""

    def __init__(self, transactions):
        self.modes = codes(transactions["payment_mode"])
        self.festivals = names(transactions["festival"])
        self.approved = codes(transactions["status"])["approved"]
        self.debit = codes(transactions["direction"])["debit"]
        self.daily = np.zeros(LAST_DATE)
        self.festival = np.zeros(LAST_DATE, dtype=np.int64)
        self.hourly = np.zeros((2, 24))
        self.cities = np.zeros(256)
        self.amounts = {mode: np.zeros(AMOUNT_EDGES.size - 1) for mode, _, _ in MODES}

    def add(self, slab):
        keep = (slab["status"] == self.approved) & (slab["direction"] == self.debit)
        slab = {name: values[keep] for name, values in slab.items()}
        self.daily += np.bincount(slab["date"], minlength=LAST_DATE)
        self.festival[slab["date"]] = slab["festival"]
        weekend = slab["is_weekend"].astype(np.int64)
        cell = weekend * 24 + slab["hour"]
        self.hourly += np.bincount(cell, minlength=48).reshape(2, 24)
        self.cities += np.bincount(slab["city"], minlength=256)
        for mode, counts in self.amounts.items():
            amounts = slab["amount"][slab["payment_mode"] == self.modes[mode]]
            counts += np.histogram(amounts, bins=AMOUNT_EDGES)[0]

    def days(self):
        active = np.flatnonzero(self.daily)
        return np.arange(active[0], active[-1] + 1)

    def seasons(self):
        """(name, first day, last day) of every festival season in the window."""
        runs = []
        for day in self.days():
            name = self.festivals[self.festival[day]]
            if runs and runs[-1][0] == name and runs[-1][2] == day - 1:
                runs[-1][2] = day
            else:
                runs.append([name, day, day])
        return [run for run in runs if run[0] != "none"]


def date_of(day):
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(day))


def draw_days(axes, sums):
    days = sums.days()
    counts = sums.daily[days]
    axes.plot([date_of(day) for day in days], counts, color=BLUE, linewidth=1.2)
    axes.set_ylim(0, 1.45 * counts.max())
    for number, (name, first, last) in enumerate(sums.seasons()):
        middle = date_of((first + last) // 2)
        axes.axvspan(date_of(first), date_of(last + 1), color=ORANGE, alpha=0.25, linewidth=0)
        axes.text(
            middle, (1.42, 1.32, 1.22)[number % 3] * counts.max(), FESTIVALS[name],
            ha="center", va="top", fontsize=8,
        )  # fmt: skip
    locator = matplotlib.dates.AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(locator))
    axes.yaxis.set_major_formatter(matplotlib.ticker.StrMethodFormatter("{x:,.0f}"))
    window = f"{date_of(days[0])} to {date_of(days[-1])}"
    axes.set_title(f"Payments a day, {window} (festival seasons shaded)")


def draw_hours(axes, sums):
    for kind, label, colour in ((0, "Monday to Friday", BLUE), (1, "Saturday and Sunday", ORANGE)):
        counts = sums.hourly[kind]
        share = 100 * counts / max(counts.sum(), 1)
        axes.stairs(
            share, np.arange(25), baseline=None, color=colour, linewidth=1.8, label=label
        )
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 3))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("hour of the day, Asia/Kolkata")
    axes.set_ylabel("per cent")
    axes.legend(loc="upper left", frameon=False)
    axes.set_title("Share of payments by hour")


def draw_amounts(axes, sums):
    for mode, label, colour in MODES:
        counts = sums.amounts[mode]
        if counts.any():
            share = 100 * counts / counts.sum()
            axes.stairs(
                share, AMOUNT_EDGES, baseline=None, color=colour, linewidth=1.6, label=label
            )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(matplotlib.ticker.StrMethodFormatter("{x:,.0f}"))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("amount, rupees")
    axes.set_ylabel("per cent of the mode, three bins a decade")
    axes.legend(loc="upper right", frameon=False, fontsize=8)
    axes.set_title("Amounts by payment mode")


def write_name(axes, name, place, area, taken):
    """Beside a city's disc, where it covers no larger city and no name; else it is left out."""
    reach, width = np.sqrt(area) / 25, 0.62 * len(name)  # degrees, on a map of this size
    for side, align in ((1, "left"), (-1, "right")):
        near = place[0] + side * reach
        left, right = min(near, near + side * width), max(near, near + side * width)
        if all(left > r or right < l or abs(place[1] - h) > 0.9 for l, h, r in taken):
            taken.append((left, place[1], right))
            axes.annotate(
                name, place, xytext=(side * (3 + np.sqrt(area) / 2.8), 0),
                textcoords="offset points", fontsize=8, ha=align, va="center",
            )  # fmt: skip
            break
    taken.append((place[0] - reach, place[1], place[0] + reach))


def draw_map(axes, sums, merchants):
    """Cities at the median place of their merchants, with areas as payments made there."""
    city = merchants["city"][:]
    east, north = merchants["longitude"][:], merchants["latitude"][:]
    label = names(merchants["city"])
    largest = sums.cities.max()
    taken = []  # by names and discs: (left, height, right), degrees
    for rank, number in enumerate(np.argsort(-sums.cities, kind="stable")):
        here = city == number
        if not sums.cities[number] or not here.any():
            continue
        place = np.median(east[here]), np.median(north[here])
        area = 900 * sums.cities[number] / largest
        axes.scatter(*place, s=area, color=BLUE, alpha=0.45, linewidths=0)
        axes.scatter(*place, s=3, color=BLUE, linewidths=0)
        if rank < LABELS:
            write_name(axes, label[number], place, area, taken)
    axes.set_aspect(1 / np.cos(np.radians(22)))
    axes.margins(0.2, 0.12)
    axes.set_xlabel("degrees east")
    axes.set_ylabel("degrees north")
    axes.set_title("Payments by city (area)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", help="HDF5 file written by synfin generate")
    parser.add_argument("-o", "--output", default="docs/corpus.png", help="picture to write")
    options = parser.parse_args()
    with h5py.File(options.corpus, "r") as corpus:
        transactions = corpus["transactions"]
        sums = Sums(transactions)
        for slab in customer_slabs(transactions, COLUMNS):
            sums.add(slab)
        plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "font.size": 9})
        figure, axes = plt.subplots(2, 2, figsize=(12, 8.5), constrained_layout=True)
        draw_days(axes[0, 0], sums)
        draw_hours(axes[0, 1], sums)
        draw_amounts(axes[1, 0], sums)
        draw_map(axes[1, 1], sums, corpus["merchants"])
        rows, people = transactions["customer_id"].shape[0], corpus["customers/age"].shape[0]
    figure.suptitle(f"{rows:,} transactions of {people:,} customers; approved debits")
    figure.savefig(options.output, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()

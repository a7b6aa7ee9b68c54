"""The statistics that the calibration compares with published figures.

Every part takes the transactions slab by slab (`add`) and ends in a dictionary of named values
(`results`). A value that the corpus cannot give (no Diwali in its window, nobody with enough
payments) is NaN.
"""

import numpy as np

from corpus import codes
from payment_mix import Amounts, Categories, Rails
from payment_slab import COLUMNS, ENUMERATIONS, RUPEE, Slab, Sums, ratio
from payment_times import Days, Hours, Rhythm

MEAN_MONTH = 365.25 / 12  # days


class Visits:
    """Rank-frequency law of a customer's merchants, averaged over customers with at least
    MIN_PURCHASES purchases, and how many purchases go back to a known merchant."""

    MIN_PURCHASES = 100
    RANKS = 20

    def __init__(self):
        self.customers = 0
        self.frequency = np.zeros(self.RANKS)
        self.sums = Sums()

    def add(self, slab):
        purchase = slab.spent & slab.where("transaction_type", "purchase")
        purchase &= slab["merchant_id"] > 0
        self.sums.count("purchase", slab, purchase)
        self.sums.count("repeat", slab, purchase & slab["is_repeat_merchant"].astype(bool))
        if not purchase.any():
            return
        customer = slab["customer_id"][purchase]
        group = np.concatenate(([0], np.cumsum(customer[1:] != customer[:-1]))).astype(np.uint64)
        merchant = slab["merchant_id"][purchase].astype(np.uint64)
        key, visits = np.unique(group << np.uint64(32) | merchant, return_counts=True)
        owner = (key >> np.uint64(32)).astype(np.int64)
        order = np.lexsort((-visits, owner))
        owner, visits = owner[order], visits[order]
        first = np.searchsorted(owner, np.arange(owner[-1] + 1))
        rank = np.arange(owner.size) - first[owner]
        purchases = np.bincount(owner, weights=visits)
        keep = (purchases[owner] >= self.MIN_PURCHASES) & (rank < self.RANKS)
        share = visits[keep] / purchases[owner[keep]]
        self.frequency += np.bincount(rank[keep], weights=share, minlength=self.RANKS)
        self.customers += int(np.count_nonzero(purchases >= self.MIN_PURCHASES))

    def results(self):
        exponent = float("nan")
        if self.customers and (self.frequency > 0).all():
            rank = np.log(np.arange(1, self.RANKS + 1))
            exponent = -np.polyfit(rank, np.log(self.frequency / self.customers), 1)[0]
        return {"zipf": exponent, "repeat": self.sums.share("repeat", "purchase")}


class Places:
    """Payments at home, nearby and on travel; counts of approved debits and credits."""

    def __init__(self):
        self.sums = Sums()

    def add(self, slab):
        self.sums.count("debit", slab, slab.spent)
        self.sums.count("credit", slab, slab.approved & ~slab.debit)
        for place in ("home", "nearby", "travel"):
            self.sums.count(place, slab, slab.spent & slab.where("location_type", place))

    def results(self):
        return {place: self.sums.share(place, "debit") for place in ("home", "nearby", "travel")}


class Population:
    """Statistics of the customers table, and rates per month of open account."""

    def __init__(self, customers):
        self.segment = customers["segment"][:]
        self.segments = codes(customers["segment"])
        self.age = customers["age"][:]
        self.loyalty = customers["merchant_loyalty"][:]
        self.open_date = customers["account_open_date"][:].astype(np.int64)
        self.holder = customers["credit_limit"][:] > 0

    def results(self, window, sums, card_sums):
        first, last = window
        days = np.clip(last + 1 - np.maximum(self.open_date, first), 0, None)
        months = days.sum() / MEAN_MONTH
        holder_months = days[self.holder].sum() / MEAN_MONTH
        values = {
            "holders": float(self.holder.mean()),
            "debits": ratio(sums["debit"], months),
            "credits": ratio(sums["credit"], months),
            "card_count": ratio(card_sums["card"], holder_months),
            "card_spend": ratio(card_sums["card_paise"], holder_months * RUPEE),
        }
        for name, number in self.segments.items():
            values["segment_" + name] = float(np.mean(self.segment == number))
        old = self.age > 50
        millennial = ~old & (self.segment == self.segments["tech_savvy_millennial"])
        for name, group in (("old", old), ("millennial", millennial), ("rest", ~old & ~millennial)):
            loyal = self.loyalty[group]
            values["loyalty_" + name] = float(loyal.mean()) if loyal.size else float("nan")
        return values


def measure(corpus, slabs):
    """All statistics of an open corpus; `slabs` yields its transactions (COLUMNS) in order."""
    transactions = corpus["transactions"]
    if not transactions["customer_id"].shape[0]:
        raise ValueError("no transactions")
    members = {name: codes(transactions[name]) for name in ENUMERATIONS}
    rails, days, places = Rails(), Days(), Places()
    parts = [rails, days, places, Categories(), Hours(), Amounts(), Rhythm(), Visits()]
    for columns in slabs:
        slab = Slab(columns, members)
        for part in parts:
            part.add(slab)
    population = Population(corpus["customers"])
    values = population.results(days.window(), places.sums, rails.sums)
    for part in parts:
        values.update(part.results())
    return values

#!/usr/bin/python3
"""The derived columns of the naive rules against their definitions, row by row, for a few
customers.

Usage: test_audit_derived.py HONEST.h5, as for test_audit.py.
"""

import math
import pathlib
import statistics
import sys
import tempfile
import unittest

import numpy as np

import audit_derived
import audit_rules
import audit_standin
from audit_corpus import DAY, Corpus
from audit_typologies import read_typologies

HOUR = 3600
CUSTOMERS = 12
HONEST = None
FOLDER = None


def names_of(table, column):
    return {code: name for name, code in table.members(column).items()}


def rows_of(corpus, customer):
    """The customer's rows as dictionaries, with enumerations by name."""
    table, own = corpus.transactions, slice(*corpus.first[customer : customer + 2])
    wanted = (
        "timestamp", "amount", "transaction_type", "payment_mode", "channel", "direction", "status",
        "merchant_id", "counterparty_id", "device_id", "latitude", "longitude",
    )  # fmt: skip
    columns = {}
    for name in wanted:
        values = table[name][own].tolist()
        if table.members(name) is not None:
            known = names_of(table, name)
            values = [known[value] for value in values]
        columns[name] = values
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def is_card(row):
    return row["payment_mode"] in ("credit_card", "debit_card")


def is_present(row):
    return is_card(row) and row["channel"] in ("pos", "atm")


def within(rows, i, seconds):
    return [row for row in rows[: i + 1] if row["timestamp"] > rows[i]["timestamp"] - seconds]


def last(rows, i, wanted):
    return next((row for row in reversed(rows[:i]) if wanted(row)), None)


def speed_kmh(rows, i):
    before = last(rows, i, is_present)
    if not is_present(rows[i]) or before is None:
        return math.nan
    a, b = [
        (math.radians(row["latitude"]), math.radians(row["longitude"])) for row in (before, rows[i])
    ]
    half = math.sin((b[0] - a[0]) / 2) ** 2
    half += math.cos(a[0]) * math.cos(b[0]) * math.sin((b[1] - a[1]) / 2) ** 2
    seconds = max(rows[i]["timestamp"] - before["timestamp"], 1)
    return 2 * 6371.0088 * math.asin(math.sqrt(half)) / seconds * HOUR


def is_new_device(rows, i):
    device = rows[i]["device_id"]
    seen = {row["device_id"] for row in rows[:i] if row["device_id"]}
    return bool(device and seen and device not in seen)


def amount_ratio(rows, i):
    earlier = [
        r["amount"] for r in rows[:i] if r["transaction_type"] == rows[i]["transaction_type"]
    ]
    return rows[i]["amount"] / statistics.median(earlier) if earlier else math.nan


def same_merchant(rows, i):
    def paid(row):
        return (
            row["direction"] == "debit" and row["status"] == "approved" and row["merchant_id"] > 0
        )

    if not paid(rows[i]):
        return None
    return last(rows, i, lambda row: paid(row) and row["merchant_id"] == rows[i]["merchant_id"])


def seconds_since_same_merchant(rows, i):
    before = same_merchant(rows, i)
    return math.nan if before is None else rows[i]["timestamp"] - before["timestamp"]


def same_merchant_ratio(rows, i):
    before = same_merchant(rows, i)
    return math.nan if before is None else rows[i]["amount"] / before["amount"]


def days_since_card(rows, i):
    before = last(rows, i, is_card)
    if not is_card(rows[i]) or before is None:
        return math.nan
    return (rows[i]["timestamp"] - before["timestamp"]) / DAY


def just_below(rows, i):
    amount = rows[i]["amount"]
    return min((t - amount for t in (1e4, 5e4, 2e5, 1e6) if t > amount), default=math.nan)


def small_rows_1h_at_merchant(rows, i):
    merchant = rows[i]["merchant_id"]
    near = within(rows, i, HOUR)
    return sum(row["merchant_id"] == merchant > 0 and row["amount"] < 100 for row in near)


def refunds_30d(rows, i):
    return sum(row["transaction_type"] == "refund" for row in within(rows, i, 30 * DAY))


def chargebacks_before(rows, i):
    return sum(row["transaction_type"] == "chargeback" for row in rows[:i])


def pass_through_24h(rows, i):
    def total(direction):
        return sum(
            row["amount"] for row in within(rows, i, DAY)
            if row["transaction_type"] == "transfer" and row["status"] == "approved"
            and row["direction"] == direction
        )  # fmt: skip

    return total("debit") / total("credit") if total("credit") else math.nan


def counterparties_7d(rows, i):
    return len({r["counterparty_id"] for r in within(rows, i, 7 * DAY) if r["counterparty_id"]})


def rows_1h(rows, i):
    return len(within(rows, i, HOUR))


DEFINITIONS = (
    speed_kmh, is_new_device, amount_ratio, seconds_since_same_merchant, same_merchant_ratio,
    days_since_card, just_below, small_rows_1h_at_merchant, refunds_30d, chargebacks_before,
    pass_through_24h, counterparties_7d, rows_1h,
)  # fmt: skip


class Derived(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        path = FOLDER / "derived.h5"
        audit_standin.make(HONEST, path)
        cls.corpus = Corpus(path)
        cls.addClassCleanup(cls.corpus.__exit__)
        cls.derived = audit_derived.Derived(cls.corpus)
        count = np.diff(cls.corpus.first)
        cards = np.bincount(cls.corpus.customer, audit_derived.card_present(cls.corpus))
        # Holders of cards and others, none with so many rows that the loops take long.
        order = np.argsort(-cards * (count < 600))
        cls.customers = [*order[: CUSTOMERS // 2], *np.flatnonzero(count < 400)[: CUSTOMERS // 2]]

    def test_definitions(self):
        for customer in self.customers:
            rows = rows_of(self.corpus, customer)
            own = slice(*self.corpus.first[customer : customer + 2])
            for definition in DEFINITIONS:
                expected = [definition(rows, i) for i in range(len(rows))]
                with self.subTest(definition.__name__, customer=int(customer)):
                    found = self.derived[definition.__name__][own]
                    np.testing.assert_allclose(
                        found, np.array(expected, float), rtol=1e-3, atol=1e-3
                    )

    def test_every_definition_is_met(self):
        """The chosen customers show every column at work, so that the test above compares
        something."""
        for definition in DEFINITIONS:
            values = np.concatenate([
                self.derived[definition.__name__][slice(*self.corpus.first[c : c + 2])]
                for c in self.customers
            ])  # fmt: skip
            if definition is not chargebacks_before:
                self.assertGreater(
                    len(np.unique(values[~np.isnan(values)])), 1, definition.__name__
                )

    def test_rules_of_the_registry_can_be_evaluated(self):
        rules = {name: row.rule for name, row in read_typologies().items()}
        fires = audit_rules.firing(self.corpus, rules, self.derived)
        self.assertEqual(len(fires), 15)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    HONEST = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        FOLDER = pathlib.Path(scratch)
        unittest.main(argv=sys.argv[:1], verbosity=2)

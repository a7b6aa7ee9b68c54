#!/usr/bin/python3
"""The audit itself: clean labels pass, and each planted leak is found by the measure that looks for
it.

Usage: test_audit.py HONEST.h5 [folder for the labelled copies]. HONEST.h5 is a corpus of about
200,000 rows without fraud, such as `synfin generate --customers 600` writes with fraud off.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

import audit
import audit_artefacts
import audit_bands
import audit_columns
import audit_contradictions
import audit_history
import audit_models
import audit_rules
import audit_standin
import audit_typologies
from audit_corpus import Corpus

STRENGTH = 4.0  # of the stand-in's honest signals: boosted trees reach the standard difficulty's AP
SEED = 1

HERE = pathlib.Path(__file__).parent
HONEST = None
FOLDER = None


def labelled(name, **facts):
    path = FOLDER / f"{name.replace(' ', '_')}.h5"
    facts = {"strength": STRENGTH, "seed": SEED} | facts
    audit_standin.make(HONEST, path, **facts)
    return path


class Clean(unittest.TestCase):
    def test_all_measures_pass(self):
        run = subprocess.run(
            [sys.executable, "-B", HERE / "audit.py", "--small", "--strict", labelled("clean")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("0 miss", run.stdout)

    def test_labels_by_chance_are_not_found(self):
        """Without any signal average precision is the share of fraud."""
        with Corpus(labelled("chance", strength=0.0)) as corpus:
            part = audit_models.split_by_time(corpus)
            values, _ = audit_columns.measure_models(corpus, part)
        self.assertLess(values["AP boosted trees"], 2.5 * values["share of fraud in test rows"])
        self.assertLess(abs(values["AUC boosted trees"] - 0.5), 0.05)

    def test_a_value_that_is_missing_is_absent_not_ok(self):
        line = audit_bands.Line("x", (float("nan"),), audit_bands.most(1))
        self.assertEqual(line.verdict, "absent")


class Leaks(unittest.TestCase):
    def trace(self, leak):
        with Corpus(labelled(leak, leak=leak)) as corpus:
            found = audit_artefacts.measure_traces(corpus, [leak])
        measure = f"AUC {leak}"
        line = audit_bands.Line(
            measure, (found[measure],), audit.band_of(measure, "standard", small=True)
        )
        self.assertEqual(line.verdict, "miss", found)

    def test_fraud_on_the_first_customers(self):
        self.trace("row order")

    def test_fraud_at_the_end_of_each_customer(self):
        self.trace("row id")

    def test_columns_left_empty_on_fraud(self):
        self.trace("null mask")

    def test_paise_of_fraud(self):
        self.trace("decimal pattern")

    def best_column(self, leak, column):
        with Corpus(labelled(leak, leak=leak)) as corpus:
            values, details = audit_columns.measure_columns(corpus)
        measure = "AUC best column, largest"
        line = audit_bands.Line(
            measure, (values[measure],), audit.band_of(measure, "standard", small=True)
        )
        self.assertEqual(line.verdict, "miss", values)
        named = {name for name, _ in details["best column"].values()}
        self.assertIn(column, named)

    def test_one_ordered_column_tells(self):
        self.best_column("best column", "distance_from_home")

    def test_one_enumeration_tells(self):
        self.best_column("best category", "city")

    def test_contradiction(self):
        with Corpus(labelled("contradictions", leak="contradictions")) as corpus:
            values, details = audit_artefacts.measure_contradictions(corpus)
            self.assertEqual(values["rows that contradict"], corpus.fraud.sum())
        self.assertGreater(values["AUC contradictions"], 0.9)
        self.assertGreater(details["contradictions"]["online_of_channel"], 0)


class Contradictions(unittest.TestCase):
    """Every check finds the column that is changed under it."""

    CHANGES = {
        "clock": "hour", "calendar": "day_of_week", "time_since_last": "time_since_last_txn",
        "balance": "balance_after", "response_of_status": "response_code",
        "direction_of_type": "direction", "day_count": "daily_transaction_count",
        "day_amount": "daily_transaction_amount", "merchant_facts": "merchant_reputation",
        "merchant_name": "merchant_name", "merchant_city": "merchant_city",
        "merchant_category": "category", "subcategory": "mcc",
        "first_with_merchant": "is_repeat_merchant",
        "first_to_counterparty": "is_first_payment_to_counterparty",
        "transfer_without_other_side": "timestamp", "mode_of_type": "card_type",
        "proof_of_mode": "auth_method", "online_of_channel": "is_online",
        "device_of_channel": "device_type", "software_of_device": "browser", "place": "state",
        "distance": "distance_from_home", "person": "customer_age",
        "account_not_open": "date", "merchant_not_open": "merchant_id",
        "shortfall": "balance_after", "refund_without_purchase": "merchant_id",
        "instrument_of_mode": "instrument_id", "rail_limit": "amount",
    }  # fmt: skip

    def changed(self, table, column, step):
        values = table[column].copy()
        row = np.arange(len(values))
        if column == "date":
            values -= 10_000
        elif column in ("amount", "balance_after"):
            values += 1e7 * (1 + row % 2)
        elif column == "instrument_id":
            values = np.where(values > 0, 1, 0).astype(values.dtype)
        elif column == "merchant_id":
            other = 1 + (values.astype(np.int64) * 7919 + row) % values.max()
            values = np.where(values > 0, other, 0).astype(values.dtype)
        elif step is not None:
            values = (values + row % 2 + 1) % step
        elif values.dtype.kind == "f":
            values = np.where(row % 2, values + 100, values)
        else:
            values += (row % 2 + 1).astype(values.dtype)
        return values

    def test_each_finds_its_change(self):
        self.assertEqual(set(self.CHANGES), set(audit_contradictions.CHECKS))
        with Corpus(labelled("contradictions_each")) as corpus:
            table = corpus.transactions
            for name, check in audit_contradictions.CHECKS.items():
                column = self.CHANGES[name]
                true = table[column]
                with self.subTest(name):
                    self.assertEqual(check(corpus).sum(), 0)
                    members = table.members(column)
                    step = 2 if table.is_flag(column) else members and len(members)
                    table.replace(column, self.changed(table, column, step))
                    self.assertGreater(check(corpus).sum(), 0)
                table.replace(column, true)


class Scores(unittest.TestCase):
    def test_auc_inside_strata_ignores_differences_between_them(self):
        score = np.array([1.0, 2, 3, 11, 12, 13])
        positive = np.array([False, True, False, True, False, True])
        stratum = np.array([0, 0, 0, 1, 1, 1])
        self.assertAlmostEqual(audit_models.auc(score, positive, stratum), 0.5)
        self.assertAlmostEqual(audit_models.auc(score, positive), 2 / 3)

    def test_rate_of_a_noise_category_is_not_learned_from_the_row_itself(self):
        """A thousand values, one fraud row each: in-sample rates would give AUC 1."""
        random = np.random.default_rng(SEED)
        value = random.integers(0, 1000, 20_000)
        fold, fraud = random.integers(0, 2, 20_000), random.random(20_000) < 0.02
        both = np.zeros((2, 2, 1, 1000))
        np.add.at(both, (fraud.astype(int), fold, 0, value), 1)
        self.assertLess(abs(audit_columns.rate_auc(both[1], both[0]) - 0.5), 0.05)

    def test_split_leaves_a_week(self):
        with Corpus(labelled("split")) as corpus:
            part, time = audit_models.split_by_time(corpus), corpus.transactions["timestamp"]
            for earlier, later in ((0, 1), (1, 2)):
                gap = time[part == later].min() - time[part == earlier].max()
                self.assertGreaterEqual(gap, audit_models.GAP)


class History(unittest.TestCase):
    """Against loops over a few random rows."""

    def setUp(self):
        random = np.random.default_rng(SEED)
        self.customer = np.sort(random.integers(0, 5, 200))
        self.time = np.concatenate(
            [np.sort(random.integers(0, 500, n)) for n in np.bincount(self.customer)]
        )
        self.key = self.customer * 100 + random.integers(0, 6, 200)
        self.mask = random.random(200) < 0.7

    def window(self, i, seconds):
        return [
            j for j in range(i + 1)
            if self.customer[j] == self.customer[i] and self.time[j] > self.time[i] - seconds
        ]  # fmt: skip

    def test_windows(self):
        begin = audit_history.window_starts(self.customer, self.time, 60)
        total = audit_history.window_sum(self.mask, begin)
        distinct = audit_history.distinct_in_window(self.key, self.mask, begin)
        for i in range(200):
            rows = self.window(i, 60)
            self.assertEqual(begin[i], rows[0])
            self.assertEqual(total[i], sum(self.mask[rows]))
            self.assertEqual(distinct[i], len({self.key[j] for j in rows if self.mask[j]}))

    def test_previous_rows(self):
        found = audit_history.previous_in_group(self.key)
        masked = audit_history.previous_of_customer(self.customer, self.mask)
        for i in range(200):
            same = [j for j in range(i) if self.key[j] == self.key[i]]
            self.assertEqual(found[i], same[-1] if same else -1)
            own = [j for j in range(i) if self.customer[j] == self.customer[i] and self.mask[j]]
            self.assertEqual(masked[i], own[-1] if own else -1)

    def test_customers_of_a_device(self):
        device = self.key % 4
        count = audit_history.customers_of_device_so_far(device, self.customer, self.time)
        order = np.lexsort((np.arange(200), self.time))
        seen = {}
        for i in order:
            if device[i]:
                seen.setdefault(device[i], set()).add(self.customer[i])
            self.assertEqual(count[i], len(seen[device[i]]) if device[i] else 0)


class Rules(unittest.TestCase):
    def setUp(self):
        columns = {
            "amount": np.array([50.0, 150, np.nan]),
            "mode": audit_rules.Enumerated(
                "mode", np.array([0, 1, 2]), {"upi": 0, "card": 1, "x": 2}
            ),
        }
        self.evaluate = audit_rules.Evaluator(columns.__getitem__)

    def test_expressions(self):
        for text, expected in (
            ("amount > 100", [0, 1, 0]),
            ("not amount > 100", [1, 0, 1]),
            ("mode in ('upi', 'x')", [1, 0, 1]),
            ("mode != 'upi' and 100 < amount <= 150", [0, 1, 0]),
            ("abs(amount - 60) < 20 or mode == 'x'", [1, 0, 1]),
        ):
            self.assertEqual(list(self.evaluate(text)), [bool(x) for x in expected], text)

    def test_refused(self):
        for text in (
            "__import__('os')", "amount.sum()", "mode > 'upi'", "mode == 'cash'", "amount == 'upi'",
            "amount[0]", "lambda: 0", "amount >", "mode + 1", "mode == 1",
        ):  # fmt: skip
            with self.assertRaises(ValueError, msg=text):
                self.evaluate(text)

    def test_registry_has_fifteen_rules_that_can_be_evaluated(self):
        found = audit_typologies.read_typologies()
        self.assertEqual(tuple(found), audit_standin.TYPOLOGIES)
        self.assertAlmostEqual(sum(row.share for row in found.values()), 100)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    HONEST = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        FOLDER = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else scratch)
        unittest.main(argv=sys.argv[:1], verbosity=2)

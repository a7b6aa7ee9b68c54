#!/usr/bin/python3
"""The audits of reports and of drift themselves, on stand-in labels and with faults put in.

Usage: test_audit_reports.py HONEST.h5, as for test_audit.py.
"""

import pathlib
import shutil
import sys
import tempfile
import unittest

import h5py
import numpy as np

import audit_drift
import audit_reports
import audit_rules
import audit_standin
from audit_corpus import Corpus
from audit_derived import Derived
from audit_typologies import read_typologies

HONEST = None
FOLDER = None


class OnLabels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.path = FOLDER / "reports.h5"
        audit_standin.make(HONEST, cls.path, strength=4.0)
        cls.laws = read_typologies()

    def setUp(self):
        self.corpus = Corpus(self.path)
        self.addCleanup(self.corpus.__exit__)

    def change(self, column, values):
        self.corpus.labels.replace(column, values)

    def delay_misses(self, twist):
        """Pooled delay lines that miss when every delay is twisted."""
        found = audit_reports.delays(self.corpus, audit_reports.Episodes(self.corpus))
        twisted = {name: twist(seconds, self.laws[name]) for name, seconds in found.items()}
        lines = audit_reports.delay_lines(twisted, self.laws)
        return [line.measure for line in lines if line.verdict == "miss"]

    def test_delays_by_the_laws_pass(self):
        self.assertEqual(self.delay_misses(lambda seconds, law: seconds), [])

    def test_median_a_third_off(self):
        missed = self.delay_misses(lambda seconds, law: seconds * 1.34)
        self.assertIn("report delay of all, scaled, p50 / asked", missed)

    def test_tail_too_long(self):
        def stretch(seconds, law):
            median = law.hours * 3600
            return median * (seconds / median) ** 1.3

        missed = self.delay_misses(stretch)
        self.assertIn("report delay of all, scaled, p95 / asked", missed)
        self.assertNotIn("report delay of all, scaled, p50 / asked", missed)

    def faults(self):
        return audit_reports.report_faults(self.corpus, audit_reports.Episodes(self.corpus))

    def reports(self):
        """A copy of the column, and a reported fraud row."""
        reported = self.corpus.labels["reported_at"].copy()
        row = int(np.flatnonzero(self.corpus.fraud & (reported > 0))[0])
        return reported, row

    def test_no_faults(self):
        self.assertEqual(set(self.faults().values()), {0})

    def test_report_before_the_row(self):
        reported, row = self.reports()
        reported[row] = self.corpus.transactions["timestamp"][row] - 1
        self.change("reported_at", reported)
        self.assertEqual(self.faults()["fraud rows reported before they happen"], 1)

    def test_report_of_an_honest_row(self):
        reported, _ = self.reports()
        row = np.flatnonzero(self.corpus.labels["episode_id"] == 0)[5]
        reported[row] = self.corpus.end
        self.change("reported_at", reported)
        self.assertEqual(self.faults()["rows outside episodes with a report"], 1)

    def thief(self, rows, response):
        """Moves a report before the last `rows` rows of an episode, which get this response."""
        labels, table = self.corpus.labels, self.corpus.transactions
        reported = labels["reported_at"].copy()
        sizes = np.bincount(labels["episode_id"][self.corpus.fraud & (reported > 0)].astype(int))
        own = np.flatnonzero(self.corpus.fraud & (labels["episode_id"] == np.argmax(sizes)))
        cut = own[-rows]
        reported[own] = table["timestamp"][cut] - 1
        reported[own[-rows:]] = table["timestamp"][own[-rows:]]
        self.change("reported_at", reported)
        responses = table["response_code"].copy()
        responses[own[-rows:]] = table.members("response_code")[response]
        table.replace("response_code", responses)
        return self.faults()

    def test_a_declined_try_after_the_report_is_allowed(self):
        faults = self.thief(1, "risk_declined")
        self.assertEqual(faults["rows after the report that are not risk_declined"], 0)
        self.assertEqual(faults["rows after the report reported at another time"], 0)

    def test_an_approved_try_after_the_report_is_not(self):
        faults = self.thief(1, "approved")
        self.assertEqual(faults["rows after the report that are not risk_declined"], 1)

    def test_claim_at_no_chargeback(self):
        roles = self.corpus.labels["role"].copy()
        roles[roles == audit_standin.ROLES.index("chargeback")] = 0
        self.change("role", roles)
        self.assertGreater(self.faults()["rows of friendly_fraud reported at no claim's time"], 0)

    def test_approved_after_block_by_a_loop(self):
        rows, labels = self.corpus.transactions, self.corpus.labels
        fraud = self.corpus.typology("card_testing") & (labels["reported_at"] > 0)
        since, late = {}, 0
        for row in np.flatnonzero(fraud & (rows["instrument_id"] > 0)):
            key = (self.corpus.customer[row], rows["instrument_id"][row])
            since[key] = min(since.get(key, self.corpus.end * 2), labels["reported_at"][row])
        spent = rows.where("status", "approved") & rows.where("direction", "debit")
        for (customer, instrument), time in since.items():
            own = slice(*self.corpus.first[customer : customer + 2])
            with_it = spent[own] & (rows["instrument_id"][own] == instrument)
            late += int((with_it & (rows["timestamp"][own] > time)).sum())
        self.assertGreater(late, 0)
        self.assertEqual(audit_reports.approved_after_block(self.corpus)["card_testing"], late)

    def twin_verdict(self, per_row):
        """Verdict for mule_account with `per_row` firing twins for each firing fraud row."""
        name = "mule_account"
        rules = {name: self.laws[name].rule}
        fires = audit_rules.firing(self.corpus, rules, Derived(self.corpus))[name]
        hits = int((fires & self.corpus.typology(name)).sum())
        self.assertGreater(hits, 5)
        twins = self.corpus.labels["benign_twin_of"].copy()
        free = np.flatnonzero(fires & ~self.corpus.fraud)
        twins[free[: per_row * hits]] = audit_standin.FRAUD_TYPES[name]
        self.change("benign_twin_of", twins)
        lines = audit_reports.twin_lines(self.corpus, {name: self.laws[name]}, small=False)
        return [(line.value, line.verdict) for line in lines]

    def test_two_twins(self):
        self.assertEqual(self.twin_verdict(2), [(2.0, "ok")])

    def test_one_twin_is_too_few(self):
        self.assertEqual(self.twin_verdict(1), [(1.0, "miss")])

    def test_prevalence(self):
        episodes = audit_reports.Episodes(self.corpus)
        planted = self.corpus.fraud.mean()
        for rate, verdict in ((planted, "ok"), (1.05 * planted, "miss"), (0.95 * planted, "miss")):
            line = audit_reports.prevalence(self.corpus, episodes, self.laws, rate)[0]
            self.assertEqual(line.verdict, verdict, rate)

    def test_months_hold_every_fraud_row(self):
        months = audit_reports.by_month(self.corpus, self.laws)
        self.assertEqual(sum(map(sum, months.values())), self.corpus.fraud.sum())


class Drift(unittest.TestCase):
    def test_loss_is_none_without_drift_and_all_when_fraud_becomes_noise(self):
        steady, drifted = FOLDER / "steady.h5", FOLDER / "drifted.h5"
        audit_standin.make(HONEST, steady, strength=4.0)
        shutil.copy(steady, drifted)
        with h5py.File(drifted, "r+") as file:
            time, fraud = file["transactions/timestamp"][:], file["labels/is_fraud"][:]
            late = np.flatnonzero(time >= time.max() - audit_drift.MONTH)
            fraud[late] = np.random.default_rng(1).permutation(fraud[late])
            file["labels/is_fraud"][:] = fraud
        before, again = audit_drift.late_precision(steady)[0], audit_drift.late_precision(steady)[0]
        self.assertEqual(before, again)
        self.assertGreater(1 - audit_drift.late_precision(drifted)[0] / before, 0.8)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    HONEST = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        FOLDER = pathlib.Path(scratch)
        unittest.main(argv=sys.argv[:1], verbosity=2)

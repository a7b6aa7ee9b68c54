#!/usr/bin/python3
"""Checks the calibration itself: small made-up corpora whose statistics are known by hand."""

import datetime
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

import payment_statistics
from corpus import customer_slabs
from payment_times import day_date, day_number, salary_day
from targets import TARGETS, percent, within

INDIA = 19800  # seconds east of UTC

# Member names in an order that is not the program's, so that a number taken for a name shows.
ENUMERATIONS = {
    "festival": ("diwali", "none", "holi"),
    "direction": ("credit", "debit"),
    "transaction_type": (
        "fee", "salary", "transfer", "cash_withdrawal", "bill_payment", "refund", "purchase",
    ),
    "payment_mode": (
        "rtgs", "neft", "imps", "cash", "wallet", "debit_card", "credit_card", "upi",
    ),
    "status": ("reversed", "declined", "approved"),
    "response_code": (
        "network_timeout", "issuer_unavailable", "risk_declined", "expired_card", "wrong_pin",
        "limit_exceeded", "insufficient_funds", "approved",
    ),
    "channel": ("branch", "atm", "mobile", "online", "pos"),
    "auth_method": ("contactless", "upi_pin"),
    "location_type": ("travel", "nearby", "home"),
}  # fmt: skip
SEGMENTS = (
    "student", "senior_conservative", "affluent_shopper", "tech_savvy_millennial",
    "budget_conscious", "family_oriented", "young_professional",
)  # fmt: skip
TYPES = {
    "customer_id": "u4", "merchant_id": "u4", "timestamp": "i8", "date": "i4", "time_of_day": "u4",
    "amount": "f8", "mcc": "u2",
}  # fmt: skip
USUAL = {
    "customer_id": 1, "merchant_id": 1, "amount": 100.0, "mcc": 5812, "festival": "none",
    "direction": "debit", "transaction_type": "purchase", "payment_mode": "upi",
    "status": "approved", "response_code": "approved", "channel": "mobile",
    "auth_method": "upi_pin", "location_type": "home", "is_repeat_merchant": False,
}  # fmt: skip


def pay(when="2025-08-06 12:00:00", **fields):
    """One transaction: a UPI purchase of 100 rupees but for `fields`; `when` is local time."""
    moment = datetime.datetime.fromisoformat(when) - datetime.datetime(1970, 1, 1)
    row = {**USUAL, **fields}
    row["date"], row["time_of_day"] = moment.days, moment.seconds
    row["timestamp"] = moment.days * 86400 + moment.seconds - INDIA
    return row


def person(**fields):
    usual = {"segment": "student", "age": 20, "merchant_loyalty": 0.5, "credit_limit": 0.0}
    return {**usual, "account_open_date": day_number("2020-01-01"), **fields}


def write_corpus(path, rows, people):
    order = sorted(rows, key=lambda row: (row["customer_id"], row["timestamp"]))
    with h5py.File(path, "w") as corpus:
        table = corpus.create_group("transactions")
        for name, kind in TYPES.items():
            table[name] = np.array([row[name] for row in order], dtype=kind)
        for name, members in ENUMERATIONS.items():
            kind = h5py.enum_dtype({member: k for k, member in enumerate(members)}, "u1")
            numbers = [members.index(row[name]) for row in order]
            table.create_dataset(name, data=np.array(numbers, "u1"), dtype=kind)
        flag = h5py.enum_dtype({"FALSE": 0, "TRUE": 1}, "u1")
        repeat = np.array([row["is_repeat_merchant"] for row in order], "u1")
        table.create_dataset("is_repeat_merchant", data=repeat, dtype=flag)
        table = corpus.create_group("customers")
        kind = h5py.enum_dtype({name: k for k, name in enumerate(SEGMENTS)}, "u1")
        numbers = [SEGMENTS.index(one["segment"]) for one in people]
        table.create_dataset("segment", data=np.array(numbers, "u1"), dtype=kind)
        for name, kind in (
            ("age", "u1"), ("merchant_loyalty", "f4"), ("credit_limit", "f4"),
            ("account_open_date", "i4"),
        ):  # fmt: skip
            table[name] = np.array([one[name] for one in people], dtype=kind)


class CorpusCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name, "corpus.h5")

    def measure(self, rows, people=None):
        """The values, which must not depend on how the rows are cut into slabs."""
        write_corpus(self.path, rows, people or [person()])
        with h5py.File(self.path, "r") as corpus:
            several = [
                payment_statistics.measure(
                    corpus,
                    customer_slabs(corpus["transactions"], payment_statistics.COLUMNS, size),
                )
                for size in (1, 7, 1 << 20)
            ]
        for other in several[1:]:
            for name, value in several[0].items():
                np.testing.assert_allclose(other[name], value, rtol=1e-9, err_msg=name)
        return several[0]

    def expect(self, values, **wanted):
        for name, value in wanted.items():
            if math.isnan(value):
                self.assertTrue(math.isnan(values[name]), f"{name}: {values[name]}")
            else:
                self.assertAlmostEqual(values[name], value, places=9, msg=name)


class Measured(CorpusCase):
    def test_rails_exclude_cash_credits_and_declined(self):
        rows = [pay() for _ in range(6)]
        rows += [pay(payment_mode="wallet"), pay(payment_mode="debit_card")]
        rows += [pay(payment_mode="cash"), pay(payment_mode="cash", direction="credit")]
        rows += [pay(payment_mode="debit_card", transaction_type="cash_withdrawal", channel="atm")]
        rows += [pay(payment_mode="wallet", status="declined"), pay(direction="credit")]
        self.expect(self.measure(rows), upi_share=6 / 8)

    def test_upi_flows_and_bands(self):
        rows = [pay(amount=a) for a in (20, 500, 500.01, 2000, 2000.01)]
        rows += [pay(amount=3000.0, transaction_type="bill_payment")]
        rows += [pay(amount=a, transaction_type="transfer", mcc=0) for a in (300, 9700)]
        rows += [pay(amount=5e5, transaction_type="transfer", direction="credit", mcc=0)]
        p2m = 20 + 500 + 500.01 + 2000 + 2000.01 + 3000
        values = self.measure(rows)
        self.expect(values, p2m_count=6 / 8, p2m_value=p2m / (p2m + 10000), p2m_mean=p2m / 6)
        self.expect(values, p2p_mean=5000, upi_mean=(p2m + 10000) / 8)
        self.expect(values, p2m_small=2 / 6, p2m_large=2 / 6, p2m_large_value=5000.01 / p2m)
        self.expect(values, p2p_small=1 / 2, p2p_large=1 / 2, p2p_large_value=0.97)
        self.expect(values, upi_small=3 / 8)

    def test_categories(self):
        rows = [pay(mcc=5411, amount=200.0), pay(mcc=5411, amount=240.0)]
        rows += [pay(mcc=7322, amount=5560.0, transaction_type="bill_payment")]
        rows += [pay(mcc=5411, payment_mode="credit_card", amount=9000.0)]
        rows += [pay(mcc=0, amount=1000.0) for _ in range(3)]  # more than any code, not a category
        # 13 further codes fill the top 15; two more with one payment each stay outside.
        rows += [pay(mcc=6000 + k, amount=10.0) for k in range(13) for _ in range(2)]
        rows += [pay(mcc=100, amount=50.0)]
        rows += [pay(mcc=7322, amount=5560.0)]
        count, worth = 2 + 2 + 3 + 26 + 1, 440 + 2 * 5560 + 3000 + 260 + 50
        values = self.measure(rows)
        self.expect(values, groceries_count=2 / count, groceries_value=440 / worth)
        self.expect(values, groceries_mean=220, loans_mean=5560, loans_count=2 / count)
        self.expect(values, loans_value=11120 / worth, top15_count=30 / count)
        self.expect(values, top15_value=(440 + 11120 + 260) / worth)

    def test_cards_cash_and_neft(self):
        card = {"payment_mode": "credit_card"}
        rows = [pay(amount=1000.0, channel="pos", **card)]
        rows += [pay(amount=2000.0, channel="online", **card)]
        rows += [pay(amount=3000.0, channel="mobile", **card)]
        rows += [pay(amount=9000.0, status="declined", **card)]
        cash = {"transaction_type": "cash_withdrawal", "payment_mode": "cash", "mcc": 0}
        rows += [pay(amount=a, channel="atm", **cash) for a in (500, 1550)]
        rows += [pay(amount=70000.0, channel="branch", **cash)]
        neft = {"payment_mode": "neft", "transaction_type": "transfer"}
        rows += [pay(amount=a, **neft) for a in (1e4, 2e4)]
        values = self.measure(rows)
        self.expect(values, card_mean=2000, card_remote_value=5 / 6, card_remote_mean=2500)
        self.expect(values, card_pos_mean=1000, atm_mean=1025, atm_odd=1, neft_mean=15000)

    def test_declines_count_attempts(self):
        def failed(code, status="declined", **fields):
            return pay(response_code=code, status=status, **fields)

        rows = [pay() for _ in range(90)]
        rows += [failed(c) for c in ("insufficient_funds", "limit_exceeded", "wrong_pin")]
        rows += [failed(c) for c in ("risk_declined", "expired_card")]
        rows += [failed("issuer_unavailable"), failed("network_timeout"), failed("network_timeout")]
        rows += [pay(status="reversed"), pay(status="reversed")]
        rows += [failed("wrong_pin", payment_mode="debit_card")]
        rows += [failed("wrong_pin", direction="credit")]
        self.expect(self.measure(rows), upi_business=0.05, upi_technical=0.03, upi_approved=0.90)

    def test_limits_are_inclusive(self):
        transfer = {"transaction_type": "transfer", "mcc": 0}
        rows = [pay(amount=1e5, **transfer), pay(amount=2e5)]
        rows += [pay(amount=2e5, payment_mode="rtgs", **transfer)]
        rows += [pay(amount=5e5, payment_mode="imps", **transfer)]
        rows += [pay(amount=5e3, payment_mode="debit_card", auth_method="contactless")]
        limits = ("upi_over", "rtgs_under", "imps_over", "contactless_over")
        self.expect(self.measure(rows), **dict.fromkeys(limits, 0))
        paisa = 0.01
        rows += [pay(amount=1e5 + paisa, direction=d, **transfer) for d in ("debit", "credit")]
        rows += [pay(amount=2e5 - paisa, payment_mode="rtgs", **transfer)]
        rows += [pay(amount=5e5 + paisa, payment_mode="imps", **transfer)]
        rows += [pay(amount=5e3 + paisa, payment_mode="debit_card", auth_method="contactless")]
        rows += [pay(amount=6e5, payment_mode="imps", status="declined", **transfer)]
        self.expect(
            self.measure(rows), upi_over=2, rtgs_under=1, imps_over=1, contactless_over=1
        )

    def test_hours(self):
        inside = ("10:00:00", "12:59:59", "17:00:00", "19:10:00", "19:20:00", "21:29:59")
        outside = ("09:59:59", "13:00:00", "16:59:59", "21:30:00")
        rows = [pay("2025-08-06 " + time) for time in inside + outside]
        rows += [pay("2025-08-06 02:00:00", payment_mode="wallet")]
        self.expect(self.measure(rows), peak_hours=0.6, quietest=0)
        rows += [pay("2025-08-06 19:30:00"), pay("2025-08-06 19:31:00")]
        self.expect(self.measure(rows), busiest=19)

    def test_diwali_against_days_outside_seasons(self):
        rows = []
        for day in range(day_number("2025-10-01"), day_number("2025-10-31") + 1):
            feast = day_number("2025-10-18") <= day <= day_number("2025-10-23")
            season = "diwali" if feast or day == day_number("2025-10-15") else "none"
            upi, card = (6, 7) if feast else (9, 9) if season == "diwali" else (5, 4)
            noon = f"{day_date(day)} 12:00:00"
            rows += [pay(noon, festival=season) for _ in range(upi)]
            rows += [pay(noon, festival=season, payment_mode="credit_card") for _ in range(card)]
        self.expect(self.measure(rows), diwali_upi=6 / 5, diwali_card=7 / 4)
        early = [row for row in rows if row["date"] < day_number("2025-10-20")]
        self.expect(self.measure(early), diwali_upi=math.nan, diwali_card=math.nan)

    def test_days_of_whole_months_only(self):
        rows = []
        for day in range(day_number("2025-08-20"), day_number("2025-11-10") + 1):
            date = day_date(day)
            amount = 100.0
            if date.month in (9, 10):
                amount = {1: 190.0, 5: 210.0, 13: 30.0, 17: 70.0}.get(date.day, 100.0)
            rows.append(pay(f"{date} 12:00:00", amount=amount))
        worth = [(190 + 210 + 30 + 70 + (days - 4) * 100) / days for days in (30, 31)]
        start, middle = (190 + 3 * 100 + 210) / 5, (30 + 3 * 100 + 70) / 5
        values = self.measure(rows)
        self.expect(values, start_value=np.mean([start / mean for mean in worth]))
        self.expect(values, middle_value=np.mean([middle / mean for mean in worth]), start_count=1)

    def test_salary_days(self):
        days = {
            "2025-08-01": True, "2025-08-07": True, "2025-08-08": False, "2025-08-29": True,
            "2025-08-30": True,  # a fifth Saturday: banks are open; Friday ends a five-day week
            "2025-08-28": False, "2025-08-31": False, "2025-09-30": True, "2025-11-28": True,
            "2025-11-29": True, "2025-02-28": True, "2025-02-27": False,
        }  # fmt: skip
        for text, wanted in days.items():
            self.assertEqual(salary_day(day_number(text)), wanted, text)
        pays = {"direction": "credit", "transaction_type": "salary", "payment_mode": "neft"}
        rows = [pay(f"2025-08-{day} 09:00:00", **pays) for day in ("01", "15", "29", "06")]
        self.expect(self.measure(rows), salary_days=0.75)

    def test_rhythm(self):
        """Gaps of 1 h and 3 h in turn: B = -1/3, M = -1; equal gaps: B = -1, M = 0."""
        begin = datetime.datetime(2025, 8, 1)

        def at(hours, customer):
            return pay(str(begin + datetime.timedelta(hours=hours)), customer_id=customer)

        rows = [at(2 * k + (k % 2) * -1, 1) for k in range(61)]
        people = [person()] * 3
        self.expect(self.measure(rows, people), burstiness=-1 / 3, memory=-1)
        rows += [at(4 * k, 3) for k in range(50)] + [at(5 * k * k, 2) for k in range(20)]
        self.expect(self.measure(rows, people), burstiness=-2 / 3, memory=-1 / 2)
        few = [row for row in rows if row["customer_id"] == 2]
        self.expect(self.measure(few, people), burstiness=math.nan, memory=math.nan)

    def test_rhythm_of_bursts(self):
        """n gaps of 0 and one of length L in every ten: sd / mean = 3, so B = 1/2."""
        begin = datetime.datetime(2025, 8, 1)
        rows = [
            pay(str(begin + datetime.timedelta(hours=k // 10)), customer_id=1) for k in range(101)
        ]
        self.expect(self.measure(rows), burstiness=0.5)

    def test_zipf(self):
        for exponent in (0.8, 1.13):
            visits = [round(600 * rank**-exponent) for rank in range(1, 31)]
            rows = [
                pay(customer_id=customer, merchant_id=1000 * customer + rank)
                for customer in (1, 2)
                for rank, times in enumerate(visits)
                for _ in range(times)
            ]
            rows += [pay(customer_id=3, merchant_id=9) for _ in range(99)]
            rows += [pay(customer_id=3, merchant_id=0)] * 50
            rows += [pay(customer_id=3, merchant_id=8, transaction_type="bill_payment")] * 50
            values = self.measure(rows, [person()] * 3)
            self.assertAlmostEqual(values["zipf"], exponent, delta=0.01)

    def test_places_and_known_merchants(self):
        rows = [pay(location_type="home", is_repeat_merchant=True) for _ in range(4)]
        rows += [pay(location_type="nearby") for _ in range(3)]
        rows += [pay(location_type="travel"), pay(location_type="travel", direction="credit")]
        self.expect(self.measure(rows), home=4 / 8, nearby=3 / 8, travel=1 / 8, repeat=4 / 8)

    def test_rates_count_months_of_open_account(self):
        card = {"payment_mode": "credit_card", "amount": 500.0}
        rows = [pay("2025-07-01 09:00:00"), pay("2025-09-30 09:00:00")]
        rows += [pay(customer_id=2, **card) for _ in range(8)]
        rows += [pay(direction="credit") for _ in range(5)]
        people = [person(), person(credit_limit=1e5, account_open_date=day_number("2025-09-01"))]
        month = 365.25 / 12
        values = self.measure(rows, people)
        self.expect(values, holders=0.5, debits=10 / (122 / month), credits=5 / (122 / month))
        self.expect(values, card_count=8 / (30 / month), card_spend=4000 / (30 / month))

    def test_population(self):
        people = [
            person(age=51, merchant_loyalty=0.75, segment="tech_savvy_millennial"),
            person(age=50, merchant_loyalty=0.25, segment="tech_savvy_millennial"),
            person(age=22, merchant_loyalty=0.5, segment="tech_savvy_millennial"),
            person(age=30, merchant_loyalty=0.625),
        ]
        values = self.measure([pay()], people)
        self.expect(values, segment_student=0.25, segment_tech_savvy_millennial=0.75)
        self.expect(values, loyalty_old=0.75, loyalty_millennial=0.375, loyalty_rest=0.625)

    def test_amounts(self):
        rows = [pay(amount=a) for a in (20, 20, 15, 7, 7.5, 999)]
        rows += [pay(amount=a, transaction_type="transfer", mcc=0) for a in (600, 1250, 500)]
        values = self.measure(rows)
        self.expect(values, commonest=20, fives=3 / 5, tens=2 / 5, hundreds=1 / 2)
        first = np.array([2, 2, 0, 0, 1, 1, 2, 0, 1]) / 9
        law = np.log10(1 + 1 / np.arange(1, 10))
        self.expect(values, benford=np.abs(first - law).mean())

    def test_every_target_is_measured(self):
        values = self.measure([pay()])
        self.assertEqual({target.key for target in TARGETS} - values.keys(), set())


class Verdicts(unittest.TestCase):
    def test_bounds(self):
        points = within("1", "key", "text", "share", (0.83, 0.85), 0.02, "A")
        for value, verdict in ((0.81, "ok"), (0.87, "ok"), (0.809, "miss"), (0.871, "miss")):
            self.assertEqual(points.verdict(value), verdict, value)
        fraction = percent("1", "key", "text", "rupees", (4000, 5000), 10, "A")
        for value, verdict in ((3600, "ok"), (5500, "ok"), (3599, "miss"), (5501, "miss")):
            self.assertEqual(fraction.verdict(value), verdict, value)
        self.assertEqual(points.verdict(math.nan), "absent")


class Program(CorpusCase):
    def run_program(self, *options):
        program = pathlib.Path(__file__).with_name("calibration.py")
        command = [sys.executable, program, self.path, *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_exit_code_and_formats(self):
        write_corpus(self.path, [pay(amount=200.0) for _ in range(3)], [person()])
        plain, strict = self.run_program(), self.run_program("--strict")
        self.assertEqual((plain.returncode, strict.returncode), (0, 1), strict.stderr)
        self.assertIn("3 transactions of 1 customers", plain.stdout)
        self.assertRegex(plain.stdout, r"mean ticket, UPI P2M +200 +593 +5 % +B +miss")
        self.assertRegex(plain.stdout, r"Diwali days over ordinary days, UPI count +- .* absent")
        markdown = self.run_program("--format", "markdown").stdout
        self.assertIn("| 3 | mean ticket, UPI P2M | 200 | 593 | 5 % | B | miss |", markdown)

    def test_refuses_what_is_no_corpus(self):
        self.path.write_text("text", encoding="utf-8")
        broken = self.run_program()
        self.assertEqual(broken.returncode, 2)
        self.assertRegex(broken.stderr, r"^calibration\.py: .*corpus\.h5: .*\n$")
        write_corpus(self.path, [pay()], [person()])
        with h5py.File(self.path, "r+") as corpus:
            del corpus["transactions/amount"]
        self.assertEqual(self.run_program().returncode, 2)

    def test_page_keeps_its_text(self):
        write_corpus(self.path, [pay()], [person()])
        page = pathlib.Path(self.folder.name, "page.md")
        begin, end = "<!-- begin measured -->\n", "<!-- end measured -->\n"
        page.write_text("before\n" + begin + "old\n" + end + "after\n", encoding="utf-8")
        for _ in range(2):
            self.assertEqual(self.run_program("--into", page).returncode, 0)
        text = page.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("before\n" + begin) and text.endswith(end + "after\n"))
        self.assertEqual((text.count("| verdict |"), text.count("old\n")), (1, 0))


if __name__ == "__main__":
    unittest.main()

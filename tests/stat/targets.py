"""What a corpus is held to: published figures, the reference's shares, and tolerances.

`low` and `high` are the target (equal for a single figure). The tolerance is a fraction of the
target when `relative`, else in the value's own unit; None means that the value is reported but
not judged. Sources stand in docs/calibration.md under their letters.
"""

import math
from dataclasses import dataclass

SHARE, RUPEES, FACTOR, NUMBER = "share", "rupees", "factor", "number"


@dataclass(frozen=True)
class Target:
    number: str  # of the statistic in docs/calibration.md
    key: str  # of the value that measures it
    statistic: str
    unit: str
    low: float
    high: float
    tolerance: float | None
    relative: bool
    source: str

    def verdict(self, value):
        """"ok", "miss", "absent" (the corpus cannot give it) or "report" (not judged)."""
        if math.isnan(value):
            return "absent"
        if self.tolerance is None:
            return "report"
        below = self.low * self.tolerance if self.relative else self.tolerance
        above = self.high * self.tolerance if self.relative else self.tolerance
        slack = 1e-12 * max(abs(self.low), 1.0)
        return "ok" if self.low - below - slack <= value <= self.high + above + slack else "miss"


def within(number, key, statistic, unit, target, tolerance, source):
    """Judged by a tolerance in the value's own unit."""
    low, high = target if isinstance(target, tuple) else (target, target)
    return Target(number, key, statistic, unit, low, high, tolerance, False, source)


def percent(number, key, statistic, unit, target, tolerance, source):
    """Judged by a tolerance in per cent of the target."""
    low, high = target if isinstance(target, tuple) else (target, target)
    return Target(number, key, statistic, unit, low, high, tolerance / 100, True, source)


def report(number, key, statistic, unit, target, source):
    """Reported beside an estimate or a figure of another year; not judged."""
    low, high = target if isinstance(target, tuple) else (target, target)
    return Target(number, key, statistic, unit, low, high, None, False, source)


SEGMENTS = (
    ("young_professional", 0.20), ("family_oriented", 0.25), ("budget_conscious", 0.20),
    ("tech_savvy_millennial", 0.15), ("affluent_shopper", 0.08), ("senior_conservative", 0.07),
    ("student", 0.05),
)  # fmt: skip

TARGETS = [
    within(
        "1", "upi_share", "UPI share of digital payments, count",
        SHARE, (0.83, 0.85), 0.02, "A",
    ),  # fmt: skip
    within("2", "p2m_count", "P2M share of UPI, count", SHARE, 0.636, 0.02, "B"),
    within("2", "p2m_value", "P2M share of UPI, value", SHARE, 0.293, 0.02, "B"),
    percent("3", "upi_mean", "mean ticket, UPI", RUPEES, 1288, 5, "B"),
    percent("3", "p2m_mean", "mean ticket, UPI P2M", RUPEES, 593, 5, "B"),
    percent("3", "p2p_mean", "mean ticket, UPI P2P", RUPEES, 2506, 5, "B"),
    within("4", "p2m_small", "P2M count at or below 500", SHARE, (0.78, 0.86), 0.03, "C"),
    within("4", "p2m_large", "P2M count above 2,000", SHARE, (0.04, 0.07), 0.03, "C"),
    within("5", "p2p_small", "P2P count at or below 500", SHARE, 0.59, 0.03, "C"),
    within("5", "p2p_large", "P2P count above 2,000", SHARE, 0.21, 0.03, "C"),
    within("6", "p2m_large_value", "P2M value above 2,000", SHARE, 0.70, 0.04, "C"),
    within("6", "p2p_large_value", "P2P value above 2,000", SHARE, 0.87, 0.04, "C"),
    percent(
        "7", "groceries_count", "groceries (5411), share of P2M count",
        SHARE, (0.243, 0.246), 10, "B",
    ),  # fmt: skip
    percent(
        "7", "groceries_value", "groceries (5411), share of P2M value",
        SHARE, (0.088, 0.094), 10, "B",
    ),  # fmt: skip
    percent("7", "groceries_mean", "groceries (5411), mean ticket", RUPEES, 214, 10, "B"),
    percent(
        "8", "loans_count", "loan collection (7322), share of P2M count",
        SHARE, 0.013, 10, "B",
    ),  # fmt: skip
    percent(
        "8", "loans_value", "loan collection (7322), share of P2M value",
        SHARE, 0.128, 10, "B",
    ),  # fmt: skip
    percent("8", "loans_mean", "loan collection (7322), mean ticket", RUPEES, 5817, 10, "B"),
    within("9", "top15_count", "top 15 category codes, share of P2M count", SHARE, 0.70, 0.05, "D"),
    within("9", "top15_value", "top 15 category codes, share of P2M value", SHARE, 0.47, 0.05, "D"),
    percent("10", "holders", "customers with a credit card", SHARE, 0.20, 10, "E"),
    percent("10", "card_mean", "mean ticket, credit card", RUPEES, 4170, 10, "A"),
    percent(
        "10", "card_count", "credit card payments per holder and month",
        NUMBER, (4.1, 4.5), 10, "A",
    ),  # fmt: skip
    percent("10", "card_spend", "credit card spend per holder and month", RUPEES, 17000, 10, "F"),
    within("11", "card_remote_value", "credit card value online", SHARE, (0.63, 0.66), 0.02, "F"),
    percent("12", "atm_mean", "mean cash withdrawal at an ATM", RUPEES, 5835, 5, "G"),
    within("12", "atm_odd", "ATM withdrawals not a multiple of 100", NUMBER, 0, 0, "E"),
    within("13", "upi_business", "UPI debits declined, business", SHARE, 0.070, 0.01, "H"),
    within("13", "upi_technical", "UPI debits declined, technical", SHARE, 0.005, 0.003, "H"),
    within("13", "upi_approved", "UPI debits approved", SHARE, 0.926, 0.013, "H"),
    within("14", "peak_hours", "UPI count in 10:00-13:00 and 17:00-21:30", SHARE, 0.51, 0.05, "I"),
    within("14", "busiest", "busiest hour, UPI count", NUMBER, 19, 1, "J"),
    within("14", "quietest", "quietest hour, UPI count", NUMBER, 4, 1, "J"),
    within(
        "15", "diwali_upi", "Diwali days over ordinary days, UPI count",
        FACTOR, (1.13, 1.25), 0.1, "K",
    ),  # fmt: skip
    within(
        "15", "diwali_card", "Diwali days over ordinary days, credit card count",
        FACTOR, 1.76, 0.1, "L",
    ),  # fmt: skip
    within(
        "16", "start_value", "UPI value, days 1-5 over the month's mean",
        FACTOR, (1.11, math.inf), 0.05, "M",
    ),  # fmt: skip
    within(
        "16", "middle_value", "UPI value, days 13-17 over the month's mean",
        FACTOR, (0.72, 0.75), 0.05, "N",
    ),  # fmt: skip
    within("33", "burstiness", "burstiness B of a customer's payments", NUMBER, (0.2, 0.5), 0, "O"),
    within("33", "memory", "memory coefficient M of a customer's payments", NUMBER, 0, 0.1, "O"),
    within("34", "zipf", "Zipf exponent of a customer's merchants", NUMBER, (0.8, 1.13), 0.15, "P"),
    within("35", "upi_over", "UPI transfers above 1,00,000", NUMBER, 0, 0, "Q"),
    within("35", "rtgs_under", "RTGS payments below 2,00,000", NUMBER, 0, 0, "Q"),
    within("35", "imps_over", "IMPS payments above 5,00,000", NUMBER, 0, 0, "Q"),
    within("35", "contactless_over", "contactless payments above 5,000", NUMBER, 0, 0, "Q"),
    *(
        percent("R1", "segment_" + name, "segment " + name, SHARE, share, 10, "R")
        for name, share in SEGMENTS
    ),
    percent("R2", "home", "payments in the home city", SHARE, 0.80, 10, "R"),
    percent("R2", "nearby", "payments up to 300 km away", SHARE, 0.15, 10, "R"),
    percent("R2", "travel", "payments farther away", SHARE, 0.05, 10, "R"),
    percent("R3", "loyalty_old", "merchant loyalty, older than 50", NUMBER, 0.75, 10, "R"),
    percent(
        "R3", "loyalty_millennial", "merchant loyalty, tech-savvy millennials",
        NUMBER, 0.35, 10, "R",
    ),  # fmt: skip
    percent("R3", "loyalty_rest", "merchant loyalty, others", NUMBER, 0.55, 10, "R"),
    percent("X1", "debits", "approved debits per customer and month", NUMBER, 46, 10, "E"),
    percent("X1", "credits", "approved credits per customer and month", NUMBER, 16, 10, "E"),
    percent("X2", "neft_mean", "mean ticket, NEFT", RUPEES, (12000, 15000), 10, "E"),
    percent(
        "X3", "salary_days", "salaries on the last working day or days 1-7",
        SHARE, 1.0, 10, "E",
    ),  # fmt: skip
    report("X4", "curve_gap", "UPI by hour, total variation from the hour curve", SHARE, 0, "I"),
    report(
        "X4", "start_count", "UPI count, days 1-5 over the month's mean",
        FACTOR, (1.0, 1.05), "M",
    ),  # fmt: skip
    report("X5", "upi_small", "UPI count at or below 500", SHARE, 0.67, "C"),
    report("X5", "card_remote_mean", "mean ticket, credit card online", RUPEES, 5200, "F"),
    report("X5", "card_pos_mean", "mean ticket, credit card at a terminal", RUPEES, 2900, "F"),
    report("X6", "commonest", "commonest whole P2M amount", RUPEES, 20, "J"),
    report("X6", "fives", "P2M at or below 500 that are multiples of 5", SHARE, 0.70, "E"),
    report("X6", "tens", "P2M at or below 500 that are multiples of 10", SHARE, 0.50, "E"),
    report("X6", "hundreds", "P2P above 500 that are multiples of 100", SHARE, 0.75, "E"),
    report("X6", "benford", "first digits, mean deviation from Benford", SHARE, (0, 0.015), "E"),
    report("X7", "repeat", "purchases at a known merchant", SHARE, (0.35, 0.75), "R"),
]

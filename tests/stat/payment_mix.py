"""Rails, tickets, declines, limits, categories and amounts: what is paid, and how."""

import numpy as np

from payment_slab import RUPEE, Sums, ratio

GROCERIES, LOAN_COLLECTION = 5411, 7322  # merchant category codes, ISO 18245

# Codes of a decline that the customer's bank counts as business (customer or account) and as
# technical (bank or network).
BUSINESS_DECLINES = (
    "insufficient_funds", "limit_exceeded", "wrong_pin", "risk_declined", "expired_card",
)  # fmt: skip
TECHNICAL_DECLINES = ("issuer_unavailable", "network_timeout")


class Rails:
    """Shares of the rails, tickets, bands, declines, cash, and limits of the rails."""

    def __init__(self):
        self.sums = Sums()

    def add(self, slab):
        sums, paise = self.sums, slab.paise
        withdrawal = slab.where("transaction_type", "cash_withdrawal")
        cash = withdrawal | slab.where("payment_mode", "cash")
        sums.count("digital", slab, slab.spent & ~cash)
        for flow, mask in (("upi", slab.upi_spent), ("p2m", slab.p2m), ("p2p", slab.p2p)):
            sums.count(flow, slab, mask)
            sums.count(flow + "_small", slab, mask & (paise <= 500 * RUPEE))
            sums.count(flow + "_large", slab, mask & (paise > 2000 * RUPEE))
        remote = slab.where("channel", "online", "mobile")
        sums.count("card", slab, slab.card)
        sums.count("card_remote", slab, slab.card & remote)
        sums.count("card_pos", slab, slab.card & slab.where("channel", "pos"))
        atm = slab.spent & withdrawal & slab.where("channel", "atm")
        sums.count("atm", slab, atm)
        sums.count("atm_odd", slab, atm & (paise % (100 * RUPEE) != 0))
        sums.count("neft", slab, slab.spent & slab.where("payment_mode", "neft"))
        self._add_attempts(slab)
        self._add_limits(slab)

    def _add_attempts(self, slab):
        attempt = slab.upi & slab.debit
        self.sums.count("attempt", slab, attempt)
        for kind, declines in (("business", BUSINESS_DECLINES), ("technical", TECHNICAL_DECLINES)):
            self.sums.count(kind, slab, attempt & slab.where("response_code", *declines))

    def _add_limits(self, slab):
        paise = slab.paise
        transfer = slab.where("transaction_type", "transfer")
        broken = {
            "upi_over": transfer & slab.upi & (paise > 100_000 * RUPEE),
            "rtgs_under": slab.where("payment_mode", "rtgs") & (paise < 200_000 * RUPEE),
            "imps_over": slab.where("payment_mode", "imps") & (paise > 500_000 * RUPEE),
            "contactless_over": slab.where("auth_method", "contactless") & (paise > 5_000 * RUPEE),
        }
        for name, mask in broken.items():
            self.sums.count(name, slab, slab.approved & mask)

    def results(self):
        sums = self.sums
        values = {
            "upi_share": sums.share("upi", "digital"),
            "p2m_count": sums.share("p2m", "upi"),
            "p2m_value": sums.worth_share("p2m", "upi"),
            "card_remote_value": sums.worth_share("card_remote", "card"),
            "atm_odd": float(sums["atm_odd"]) if sums["atm"] else float("nan"),
            "upi_business": sums.share("business", "attempt"),
            "upi_technical": sums.share("technical", "attempt"),
            "upi_approved": sums.share("upi", "attempt"),
        }
        for flow in ("upi", "p2m", "p2p"):
            values[flow + "_small"] = sums.share(flow + "_small", flow)
            values[flow + "_large"] = sums.share(flow + "_large", flow)
            values[flow + "_large_value"] = sums.worth_share(flow + "_large", flow)
        for name in ("upi", "p2m", "p2p", "card", "card_remote", "card_pos", "atm", "neft"):
            values[name + "_mean"] = sums.mean(name)
        for name in ("upi_over", "rtgs_under", "imps_over", "contactless_over"):
            values[name] = float(sums[name])
        return values


class Categories:
    """What UPI payments to merchants are for, by merchant category code (0 = no code)."""

    def __init__(self):
        self.rows = np.zeros(1 << 16)
        self.paise = np.zeros(1 << 16)

    def add(self, slab):
        mcc = slab["mcc"][slab.p2m]
        self.rows += np.bincount(mcc, minlength=1 << 16)
        self.paise += np.bincount(mcc, weights=slab.paise[slab.p2m], minlength=1 << 16)

    def results(self):
        rows, paise = self.rows.sum(), self.paise.sum()
        values = {}
        for name, mcc in (("groceries", GROCERIES), ("loans", LOAN_COLLECTION)):
            values[name + "_count"] = ratio(self.rows[mcc], rows)
            values[name + "_value"] = ratio(self.paise[mcc], paise)
            values[name + "_mean"] = ratio(self.paise[mcc], self.rows[mcc] * RUPEE)
        top = 1 + np.argsort(-self.rows[1:], kind="stable")[:15]
        values["top15_count"] = ratio(self.rows[top].sum(), rows)
        values["top15_value"] = ratio(self.paise[top].sum(), paise)
        return values


class Amounts:
    """Digits and roundness of amounts."""

    def __init__(self):
        self.digits = np.zeros(10)
        self.small = np.zeros(1001)  # UPI to merchants, whole rupees up to 1,000
        self.sums = Sums()

    def add(self, slab):
        paise = slab.paise[slab.spent]
        scale = 10 ** np.floor(np.log10(np.maximum(paise, 1)) + 1e-12).astype(np.int64)
        self.digits += np.bincount(paise // scale, minlength=10)[:10]
        whole = slab.p2m & (slab.paise % RUPEE == 0) & (slab.paise <= 1000 * RUPEE)
        self.small += np.bincount(slab.paise[whole] // RUPEE, minlength=1001)
        small = slab.p2m & (slab.paise <= 500 * RUPEE)
        large = slab.p2p & (slab.paise > 500 * RUPEE)
        self.sums.count("small", slab, small)
        self.sums.count("fives", slab, small & (slab.paise % (5 * RUPEE) == 0))
        self.sums.count("tens", slab, small & (slab.paise % (10 * RUPEE) == 0))
        self.sums.count("large", slab, large)
        self.sums.count("hundreds", slab, large & (slab.paise % (100 * RUPEE) == 0))

    def results(self):
        digit = np.arange(1, 10)
        total = self.digits.sum()
        deviation = np.abs(self.digits[1:] - np.log10(1 + 1 / digit) * total).mean()
        return {
            "benford": ratio(deviation, total),
            "commonest": float(np.argmax(self.small)) if self.small.any() else float("nan"),
            "fives": self.sums.share("fives", "small"),
            "tens": self.sums.share("tens", "small"),
            "hundreds": self.sums.share("hundreds", "large"),
        }

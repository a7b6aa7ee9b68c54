"""A run of transactions, the row subsets that several statistics share, and running totals.

Money is summed in whole paise, which doubles hold exactly up to 9e15.
"""

import numpy as np

COLUMNS = (
    "customer_id", "merchant_id", "timestamp", "date", "time_of_day", "festival", "amount",
    "direction", "transaction_type", "mcc", "payment_mode", "status", "response_code", "channel",
    "auth_method", "location_type", "is_repeat_merchant",
)  # fmt: skip
ENUMERATIONS = (
    "festival", "direction", "transaction_type", "payment_mode", "status", "response_code",
    "channel", "auth_method", "location_type",
)  # fmt: skip

RUPEE = 100  # paise


def ratio(part, whole):
    return part / whole if whole else float("nan")


class Slab:
    """A run of transactions with the subsets that several statistics need, as row masks."""

    def __init__(self, columns, members):
        self.members = members
        self.columns = columns
        self.paise = np.rint(columns["amount"] * RUPEE).astype(np.int64)
        approved = self.where("status", "approved")
        self.debit = self.where("direction", "debit")
        self.approved = approved
        self.spent = approved & self.debit
        self.upi = self.where("payment_mode", "upi")
        self.upi_spent = self.upi & self.spent
        self.p2p = self.upi_spent & self.where("transaction_type", "transfer")
        self.p2m = self.upi_spent & self.where("transaction_type", "purchase", "bill_payment")
        self.card = self.spent & self.where("payment_mode", "credit_card")

    def __getitem__(self, column):
        return self.columns[column]

    def where(self, column, *member_names):
        """Mask of the rows in which an enumerated column is one of the named members."""
        wanted = [self.members[column][name] for name in member_names]
        values = self.columns[column]
        mask = values == wanted[0]
        for number in wanted[1:]:
            mask |= values == number
        return mask

    def worth(self, mask):
        return int(self.paise[mask].sum())


class Sums(dict):
    """Named running totals that start at zero."""

    def __missing__(self, key):
        return 0

    def count(self, name, slab, mask):
        """Adds rows and money of `mask` to `name` and `name` + "_paise"."""
        self[name] += int(np.count_nonzero(mask))
        self[name + "_paise"] += slab.worth(mask)

    def mean(self, name):
        return ratio(self[name + "_paise"], self[name] * RUPEE)

    def share(self, part, whole):
        return ratio(self[part], self[whole])

    def worth_share(self, part, whole):
        return ratio(self[part + "_paise"], self[whole + "_paise"])

"""The rows of a corpus as one table, and windows over the earlier rows of a customer."""

import h5py
import numpy as np
import pandas as pd

HOUR = 3600
DAY = 24 * HOUR
INDIA = 19800  # local time is UTC + 5:30, without daylight saving

COLUMNS = (
    "amount balance_after category channel city counterparty_id customer_id date device_id"
    " direction distance_from_home festival hour is_first_payment_to_counterparty"
    " is_first_transaction_with_merchant is_repeat_merchant is_weekend latitude longitude"
    " merchant_city merchant_id merchant_reputation payment_mode status timestamp transaction_type"
).split()


def read_column(dataset):
    """Values of a column, enumerations as categories named by their members."""
    values = dataset[()]
    members = h5py.check_enum_dtype(dataset.dtype)
    if members is None or set(members) == {"FALSE", "TRUE"}:
        return values.astype(bool) if members or values.dtype == bool else values
    names = sorted(members, key=members.get)
    if [members[name] for name in names] != list(range(len(names))):
        raise ValueError(f"{dataset.name}: members are not numbered 0, 1, ...")
    return pd.Categorical.from_codes(values, names)


def read_rows(corpus):
    """All transactions with what the bank learns of them, in the order of the corpus."""
    table = corpus["transactions"]
    rows = pd.DataFrame({name: read_column(table[name]) for name in COLUMNS})
    rows["is_fraud"] = read_column(corpus["labels/is_fraud"])
    rows["reported_at"] = corpus["labels/reported_at"][()]
    rows["paise"] = np.rint(rows["amount"] * 100).astype(np.int64)
    opened = pd.Series(
        corpus["customers/account_open_date"][()], index=corpus["customers/customer_id"][()]
    )
    rows["account_open_date"] = rows["customer_id"].map(opened)
    return rows


class History:
    """The rows of one customer in time order; all results have one value for each row."""

    def __init__(self, rows):
        self.rows = rows
        self.time = rows["timestamp"].to_numpy()
        self.count = len(rows)
        self.index = np.arange(self.count)
        if (np.diff(self.time) < 0).any():
            raise ValueError("rows are not in time order")

    def __getitem__(self, column):
        return self.rows[column].to_numpy()

    def equals(self, column, *values):
        """Whether the row's enumerated column has one of the named values."""
        return np.isin(np.asarray(self.rows[column]), values)

    def begin(self, seconds):
        """First row of P(seconds): earlier rows with t - t_j <= seconds end before the row."""
        return np.minimum(np.searchsorted(self.time, self.time - seconds, "left"), self.index)

    def total(self, values, seconds, itself=False):
        """Sum of `values` over P(seconds), and the row itself if asked; exact for integers.

        A matrix of values is summed along its first axis.
        """
        values = np.asarray(values)
        if values.dtype == bool:
            values = values.astype(np.int64)
        sums = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
        return sums[self.index + itself] - sums[self.begin(seconds)]

    def so_far(self, values):
        """Sum of `values` over all earlier rows."""
        values = np.asarray(values)
        return np.cumsum(values, axis=0) - values

    def last(self, values, k):
        """L(k) as a matrix [rows, k], the latest in its last column; NaN where there is none."""
        padded = np.concatenate([np.full(k, np.nan), np.asarray(values, float)[: self.count - 1]])
        return np.lib.stride_tricks.sliding_window_view(padded, k)[: self.count]

    def time_since(self, which):
        """Seconds since the latest earlier row of those chosen; NaN if there is none."""
        times = pd.Series(np.where(which, self.time, np.nan)).ffill().shift()
        return self.time - times.to_numpy()


def indicators(values):
    """Distinct values, and a matrix [rows, distinct values] of 0 and 1 that says which."""
    codes, distinct = pd.factorize(values)
    return distinct, (codes[:, None] == np.arange(len(distinct))).astype(np.int64)


def share(part, whole):
    """part / whole, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=np.asarray(whole) > 0)


def mean_of(windows):
    """Mean along the last axis over what is not NaN; 0 of nothing."""
    return share(np.nansum(windows, axis=1), np.sum(~np.isnan(windows), axis=1))


def variance_of(windows):
    """Population variance in the same way."""
    return mean_of((windows - mean_of(windows)[:, None]) ** 2)


def entropy(counts):
    """Shannon entropy, base 2, of the counts in each row of a matrix; 0 without any."""
    whole = counts.sum(axis=1, keepdims=True)
    p = np.divide(counts, whole, out=np.zeros(counts.shape), where=whole > 0)
    return -np.sum(p * np.log2(p, out=np.zeros(p.shape), where=p > 0), axis=1)

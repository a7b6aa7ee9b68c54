"""The derived columns that naive rules may name besides the columns of /transactions.

All look back only: at the customer's earlier rows, at the device's, at the tables of customers and
merchants. Windows end with the row and include it; times in the names are their lengths.
"""

import numpy as np
import pandas

from audit_corpus import DAY

from audit_history import (
    count_so_far, customers_of_device_so_far, distinct_in_window, great_circle, group_starts,
    previous_in_group, previous_of_customer, window_starts, window_sum,
)  # fmt: skip

HOUR = 3600
THRESHOLDS = (10_000, 50_000, 200_000, 1_000_000)  # rupees
POINTS = (500, 1_000, 2_000)  # rupees of a purchase that earn a reward
POINTS_MARGIN = 50
SMALL = 100  # rupees

CARDS = ("credit_card", "debit_card")


def rows_within(seconds):
    def column(corpus):
        begin = window_starts(corpus.customer, corpus.transactions["timestamp"], seconds)
        return np.arange(corpus.rows) - begin + 1

    return column


def card_present(corpus):
    rows = corpus.transactions
    return rows.where("payment_mode", *CARDS) & rows.where("channel", "pos", "atm")


def seconds_since(corpus, before):
    time = corpus.transactions["timestamp"]
    return np.where(before >= 0, time - time[before], np.nan)


def speed_kmh(corpus):
    """From the customer's card-present row before to this one; NaN on other rows."""
    rows, present = corpus.transactions, card_present(corpus)
    before = np.where(present, previous_of_customer(corpus.customer, present), -1)
    away = great_circle(
        rows["latitude"][before], rows["longitude"][before], rows["latitude"], rows["longitude"]
    )
    hours = np.maximum(seconds_since(corpus, before), 1) / HOUR
    return np.where(before >= 0, away / hours, np.nan)


def is_new_device(corpus):
    """First row of the customer on the device, unless it is the first device of all."""
    device = corpus.transactions["device_id"]
    some = device != 0
    _, code = np.unique(device, return_inverse=True)
    first = previous_in_group(corpus.customer * (int(code.max()) + 1) + code) < 0
    return some & first & (count_so_far(some, corpus.customer) > 0)


def device_age_hours(corpus):
    """Since the customer's first row on the device; NaN without a device."""
    device, time = corpus.transactions["device_id"], corpus.transactions["timestamp"]
    _, code = np.unique(device, return_inverse=True)
    order = np.lexsort((np.arange(corpus.rows), code, corpus.customer))
    key = corpus.customer[order] * (int(code.max()) + 1) + code[order]
    age = np.empty(corpus.rows)
    age[order] = (time[order] - time[order][group_starts(key)]) / HOUR
    return np.where(device != 0, age, np.nan)


def same_merchant_before(corpus):
    """The customer's approved debit before at the row's merchant, -1 if none or no merchant."""
    rows = corpus.transactions
    paid = rows.where("direction", "debit") & rows.where("status", "approved")
    key = np.where(
        (rows["merchant_id"] > 0) & paid, corpus.customer * (1 << 32) + rows["merchant_id"], -1
    )
    return np.where(key >= 0, previous_in_group(key), -1)


def seconds_since_same_merchant(corpus):
    return seconds_since(corpus, same_merchant_before(corpus))


def same_merchant_ratio(corpus):
    amount, before = corpus.transactions["amount"], same_merchant_before(corpus)
    return np.where(before >= 0, amount / amount[before], np.nan)


def amount_ratio(corpus):
    """Amount over the median of the customer's earlier amounts of the same transaction type."""
    rows = corpus.transactions
    key = corpus.customer * 16 + rows["transaction_type"]
    order = np.argsort(key, kind="stable")
    amount = pandas.Series(rows["amount"][order])
    median = amount.groupby(key[order]).expanding().median().to_numpy()
    before = previous_in_group(key)
    own = np.empty(corpus.rows)
    own[order] = median
    return np.where(before >= 0, rows["amount"] / own[before], np.nan)


def just_below(corpus):
    """Rupees from the amount up to the next threshold; NaN above the last."""
    amount = corpus.transactions["amount"]
    limits = np.r_[np.array(THRESHOLDS, dtype=float), np.nan]
    return limits[np.searchsorted(THRESHOLDS, amount, side="right")] - amount


def delivered_elsewhere(corpus):
    rows = corpus.transactions
    return ~rows.where("delivery_city", "none") & (rows["delivery_city"] != rows["home_city"])


def days_since_card(corpus):
    """Since the customer's last card row, on card rows; NaN on others and where none was before."""
    card = corpus.transactions.where("payment_mode", *CARDS)
    before = previous_of_customer(corpus.customer, card)
    return np.where(card, seconds_since(corpus, before) / DAY, np.nan)


def small_rows_1h_at_merchant(corpus):
    """The customer's rows below 100 rupees at the row's merchant within an hour."""
    rows = corpus.transactions
    group = corpus.customer * (1 << 32) + rows["merchant_id"]
    order = np.argsort(group, kind="stable")
    _, code = np.unique(group[order], return_inverse=True)
    begin = window_starts(code, rows["timestamp"][order], HOUR)
    count = np.empty(corpus.rows)
    count[order] = window_sum(rows["amount"][order] < SMALL, begin)
    return np.where(rows["merchant_id"] > 0, count, 0)


def refunds_30d(corpus):
    begin = window_starts(corpus.customer, corpus.transactions["timestamp"], 30 * DAY)
    return window_sum(corpus.transactions.where("transaction_type", "refund"), begin)


def refund_share_30d(corpus):
    """Refunds for each purchase of the customer in 30 days."""
    rows = corpus.transactions
    begin = window_starts(corpus.customer, rows["timestamp"], 30 * DAY)
    return refunds_30d(corpus) / np.maximum(
        window_sum(rows.where("transaction_type", "purchase"), begin), 1
    )


def chargebacks_before(corpus):
    return count_so_far(
        corpus.transactions.where("transaction_type", "chargeback"), corpus.customer
    )


def transfers_24h(corpus, direction):
    rows = corpus.transactions
    moved = rows.where("transaction_type", "transfer") & rows.where("direction", direction)
    moved &= rows.where("status", "approved")
    begin = window_starts(corpus.customer, rows["timestamp"], DAY)
    return window_sum(np.where(moved, rows["amount"], 0.0), begin)


def inflow_24h(corpus):
    return transfers_24h(corpus, "credit")


def outflow_24h(corpus):
    return transfers_24h(corpus, "debit")


def pass_through_24h(corpus):
    """Transfers out over transfers in; NaN without inflow."""
    inflow = inflow_24h(corpus)
    return np.where(inflow > 0, outflow_24h(corpus) / np.maximum(inflow, 0.01), np.nan)


def counterparties_7d(corpus):
    rows = corpus.transactions
    payee = rows["counterparty_id"].astype(np.int64)
    begin = window_starts(corpus.customer, rows["timestamp"], 7 * DAY)
    return distinct_in_window(corpus.customer * (1 << 32) + payee, payee > 0, begin)


def account_age_days(corpus):
    return corpus.transactions["date"] - corpus.customers["account_open_date"][corpus.customer]


def merchant_column(name):
    def column(corpus):
        row = corpus.transactions["merchant_id"].astype(np.int64) - 1
        return row >= 0, corpus.merchants[name][np.maximum(row, 0)]

    return column


def merchant_age_days(corpus):
    some, opened = merchant_column("onboarding_date")(corpus)
    return np.where(some, corpus.transactions["date"] - opened, np.nan)


def points_threshold(corpus):
    """A purchase near an amount that earns points, at a merchant with a programme."""
    rows = corpus.transactions
    some, programme = merchant_column("loyalty_programme")(corpus)
    near = np.zeros(corpus.rows, dtype=bool)
    for limit in POINTS:
        near |= np.abs(rows["amount"] - limit) <= POINTS_MARGIN
    return some & programme.astype(bool) & near & rows.where("transaction_type", "purchase")


def device_customers(corpus):
    rows = corpus.transactions
    return customers_of_device_so_far(rows["device_id"], corpus.customer, rows["timestamp"])


def monthly_income(corpus):
    return corpus.customers["monthly_income"][corpus.customer]


def credit_limit(corpus):
    return corpus.customers["credit_limit"][corpus.customer]


COLUMNS = {
    function.__name__: function
    for function in (
        speed_kmh, is_new_device, device_age_hours, seconds_since_same_merchant,
        same_merchant_ratio, amount_ratio, just_below, delivered_elsewhere, days_since_card,
        small_rows_1h_at_merchant, refunds_30d, refund_share_30d, chargebacks_before,
        inflow_24h, outflow_24h, pass_through_24h, counterparties_7d, account_age_days,
        merchant_age_days, points_threshold, device_customers, monthly_income, credit_limit,
    )
}  # fmt: skip
COLUMNS["rows_1h"] = rows_within(HOUR)
COLUMNS["rows_24h"] = rows_within(DAY)


class Derived:
    """The derived columns of a corpus, made when first named."""

    def __init__(self, corpus):
        self._corpus, self._made = corpus, {}

    def __contains__(self, name):
        return name in COLUMNS

    def __getitem__(self, name):
        if name not in self._made:
            self._made[name] = COLUMNS[name](self._corpus).astype(np.float32)
        return self._made[name]

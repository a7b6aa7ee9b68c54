"""Thirty ways in which the columns of a row, or of its history, can contradict each other.

Generators that overwrite cells of honest rows to make fraud leave such traces. Each function
returns the mask of the rows that contradict; on a consistent corpus all are empty.
"""

import numpy as np

from audit_corpus import DAY, INDIA

from audit_history import (
    great_circle, group_starts, pair_key, previous_in_group, window_sum,
)  # fmt: skip

LAKH = 100_000  # rupees
UNKNOWN = 255
HALF_PAISA = 0.005

CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


def by_parent(child, parent):
    """Lookup table child code -> parent code, UNKNOWN where the pairs show none."""
    parents = np.full(256, UNKNOWN, dtype=np.int64)
    parents[child] = parent
    return parents


def differs(values, child, parents):
    expected = parents[child]
    return (expected != UNKNOWN) & (values != expected)


def at_merchant(corpus):
    """Rows with a merchant, and the merchant's row in /merchants."""
    row = corpus.transactions["merchant_id"].astype(np.int64) - 1
    return row >= 0, np.maximum(row, 0)


def own_day(corpus):
    """Index of the first row of the customer on each row's local day."""
    rows = corpus.transactions
    return group_starts(corpus.customer * (1 << 20) + rows["date"])


def moves_balance(rows):
    """Approved rows of the modes that the account pays: not credit card, pay later and tills."""
    till = rows.where("payment_mode", "cash") & ~rows.where("channel", "atm", "branch")
    return (
        rows.where("status", "approved")
        & ~rows.where("payment_mode", "credit_card", "bnpl")
        & ~till
    )


# Time


@check
def clock(corpus):
    rows = corpus.transactions
    local = rows["timestamp"] + INDIA
    wrong = (local % DAY != rows["time_of_day"]) | (local // DAY != rows["date"])
    return wrong | (rows["time_of_day"] // 3600 != rows["hour"])


@check
def calendar(corpus):
    rows = corpus.transactions
    weekday = (rows["date"] + 3) % 7  # 1970-01-01 was a Thursday
    return (weekday != rows["day_of_week"]) | ((weekday >= 5) != rows["is_weekend"])


@check
def time_since_last(corpus):
    rows = corpus.transactions
    gap = np.r_[0, np.diff(rows["timestamp"])] / 60.0
    begins = np.r_[True, np.diff(corpus.customer) != 0]
    value = rows["time_since_last_txn"]
    wrong = np.abs(value - gap) > 0.01 + 1e-6 * np.abs(gap)
    return np.where(begins, ~np.isnan(value), wrong | np.isnan(value))


@check
def account_not_open(corpus):
    opened = corpus.customers["account_open_date"][corpus.customer]
    return corpus.transactions["date"] < opened


@check
def merchant_not_open(corpus):
    some, row = at_merchant(corpus)
    return some & (corpus.transactions["date"] < corpus.merchants["onboarding_date"][row])


# Money


@check
def balance(corpus):
    rows = corpus.transactions
    sign = np.where(rows.where("direction", "credit"), 1.0, -1.0)
    step = np.where(moves_balance(rows), sign * rows["amount"], 0.0)
    moved = np.r_[0, np.diff(rows["balance_after"])]
    begins = np.r_[True, np.diff(corpus.customer) != 0]
    return ~begins & (np.abs(moved - step) > HALF_PAISA)


@check
def shortfall(corpus):
    """Declined for want of money that was there. Credit cards go by their limit instead."""
    rows = corpus.transactions
    short = rows.where("response_code", "insufficient_funds")
    short &= ~rows.where("payment_mode", "credit_card", "bnpl")
    return short & (rows["amount"] <= rows["balance_after"])


@check
def response_of_status(corpus):
    rows = corpus.transactions
    return rows.where("status", "approved") != rows.where("response_code", "approved")


@check
def direction_of_type(corpus):
    rows = corpus.transactions
    into = ("cash_deposit", "salary", "refund", "chargeback", "loyalty_redemption")
    out = ("purchase", "bill_payment", "cash_withdrawal", "fee")
    credit = rows.where("direction", "credit")
    return (rows.where("transaction_type", *into) & ~credit) | (
        rows.where("transaction_type", *out) & credit
    )


@check
def day_count(corpus):
    begin = own_day(corpus)
    return corpus.transactions["daily_transaction_count"] != np.arange(corpus.rows) - begin + 1


@check
def day_amount(corpus):
    rows = corpus.transactions
    spent = rows.where("status", "approved") & rows.where("direction", "debit")
    total = window_sum(np.where(spent, rows["amount"], 0.0), own_day(corpus))
    return np.abs(total - rows["daily_transaction_amount"]) > 0.5


@check
def refund_without_purchase(corpus):
    rows = corpus.transactions
    merchant = rows["merchant_id"]
    earlier = previous_in_group(corpus.customer * (1 << 32) + merchant) >= 0
    return rows.where("transaction_type", "refund") & (merchant > 0) & ~earlier


# Merchants and payees


@check
def merchant_facts(corpus):
    """Reputation and type are the merchant's."""
    rows, merchants = corpus.transactions, corpus.merchants
    some, row = at_merchant(corpus)
    other = (rows["merchant_type"] != merchants["type"][row]) | (
        rows["merchant_reputation"] != merchants["reputation"][row]
    )
    return np.where(some, other, ~np.isnan(rows["merchant_reputation"]))


@check
def merchant_name(corpus):
    rows = corpus.transactions
    some, row = at_merchant(corpus)
    return np.where(
        some, rows["merchant_name"] != corpus.merchants["name"][row], rows["merchant_name"] != 0
    )


@check
def merchant_city(corpus):
    some, row = at_merchant(corpus)
    return some & (corpus.transactions["merchant_city"] != corpus.merchants["city"][row])


@check
def merchant_category(corpus):
    some, row = at_merchant(corpus)
    return some & (corpus.transactions["category"] != corpus.merchants["category"][row])


@check
def subcategory(corpus):
    """Category and code of the subcategory."""
    rows, merchants = corpus.transactions, corpus.merchants
    category = by_parent(merchants["subcategory"], merchants["category"])
    code = by_parent(merchants["subcategory"], merchants["mcc"])
    some, _ = at_merchant(corpus)
    child = rows["subcategory"]
    return some & (differs(rows["category"], child, category) | differs(rows["mcc"], child, code))


@check
def first_with_merchant(corpus):
    rows = corpus.transactions
    some, _ = at_merchant(corpus)
    known = previous_in_group(corpus.customer * (1 << 32) + rows["merchant_id"]) >= 0
    wrong = rows["is_first_transaction_with_merchant"] != (some & ~known)
    return wrong | (rows["is_repeat_merchant"] != (some & known))


@check
def first_to_counterparty(corpus):
    rows = corpus.transactions
    payee = rows["counterparty_id"].astype(np.int64)
    sent = (
        rows.where("transaction_type", "transfer") & rows.where("direction", "debit") & (payee > 0)
    )
    key = np.where(sent, corpus.customer * (1 << 32) + payee, -1)
    return sent & (rows["is_first_payment_to_counterparty"] != (previous_in_group(key) < 0))


@check
def transfer_without_other_side(corpus):
    rows = corpus.transactions
    payee = rows["counterparty_id"].astype(np.int64)
    some = np.flatnonzero((payee > 0) & rows.where("status", "approved"))
    own, credit = corpus.customer[some] + 1, rows.where("direction", "credit")[some]
    source, target = np.where(credit, payee[some], own), np.where(credit, own, payee[some])
    key = pair_key(source, target, rows["timestamp"][some], np.rint(rows["amount"][some] * 100))
    _, code = np.unique(key, return_inverse=True)
    debits, credits = np.bincount(code, ~credit), np.bincount(code, credit)
    wrong = np.zeros(corpus.rows, dtype=bool)
    wrong[some] = debits[code] != credits[code]
    return wrong


# Instruments, channels and devices


@check
def mode_of_type(corpus):
    """Card type follows the mode; category `transfers` marks transfers, which have no merchant."""
    rows = corpus.transactions
    wrong = rows.where("payment_mode", "credit_card") != rows.where("card_type", "credit")
    wrong |= rows.where("payment_mode", "debit_card") != rows.where("card_type", "debit")
    transfer = rows.where("transaction_type", "transfer")
    return (
        wrong
        | (transfer != rows.where("category", "transfers"))
        | (transfer & at_merchant(corpus)[0])
    )


@check
def instrument_of_mode(corpus):
    """One card serves one mode: not the same number for credit and debit, nor for other modes."""
    rows = corpus.transactions
    some = rows["instrument_id"] > 0
    card = rows["card_type"].astype(np.int64)
    key = np.where(some, corpus.customer * 256 + rows["instrument_id"], -1)
    before = previous_in_group(key)
    return some & (before >= 0) & (card[before] != card)


@check
def rail_limit(corpus):
    rows = corpus.transactions
    amount = rows["amount"]
    upi = rows.where("payment_mode", "upi") & rows.where("transaction_type", "transfer")
    wrong = (upi & rows.where("direction", "debit") & (amount > LAKH)) | (
        rows.where("payment_mode", "rtgs") & (amount < 2 * LAKH)
    )
    wrong |= rows.where("payment_mode", "imps") & (amount > 5 * LAKH)
    return wrong | (rows.where("auth_method", "contactless") & (amount > 5000))


@check
def proof_of_mode(corpus):
    """UPI PIN goes with UPI; PIN, contactless and signature need a terminal."""
    rows = corpus.transactions
    upi = rows.where("payment_mode", "upi")
    wrong = rows.where("auth_method", "upi_pin") & ~upi
    wrong |= upi & rows.where("direction", "debit") & ~rows.where("auth_method", "upi_pin", "none")
    terminal = rows.where("channel", "pos", "atm", "branch")
    return wrong | (rows.where("auth_method", "pin", "contactless", "signature") & ~terminal)


@check
def online_of_channel(corpus):
    rows = corpus.transactions
    online = rows.where("channel", "online", "mobile")
    wrong = rows["is_online"] != online
    return wrong | ((rows["device_id"] != 0) != (rows["ip_prefix"] != 0))


@check
def device_of_channel(corpus):
    rows = corpus.transactions
    wrong = np.zeros(corpus.rows, dtype=bool)
    for terminal in ("atm", "branch"):
        wrong |= rows.where("channel", terminal) != rows.where("device_type", terminal)
    wrong |= rows.where("device_type", "pos") & ~rows.where("channel", "pos")
    return wrong | (rows.where("device_type", "pos", "atm", "branch") & (rows["device_id"] != 0))


@check
def software_of_device(corpus):
    rows = corpus.transactions
    mobile, web = rows.where("device_type", "mobile"), rows.where("device_type", "web")
    wrong = ~mobile & (rows["app_version"] != 0)
    wrong |= ~web & ~rows.where("browser", "none")
    wrong |= ~mobile & ~web & ~rows.where("os", "none")
    return wrong | (mobile & ~rows.where("os", "none", "android", "ios"))


# Places and people


@check
def place(corpus):
    """State and region of the city; the city of the terminal is the merchant's."""
    rows, customers = corpus.transactions, corpus.customers
    state = by_parent(customers["home_city"], customers["home_state"])
    region = by_parent(customers["home_city"], customers["home_region"])
    wrong = differs(rows["state"], rows["city"], state) | differs(
        rows["region"], rows["city"], region
    )
    terminal = at_merchant(corpus)[0] & rows.where("channel", "pos")
    terminal &= rows.where("device_type", "pos")
    return wrong | (terminal & (rows["city"] != rows["merchant_city"]))


@check
def distance(corpus):
    """Distances, and the place words that follow from them."""
    rows, customers = corpus.transactions, corpus.customers
    home = customers["home_latitude"][corpus.customer], customers["home_longitude"][corpus.customer]
    away = great_circle(*home, rows["latitude"], rows["longitude"])
    wrong = np.abs(away - rows["distance_from_home"]) > 0.5
    at_home = rows["city"] == rows["home_city"]
    wrong |= at_home != rows.where("location_type", "home")
    words = (("home", "local"), ("nearby", "regional"), ("travel", "long_distance"))
    for kind, word in words:
        wrong |= rows.where("location_type", kind) != rows.where("distance_category", word)
    goods = ~rows.where("delivery_city", "none")
    wrong |= goods == np.isnan(rows["delivery_distance"])
    return wrong | (
        goods & ~(rows["is_online"].astype(bool) & rows.where("transaction_type", "purchase"))
    )


@check
def person(corpus):
    """Age and its band, income, segment, savviness and home are the customer's."""
    rows, customers, who = corpus.transactions, corpus.customers, corpus.customer
    wrong = rows["customer_age"] != customers["age"][who]
    band = np.searchsorted(np.array([26, 36, 46, 56, 66]), rows["customer_age"], side="right")
    wrong |= band != rows["customer_age_group"]
    for own in ("income_bracket", "segment", "digital_savviness"):
        wrong |= rows[f"customer_{own}"] != customers[own][who]
    credit = rows.where("payment_mode", "credit_card") & (customers["credit_limit"][who] == 0)
    return wrong | credit | (rows["home_city"] != customers["home_city"][who])


def matrix(corpus):
    """Shape [rows, checks], 1 where a row contradicts."""
    columns = [np.asarray(function(corpus), dtype=np.float32) for function in CHECKS.values()]
    return np.stack(columns, axis=1)

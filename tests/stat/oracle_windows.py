"""Features of a customer's own rows alone: amounts, places, times, habits, transfers."""

import numpy as np
import pandas as pd

from oracle_history import DAY, HOUR, entropy, indicators, mean_of, share, variance_of

EARTH_RADIUS = 6371.0088  # km
# balance_after moves with approved payments by these; cash only at an ATM or in a branch
ACCOUNT_MODES = ("upi", "debit_card", "net_banking", "wallet", "imps", "neft", "rtgs")


def aggregate(h):
    approved = h.equals("status", "approved")
    debit = approved & h.equals("direction", "debit")
    out = {}
    for name, seconds in (("daily", DAY), ("weekly", 7 * DAY)):
        amount = (h["paise"] + h.total(np.where(debit, h["paise"], 0), seconds)) / 100
        out[f"{name}_txn_count"] = 1 + h.total(approved, seconds)
        out[f"{name}_txn_amount"] = amount
        out[f"avg_{name}_amount"] = amount / (1 + h.total(debit, seconds))
    return out


def velocity(h):
    paise = np.where(h.equals("direction", "debit"), h["paise"], 0)
    out = {}
    for hours in (1, 6, 24):
        out[f"txn_frequency_{hours}h"] = 1 + h.total(np.ones(h.count, int), hours * HOUR)
        amount = (h["paise"] + h.total(paise, hours * HOUR)) / 100
        out[f"amount_velocity_{hours}h"] = amount / (60 * hours)
    return out


def great_circle(lat1, lon1, lat2, lon2):
    """Haversine distance in km of points in degrees."""
    lat1, lon1, lat2, lon2 = (np.radians(np.asarray(x, float)) for x in (lat1, lon1, lat2, lon2))
    a = np.sin((lat2 - lat1) / 2) ** 2
    a += np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(a, 0, 1)))


def travel_velocity(h):
    present = h.equals("channel", "pos", "atm", "branch")
    rows = h.rows.loc[present, ["latitude", "longitude", "timestamp"]]
    before = rows.shift()
    places = (before["latitude"], before["longitude"], rows["latitude"], rows["longitude"])
    distance = great_circle(*places)
    minutes = np.maximum((rows["timestamp"] - before["timestamp"]) / 60, 1)
    speed = np.zeros(h.count)
    speed[present] = np.minimum((distance / (minutes / 60)).fillna(0), 10000)
    return speed


def geographic(h):
    distance = h["distance_from_home"].astype(float)
    ten = h.last(distance, 10)
    _, cities = indicators(h.rows["city"])
    return {
        "distance_from_home": distance,
        "avg_distance_last_10": mean_of(ten),
        "distance_variance": variance_of(ten),
        "unique_cities_7d": (h.total(cities, 7 * DAY, itself=True) > 0).sum(axis=1),
        "travel_velocity_kmh": travel_velocity(h),
    }


def temporal(h):
    return {
        "is_unusual_hour": h["hour"] <= 5,
        "is_weekend": h["is_weekend"],
        "is_holiday": ~h.equals("festival", "none"),
        "hour_of_day": h["hour"],
        "day_of_week": (h["date"] + 3) % 7,  # 1970-01-01 was a Thursday
        "temporal_cluster_flag": h.total(np.ones(h.count, int), HOUR) >= 2,
    }


def behavioral(h):
    month = 30 * DAY
    purchase = h.equals("transaction_type", "purchase")
    _, categories = indicators(h.rows["category"])
    rated = purchase & ~np.isnan(h["merchant_reputation"])
    reputation = np.where(rated, h["merchant_reputation"], 0).astype(float)
    everything = np.ones(h.count, int)
    return {
        "category_diversity_score": entropy(h.total(categories * purchase[:, None], month)),
        "merchant_loyalty_score": share(
            h.total(purchase & h["is_repeat_merchant"], month), h.total(purchase, month)
        ),
        "new_merchant_flag": h["is_first_transaction_with_merchant"],
        "avg_merchant_reputation": share(
            h.total(reputation, month, itself=True), h.total(rated, month, itself=True)
        ),
        "refund_rate_30d": share(
            h.total(h.equals("transaction_type", "refund"), month), h.total(everything, month)
        ),
        "declined_rate_7d": share(
            h.total(h.equals("status", "declined"), 7 * DAY), h.total(everything, 7 * DAY)
        ),
    }


def amount_zscore(h):
    log = np.log(h["amount"])
    debits = pd.Series(np.where(h.equals("direction", "debit"), log, np.nan))
    earlier = debits.expanding(min_periods=5)
    mean, deviation = earlier.mean().shift(), earlier.std(ddof=0).shift()
    return ((log - mean) / deviation.clip(lower=0.1)).clip(-10, 10).fillna(0).to_numpy()


def balance_before(h):
    """The previous row's balance; the first row's own balance without what it moved."""
    cash = h.equals("payment_mode", "cash") & h.equals("channel", "atm", "branch")
    moves = h.equals("status", "approved") & (h.equals("payment_mode", *ACCOUNT_MODES) | cash)
    sign = np.where(h.equals("direction", "credit"), 1, -1)
    after = np.rint(h["balance_after"] * 100)
    before = np.concatenate([after[:1] - (sign * moves * h["paise"])[:1], after[:-1]])
    return before / 100


def new_device(h):
    """First rows on a device that is not the first of all."""
    device = h.rows["device_id"]
    first = (device != 0) & ~device.duplicated()
    return (first & (first.cumsum() > 1)).to_numpy()


def same_amount_at_merchant(h):
    """Rows of P(24 h) at the row's merchant with |a_j - a| <= a / 50."""
    begin, paise, merchant = h.begin(DAY), h["paise"], h["merchant_id"]
    counts = np.zeros(h.count, int)
    for i in np.flatnonzero(merchant):
        day = slice(begin[i], i)
        near = 50 * np.abs(paise[day] - paise[i]) <= paise[i]
        counts[i] = np.sum(near & (merchant[day] == merchant[i]))
    return counts


def graph(h):
    transfer = h.equals("transaction_type", "transfer")
    approved = transfer & h.equals("status", "approved")
    inward, outward = h.equals("direction", "credit"), h.equals("direction", "debit")
    parties, matrix = indicators(h.rows["counterparty_id"])
    matrix = matrix[:, parties != 0]

    def fan(side):
        return (h.total(matrix * (approved & side)[:, None], 7 * DAY) > 0).sum(axis=1)

    def flow(side):
        earlier = h.total(np.where(approved & side, h["paise"], 0), DAY)
        return earlier + np.where(transfer & side, h["paise"], 0)

    balance = balance_before(h)
    ratio = np.divide(h["amount"], balance + 1, out=np.full(h.count, 100.0), where=balance + 1 > 0)
    since = h.time_since(approved & inward) / 60
    return {
        "amount_zscore": amount_zscore(h),
        "amount_to_balance_ratio": np.minimum(ratio, 100),
        "is_new_device": new_device(h),
        "fan_in_7d": fan(inward),
        "fan_out_7d": fan(outward),
        "pass_through_ratio_24h": np.minimum(share(flow(outward), flow(inward)), 10),
        "minutes_since_last_inflow": np.minimum(np.where(np.isnan(since), np.inf, since), 43200),
        "new_payee_flag": h["is_first_payment_to_counterparty"],
        "same_amount_merchant_count_24h": same_amount_at_merchant(h),
        "chargeback_count": h.so_far(h.equals("transaction_type", "chargeback").astype(int)),
        "account_age_days": h["date"] - h["account_open_date"],
    }

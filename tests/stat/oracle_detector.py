"""The detector of odd rows and the features made of its scores."""

import numpy as np

from oracle_history import DAY, HOUR, entropy, indicators, mean_of, share, variance_of

COMPONENTS = ("behavioral", "geographic", "temporal", "amount")
FLAG = 0.7


def clamp(values):
    return np.clip(values, 0, 1)


def rarity(h, values, kinds):
    """How rare the row's value is among the earlier rows, 0 in the first 20 rows."""
    _, matrix = indicators(values)
    same = np.sum(h.so_far(matrix) * matrix, axis=1)
    score = clamp((-np.log10((same + 0.5) / (h.index + kinds)) - 1.5) / 1.5)
    return np.where(h.index < 20, 0, score)


def components(h, zscore, speed):
    """Matrix [rows, 4] of the detector's components, in the order of COMPONENTS."""
    distance = h["distance_from_home"].astype(float)
    usual = mean_of(h.last(distance, 50))
    return np.column_stack(
        [
            np.maximum(rarity(h, h.rows["category"], 9), rarity(h, h.rows["payment_mode"], 5)),
            np.maximum(clamp((speed - 300) / 900), clamp((distance - 3 * usual - 50) / 500)),
            rarity(h, h.rows["hour"], 12),
            clamp((np.abs(zscore) - 1.5) / 3),
        ]
    )


def frequency(h, flag):
    week, fortnight = h.total(flag, 7 * DAY), h.total(flag, 14 * DAY)
    before = fortnight - week
    hours = h.time_since(flag) / HOUR
    return {
        "hourly_anomaly_count": h.total(flag, HOUR),
        "daily_anomaly_count": h.total(flag, DAY),
        "weekly_anomaly_count": week,
        "anomaly_frequency_trend": (week - before) / np.maximum(1, fortnight),
        "time_since_last_anomaly_hours": np.minimum(np.where(np.isnan(hours), np.inf, hours), 720),
    }


def severity(h, score):
    ten = h.last(score, 10)
    return {
        "mean_severity_last_10": mean_of(ten),
        "max_severity_last_10": np.max(np.nan_to_num(ten), axis=1),
        "severity_std_last_10": np.sqrt(variance_of(ten)),
        "high_severity_rate_last_10": share(np.sum(ten >= 0.7, axis=1), np.minimum(h.index, 10)),
        "current_severity": score,
    }


def types(h, parts):
    counts = np.column_stack([np.sum(h.last(part, 50) >= 0.7, axis=1) for part in parts.T])
    out = {
        f"{name}_anomaly_rate": share(count, np.minimum(h.index, 50))
        for name, count in zip(COMPONENTS, counts.T)
    }
    out["anomaly_type_diversity"] = entropy(counts) / 2
    return out


def persistence(h, flag):
    running = np.zeros(h.count + 1, int)  # length of the run of flags that ends at the row before
    for i in h.index:
        running[i + 1] = running[i] + 1 if flag[i] else 0
    # In L(50) a run that began earlier counts from the window's first row on.
    position = np.arange(1, 51)
    runs = np.minimum(np.nan_to_num(h.last(running[1:], 50)), position)
    first = h.time[flag][0] if flag.any() else np.inf
    return {
        "consecutive_anomaly_count": running[:-1],
        "anomaly_streak_length": runs.max(axis=1),
        "days_since_first_anomaly": np.maximum(h.time - first, 0) / DAY,
    }


def evidence(h, speed):
    def rare(column, at_least, per_cent):
        _, matrix = indicators(h.rows[column])
        same = np.sum(h.so_far(matrix) * matrix, axis=1)
        return (h.index >= at_least) & (100 * same < per_cent * h.index)

    debit = h.equals("direction", "debit")
    debits = h.total(debit, 30 * DAY)
    paise = h.total(np.where(debit, h["paise"], 0), 30 * DAY)
    return {
        "has_impossible_travel": speed > 800,
        "has_unusual_category": rare("category", 20, 2),
        "has_unusual_hour": rare("hour", 50, 1),
        "has_spending_spike": (debits >= 5) & (h["paise"] * debits > 3 * paise),
    }


def interaction(h, parts, score, f):
    """Products of the other features `f`, the components and the score."""
    flag = score >= FLAG
    hour = f["txn_frequency_1h"]
    severity_, proximity, declined = score, f["customer_proximity_score"], f["declined_rate_7d"]
    new_merchant, unusual = f["new_merchant_flag"], f["is_unusual_hour"]
    refused = h.equals("status", "declined")
    before = np.concatenate([[False], refused[:-1]]) & (h.begin(HOUR) < h.index)
    amplification = 1 - (1 - severity_) * (1 - proximity) * (1 - declined)
    risk = -4 + 2 * severity_ + 1.5 * proximity + declined + 0.8 * new_merchant + 0.5 * unusual
    weighted = 1 / (1 + np.exp(-(risk + 0.3 * np.log1p(hour))))
    return {
        "high_risk_combination": flag & (hour >= 3) & new_merchant,
        "risk_amplification_score": amplification,
        "compound_severity_score": severity_ * f["mean_severity_last_10"],
        "behavioral_consistency_score": 1 - 2 * np.std(parts, axis=1),
        "pattern_alignment_score": np.mean(parts >= 0.5, axis=1),
        "conflict_indicator": np.where(flag, f["merchant_loyalty_score"] > 0.8, proximity > 0.2),
        "velocity_severity_product": np.minimum(f["travel_velocity_kmh"], 2000) / 800 * severity_,
        "geographic_risk_score": np.log1p(f["distance_from_home"])
        * (0.1 + f["geographic_anomaly_rate"]),
        "amount_deviation_new_merchant": f["amount_zscore"] * new_merchant,
        "decline_then_approve_flag": (h.total(refused, HOUR) >= 2) & before,
        "night_new_device_flag": unusual & f["is_new_device"],
        "weighted_risk_score": weighted,
        "ensemble_risk_score": (weighted + f["anomaly_probability"] + amplification) / 3,
    }

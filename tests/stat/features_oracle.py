"""Computes the features of a corpus a second time and compares them with those it holds.

Written from the definitions in docs/features.md with pandas and NumPy, apart from the program.
Usage: features_oracle.py CORPUS [--customers N]

Counts and flags must be equal, the others within 1e-4 (relative), 0.01 km or 0.1 km/h. Prints for
each feature the rows compared, in how many it is not 0 and differs, and the largest difference.
Ends with 1 if any row differs, or if a feature has one value only, so that nothing is compared.
"""

import argparse
import sys

import h5py
import numpy as np
import pandas as pd

import oracle_detector as detector
import oracle_windows as windows
from oracle_history import History, read_rows
from oracle_isolation import Isolation
from oracle_knowledge import Knowledge

# Counts, flags and calendar: no difference is allowed.
EXACT = set(
    """
daily_txn_count weekly_txn_count txn_frequency_1h txn_frequency_6h txn_frequency_24h
unique_cities_7d is_unusual_hour is_weekend is_holiday hour_of_day day_of_week
temporal_cluster_flag new_merchant_flag shared_merchant_count shared_location_count
hourly_anomaly_count daily_anomaly_count weekly_anomaly_count consecutive_anomaly_count
anomaly_streak_length has_impossible_travel has_unusual_category has_unusual_hour
has_spending_spike high_risk_combination conflict_indicator decline_then_approve_flag
night_new_device_flag is_new_device device_customer_count fan_in_7d fan_out_7d new_payee_flag
same_amount_merchant_count_24h chargeback_count account_age_days
""".split()
)
# Absolute tolerance by unit; that of all others is for values next to 0.
ABSOLUTE = {"km": 0.01, "km^2": 0.01, "km/h": 0.1}
RELATIVE, NEXT_TO_ZERO = 1e-4, 1e-6


def features_of(h, knowledge, isolation):
    """All features of the rows of a customer by name."""
    f = {}
    for group in (windows.aggregate, windows.velocity, windows.geographic, windows.temporal):
        f.update(group(h))
    f.update(windows.behavioral(h))
    f.update(windows.graph(h))
    f.update(knowledge.network(h))
    zscore, speed = f["amount_zscore"], f["travel_velocity_kmh"]
    parts = detector.components(h, zscore, speed)
    score = parts.max(axis=1)
    flag = score >= detector.FLAG
    f.update(detector.frequency(h, flag))
    f.update(detector.severity(h, score))
    f.update(detector.types(h, parts))
    f.update(detector.persistence(h, flag))
    f.update(detector.evidence(h, speed))
    f.update(isolation.features(h, zscore, speed, parts[:, 0]))
    f.update(detector.interaction(h, parts, score, f))
    return f


def text_list(dataset, attribute):
    return [item.decode() for item in dataset.attrs[attribute]]


def chosen_customers(rows, wanted):
    """A quarter with the most fraud, a quarter with the most rows, others spread over the ids."""
    groups = rows.groupby("customer_id")
    fraud = groups["is_fraud"].sum().sort_values(ascending=False, kind="stable")
    busy = groups.size().sort_values(ascending=False, kind="stable")
    head = list(fraud.index[: wanted // 4]) + list(busy.index[: wanted // 4])
    rest = [c for c in busy.index.sort_values() if c not in set(head)]
    step = max(1, len(rest) // max(1, wanted - len(set(head))))
    chosen = list(dict.fromkeys(head + rest[::step] + rest))
    return sorted(chosen[:wanted])


def compare(name, unit, stored, computed):
    """Which rows differ by more than allowed, and the largest difference."""
    difference = np.abs(stored.astype(float) - computed)
    if name in EXACT:
        wrong = stored != computed.astype(np.float32)
    else:
        allowed = ABSOLUTE.get(unit, NEXT_TO_ZERO) + RELATIVE * np.abs(computed)
        wrong = ~(difference <= allowed)
    return wrong, difference.max()


def check_fit(corpus, isolation):
    """Whether the histograms kept in the corpus are those computed."""
    stored = corpus["features"].attrs
    same = True
    fits = {"isolation_bins": isolation.counts, "isolation_scores": isolation.scores}
    for name, computed in fits.items():
        wrong = int(np.sum(stored[name].astype(np.int64) != computed))
        print(f"{name}: {computed.sum()} values, {wrong} of {computed.size} counts differ")
        same = same and wrong == 0
    return same


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--examples", type=int, default=0, help="differing rows to print, each")
    options = parser.parse_args()

    with h5py.File(options.corpus) as corpus:
        rows = read_rows(corpus)
        start = int(np.datetime64(corpus.attrs["start"], "D").astype(int))
        root = {key: int(corpus.attrs[key]) for key in ("customers", "days", "merchants", "seed")}
        knowledge = Knowledge(rows, root["merchants"], start, root["days"])
        isolation = Isolation(rows, root["seed"], root["customers"], start)
        chosen = chosen_customers(rows, options.customers)
        mine = rows[rows["customer_id"].isin(chosen)]
        parts = [
            pd.DataFrame(features_of(History(part), knowledge, isolation), index=part.index)
            for _, part in mine.groupby("customer_id")
        ]
        computed = pd.concat(parts)
        values = corpus["features/values"]
        names, units = text_list(values, "names"), text_list(values, "units")
        stored = values[()][computed.index]
        good = check_fit(corpus, isolation)

    if set(names) != set(computed.columns):
        print("features that only one side has:", sorted(set(names) ^ set(computed.columns)))
        return 1
    print(f"{len(chosen)} customers")
    print(f"{'feature':32}{'rows':>9}{'not 0':>9}{'differ':>9}{'largest difference':>20}")
    for k, name in enumerate(names):
        wrong, largest = compare(name, units[k], stored[:, k], computed[name].to_numpy(float))
        filled = np.count_nonzero(stored[:, k])
        print(f"{name:32}{len(wrong):9}{filled:9}{wrong.sum():9}{largest:20.3g}")
        if (stored[:, k] == stored[0, k]).all():
            print(f"    has one value only: {stored[0, k]}")
            good = False
        good = good and not wrong.any()
        for i in np.flatnonzero(wrong)[: options.examples]:
            print(f"    row {computed.index[i]}: {stored[i, k]}, not {computed[name].iloc[i]}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

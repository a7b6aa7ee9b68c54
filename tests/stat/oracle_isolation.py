"""The isolation score, fitted on the first 30 days of a sample of the customers."""

import numpy as np

from oracle_detector import components
from oracle_history import HOUR, History
from oracle_windows import amount_zscore, travel_velocity

RANGES = np.array([(0, 16), (0, 32), (0, 8), (0, 9.3), (0, 4), (0, 13), (0, 1), (-10, 10)])
BINS, SCORE_BINS, SCORE_MAX = 32, 1024, 40
FIT_DAYS = 30
SAMPLE_SHARE, SAMPLE_AT_LEAST = 64, 2000
STREAM_SAMPLE = 28  # its number in kernels/random/streams.def


def philox(counter, key):
    """Philox4x32-10 (Salmon et al. 2011): first word of the block of every counter [n, 4]."""
    c0, c1, c2, c3 = counter.astype(np.uint64).T
    k0, k1 = (np.uint64(int(key) >> shift & 0xFFFFFFFF) for shift in (0, 32))
    low, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> half) ^ c1 ^ k0, p1 & low, (p0 >> half) ^ c3 ^ k1, p0 & low
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & low, (k1 + np.uint64(0xBB67AE85)) & low
    return c0


def sample(seed, customers):
    """Ids whose draw is a multiple of 64, or with the 2,000 smallest draws, if these are more."""
    ids = np.arange(1, customers + 1)
    zero = np.zeros_like(ids)
    draws = philox(np.column_stack([ids, zero, zero + STREAM_SAMPLE, zero]), seed)
    chosen = ids[draws % np.uint64(SAMPLE_SHARE) == 0]
    if len(chosen) >= SAMPLE_AT_LEAST:
        return chosen
    return ids[np.argsort(draws, kind="stable")[:SAMPLE_AT_LEAST]]


def columns(h, zscore, speed, behavioral):
    """The eight columns. A first row has no last one: it is taken as infinitely long ago."""
    minutes = np.diff(h.time, prepend=-np.inf) / 60
    frequency = 1 + h.total(np.ones(h.count, int), HOUR)
    return np.column_stack(
        [
            np.log1p(h["amount"]),
            h["hour"],
            np.log1p(h["distance_from_home"].astype(float)),
            np.log1p(speed),
            np.log1p(frequency),
            np.log1p(minutes),
            behavioral,
            zscore,
        ]
    )


def bins_of(values):
    """Bin of every value in its column's range, outliers in the outer bins."""
    low, high = RANGES.T
    inside = np.clip(values, low, high)
    return np.minimum((inside - low) / (high - low) * BINS, BINS - 1).astype(int)


def score_bins(score):
    return np.minimum(score / SCORE_MAX * SCORE_BINS, SCORE_BINS - 1).astype(int)


class Isolation:
    """Histograms of the columns and of the scores over the rows of the first 30 days."""

    def __init__(self, rows, seed, customers, first_date):
        self.last_date = first_date + FIT_DAYS
        early = rows[rows["date"] < self.last_date]
        early = early[early["customer_id"].isin(sample(seed, customers))]
        values = []
        for _, part in early.groupby("customer_id", sort=False):
            h = History(part)
            zscore, speed = amount_zscore(h), travel_velocity(h)
            values.append(columns(h, zscore, speed, components(h, zscore, speed)[:, 0]))
        bins = bins_of(np.concatenate(values))
        self.counts = np.stack([np.bincount(column, minlength=BINS) for column in bins.T])
        self.scores = np.bincount(score_bins(self.score_of(bins)), minlength=SCORE_BINS)

    def score_of(self, bins):
        heights = self.counts + 1
        surprise = np.log10(heights.max(axis=1, keepdims=True) / heights)
        return np.sum(surprise[np.arange(len(RANGES)), bins], axis=1)

    def features(self, h, zscore, speed, behavioral):
        score = self.score_of(bins_of(columns(h, zscore, speed, behavioral)))
        below = (np.cumsum(self.scores) - self.scores) / self.scores.sum()
        known = h["date"] >= self.last_date
        return {
            "isolation_score": np.where(known, score, 0),
            "anomaly_probability": np.where(known, below[score_bins(score)], 0),
        }

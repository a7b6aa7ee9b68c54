#!/usr/bin/python3
"""Measures what a corpus says about its own fraud against what was asked for: how much of it there
is, when the bank learns of it, what is blocked then, and how many look-alikes each naive rule
meets.
"""

import argparse
import math
import sys

import numpy as np

import audit_bands as bands
import audit_rules
from audit_bands import REPORT, Band, Line, most
from audit_corpus import Corpus
from audit_derived import Derived
from audit_history import group_starts
from audit_typologies import DEFINITIONS, read_typologies

HOUR = 3600
CARDS = ("card_cloning", "stolen_card", "card_testing")
BLOCKING = CARDS + ("account_takeover",)  # an instrument was taken from its owner
CLAIMED = "friendly_fraud"  # reported by the claim itself, without a law of delays

QUANTILES = ((0.50, 0.0, 1.2533), (0.95, 1.6449, 2.1127))  # share, normal quantile, error x sqrt(n)
DELAY_TOLERANCE = math.log(1.05)
ERRORS = 3  # standard errors allowed beside the tolerance: episodes are a sample
FEWEST_EPISODES = 30

NEVER = 0.08  # share of episodes that are never reported
TWINS = 2.0
TWINS_BAND, SMALL_TWINS_BAND = Band(1.7, 2.3), Band(1.0, 4.0)
THIEF_ROWS = 2  # declined after the report, at most

# Shares of typologies hold above this rate; no month is empty from this rate and this many rows on.
SHARES_ABOVE = 0.0005
MONTHS_FROM, MONTHS_ROWS = 0.001, 1_000_000


class Episodes:
    """Facts of each episode, from its rows: all arrays have one element for each episode."""

    def __init__(self, corpus):
        rows, labels = corpus.transactions, corpus.labels
        chosen = np.flatnonzero(labels["episode_id"] > 0)
        self.rows = chosen
        self.ids, self.code = np.unique(labels["episode_id"][chosen], return_inverse=True)
        time, reported = rows["timestamp"][chosen], labels["reported_at"][chosen]
        fraud, approved = corpus.fraud[chosen], rows.where("status", "approved")[chosen]
        self.reported = self.extreme(np.minimum, reported, reported > 0, np.iinfo(np.int64).max)
        self.known = self.reported < np.iinfo(np.int64).max
        self.last_taken = self.extreme(np.maximum, time, fraud & approved, -1)
        self.first_taken = self.extreme(np.minimum, time, fraud, np.iinfo(np.int64).max)
        self.fraud_rows = np.bincount(self.code, fraud)
        # A chain's legs have their own typologies; the report belongs to the whole.
        self.typology = np.zeros(len(self.ids), dtype=np.uint8)
        self.typology[self.code[fraud]] = labels["fraud_type"][chosen][fraud]
        second = np.zeros(len(self.ids), dtype=bool)
        if "secondary_fraud_type" in labels:
            second[self.code] |= labels["secondary_fraud_type"][chosen] > 0
        self.single = ~second

    def extreme(self, best, values, mask, empty):
        result = np.full(len(self.ids), empty, dtype=np.int64)
        best.at(result, self.code[mask], values[mask])
        return result


def delays(corpus, episodes):
    """{typology: seconds from the last row that took money to the report} of plain episodes."""
    wanted = episodes.known & episodes.single & (episodes.last_taken >= 0)
    delay = episodes.reported - episodes.last_taken
    members = corpus.labels.members("fraud_type")
    return {
        name: delay[wanted & (episodes.typology == code)]
        for name, code in members.items() if name not in ("none", CLAIMED)
    }  # fmt: skip


def delay_lines(found, typologies):
    """Quantiles over the configured ones, of each typology and of all, each delay on its law's
    scale."""
    lines, pooled = [], []
    for name, seconds in found.items():
        law = typologies[name]
        if len(seconds) == 0:
            continue
        scaled = np.log(np.maximum(seconds, 1) / (law.hours * HOUR))
        pooled.append(scaled / law.sigma)
        if len(seconds) >= FEWEST_EPISODES:
            lines += quantile_lines(f"report delay of {name}", scaled, law.sigma)
    if pooled:
        lines += quantile_lines("report delay of all, scaled", np.concatenate(pooled), 1.0)
    return lines


def quantile_lines(name, scaled, sigma):
    lines = []
    for share, normal, error in QUANTILES:
        off = float(np.quantile(scaled, share)) - sigma * normal
        allowed = DELAY_TOLERANCE + ERRORS * sigma * error / math.sqrt(len(scaled))
        band = Band(round(math.exp(-allowed), 3), round(math.exp(allowed), 3))
        lines.append(Line(f"{name}, p{100 * share:.0f} / asked", (math.exp(off),), band))
    return lines


def report_faults(corpus, episodes):
    """Counts that must be zero.

    Friendly fraud is reported by claims, row by row, and nothing is blocked by one: its rows name
    the time of a claim, or one after the corpus, and not that of the episode.
    """
    rows, labels = corpus.transactions, corpus.labels
    time, reported = rows["timestamp"], labels["reported_at"]
    own, code = episodes.rows, episodes.code
    learned = np.where(episodes.known, episodes.reported, np.iinfo(np.int64).max)[code]
    friendly = corpus.typology(CLAIMED)[own]
    late = corpus.fraud[own] & (time[own] > learned) & ~friendly
    refused = rows.where("response_code", "risk_declined")[own]
    thief = np.bincount(code, late, minlength=len(episodes.ids))
    claims = labels.where("role", "chargeback")
    claimed = np.isin(reported[own], time[claims]) | (reported[own] > time.max())
    values = {
        "fraud rows reported before they happen": corpus.fraud & (reported > 0) & (reported < time),
        "rows outside episodes with a report": (labels["episode_id"] == 0) & (reported > 0),
        "rows after the report that are not risk_declined": late & ~refused,
        "rows after the report reported at another time": late & (reported[own] != time[own]),
        "rows before the report that name another time": ~late & ~friendly
        & (reported[own] > 0) & (reported[own] != learned),
        "episodes with more rows after the report than two": thief > THIEF_ROWS,
        "rows of friendly_fraud reported at no claim's time": friendly & ~claimed
        & (reported[own] > 0),
        "twins that are fraud": corpus.fraud & ~labels.where("benign_twin_of", "none"),
    }  # fmt: skip
    return {name: int(mask.sum()) for name, mask in values.items()}


def approved_after_block(corpus):
    """{typology: approved debits of an instrument after the first report of fraud with it}."""
    rows, labels = corpus.transactions, corpus.labels
    key = corpus.customer * 256 + rows["instrument_id"]
    spent = rows.where("status", "approved") & rows.where("direction", "debit")
    found = {}
    for name in labels.members("fraud_type"):
        fraud = corpus.typology(name) & (labels["reported_at"] > 0) & (rows["instrument_id"] > 0)
        if not fraud.any():
            continue
        order = np.lexsort((labels["reported_at"][fraud], key[fraud]))
        keys, first = key[fraud][order], group_starts(key[fraud][order])
        blocked = first == np.arange(len(first))
        keys, since = keys[blocked], labels["reported_at"][fraud][order][blocked]
        place = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        late = spent & (keys[place] == key) & (rows["timestamp"] > since[place])
        found[name] = int(late.sum())
    return found


def prevalence(corpus, episodes, typologies, rate):
    """Rows of fraud over those asked for, in all and by typology, with the band of each."""
    total = rate * corpus.rows
    lines = [
        Line("fraud rows / asked", (corpus.fraud.sum() / total,), around_one(max(0.02, 13 / total)))
    ]
    shares = sum(row.share for row in typologies.values())
    members = corpus.labels.members("fraud_type")
    for name, row in typologies.items():
        asked = total * row.share / shares
        own = episodes.fraud_rows[episodes.typology == members[name]]
        largest = own.max(initial=0)
        count = int(corpus.typology(name).sum())
        band = around_one(max(0.05, largest / asked)) if asked else most(0)
        band = band if rate > SHARES_ABOVE else REPORT
        lines.append(Line(f"{name} / asked", (count / asked if asked else count,), band))
    return lines


def around_one(tolerance):
    return Band(round(1 - tolerance, 4), round(1 + tolerance, 4))


def by_month(corpus, typologies):
    """{typology: fraud rows in each month of the window}."""
    month = corpus.month()
    first, count = int(month.min()), int(month.max() - month.min() + 1)
    return {
        name: np.bincount(month[corpus.typology(name)] - first, minlength=count).tolist()
        for name in typologies
    }


def twin_lines(corpus, typologies, small):
    """Rows of twins that fire the rule for each fraud row of the typology that does."""
    rules = {name: row.rule for name, row in typologies.items()}
    band = SMALL_TWINS_BAND if small else TWINS_BAND
    lines = []
    for name, fires in audit_rules.firing(corpus, rules, Derived(corpus)).items():
        hits = (fires & corpus.typology(name)).sum()
        twins = (fires & corpus.labels.where("benign_twin_of", name)).sum()
        ratio = audit_rules.ratio(twins, hits)
        lines.append(Line(f"twins of {name} / fraud rows", (ratio,), band if hits else REPORT))
    return lines


def never_line(episodes):
    share = float(1 - episodes.known.mean()) if len(episodes.ids) else float("nan")
    error = ERRORS * math.sqrt(NEVER * (1 - NEVER) / max(len(episodes.ids), 1))
    band = Band(round(NEVER - error, 4), round(NEVER + error, 4))
    return Line("episodes never reported", (share,), band)


def measure(corpus, typologies, rate, small):
    """Lines of one corpus, its delays by typology, and details."""
    episodes = Episodes(corpus)
    months = by_month(corpus, typologies)
    empty = sum(sum(counts) == 0 for counts in zip(*months.values()))
    lines = prevalence(corpus, episodes, typologies, rate)
    steady = rate >= MONTHS_FROM and corpus.rows >= MONTHS_ROWS
    lines.append(Line("months without fraud", (empty,), most(0) if steady else REPORT))
    lines += [
        Line(name, (count,), most(0)) for name, count in report_faults(corpus, episodes).items()
    ]
    for name, count in approved_after_block(corpus).items():
        band = most(0) if name in BLOCKING else REPORT
        lines.append(Line(f"approved after the report, instruments of {name}", (count,), band))
    lines.append(never_line(episodes))
    lines += twin_lines(corpus, typologies, small)
    details = {"corpus": corpus.name, "episodes": len(episodes.ids), "months": months}
    return lines, delays(corpus, episodes), details


def joined(parts):
    """Lines of several corpora by measure; the widest band of them holds."""
    names = dict.fromkeys(line.measure for lines in parts for line in lines)
    result = []
    for name in names:
        same = [line for lines in parts for line in lines if line.measure == name]
        band = Band(min(line.band.low for line in same), max(line.band.high for line in same))
        result.append(Line(name, tuple(line.values[0] for line in same), band))
    return result


def audit(options):
    typologies = read_typologies(options.typologies)
    parts, details, found = [], [], {}
    for path in options.corpus:
        with Corpus(path) as corpus:
            rate = options.rate or float(corpus.setting("fraud_rate", 0.01))
            lines, delay, more = measure(corpus, typologies, rate, options.small)
        parts.append(lines)
        details.append(more)
        for name, seconds in delay.items():
            found[name] = np.r_[found.get(name, []), seconds]
    lines = joined(parts) + delay_lines(found, typologies)
    return bands.report(lines, f"{len(parts)} corpora", options, details)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="+", help="HDF5 file written by synfin generate")
    parser.add_argument("--typologies", default=DEFINITIONS, help="file that declares the laws")
    parser.add_argument("--rate", type=float, help="share of fraud rows that was asked for")
    parser.add_argument("--small", action="store_true", help="bands of corpora of 200,000 rows")
    bands.add_output_options(parser)
    return audit(parser.parse_args())


if __name__ == "__main__":
    sys.exit(bands.run(main, "audit_reports.py"))

#!/usr/bin/python3
"""Measures how much a model of the first third of the window loses by the last month when fraud
drifts: 1 - AP with drift / AP without, for pairs of corpora that differ in nothing else.
"""

import argparse
import sys

import numpy as np

import audit_bands as bands
import audit_models as models
from audit_bands import Band, Line
from audit_corpus import DAY, Corpus

LOSS = Band(0.20, 0.50)
SMALL_LOSS = Band(0.05, 0.70)
MONTH = 30 * DAY
ROUNDS = 80  # fixed: early stopping would need rows that have drifted


def late_precision(path):
    """Average precision in the last month of boosted trees that saw the first third, and the
    share of fraud there."""
    with Corpus(path) as corpus:
        time = corpus.transactions["timestamp"]
        early = np.flatnonzero(time < corpus.start + (corpus.end - corpus.start) / 3)
        late = np.flatnonzero(time >= corpus.end - MONTH)
        _, matrix, types = models.raw_matrix(corpus.transactions, early)
        model = models.fit(matrix, corpus.fraud[early], types, rounds=ROUNDS)
        _, matrix, _ = models.raw_matrix(corpus.transactions, late)
        score = models.predict(model, matrix, types)
        return models.average_precision(score, corpus.fraud[late]), corpus.fraud[late].mean()


def audit(options):
    if len(options.on) != len(options.off):
        raise ValueError("as many corpora with drift as without are needed")
    on, off = [
        np.array([late_precision(path) for path in paths]) for paths in (options.on, options.off)
    ]
    band = SMALL_LOSS if options.small else LOSS
    lines = [
        Line("1 - AP with drift / AP without", tuple(1 - on[:, 0] / off[:, 0]), band),
        Line("AP of the last month, with drift", tuple(on[:, 0])),
        Line("AP of the last month, without", tuple(off[:, 0])),
        Line("share of fraud in it, with drift", tuple(on[:, 1])),
        Line("share of fraud in it, without", tuple(off[:, 1])),
    ]
    return bands.report(lines, f"{len(on)} pairs of corpora", options)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", nargs="+", required=True, help="corpora with drift")
    parser.add_argument("--off", nargs="+", required=True, help="the same without, in this order")
    parser.add_argument("--small", action="store_true", help="bands of corpora of 200,000 rows")
    bands.add_output_options(parser)
    return audit(parser.parse_args())


if __name__ == "__main__":
    sys.exit(bands.run(main, "audit_drift.py"))

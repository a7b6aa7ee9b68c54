"""What models find in traces of how the rows were made: order, row ids, gaps, digits,
contradictions.

All are split by customers, not by time: a row's position is its time, and in a split by time every
position judged would lie beyond all that were learned. Order, ids, gaps and digits are scored
inside strata of payment mode, transaction type and decile of the amount, which honest differences
between kinds of payment cannot cross.
"""

import numpy as np

import audit_contradictions
import audit_models as models

DECILES = 10
SHUFFLES = 10
SHUFFLED_ROWS = 100_000


def strata(corpus):
    amount = corpus.transactions["amount"]
    edges = np.quantile(amount, np.linspace(0, 1, DECILES + 1)[1:-1])
    decile = np.searchsorted(edges, amount, side="right")
    _, code = np.unique(corpus.cell() * DECILES + decile, return_inverse=True)
    return code


def row_order(corpus):
    """Place in the file, whole and by small powers of two, and among the rows of one second."""
    row = np.arange(corpus.rows)
    time = corpus.transactions["timestamp"]
    tie_before = np.r_[False, (np.diff(time) == 0) & (np.diff(corpus.customer) == 0)]
    parts = [row / corpus.rows, corpus.customer % 16, tie_before, np.r_[tie_before[1:], False]]
    return np.stack(parts + [row % n for n in (2, 4, 8, 64)], axis=1).astype(np.float32)


def row_id(corpus):
    """transaction_id inside the customer: from the first row, the last, as a share, by parity."""
    place = corpus.transactions["transaction_id"].astype(np.int64)
    place -= place[corpus.first[corpus.customer]]
    rows = np.diff(corpus.first)[corpus.customer]
    parts = [place, rows - place, place / rows, place % 2, place % 8]
    return np.stack(parts, axis=1).astype(np.float32)


def null_mask(corpus):
    """1 where a column says that it has no value."""
    table = corpus.transactions
    masks = [table.missing(name) for name in table.names]
    return np.stack([mask for mask in masks if mask is not None], axis=1).astype(np.float32)


def decimals(corpus):
    """Last digits of the amount: paise, rupees, endings, trailing zeros; of the coordinates'
    floats."""
    paise = np.rint(corpus.transactions["amount"] * 100).astype(np.int64)
    endings = [paise % 100, paise % 10, paise // 100 % 10, paise // 100 % 100, paise % 100 == 0]
    zeros = sum((paise % 10**n == 0).astype(np.int64) for n in range(1, 8))
    bits = [corpus.transactions[name].view(np.uint32) % 16 for name in ("latitude", "longitude")]
    return np.stack(endings + [zeros] + bits, axis=1).astype(np.float32)


TRACES = {
    "row order": row_order,
    "row id": row_id,
    "null mask": null_mask,
    "decimal pattern": decimals,
}


def measure_traces(corpus, names=tuple(TRACES)):
    """AUC of each trace inside strata."""
    stratum, fold = strata(corpus), models.split_by_customer(corpus)
    margin = models.stratum_margin(corpus.fraud, stratum)
    values = {}
    for name in names:
        score = models.cross_fitted(TRACES[name](corpus), corpus.fraud, fold, margin, rounds=40)
        values[f"AUC {name}"] = models.auc(score, corpus.fraud, stratum * 2 + fold)
    return values


def measure_contradictions(corpus):
    flags = audit_contradictions.matrix(corpus)
    fold = models.split_by_customer(corpus)
    score = models.cross_fitted(flags, corpus.fraud, fold, rounds=20)
    rows = flags.any(axis=1)
    named = {
        name: int(count) for name, count in zip(audit_contradictions.CHECKS, flags.sum(axis=0))
    }
    return {
        "AUC contradictions": models.auc(score, corpus.fraud, fold),
        "rows that contradict": int(rows.sum()),
    }, {"contradictions": named}


def measure_shuffled(corpus, part):
    """Labels shuffled over the rows before learning: mean AUC of the test rows."""
    random = np.random.default_rng(1)
    learn, judge = [
        random.permutation(np.flatnonzero(part == which))[:SHUFFLED_ROWS]
        for which in (models.TRAIN, models.TEST)
    ]
    _, learned, types = models.raw_matrix(corpus.transactions, learn)
    _, judged, _ = models.raw_matrix(corpus.transactions, judge)
    learned, judged = models.to_dmatrix(learned, types), models.to_dmatrix(judged, types)
    values = []
    for _ in range(SHUFFLES):
        target = random.permutation(corpus.fraud)
        learned.set_label(target[learn])
        model = models.fit(learned, target[learn], rounds=10, max_depth=4)
        values.append(models.auc(models.predict(model, judged), target[judge]))
    return {"AUC shuffled labels": float(np.mean(values))}

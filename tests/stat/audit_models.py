"""Splits, models and scores of the audits."""

import os

import numpy as np

# Threads of OpenMP that wait busily make a shared machine several times slower. Read at import.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
import xgboost  # noqa: E402
from sklearn.metrics import average_precision_score

from audit_corpus import DAY

# Names of other tables' rows, or the time itself: a model that learns them learns by heart which
# customers, merchants or weeks had fraud. merchant_name is a merchant's identity in words.
LEFT_OUT = (
    "transaction_id", "customer_id", "merchant_id", "counterparty_id", "device_id", "ip_prefix",
    "merchant_name", "timestamp", "date",
)  # fmt: skip

GAP = 7 * DAY
TRAIN, VALIDATION, TEST = 0, 1, 2
NO_PART = 3

BLOCK = 64  # customers of one fold, more than a community of neighbours that pay each other
THREADS = 2


def raw_columns(table):
    return [name for name in table.names if name not in LEFT_OUT and name != "currency"]


def raw_matrix(table, rows=None):
    """float32 [rows, columns] of the raw columns and the type of each: c categorical, q ordered.

    Enumerations are categories; mcc is one too, by number; dates and versions are ordered.
    """
    names = raw_columns(table)
    count = len(table[names[0]]) if rows is None else len(rows)
    matrix = np.empty((count, len(names)), dtype=np.float32)
    types = []
    for k, name in enumerate(names):
        values = table[name] if rows is None else table[name][rows]
        if name == "mcc":
            values = np.searchsorted(np.unique(table[name]), values)
        matrix[:, k] = values
        types.append("c" if is_category(table, name) else "q")
    return names, matrix, types


def is_category(table, name):
    return name == "mcc" or table.members(name) is not None


def split_by_time(corpus):
    """TRAIN, VALIDATION, TEST: 60, 20, 20 % of the window; NO_PART in the week after each cut."""
    time, length = corpus.transactions["timestamp"], corpus.end - corpus.start
    first, second = corpus.start + 0.6 * length, corpus.start + 0.8 * length
    part = np.full(corpus.rows, NO_PART, dtype=np.uint8)
    part[time < first] = TRAIN
    part[(time >= first + GAP) & (time < second)] = VALIDATION
    part[time >= second + GAP] = TEST
    return part


def split_by_customer(corpus):
    """Two folds of blocks of neighbouring customers, alternating by a fixed coin."""
    blocks = int(corpus.customer.max()) // BLOCK + 1
    coin = np.random.default_rng(1).permutation(blocks) % 2
    return coin[corpus.customer // BLOCK].astype(np.uint8)


def fit(matrix, target, types=None, margin=None, weight=None, **options):
    """Boosted trees by histograms of an array, or of an xgboost.DMatrix with its labels. `watch`,
    (matrix, target), stops the rounds early."""
    parameters = {
        "objective": "binary:logistic", "tree_method": "hist", "nthread": THREADS, "seed": 1,
        "eta": 0.1, "max_depth": 6, "max_bin": 128, "min_child_weight": 1,
        "base_score": float(np.clip(np.average(target, weights=weight), 1e-6, 0.5)),
        "eval_metric": "aucpr",
    }  # fmt: skip
    rounds, watch = options.pop("rounds", 60), options.pop("watch", None)
    parameters.update(options)
    data = matrix
    if isinstance(matrix, np.ndarray):
        data = to_dmatrix(matrix, types, label=target, base_margin=margin, weight=weight)
    if watch is None:
        return xgboost.train(parameters, data, rounds)
    other = to_dmatrix(watch[0], types, label=watch[1])
    return xgboost.train(
        parameters, data, rounds, evals=[(other, "validation")], early_stopping_rounds=15,
        verbose_eval=False,
    )  # fmt: skip


def to_dmatrix(matrix, types=None, **facts):
    if types is None:
        types = ["q"] * matrix.shape[1]
    return xgboost.DMatrix(
        matrix, feature_types=types, enable_categorical=True, nthread=THREADS, **facts
    )


def predict(model, matrix, types=None):
    """Log-odds; trees after the best round are not used."""
    best = getattr(model, "best_iteration", None)
    rounds = (0, 0) if best is None else (0, best + 1)
    data = to_dmatrix(matrix, types) if isinstance(matrix, np.ndarray) else matrix
    return model.predict(data, output_margin=True, iteration_range=rounds)


def cross_fitted(matrix, target, fold, margin=None, **options):
    """Score of every row by a model of the other fold, freed of `margin`. Scores of different folds
    must not be compared: a fold with more fraud is judged by a model that saw less."""
    score = np.empty(len(target), dtype=np.float32)
    for part in (0, 1):
        learn, judge = fold != part, fold == part
        own = None if margin is None else margin[learn]
        model = fit(matrix[learn], target[learn], margin=own, max_depth=4, **options)
        score[judge] = predict(model, matrix[judge])
    return score


def stratum_margin(target, stratum):
    """Log-odds of each row's stratum, drawn to the mean by ten rows' worth."""
    mean = target.mean()
    hits, rows = np.bincount(stratum, target), np.bincount(stratum)
    share = (hits + 10 * mean) / (rows + 10)
    return np.log(share / (1 - share))[stratum].astype(np.float32)


def percentiles(score, positive, stratum):
    """For each positive row the share of the negative rows of its stratum that score below it, ties
    counted half; NaN where the stratum has none. Their mean is the AUC inside strata: the chance
    that a fraud row scores above an honest row like it."""
    negative = ~positive
    order = np.lexsort((score[negative], stratum[negative]))
    values, strata = score[negative][order], stratum[negative][order]
    begins = np.searchsorted(strata, stratum[positive], side="left")
    ends = np.searchsorted(strata, stratum[positive], side="right")
    wanted, result = score[positive], np.full(int(positive.sum()), np.nan)
    for code in np.unique(stratum[positive]):  # some hundreds of strata at most
        mine = stratum[positive] == code
        low, high = begins[mine][0], ends[mine][0]
        if high > low:
            run = values[low:high]
            below = np.searchsorted(run, wanted[mine], side="left")
            upto = np.searchsorted(run, wanted[mine], side="right")
            result[mine] = (below + upto) / (2.0 * (high - low))
    return result


def auc(score, positive, stratum=None):
    if stratum is None:
        stratum = np.zeros(len(score), dtype=np.int64)
    found = percentiles(score, positive, stratum)
    return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")


def average_precision(score, positive):
    return float(average_precision_score(positive, score)) if positive.any() else float("nan")

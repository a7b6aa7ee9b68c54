"""How well one raw column alone tells a typology's rows from honest rows of the same payment mode
and transaction type, and what models of all raw columns find."""

import numpy as np

import audit_models as models
from audit_corpus import TYPOLOGIES

HONEST_ROWS = 400_000  # of all honest rows: their share of the error is small against fraud's
FEWEST_ROWS = 20  # fraud rows of a typology below which no column is judged
SMOOTHING = 1.0  # rows added to both sides of a value's rate
BINS = 64

ROUNDS = 200
HIDDEN = ("friendly_fraud", "velocity_abuse")


def quantile_bins(values):
    """Bin of each value, equal shares of rows; missing values have a bin of their own."""
    some = values[~np.isnan(values)]
    edges = np.unique(np.quantile(some, np.linspace(0, 1, BINS + 1)[1:-1])) if len(some) else []
    return np.where(np.isnan(values), BINS + 1, np.searchsorted(edges, values, side="right"))


def filled(values):
    """Missing values below all others, so that having none is a value like any other."""
    return np.where(np.isnan(values), -np.inf, values)


class Cells:
    """Fraud and honest rows by cell of payment mode and transaction type, and typologies that have
    rows enough to be judged."""

    def __init__(self, corpus):
        _, self.cell = np.unique(corpus.cell(), return_inverse=True)
        self.count = int(self.cell.max()) + 1
        self.fold = models.split_by_customer(corpus)
        self.fraud = corpus.fraud
        self.typology = {}
        for name in TYPOLOGIES:
            rows = np.flatnonzero(corpus.typology(name))
            if len(rows) >= FEWEST_ROWS:
                self.typology[name] = rows
        honest = np.flatnonzero(~corpus.fraud)
        if len(honest) > HONEST_ROWS:
            honest = np.random.default_rng(1).choice(honest, HONEST_ROWS, replace=False)
        self.sample = np.sort(np.r_[np.flatnonzero(corpus.fraud), honest])

    def histogram(self, value, size, rows):
        """Rows by fold, cell and value, shape [2, cells, size]."""
        key = (self.fold[rows].astype(np.int64) * self.count + self.cell[rows]) * size + value[rows]
        return np.bincount(key, minlength=2 * self.count * size).reshape(2, self.count, size)


def mean_percentile(score, positive, honest):
    """Sum over positive rows of the share of honest rows of their cell that score lower (ties
    half), and number of these rows. Histograms of shape [cells, values], one score for each value.
    """
    _, rank = np.unique(score, return_inverse=True)
    tied = np.zeros((len(honest), int(rank.max()) + 1))
    np.add.at(tied.T, rank, honest.T)
    below = np.cumsum(tied, axis=1) - tied / 2
    total = honest.sum(axis=1, keepdims=True)
    known = positive * (total > 0)
    return float((known * (below / np.maximum(total, 1))[:, rank]).sum()), int(known.sum())


def rate_auc(positive, honest):
    """AUC inside cells of the log-rate of each value among fraud rows against honest rows weighted
    to the fraud rows' cells, learned on one fold and judged on the other."""
    found, rows = 0.0, 0
    for learn, judge in ((0, 1), (1, 0)):
        weight = positive[learn].sum(axis=1) / np.maximum(honest[learn].sum(axis=1), 1)
        seen, expected = positive[learn].sum(axis=0), weight @ honest[learn]
        score = np.log((seen + SMOOTHING) / (expected + SMOOTHING))
        part, count = mean_percentile(score, positive[judge], honest[judge])
        found, rows = found + part, rows + count
    return found / rows if rows else float("nan")


def ordered_auc(values, cells):
    """{typology: AUC} of a column by its order, in its better direction for each."""
    score = filled(values[cells.sample].astype(np.float64))
    fraud = cells.fraud[cells.sample]
    share = np.full(len(values), np.nan)
    share[cells.sample[fraud]] = models.percentiles(score, fraud, cells.cell[cells.sample])
    middle = {name: float(np.nanmean(share[rows])) for name, rows in cells.typology.items()}
    return {name: max(found, 1 - found) for name, found in middle.items()}


def value_auc(value, cells):
    """{typology: AUC} of a column by the rate of each of its values."""
    size = int(value.max()) + 1
    honest = cells.histogram(value, size, np.flatnonzero(~cells.fraud))
    return {
        name: rate_auc(cells.histogram(value, size, rows), honest)
        for name, rows in cells.typology.items()
    }


def column_auc(table, name, cells, any_shape):
    if models.is_category(table, name):
        return value_auc(np.unique(table[name], return_inverse=True)[1], cells)
    if any_shape:
        return value_auc(quantile_bins(table[name].astype(np.float64)), cells)
    return ordered_auc(table[name], cells)


def measure_columns(corpus):
    """The best column of each typology, their largest and their median."""
    cells = Cells(corpus)
    values, details = {}, {}
    for any_shape in (False, True):
        best = {}
        for name in models.raw_columns(corpus.transactions):
            for typology, found in column_auc(corpus.transactions, name, cells, any_shape).items():
                if found > best.get(typology, (0, ""))[0]:
                    best[typology] = (found, name)
        found = [value for value, _ in best.values()]
        suffix = ", any shape" if any_shape else ""
        values[f"AUC best column, largest{suffix}"] = max(found, default=float("nan"))
        median = float(np.median(found)) if found else float("nan")
        values[f"AUC best column, median{suffix}"] = median
        details[f"best column{suffix}"] = {t: [name, value] for t, (value, name) in best.items()}
    return values, details


def measure_models(corpus, part):
    """Average precision on the test rows of a tree of depth two and of boosted trees."""
    rows = [
        np.flatnonzero(part == which) for which in (models.TRAIN, models.VALIDATION, models.TEST)
    ]
    names, train, types = models.raw_matrix(corpus.transactions, rows[0])
    validation = models.raw_matrix(corpus.transactions, rows[1])[1], corpus.fraud[rows[1]]
    test = models.raw_matrix(corpus.transactions, rows[2])[1]
    learned, judged = corpus.fraud[rows[0]], corpus.fraud[rows[2]]
    tree = models.fit(train, learned, types, rounds=1, eta=1.0, max_depth=2)
    values = {
        "AP depth-2 tree": models.average_precision(models.predict(tree, test, types), judged)
    }
    boosted = models.fit(train, learned, types, rounds=ROUNDS, watch=validation)
    score = models.predict(boosted, test, types)
    values["AP boosted trees"] = models.average_precision(score, judged)
    values["AUC boosted trees"] = models.auc(score, judged)
    seen = ~(judged & corpus.labels.where("fraud_type", *HIDDEN)[rows[2]])
    values["AP without friendly_fraud and velocity_abuse"] = models.average_precision(
        score[seen], judged[seen]
    )
    values["share of fraud in test rows"] = float(judged.mean())
    gain = boosted.get_score(importance_type="total_gain")
    total = sum(gain.values())
    named = {names[int(key[1:])]: round(value / total, 3) for key, value in gain.items()}
    order = sorted(named, key=named.get, reverse=True)[:10]
    return values, {"gain": {name: named[name] for name in order}}

#!/usr/bin/python3
"""baselines.py [option...]: the table of docs/baselines.md, measured anew.

For each difficulty and each seed of the generator: makes a corpus, reads it into one matrix,
trains boosted trees on several choices of its columns and removes the corpus. Prints the means
over the seeds beside the bands that a credible corpus should be in; with --into writes them
between the marks of that page, after each corpus, so that a run that is stopped leaves what it
has. Packages of Debian: python3-h5py, python3-numpy, python3-sklearn, python3-xgboost. SYNFIN
names the program (default: build/synfin beside docs).
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

# Threads that wait busily make a shared machine several times slower. Read at import.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
import h5py
import numpy
import xgboost
from sklearn.metrics import average_precision_score, roc_auc_score

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIFFICULTIES = ("easy", "standard", "hard")
DAY = 86400

# What models of `synfin train` do not see either: ids, absolute times, names, addresses.
LEFT_OUT = {"transaction_id", "customer_id", "merchant_id", "counterparty_id", "device_id",
            "timestamp", "date", "merchant_name", "ip_prefix", "instrument_id"}
# Of the graph group, what any table of payments has is no merit of graphs.
NO_GRAPH = {"amount_zscore", "amount_to_balance_ratio"}

TREES = {"objective": "binary:logistic", "eval_metric": "aucpr", "tree_method": "hist",
         "max_bin": 64, "eta": 0.15, "max_depth": 7, "min_child_weight": 1, "reg_lambda": 5,
         "subsample": 0.8, "colsample_bytree": 0.4, "base_score": 0.01, "seed": 1}
ROUNDS, PATIENCE = 200, 25
# Of the honest rows of the training part one in so many is used, and weighs as many: the frauds
# are what there is little of, and all rows would take about twice as long.
HONEST = 3
STUMP = {"max_depth": 2, "eta": 1, "subsample": 1, "colsample_bytree": 1, "min_child_weight": 1}

# Measure: its band by difficulty, None = no band.
BANDS = {
    "AP, raw + features": ((0.50, 0.75), (0.30, 0.50), (0.12, 0.28)),
    "AP, features alone": ((0.42, 0.65), (0.22, 0.42), (0.05, 0.18)),
    "AUC, raw + features": ((0.95, 0.985), (0.90, 0.955), (0.84, 0.91)),
    "recall at 1 % false positives": ((0.60, 0.80), (0.40, 0.60), (0.25, 0.45)),
    "gain of raw + features over raw, AP": ((0.15, 1), (0.10, 1), None),
    "gain of the graph group on ring typologies, AP": ((0.20, 1), (0.10, 1), None),
    "depth-2 tree on the features, AP": (None, (0, 0.20), None),
    "best single feature by typology, largest AUC": (None, (0, 0.95), (0, 0.90)),
    "best single feature by typology, median AUC": (None, (0, 0.85), (0, 0.78)),
    "the same against all honest rows, largest": (None, None, None),
    "the same against all honest rows, median": (None, None, None),
    "AP, raw": (None, None, None),
    "AP on ring typologies, raw + features": (None, None, None),
    "card precision at 100 a day": (None, None, None),
    "F1 at the threshold of the validation part": (None, None, None),
    "share of the defrauded rupees found": (None, None, None),
    "share of episodes with a row found": (None, None, None),
    "share of rings with a row found": (None, None, None),
}


class Corpus:
    """Columns of a corpus as one float32 matrix, what they are called, and what is true."""

    def __init__(self, path):
        with h5py.File(path) as file:
            table, labels, values = file["transactions"], file["labels"], file["features/values"]
            raw = [name for name in table if name not in LEFT_OUT and table[name].ndim == 1]
            features = [to_text(name) for name in values.attrs["names"]]
            groups = [to_text(name) for name in values.attrs["groups"]]
            self.names = raw + features
            self.raw = len(raw)
            self.graph = [len(raw) + f for f, group in enumerate(groups)
                          if group == "graph" and features[f] not in NO_GRAPH]
            self.x = numpy.empty((len(labels["split"]), len(self.names)), dtype=numpy.float32)
            for c, name in enumerate(raw):
                self.x[:, c] = table[name][:]
            for begin in range(0, len(self.x), 1 << 18):
                self.x[begin:begin + (1 << 18), len(raw):] = values[begin:begin + (1 << 18)]
            self.fraud = labels["is_fraud"][:].astype(bool)
            self.kind = labels["fraud_type"][:]
            self.kinds = h5py.check_enum_dtype(labels["fraud_type"].dtype)
            self.of_rings = sorted(set(file["rings/fraud_type"][:].tolist()) - {0})
            self.episode, self.ring = labels["episode_id"][:], labels["ring_id"][:]
            self.customer, self.amount = table["customer_id"][:], numpy.abs(table["amount"][:])
            self.day = table["timestamp"][:] // DAY
            split, members = labels["split"][:], h5py.check_enum_dtype(labels["split"].dtype)
            self.train, self.validation, self.test = (
                numpy.flatnonzero(split == members[part])
                for part in ("train", "validation", "test"))
            column = {name: c for c, name in enumerate(raw)}
            self.stratum = (self.x[:, column["payment_mode"]] * 256
                            + self.x[:, column["transaction_type"]]).astype(numpy.int32)


def to_text(name):
    return name.decode() if isinstance(name, bytes) else name


def fit(corpus, columns, rows, options, rounds=ROUNDS, **other):
    """Trees on these columns of rows of the training part; scores of validation and test part."""
    def matrix(index):
        return xgboost.DMatrix(corpus.x[numpy.ix_(index, columns)], corpus.fraud[index],
                               nthread=options.threads)

    train, validation = (part[rows[part]] for part in (corpus.train, corpus.validation))
    drawn = numpy.random.default_rng(1).random(len(train)) < 1 / HONEST
    train = train[corpus.fraud[train] | drawn]
    watched, learned = matrix(validation), matrix(train)
    learned.set_weight(numpy.where(corpus.fraud[train], 1, HONEST))
    model = xgboost.train({**TREES, **other, "nthread": options.threads}, learned, rounds,
                          evals=[(watched, "validation")], early_stopping_rounds=PATIENCE,
                          verbose_eval=False)
    best = (0, model.best_iteration + 1)
    score = numpy.full(len(corpus.x), numpy.nan, dtype=numpy.float32)
    score[validation] = model.predict(watched, iteration_range=best)
    score[corpus.test] = model.predict(matrix(corpus.test), iteration_range=best)
    return score


def precision(corpus, score, kinds=None):
    """Average precision on the test part; of frauds of some kinds against honest rows."""
    rows = corpus.test
    if kinds is not None:
        rows = rows[~corpus.fraud[rows] | numpy.isin(corpus.kind[rows], kinds)]
    fraud = corpus.fraud[rows]
    return average_precision_score(fraud, score[rows]) if fraud.any() else 0


def found_at(corpus, score, share):
    """Rows of the test part that score as high as the least score with so many false alarms."""
    honest = numpy.sort(score[corpus.test[~corpus.fraud[corpus.test]]])
    alarms = int(share * len(honest))
    return score[corpus.test] > honest[len(honest) - alarms - 1]


def card_precision(corpus, score, alerts=100):
    """Mean over days of the share of defrauded customers among those with the highest scores."""
    shares = []
    days = corpus.day[corpus.test]
    for day in numpy.unique(days):
        rows = corpus.test[days == day]
        customers, place = numpy.unique(corpus.customer[rows], return_inverse=True)
        best, hit = numpy.zeros(len(customers)), numpy.zeros(len(customers), dtype=bool)
        numpy.maximum.at(best, place, score[rows])
        numpy.logical_or.at(hit, place, corpus.fraud[rows])
        shares.append(hit[numpy.argsort(-best, kind="stable")[:alerts]].mean())
    return numpy.mean(shares)


def best_f1(corpus, score):
    """F1 of the test part at the threshold that is best on the validation part."""
    rows = corpus.validation[numpy.argsort(-score[corpus.validation], kind="stable")]
    hits = numpy.cumsum(corpus.fraud[rows])
    f1 = 2 * hits / (numpy.arange(1, len(rows) + 1) + hits[-1])
    called = score[corpus.test] >= score[rows[numpy.argmax(f1)]]
    fraud = corpus.fraud[corpus.test]
    return 2 * (called & fraud).sum() / max(1, called.sum() + fraud.sum())


def share_of_groups(number, found):
    """Of episodes or rings with a row of fraud, the share with one that is found."""
    of_any = numpy.unique(number[number > 0])
    return numpy.isin(of_any, number[found]).mean() if len(of_any) else 0


def single_features(corpus, strata):
    """Of each typology the best AUC that one feature has, in either direction: against the honest
    rows of the same stratum, as tests/stat/audit.py has it for raw columns."""
    rows = corpus.test
    fraud, kind, stratum = corpus.fraud[rows], corpus.kind[rows], strata[rows]
    numbers = [number for number in corpus.kinds.values() if (fraud & (kind == number)).any()]
    best = dict.fromkeys(numbers, 0.0)
    for column in range(corpus.raw, corpus.x.shape[1]):
        values = corpus.x[rows, column]
        below = numpy.full(len(rows), numpy.nan)
        for code in numpy.unique(stratum[fraud]):
            mine = stratum == code
            honest = numpy.sort(values[mine & ~fraud])
            if len(honest):
                wanted = values[mine & fraud]
                places = sum(numpy.searchsorted(honest, wanted, side) for side in ("left", "right"))
                below[mine & fraud] = places / 2 / len(honest)
        for number in numbers:
            ranks = below[fraud & (kind == number)]
            ranks = ranks[numpy.isfinite(ranks)]
            if len(ranks):
                best[number] = max(best[number], ranks.mean(), 1 - ranks.mean())
    return list(best.values())


def measure(folder, options, difficulty, seed):
    """All measures of one corpus, and the average precision of each typology."""
    program = os.environ.get("SYNFIN", ROOT / "build" / "synfin")
    subprocess.run([program, "generate", "--rows", str(options.rows), "--days", str(options.days),
                    "--seed", str(seed), "--difficulty", difficulty, "--fraud-rate", "0.01",
                    "-o", folder / "corpus.h5", "--force", "--quiet"], check=True)
    corpus = Corpus(folder / "corpus.h5")
    (folder / "corpus.h5").unlink()
    everything = numpy.arange(corpus.x.shape[1])
    without_graph = numpy.setdiff1d(everything, corpus.graph)
    rows = numpy.ones(len(corpus.x), dtype=bool)
    in_rings = ~corpus.fraud | numpy.isin(corpus.kind, corpus.of_rings)
    both = fit(corpus, everything, rows, options)
    raw = fit(corpus, everything[:corpus.raw], rows, options)
    features = fit(corpus, everything[corpus.raw:], rows, options)
    stump = fit(corpus, everything[corpus.raw:], rows, options, rounds=1, **STUMP)
    rings, no_graph = (fit(corpus, columns, in_rings, options)
                       for columns in (everything, without_graph))
    test = corpus.test
    fraud, found = corpus.fraud[test], found_at(corpus, both, 0.01)
    amount = corpus.amount[test]
    same, anywhere = (single_features(corpus, strata)
                      for strata in (corpus.stratum, numpy.zeros_like(corpus.stratum)))
    with_graph = precision(corpus, rings, corpus.of_rings)
    values = {
        "AP, raw + features": precision(corpus, both),
        "AP, features alone": precision(corpus, features),
        "AUC, raw + features": roc_auc_score(fraud, both[test]),
        "recall at 1 % false positives": found[fraud].mean(),
        "gain of raw + features over raw, AP": precision(corpus, both) - precision(corpus, raw),
        "gain of the graph group on ring typologies, AP":
            with_graph - precision(corpus, no_graph, corpus.of_rings),
        "depth-2 tree on the features, AP": precision(corpus, stump),
        "best single feature by typology, largest AUC": max(same),
        "best single feature by typology, median AUC": numpy.median(same),
        "the same against all honest rows, largest": max(anywhere),
        "the same against all honest rows, median": numpy.median(anywhere),
        "AP, raw": precision(corpus, raw),
        "AP on ring typologies, raw + features": with_graph,
        "card precision at 100 a day": card_precision(corpus, both),
        "F1 at the threshold of the validation part": best_f1(corpus, both),
        "share of the defrauded rupees found": amount[fraud & found].sum() / amount[fraud].sum(),
        "share of episodes with a row found":
            share_of_groups(corpus.episode[test][fraud], found[fraud]),
        "share of rings with a row found":
            share_of_groups(corpus.ring[test][fraud], found[fraud]),
    }
    typologies = {name: float(precision(corpus, both, [number]))
                  for name, number in corpus.kinds.items()
                  if (fraud & (corpus.kind[test] == number)).any()}
    return {name: float(value) for name, value in values.items()}, typologies


def cell(values, band):
    """Mean and spread over the seeds, and the band if there is one."""
    text = f"{numpy.mean(values):.3f}"
    if len(values) > 1:
        text += f" ± {numpy.std(values, ddof=1):.3f}"
    if band is None:
        return text
    inside = band[0] <= numpy.mean(values) <= band[1]
    low, high = band
    limits = f"≥ {low}" if high == 1 else f"≤ {high}" if low == 0 else f"{low}–{high}"
    return f"{text} ({limits}{'' if inside else ', missed'})"


def tables(results, options):
    """The page's part, Markdown."""
    seeds = "; ".join(f"{difficulty}: seeds {', '.join(map(str, options.seeds[:len(runs)]))}"
                      for difficulty, runs in results.items())
    lines = [f"{options.rows:,} rows, {options.days} days, 1 % fraud; {seeds}. Mean, and ± standard "
             "deviation over the seeds if there are several.", "",
             "| measure (band) | " + " | ".join(results) + " |", "|---|" + "---|" * len(results)]
    for name, bands in BANDS.items():
        cells = [cell([values[name] for values, _ in runs], bands[DIFFICULTIES.index(difficulty)])
                 for difficulty, runs in results.items()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    if len(results) > 1:
        for name in ("AP, raw + features", "AP, features alone"):
            means = [numpy.mean([values[name] for values, _ in results[difficulty]])
                     for difficulty in DIFFICULTIES if difficulty in results]
            falls = all(a > b for a, b in zip(means, means[1:]))
            lines += ["", f"{name}: {'falls' if falls else 'does not fall'} with the difficulty."]
    lines += ["", "Average precision by typology, raw + features, against honest rows:", "",
              "| typology | " + " | ".join(results) + " |", "|---|" + "---|" * len(results)]
    names = sorted({name for runs in results.values() for _, kinds in runs for name in kinds})
    for name in names:
        cells = []
        for runs in results.values():
            found = [kinds[name] for _, kinds in runs if name in kinds]
            cells.append(cell(found, None) if found else "-")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def write_into(page, text):
    begin, end = "<!-- begin measured: baselines -->\n", "<!-- end measured: baselines -->"
    whole = page.read_text(encoding="utf-8")
    head, rest = whole.split(begin)
    page.write_text(head + begin + text + end + rest.split(end)[1], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--difficulties", nargs="+", default=DIFFICULTIES, choices=DIFFICULTIES)
    parser.add_argument("--threads", type=int, default=0, help="of XGBoost; 0: all")
    parser.add_argument("--json", type=pathlib.Path, help="also write all numbers to this file")
    parser.add_argument("--into", type=pathlib.Path, help="page whose measured part is replaced")
    parser.add_argument("--scratch", help="folder for one corpus, about 0.5 GB a million rows")
    options = parser.parse_args()
    results = {}
    for seed in options.seeds:
        for difficulty in options.difficulties:
            with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
                run = measure(pathlib.Path(folder), options, difficulty, seed)
            results.setdefault(difficulty, []).append(run)
            print(f"{difficulty}, seed {seed}: AP {run[0]['AP, raw + features']:.4f}", flush=True)
            if options.json:
                options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
            if options.into:
                write_into(options.into, tables(results, options))
    print(tables(results, options))


if __name__ == "__main__":
    main()

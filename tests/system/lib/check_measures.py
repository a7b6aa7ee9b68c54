"""check_measures.py CORPUS SCORES REPORT: the report of `synfin
evaluate` against scikit-learn's functions and plain loops, to 1e-6."""
import json
import sys

import h5py
import numpy
from sklearn import metrics

TOLERANCE = 1e-6


def largest_recall(fraud, score, most):
    """(recall, threshold) of the ROC curve's last point with so few false positives."""
    rate, recall, threshold = metrics.roc_curve(fraud, score, drop_intermediate=False)
    last = numpy.flatnonzero(rate <= most)[-1]
    return recall[last], threshold[last]


def best_threshold(fraud, score):
    """The highest threshold of the largest F1."""
    _, recall, tried = metrics.precision_recall_curve(fraud, score)
    found = numpy.round(recall[:-1] * fraud.sum())
    called = [numpy.count_nonzero(score >= threshold) for threshold in tried]
    f1 = (2 * found / (numpy.array(called) + fraud.sum()))[::-1]
    return tried[::-1][int(numpy.argmax(f1))]


def card_precision(day, customer, fraud, score, alerts=100):
    """Days one by one; customers tied at the limit count by their share."""
    days = []
    for today in numpy.unique(day):
        best, cheated = {}, {}
        for row in numpy.flatnonzero(day == today):
            name = customer[row]
            best[name] = max(best.get(name, -1), score[row])
            cheated[name] = cheated.get(name, False) or fraud[row]
        places = min(alerts, len(best))
        limit = sorted(best.values(), reverse=True)[places - 1]
        above = [name for name in best if best[name] > limit]
        tied = [name for name in best if best[name] == limit]
        found = sum(cheated[n] for n in above)
        found += (places - len(above)) * sum(cheated[n] for n in tied) / len(tied)
        days.append(found / places)
    return numpy.mean(days)


def expected(rows, validation, score, columns):
    fraud, train_score = columns["is_fraud"][rows], score[validation]
    test = score[rows]
    recall_1, threshold = largest_recall(fraud, test, 0.01)
    recall_5, _ = largest_recall(fraud, test, 0.05)
    found = test >= threshold
    f1_threshold = best_threshold(columns["is_fraud"][validation], train_score)
    amount = columns["amount"][rows]
    measures = {
        "average_precision": metrics.average_precision_score(fraud, test),
        "roc_auc": metrics.roc_auc_score(fraud, test),
        "recall_at_1_percent": recall_1,
        "recall_at_5_percent": recall_5,
        "precision_at_1_percent": metrics.precision_score(fraud, found),
        "card_precision_100": card_precision(columns["date"][rows], columns["customer_id"][rows],
                                             fraud, test),
        "f1": metrics.f1_score(fraud, test >= f1_threshold),
        "f1_threshold": f1_threshold,
        "amount_recall_at_1_percent": metrics.recall_score(fraud, found, sample_weight=amount),
    }
    for name, column in (("episode", "episode_id"), ("ring", "ring_id")):
        group = columns[column][rows]
        groups = numpy.unique(group[fraud & (group > 0)])
        hit = numpy.unique(group[fraud & found & (group > 0)])
        measures[f"{name}_recall_at_1_percent"] = len(hit) / len(groups)
    return measures, threshold


def main(path, scores, report):
    score = numpy.load(scores)
    with open(report, encoding="utf-8") as file:
        report = json.load(file)
    with h5py.File(path) as corpus:
        names = ("is_fraud", "fraud_type", "episode_id", "ring_id", "split")
        columns = {name: corpus["labels"][name][:] for name in names}
        for name in ("amount", "customer_id", "date"):
            columns[name] = corpus["transactions"][name][:]
        parts = h5py.check_enum_dtype(corpus["labels/split"].dtype)
        kinds = h5py.check_enum_dtype(corpus["labels/fraud_type"].dtype)
    assert len(score) == len(columns["split"]) and score.dtype == numpy.float32
    rows = numpy.flatnonzero(columns["split"] == parts["test"])
    validation = numpy.flatnonzero(columns["split"] == parts["validation"])
    wanted, threshold = expected(rows, validation, score, columns)
    assert report["rows"] == len(rows) and report["fraud"] == columns["is_fraud"][rows].sum()
    assert set(report["measures"]) == set(wanted)
    for name, value in wanted.items():
        got = report["measures"][name]["repeats"][0]
        print(f"{name:32s}{got:12.8f}{value:12.8f}")
        assert abs(got - value) < TOLERANCE, name
        mean = numpy.mean(report["measures"][name]["repeats"])
        assert abs(report["measures"][name]["mean"] - mean) < TOLERANCE
        one = report["repeats"] == 1
        deviation = 0 if one else numpy.std(report["measures"][name]["repeats"], ddof=1)
        assert abs(report["measures"][name]["sd"] - deviation) < TOLERANCE

    kind = columns["fraud_type"][rows] * columns["is_fraud"][rows]
    assert set(report["typologies"]) == {n for n, k in kinds.items() if k and (kind == k).any()}
    for name, got in report["typologies"].items():
        mine = kind == kinds[name]
        beside = mine | ~columns["is_fraud"][rows]
        # Of several repeats the mean is reported; that of the first is not.
        if report["repeats"] == 1:
            value = metrics.average_precision_score(mine[beside], score[rows][beside])
            assert abs(got["average_precision"]["mean"] - value) < TOLERANCE, name
            recall = (score[rows][mine] >= threshold).mean()
            assert abs(got["recall_at_1_percent"]["mean"] - recall) < TOLERANCE, name
        assert got["rows"] == mine.sum()
    chance = columns["is_fraud"][rows].mean()
    assert wanted["average_precision"] > 10 * chance, "no better than chance"


main(*sys.argv[1:])

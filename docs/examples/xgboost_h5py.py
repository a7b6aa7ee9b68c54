#!/usr/bin/python3
"""xgboost_h5py.py CORPUS: a model of fraud without synfin: h5py and XGBoost alone.

Takes the features, some columns of /transactions and the split by time, stops early on
the validation part, and prints the average precision on the test part. Packages of
Debian: python3-h5py, python3-numpy, python3-sklearn, python3-xgboost.
"""
import sys

import h5py
import numpy
import xgboost
from sklearn.metrics import average_precision_score, roc_auc_score

RAW = ("amount", "transaction_type", "payment_mode", "category", "channel", "status", "hour")


def load(corpus, part):
    """Inputs, labels and names of the rows of a part."""
    split = corpus["labels/split"]
    members = h5py.check_enum_dtype(split.dtype)
    rows = split[:] == members[part]
    features = corpus["features/values"]
    columns = [corpus["transactions"][name][:][rows].astype(numpy.float32) for name in RAW]
    matrix = numpy.column_stack([features[:][rows], *columns])
    names = [name.decode() for name in features.attrs["names"]] + [f"raw {name}" for name in RAW]
    return matrix, corpus["labels/is_fraud"][:][rows], names


def main(path):
    with h5py.File(path, "r") as corpus:
        parts = {part: load(corpus, part) for part in ("train", "validation", "test")}
    matrices = {part: xgboost.DMatrix(x, y, feature_names=names)
                for part, (x, y, names) in parts.items()}
    parameters = {"objective": "binary:logistic", "tree_method": "hist", "eval_metric": "aucpr",
                  "eta": 0.1, "max_depth": 6, "min_child_weight": 5, "subsample": 0.8, "seed": 1}
    model = xgboost.train(parameters, matrices["train"], 400,
                          evals=[(matrices["validation"], "validation")],
                          early_stopping_rounds=30, verbose_eval=False)
    score = model.predict(matrices["test"], iteration_range=(0, model.best_iteration + 1))
    fraud = parts["test"][1]
    print(f"{len(fraud)} rows, {fraud.sum()} of them fraud")
    print(f"average precision {average_precision_score(fraud, score):.4f}")
    print(f"area under the ROC curve {roc_auc_score(fraud, score):.4f}")
    gain = model.get_score(importance_type="total_gain")
    print("largest gain:", ", ".join(sorted(gain, key=gain.get, reverse=True)[:5]))


if __name__ == "__main__":
    main(sys.argv[1])

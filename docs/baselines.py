#!/usr/bin/python3
"""baselines.py [option...]: the table of docs/baselines.md, measured anew.

For each difficulty and each seed of the generator: makes a corpus, trains boosted trees on
several choices of inputs, evaluates them on the test part, and removes the corpus. Prints
the means over the seeds beside the bands that a credible corpus should be in; with --into
writes them between the marks of that page. Packages of Debian: python3-h5py, python3-numpy,
python3-sklearn. SYNFIN names the program (default: build/synfin beside docs).
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import h5py
import numpy
from sklearn.metrics import average_precision_score

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIFFICULTIES = ("easy", "standard", "hard")
# Of the graph group, what any table of payments has is no merit of graphs.
WITHOUT_GRAPH = "-graph,amount_zscore,amount_to_balance_ratio"
STUMP = "max_depth=2,eta=1,subsample=1,colsample_bytree=1,min_child_weight=1"
# Name of a model: options of `synfin train`.
MODELS = {
    "both": ("--inputs", "both"),
    "features": ("--inputs", "features"),
    "raw": ("--inputs", "raw"),
    "no graph": ("--inputs", "both", "--columns", WITHOUT_GRAPH),
    "depth 2": ("--inputs", "features", "--rounds", "1", "--params", STUMP),
}
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
    "card precision at 100 a day": (None, None, None),
    "F1 at the threshold of the validation part": (None, None, None),
    "share of the defrauded rupees found": (None, None, None),
    "share of episodes with a row found": (None, None, None),
    "share of rings with a row found": (None, None, None),
}
REPORTED = {  # the last ones: names in the report of `synfin evaluate`
    "card precision at 100 a day": "card_precision_100",
    "F1 at the threshold of the validation part": "f1",
    "share of the defrauded rupees found": "amount_recall_at_1_percent",
    "share of episodes with a row found": "episode_recall_at_1_percent",
    "share of rings with a row found": "ring_recall_at_1_percent",
}


def synfin(*arguments):
    program = os.environ.get("SYNFIN", ROOT / "build" / "synfin")
    subprocess.run([program, *map(str, arguments), "--quiet"], check=True)


def test_part(corpus):
    """True labels, typologies by name, typologies of rings, and features of the test part."""
    labels = corpus["labels"]
    rows = labels["split"][:] == h5py.check_enum_dtype(labels["split"].dtype)["test"]
    kinds = h5py.check_enum_dtype(labels["fraud_type"].dtype)
    of_rings = set(corpus["rings/fraud_type"][:].tolist()) - {0}
    return {"rows": rows, "fraud": labels["is_fraud"][:][rows], "kind": labels["fraud_type"][:][rows],
            "kinds": kinds, "ring kinds": of_rings, "features": corpus["features/values"][:][rows]}


def ring_precision(part, score):
    """Average precision of fraud of the typologies that have rings, against honest rows."""
    mine = part["fraud"] & numpy.isin(part["kind"], list(part["ring kinds"]))
    beside = mine | ~part["fraud"]
    return average_precision_score(mine[beside], score[beside]) if mine.any() else numpy.nan


def single_features(part):
    """Of each typology the best AUC that one feature has, in either direction."""
    honest = numpy.sort(part["features"][~part["fraud"]], axis=0)
    best = {}
    for name, number in part["kinds"].items():
        fraud = part["features"][part["fraud"] & (part["kind"] == number)]
        for column in range(honest.shape[1] if len(fraud) else 0):
            below = numpy.searchsorted(honest[:, column], fraud[:, column], "left").mean()
            up_to = numpy.searchsorted(honest[:, column], fraud[:, column], "right").mean()
            auc = (below + up_to) / 2 / len(honest)
            best[name] = max(best.get(name, 0), auc, 1 - auc)
    return list(best.values())


def measure(folder, options, difficulty, seed):
    """All measures of one corpus, and the typologies of the headline model."""
    corpus, models = folder / "corpus.h5", folder / "models"
    synfin("generate", "--rows", options.rows, "--days", options.days, "--seed", seed,
           "--difficulty", difficulty, "--fraud-rate", "0.01", "-o", corpus, "--force")
    reports, scores = {}, {}
    with h5py.File(corpus) as file:
        part = test_part(file)
    for name, choice in MODELS.items():
        place = ("--registry", models)
        synfin("train", corpus, *choice, *place, "--name", name, "--force")
        synfin("evaluate", corpus, name, *place, "-o", folder / "report.json", "--force")
        synfin("predict", corpus, name, *place, "-o", folder / "score.npy", "--force")
        reports[name] = json.loads((folder / "report.json").read_text())["measures"]
        if name == "both":
            typologies = json.loads((folder / "report.json").read_text())["typologies"]
        scores[name] = numpy.load(folder / "score.npy")[part["rows"]]
    ap = {name: report["average_precision"]["mean"] for name, report in reports.items()}
    single = single_features(part)
    values = {
        "AP, raw + features": ap["both"],
        "AP, features alone": ap["features"],
        "AUC, raw + features": reports["both"]["roc_auc"]["mean"],
        "recall at 1 % false positives": reports["both"]["recall_at_1_percent"]["mean"],
        "gain of raw + features over raw, AP": ap["both"] - ap["raw"],
        "gain of the graph group on ring typologies, AP":
            ring_precision(part, scores["both"]) - ring_precision(part, scores["no graph"]),
        "depth-2 tree on the features, AP": ap["depth 2"],
        "best single feature by typology, largest AUC": max(single),
        "best single feature by typology, median AUC": float(numpy.median(single)),
    }
    for text, name in REPORTED.items():
        value = reports["both"][name]["mean"]
        values[text] = numpy.nan if value is None else value
    return values, typologies


def cell(values, band):
    """Mean and spread over the seeds, and the band if there is one."""
    text = f"{numpy.mean(values):.3f}"
    if len(values) > 1:
        text += f" ± {numpy.std(values, ddof=1):.3f}"
    if band is None:
        return text
    inside = band[0] <= numpy.mean(values) <= band[1]
    limits = f"≥ {band[0]}" if band[1] == 1 else f"≤ {band[1]}" if band[0] == 0 else f"{band[0]}–{band[1]}"
    return f"{text} ({limits}{'' if inside else ', missed'})"


def tables(results, options):
    """The page's part, Markdown."""
    lines = [f"{options.rows:,} rows, {options.days} days, 1 % fraud, seeds "
             f"{', '.join(map(str, options.seeds))}; mean ± standard deviation over the seeds.", "",
             "| measure (band) | " + " | ".join(results) + " |", "|---|" + "---|" * len(results)]
    for name, bands in BANDS.items():
        cells = [cell([values[name] for values, _ in runs], bands[DIFFICULTIES.index(difficulty)])
                 for difficulty, runs in results.items()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    for name in ("AP, raw + features", "AP, features alone"):
        means = [numpy.mean([values[name] for values, _ in runs]) for runs in results.values()]
        falls = all(a > b for a, b in zip(means, means[1:]))
        lines += ["", f"{name}: {'falls' if falls else 'does not fall'} with the difficulty."]
    lines += ["", "Average precision by typology, raw + features, against honest rows:", "",
              "| typology | " + " | ".join(results) + " |", "|---|" + "---|" * len(results)]
    names = sorted({name for runs in results.values() for _, kinds in runs for name in kinds})
    for name in names:
        cells = []
        for runs in results.values():
            found = [kinds[name]["average_precision"]["mean"] for _, kinds in runs if name in kinds]
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
    parser.add_argument("--json", type=pathlib.Path, help="also write all numbers to this file")
    parser.add_argument("--into", type=pathlib.Path, help="page whose measured part is replaced")
    parser.add_argument("--scratch", help="folder for the corpora, about 1 GB a million rows")
    options = parser.parse_args()
    results = {}
    for difficulty in options.difficulties:
        for seed in options.seeds:
            with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
                run = measure(pathlib.Path(folder), options, difficulty, seed)
            results.setdefault(difficulty, []).append(run)
            print(f"{difficulty}, seed {seed}: AP {run[0]['AP, raw + features']:.4f}", flush=True)
    text = tables(results, options)
    print(text)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    if options.into:
        write_into(options.into, text)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Measures how far fraud can be told from honest life, and by what.

Traces of how the rows were made, contradictions between columns, single columns, a small tree,
boosted trees and the naive rules of the typologies, each against a band that depends on the
difficulty. Values are means over the given corpora, which should differ in their seed only.
"""

import argparse
import json
import sys
import time

import audit_artefacts
import audit_bands as bands
import audit_columns
import audit_models
import audit_rules
from audit_bands import REPORT, Band, most
from audit_corpus import Corpus
from audit_derived import Derived
from audit_typologies import DEFINITIONS, read_typologies

# Of about 2 million rows, 1 % of them fraud. A band that is missing at a difficulty is not judged.
FULL = {
    "AUC row order": most(0.55),
    "AUC row id": most(0.55),
    "AUC null mask": most(0.55),
    "AUC decimal pattern": most(0.55),
    "AUC contradictions": most(0.55),
    "rows that contradict": most(0),
    "AUC shuffled labels": Band(0.47, 0.53),
    "AUC best column, largest": {"standard": most(0.92), "hard": most(0.85)},
    "AUC best column, median": {"standard": most(0.82), "hard": most(0.75)},
    "AP depth-2 tree": {"standard": most(0.12)},
    "AP boosted trees": {
        "easy": Band(0.20, 0.42),
        "standard": Band(0.12, 0.30),
        "hard": Band(0.05, 0.22),
    },
}
RULE = {"standard": most(0.35)}

# Of about 200,000 rows: 400 fraud rows of 60 episodes are left for the test, and a typology has
# 70 rows, for which the best of fifty columns is taken.
SMALL = FULL | {
    "AUC row order": most(0.60),
    "AUC row id": most(0.60),
    "AUC null mask": most(0.60),
    "AUC decimal pattern": most(0.60),
    "AUC best column, largest": {"standard": most(0.98), "hard": most(0.95)},
    "AUC best column, median": {"standard": most(0.88), "hard": most(0.82)},
    "AP depth-2 tree": {"standard": most(0.20)},
    "AP boosted trees": {
        "easy": Band(0.10, 0.55),
        "standard": Band(0.06, 0.45),
        "hard": Band(0.02, 0.35),
    },
}

FEWEST_ROWS = 20  # fraud rows in each part of the split, below which nothing can be learned

SMALL_RULE = {"standard": most(0.50)}


def band_of(measure, difficulty, small):
    if measure.startswith("precision of the rule"):
        band = SMALL_RULE if small else RULE
    else:
        band = (SMALL if small else FULL).get(measure, REPORT)
    return band.get(difficulty, REPORT) if isinstance(band, dict) else band


def measure(corpus, rules, say=lambda text: None):
    """All values of one corpus by name, and details that are not judged."""
    part = audit_models.split_by_time(corpus)
    parts = (audit_models.TRAIN, audit_models.VALIDATION, audit_models.TEST)
    least = min(int(corpus.fraud[part == which].sum()) for which in parts)
    if least < FEWEST_ROWS:
        raise ValueError(f"{corpus.path}: {least} fraud rows in a part of the split are too few")
    steps = (
        ("traces", lambda: (audit_artefacts.measure_traces(corpus), {})),
        ("contradictions", lambda: audit_artefacts.measure_contradictions(corpus)),
        ("shuffled labels", lambda: (audit_artefacts.measure_shuffled(corpus, part), {})),
        ("columns", lambda: audit_columns.measure_columns(corpus)),
        ("models", lambda: audit_columns.measure_models(corpus, part)),
        ("rules", lambda: audit_rules.measure(corpus, rules, Derived(corpus))),
    )
    values, details = {}, {"corpus": corpus.name, "rows": corpus.rows}
    for name, step in steps:
        begin = time.monotonic()
        found, more = step()
        values.update(found)
        details.update(more)
        say(f"{name}: {time.monotonic() - begin:.0f} s")
    return values, details


def audit(options):
    rules = {name: row.rule for name, row in read_typologies(options.typologies).items()}
    found, details, difficulties = [], [], set()
    for path in options.corpus:
        with Corpus(path) as corpus:
            difficulties.add(options.difficulty or corpus.difficulty())
            values, more = measure(corpus, rules, lambda text: say(options, f"{path}: {text}"))
        found.append(values)
        details.append(more)
        say(options, json.dumps(more, indent=1))
    if len(difficulties) > 1:
        raise ValueError("the corpora differ in difficulty: " + ", ".join(sorted(difficulties)))
    difficulty = difficulties.pop()
    lines = [
        bands.Line(
            name,
            tuple(float(values[name]) for values in found),
            band_of(name, difficulty, options.small),
        )
        for name in found[0]
    ]
    rows = sum(more["rows"] for more in details)
    title = f"difficulty {difficulty}, {rows:,} rows of {len(found)} corpora"
    return bands.report(lines, title, options, details)


def say(options, text):
    if options.verbose:
        print(text, file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="+", help="HDF5 file written by synfin generate")
    parser.add_argument("--typologies", default=DEFINITIONS, help="file that declares the rules")
    parser.add_argument("--small", action="store_true", help="bands of corpora of 200,000 rows")
    parser.add_argument("--difficulty", help="instead of the corpora's attribute")
    parser.add_argument(
        "--verbose", action="store_true", help="seconds of each step, details of each corpus"
    )
    bands.add_output_options(parser)
    return audit(parser.parse_args())


if __name__ == "__main__":
    sys.exit(bands.run(main, "audit.py"))

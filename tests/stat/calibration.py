#!/usr/bin/python3
"""Measures a corpus against published figures of Indian payments.

Prints for every statistic its value, target, tolerance, source and verdict: ok, miss, absent (the
corpus cannot give the value, for example without Diwali in its window), or report (not judged).
"""

import argparse
import math
import pathlib
import sys

import h5py

import payment_statistics
from corpus import SLAB_ROWS, customer_slabs
from targets import FACTOR, RUPEES, SHARE, TARGETS

HEADER = ("no.", "statistic", "value", "target", "tolerance", "source", "verdict")
BEGIN, END = "<!-- begin measured -->\n", "<!-- end measured -->\n"


def number_text(value, unit):
    if unit == RUPEES:
        return f"{value:,.0f}"
    if unit == SHARE:
        return f"{value:.4f}"
    if unit == FACTOR:
        return f"{value:.3f}"
    return f"{value:.3f}".rstrip("0").rstrip(".")


def value_text(value, unit):
    return "-" if math.isnan(value) else number_text(value, unit)


def target_text(target):
    def short(value):
        return f"{value:,.0f}" if target.unit == RUPEES else f"{value:g}"

    if math.isinf(target.high):
        return "at least " + short(target.low)
    if target.low == target.high:
        return short(target.low)
    return f"{short(target.low)} to {short(target.high)}"


def tolerance_text(target):
    if target.tolerance is None:
        return ""
    if target.relative:
        return f"{100 * target.tolerance:g} %"
    if target.tolerance == 0 and target.low == target.high:
        return "exact"
    return f"{target.tolerance:g}"


def table(values):
    """One tuple per target, as HEADER."""
    return [
        (
            target.number,
            target.statistic,
            value_text(values[target.key], target.unit),
            target_text(target),
            tolerance_text(target),
            target.source,
            target.verdict(values[target.key]),
        )
        for target in TARGETS
    ]


def render_text(rows):
    width = [max(len(row[k]) for row in [HEADER, *rows]) for k in range(len(HEADER))]
    right = (2, 3, 4)
    lines = []
    for row in [HEADER, *rows]:
        cells = [
            cell.rjust(width[k]) if k in right else cell.ljust(width[k])
            for k, cell in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def render_markdown(rows):
    lines = ["| " + " | ".join(HEADER) + " |", "|---|---|---:|---:|---:|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def replace_table(page, text):
    """Puts `text` between the two marker lines of the file `page`."""
    old = page.read_text(encoding="utf-8")
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        raise ValueError(f"{page}: needs the lines {BEGIN.strip()} and {END.strip()} once each")
    head, rest = old.split(BEGIN)
    tail = rest.split(END)[1]
    page.write_text(head + BEGIN + "\n" + text + "\n" + END + tail, encoding="utf-8")


def compare(options):
    """Measures, prints or writes the table, and returns the exit code."""
    with h5py.File(options.corpus, "r") as corpus:
        columns = payment_statistics.COLUMNS
        slabs = customer_slabs(corpus["transactions"], columns, options.slab)
        values = payment_statistics.measure(corpus, slabs)
        size = corpus["transactions/customer_id"].shape[0], corpus["customers/age"].shape[0]
    rows = table(values)
    count = {v: sum(row[-1] == v for row in rows) for v in ("ok", "miss", "absent", "report")}
    summary = f"{size[0]:,} transactions of {size[1]:,} customers: " + ", ".join(
        f"{number} {verdict}" for verdict, number in count.items()
    )
    if options.format == "markdown" or options.into:
        text = render_markdown(rows) + "\n" + summary + ".\n"
    else:
        text = render_text(rows) + "\n" + summary + "\n"
    if options.into:
        replace_table(options.into, text)
    else:
        sys.stdout.write(text)
    return 1 if options.strict and (count["miss"] or count["absent"]) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", help="HDF5 file written by synfin generate")
    parser.add_argument("--format", choices=("text", "markdown"), default="text")
    parser.add_argument("--strict", action="store_true", help="exit 1 on a miss or an absent value")
    parser.add_argument("--slab", type=int, default=SLAB_ROWS, help="rows in memory at a time")
    parser.add_argument(
        "--into", type=pathlib.Path, help="page whose measured part is replaced by the table"
    )
    options = parser.parse_args()
    try:
        return compare(options)
    except (OSError, KeyError, ValueError) as error:
        print(f"calibration.py: {options.corpus}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

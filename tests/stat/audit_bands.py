"""Bands of the audits, verdicts and the printed table."""

import dataclasses
import json
import math
import pathlib
import sys

import numpy as np

HEADER = ("measure", "value", "over the corpora", "band", "verdict")


@dataclasses.dataclass(frozen=True)
class Band:
    low: float = -math.inf
    high: float = math.inf

    def text(self):
        if self == REPORT:
            return ""
        if math.isinf(self.low):
            return f"at most {self.high:g}"
        if math.isinf(self.high):
            return f"at least {self.low:g}"
        return f"{self.low:g} to {self.high:g}"


REPORT = Band()  # printed, not judged


def most(high):
    return Band(high=high)


@dataclasses.dataclass(frozen=True)
class Line:
    """A measure with its value in every corpus."""

    measure: str
    values: tuple
    band: Band = REPORT

    @property
    def value(self):
        """Mean of the corpora that give one."""
        some = [value for value in self.values if not math.isnan(value)]
        return float(np.mean(some)) if some else float("nan")

    @property
    def verdict(self):
        if self.band == REPORT:
            return "report"
        if math.isnan(self.value):
            return "absent"
        return "ok" if self.band.low <= self.value <= self.band.high else "miss"

    def cells(self):
        spread = ""
        if len(self.values) > 1:
            spread = f"{number(min(self.values))} to {number(max(self.values))}"
        return self.measure, number(self.value), spread, self.band.text(), self.verdict


def number(value):
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 2 else f"{value:.4g}"


def text_table(rows):
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def markdown_table(rows):
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body]) + "\n"


def replace_part(page, name, text):
    """Puts `text` between the lines `<!-- begin NAME -->` and `<!-- end NAME -->` of the file."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    old = page.read_text(encoding="utf-8")
    if old.count(begin) != 1 or old.count(end) != 1:
        raise ValueError(f"{page}: needs the lines {begin.strip()} and {end.strip()} once each")
    head, rest = old.split(begin)
    page.write_text(head + begin + "\n" + text + "\n" + end + rest.split(end)[1], encoding="utf-8")


def add_output_options(parser):
    parser.add_argument("--json", action="store_true", help="values and details as JSON")
    parser.add_argument("--strict", action="store_true", help="exit 1 on a miss")
    parser.add_argument(
        "--into",
        type=pathlib.Path,
        help="page whose part between the markers of this program becomes the table",
    )


def report(lines, title, options, details=None):
    """Prints or writes the lines, and returns the exit code. The markers of a page are named as the
    program: audit, audit_rings, ..."""
    rows = [HEADER, *[line.cells() for line in lines]]
    verdicts = [line.verdict for line in lines]
    kinds = ("ok", "miss", "absent", "report")
    summary = f"{title}: " + ", ".join(f"{verdicts.count(kind)} {kind}" for kind in kinds)
    if options.into:
        name = pathlib.Path(sys.argv[0]).stem
        replace_part(options.into, name, markdown_table(rows) + "\n" + summary + ".\n")
    if options.json:
        content = {
            "title": title,
            "measures": {
                line.measure: {"values": line.values, "mean": line.value, "verdict": line.verdict}
                for line in lines
            },
            "details": details,
        }
        json.dump(content, sys.stdout, indent=1)
        print()
    elif not options.into:
        sys.stdout.write(text_table(rows) + "\n" + summary + "\n")
    return 1 if options.strict and "miss" in verdicts else 0


def run(main, program):
    """Exit code of main(), 2 with one message where the input cannot be measured."""
    try:
        return main()
    except (OSError, KeyError, ValueError) as error:
        text = error.args[0] if isinstance(error, KeyError) else error
        print(f"{program}: {text}", file=sys.stderr)
        return 2

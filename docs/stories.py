#!/usr/bin/python3
"""Fills the stories of docs/typologies.md from the default corpus.

Of every typology the episode whose camouflage is nearest to 0.3 is told, among those of 2 to 12
rows that are not combined with another and, where the typology has rings, belong to one.
"""

import argparse
import pathlib

import h5py
import numpy as np

PAGE = pathlib.Path(__file__).resolve().parent / "typologies.md"
TELLING, ROWS_LEAST, ROWS_MOST = 0.3, 2, 12
LOCAL = 19800  # s, Asia/Kolkata
EVIDENCE = 8  # names of a typology in /dictionaries/evidence


def names_of(column):
    return {code: name for name, code in h5py.check_enum_dtype(column.dtype).items()}


def local(seconds):
    return str(np.datetime64(int(seconds) + LOCAL, "s")).replace("T", " ")


def choose(episodes, typology):
    """Row of the table of episodes."""
    single = h5py.check_enum_dtype(episodes["combination"].dtype)["single"]
    fit = episodes["fraud_type"][:] == typology
    rows = episodes["rows"][:]
    for wish in (
        episodes["combination"][:] == single,
        (rows >= ROWS_LEAST) & (rows <= ROWS_MOST),
        episodes["ring_id"][:] > 0,
    ):
        fit = fit & wish if (fit & wish).any() else fit
    found = np.flatnonzero(fit)
    return found[np.argmin(np.abs(episodes["camouflage"][:][found] - TELLING))]


def table(lines):
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() + "\n"
        for line in lines
    )


def story(corpus, row):
    episodes, labels, rows = corpus["episodes"], corpus["labels"], corpus["transactions"]
    episode = {name: column[row] for name, column in episodes.items()}
    typology = names_of(episodes["fraud_type"])[episode["fraud_type"]]
    severity = names_of(episodes["severity"])[episode["severity"]]
    first = int(episode["fraud_type"]) * EVIDENCE
    evidence = corpus["dictionaries/evidence"][first : first + EVIDENCE].astype(str)
    told = [
        f"{name} {value:.4g}"
        for name, value in zip(evidence, episode["evidence"])
        if name and not np.isnan(value)
    ]
    own = np.flatnonzero(labels["episode_id"][:] == episode["episode_id"])
    known = set(labels["reported_at"][:][own]) - {0}
    ring = f", ring {episode['ring_id']}" if episode["ring_id"] else ""
    text = (
        f"episode {episode['episode_id']}: {typology}, customer {episode['customer_id']}{ring}\n"
        f"camouflage {episode['camouflage']:.2f}, confidence {episode['confidence']:.2f}, "
        f"severity {severity}, taken {episode['amount']:.2f} INR, "
        f"first reported {local(min(known)) if known else 'never'}\n"
        f"evidence: {', '.join(told)}\n\n"
    )
    enums = {
        name: names_of((labels if name == "role" else rows)[name])
        for name in ("role", "transaction_type", "payment_mode", "channel", "status", "city",
                     "subcategory")
    }  # fmt: skip
    lines = [("local time", "fraud", *enums, "amount")]
    for r in own:
        cells = [
            names[(labels if name == "role" else rows)[name][r]] for name, names in enums.items()
        ]
        sign = "-" if rows["direction"][r] == 0 else "+"
        fraud = "yes" if labels["is_fraud"][r] else "no"
        lines.append((local(rows["timestamp"][r]), fraud, *cells, f"{sign}{rows['amount'][r]:.2f}"))
    return text + table(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", help="the default corpus: synfin generate -o corpus.h5")
    options = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    with h5py.File(options.corpus, "r") as corpus:
        for typology, name in names_of(corpus["episodes/fraud_type"]).items():
            begin, end = (f"<!-- {w} measured: story {name} -->\n" for w in ("begin", "end"))
            if name == "none":
                continue
            head, rest = page.split(begin)
            tail = rest.split(end)[1]
            text = story(corpus, choose(corpus["episodes"], typology))
            page = f"{head}{begin}```text\n{text}```\n{end}{tail}"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Draws the CSV of slurm/scaling.sbatch: scaling_plot.py FILE.csv [OUTPUT.png]

Left the speed-up of one corpus (strong scaling), right the efficiency with equal work
for each rank (weak scaling), each for all phases and without I/O, beside the ideal.
Times are medians over runs, of the rank that took longest. Needs python3-matplotlib.
"""
import collections
import csv
import statistics
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COMPUTE = ("plan", "model", "digest")
IO = ("create", "write", "close", "check", "sync")


def read(path):
    """Median seconds by kind, part and ranks, and the comments of the file."""
    runs = collections.defaultdict(list)
    with open(path, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    comments = [line[2:] for line in lines if line.startswith("#")]
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        compute = sum(float(row[phase]) for phase in COMPUTE)
        ranks = int(row["ranks"])
        runs[row["kind"], "without I/O", ranks].append(compute)
        runs[row["kind"], "all", ranks].append(compute + sum(float(row[p]) for p in IO))
    times = collections.defaultdict(dict)
    for (kind, part, ranks), seconds in sorted(runs.items()):
        times[kind, part][ranks] = statistics.median(seconds)
    return times, comments


def draw(times, comments, output):
    figure, (strong, weak) = plt.subplots(1, 2, figsize=(10, 4.2))
    for part, marker in (("all", "o"), ("without I/O", "s")):
        for axes, kind in ((strong, "strong"), (weak, "weak")):
            seconds = times[kind, part]
            first = min(seconds)
            scale = first if kind == "strong" else 1
            axes.plot(list(seconds), [scale * seconds[first] / s for s in seconds.values()],
                      marker=marker, label=part)
    ranks = sorted(times["strong", "all"])
    strong.plot(ranks, ranks, "k:", label="ideal")
    weak.plot(ranks, [1] * len(ranks), "k:", label="ideal")
    strong.set(title="Strong scaling", xlabel="ranks", ylabel="speed-up")
    weak.set(title="Weak scaling", xlabel="ranks", ylabel="efficiency", ylim=(0, 1.15))
    for axes in (strong, weak):
        axes.set_xscale("log", base=2)
        axes.set_xticks(ranks, [str(r) for r in ranks])
        axes.legend()
        axes.grid(alpha=0.3)
    figure.text(0.01, 0.01, "\n".join(comments), fontsize=6)
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    figure.savefig(output, dpi=120)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.splitlines()[0])
    path = sys.argv[1]
    output = sys.argv[2] if len(sys.argv) == 3 else path.removesuffix(".csv") + ".png"
    draw(*read(path), output)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Fills the measured parts of README.md and docs/*.md from runs made now.

  corpus   runs `./run.sh corpus` and keeps what it prints
  reading  runs the Python of README.md and docs/file-format.md that begins with its imports on
           corpus.h5, keeps what that of the latter prints
  tests    runs `./run.sh test` and keeps its last line, if all tests pass
  speed    runs the benchmark on one and on two ranks
  features runs the benchmark and keeps what it says of fraud and features
  plans    makes plans of 20,000 and 200,000 customers, for their memory and exchange
  picture  draws docs/corpus.png from corpus.h5

Without arguments: all, in this order. Leave the machine alone meanwhile.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
FORMAT, PERFORMANCE = ROOT / "docs" / "file-format.md", ROOT / "docs" / "performance.md"
BENCH = ROOT / "build" / "tests" / "synfin_bench"
# Open MPI starts nothing as root, and no more ranks than cores, unless told so.
ENVIRONMENT = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
}
PHASES = {
    "plan": "plan: skeletons of all customers, counted",
    "flesh": "flesh: the rest of each row",
    "digest": "digest of all columns",
    "write": "write into HDF5",
    "total_without_writing": "all, without writing (skeletons made twice)",
    "total_with_writing": "all, with writing",
}


def run(*command):
    """What the command printed on both outputs; ends the program if it fails."""
    result = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if result.returncode != 0:
        sys.exit(f"{result.stdout}\nmeasure.py: {' '.join(map(str, command))} failed")
    return result.stdout


def fill(page, part, text):
    """Puts `text` between the markers of a part of a page."""
    begin, end = f"<!-- begin measured: {part} -->\n", f"<!-- end measured: {part} -->\n"
    old = page.read_text(encoding="utf-8")
    if old.count(begin) != 1 or old.count(end) != 1:
        sys.exit(f"{page}: needs the lines {begin.strip()} and {end.strip()} once each")
    head, rest = old.split(begin)
    page.write_text(head + begin + text + end + rest.split(end)[1], encoding="utf-8")


def wrapped(text):
    return textwrap.fill(text, 100, break_on_hyphens=False, break_long_words=False) + "\n"


def machine():
    """The processor, the software and the state of the sources, in words."""
    info = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = " ".join(re.search(r"model name\s*: (.*)", info)[1].split())
    flags = set(re.search(r"flags\s*: (.*)", info)[1].split())
    virtual = ", a virtual machine" if "hypervisor" in flags else ""
    versions = dict(
        line.split(maxsplit=1)
        for line in run(ROOT / "build" / "synfin", "version").splitlines()
        if line.startswith(("compiler", "HDF5"))
    )
    mpi = re.search(r"^MPI \S+\s+(.*)$", run(ROOT / "build" / "synfin", "version"), re.M)[1]
    commit = run("git", "rev-parse", "--short", "HEAD").strip()
    if run("git", "status", "--porcelain", "--", "kernels", "mpi", "io", "cmake", "tests/bench"):
        commit += " with changes"
    return (
        f"{model}{virtual}, {os.cpu_count()} cores; {versions['compiler']}, {mpi}, "
        f"HDF5 {versions['HDF5']}; commit {commit}"
    )


def measure_corpus():
    lines = run("./run.sh", "corpus").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("corpus.h5: "))
    last = next(i for i, line in enumerate(lines) if line.startswith("transaction_type "))
    fill(README, "corpus", "```text\n" + "\n".join(lines[first:last]).rstrip() + "\n[...]\n```\n")


def measure_reading():
    blocks = re.compile(r"^```python\n(import .*?)^```$", re.M | re.S)
    for page in README, FORMAT:
        texts = [
            run("/usr/bin/python3", "-c", block) for block in blocks.findall(page.read_text("utf-8"))
        ]
        if page == FORMAT:
            fill(page, "reading", "```text\n" + "".join(texts) + "```\n")


def measure_tests():
    fill(README, "tests", "```text\n" + run("./run.sh", "test").splitlines()[-1] + "\n```\n")


def rate(report, phase):
    return f"{report['phases'][phase]['rows_per_second'] / 1e6:.2f}"


def speed_table(reports):
    lines = [
        "| phase | ranks | seconds, median (least to most) | million rows/s | ns a row and rank |",
        "|---|---:|---:|---:|---:|",
    ]
    for phase, text in PHASES.items():
        for report in reports:
            part = report["phases"][phase]
            lines.append(
                f"| {text} | {report['ranks']} | {part['seconds']:.3f} "
                f"({part['seconds_least']:.3f} to {part['seconds_most']:.3f}) | "
                f"{rate(report, phase)} | {part['ns_per_row_and_rank']:.0f} |"
            )
    return "\n".join(lines) + "\n"


def measure_speed():
    load = os.getloadavg()[0]
    run("cmake", "--build", "build", "--target", "synfin", "synfin_bench")
    reports = []
    for ranks in (1, 2):
        text = run("mpirun", "-n", str(ranks), BENCH, "--file", ROOT / "build" / "bench.h5")
        reports.append(json.loads(text[text.index("{") :]))
    one, two = reports
    gains = one["machine"]
    shape = (
        f"{one['rows']:,} rows of {one['row_bytes']} bytes ({one['customers']:,} customers, "
        f"{one['days']} days), median of {one['repeats']} runs, vector path {one['vector_path']}"
    )
    beside = (
        "Beside it, what the machine gives to one rank in the same run: memset "
        f"{gains['memset_GB_per_second']:.1f} GB/s, write() into the page cache "
        f"{gains['page_cache_write_GB_per_second']:.1f} GB/s, a plain scalar loop of Philox "
        f"{gains['philox_draws_per_second'] / 1e6:.0f} million draws/s."
    )
    short = (
        f"One rank: {rate(one, 'total_without_writing')} million rows/s without writing, "
        f"{rate(one, 'total_with_writing')} into HDF5; two ranks: "
        f"{rate(two, 'total_without_writing')} and {rate(two, 'total_with_writing')}. "
        f"Both passes counted; {shape}. {machine()}."
    )
    head = f"{shape}. {machine()}. Load average before the first run: {load:.2f}."
    parts = wrapped(head), speed_table(reports), wrapped(beside)
    fill(PERFORMANCE, "speed", "\n".join(parts))
    fill(README, "speed", wrapped(short))


def bench(*options):
    text = run(*options)
    return json.loads(text[text.index("{") :])


EVERYTHING = {
    "plan": "plan: skeletons, candidates of stories, what the bank sees, the outlier fit",
    "rows": "rows and labels",
    "features": "features",
    "digest": "digests of rows and labels",
    "digest_of_features": "digest of features",
    "total": "all, without writing",
}


def measure_features():
    load = os.getloadavg()[0]
    run("cmake", "--build", "build", "--target", "synfin", "synfin_bench")
    command = BENCH, "--repeat", "1", "--file", ROOT / "build" / "bench.h5"
    runs = [bench(*command)["everything_on"] for _ in range(3)]
    report = min(runs, key=lambda one: one["ns_per_row"]["total"])
    each, by_pass = report["ns_per_row"], report["ns_per_row_by_pass"]
    head = (
        f"Processor time of one rank, {report['rows_of_rank']:,} rows of {report['customers']:,} "
        f"customers, the least of three runs. {machine()}. Load average before the first run: "
        f"{load:.2f}."
    )
    lines = ["| phase | ns a row |", "|---|---:|"]
    lines += [f"| {text} | {each[phase]:.0f} |" for phase, text in EVERYTHING.items()]
    passes = ["| pass of features | ns a row |", "|---|---:|"]
    passes += [f"| {name} | {ns:.1f} |" for name, ns in by_pass.items()]
    foot = "Passes are timed one by one in a second round: reading the clock adds up to 2 ns to each."
    parts = wrapped(head), "\n".join(lines) + "\n", "\n".join(passes) + "\n", wrapped(foot)
    fill(PERFORMANCE, "features", "\n".join(parts))


def measure_plans():
    run("cmake", "--build", "build", "--target", "synfin", "synfin_bench")
    lines = [
        "| customers | knowledge of the bank, a node | sent for it by a rank | "
        "exchanged for rings, a member | memory of a rank at the peak |",
        "|---:|---:|---:|---:|---:|",
    ]
    for customers in 20000, 200000:
        report = bench("mpirun", "-n", "2", BENCH, "--plan", "--customers", str(customers))
        lines.append(
            f"| {customers:,} | {report['knowledge_bytes_per_node'] / 1e6:.1f} MB | "
            f"{report['knowledge_bytes_sent'] / 1e6:.2f} MB | "
            f"{report['exchanged_bytes_per_member']:.0f} B | "
            f"{report['peak_bytes_of_rank'] / 1e6:.0f} MB |"
        )
    fill(PERFORMANCE, "plans", "\n".join(lines) + "\n")


def measure_picture():
    run("/usr/bin/python3", "docs/pictures.py", "corpus.h5", "-o", "docs/corpus.png")


STEPS = {
    "corpus": measure_corpus,
    "reading": measure_reading,
    "tests": measure_tests,
    "speed": measure_speed,
    "features": measure_features,
    "plans": measure_plans,
    "picture": measure_picture,
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("steps", nargs="*", metavar="step", help=", ".join(STEPS))
    steps = parser.parse_args().steps
    for step in steps:
        if step not in STEPS:
            parser.error(f"no step {step}")
    for step in steps or STEPS:
        STEPS[step]()


if __name__ == "__main__":
    main()

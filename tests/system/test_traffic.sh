#!/bin/bash
# What ranks ask of each other grows no faster than the data, by the counts that
# --profile keeps; and what the bank knows is of the size that the plan says.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

config=(--customers 1500 --days 60)
for ranks in 1 2 4 8 16; do
  mpirun -n "$ranks" "$SYNFIN" generate "${config[@]}" --profile --quiet --check none \
    -o "$ranks.h5"
  rm "$ranks.h5"
done
"$PYTHON" - <<'PYTHON' || fail "traffic"
import json

runs = {ranks: json.load(open(f"{ranks}.manifest.json")) for ranks in (1, 2, 4, 8, 16)}


def most(ranks, phase, count):
    by_rank = runs[ranks]["traffic_by_rank"]
    assert len(by_rank) == ranks
    return max(rank[phase][count] for rank in by_rank)


for phase in runs[1]["seconds"]:
    for ranks in runs:
        # Every rank makes the same calls, however many there are, and reduces as much.
        for count in "calls", "reduced_bytes":
            assert most(ranks, phase, count) == most(1, phase, count), (phase, ranks, count)
        if phase != "plan":
            assert most(ranks, phase, "exchanged_bytes") == 0, phase
assert most(1, "plan", "exchanged_bytes") == 0
assert most(1, "plan", "calls") > 100
# With twice the ranks half as many records are a rank's own. 64 bits for each other
# rank and exchange are the only part of a rank's bytes that does not fall.
for ranks in 2, 4, 8:
    less, more = (most(n, "plan", "exchanged_bytes") for n in (ranks, 2 * ranks))
    assert 0 < more < less + 8 * 16 * 2 * ranks, (ranks, less, more)
assert most(16, "plan", "exchanged_bytes") < most(2, "plan", "exchanged_bytes")
PYTHON

"$SYNFIN" plan "${config[@]}" >needs
"$PYTHON" - <<'PYTHON' || fail "what the bank knows: $(cat needs)"
import json
import re

said = float(re.search(r"of it ([0-9.]+) MB for what the bank knows", open("needs").read())[1])
true = {json.load(open(f"{ranks}.manifest.json"))["knowledge_bytes"] for ranks in (1, 2, 16)}
assert len(true) == 1, true
true = true.pop() / 1e6
assert 0.85 * true - 0.05 < said < 1.15 * true + 0.05, (said, true)
PYTHON

((failures == 0))

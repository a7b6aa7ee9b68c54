#!/bin/bash
# Cost of a row by the length of the history and by the size of the corpus, and
# two ranks against one. Prints figures and judges none: they are the machine's.
set -euo pipefail
bash "$SOURCE/tests/system/lib/machine.sh"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1
bench=$BUILD/tests/synfin_bench
cmake --build "$BUILD" --target synfin_bench >/dev/null 2>&1

line() { # LABEL, then JSON of the benchmark on standard input
  "$PYTHON" - "$1" 3<&0 <<'PYTHON'
import json
import os
import sys

bench = json.load(os.fdopen(3))
phases = bench["phases"]
ns = [f"{name} {phases[name]['ns_per_row_and_rank']:.0f}" for name in phases if name != "skeleton"]
rate = phases["total_without_writing"]["rows_per_second"] / 1e6
print(f"{sys.argv[1]} {bench['rows']} rows; ns a row and rank: {', '.join(ns)};",
      f"{rate:.2f} million rows/s without writing")
PYTHON
}

for days in 24 50 180 900; do
  "$bench" --customers 3000 --days "$days" | line "3,000 customers, $days days:"
done
for customers in 3000 30000; do
  "$bench" --customers "$customers" --days 180 --repeat 3 | line "$customers customers, 180 days:"
done
for run in 1 2 3; do
  "$bench" | line "run $run, one rank:"
  mpirun -n 2 --bind-to core "$bench" | line "run $run, two ranks:"
done

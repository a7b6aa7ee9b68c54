#!/bin/bash
# Corpora of 50 million rows with everything on, and of 200 million without features, in
# compressed shards: killed half way by SIGKILL and resumed, verified, read by plain h5py;
# memory of a rank, bytes of a row, and time. Needs 25 GB on the disk and half an hour.
# ROWS and WIDE_ROWS make it smaller.
set -euo pipefail
bash "$SOURCE/tests/system/lib/machine.sh"
peak=$SOURCE/tests/system/lib/peak_memory.py
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# generate NAME OPTION...: two ranks; the largest peak of a rank goes to $largest.
generate() {
  local name=$1
  shift
  rm -f peak.*
  # One file per rank: mpirun may join what several ranks print.
  # shellcheck disable=SC2016 # to be expanded by the ranks
  mpirun -n 2 bash -c '"$@" >peak.$OMPI_COMM_WORLD_RANK' bash \
    "$PYTHON" "$peak" "$SYNFIN" generate --quiet "$@" -o "$PWD/$name.h5"
}

# large NAME MOST OPTION...: MOST is the memory that a rank may take, in bytes.
large() {
  local name=$1 most=$2 begin=$SECONDS kept
  shift 2
  generate "$name" "$@" &
  local run=$!
  until (($(find "$name.shards" -name '[0-9]*.h5' 2>/dev/null | wc -l) >= 8)) || ! kill -0 "$run" 2>/dev/null; do
    sleep 0.2
  done
  pkill -KILL -f -- "-o $PWD/$name.h5" || fail "$name: the run was over before it was killed"
  wait "$run" || true
  [[ ! -e $name.h5 ]] || fail "$name: a corpus of a killed run"
  kept=$(find "$name.shards" -name '[0-9]*.h5' | wc -l)
  echo "$name: killed after $((SECONDS - begin)) s with $kept of 16 shards"
  begin=$SECONDS
  generate "$name" "$@" --resume
  largest=$(sort -n peak.* | tail -1)
  echo "$name: resumed to the end in $((SECONDS - begin)) s, $((largest / 1000000)) MB a rank"
  ((largest < most)) || fail "$name: $largest bytes a rank"
  begin=$SECONDS
  mpirun -n 2 "$SYNFIN" verify --quiet "$name.h5" || fail "$name: not verified"
  echo "$name: verified in $((SECONDS - begin)) s"
  "$PYTHON" - "$name.h5" <<'END'
import pathlib
import sys

import h5py

path = pathlib.Path(sys.argv[1])
stored = sum(file.stat().st_size for file in path.parent.glob(path.stem + ".shards/[0-9]*.h5"))
with h5py.File(path) as corpus:
    columns = [corpus[table][name] for table in ("transactions", "labels") for name in corpus[table]]
    rows = len(corpus["transactions/amount"])
    plain = sum(column.dtype.itemsize for column in columns)
    if "features" in corpus:
        plain += 4 * corpus["features/values"].shape[1]
        tail = corpus["features/values"][rows - 1000 :]
        assert (tail == tail).all() and tail.any()
    fraud = int(corpus["labels/is_fraud"][:].sum())
    amount = corpus["transactions/amount"]
    assert all((amount[i : i + 1000] > 0).all() for i in range(0, rows, rows // 50))
print(f"{path.stem}: {rows} rows, {fraud} of fraud; {stored / rows:.1f} bytes a row, {plain} uncompressed")
END
  rm -rf "$name".*
}

large all 400000000 --rows "${ROWS:-50000000}" --shards 16 --compression deflate
large wide 600000000 --rows "${WIDE_ROWS:-200000000}" --shards 16 --compression deflate --no-features
((failures == 0))
echo "passed"

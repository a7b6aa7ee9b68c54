#!/bin/bash
# Corpora of 50 million rows with everything on, and of 200 million without features, in
# compressed shards: killed half way by SIGKILL and resumed, verified, read by plain h5py;
# memory of a rank and how it grows, bytes of a row, and time. Needs 25 GB on the disk and half an hour.
# ROWS and WIDE_ROWS make it smaller; CORPORA=all or CORPORA=wide makes only one of them.
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
  rm -f peak.* pid.*
  # One file per rank: mpirun may join what several ranks print.
  # shellcheck disable=SC2016 # to be expanded by the ranks
  mpirun -n 2 bash -c 'r=$OMPI_COMM_WORLD_RANK; echo $$ >pid.$r; exec "$@" >peak.$r' bash \
    "$PYTHON" "$peak" "$SYNFIN" generate --quiet "$@" -o "$PWD/$name.h5"
}

# kill_run SHELL: the launcher, a child of that process, and the ranks, children of those in
# pid.*, which end with them.
kill_run() {
  local pid pids
  mapfile -t pids < <(cat pid.*)
  pkill -KILL -P "$1,$(IFS=, && echo "${pids[*]}")" || fail "the run was over before it was killed"
  for pid in "${pids[@]}"; do
    while grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$pid/status"; do sleep 0.1; done
  done
}

# watch_run NAME SHELL: lines of finished shards and of the resident KiB of the largest rank.
watch_run() {
  local pids
  while sleep 2 && kill -0 "$2" 2>/dev/null; do
    mapfile -t pids < <(cat pid.* 2>/dev/null)
    mapfile -t pids < <(pgrep -P "$(IFS=, && echo "${pids[*]:-0}")" | sed 's:.*:/proc/&/status:')
    echo "$(find "$1.shards" -name '[0-9]*.h5' 2>/dev/null | wc -l)" \
      "$(cat "${pids[@]}" 2>/dev/null </dev/null | sed -n 's/^VmRSS:\s*//p' | sort -n | tail -1)"
  done
}

# large NAME MOST OPTION...: MOST is the memory that a rank may take, in bytes.
large() {
  local name=$1 most=$2 begin=$SECONDS kept
  shift 2
  set -- --shards 16 --compression deflate "$@"
  generate "$name" "$@" &
  local run=$!
  watch_run "$name" "$run" >memory.log &
  until (($(find "$name.shards" -name '[0-9]*.h5' 2>/dev/null | wc -l) >= 8)) || ! kill -0 "$run" 2>/dev/null; do
    sleep 0.2
  done
  kill_run "$run"
  wait "$run" || true
  [[ ! -e $name.h5 ]] || fail "$name: a corpus of a killed run"
  kept=$(find "$name.shards" -name '[0-9]*.h5' | wc -l)
  echo "$name: killed after $((SECONDS - begin)) s with $kept of 16 shards"
  begin=$SECONDS
  generate "$name" "$@" --resume &
  run=$!
  watch_run "$name" "$run" >>memory.log &
  wait "$run" || fail "$name: cannot be resumed"
  wait
  largest=$(sort -n peak.* | tail -1)
  echo "$name: resumed to the end in $((SECONDS - begin)) s, $((largest / 1000000)) MB a rank"
  awk -v name="$name" '$2 { mb = $2 * 1024 / 1e6; if (!n[$1]++ || mb > most[$1]) most[$1] = mb }
    END { printf "%s: MB of the largest rank while shards 0, 1, ... of 16 were there:", name
          for (s = 0; s <= 16; s++) if (s in most) printf " %d: %.0f", s, most[s]; print "" }' memory.log
  # The killed run, which made the plan, left no peak.
  watched=$(sort -n -k 2,2 memory.log | tail -1 | cut -d ' ' -f 2)
  ((largest < most && watched * 1024 < most)) || fail "$name: $largest bytes or $watched KiB a rank"
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

for corpus in ${CORPORA:-all wide}; do
  case $corpus in
    all) large all 400000000 --rows "${ROWS:-50000000}" ;;
    wide) large wide 400000000 --rows "${WIDE_ROWS:-200000000}" --no-features ;;
    *) fail "CORPORA=$CORPORA: there are all and wide" ;;
  esac
done
((failures == 0))
echo "passed"

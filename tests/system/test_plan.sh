#!/bin/bash
# The estimate is within 15 % of the rows, bytes and memory of the corpus; a
# saved plan is exact, does not depend on ranks, and makes the same corpus.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# near WHAT ESTIMATE TRUTH
near() {
  awk -v estimate="$2" -v truth="$3" \
    'BEGIN { exit !(truth > 0 && estimate > 0.85 * truth && estimate < 1.15 * truth) }' ||
    fail "$1: an estimate of $2 for $3"
}

value() { awk -v name="$1" '$0 ~ "^" name { sub("^" name " *", ""); print $1 }' "$2"; }

# Rows, over lengths, seasons and numbers of customers.
for options in "--customers 3000 --days 180" "--customers 1500 --days 2 --start 2024-02-28" \
  "--customers 1000 --days 30 --start 2025-10-01" "--customers 1000 --days 700 --start 2023-01-01" \
  "--rows 300000" "--rows 300000 --days 20 --seed 9"; do
  read -r -a option <<<"$options"
  "$SYNFIN" plan "${option[@]}" >estimate
  "$SYNFIN" plan "${option[@]}" --force -o a.plan >counted 2>log
  near "rows of $options" "$(value transactions estimate)" "$(value transactions counted)"
  grep -q 'transactions.*(estimate)' estimate
  grep -q 'transactions.*(counted)' counted
  if [[ $options == --rows* ]]; then
    near "$options" 300000 "$(value transactions counted)"
  fi
done

# Bytes of corpora that are little more than dictionaries and metadata.
for customers in 1 1000; do
  "$SYNFIN" plan --no-features --customers "$customers" >estimate
  "$SYNFIN" generate --quiet --force --no-features --customers "$customers" -o corpus.h5
  near "bytes of $customers customers" "$(value bytes estimate)" "$(stat -c %s corpus.h5)"
done

# The least is one customer; what it makes is said where that is far more.
"$SYNFIN" plan --rows 10 >estimate 2>log
least="synfin: rows: one customer alone makes about $(value transactions estimate) transactions, not 10"
[[ $(<log) == "$least" ]] || fail "--rows 10: says '$(<log)'"
for rows in "$(value transactions estimate)" 300000; do
  "$SYNFIN" plan --rows "$rows" >estimate 2>log
  [[ ! -s log ]] || fail "--rows $rows: says '$(cat log)'"
done

# Bytes and memory, where each rank has rows for its batch.
for batch in 4096 65536 200000; do
  config=(--customers 1000 --days 120 --batch "$batch")
  "$SYNFIN" plan "${config[@]}" >estimate
  memory=$("$PYTHON" "$SOURCE/tests/system/lib/peak_memory.py" \
    "$SYNFIN" generate --quiet --force "${config[@]}" -o corpus.h5)
  near "bytes with batch $batch" "$(value bytes estimate)" "$(stat -c %s corpus.h5)"
  near "memory with batch $batch" "$(value 'memory per rank' estimate)" "$((memory / 1000000))"
done

# Saved plans. 499 customers: the last tile is a short one.
config=(--quiet --customers 499 --days 40)
"$SYNFIN" plan "${config[@]}" -o a.plan --force
for ranks in 2 5; do
  mpirun -n "$ranks" "$SYNFIN" plan "${config[@]}" -o other.plan --force
  cmp a.plan other.plan || fail "$ranks ranks plan otherwise"
done
"$SYNFIN" generate "${config[@]}" --force -o corpus.h5
for ranks in 1 3; do
  mpirun -n "$ranks" "$SYNFIN" generate "${config[@]}" --plan a.plan --force -o planned.h5
  cmp corpus.h5 planned.h5 || fail "$ranks ranks make other bytes from the plan"
done
"$PYTHON" - <<'PYTHON'
import h5py
import numpy

offsets = h5py.File("a.plan")["row_offset"][:]
customer = h5py.File("corpus.h5")["transactions/customer_id"][:]
tiles = numpy.bincount((customer - 1) // 16)
assert len(offsets) == len(tiles) + 1 == 33
assert offsets[0] == 0 and (numpy.diff(offsets) == tiles).all()
with h5py.File("a.plan") as plan, h5py.File("moved.plan", "w") as moved:
    for name, value in plan.attrs.items():
        moved.attrs.create(name, value)
    for name in plan:
        if name != "row_offset":
            plan.copy(name, moved)
    offsets[16] += 1  # where the second of two ranks begins
    moved["row_offset"] = offsets
with h5py.File("a.plan") as plan, h5py.File("bent.plan", "w") as bent:
    for name, value in plan.attrs.items():
        bent.attrs.create(name, value)
    for name in plan:
        plan.copy(name, bent)
    reports = bent["report_offset"][:]
    reports[7] = reports[-1] + 1  # beyond the last report
    bent["report_offset"][:] = reports
PYTHON

# refused CODE MESSAGE ARGUMENT...
refused() {
  local code=$1 message=$2 got=0
  shift 2
  "$SYNFIN" generate "$@" -o refused.h5 >out 2>err || got=$?
  if [[ $got -ne $code || -s out || $(wc -l <err) -ne 1 ]] || ! grep -qF -- "$message" err; then
    fail "$*: exit code $got, $(cat out err)"
  fi
  [[ -z $(ls refused* 2>/dev/null) ]] || fail "$*: leaves $(ls refused*)"
}
refused 2 "is the plan of another configuration: its seed is 1" "${config[@]}" --plan a.plan --seed 2
refused 2 "its days is 40" "${config[@]}" --plan a.plan --days 41
"$SYNFIN" plan "${config[@]}" --no-features -o bare.plan
refused 2 "bare.plan: is a plan for corpora without features" "${config[@]}" --plan bare.plan
refused 1 "bent.plan: /report_offset is not a list of offsets" "${config[@]}" --plan bent.plan
refused 1 "corpus.h5: is not a plan" "${config[@]}" --plan corpus.h5
head -c 1000 a.plan >cut.plan
refused 1 "cut.plan: not an HDF5 file, or cut short" "${config[@]}" --plan cut.plan
echo text >text.plan
refused 1 "text.plan: not an HDF5 file, or cut short" "${config[@]}" --plan text.plan
mkdir folder.plan
refused 1 "folder.plan: is a folder" "${config[@]}" --plan folder.plan
refused 1 "none.plan: No such file or directory" "${config[@]}" --plan none.plan
# A plan with other numbers of rows than this program makes.
got=0
mpirun -n 2 "$SYNFIN" generate "${config[@]}" --plan moved.plan -o refused.h5 >out 2>err || got=$?
[[ $got -eq 1 && $(grep -c '^synfin: .*other numbers of rows than the plan' err) -eq 1 ]] ||
  fail "a wrong plan: exit code $got, $(cat err)"
[[ -z $(ls refused* 2>/dev/null) ]] || fail "a wrong plan: leaves $(ls refused*)"

((failures == 0))

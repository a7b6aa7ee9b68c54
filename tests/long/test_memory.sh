#!/bin/bash
# Peak memory of a rank does not grow with the rows: under 400 MB, and the same
# within 5 % at 5 million rows, when all that is kept of the plan is full, and at 30 million.
# Needs 5 GB on the disk.
set -euo pipefail
bash "$SOURCE/tests/system/lib/machine.sh"
failures=0
peak=$SOURCE/tests/system/lib/peak_memory.py

# measure RANKS ROWS OPTION...: largest peak of a rank in bytes, into $largest.
measure() {
  local ranks=$1 rows=$2
  shift 2
  rm -f corpus.*
  rm -f peak.*
  # One file per rank: mpirun may join what several ranks print.
  # shellcheck disable=SC2016 # to be expanded by the ranks
  mpirun -n "$ranks" bash -c '"$@" >peak.$OMPI_COMM_WORLD_RANK' bash \
    "$PYTHON" "$peak" "$SYNFIN" generate --quiet --rows "$rows" "$@" -o corpus.h5
  largest=$(sort -n peak.* | tail -1)
  printf '%5d ranks  %9d rows wanted  %11d bytes of corpus  %6.1f MB a rank  %s\n' "$ranks" "$rows" \
    "$(stat -c %s corpus.h5)" "$(awk "BEGIN { print $largest / 1e6 }")" "$*"
}

for options in "1" "2" "1 --days 1500 --start 2023-01-01" "2 --collective" "2 --check full"; do
  read -r -a option <<<"$options"
  measure "${option[0]}" 5000000 "${option[@]:1}"
  small=$largest
  measure "${option[0]}" 30000000 "${option[@]:1}"
  if ! awk -v small="$small" -v large="$largest" \
    'BEGIN { exit !(large < 400e6 && large < 1.05 * small && large > 0.95 * small) }'; then
    echo "FAILED: $options: $small bytes at 5 million rows, $largest at 30 million"
    failures=$((failures + 1))
  fi
done
((failures == 0))
echo "passed"

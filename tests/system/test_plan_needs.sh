#!/bin/bash
# What `synfin plan` says that a corpus needs adds up, follows the ranks asked about,
# and is held against space, memory and time. No figure of a clock is compared with
# another run's.
set -euo pipefail

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

value() { awk -v name="$1" 'index($0, name) == 1 { print $'"${3:-NF}"'; exit }' "$2"; }
holds() { awk "BEGIN { exit !($1) }" || fail "$2: $1"; }

# The tables add up to the bytes, and each is there.
"$SYNFIN" plan >needs
awk '/^bytes/ { off += $2 } /^  / { off -= $2 } END { exit !(off * off < 100) }' needs ||
  fail "the tables do not add up: $(cat needs)"
for table in customers merchants transactions labels episodes rings ring_members ring_links \
  features other; do
  holds "$(awk -v t="$table" '$0 ~ "^  " t " " { print $2 }' needs) > 0" "$table"
done
"$SYNFIN" plan --no-fraud --no-features >honest
holds "$(awk '$1 == "features" || $1 == "episodes" || $1 == "rings" { sum += $2 }
  END { print sum + 0 }' honest) == 0" "tables without fraud and features"

# Time and core-hours of one line each, for the ranks asked about.
for ranks in 1 7 5000; do
  "$SYNFIN" plan --rows 1000000000000 --ranks "$ranks" >needs
  wall=$(value "wall time" needs 3) hours=$(value core-hours needs 2)
  holds "$wall > 0 && $hours * 3600 > 0.99 * $wall * $ranks && $hours * 3600 < 1.01 * $wall * $ranks" \
    "$ranks ranks: core-hours"
  grep -q "^wall time .* on $ranks rank" needs || fail "$ranks ranks: $(cat needs)"
  cores=$(value nodes needs 7)
  holds "$(value nodes needs 2) >= $ranks / $cores" "$ranks ranks: nodes"
done
mpirun -n 2 "$SYNFIN" plan >needs
grep -q "^wall time .* on 2 ranks" needs || fail "2 ranks plan for $(grep '^wall' needs)"

# Nothing is short for the default corpus; of this size everything is, and said.
"$SYNFIN" plan >needs
! grep -q '^short' needs || fail "the default corpus: $(grep '^short' needs)"
SLURM_JOB_END_TIME=1 SLURM_MEM_PER_NODE=30 "$SYNFIN" plan --rows 1000000000000 >needs
for what in space memory numbers time; do
  grep -q "^short of $what " needs || fail "a trillion rows are not short of $what: $(cat needs)"
done
grep -q '^short of memory .*has 31 MB (SLURM_MEM_PER_NODE)' needs || fail "memory: $(cat needs)"
"$SYNFIN" plan --rows 1000000000000 --time-limit 10:00 >needs
grep -qE '^short of time .* 600.0 s are left: [0-9]{2,} ranks would do' needs || fail "time: $(cat needs)"
SLURM_CPUS_ON_NODE=3 SLURM_MEM_PER_CPU=10 "$SYNFIN" plan >needs
grep -q '^short of memory .*has 31 MB (SLURM_MEM_PER_CPU)' needs || fail "memory: $(cat needs)"

# Fewer ranks of a node where memory is short, and more nodes.
SLURM_CPUS_ON_NODE=64 SLURM_MEM_PER_NODE=1000 "$SYNFIN" plan --ranks 64 >needs
ranks=$(value "memory per node" needs 7)
holds "$ranks > 1 && $ranks < 64 && $(value nodes needs 2) >= 64 / $ranks" "nodes of little memory"
holds "$(value "memory per node" needs 4) <= 1049" "nodes of little memory"
! grep -q '^short' needs || fail "nodes of little memory: $(grep '^short' needs)"

# A small file system.
if ((EUID == 0)) && mkdir small && mount -t tmpfs -o size=40m tmpfs small; then
  trap 'umount -l "$SCRATCH/small"' EXIT
  "$SYNFIN" plan --quiet --customers 30 -o small/a.plan
  (cd small && "$SYNFIN" plan --rows 100000) >needs
  umount -l small
  trap - EXIT
  grep -q '^short of space .* are needed, [34][0-9.]* MB are free' needs || fail "space: $(cat needs)"
fi

# Ranks are a question to plan, not an option of making data.
got=0
"$SYNFIN" generate --ranks 2 -o none.h5 2>log || got=$?
[[ $got -eq 2 ]] || fail "generate --ranks: $got, $(cat log)"

((failures == 0))

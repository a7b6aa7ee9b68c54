#!/bin/bash
# Runs of shards that end before they are done: killed, stopped, out of space, locked out.
# What is finished stays, --resume makes the rest, and the digest is that of an
# undisturbed run. Points of time are counts of finished shards, not of seconds: a run
# that is quicker than the test only has nothing to resume.
set -euo pipefail
# shellcheck source=tests/system/lib/shard_runs.sh
source "$SOURCE/tests/system/lib/shard_runs.sh"

corpus=(--customers 160 --days 20)
"$SYNFIN" generate --quiet "${corpus[@]}" -o whole.h5
digest=$(digest_of whole.manifest.json)
# Small batches make a run slow enough to be caught in its middle.
run=("${corpus[@]}" --shards 6 --batch 64)

# said CODE TEXT WHAT: the last run, whose exit code is $code.
said() {
  [[ $code -eq $1 ]] || fail "$3: exit code $code: $(cat err)"
  grep -qF -- "$2" err || fail "$3: says '$(cat err)', not '$2'"
}

# Killed by SIGKILL, at points from one seed: one rank, or all with their launcher.
RANDOM=5
for ((round = 1; round <= 5; round++)); do
  rm -rf s.*
  shards=$((RANDOM % 6)) ranks=$((RANDOM % 3 + 2)) victim=$((RANDOM % 4)) again=$((RANDOM % 4 + 1))
  start "$ranks" --ranks-per-shard $((RANDOM % 2 + 1))
  await_shards "$shards"
  until [[ -s pid.$((ranks - 1)) ]] || ! kill -0 "$launcher"; do sleep 0.01; done
  if ((round % 2)); then kill_rank $((victim % ranks)); else kill_all; fi
  ended || true
  kept=$(shards_there)
  resumed "kill $round after $shards shards" "$again"
  echo "round $round: $ranks ranks, killed after $shards shards, $kept there, resumed on $again"
done

# Stopped in order: exit code 75, whichever rank hears of it, and what it has to say.
for signal in TERM USR1; do
  rm -rf s.*
  start 3 --batch 4
  await_shards 1
  until [[ -s pid.2 ]] || ! kill -0 "$launcher"; do sleep 0.01; done
  kill -"$signal" "$(cat pid.2)" 2>/dev/null || true
  code=0
  ended || code=$?
  [[ $code -eq 75 ]] || fail "SIG$signal: exit code $code: $(cat out err)"
  grep -qE "^synfin: stopped by SIG$signal: [0-6] of 6 shards are finished, --resume makes the rest$" err ||
    fail "SIG$signal: says $(cat err)"
  [[ ! -e s.h5 && ! -e s.manifest.json ]] || fail "SIG$signal: leaves a corpus"
  [[ -z $(find . -name '*.partial' -o -name 'lock.*') ]] || fail "SIG$signal: leaves $(ls s.shards)"
done
resumed "stopped runs" 2

# The limit of time, of a run that takes much longer; without shards, too.
code=0
"$SYNFIN" generate --quiet --customers 20000 --batch 4 --shards 50 --time-limit 1 -o long.h5 2>err || code=$?
said 75 "stopped by the time limit" "--time-limit"
[[ ! -e long.h5 ]] || fail "--time-limit leaves a corpus"
rm -rf long.*
code=0
"$SYNFIN" generate --quiet --customers 20000 --batch 4 --time-limit 1 -o long.h5 2>err || code=$?
said 1 "stopped by the time limit; nothing is left" "--time-limit without shards"
[[ -z $(find . -name 'long.*') ]] || fail "--time-limit without shards leaves files"

# Shards that are gone, cut or changed are made again, and only those.
changed() { find s.shards -name '[0-9]*.h5' -newer mark -printf '%f\n' | sort | xargs; }
touch mark
sleep 0.02
rm s.shards/00001.h5
truncate -s -100000 s.shards/00003.h5
"$PYTHON" "$SOURCE/tests/system/lib/flip.py" s.shards/00005.h5 transactions/amount 800 1
touch mark
resumed "broken shards" 2
[[ $(changed) == "00001.h5 00003.h5 00005.h5" ]] || fail "broken shards: made again are $(changed)"
grep -q "s.shards/00003.h5.*; the shard is made again" err || fail "a cut shard is not named: $(cat err)"
grep -q "s.shards/00005.h5.*; the shard is made again" err || fail "a changed shard is not named: $(cat err)"
touch mark
resumed "a finished run" 1
[[ -z $(changed) ]] || fail "a finished run: made again are $(changed)"

# Another corpus in the place of this one.
refused() {
  local message=$1 code=0
  shift
  "$SYNFIN" generate --quiet "$@" -o s.h5 >out 2>err || code=$?
  ((code == 1 || code == 2)) || fail "$*: exit code $code"
  said "$code" "$message" "$*"
}
refused "is the plan of another configuration: its seed is 1, here it is 2" "${run[@]}" --seed 2 --resume
refused "is one of 6 shards, not of 4" "${corpus[@]}" --shards 4 --resume
refused "has other features" "${run[@]}" --no-features --resume
refused "s.h5: exists; --force replaces it" "${run[@]}"
rm s.h5
refused "s.shards/00000.h5: exists; --resume keeps it, --force replaces it" "${run[@]}"
"$SYNFIN" generate --quiet "${run[@]}" --force -o s.h5
[[ $(digest_of s.manifest.json) == "$digest" ]] || fail "--force: another digest"

# Locks: of a run that is there, of one that is gone, of one on another host, of an
# earlier life of the same batch job.
rm -rf s.*
start 1 --batch 4
await_shards 1
if kill -STOP "$(cat pid.0)" 2>/dev/null && [[ -e s.shards/lock.00000-00006 ]]; then
  refused "lock.00000-00006: these shards are locked by $(id -un) on $(hostname), process $(cat pid.0)" \
    "${run[@]}" --resume
  grep -q "which is running" err || fail "the lock of a run that is there: $(cat err)"
  refused "which is running" "${run[@]}" --resume --break-lock
fi
kill_all
ended || true
refused "has ended; --resume or --break-lock takes over" "${run[@]}" --force
sed 's/^host .*/host elsewhere/; s/^job .*/job 17_4/' s.shards/lock.00000-00006 >lock
mv lock s.shards/lock.00000-00006
refused "on elsewhere, process" "${run[@]}" --resume
grep -q "is not known to have ended; --break-lock takes over" err || fail "a lock of another host: $(cat err)"
"$SYNFIN" plan --quiet "${corpus[@]}" -o plan.h5
refused "lock.00000-00006: these shards are locked" "${run[@]}" --plan plan.h5 --shard-range 3:4 --resume
SLURM_ARRAY_JOB_ID=17 SLURM_ARRAY_TASK_ID=4 SLURM_RESTART_COUNT=1 resumed "a lock of the same job" 1
printf 'user a\nhost elsewhere\nprocess 1\njob -\nrestarts 0\nboot -\nspace -\nborn 1\n' >s.shards/lock.00002-00003
code=0
"$SYNFIN" finalize --quiet s.h5 2>err || code=$?
said 1 "lock.00002-00003: these shards are locked by a on elsewhere" "finalize beside a lock"
"$SYNFIN" finalize --quiet --break-lock s.h5
[[ ! -e s.shards/lock.00002-00003 ]] || fail "--break-lock leaves the lock"

# A disk that is too small, and one that may not be written.
mkdir folder
mount_here() { mount -t tmpfs -o "$1" tmpfs folder 2>/dev/null; }
release() { umount -l "$SCRATCH/folder"; }
if mount_here size=8m; then
  trap release EXIT
  cd folder
  code=0
  start 2
  ended || code=$?
  said 1 "No space left on device" "a full disk"
  [[ ! -e s.h5 && -z $(find . -name '*.partial') ]] || fail "a full disk: leaves $(find .)"
  mount -o remount,size=200m tmpfs .
  resumed "a full disk" 2
  rm -rf s.*
  cd ..
  mount -o remount,ro folder
  code=0
  "$SYNFIN" generate --quiet "${run[@]}" -o folder/s.h5 2>err || code=$?
  said 1 "Read-only file system" "a read-only folder"
  release
  trap - EXIT
else
  echo "left out: full and read-only file systems, since mounting is not permitted here"
fi

((failures == 0))

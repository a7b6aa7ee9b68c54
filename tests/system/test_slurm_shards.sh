#!/bin/bash
# Corpora of several files under a real, private Slurm of three nodes: one job; an array in
# another order with two tasks that crash and are repeated; the time limit, and a node
# that is lost, after each of which the job goes back into the queue and on; and scancel,
# after which it does not. Each ends at the digest of an undisturbed run.
set -euo pipefail
# shellcheck source=tests/system/lib/slurm_test.sh
source "$SOURCE/tests/system/lib/slurm_test.sh" 3
export BINARY=$SYNFIN

# of JOB NAME: a value that Slurm keeps of a job, such as its JobState.
of() { scontrol show job "$1" | grep -om1 "\b$2=[^ ]*" | cut -d= -f2; }

# until_true WHAT COMMAND...: polls for at most two minutes.
until_true() {
  local what=$1 try
  shift
  for ((try = 0; try < 1200; ++try)); do
    if "$@" >/dev/null 2>&1; then
      return 0
    fi
    sleep 0.1
  done
  fail "$what: waited in vain"
  return 1
}
has_ended() { [[ $(of "$1" JobState) =~ ^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL)$ ]]; }
has_shard() { compgen -G "$1.shards/0????.h5" >/dev/null; }

# ended NAME JOB STATE CODE: the job ends so.
ended() {
  until_true "$1" has_ended "$2" || true
  [[ $(of "$2" JobState) == "$3" && $(of "$2" ExitCode) == "$4:"* ]] ||
    fail "$1: ends as $(of "$2" JobState), $(of "$2" ExitCode): $(cat "$1"*.log)"
}

# same NAME: the corpus has the digest of the undisturbed one, and was verified by the job
# or, with an argument more, is now.
same() {
  local digest
  digest=$("$SYNFIN" inspect "$1.h5" summary | awk '$1 == "digest" { print $2 }') || true
  [[ $digest == "$plain" ]] || fail "$1: digest '$digest' instead of $plain"
  if [[ -n ${2-} ]]; then
    "$SYNFIN" verify --quiet "$1.h5" || fail "$1: does not verify"
  else
    grep -q ' checks, 0 failed' "$1"*.log || fail "$1: not verified: $(cat "$1"*.log)"
  fi
}

small=(--customers 480 --days 20)
shards=(--shards 8 --batch 500)
"$SYNFIN" generate --quiet "${small[@]}" -o plain.h5
plain=$("$SYNFIN" inspect plain.h5 summary | awk '$1 == "digest" { print $2 }')

# The first run of a job is stopped in the middle of its second shard.
cat >paused.sh <<SITE
if [[ -z \${SLURM_RESTART_COUNT-} ]]; then
  launch=(srun --mpi=pmix --export=ALL --kill-on-bad-exit=0 --wait=60
    bash "$SOURCE/tests/system/lib/pause.sh")
fi
SITE

# job NAME OPTION...: submits generate.sbatch; prints the number of the job.
job() {
  local name=$1
  shift
  WATCH="$PWD/$name.shards/0????.h5" sbatch --parsable --job-name="$name" --output="$name.log" \
    --nodes=1 "$@" "$SOURCE/slurm/generate.sbatch" "${small[@]}" "${shards[@]}" -o "$name.h5"
}

# Shards that are finished, and when: what is kept stays the same file.
finished() { stat -c '%n %i %y' "$1".shards/0????.h5 >"$1.finished"; }
kept() {
  stat -c '%n %i %y' "$1".shards/0????.h5 | grep -cxFf - "$1.finished" |
    grep -qx "$(wc -l <"$1.finished")" || fail "$1: shards were not kept: $(cat "$1.finished")"
}

# 1. The time limit: Slurm's own signal, within half a minute. The job is stopped, and
# fills the first node, while the others run.
limit=$(SITE=paused.sh job limit --ntasks=2 --time=1 --signal=B:USR1@50)
until_true "limit: a first shard" has_shard limit

# 2. A node is lost, the second one. Nothing of the job is left there.
lost=$(SITE=paused.sh job lost --ntasks=2)
until_true "lost: a first shard" has_shard lost
finished lost
node=$(of "$lost" BatchHost)
pids=$(scontrol listpids "$lost" "$node" | awk 'NR > 1 && $1 > 1 { print $1 }')
steps=$(for pid in $pids; do sed -n 's/^PPid:\t//p' "/proc/$pid/status" 2>/dev/null || true; done | sort -u |
  while read -r pid; do ! grep -qs slurmstepd "/proc/$pid/comm" || echo "$pid"; done)
# shellcheck disable=SC2086 # several numbers
kill -KILL "$(cat "$cluster/run/slurmd-$node.pid")" $steps $pids
scontrol update NodeName="$node" State=DOWN Reason=lost

# 3. One job, on the third.
single=$(job single --ntasks=2)
ended single "$single" COMPLETED 0
same single

# 4. scancel: no new run, nothing in the way of --resume.
cancelled=$(SITE=paused.sh job cancelled --ntasks=2)
until_true "cancelled: a first shard" has_shard cancelled
finished cancelled
scancel "$cancelled"
until_true "cancelled: ends" has_ended "$cancelled" || true
[[ $(of "$cancelled" JobState) == CANCELLED && $(of "$cancelled" Restarts) == 0 ]] ||
  fail "cancelled: $(scontrol show job "$cancelled")"
"$SYNFIN" generate --quiet "${small[@]}" "${shards[@]}" --resume -o cancelled.h5 ||
  fail "cancelled: --resume: $(cat cancelled.log)"
kept cancelled
same cancelled now

# 5. An array: tasks in the order 2 3 0 1, of which 1 and 3 are killed the first time.
mkdir logs
cat >crash.sh <<SITE
log_dir=$PWD/logs
if [[ \${SLURM_ARRAY_TASK_ID-} == [13] ]] && mkdir "crashed\$SLURM_ARRAY_TASK_ID" 2>/dev/null; then
  export CRASH=1 WATCH=$PWD/array.shards/0000\$((2 * SLURM_ARRAY_TASK_ID)).h5
  launch=(srun --mpi=pmix --export=ALL --kill-on-bad-exit=0 --wait=60
    bash "$SOURCE/tests/system/lib/pause.sh")
fi
SITE
SITE=crash.sh PARTS=4 ARRAY_OPTIONS=--hold bash "$SOURCE/slurm/submit.sh" "${small[@]}" \
  "${shards[@]}" -o array.h5 >submit.log || fail "submit.sh: $(cat submit.log)"
read -r plan array finalize < <(sed -n '1s/[^0-9 ]//gp' submit.log | awk '{ print $1, $2, $5 }')
ended synfin-plan "$plan" COMPLETED 0
for task in 2 3 0 1; do
  scontrol release "${array}_$task"
  case $task in
    [13]) ended synfin-array "${array}_$task" FAILED 137 ;;
    *) ended synfin-array "${array}_$task" COMPLETED 0 ;;
  esac
done
until_true "finalize: is cancelled" has_ended "$finalize" || true
[[ $(of "$finalize" JobState) == CANCELLED && ! -e array.h5 ]] || fail "joined without all shards"
repeat=$(sed -n '/^  CONFIG=/{ s/--hold //; s/--array=[^ ]*/--parsable --array=1,3/p; }' submit.log)
array=$(BREAK_LOCK=1 bash -c "$repeat")
ended synfin-array "${array}_1" COMPLETED 0
ended synfin-array "${array}_3" COMPLETED 0
finalize=$(bash -c "$(sed -n '/^  SYNFIN/s/sbatch/& --parsable/p' submit.log)")
ended synfin-finalize "$finalize" COMPLETED 0
same array now
grep -q ' checks, 0 failed' "synfin-finalize-$finalize.log" || fail "finalize: does not verify"
[[ $(sed -n 's/.*"run_id":"\([^"]*\)".*/\1/p' logs/*.jsonl | sort -u | wc -l) -eq 1 ]] ||
  fail "the jobs of a chain have several ids"

# What went back into the queue.
for job in "limit $limit" "lost $lost"; do
  read -r name number <<<"$job"
  ended "$name" "$number" COMPLETED 0
  [[ $(of "$number" Restarts) -ge 1 ]] || fail "$name: was not started again"
  same "$name"
done
kept lost
grep -q 'stopped at a restart point; back into the queue' limit.log || fail "limit: $(cat limit.log)"
[[ $(of "$lost" BatchHost) != "$node" ]] || fail "lost: runs on the lost node"

((failures == 0))

# shellcheck shell=bash
# What the batch jobs of this folder share beside program.sh, which it sources; each
# sources it. Sets
#   launch   the command, as an array, that starts the program with one MPI rank for each
#            task; takes -n RANKS for fewer
#   telemetry   options of log lines and metrics of `generate` and `finalize`
# and defines the function `restartable`.

# Slurm may announce the end of the time before the program is started.
time_is_up=0
trap 'time_is_up=1' USR1

# shellcheck source=slurm/program.sh
source "$(dirname "${BASH_SOURCE[0]}")/program.sh"

# The site may have set another launcher. A rank that fails ends together with the
# others: a launcher that kills them first would hide the program's exit code. The
# limit is for ranks that crash, whose partners would wait for them until the job's.
if ((${#launch[@]} == 0)); then
  if srun --mpi=list 2>&1 | grep -w pmix >/dev/null; then
    launch=(srun --mpi=pmix --export=ALL --kill-on-bad-exit=0 --wait=60)
  else
    launch=(mpirun)
  fi
fi

# All lines and metrics of a job, and of those of a chain that hand it on, have one id.
export SYNFIN_RUN_ID=${SYNFIN_RUN_ID:-slurm-$SLURM_JOB_ID}
job=$SLURM_JOB_ID
if [[ -n ${SLURM_ARRAY_JOB_ID-} ]]; then
  job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
fi
# shellcheck disable=SC2034 # used by the jobs
telemetry=(--run-id="$SYNFIN_RUN_ID" ${log_dir:+"--log-json=$log_dir/synfin-$job.jsonl"}
  ${metrics_dir:+"--metrics=$metrics_dir/synfin-$job.prom"})

echo "job      $job: $SLURM_NTASKS ranks on $SLURM_JOB_NODELIST"
echo "launch   ${launch[*]} $binary"
echo "options  $*"
"$binary" version
echo

# restartable COMMAND...: runs it, and hands on the signals that Slurm sends to this
# shell: SIGUSR1 before the time limit (#SBATCH --signal), SIGTERM when the job is
# cancelled or has to give way; both as SIGUSR1, since launchers kill the ranks on
# SIGTERM. A command that then stops at a restart point, or does so by itself, ends with
# 75: unless it was cancelled, or `again` is 0, the job goes back into the queue, and this function does not
# return.
restartable() {
  local child code=75 got interrupted=1 terminated=0
  if ((time_is_up)); then
    interrupted=0
  else
    "$@" &
    child=$!
    trap 'interrupted=1; kill -USR1 "$child" 2>/dev/null || true' USR1
    trap 'interrupted=1 terminated=1; kill -USR1 "$child" 2>/dev/null || true' TERM
  fi
  while ((interrupted)); do # a signal ends `wait`, too
    interrupted=0 got=0
    wait "$child" || got=$?
    ((got == 127)) || code=$got # 127: it had ended before
  done
  if ((code == 75 && !terminated && ${again:-1})); then
    echo "$SLURM_JOB_NAME: stopped at a restart point; back into the queue"
    trap 'exit 75' TERM
    if scontrol requeue "$SLURM_JOB_ID"; then
      sleep 300 & # until Slurm ends this run
      wait $!
    fi
  fi
  trap 'time_is_up=1' USR1 # what follows may use the time that is left
  trap - TERM
  return "$code"
}

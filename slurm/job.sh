# shellcheck shell=bash
# What the batch jobs of this folder share; each sources it. Reads the site file that
# SITE names, and sets for the job:
#   binary   the program: the file BINARY, or the `synfin` on the PATH
#   launch   the command, as an array, that starts it with one MPI rank for each task;
#            takes -n RANKS for fewer
#   log_dir, metrics_dir   folders for log lines and metrics, empty: none
log_dir='' metrics_dir='' launch=()
if [[ -n ${SITE-} ]]; then
  set +u # which the functions of module systems do not stand
  # shellcheck source=slurm/site/example.sh
  source "$(realpath -- "$SITE")"
  set -u
fi
if ! binary=$(command -v -- "${BINARY:-synfin}"); then
  echo "$SLURM_JOB_NAME: ${BINARY:-synfin}: not found; set BINARY, or the PATH in the file SITE" >&2
  exit 2
fi

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
telemetry=(${log_dir:+"--log-json=$log_dir/synfin-$job.jsonl"}
  ${metrics_dir:+"--metrics=$metrics_dir/synfin-$job.prom"})

echo "job      $job: $SLURM_NTASKS ranks on $SLURM_JOB_NODELIST"
echo "launch   ${launch[*]} $binary"
echo "options  $*"
"$binary" version
echo

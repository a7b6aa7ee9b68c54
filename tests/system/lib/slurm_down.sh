#!/bin/bash
# slurm_down.sh DIR: ends the jobs and daemons of slurm_up.sh DIR, and nothing else;
# also what a failed start has left. The logs stay.
set -uo pipefail
dir=$(cd "$1" && pwd -P) || exit 2
export SLURM_CONF=$dir/slurm.conf

# runs PID NAME: it is there, is that daemon, and not a zombie waiting for its parent.
runs() {
  grep -qs "^Name:[[:space:]]*$2" "/proc/$1/status" && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"
}

# stop FILE: asks the daemon that has its number in this file to end, and kills it after
# 5 s.
stop() {
  local pid try name=${1##*/}
  name=${name%.pid} name=${name%%-*}
  pid=$(cat "$1" 2>/dev/null) && [[ -n $pid ]] || return 0
  runs "$pid" "$name" && kill "$pid"
  for ((try = 0; try < 100; ++try)); do
    runs "$pid" "$name" || return 0
    sleep 0.05
  done
  kill -KILL "$pid"
}

# Steps outlive the daemons, so the jobs end first.
if runs "$(cat "$dir/run/slurmctld.pid" 2>/dev/null)" slurmctld; then
  jobs=$(timeout 5 squeue --noheader --format %A)
  if [[ -n $jobs ]]; then
    xargs timeout 5 scancel <<<"$jobs"
    for ((try = 0; try < 60; ++try)); do
      [[ -n $(timeout 5 squeue --noheader) ]] || break
      sleep 0.1
    done
  fi
fi

# The controller first: it would wait for answers of a node that is gone.
for file in "$dir"/run/slurmctld.pid "$dir"/run/slurmd-*.pid "$dir"/run/munged.pid; do
  stop "$file"
done

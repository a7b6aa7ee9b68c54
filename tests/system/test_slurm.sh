#!/bin/bash
# slurm/generate.sbatch under a real, private Slurm: the same bytes as without it,
# verified in the job, and the program's exit code as the job's.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin

for need in slurmctld slurmd munged srun; do
  command -v "$need" >/dev/null || { echo "left out: $need is not installed" && exit 77; }
done
((EUID == 0)) || { echo "left out: slurmd needs root" && exit 77; }

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# In /tmp, as sockets need a short path.
cluster=$(mktemp -d /tmp/synfin-slurm.XXXXXX)
finish() {
  bash "$SOURCE/tests/system/lib/slurm_down.sh" "$cluster"
  rm -rf -- "$cluster"
}
trap finish EXIT
bash "$SOURCE/tests/system/lib/slurm_up.sh" "$cluster"
export SLURM_CONF=$cluster/slurm.conf

# submit CODE NAME OPTION...: the job NAME with these options of the program ends
# with CODE; its log is in NAME.log.
submit() {
  local code=$1 name=$2 got=0
  shift 2
  timeout 60 sbatch --wait --job-name="$name" "$SOURCE/slurm/generate.sbatch" "$@" >sbatch.out 2>&1 ||
    got=$?
  cat "$name"-[0-9]*.log >"$name.log" || fail "$name: no log $name-JOB.log: $(cat sbatch.out)"
  [[ $got -eq $code ]] || fail "$name: exit code $got instead of $code: $(cat sbatch.out "$name.log")"
}

# says NAME TEXT: the log of the job NAME has a line with the fixed TEXT.
says() { grep -qF -- "$2" "$1.log" || fail "$1: does not say '$2' but: $(cat "$1.log")"; }

small=(--customers 100 --days 30)
"$SYNFIN" generate --quiet "${small[@]}" -o plain.h5
digest=$("$SYNFIN" inspect plain.h5 summary | awk '$1 == "digest" { print $2 }')
[[ $digest =~ ^[0-9a-f]{32}$ ]] || fail "no digest of the plain run: '$digest'"

# The program named by BINARY, started by srun.
BINARY=$SYNFIN submit 0 direct "${small[@]}" --output=direct.h5
cmp plain.h5 direct.h5 || fail "direct: other bytes than without Slurm"
says direct ": 2 ranks on $(hostname -s)"
says direct "launch   srun --mpi=pmix"
says direct "$("$SYNFIN" version | head -1)"
says direct "digest $digest, "
says direct "on 2 ranks"
says direct " checks, 0 failed"

# PATH and launcher from a site file, and an output that only the environment names.
cat >site.sh <<SITE
PATH=$(dirname "$SYNFIN"):\$PATH
launch=(mpirun)
SITE
SITE=site.sh SYNFIN_OUTPUT='a "quoted" name.h5' submit 0 site "${small[@]}"
cmp plain.h5 'a "quoted" name.h5' || fail "site: other bytes than without Slurm"
says site "launch   mpirun $SYNFIN"
says site "on 2 ranks"
says site " checks, 0 failed"

# Failures: usage 2, the file system 1, no program 2; nothing is then verified.
export BINARY=$SYNFIN
submit 2 usage "${small[@]}" --costumers 3 -o none.h5
says usage "synfin: "
submit 1 file "${small[@]}" -o none/corpus.h5
says file "none: cannot write into the folder"
BINARY=./none submit 2 binary "${small[@]}" -o none.h5
says binary "./none: not found"
[[ ! -e none.h5 ]] || fail "a failed job left a corpus"
for name in usage file binary; do
  ! grep -q ' checks, ' "$name.log" || fail "$name: verifies after a failure"
done

((failures == 0))

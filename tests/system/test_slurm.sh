#!/bin/bash
# The jobs of slurm/ under a real, private Slurm. generate.sbatch: the same bytes as
# without it, verified in the job, and the program's exit code as the job's.
# verify.sbatch: the exit code of verify. scaling.sbatch: a line for each run.
set -euo pipefail
# shellcheck source=tests/system/lib/slurm_test.sh
source "$SOURCE/tests/system/lib/slurm_test.sh"

# submit CODE NAME OPTION...: the job NAME, of generate.sbatch or the script JOB, with
# these options of the program ends with CODE; its log is in NAME.log.
submit() {
  local code=$1 name=$2 got=0
  shift 2
  timeout 60 sbatch --wait --job-name="$name" "$SOURCE/slurm/${JOB:-generate}.sbatch" "$@" \
    >sbatch.out 2>&1 || got=$?
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

# PATH, launcher and folders from a site file, and an output that only the
# environment names.
mkdir logs metrics
cat >site.sh <<SITE
PATH=$(dirname "$SYNFIN"):\$PATH
launch=(mpirun)
log_dir=$PWD/logs metrics_dir=$PWD/metrics
SITE
SITE=site.sh SYNFIN_OUTPUT='a "quoted" name.h5' submit 0 site "${small[@]}"
cmp plain.h5 'a "quoted" name.h5' || fail "site: other bytes than without Slurm"
says site "launch   mpirun $SYNFIN"
says site "on 2 ranks"
says site " checks, 0 failed"
job=$(ls metrics)
job=${job#synfin-}
job=${job%.prom}
grep -q "^synfin_failed{run_id=\"slurm-$job\",task=\"\"} 0$" metrics/* || fail "site: $(cat metrics/*)"
grep -q "\"event\":\"end\".*\"run_id\":\"slurm-$job\",\"job\":\"$job\".*\"digest\":\"$digest\"" \
  "logs/synfin-$job.jsonl" || fail "site: no end in the log: $(tail -1 logs/*)"

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

# A whole corpus, one with a changed value, and none.
JOB=verify submit 0 whole direct.h5
says whole " checks, 0 failed"
says whole "2 ranks on $(hostname -s)"
"$PYTHON" -c 'import h5py
with h5py.File("direct.h5", "r+") as f: f["transactions/amount"][5] += 1'
JOB=verify submit 1 changed direct.h5
says changed "synfin: direct.h5"
JOB=verify submit 1 missing none.h5

# Two measurements each with 1 and 2 ranks, whose data are equal; nothing else is left.
CUSTOMERS=60 REPEAT=1 OUTPUT=scaling.csv JOB=scaling submit 0 scaling --days 10
[[ $(grep -cE '^(strong|weak),[12],1,' scaling.csv) -eq 4 ]] || fail "scaling: $(cat scaling.csv)"
awk -F, '/^#/ { next }
  !fields { fields = NF; next }
  NF != fields { exit 1 }
  { for (f = 6; f <= NF; f++) if ($f == "" || $f < 0) exit 1 }
  $1 == "strong" { rows[$2] = $6 }
  END { exit !(rows[1] > 0 && rows[1] == rows[2]) }' scaling.csv || fail "scaling: $(cat scaling.csv)"
[[ -z $(ls synfin-scaling-* 2>/dev/null) ]] || fail "scaling: leaves $(ls synfin-scaling-*)"
if "$PYTHON" -c 'import matplotlib' 2>/dev/null; then
  "$PYTHON" "$SOURCE/docs/scaling_plot.py" scaling.csv || fail "scaling_plot.py"
  [[ -s scaling.png ]] || fail "scaling_plot.py draws nothing"
fi

((failures == 0))

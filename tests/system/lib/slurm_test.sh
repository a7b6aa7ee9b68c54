# shellcheck shell=bash
# slurm_test.sh [NODES]: a private Slurm for a test, which sources this and is left out
# where there can be none; it ends with the test. Sets SLURM_CONF and cluster, its folder.
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
bash "$SOURCE/tests/system/lib/slurm_up.sh" "$cluster" "$@"
export SLURM_CONF=$cluster/slurm.conf

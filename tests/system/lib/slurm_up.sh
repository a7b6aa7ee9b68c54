#!/bin/bash
# slurm_up.sh DIR [NODES]: a private Slurm of one node on this machine, named as its
# host, or of several, n1, n2, ... All its state is in DIR, which is made and must have a
# short path; nothing of the system's Slurm is read or changed. It is used by
# SLURM_CONF=DIR/slurm.conf and ended by slurm_down.sh DIR. Needs root, as slurmd
# starts jobs as their users.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin

nodes=${2:-1}
mkdir -p "$1"
dir=$(cd "$1" && pwd -P)
export SLURM_CONF=$dir/slurm.conf
# The path of a Unix socket has at most 107 bytes, and those of steps lie deep.
((${#dir} <= 60)) || { echo "slurm_up: the path is too long: $dir" >&2 && exit 1; }

# munged refuses a key and a socket in folders that others may write to.
chmod 755 "$dir"
mkdir -p "$dir"/{run,log,state,spool,tmp,munge}
chmod 700 "$dir/munge"
(umask 077 && head -c 128 /dev/urandom >"$dir/munge/key")

# Neighbouring ports of the loopback that nobody listens on: of the controller and of
# the nodes.
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
are_free() {
  local p
  for ((p = $1; p <= $1 + nodes; ++p)); do is_free "$p" || return 1; done
}
until port=$((20000 + RANDOM % 10000)) && are_free "$port"; do :; done

host=$(hostname -s)
names=$host ports=$((port + 1))
if ((nodes > 1)); then
  names="n[1-$nodes]" ports="[$((port + 1))-$((port + nodes))]"
fi
memory=$(awk '/^MemTotal/ { print int($2 / 1024 * 0.9 / '"$nodes"') }' /proc/meminfo)
cat >"$SLURM_CONF" <<CONF
ClusterName=private
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A job that is requeued waits until its credential has expired, by default two minutes.
AuthInfo=socket=$dir/run/munge.sock,cred_expire=10
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
TmpFS=$dir/tmp/%n
# Without cgroups: jobs are tracked by their parents and pinned to nothing.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# Two CPUs also where the machine has one.
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
ReturnToService=2
KillWait=30
InactiveLimit=0
PropagateResourceLimits=NONE
NodeName=$names NodeHostname=$host NodeAddr=127.0.0.1 Port=$ports CPUs=2 RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
echo "CgroupAutomount=no" >"$dir/cgroup.conf"

munged --key-file="$dir/munge/key" --socket="$dir/run/munge.sock" \
  --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" \
  --seed-file="$dir/munge/seed" --num-threads=2
slurmctld -f "$SLURM_CONF" -c
for name in $(scontrol show hostnames "$names"); do
  mkdir -p "$dir/spool/$name" "$dir/tmp/$name"
  if ((nodes == 1)); then
    slurmd -f "$SLURM_CONF" -N "$name"
  else
    # Each has its own host name and memory of the node, as ranks tell nodes by these.
    # shellcheck disable=SC2016 # words of the inner shell
    unshare --uts --mount --propagation private sh -c \
      'hostname "$2" && mount -t tmpfs -o size=50% tmpfs /dev/shm && exec slurmd -f "$1" -N "$2"' \
      sh "$SLURM_CONF" "$name"
  fi
done

for ((try = 0; try < 150; ++try)); do
  if [[ $(timeout 5 sinfo --noheader --Node --format %T 2>/dev/null | grep -cx idle) == "$nodes" ]]; then
    exit 0
  fi
  sleep 0.1
done
echo "slurm_up: not all nodes become idle" >&2
tail -n 15 "$dir"/log/*.log >&2
exit 1

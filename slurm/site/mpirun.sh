# shellcheck shell=bash
# A site file for a Slurm without PMIx, or an Open MPI built without it: mpirun takes
# the nodes and tasks from the allocation.
# shellcheck disable=SC2034 # read by job.sh
launch=(mpirun --map-by core --bind-to core)

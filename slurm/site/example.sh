# shellcheck shell=bash
# A site file for the batch jobs beside this folder, which source it when SITE names
# it. Copy it and keep the lines that your cluster needs; as it stands it changes
# nothing. Do not set variables named SYNFIN_*: the program takes them for options.

# The program and the libraries it was built with, in the same versions.
# module purge
# module load gcc openmpi hdf5-parallel gsl
# export PATH=$HOME/synfin/bin:$PATH

# Open MPI keeps its session here: local to the node, and short, since the paths
# of sockets end at 107 characters.
# export TMPDIR=/tmp

# The launcher, if neither `srun --mpi=pmix` nor mpirun is right.
# launch=(srun --mpi=pmi2 --export=ALL --kill-on-bad-exit=0 --wait=60)

# Folders for the log lines (on a file system that all nodes see) and for the
# metrics (that of the node exporter's textfile collector).
# log_dir=$HOME/synfin-logs
# metrics_dir=/var/lib/prometheus/node-exporter

# MPI-IO of Open MPI: ompio (its default) or ROMIO.
# export OMPI_MCA_io=ompio
# export OMPI_MCA_io=romio321

# HDF5 locks files; some network file systems cannot. Read only from HDF5 1.10.1 on.
# export HDF5_USE_FILE_LOCKING=FALSE

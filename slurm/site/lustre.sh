# shellcheck shell=bash
# A site file for output on Lustre. Not tried on one: compare with the advice of
# your centre. The job sources it; `output_dir` is yours to set.

output_dir=${output_dir:-$PWD}

# One large file that all ranks write: stripes over many targets, of the size of a
# write (a column of a batch of 32,768 rows has 128 to 256 KiB). Files take over the
# striping of the folder when they are made. A limit of 8 targets is a good start;
# -1 would take all of them, for corpora from about a terabyte on.
if command -v lfs >/dev/null; then
  lfs setstripe --stripe-count 8 --stripe-size 1M "$output_dir"
fi

# OMPIO ignores striping hints, ROMIO takes them from a file:
#   striping_factor 8
#   striping_unit 1048576
#   romio_cb_write enable
#   cb_nodes 8
# and wants collective writes to make use of them: option --collective, after which
# all is read back.
# export OMPI_MCA_io=romio321 ROMIO_HINTS=$HOME/romio-hints

# Mounts without the option flock cannot lock.
export HDF5_USE_FILE_LOCKING=FALSE

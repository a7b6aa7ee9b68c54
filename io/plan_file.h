#ifndef SF_IO_PLAN_FILE_H
#define SF_IO_PLAN_FILE_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/status.h"
#include "mpi/fraud_plan.h"
#include "mpi/partition.h"

// A saved plan: the configuration, where the transactions of each tile begin,
// and which stories of fraud are told. HDF5 with root attributes as in a corpus and datasets
//   /row_offset     int64, shape [tiles + 1], the last one the rows in all
//   /single_offset, /member_offset, /link_offset   the same for the lists below
//   /singles        records of accepted stories that stand alone, by customer
//   /members        memberships in accepted rings, by customer
//   /links          transfers of rings, once for each side, by customer
//   /rings, /ring_members, /ring_links   what the tables of rings hold
//   /totals         one record
// Records are the structs of kernels/fraud/ring.h as opaque bytes: a plan is
// read by the version of the program that wrote it.

// Collective over `comm`. `rows`, shape [tiles of this rank], are the
// transactions of this rank's tiles (sf_share_of). The file gets its name when
// it is whole. Errors, the same on all ranks: SF_MEMORY, SF_FILE, SF_SPACE.
enum sf_status sf_plan_file_write(MPI_Comm comm, const char *path, const struct sf_config *config,
                                  const int64_t *rows, const struct sf_fraud_plan *plan,
                                  struct sf_error *error);

// Reads what a range of tiles needs: its rows [begin, end) and stories, the rows
// of all tiles, and part `part` of `parts` of the tables of rings. `plan` is zero before
// and the caller's to free. Not collective. Errors: SF_MEMORY, SF_FILE, SF_FORMAT,
// SF_CONFIG if the plan is of another configuration.
enum sf_status sf_plan_file_read(const char *path, const struct sf_config *config,
                                 struct sf_range tiles, int part, int parts, struct sf_range *rows,
                                 int64_t *total, struct sf_fraud_plan *plan,
                                 struct sf_error *error);

#endif

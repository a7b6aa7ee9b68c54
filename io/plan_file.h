#ifndef SF_IO_PLAN_FILE_H
#define SF_IO_PLAN_FILE_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/status.h"
#include "mpi/partition.h"

// A saved plan: the configuration, and where the transactions of each tile
// begin. HDF5 with root attributes as in a corpus and one dataset
//   /row_offset   int64, shape [tiles + 1], the last one the rows in all

// Collective over `comm`. `rows`, shape [tiles.end - tiles.begin], are the
// transactions of this rank's tiles, the first of which begins at row `first`.
// The file gets its name when it is whole. Errors, the same on all ranks:
// SF_MEMORY, SF_FILE, SF_SPACE.
enum sf_status sf_plan_file_write(MPI_Comm comm, const char *path, const struct sf_config *config,
                                  struct sf_range tiles, const int64_t *rows, int64_t first,
                                  struct sf_error *error);

// Reads the rows [begin, end) that the tiles of a range hold, and those of all
// tiles. Not collective. Errors: SF_FILE, SF_FORMAT, SF_CONFIG if the plan is
// of another configuration.
enum sf_status sf_plan_file_read(const char *path, const struct sf_config *config,
                                 struct sf_range tiles, struct sf_range *rows, int64_t *total,
                                 struct sf_error *error);

#endif

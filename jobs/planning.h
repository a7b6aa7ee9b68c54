#ifndef SF_JOBS_PLANNING_H
#define SF_JOBS_PLANNING_H

#include <stdint.h>

#include "jobs/maker.h"
#include "kernels/status.h"
#include "mpi/fraud_plan.h"
#include "mpi/partition.h"

// The plan of a run, made by counting all customers. Collective over the communicator
// of the run, whose world and history are made; errors are agreed upon.

// Counts the rows of this rank's tiles, settles which stories are told, and what
// features rest on in the maker. `*tile_rows`, shape [tiles of the share], is the
// caller's to free, also after an error; `fraud` is zero before and the caller's to
// free. Errors: SF_MEMORY, SF_STOPPED, those of sf_pipeline_plan.
enum sf_status sf_planning_count(struct sf_maker *maker, const struct sf_share *share,
                                 int64_t **tile_rows, struct sf_fraud_plan *fraud,
                                 struct sf_error *error);

// The same, and saves it in a file, without the tiles and stories being kept. `*total`:
// transactions of the corpus. Errors: those of sf_plan_file_write, too.
enum sf_status sf_planning_save(struct sf_maker *maker, const char *path, int64_t *total,
                                struct sf_error *error);

#endif

#ifndef SF_JOBS_FINALIZE_H
#define SF_JOBS_FINALIZE_H

#include <stdbool.h>

#include "io/options.h"
#include "jobs/maker.h"
#include "kernels/status.h"

// Collective over the communicator of the run. Joins the shards of options->output to a
// corpus, whose world is made: checks that every one is there, whole, and follows the one
// before, and reads as much of them as `level` says; then writes the file with the small
// tables and the views, and the manifest. With `tells` the labels of the shards
// are counted for what the run tells. `plan` names the plan that the shards follow. Errors,
// agreed upon: those of sf_shard_check, which name the shard; of sf_writer_create and the steps
// after it; SF_MISMATCH if shards do not fit together.
enum sf_status sf_finalize(struct sf_maker *maker, int shards, const char *plan,
                           enum sf_check level, bool tells, struct sf_error *error);

#endif

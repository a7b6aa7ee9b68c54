#ifndef SF_JOBS_PIPELINE_H
#define SF_JOBS_PIPELINE_H

#include <stddef.h>
#include <stdint.h>

#include "io/options.h"
#include "io/progress.h"
#include "kernels/generator.h"
#include "kernels/random/lanes.h"
#include "mpi/partition.h"

// What the jobs that make data (generate, plan) share.

// Bytes of the file of a corpus with so many transactions.
double sf_pipeline_corpus_bytes(const struct sf_config *config, double transactions);

// The vector path that the options name; main has checked that it exists.
const struct sf_lanes *sf_pipeline_lanes(const struct sf_options *options);

// Counts the transactions of the tiles of a range, the plan pass. Not
// collective. `tile_rows` takes the count of each, shape [length of range];
// may be null. Returns the sum; -1 if the events of a customer do not fit
// (sf_history_count). Ends early when the run is to stop.
#define SF_TOO_MANY_EVENTS "a customer has more events than there is scratch memory for"
int64_t sf_pipeline_count(struct sf_history *history, const struct sf_config *config,
                          struct sf_range tiles, int64_t *tile_rows, struct sf_progress *progress);

// Bytes of memory for a batch of any table.
size_t sf_pipeline_batch_bytes(int64_t rows);

#endif

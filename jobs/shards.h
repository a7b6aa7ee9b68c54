#ifndef SF_JOBS_SHARDS_H
#define SF_JOBS_SHARDS_H

#include "jobs/maker.h"
#include "kernels/status.h"

// Whether a run makes shards, of a corpus or of a part of one.
static inline bool sf_shards_asked(const struct sf_options *options) {
  return options->shards > 1 || options->shard_range.end > 0;
}

// Collective over the communicator of the run. Makes the shards that the options ask
// for, by groups of ranks that go on independently of each other, and joins them to a
// corpus if they are all. With `resume`, those that are there and whole are kept.
// Errors, agreed upon: SF_RESUMABLE if the run was stopped in order; SF_CONFIG if
// what is there belongs to another corpus; those of planning and of sf_piece_create
// and the steps after it. Whatever the error, finished shards stay.
enum sf_status sf_shards_generate(struct sf_maker *maker, struct sf_error *error);

#endif

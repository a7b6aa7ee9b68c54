#ifndef SF_JOBS_PIPELINE_H
#define SF_JOBS_PIPELINE_H

#include <stddef.h>
#include <stdint.h>

#include "io/options.h"
#include "io/progress.h"
#include "jobs/feature_plan.h"
#include "kernels/generator.h"
#include "kernels/random/lanes.h"
#include "mpi/fraud_plan.h"
#include "mpi/partition.h"

// What the jobs that make data (generate, plan) share.

// Bytes of the file of a corpus with so many transactions.
double sf_pipeline_corpus_bytes(const struct sf_config *config, double transactions);

// Bytes of the files of a corpus, at the least: below them nothing need be begun. What is
// really needed is reserved before it is written.
double sf_pipeline_least_bytes(const struct sf_options *options);

// The vector path that the options name; main has checked that it exists.
const struct sf_lanes *sf_pipeline_lanes(const struct sf_options *options);

// Collective over `comm`. The plan pass: counts the transactions of this rank's
// tiles and settles which stories of fraud are told (if the configuration has
// fraud). `tile_rows` takes the count of each tile, shape [length of share.tiles];
// `plan` is zero before and the caller's to free. Returns early, without an
// error, when the run is to stop. With features, `features` is begun before, and then
// settled, too; else its bank is null. Errors, agreed upon: SF_MEMORY, SF_INTERNAL if
// the events of a customer do not fit, those of sf_fraud_plan_settle.
enum sf_status sf_pipeline_plan(MPI_Comm comm, const struct sf_world *world,
                                struct sf_history *history, const struct sf_share *share,
                                int64_t *tile_rows, struct sf_fraud_plan *plan,
                                struct sf_feature_plan *features, struct sf_progress *progress,
                                struct sf_error *error);

// The most memory of a rank for skeletons that the plan pass keeps for the pass that makes
// rows, bytes: some 4,800 customers over 180 days. More of a rank's customers than fit are
// made again, and to keep all would make its memory grow with them.
#define SF_PIPELINE_KEPT_BYTES 128e6

// Bytes of that memory that a rank of `ranks` will use.
double sf_pipeline_kept_bytes(const struct sf_config *config, double ranks);

// Not collective. Lets `history` keep skeletons. `*memory` is the caller's to free once the
// history is; null if there is none, which costs no more than time.
void sf_pipeline_keep(const struct sf_config *config, struct sf_history *history, int ranks,
                      void **memory);

// Bytes of memory for the batches that are made together: transactions, labels and
// features, which are the most.
size_t sf_pipeline_batch_bytes(const struct sf_options *options, const struct sf_config *config);

// Rows that are made and digested at one go, while they are in the second-level cache
// (about 600 bytes each with features).
#define SF_PIPELINE_BLOCK_ROWS 1024

// Rows of features that are held. They are written a block at a time, which a single
// dataset makes cheap; in collective writes with the batch, as often on all ranks.
int64_t sf_pipeline_value_rows(const struct sf_options *options);

#endif

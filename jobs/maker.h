#ifndef SF_JOBS_MAKER_H
#define SF_JOBS_MAKER_H

#include <mpi.h>
#include <stdio.h>

#include "io/options.h"
#include "io/progress.h"
#include "jobs/feature_plan.h"
#include "jobs/telemetry.h"
#include "kernels/feature_digest.h"
#include "kernels/features/features.h"
#include "kernels/generator.h"
#include "kernels/random/lanes.h"
#include "kernels/status.h"
#include "mpi/timer.h"

// What a rank needs to make rows, whichever and in whatever file: the model, memory
// of batches, what features rest on, and the clocks of the run. Lasts for the run.
struct sf_maker {
  const struct sf_options *options;
  MPI_Comm comm;  // of the run
  int rank, size;
  struct sf_config config;
  const struct sf_lanes *lanes;
  struct sf_world *world;
  struct sf_history *history;
  struct sf_features *features;  // null: none are asked for
  struct sf_feature_digester *feature_digester;
  struct sf_feature_plan feature_plan;
  void *kept_memory;      // of the history, for skeletons
  void *memory;           // of the batches that are made together
  void *digester_memory;  // of their digesters
  struct sf_timer timer;
  struct sf_progress progress;
  struct sf_telemetry telemetry;
};

// Bytes of a digester's memory, which begins at a multiple of 64.
static inline size_t sf_maker_digester_bytes(enum sf_table_id t) {
  return (sf_digester_bytes(&sf_tables[t]) + 63) / 64 * 64;
}

// Not collective. Fills a struct whose options, comm, rank, size and config are set and
// whose rest is zero, but for the plan of features. Errors: SF_MEMORY, SF_CONFIG.
enum sf_status sf_maker_create(struct sf_maker *maker, struct sf_error *error);

// Collective over the communicator of the run, also after an error.
void sf_maker_free(struct sf_maker *maker);

// Not collective. Takes a file that was made before into what the run tells: labels by
// type. Does nothing unless somebody listens. Errors: those of reading.
enum sf_status sf_maker_count_file(struct sf_maker *maker, const char *path,
                                   struct sf_error *error);

// Where this rank shows progress; null: nowhere.
FILE *sf_maker_progress_stream(const struct sf_maker *maker);

// Bytes of a transaction with its label and features.
size_t sf_maker_row_bytes(const struct sf_maker *maker);

#endif

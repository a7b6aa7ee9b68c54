#ifndef SF_TESTS_BENCH_BENCH_H
#define SF_TESTS_BENCH_BENCH_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/status.h"

// What the machine gives, measured in the same run: rates of this rank.
struct bench_machine {
  double memset_bytes;  // per second, 256 MiB
  double write_bytes;   // per second, write() of a new file into the page cache
  double philox_draws;  // per second, 32-bit draws of a plain scalar loop
};

// Makes and removes the file `path`. Errors: SF_MEMORY, SF_FILE.
enum sf_status bench_machine(const char *path, struct bench_machine *machine,
                             struct sf_error *error);

// Seconds of one run by phase, the longest of any rank.
//   X(constant, "name")
#define BENCH_PHASE_LIST(X)                   \
  X(PLAN, "plan")                             \
  X(SKELETON, "skeleton")                     \
  X(FLESH, "flesh")                           \
  X(DIGEST, "digest")                         \
  X(WRITE, "write")                           \
  X(WITHOUT_WRITING, "total_without_writing") \
  X(WITH_WRITING, "total_with_writing")

enum bench_phase {
#define BENCH_PHASE_ENUM(constant, name) BENCH_##constant,
  BENCH_PHASE_LIST(BENCH_PHASE_ENUM)
#undef BENCH_PHASE_ENUM
      BENCH_PHASES
};

struct bench_run {
  double seconds[BENCH_PHASES];
  int64_t rows;  // transactions of all ranks
};

struct bench_pipeline;

// Collective over `comm`, like all that follows. Errors, the same on all ranks:
// SF_MEMORY.
enum sf_status bench_pipeline_create(MPI_Comm comm, const struct sf_config *config, int64_t batch,
                                     struct bench_pipeline **pipeline, struct sf_error *error);
void bench_pipeline_free(struct bench_pipeline *pipeline);

// Makes the transactions once without and once with writing, into the file
// `path`, which is removed. Customers and merchants, a few per cent of the
// bytes, are left out. Errors, the same on all ranks: SF_FILE, SF_SPACE.
enum sf_status bench_pipeline_run(struct bench_pipeline *pipeline, const char *path,
                                  struct bench_run *run, struct sf_error *error);

// Processor time with everything on: fraud, labels and all features.
//   X(constant, "name")
#define BENCH_EVERYTHING_LIST(X)     \
  X(EVERYTHING_PLAN, "plan")         \
  X(EVERYTHING_ROWS, "rows")         \
  X(EVERYTHING_FEATURES, "features") \
  X(EVERYTHING_DIGEST, "digest")     \
  X(EVERYTHING_FEATURE_DIGEST, "digest_of_features")

enum bench_everything {
#define BENCH_EVERYTHING_ENUM(constant, name) BENCH_##constant,
  BENCH_EVERYTHING_LIST(BENCH_EVERYTHING_ENUM)
#undef BENCH_EVERYTHING_ENUM
      BENCH_EVERYTHING_COUNT
};

#define BENCH_PASSES_MAX 64

// Histories of 2^i to 2^(i+1) - 1 rows, of this rank.
#define BENCH_LENGTHS 20
struct bench_length {
  int64_t customers, rows;
  double rows_seconds, features_seconds;
};

struct bench_features {
  double seconds[BENCH_EVERYTHING_COUNT];  // of this rank
  double pass[BENCH_PASSES_MAX];           // the passes of features in order, then their writing
  struct bench_length length[BENCH_LENGTHS];
  int64_t own_rows;                    // of this rank
  int64_t memory;                      // of this rank at its peak, after the plan
  int64_t knowledge_bytes;             // of the bank, on each node
  int64_t knowledge_sent, fraud_sent;  // that left this rank; that left all ranks
  int64_t members;                     // of rings, all ranks
};

// Makes the transactions of `config` with everything on, without writing; or the plan only,
// of a corpus of any size. Errors, the same on all ranks: SF_MEMORY, SF_INTERNAL.
enum sf_status bench_features(MPI_Comm comm, const struct sf_config *config, bool plan_only,
                              struct bench_features *bench, struct sf_error *error);

#endif

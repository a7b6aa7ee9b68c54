#ifndef SF_JOBS_FEATURE_PLAN_H
#define SF_JOBS_FEATURE_PLAN_H

#include "jobs/feature_sample.h"
#include "kernels/features/isolation.h"
#include "kernels/generator.h"
#include "mpi/bank.h"
#include "mpi/fraud_plan.h"
#include "mpi/partition.h"

// What the features of all ranks rest on: the knowledge of the bank and the fit
// of the outlier score, both made by the plan pass.
struct sf_feature_plan {
  struct sf_bank *bank;              // null: no features are asked for
  struct sf_feature_sample *sample;  // until the fit
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
};

// Collective over `comm`. To be called before customers are counted. Errors, agreed upon:
// SF_MEMORY.
enum sf_status sf_feature_plan_begin(MPI_Comm comm, const struct sf_config *config,
                                     const struct sf_lanes *lanes, struct sf_feature_plan *features,
                                     struct sf_error *error);

// Takes in the honest rows of a customer, after sf_history_count. Customers come
// in order of their ids. Errors: SF_MEMORY.
enum sf_status sf_feature_plan_count(struct sf_feature_plan *features, uint32_t customer,
                                     const struct sf_history *history, struct sf_error *error);

// Then, right after sf_history_count still, makes rows of those whom the outlier score is
// fitted on, unless they may have stories (`candidates`, null: none) in the days of the fit
// and are kept: then their rows are made once it is known. Errors: SF_MEMORY.
enum sf_status sf_feature_plan_sample(struct sf_feature_plan *features, uint32_t customer,
                                      const struct sf_candidates *candidates,
                                      struct sf_history *history, struct sf_error *error);

// Collective over `comm`. Adds the accepted stories of `plan`, exchanges what is
// known, and fits the outlier score. Errors, agreed upon: SF_MEMORY, SF_INTERNAL.
enum sf_status sf_feature_plan_settle(MPI_Comm comm, const struct sf_world *world,
                                      struct sf_history *history, const struct sf_fraud_plan *plan,
                                      struct sf_feature_plan *features, struct sf_error *error);

// Collective over `comm`. The same from a plan in a file, instead of begin, count and settle.
// Errors, agreed upon: those of sf_plan_file_read_features.
enum sf_status sf_feature_plan_read(MPI_Comm comm, const char *path, const struct sf_config *config,
                                    struct sf_feature_plan *features, struct sf_error *error);

// Collective over the communicator of sf_feature_plan_begin.
void sf_feature_plan_free(struct sf_feature_plan *features);

#endif

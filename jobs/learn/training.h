#ifndef SF_JOBS_LEARN_TRAINING_H
#define SF_JOBS_LEARN_TRAINING_H

#include <mpi.h>
#include <stdint.h>

#include "io/options.h"
#include "jobs/learn/dataset.h"
#include "jobs/learn/recipe.h"
#include "kernels/learn/sampling.h"
#include "kernels/status.h"

// What the commands that learn have in common.

struct sf_view sf_view_of(const struct sf_learn_options *learn);

// Rows of the training part as they pass by: which stay, and how often.
struct sf_sampling {
  struct sf_balance balance;
  struct sf_subset honest;
  struct sf_copies fraud;
};

#define SF_ALL_HONEST INT64_MAX

// As the options ask for, with at most `honest_most` honest rows.
struct sf_sampling sf_sampling_of(const struct sf_fitted *fitted,
                                  const struct sf_learn_options *learn, int64_t honest_most);

// How often the next row of the training part is taken; `fraud` as known.
int64_t sf_sampling_times(struct sf_sampling *sampling, uint8_t fraud);

// Collective over `comm`. SF_USAGE if there are several ranks.
enum sf_status sf_one_rank(enum sf_command_id command, MPI_Comm comm, struct sf_error *error);

#endif

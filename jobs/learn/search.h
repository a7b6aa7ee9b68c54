#ifndef SF_JOBS_LEARN_SEARCH_H
#define SF_JOBS_LEARN_SEARCH_H

#include <stdint.h>

#include "io/options.h"
#include "jobs/learn/parameters.h"
#include "kernels/status.h"

// A space of parameters: "max_depth=4|6|8,eta=0.01..0.3". A list is tried value by value;
// of a range, which only a random search takes, values are drawn evenly on a log scale.

#define SF_SEARCH_VALUES_MAX 32

struct sf_search_axis {
  char name[SF_PARAMETER_SIZE];
  int values;  // 0: a range
  char value[SF_SEARCH_VALUES_MAX][SF_PARAMETER_SIZE];
  double least, most;
};

struct sf_search_space {
  int axes;
  struct sf_search_axis axis[SF_PARAMETERS_MAX];
};

// Errors: SF_CONFIG.
enum sf_status sf_search_read(const char *text, int search, struct sf_search_space *space,
                              struct sf_error *error);

// Trials of a grid: the product of the numbers of values; INT64_MAX if beyond.
int64_t sf_search_points(const struct sf_search_space *space);

// Sets the parameters of a trial: point `trial` of the grid (the last axis runs fastest),
// or random values that depend on seed and trial only.
void sf_search_trial(const struct sf_search_space *space, int search, uint64_t seed, int64_t trial,
                     struct sf_parameters *parameters);

#endif

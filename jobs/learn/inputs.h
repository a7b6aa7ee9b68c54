#ifndef SF_JOBS_LEARN_INPUTS_H
#define SF_JOBS_LEARN_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/feature_values.h"
#include "io/options.h"
#include "kernels/status.h"

// Columns of a corpus that a model may look at: those of /transactions but ids,
// absolute times and names without end, and the features.

#define SF_INPUT_NAME_SIZE 80
#define SF_INPUTS_MAX 320

struct sf_input {
  char name[SF_INPUT_NAME_SIZE];  // "transactions/amount", or the name of a feature
  bool is_feature;
  bool may_miss;    // NaN is a value that the schema knows
  uint32_t column;  // of /transactions, or of /features/values
  uint32_t levels;  // members of a category, 0 for numbers
};

struct sf_inputs {
  int count;
  struct sf_input input[SF_INPUTS_MAX];  // raw columns first, each in file order
};

// All inputs of a kind (enum sf_input_choice); `features` may be null if none are asked for.
void sf_inputs_all(int choice, const struct sf_feature_values *features, struct sf_inputs *inputs);

// Keeps those that `list` names: "a,b" keeps a and b, "-a,-b" all but them. An item is
// the name of an input, the name of its column alone, or a group of features; "" keeps
// all. Errors: SF_USAGE with the nearest name.
enum sf_status sf_inputs_choose(struct sf_inputs *inputs, const char *list, struct sf_error *error);

// Finds the inputs with the names and levels of `wanted`, as a model asks for them, and
// completes where they stand in this corpus. Errors: SF_MISMATCH.
enum sf_status sf_inputs_match(const struct sf_inputs *all, struct sf_inputs *wanted,
                               struct sf_error *error);

// Name of a column of the matrix: the input's, with "=member" for a level of a category
// in a one-hot encoding (level < 0: none).
#define SF_MATRIX_NAME_SIZE 136
void sf_input_column_name(const struct sf_input *input, int64_t level,
                          char name[SF_MATRIX_NAME_SIZE]);

#endif

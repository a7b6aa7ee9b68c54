#ifndef SF_JOBS_LEARN_RECIPE_H
#define SF_JOBS_LEARN_RECIPE_H

#include <jansson.h>
#include <stdint.h>

#include "jobs/learn/dataset.h"
#include "kernels/learn/fit.h"
#include "kernels/learn/transform.h"
#include "kernels/status.h"

// What one pass over the training part finds out. Zero-initialised before use.
struct sf_fitted {
  struct sf_fit *fit;   // shape [inputs]
  uint64_t (*hash)[2];  // of the values of an input in the training part, shape [SF_INPUTS_MAX]
  int64_t *counts;      // of the categories
  int64_t rows[SF_SPLIT_COUNT], known[SF_SPLIT_COUNT], fraud[SF_SPLIT_COUNT];
};

// Reads the whole dataset once: counts rows, known fraud and true fraud of each part,
// and fits the inputs to the training part. Errors: those of sf_dataset_read; SF_FORMAT
// if the training part has no fraud that is known, or no honest row.
enum sf_status sf_fitted_make(struct sf_dataset *dataset, struct sf_fitted *fitted,
                              struct sf_error *error);
void sf_fitted_free(struct sf_fitted *fitted);

// Inputs with their transforms: how a row becomes a row of the matrix that a model
// sees. Zero-initialised before use.
struct sf_recipe {
  struct sf_inputs inputs;
  struct sf_transform transform[SF_INPUTS_MAX];
  double *level_values;
  uint32_t width;  // columns of the matrix
};

// Errors: SF_MEMORY.
enum sf_status sf_recipe_make(const struct sf_inputs *inputs, const struct sf_fit *fit,
                              enum sf_encoding encoding, enum sf_scaling scaling,
                              struct sf_recipe *recipe, struct sf_error *error);

// Lets a number stand for what is missing, in every input that may miss values.
void sf_recipe_fill(const struct sf_fit *fit, struct sf_recipe *recipe);

void sf_recipe_free(struct sf_recipe *recipe);

// Writes the examples of the last read to `matrix`, shape [examples, width]. The
// dataset's inputs are the recipe's.
void sf_recipe_apply(const struct sf_recipe *recipe, const struct sf_examples *examples,
                     float *matrix);

// Calls `visit` with the name of each column of the matrix, in order.
void sf_recipe_columns(const struct sf_recipe *recipe,
                       void (*visit)(void *context, uint32_t column, const char *name),
                       void *context);

// To and from the "inputs" of a model's metadata: [{name, levels, width, shift, scale,
// missing, level_values}]. Reading errors: SF_FORMAT, SF_MEMORY.
json_t *sf_recipe_json(const struct sf_recipe *recipe);
enum sf_status sf_recipe_read(const json_t *json, struct sf_recipe *recipe, struct sf_error *error);

#endif

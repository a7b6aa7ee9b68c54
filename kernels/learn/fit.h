#ifndef SF_KERNELS_LEARN_FIT_H
#define SF_KERNELS_LEARN_FIT_H

#include <stdbool.h>
#include <stdint.h>

// Statistics of an input column over the rows of the training part. Values are
// doubles, NaN where missing; those of a category are its member numbers.
struct sf_fit {
  uint32_t levels;  // of a category, 0 for numbers
  int64_t rows, missing;
  double mean, m2;       // of the values present; m2 = sum of squared distances to the mean
  double least, most;    // infinite (least > most) if all are missing
  int64_t *level_rows;   // shape [levels]; not owned
  int64_t *level_fraud;  // rows whose label is fraud, shape [levels]; not owned
};

// `counts`: shape [2 * levels], owned by the caller; may be null if levels is 0.
void sf_fit_begin(struct sf_fit *fit, uint32_t levels, int64_t *counts);

// Adds rows: values and labels (1: fraud) of shape [rows]. Values of a category are
// below `levels`.
void sf_fit_add(struct sf_fit *fit, const double *value, const uint8_t *fraud, int64_t rows);

// Completes the statistics of a category from its counts; of numbers it does nothing.
void sf_fit_end(struct sf_fit *fit);

double sf_fit_variance(const struct sf_fit *fit);  // population variance, 0 without values

// All rows of the part hold the same value, or none of them holds any.
bool sf_fit_constant(const struct sf_fit *fit);

#endif

#ifndef SF_KERNELS_LEARN_TRANSFORM_H
#define SF_KERNELS_LEARN_TRANSFORM_H

#include <stdint.h>

#include "kernels/learn/fit.h"

// From input columns to the matrix that a model learns from. What a transform
// needs is fitted on the training part and then fixed, so that it can be stored
// with a model and applied to any row.

enum sf_encoding { SF_ENCODING_ORDINAL, SF_ENCODING_ONEHOT, SF_ENCODING_TARGET };
enum sf_scaling { SF_SCALING_NONE, SF_SCALING_STANDARD, SF_SCALING_MINMAX };

// One input. A number x becomes (x - shift) * scale, NaN becomes `missing`. A category of
// `levels` becomes either one column, of the value of its level, or `levels`
// columns of which one is 1 and the others 0.
struct sf_transform {
  uint32_t levels;  // 0: a number
  uint32_t width;   // columns of the matrix
  double shift, scale;
  double missing;       // NaN unless a number stands for what is missing
  double *level_value;  // shape [levels], null unless a category in one column; not owned
};

// Rows that the mean over all levels counts for in the target encoding of a level
// (an m-estimate: Micci-Barreca, SIGKDD Explorations 3 (2001) 27).
#define SF_TARGET_PRIOR_ROWS 20.0

// The transform of a fitted input. Scaling takes the mean and population standard
// deviation, or the range, of the encoded values in the training part; a constant
// is shifted only. Columns of a one-hot encoding are not scaled. `level_value` of
// shape [levels] is the caller's and must outlive the transform.
void sf_transform_make(const struct sf_fit *fit, enum sf_encoding encoding, enum sf_scaling scaling,
                       double *level_value, struct sf_transform *transform);

// Lets a number below all others of the training part stand for missing values. Trees tell
// it from the rest as well as NaN, and XGBoost keeps a matrix without gaps in a quarter of
// the memory.
void sf_transform_fill(const struct sf_fit *fit, struct sf_transform *transform);

// Writes `rows` values of an input, shape [rows], to columns at .. at+width-1 of
// a row-major matrix of `stride` columns.
void sf_transform_apply(const struct sf_transform *transform, const double *value, int64_t rows,
                        float *matrix, uint32_t stride, uint32_t at);

#endif

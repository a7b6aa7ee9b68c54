#ifndef SF_KERNELS_LEARN_CORRELATION_H
#define SF_KERNELS_LEARN_CORRELATION_H

#include <stdint.h>

#include "kernels/learn/fit.h"

// Sums of products of all pairs of columns, for their correlations. A missing
// value counts as the mean of its column.

// Entries of the triangle of `columns` columns: pair (i, j), i >= j, at i (i + 1) / 2 + j.
static inline int64_t sf_pairs(int64_t columns) { return columns * (columns + 1) / 2; }

// Adds `rows` rows to `product`, shape [sf_pairs(columns)]. Column c is at
// value + c * stride; it is centred in place by its fitted mean.
void sf_correlation_add(const struct sf_fit *fit, int64_t columns, double *value, int64_t stride,
                        int64_t rows, double *product);

// Pearson's r of columns i > j; 0 if one of them is constant.
double sf_correlation(const double *product, int64_t i, int64_t j);

#endif

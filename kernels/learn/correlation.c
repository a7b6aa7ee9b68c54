#include "kernels/learn/correlation.h"

#include <math.h>

// Four sums side by side, so that additions need not wait for each other.
static double dot(const double *a, const double *b, int64_t rows) {
  double sum[4] = {0};
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    for (int k = 0; k < 4; k++) {
      sum[k] += a[i + k] * b[i + k];
    }
  }
  for (; i < rows; i++) {
    sum[0] += a[i] * b[i];
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void sf_correlation_add(const struct sf_fit *fit, int64_t columns, double *value, int64_t stride,
                        int64_t rows, double *product) {
  for (int64_t i = 0; i < columns; i++) {
    double *column = value + i * stride;
    for (int64_t r = 0; r < rows; r++) {
      column[r] = isnan(column[r]) ? 0 : column[r] - fit[i].mean;
    }
    for (int64_t j = 0; j <= i; j++) {
      product[sf_pairs(i) + j] += dot(column, value + j * stride, rows);
    }
  }
}

double sf_correlation(const double *product, int64_t i, int64_t j) {
  const double squares = product[sf_pairs(i) + i] * product[sf_pairs(j) + j];
  return squares > 0 ? product[sf_pairs(i) + j] / sqrt(squares) : 0;
}

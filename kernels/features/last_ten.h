#ifndef SF_KERNELS_FEATURES_LAST_TEN_H
#define SF_KERNELS_FEATURES_LAST_TEN_H

#include <stdint.h>

// Of the n <= 10 values before x.
static inline void sf_last_few(const double *x, uint32_t n, double *mean, double *variance) {
  const double origin = x[-1];
  double sum = 0.0, square = 0.0;
  for (int k = 1; k <= 10; k++) {
    const double deviation = (uint32_t)k <= n ? x[-k] - origin : 0.0;
    sum += deviation;
    square += deviation * deviation;
  }
  const double rows = n ? n : 1;
  const double m = sum / rows;
  const double v = square / rows - m * m;
  *mean = n ? origin + m : 0.0;
  *variance = v > 0.0 ? v : 0.0;
}

// Mean and population variance of the last ten values before x[i], or of all of the n + i if
// these are fewer, for 0 <= i < count; added up anew for each. Deviations are taken from x[i - 1]:
// being one of the values, it keeps the subtraction of squares well conditioned. x[-10] must exist.
static inline void sf_last_ten(const double *restrict x, uint32_t n, uint32_t count,
                               double *restrict mean, double *restrict variance) {
  // Rows with fewer than ten before them come first.
  const uint32_t short_rows = n < 10 ? 10 - n : 0, few = short_rows < count ? short_rows : count;
  for (uint32_t i = 0; i < few; i++) {
    sf_last_few(x + i, n + i, mean + i, variance + i);
  }
  for (uint32_t i = few; i < count; i++) {
    sf_last_few(x + i, 10, mean + i, variance + i);
  }
}

#endif

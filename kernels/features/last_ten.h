#ifndef SF_KERNELS_FEATURES_LAST_TEN_H
#define SF_KERNELS_FEATURES_LAST_TEN_H

#include <stdint.h>

// Mean and population variance of the n <= 10 values before x, added up anew for
// each row. Deviations are taken from x[-1]: being one of the values, it keeps
// the subtraction of squares well conditioned. x[-10] must exist.
static inline void sf_last_ten(const double *x, uint32_t n, double *mean, double *variance) {
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

#endif

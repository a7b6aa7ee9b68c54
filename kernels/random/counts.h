#ifndef SF_KERNELS_RANDOM_COUNTS_H
#define SF_KERNELS_RANDOM_COUNTS_H

#include <stdint.h>

#include "kernels/math/elementary.h"

// Laws of counts by inversion: one 32-bit draw u, which stands for the
// probability (u + 1/2) / 2^32, gives one count, monotone in u and in the mean.
// The arithmetic is that of elementary.h: equal bits everywhere.

#define SF_POISSON_SMALL_MAX_Q16 (16u << 16)
#define SF_POISSON_SMALL_LIMIT 64u  // P(count > 64) < 2^-56 at the largest mean

extern const double sf_reciprocal[SF_POISSON_SMALL_LIMIT + 1];  // 1 / k, [0] unused

// Poisson count of mean mean_q16 / 2^16; means above 16 are taken as 16.
static inline uint32_t sf_poisson_small(uint32_t mean_q16, uint32_t u) {
  const double mean =
      (mean_q16 < SF_POISSON_SMALL_MAX_Q16 ? mean_q16 : SF_POISSON_SMALL_MAX_Q16) * 0x1p-16;
  const double p = (u + 0.5) * 0x1p-32;
  double term = sf_exp(-mean);
  double sum = term;
  uint32_t count = 0;
  while (p >= sum && count < SF_POISSON_SMALL_LIMIT) {
    ++count;
    term *= mean * sf_reciprocal[count];
    sum += term;
  }
  return count;
}

// Geometric count of failures before the first success, of mean mean_q16 / 2^16.
static inline uint32_t sf_geometric(uint32_t mean_q16, uint32_t u) {
  if (mean_q16 == 0) {
    return 0;
  }
  const double mean = mean_q16 * 0x1p-16;
  const double exceeded = ((uint32_t)~u + 0.5) * 0x1p-32;  // P(count > result)
  return (uint32_t)(sf_log(exceeded) / sf_log(mean / (1.0 + mean)));
}

#endif

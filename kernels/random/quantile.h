#ifndef SF_KERNELS_RANDOM_QUANTILE_H
#define SF_KERNELS_RANDOM_QUANTILE_H

#include <stdint.h>

// Continuous laws by inversion of their distribution function, in integers.
//
// A draw u stands for the probability p = (u + 1/2) / 2^32. Each half of a law
// is tabulated over t, the distance of u from its end (u itself, or 2^32-1-u),
// in cells whose width grows with t as the spacing of floating-point numbers
// does: width 1 below 128, then 64 cells per octave. Linear interpolation then
// errs by less than 2^-15 (two units) at every p, and the draws reach the tail
// at p = 2^-33 (6.2 standard deviations of a normal law).

#define SF_QUANTILE_CELL_BITS 6
#define SF_QUANTILE_KNOTS 1665  // t = 0..127, then 64 per octave to t = 2^31 inclusive

// knot[0]: lower half, knot[1]: upper half; Q16.16 values at t + 1/2.
struct sf_quantile {
  int32_t knot[2][SF_QUANTILE_KNOTS];
};

extern const struct sf_quantile sf_law_normal;       // mean 0, standard deviation 1
extern const struct sf_quantile sf_law_exponential;  // mean 1
extern const struct sf_quantile sf_law_gamma;        // shape 2.5, mean 1
extern const struct sf_quantile sf_law_beta;         // a = 2, b = 5 on [0, 1], mean 2/7

// The value of the law at draw u, in Q16.16.
static inline int32_t sf_quantile(const struct sf_quantile *law, uint32_t u) {
  const uint32_t upper = u >> 31;
  const uint32_t t = u ^ (0u - upper);
  const uint32_t octave =
      (uint32_t)(31 - SF_QUANTILE_CELL_BITS - __builtin_clz(t | (1u << SF_QUANTILE_CELL_BITS)));
  const int32_t *knot = law->knot[upper] + (octave << SF_QUANTILE_CELL_BITS) + (t >> octave);
  const int64_t inside = t & ((1u << octave) - 1u);
  const int64_t half = (1u << octave) >> 1;
  return knot[0] + (int32_t)(((knot[1] - knot[0]) * inside + half) >> octave);
}

#endif

#ifndef SF_KERNELS_RANDOM_QUANTILE_H
#define SF_KERNELS_RANDOM_QUANTILE_H

#include <stdint.h>
#include <string.h>

// Continuous laws by inversion of their distribution function, in integers.
//
// A draw u stands for the probability p = (u + 1/2) / 2^32. Each half of a law
// is tabulated over t, the distance of u from its end (u itself, or 2^32-1-u),
// in cells whose width grows with t as the spacing of floating-point numbers
// does: width 1 below 128, then 64 cells per octave. Linear interpolation errs
// by less than 2 units of Q16.16 at every p, the rounding of knots and result by
// less than 1 more, and the draws reach the tail at p = 2^-33 (6.2 standard
// deviations of a normal law).

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

// Fraction of a cell, in Q24: a cell is at most 2^24 wide.
#define SF_QUANTILE_FRACTION_BITS 24

// The value of the law at draw u, in Q16.16. The double nearest to t is t, and
// its exponent and mantissa read as one number are octave, cell and fraction.
static inline int32_t sf_quantile(const struct sf_quantile *law, uint32_t u) {
  const uint32_t upper = u >> 31;
  const uint32_t t = u ^ (0u - upper);
  const uint32_t first_octave = 1u << SF_QUANTILE_CELL_BITS;
  const double exact = (double)(int32_t)t;
  uint64_t bits;
  memcpy(&bits, &exact, sizeof bits);
  const uint32_t cell = (uint32_t)(bits >> (52 - SF_QUANTILE_CELL_BITS)) -
                        ((1023u + SF_QUANTILE_CELL_BITS - 1u) << SF_QUANTILE_CELL_BITS);
  const int64_t fraction =
      (int64_t)(bits >> (52 - SF_QUANTILE_CELL_BITS - SF_QUANTILE_FRACTION_BITS)) &
      ((1 << SF_QUANTILE_FRACTION_BITS) - 1);
  const int32_t *knot = law->knot[upper] + (t < first_octave ? t : cell);
  const int64_t half = 1 << (SF_QUANTILE_FRACTION_BITS - 1);
  return knot[0] + (int32_t)(((knot[1] - knot[0]) * fraction + half) >> SF_QUANTILE_FRACTION_BITS);
}

#endif

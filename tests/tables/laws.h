#ifndef SF_TESTS_TABLES_LAWS_H
#define SF_TESTS_TABLES_LAWS_H

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>

#include "kernels/random/quantile.h"

// The laws of kernels/random/quantile.h by GSL: what their tables are made of
// and tested against.

struct law {
  const char *name;
  double (*below)(double x);  // P(X <= x)
  double (*above)(double x);  // P(X > x)
  double least, most;         // an interval that holds all but 2^-40 at each end
  double mean, variance;
};

static double normal_below(double x) { return gsl_cdf_ugaussian_P(x); }
static double normal_above(double x) { return gsl_cdf_ugaussian_Q(x); }
static double exponential_below(double x) { return gsl_cdf_exponential_P(x, 1.0); }
static double exponential_above(double x) { return gsl_cdf_exponential_Q(x, 1.0); }
static double gamma_below(double x) { return gsl_cdf_gamma_P(x, 2.5, 1.0 / 2.5); }
static double gamma_above(double x) { return gsl_cdf_gamma_Q(x, 2.5, 1.0 / 2.5); }
static double beta_below(double x) { return gsl_cdf_beta_P(x, 2.0, 5.0); }
static double beta_above(double x) { return gsl_cdf_beta_Q(x, 2.0, 5.0); }

static const struct law laws[] = {
    {"normal", normal_below, normal_above, -8.0, 8.0, 0.0, 1.0},
    {"exponential", exponential_below, exponential_above, 0.0, 40.0, 1.0, 1.0},
    {"gamma", gamma_below, gamma_above, 0.0, 40.0, 1.0, 1.0 / 2.5},
    {"beta", beta_below, beta_above, 0.0, 1.0, 2.0 / 7.0, 10.0 / (49.0 * 8.0)},
};
enum { LAWS = sizeof laws / sizeof laws[0] };

// The value with probability p on its lower or upper side, by bisection: GSL's
// own inverses of gamma and beta lose digits in the tails.
static inline double law_value(const struct law *law, int upper, double p) {
  double low = law->least, high = law->most;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    const int beyond = upper ? law->above(middle) <= p : law->below(middle) >= p;
    *(beyond ? &high : &low) = middle;
  }
  return 0.5 * (low + high);
}

// Distance from the end of the law at which a knot stands.
static inline uint64_t knot_distance(uint32_t knot) {
  const uint32_t per_octave = 1u << SF_QUANTILE_CELL_BITS;
  if (knot < 2 * per_octave) {
    return knot;
  }
  const uint32_t octave = knot / per_octave - 1;
  return (uint64_t)(per_octave + knot % per_octave) << octave;
}

static inline int32_t law_knot(const struct law *law, int upper, uint32_t knot) {
  const double p = ((double)knot_distance(knot) + 0.5) * 0x1p-32;
  return (int32_t)lrint(law_value(law, upper, p) * 65536.0);
}

#endif

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <stdlib.h>

#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"
#include "tests/tables/laws.h"

static const struct sf_quantile *const tables[LAWS] = {&sf_law_normal, &sf_law_exponential,
                                                       &sf_law_gamma, &sf_law_beta};

// Interpolation, and the rounding of two knots and of the result.
#define LARGEST_ERROR (0x1p-15 + 0x1p-16)

static double value(const struct sf_quantile *table, uint32_t u) {
  return sf_quantile(table, u) * 0x1p-16;
}

Test(quantile, tables_are_what_the_generator_makes) {
  for (int i = 0; i < LAWS; ++i) {
    for (int upper = 0; upper < 2; ++upper) {
      for (uint32_t knot = 0; knot < SF_QUANTILE_KNOTS; ++knot) {
        const int difference = tables[i]->knot[upper][knot] - law_knot(&laws[i], upper, knot);
        cr_assert_leq(abs(difference), 1, "%s, side %d, knot %u", laws[i].name, upper, knot);
      }
    }
  }
}

static void expect_near_law(int i, uint32_t u) {
  const int upper = (int)(u >> 31);
  const double p = ((upper ? ~u : u) + 0.5) * 0x1p-32;
  const double exact = law_value(&laws[i], upper, p);
  cr_assert_float_eq(value(tables[i], u), exact, LARGEST_ERROR, "%s at %u: %.6f, not %.6f",
                     laws[i].name, u, value(tables[i], u), exact);
}

Test(quantile, laws_agree_with_gsl_everywhere) {
  for (int i = 0; i < LAWS; ++i) {
    for (uint32_t n = 0; n < 3000; ++n) {
      const struct sf_block block = sf_draw(1, n, (uint32_t)i, SF_STREAM_SAMPLE, 0);
      const uint32_t into_tail = block.word[1] >> (block.word[2] % 32);
      expect_near_law(i, block.word[0]);
      expect_near_law(i, into_tail);
      expect_near_law(i, ~into_tail);
    }
  }
}

Test(quantile, normal_and_exponential_agree_with_gsls_inverses) {
  for (uint32_t n = 0; n < 20000; ++n) {
    const uint32_t u = sf_draw(2, n, 0, SF_STREAM_SAMPLE, 0).word[0];
    const double p = (u + 0.5) * 0x1p-32;
    cr_assert_float_eq(value(&sf_law_normal, u), gsl_cdf_ugaussian_Pinv(p), LARGEST_ERROR);
    cr_assert_float_eq(value(&sf_law_exponential, u), gsl_cdf_exponential_Pinv(p, 1.0),
                       LARGEST_ERROR);
  }
}

Test(quantile, draws_reach_the_tails) {
  cr_expect_float_eq(value(&sf_law_normal, 0), gsl_cdf_ugaussian_Pinv(0x1p-33), 0x1p-16);
  cr_expect_float_eq(value(&sf_law_normal, UINT32_MAX), gsl_cdf_ugaussian_Qinv(0x1p-33), 0x1p-16);
  cr_expect_float_eq(value(&sf_law_exponential, UINT32_MAX), 33.0 * log(2.0), 0x1p-16);
}

Test(quantile, values_rise_with_the_draw) {
  for (int i = 0; i < LAWS; ++i) {
    int32_t last = INT32_MIN;
    for (uint64_t u = 0; u <= UINT32_MAX; u += u < 4096 || u > UINT32_MAX - 4096u ? 1 : 4093) {
      const int32_t now = sf_quantile(tables[i], (uint32_t)u);
      cr_assert_geq(now, last, "%s at %llu", laws[i].name, (unsigned long long)u);
      last = now;
    }
  }
}

// Means over an even grid of draws, to what the tables' resolution allows.
Test(quantile, laws_have_their_moments) {
  for (int i = 0; i < LAWS; ++i) {
    double sum = 0.0, squares = 0.0;
    const uint32_t step = 4097;
    const uint32_t count = UINT32_MAX / step;
    for (uint32_t n = 0; n < count; ++n) {
      const double x = value(tables[i], n * step + step / 2);
      sum += x;
      squares += x * x;
    }
    const double mean = sum / count;
    cr_expect_float_eq(mean, laws[i].mean, 5e-5, "%s: mean %.6f", laws[i].name, mean);
    const double variance = squares / count - mean * mean;
    cr_expect_float_eq(variance, laws[i].variance, 2e-4, "%s: variance %.6f", laws[i].name,
                       variance);
  }
}

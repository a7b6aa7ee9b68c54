#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>

#include "kernels/random/counts.h"
#include "kernels/random/stream.h"

// A count k belongs to the draw's probability p when P(k - 1) <= p < P(k).
#define ROUNDING 1e-11

Test(counts, reciprocals) {
  for (uint32_t k = 1; k <= SF_POISSON_SMALL_LIMIT; ++k) {
    cr_expect_eq(sf_reciprocal[k], 1.0 / k);
  }
}

Test(counts, poisson_inverts_gsls_distribution) {
  const double means[] = {0.001, 0.1, 0.7, 1.0, 2.5, 7.0, 12.0, 16.0};
  for (size_t m = 0; m < sizeof means / sizeof means[0]; ++m) {
    const uint32_t mean_q16 = (uint32_t)(means[m] * 65536.0);
    for (uint32_t n = 0; n < 5000; ++n) {
      const struct sf_block block = sf_draw(4, n, 0, SF_STREAM_SAMPLE, 0);
      const uint32_t u = n % 2 ? block.word[0] : ~(block.word[0] >> (block.word[1] % 32));
      const double p = (u + 0.5) * 0x1p-32;
      const uint32_t k = sf_poisson_small(mean_q16, u);
      cr_assert_gt(gsl_cdf_poisson_P(k, mean_q16 / 65536.0) + ROUNDING, p);
      cr_assert(k == 0 || gsl_cdf_poisson_P(k - 1, mean_q16 / 65536.0) - ROUNDING <= p);
    }
  }
}

Test(counts, poisson_at_its_ends) {
  cr_expect_eq(sf_poisson_small(0, 0), 0);
  cr_expect_eq(sf_poisson_small(0, UINT32_MAX), 0);
  cr_expect_eq(sf_poisson_small(65536, 0), 0);
  const uint32_t most = sf_poisson_small(SF_POISSON_SMALL_MAX_Q16, UINT32_MAX);
  cr_expect_lt(most, SF_POISSON_SMALL_LIMIT);
  cr_expect_eq(sf_poisson_small(UINT32_MAX, UINT32_MAX), most);
}

// gsl_cdf_geometric_P counts trials up to and with the first success, from 1.
Test(counts, geometric_inverts_gsls_distribution) {
  const double means[] = {0.01, 0.5, 3.0, 40.0, 1000.0};
  for (size_t m = 0; m < sizeof means / sizeof means[0]; ++m) {
    const uint32_t mean_q16 = (uint32_t)(means[m] * 65536.0);
    const double success = 1.0 / (1.0 + mean_q16 / 65536.0);
    for (uint32_t n = 0; n < 5000; ++n) {
      const uint32_t u = sf_draw(5, n, 0, SF_STREAM_SAMPLE, 0).word[0];
      const double p = (u + 0.5) * 0x1p-32;
      const uint32_t k = sf_geometric(mean_q16, u);
      cr_assert_gt(gsl_cdf_geometric_P(k + 1, success) + ROUNDING, p);
      cr_assert(k == 0 || gsl_cdf_geometric_P(k, success) - ROUNDING <= p);
    }
  }
  cr_expect_eq(sf_geometric(0, UINT32_MAX), 0);
}

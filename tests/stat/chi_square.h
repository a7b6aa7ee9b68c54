#ifndef SF_TESTS_STAT_CHI_SQUARE_H
#define SF_TESTS_STAT_CHI_SQUARE_H

#include <gsl/gsl_cdf.h>
#include <stdint.h>

// P(a chi-square at least as large), for observed counts against expected
// probabilities that add up to one. Cells that expect fewer than 10 are pooled
// with the next.
static inline double chi_square_p(const uint64_t *count, const double *probability, uint32_t cells,
                                  uint64_t total) {
  double sum = 0.0, observed = 0.0, expected = 0.0;
  uint32_t used = 0;
  for (uint32_t i = 0; i < cells; ++i) {
    observed += (double)count[i];
    expected += probability[i] * (double)total;
    if (expected >= 10.0) {
      sum += (observed - expected) * (observed - expected) / expected;
      ++used;
      observed = expected = 0.0;
    }
  }
  if (expected > 0.0) {  // what is left at the end stands alone
    sum += (observed - expected) * (observed - expected) / expected;
    ++used;
  }
  return gsl_cdf_chisq_Q(sum, used - 1.0);
}

// Draws come from fixed seeds, so a test passes always or never; a law that is
// right passes with this margin at both ends.
#define SF_CHI_SQUARE_MARGIN 1e-3
#define expect_chi_square(p, ...) \
  cr_expect((p) > SF_CHI_SQUARE_MARGIN && (p) < 1.0 - SF_CHI_SQUARE_MARGIN, __VA_ARGS__)

#endif

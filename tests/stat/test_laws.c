#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>

#include "kernels/math/elementary.h"
#include "kernels/random/alias.h"
#include "kernels/random/counts.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"
#include "tests/stat/chi_square.h"
#include "tests/tables/laws.h"

enum { DRAWS = 1000000, BINS = 200 };

static const struct sf_quantile *const tables[LAWS] = {&sf_law_normal, &sf_law_exponential,
                                                       &sf_law_gamma, &sf_law_beta};

static void expect_uniform(const uint64_t *count, uint32_t cells, uint64_t total,
                           const char *what) {
  static double probability[65536];
  for (uint32_t i = 0; i < cells; ++i) {
    probability[i] = 1.0 / cells;
  }
  const double p = chi_square_p(count, probability, cells, total);
  expect_chi_square(p, "%s: p = %g", what, p);
}

Test(laws, words_of_a_block_are_uniform_and_pairwise_independent) {
  static uint64_t single[4][256], pair[6][4096];
  for (uint32_t n = 0; n < DRAWS; ++n) {
    const struct sf_block block = sf_draw(1, n / 1000, n % 1000, SF_STREAM_AMOUNT, 0);
    uint32_t which = 0;
    for (int i = 0; i < 4; ++i) {
      ++single[i][sf_below(block.word[i], 256)];
      for (int j = 0; j < i; ++j) {
        ++pair[which++][sf_below(block.word[i], 64) * 64 + sf_below(block.word[j], 64)];
      }
    }
  }
  for (int i = 0; i < 4; ++i) {
    expect_uniform(single[i], 256, DRAWS, "one word");
  }
  for (int i = 0; i < 6; ++i) {
    expect_uniform(pair[i], 4096, DRAWS, "two words");
  }
}

// Neighbouring counters: events of a customer, customers, streams, draw blocks.
Test(laws, neighbouring_counters_are_independent) {
  static uint64_t pair[4][4096];
  for (uint32_t n = 0; n < DRAWS / 2; ++n) {
    const uint32_t here = sf_draw(1, 500, 2 * n, SF_STREAM_DAY, 0).word[0];
    const uint32_t other[4] = {sf_draw(1, 500, 2 * n + 1, SF_STREAM_DAY, 0).word[0],
                               sf_draw(1, 501, 2 * n, SF_STREAM_DAY, 0).word[0],
                               sf_draw(1, 500, 2 * n, SF_STREAM_SESSION, 0).word[0],
                               sf_draw(1, 500, 2 * n, SF_STREAM_DAY, 1).word[0]};
    for (int j = 0; j < 4; ++j) {
      ++pair[j][sf_below(here, 64) * 64 + sf_below(other[j], 64)];
    }
  }
  for (int j = 0; j < 4; ++j) {
    expect_uniform(pair[j], 4096, DRAWS / 2, "neighbours");
  }
}

Test(laws, quantiles_follow_gsls_distributions) {
  for (int i = 0; i < LAWS; ++i) {
    uint64_t count[BINS] = {0};
    for (uint32_t n = 0; n < DRAWS / 4; ++n) {
      const struct sf_block block = sf_draw(2, n, (uint32_t)i, SF_STREAM_SAMPLE, 0);
      for (int j = 0; j < 4; ++j) {
        // The value stands for an interval of a unit of Q16.16: a point of it.
        const double jitter = sf_uniform(block.word[(j + 1) % 4], 0) - 0.5;
        const double x = (sf_quantile(tables[i], block.word[j]) + jitter) * 0x1p-16;
        ++count[sf_below((uint32_t)(laws[i].below(x) * 4294967295.0), BINS)];
      }
    }
    expect_uniform(count, BINS, DRAWS, laws[i].name);
  }
}

Test(laws, inverse_normal_follows_gsls_distribution) {
  uint64_t count[BINS] = {0};
  for (uint32_t n = 0; n < DRAWS; ++n) {
    const struct sf_block block = sf_draw(3, n, 0, SF_STREAM_SAMPLE, 0);
    const double x = sf_inverse_normal(sf_uniform_open(block.word[0], block.word[1]));
    ++count[sf_below((uint32_t)(gsl_cdf_ugaussian_P(x) * 4294967295.0), BINS)];
  }
  expect_uniform(count, BINS, DRAWS, "inverse normal");
}

static void expect_weights(uint32_t n, const uint32_t *weight) {
  static struct sf_alias_cell cell[SF_ALIAS_MAX];
  static uint64_t scratch[SF_ALIAS_MAX], count[SF_ALIAS_MAX];
  static double probability[SF_ALIAS_MAX];
  struct sf_alias alias;
  cr_assert_eq(sf_alias_build_u32(n, weight, cell, scratch, &alias, NULL), SF_OK);
  double sum = 0.0;
  for (uint32_t i = 0; i < n; ++i) {
    sum += weight[i];
    count[i] = 0;
  }
  for (uint32_t i = 0; i < n; ++i) {
    probability[i] = weight[i] / sum;
  }
  for (uint32_t d = 0; d < DRAWS; ++d) {
    ++count[sf_alias_pick(&alias, sf_draw(4, d, n, SF_STREAM_SAMPLE, 0).word[0])];
  }
  const double p = chi_square_p(count, probability, n, DRAWS);
  expect_chi_square(p, "alias table of %u: p = %g", n, p);
}

Test(laws, alias_tables_follow_their_weights) {
  static uint32_t weight[SF_ALIAS_MAX];
  const uint32_t sizes[] = {2, 5, 32, 1000, 4096, SF_ALIAS_MAX};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; ++s) {
    for (uint32_t i = 0; i < sizes[s]; ++i) {
      weight[i] = 1000000u / (i + 3);  // Zipf, the shape of merchants
    }
    expect_weights(sizes[s], weight);
  }
}

Test(laws, poisson_counts) {
  const double means[] = {0.05, 1.0, 4.5, 15.0};
  for (size_t m = 0; m < sizeof means / sizeof means[0]; ++m) {
    uint64_t count[SF_POISSON_SMALL_LIMIT + 1] = {0};
    double probability[SF_POISSON_SMALL_LIMIT + 1];
    const uint32_t mean_q16 = (uint32_t)(means[m] * 65536.0);
    for (uint32_t n = 0; n < DRAWS; ++n) {
      const uint32_t u = sf_draw(5, n, (uint32_t)m, SF_STREAM_SAMPLE, 0).word[0];
      ++count[sf_poisson_small(mean_q16, u)];
    }
    for (uint32_t k = 0; k <= SF_POISSON_SMALL_LIMIT; ++k) {
      probability[k] = gsl_ran_poisson_pdf(k, mean_q16 / 65536.0);
    }
    const double p = chi_square_p(count, probability, SF_POISSON_SMALL_LIMIT + 1, DRAWS);
    expect_chi_square(p, "Poisson of mean %g: p = %g", means[m], p);
  }
}

Test(laws, geometric_counts) {
  enum { LARGEST = 2000 };
  const double means[] = {0.2, 3.0, 60.0};
  for (size_t m = 0; m < sizeof means / sizeof means[0]; ++m) {
    static uint64_t count[LARGEST];
    static double probability[LARGEST];
    const uint32_t mean_q16 = (uint32_t)(means[m] * 65536.0);
    const double success = 1.0 / (1.0 + mean_q16 / 65536.0);
    for (uint32_t k = 0; k < LARGEST; ++k) {
      count[k] = 0;
      probability[k] = gsl_ran_geometric_pdf(k + 1, success);
    }
    for (uint32_t n = 0; n < DRAWS; ++n) {
      const uint32_t u = sf_draw(6, n, (uint32_t)m, SF_STREAM_SAMPLE, 0).word[0];
      const uint32_t k = sf_geometric(mean_q16, u);
      cr_assert_lt(k, LARGEST);
      ++count[k];
    }
    const double p = chi_square_p(count, probability, LARGEST, DRAWS);
    expect_chi_square(p, "geometric of mean %g: p = %g", means[m], p);
  }
}

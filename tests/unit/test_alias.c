#include <criterion/criterion.h>
#include <stdlib.h>

#include "kernels/random/alias.h"
#include "kernels/random/stream.h"

// Worked by hand: shares of {1, 2, 3, 4} in cells of 10 are 4, 8, 12, 16.
Test(alias, small_table_is_exact) {
  const uint32_t weight[4] = {1, 2, 3, 4};
  struct sf_alias_cell cell[4];
  uint64_t scratch[4];
  struct sf_alias alias;
  cr_assert_eq(sf_alias_build_u32(4, weight, cell, scratch, &alias, NULL), SF_OK);
  cr_expect_eq(cell[0].threshold, (uint32_t)(0.4 * 0x1p32));
  cr_expect_eq(cell[0].alias, 2);
  cr_expect_eq(cell[1].threshold, (uint32_t)(0.8 * 0x1p32));
  cr_expect_eq(cell[1].alias, 3);
  cr_expect_eq(cell[2].threshold, (uint32_t)(0.6 * 0x1p32));
  cr_expect_eq(cell[2].alias, 3);
  cr_expect_eq(cell[3].alias, 3);
}

// The probability of each outcome as the table has it, in units of 2^-32 / n.
static void expect_probabilities(uint32_t n, const uint64_t *weight) {
  struct sf_alias_cell *cell = calloc(n, sizeof *cell);
  uint64_t *scratch = calloc(n, sizeof *scratch);
  uint64_t *share = calloc(n, sizeof *share);
  uint32_t *sources = calloc(n, sizeof *sources);
  struct sf_alias alias;
  cr_assert_eq(sf_alias_build(n, weight, cell, scratch, &alias, NULL), SF_OK);
  double sum = 0.0;
  for (uint32_t i = 0; i < n; ++i) {
    cr_assert_lt(cell[i].alias, n);
    share[i] += cell[i].threshold;
    share[cell[i].alias] += ((uint64_t)1 << 32) - cell[i].threshold;
    ++sources[i];
    ++sources[cell[i].alias];
    sum += (double)weight[i];
  }
  for (uint32_t i = 0; i < n; ++i) {
    const double expected = (double)weight[i] / sum * n * 0x1p32;
    cr_assert_float_eq((double)share[i], expected, sources[i] + 1e-9 * expected, "outcome %u of %u",
                       i, n);
    if (weight[i] == 0) {
      cr_assert_eq(share[i], 0, "outcome %u of %u has no weight", i, n);
    }
  }
  free(cell);
  free(scratch);
  free(share);
  free(sources);
}

Test(alias, tables_hold_the_weights) {
  static uint64_t weight[SF_ALIAS_MAX];
  const uint32_t sizes[] = {1, 2, 3, 7, 64, 1000, SF_ALIAS_MAX};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; ++s) {
    for (uint32_t i = 0; i < sizes[s]; ++i) {
      weight[i] = sf_draw(3, i, 0, SF_STREAM_SAMPLE, 0).word[0] >> (i % 32);
    }
    weight[0] += 1;
    expect_probabilities(sizes[s], weight);
    for (uint32_t i = 1; i < sizes[s]; ++i) {
      weight[i] = i % 3 == 0 ? 0 : 5;
    }
    expect_probabilities(sizes[s], weight);
  }
}

Test(alias, picks_follow_the_cells) {
  const uint64_t weight[3] = {1, 0, 3};
  struct sf_alias_cell cell[3];
  uint64_t scratch[3];
  struct sf_alias alias;
  cr_assert_eq(sf_alias_build(3, weight, cell, scratch, &alias, NULL), SF_OK);
  uint32_t count[3] = {0};
  for (uint64_t u = 0; u <= UINT32_MAX; u += 65537) {
    ++count[sf_alias_pick(&alias, (uint32_t)u)];
  }
  cr_expect_eq(count[1], 0);
  cr_expect_float_eq(count[0] / (double)(count[0] + count[2]), 0.25, 1e-4);
}

Test(alias, refuses_what_is_no_law) {
  static uint64_t weight[SF_ALIAS_MAX + 1], scratch[SF_ALIAS_MAX + 1];
  static struct sf_alias_cell cell[SF_ALIAS_MAX + 1];
  struct sf_alias alias;
  struct sf_error error = {0};
  cr_expect_eq(sf_alias_build(4, weight, cell, scratch, &alias, &error), SF_INTERNAL);
  cr_expect_str_eq(error.text, "the weights of a discrete law of 4 outcomes are all zero");
  weight[0] = 1;
  cr_expect_eq(sf_alias_build(0, weight, cell, scratch, &alias, NULL), SF_INTERNAL);
  cr_expect_eq(sf_alias_build(SF_ALIAS_MAX + 1, weight, cell, scratch, &alias, NULL), SF_INTERNAL);
  weight[0] = (uint64_t)1 << 62;
  cr_expect_eq(sf_alias_build(2, weight, cell, scratch, &alias, NULL), SF_INTERNAL);
  weight[0] -= 1;
  cr_expect_eq(sf_alias_build(2, weight, cell, scratch, &alias, NULL), SF_OK);
}

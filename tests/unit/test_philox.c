#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <string.h>

#include "kernels/random/gsl_adapter.h"
#include "kernels/random/stream.h"

// Known answers of Random123 1.14, tests/kat_vectors, philox4x32 10.
struct known {
  uint32_t counter[4], key[2], word[4];
};

static const struct known known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

Test(philox, known_answers) {
  for (size_t i = 0; i < sizeof known / sizeof known[0]; ++i) {
    const struct known *k = &known[i];
    const uint64_t seed = (uint64_t)k->key[1] << 32 | k->key[0];
    const struct sf_block block =
        sf_draw(seed, k->counter[0], k->counter[1], (enum sf_stream)k->counter[2], k->counter[3]);
    cr_expect_arr_eq(block.word, k->word, sizeof block.word, "vector %zu", i);
  }
}

// A stream's number is part of the data format.
Test(philox, streams_have_their_own_numbers) {
  static const uint32_t number[] = {
#define SF_STREAM(name, number, purpose) number,
#include "kernels/random/streams.def"
#undef SF_STREAM
  };
  // In rising order: no number stands twice, and new ones come last.
  cr_expect(number[0] > 0);
  for (uint32_t i = 1; i < sizeof number / sizeof number[0]; ++i) {
    cr_expect(number[i] > number[i - 1], "stream number %u", number[i]);
  }
}

Test(philox, uniform_keeps_inside_its_interval) {
  cr_expect_eq(sf_uniform(0, 0), 0.0);
  cr_expect_eq(sf_uniform(0x80000000u, 0), 0.5);
  cr_expect_eq(sf_uniform(UINT32_MAX, UINT32_MAX), 1.0 - 0x1p-53);
  cr_expect_eq(sf_uniform_open(0, 0), 0x1p-53);
  cr_expect_eq(sf_uniform_open(UINT32_MAX, UINT32_MAX), 1.0 - 0x1p-53);
}

Test(philox, below_reaches_both_ends) {
  for (uint32_t n = 1; n < 2000; n += 7) {
    cr_expect_eq(sf_below(0, n), 0);
    cr_expect_eq(sf_below(UINT32_MAX, n), n - 1);
  }
  cr_expect_eq(sf_below(UINT32_MAX, UINT32_MAX), UINT32_MAX - 1);
}

Test(philox, coins_can_be_certain) {
  cr_expect_not(sf_coin(0, sf_threshold_q32(0.0)));
  cr_expect(sf_coin(UINT32_MAX, sf_threshold_q32(1.0)));
  cr_expect(sf_coin(0x7FFFFFFF, sf_threshold_q32(0.5)));
  cr_expect_not(sf_coin(0x80000000, sf_threshold_q32(0.5)));
}

Test(gsl_adapter, yields_the_words_of_consecutive_blocks) {
  gsl_rng *rng = gsl_rng_alloc(sf_gsl_rng_philox);
  sf_gsl_rng_start(rng, 99, 1, 2, SF_STREAM_CONTACT, 5);
  for (uint32_t i = 0; i < 40; ++i) {
    const struct sf_block block = sf_draw(99, 1, 2, SF_STREAM_CONTACT, 5 + i / 4);
    cr_expect_eq(gsl_rng_get(rng), block.word[i % 4], "number %u", i);
  }
  gsl_rng_free(rng);
}

Test(gsl_adapter, restarts_and_clones) {
  gsl_rng *rng = gsl_rng_alloc(sf_gsl_rng_philox);
  sf_gsl_rng_start(rng, 1, 0, 0, SF_STREAM_SAMPLE, 0);
  gsl_rng_get(rng);
  gsl_rng *clone = gsl_rng_clone(rng);
  const unsigned long next = gsl_rng_get(rng);
  cr_expect_eq(gsl_rng_get(clone), next);
  gsl_rng_set(rng, 1);
  gsl_rng_get(rng);
  cr_expect_eq(gsl_rng_get(rng), next);
  gsl_rng_free(rng);
  gsl_rng_free(clone);
}

Test(gsl_adapter, serves_gsl_ran_choose) {
  gsl_rng *rng = gsl_rng_alloc(sf_gsl_rng_philox);
  sf_gsl_rng_start(rng, 7, 0, 0, SF_STREAM_SAMPLE, 0);
  int from[100], chosen[10];
  for (int i = 0; i < 100; ++i) {
    from[i] = i;
  }
  cr_assert_eq(gsl_ran_choose(rng, chosen, 10, from, 100, sizeof(int)), 0);
  for (int i = 1; i < 10; ++i) {
    cr_expect_lt(chosen[i - 1], chosen[i]);
  }
  gsl_rng_free(rng);
}

#include <criterion/criterion.h>
#include <stdlib.h>

#include "kernels/random/permutation.h"

static void expect_bijection(uint32_t n, uint64_t key) {
  const struct sf_permutation p = sf_permutation_make(11, SF_STREAM_CONTACT, key, n);
  unsigned char *seen = calloc(n, 1);
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t image = sf_permutation_apply(&p, i);
    cr_assert_lt(image, n);
    cr_assert_eq(seen[image], 0, "n = %u, key %llu: %u comes twice", n, (unsigned long long)key,
                 image);
    seen[image] = 1;
    cr_assert_eq(sf_permutation_invert(&p, image), i);
  }
  free(seen);
}

Test(permutation, bijection_of_every_small_range) {
  for (uint32_t n = 1; n <= 300; ++n) {
    expect_bijection(n, n);
    expect_bijection(n, 0x123456789ABCDEFull + n);
  }
}

Test(permutation, bijection_of_larger_ranges) {
  const uint32_t sizes[] = {1000, 4095, 4096, 4097, 65535, 65536, 65537, 100003, 1u << 20};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i) {
    expect_bijection(sizes[i], i);
  }
}

Test(permutation, inverse_on_the_largest_ranges) {
  const uint64_t sizes[] = {(1ull << 31) + 1, 4000000007ull, (1ull << 32) - 1, 1ull << 32};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; ++s) {
    const struct sf_permutation p = sf_permutation_make(5, SF_STREAM_CONTACT, s, sizes[s]);
    for (uint64_t i = 0; i < sizes[s]; i += 999983) {
      const uint32_t image = sf_permutation_apply(&p, (uint32_t)i);
      cr_assert_lt(image, sizes[s]);
      cr_assert_eq(sf_permutation_invert(&p, image), i);
    }
  }
}

Test(permutation, depends_on_seed_stream_and_key) {
  const struct sf_permutation p = sf_permutation_make(1, SF_STREAM_CONTACT, 1, 1 << 20);
  const struct sf_permutation other[] = {
      sf_permutation_make(2, SF_STREAM_CONTACT, 1, 1 << 20),
      sf_permutation_make(1, SF_STREAM_SAMPLE, 1, 1 << 20),
      sf_permutation_make(1, SF_STREAM_CONTACT, 2, 1 << 20),
      sf_permutation_make(1, SF_STREAM_CONTACT, 1ull << 32 | 1, 1 << 20),
  };
  for (size_t j = 0; j < sizeof other / sizeof other[0]; ++j) {
    uint32_t equal = 0;
    for (uint32_t i = 0; i < 1 << 16; ++i) {
      equal += sf_permutation_apply(&p, i) == sf_permutation_apply(&other[j], i);
    }
    cr_expect_lt(equal, 4, "%u fixed in common with permutation %zu", equal, j);
  }
}

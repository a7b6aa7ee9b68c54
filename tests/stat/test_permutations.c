#include <criterion/criterion.h>

#include "kernels/random/permutation.h"
#include "tests/stat/chi_square.h"

enum { KEYS = 240000 };

static double uniform_p(const uint64_t *count, uint32_t cells, uint64_t total) {
  static double probability[1 << 16];
  for (uint32_t i = 0; i < cells; ++i) {
    probability[i] = 1.0 / cells;
  }
  return chi_square_p(count, probability, cells, total);
}

static struct sf_permutation of_key(uint32_t key, uint32_t n) {
  return sf_permutation_make(8, SF_STREAM_CONTACT, key, n);
}

// Rank of a permutation of n <= 6 among the n! in lexicographic order.
static uint32_t lehmer_rank(const struct sf_permutation *p) {
  uint32_t image[6], rank = 0;
  const uint32_t n = (uint32_t)p->n;
  for (uint32_t i = 0; i < n; ++i) {
    image[i] = sf_permutation_apply(p, i);
  }
  for (uint32_t i = 0; i < n; ++i) {
    uint32_t smaller = 0;
    for (uint32_t j = i + 1; j < n; ++j) {
      smaller += image[j] < image[i];
    }
    rank = rank * (n - i) + smaller;
  }
  return rank;
}

Test(permutations, all_orders_of_a_few_are_equally_likely) {
  uint32_t orders = 1;
  for (uint32_t n = 2; n <= 6; ++n) {
    uint64_t count[720] = {0};
    orders *= n;
    for (uint32_t key = 0; key < KEYS; ++key) {
      const struct sf_permutation p = of_key(key, n);
      ++count[lehmer_rank(&p)];
    }
    const double p = uniform_p(count, orders, KEYS);
    expect_chi_square(p, "orders of %u: p = %g", n, p);
  }
}

Test(permutations, every_place_is_equally_likely) {
  const uint32_t sizes[] = {7, 32, 64, 65, 100, 128, 1000, 4096, 10007};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; ++s) {
    static uint64_t first[10007], last[10007];
    const uint32_t n = sizes[s];
    for (uint32_t i = 0; i < n; ++i) {
      first[i] = last[i] = 0;
    }
    for (uint32_t key = 0; key < KEYS; ++key) {
      const struct sf_permutation p = of_key(key, n);
      ++first[sf_permutation_apply(&p, 0)];
      ++last[sf_permutation_apply(&p, n - 1)];
    }
    double p = uniform_p(first, n, KEYS);
    expect_chi_square(p, "place of the first of %u: p = %g", n, p);
    p = uniform_p(last, n, KEYS);
    expect_chi_square(p, "place of the last of %u: p = %g", n, p);
  }
}

// Where two neighbours go, under many keys.
Test(permutations, places_of_two_are_independent) {
  const uint32_t sizes[] = {12, 40, 64, 65, 100, 128, 200};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; ++s) {
    static uint64_t count[200 * 199];
    const uint32_t n = sizes[s];
    for (uint32_t i = 0; i < n * (n - 1); ++i) {
      count[i] = 0;
    }
    for (uint32_t key = 0; key < KEYS; ++key) {
      const struct sf_permutation p = of_key(key, n);
      const uint32_t a = sf_permutation_apply(&p, n / 2), b = sf_permutation_apply(&p, n / 2 + 1);
      ++count[a * (n - 1) + b - (b > a)];
    }
    const double p = uniform_p(count, n * (n - 1), KEYS);
    expect_chi_square(p, "places of two of %u: p = %g", n, p);
  }
}

// Steps between images of neighbours, under one key: the low bits of an index
// must not show in them.
Test(permutations, images_of_neighbours_are_unrelated) {
  const uint32_t n = 1u << 20;
  for (uint32_t stride = 1; stride <= 1024; stride *= 4) {
    const struct sf_permutation p = of_key(stride, n);
    uint64_t count[256] = {0};
    for (uint32_t i = 0; i < n / 4; ++i) {
      const uint32_t here = sf_permutation_apply(&p, i);
      const uint32_t there = sf_permutation_apply(&p, (i + stride) % n);
      ++count[((there - here) & (n - 1)) >> 12];
    }
    const double q = uniform_p(count, 256, n / 4);
    expect_chi_square(q, "stride %u: p = %g", stride, q);
  }
}

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "kernels/math/sphere.h"
#include "kernels/random/lanes.h"

enum { MOST = 100003, GUARD = 1 };

static const char *const path_names[] = {"scalar", "avx2", "avx512"};
enum { PATHS = sizeof path_names / sizeof path_names[0] };

static const struct sf_quantile *const tables[] = {&sf_law_normal, &sf_law_exponential,
                                                   &sf_law_gamma, &sf_law_beta};

struct arrays {
  uint32_t draw[4][MOST + GUARD];
  int32_t log2_q16[MOST];
  double x[MOST], y[MOST], z[MOST];
  int32_t quantile[MOST + GUARD];
  double paise[MOST + GUARD];
  float km[MOST + GUARD];
};

static const double home[3] = {0.3, -0.4, 0.8660254037844386};

// Draws of which every second is thrown far into a tail, amounts from a paisa
// to 10^11 and beyond, and points from next door to the antipodes.
static void fill_inputs(struct arrays *a) {
  for (uint32_t i = 0; i < MOST; ++i) {
    const struct sf_block block = sf_draw(6, i, 0, SF_STREAM_SAMPLE, 0);
    const uint32_t into_tail = block.word[0] >> (block.word[1] % 32);
    a->draw[0][i] = i % 4 == 0 ? into_tail : i % 4 == 2 ? ~into_tail : block.word[0];
    a->draw[1][i] = block.word[1];
    a->log2_q16[i] = (int32_t)block.word[2] >> (10 + i % 5);
    double point[3];
    const double spread = i % 3 == 0 ? 180.0 : 0.5;
    sf_unit_vector(60.0 + spread * (sf_uniform(block.word[3], 0) - 0.5),
                   -53.0 + 2.0 * spread * (sf_uniform(block.word[2], 0) - 0.5), point);
    a->x[i] = point[0];
    a->y[i] = point[1];
    a->z[i] = point[2];
  }
}

static struct arrays *make_arrays(void) {
  struct arrays *a = calloc(1, sizeof *a);
  cr_assert_not_null(a);
  fill_inputs(a);
  return a;
}

Test(lanes, unknown_path) {
  cr_expect_null(sf_lanes_select("sse"));
  cr_expect_null(sf_lanes_select(""));
}

Test(lanes, selection_is_by_name_and_widest_by_default) {
  cr_assert_not_null(sf_lanes_select("scalar"));
  const struct sf_lanes *widest = NULL;
  for (int p = 0; p < PATHS; ++p) {
    const struct sf_lanes *lanes = sf_lanes_select(path_names[p]);
    if (lanes != NULL) {
      cr_expect_str_eq(lanes->name, path_names[p]);
      widest = lanes;
    }
  }
  cr_expect_eq(sf_lanes_select(NULL), widest);
  cr_expect_eq(sf_lanes_select("auto"), widest);
}

static void expect_scalar_functions(const struct sf_lanes *lanes, struct arrays *a, size_t at,
                                    size_t n) {
  uint32_t *out[4] = {a->draw[2], a->draw[3], (uint32_t *)a->quantile, NULL};
  static uint32_t fourth[MOST + GUARD];
  out[3] = fourth;
  for (int w = 0; w < 4; ++w) {
    out[w][n] = 0xABCDu;
  }
  lanes->philox(0x123456789ABCDEFull, 77, a->draw[0] + at, SF_STREAM_DAY, 3, n, out[0], out[1],
                out[2], out[3]);
  for (size_t i = 0; i < n; ++i) {
    const struct sf_block block =
        sf_draw(0x123456789ABCDEFull, 77, a->draw[0][at + i], SF_STREAM_DAY, 3);
    for (int w = 0; w < 4; ++w) {
      cr_assert_eq(out[w][i], block.word[w], "%s: word %d of %zu of %zu", lanes->name, w, i, n);
    }
  }
  for (int w = 0; w < 4; ++w) {
    cr_assert_eq(out[w][n], 0xABCDu, "%s writes beyond %zu", lanes->name, n);
  }
  // The first words of the draws serve as counters too.
  const uint32_t *w0 = a->draw[0] + at, *w1 = a->draw[1] + at, *w3 = a->draw[1];
  lanes->philox_pairs(0x123456789ABCDEFull, w0, w1, SF_STREAM_DAY, w3, n, out[0], out[1], out[2],
                      out[3]);
  for (size_t i = 0; i < n; ++i) {
    const struct sf_block block = sf_draw(0x123456789ABCDEFull, w0[i], w1[i], SF_STREAM_DAY, w3[i]);
    for (int w = 0; w < 4; ++w) {
      cr_assert_eq(out[w][i], block.word[w], "%s: pair word %d of %zu of %zu", lanes->name, w, i,
                   n);
    }
  }
  for (int w = 0; w < 4; ++w) {
    cr_assert_eq(out[w][n], 0xABCDu, "%s writes beyond %zu", lanes->name, n);
  }
  for (size_t t = 0; t < sizeof tables / sizeof tables[0]; ++t) {
    a->quantile[n] = 0xABCD;
    lanes->quantile(tables[t], a->draw[0] + at, n, a->quantile);
    for (size_t i = 0; i < n; ++i) {
      cr_assert_eq(a->quantile[i], sf_quantile(tables[t], a->draw[0][at + i]), "%s: law %zu at %u",
                   lanes->name, t, a->draw[0][at + i]);
    }
    cr_assert_eq(a->quantile[n], 0xABCD, "%s writes beyond %zu", lanes->name, n);
  }
}

static void expect_scalar_path(const struct sf_lanes *lanes, struct arrays *a, size_t at,
                               size_t n) {
  static double paise[MOST];
  static float km[MOST];
  const struct sf_lanes *scalar = sf_lanes_select("scalar");
  scalar->paise_from_log2(a->log2_q16 + at, a->draw[1] + at, n, paise);
  scalar->distance_km(home, a->x + at, a->y + at, a->z + at, n, km);
  a->paise[n] = -1.0;
  a->km[n] = -1.0f;
  lanes->paise_from_log2(a->log2_q16 + at, a->draw[1] + at, n, a->paise);
  lanes->distance_km(home, a->x + at, a->y + at, a->z + at, n, a->km);
  cr_assert_arr_eq(a->paise, paise, n * sizeof *paise, "%s: amounts of %zu", lanes->name, n);
  cr_assert_arr_eq(a->km, km, n * sizeof *km, "%s: distances of %zu", lanes->name, n);
  cr_assert_eq(a->paise[n], -1.0, "%s writes beyond %zu", lanes->name, n);
  cr_assert_eq(a->km[n], -1.0f, "%s writes beyond %zu", lanes->name, n);
}

// Filters that many, few and no words pass.
static void expect_found(const struct sf_lanes *lanes, const struct arrays *a, size_t at,
                         size_t n) {
  static const struct sf_filter filters[] = {
      {{0xff, 0xff00, 0xf0000}, 0, 0, UINT32_MAX},
      {{1, 0x300, 0xf0000}, 0x100000, 1u << 30, 3u << 30},
      {{7, 7, 7}, 0x3f0000, 1u << 31, UINT32_MAX},
      {{1, 1, 1}, 0, 5, 5},
  };
  const uint32_t *word = a->draw[0] + at, *value = a->draw[1] + at;
  for (size_t f = 0; f < sizeof filters / sizeof filters[0]; ++f) {
    size_t first = n;
    uint32_t least = UINT32_MAX;
    for (size_t i = n; i-- > 0;) {
      const struct sf_filter *of = &filters[f];
      if (word[i] & of->any[0] && word[i] & of->any[1] && word[i] & of->any[2] &&
          (word[i] & of->all) == of->all && value[i] >= of->from && value[i] < of->to) {
        first = i;
        least = value[i] < least ? value[i] : least;
      }
    }
    cr_assert_eq(lanes->find(&filters[f], word, value, n), first, "%s: filter %zu, %zu words",
                 lanes->name, f, n);
    cr_assert_eq(lanes->least(&filters[f], word, value, n), least, "%s: filter %zu, %zu words",
                 lanes->name, f, n);
  }
}

Test(lanes, every_path_gives_the_bits_of_the_scalar_one) {
  struct arrays *a = make_arrays();
  for (int p = 0; p < PATHS; ++p) {
    const struct sf_lanes *lanes = sf_lanes_select(path_names[p]);
    if (lanes == NULL) {
      continue;
    }
    for (size_t n = 0; n <= 70; ++n) {
      expect_found(lanes, a, 3 * n, n);
      expect_scalar_functions(lanes, a, 3 * n, n);
      expect_scalar_path(lanes, a, 3 * n, n);
    }
    expect_found(lanes, a, 0, MOST);
    expect_scalar_functions(lanes, a, 0, MOST);
    expect_scalar_path(lanes, a, 0, MOST);
  }
  free(a);
}

Test(lanes, scalar_path_is_the_inline_functions) {
  struct arrays *a = make_arrays();
  const struct sf_lanes *scalar = sf_lanes_select("scalar");
  scalar->paise_from_log2(a->log2_q16, a->draw[1], MOST, a->paise);
  scalar->distance_km(home, a->x, a->y, a->z, MOST, a->km);
  for (int i = 0; i < MOST; ++i) {
    cr_assert_eq(a->paise[i], sf_exp2((a->log2_q16[i] + a->draw[1][i] * 0x1p-32) * 0x1p-16));
    cr_assert_eq(a->km[i],
                 (float)sf_great_circle_km(home[0], home[1], home[2], a->x[i], a->y[i], a->z[i]));
  }
  free(a);
}

Test(lanes, transpositions_write_what_they_should_and_nothing_else) {
  enum { SIDE = 21, STRIDE = SIDE + 2 };
  float from[SIDE * STRIDE], to[SIDE * STRIDE];
  for (int k = 0; k < SIDE * STRIDE; ++k) {
    from[k] = (float)(k + 1);
  }
  for (int p = 0; p < PATHS; ++p) {
    const struct sf_lanes *lanes = sf_lanes_select(path_names[p]);
    for (size_t rows = 0; lanes != NULL && rows <= SIDE; ++rows) {
      for (size_t columns = 0; columns <= SIDE; ++columns) {
        memset(to, 0, sizeof to);
        lanes->transpose(from, rows, columns, STRIDE, to, STRIDE);
        for (size_t c = 0; c < SIDE; ++c) {
          for (size_t r = 0; r < STRIDE; ++r) {
            const float expected = r < rows && c < columns ? from[r * STRIDE + c] : 0.0f;
            cr_assert_eq(to[c * STRIDE + r], expected, "%s: row %zu, column %zu of %zu x %zu",
                         lanes->name, r, c, rows, columns);
          }
        }
      }
    }
  }
}

// Known digests: the same for every compiler, C library and processor.
Test(lanes, results_are_known) {
  struct arrays *a = make_arrays();
  const struct sf_lanes *lanes = sf_lanes_select(NULL);
  lanes->quantile(&sf_law_normal, a->draw[0], MOST, a->quantile);
  lanes->paise_from_log2(a->log2_q16, a->draw[1], MOST, a->paise);
  lanes->distance_km(home, a->x, a->y, a->z, MOST, a->km);
  cr_expect_eq(XXH3_64bits(a->quantile, MOST * sizeof a->quantile[0]), 0xdaa486572205b0a6ull);
  cr_expect_eq(XXH3_64bits(a->paise, MOST * sizeof a->paise[0]), 0x16f04fc7a1845c31ull);
  cr_expect_eq(XXH3_64bits(a->km, MOST * sizeof a->km[0]), 0xb85aebf391ae738eull);
  free(a);
}

#include <criterion/criterion.h>

#include "tests/unit/feature_history.h"

typedef const uint8_t (*bins_in)[SF_ISOLATION_COLUMNS];

// Bins of the first days of all customers; returns their number.
static int64_t bins_of(const struct corpus *c, int64_t part,
                       uint8_t (*bins)[SF_ISOLATION_COLUMNS]) {
  struct sf_features *f;
  int64_t all = 0;
  cr_assert(sf_features_create(sf_lanes_select(NULL), 0, MODEL_START, &f, NULL) == SF_OK);
  for (uint32_t k = 0; k < c->customers; k++) {
    sf_features_begin(f, c->open_date[k]);
    for (int64_t r = c->first[k]; r < c->first[k + 1]; r += part) {
      const int64_t left = c->first[k + 1] - r, now = left < part ? left : part;
      int64_t rows;
      cr_assert(sf_features_bins(f, &c->rows.batch, r, now, bins + all, &rows, NULL) == SF_OK);
      all += rows;
      if (rows < now) {
        break;
      }
    }
  }
  sf_features_free(f);
  return all;
}

Test(feature_isolation, bins_are_as_defined) {
  struct corpus c;
  corpus_random(&c, 31, 10, 300);
  uint8_t(*bins)[SF_ISOLATION_COLUMNS] = malloc((size_t)c.rows.batch.rows * sizeof *bins);
  uint8_t(*parts)[SF_ISOLATION_COLUMNS] = malloc((size_t)c.rows.batch.rows * sizeof *parts);
  const int64_t rows = bins_of(&c, (int64_t)1 << 32, bins);
  cr_assert_eq(bins_of(&c, 13, parts), rows);
  cr_assert_arr_eq(bins, parts, (size_t)rows * sizeof *bins);
  int64_t at = 0;
  for (uint32_t k = 0; k < c.customers; k++) {
    struct reference f;
    reference_make(&f, &c.rows.batch, c.first[k], c.first[k + 1] - c.first[k], MODEL_START, 0, NULL,
                   NULL);
    for (int64_t i = 0; i < f.rows && c.rows.batch.date[f.at + i] < MODEL_START + 30; i++, at++) {
      int expected[SF_ISOLATION_COLUMNS];
      ref_bins(&f, i, expected);
      for (uint32_t x = 0; x < SF_ISOLATION_COLUMNS; x++) {
        cr_assert_eq(bins[at][x], expected[x], "column %u of row %ld: %d != %d", x, (long)i,
                     bins[at][x], expected[x]);
      }
    }
    reference_free(&f);
  }
  cr_assert_eq(at, rows);
  cr_assert(rows > 200);
  free(bins);
  free(parts);
  corpus_free(&c);
}

Test(feature_isolation, counts_of_parts_add_up) {
  struct corpus c;
  corpus_random(&c, 32, 10, 300);
  uint8_t(*bins)[SF_ISOLATION_COLUMNS] = malloc((size_t)c.rows.batch.rows * sizeof *bins);
  const int64_t rows = bins_of(&c, (int64_t)1 << 32, bins), cut = rows / 3;
  static struct sf_isolation_fit whole, part[2];
  static struct sf_isolation model;
  sf_isolation_count_bins(&whole, (bins_in)bins, rows);
  sf_isolation_count_bins(&part[0], (bins_in)bins, cut);
  sf_isolation_count_bins(&part[1], (bins_in)(bins + cut), rows - cut);
  sf_isolation_freeze_bins(&whole, &model);
  sf_isolation_count_scores(&whole, &model, (bins_in)bins, rows);
  sf_isolation_count_scores(&part[0], &model, (bins_in)bins, cut);
  sf_isolation_count_scores(&part[1], &model, (bins_in)(bins + cut), rows - cut);
  uint64_t all = 0;
  for (uint32_t x = 0; x < SF_ISOLATION_COLUMNS; x++) {
    for (uint32_t b = 0; b < SF_ISOLATION_BINS; b++) {
      cr_assert_eq(whole.bin[x][b], part[0].bin[x][b] + part[1].bin[x][b]);
    }
  }
  for (uint32_t b = 0; b < SF_ISOLATION_SCORE_BINS; b++) {
    cr_assert_eq(whole.score[b], part[0].score[b] + part[1].score[b]);
    all += whole.score[b];
  }
  cr_assert_eq(all, (uint64_t)rows);
  free(bins);
  corpus_free(&c);
}

Test(feature_isolation, tables_are_as_defined) {
  static struct sf_isolation_fit fit;
  static struct sf_isolation model;
  for (uint32_t b = 0; b < SF_ISOLATION_BINS; b++) {
    fit.bin[SF_ISOLATION_HOUR][b] = b < 24 ? 10 * b : 0;
  }
  fit.score[0] = 30;
  fit.score[7] = 50;
  fit.score[1023] = 20;
  sf_isolation_freeze_bins(&fit, &model);
  sf_isolation_freeze_scores(&fit, &model);
  for (uint32_t b = 0; b < 24; b++) {
    cr_expect(fabs(model.rarity[SF_ISOLATION_HOUR][b] - log10(231.0 / (10 * b + 1))) < 1e-12);
  }
  cr_expect(fabs(model.rarity[SF_ISOLATION_HOUR][31] - log10(231.0)) < 1e-12);
  cr_expect(model.rarity[SF_ISOLATION_GAP][3] == 0.0, "all bins are empty");
  const uint8_t bin[SF_ISOLATION_COLUMNS] = {[SF_ISOLATION_HOUR] = 23};
  cr_expect(sf_isolation_score(&model, bin) == 0.0);
  const double below[] = {model.quantile[0], model.quantile[1], model.quantile[7],
                          model.quantile[8], model.quantile[1023]};
  const double expected[] = {0, 0.3, 0.3, 0.8, 0.8};
  for (int k = 0; k < 5; k++) {
    cr_expect(fabs(below[k] - expected[k]) < 1e-15);
  }
  cr_expect_eq(sf_isolation_score_bin(0.0), 0);
  cr_expect_eq(sf_isolation_score_bin(0.0391), 1);
  cr_expect_eq(sf_isolation_score_bin(40.0), 1023);
  cr_expect_eq(sf_isolation_score_bin(1e6), 1023);
}

static uint32_t drawn(uint64_t seed, uint32_t id) {
  return sf_draw(seed, id, 0, SF_STREAM_SAMPLE, 0).word[0];
}

Test(feature_isolation, sample_is_the_one_asked_for) {
  const uint32_t customers[] = {1, 1999, 2000, 2001, 20000, 127000, 140000, 300000};
  for (size_t k = 0; k < sizeof customers / sizeof customers[0]; k++) {
    const struct sf_isolation_sample sample = sf_isolation_sample_of(5, customers[k]);
    uint32_t members = 0, multiples = 0, largest_in = 0, smallest_out = UINT32_MAX;
    bool only_multiples = true;
    for (uint32_t id = 1; id <= customers[k]; id++) {
      const uint32_t u = drawn(5, id);
      const bool in = sf_isolation_in_sample(&sample, id);
      members += in;
      multiples += u % 64 == 0;
      only_multiples &= in == (u % 64 == 0);
      largest_in = in && u > largest_in ? u : largest_in;
      smallest_out = !in && u < smallest_out ? u : smallest_out;
    }
    if (multiples >= 2000) {
      cr_expect(only_multiples);
    } else {
      cr_expect_eq(members, customers[k] < 2000 ? customers[k] : 2000);
      cr_expect(largest_in < smallest_out || members == customers[k]);
    }
  }
}

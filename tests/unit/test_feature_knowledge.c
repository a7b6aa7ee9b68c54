#include <criterion/criterion.h>

#include "tests/unit/feature_history.h"

// Tables of the bank's knowledge against counting in the lists they are made of.

// What is worked out of a merchant before a customer's rows are looked at.
static void expect_rated(const struct corpus *c, uint32_t m, uint32_t d, bool is_flagged) {
  const struct sf_knowledge *k = &c->knowledge;
  const int32_t date = MODEL_START + (int32_t)d;
  const double risk = ref_risk(&c->known, m, date, SF_RISK_DAYS);
  const struct sf_merchant_word *word =
      &k->merchant_word[(m - 1) * sf_cell_words(CORPUS_DAYS) + d / 64];
  cr_assert_eq(word->risky >> d % 64 & 1u, risk > 0.0);
  cr_assert_eq(word->flagged >> d % 64 & 1u, is_flagged);
  if (risk > 0.0) {
    const uint64_t before = word->risky & ((UINT64_C(1) << d % 64) - 1);
    const uint64_t at = word->first_risk + (uint64_t)__builtin_popcountll(before);
    cr_assert(fabs(k->risk[at] - risk) < 1e-15);
    cr_assert(k->recent_risk[at].week == (float)ref_risk(&c->known, m, date, 7));
    cr_assert(k->recent_risk[at].day == (float)ref_risk(&c->known, m, date, 1));
  }
}

static void expect_merchants(const struct corpus *c) {
  const struct sf_knowledge *k = &c->knowledge;
  const uint32_t windows[] = {1, 7, 28, 90};
  for (uint32_t m = 1; m <= CORPUS_MERCHANTS; m++) {
    for (uint32_t d = 0; d <= CORPUS_DAYS; d += 3) {
      const int32_t date = MODEL_START + (int32_t)d;
      for (int w = 0; w < 4; w++) {
        const int32_t days = (int32_t)windows[w];
        cr_assert_eq(sf_knowledge_rows(k, m, d, windows[w]),
                     (uint32_t)ref_count(c->known.visit, c->known.visits, m, -1, date, days));
        cr_assert_eq(sf_knowledge_reports(k, m, d, windows[w]),
                     (uint32_t)ref_count(c->known.report, c->known.reports, m, -1, date, days));
        const double risk = ref_risk(&c->known, m, date, days);
        cr_assert(fabs(sf_knowledge_risk(k, m, d, windows[w]) - risk) < 1e-15);
      }
      const bool is_flagged = ref_flagged(&c->known, m, date);
      cr_assert_eq(sf_knowledge_flagged(k, m, d), is_flagged);
      expect_rated(c, m, d, is_flagged);
    }
  }
}

Test(feature_knowledge, of_merchants_is_what_counting_gives) {
  struct corpus c;
  corpus_random(&c, 21, 12, 400);
  cr_assert(c.known.reports > 50);
  expect_merchants(&c);
  corpus_free(&c);
}

Test(feature_knowledge, of_cells_is_what_counting_gives) {
  struct corpus c;
  corpus_random(&c, 22, 12, 400);
  uint32_t flagged = 0;
  for (uint32_t d = 0; d <= CORPUS_DAYS; d += 7) {
    for (uint32_t cell = 0; cell < SF_CELLS; cell++) {
      const bool expected = ref_cell_flagged(&c.known, cell, MODEL_START + (int32_t)d);
      cr_assert_eq(sf_knowledge_cell_flagged(&c.knowledge, cell, d), expected);
      flagged += expected;
    }
  }
  cr_assert(flagged > 5, "only %u flagged", flagged);
  corpus_free(&c);
}

Test(feature_knowledge, of_devices_is_what_counting_gives) {
  struct corpus c;
  corpus_random(&c, 23, 9, 200);
  uint32_t shared = 0;
  for (uint64_t device = 990; device < 1020; device++) {
    uint32_t customers = 0, from, to;
    for (size_t s = 0; s < c.known.sightings; s++) {
      customers += c.known.sighting[s].device == device;
    }
    sf_knowledge_device(&c.knowledge, device, &from, &to);
    cr_assert_eq(to - from, customers > 1 ? customers : 0);
    shared += customers > 1;
    for (uint32_t d = 0; d < CORPUS_DAYS; d += 5) {
      uint32_t before = 0;
      for (size_t s = 0; s < c.known.sightings; s++) {
        before += customers > 1 && c.known.sighting[s].device == device &&
                  c.known.sighting[s].date - MODEL_START < (int32_t)d;
      }
      cr_assert_eq(sf_knowledge_search(c.knowledge.device_day, from, to, d) - from, before);
    }
  }
  cr_assert(shared > 3 && c.knowledge.devices == shared);
  corpus_free(&c);
}

Test(feature_knowledge, does_not_depend_on_the_order_of_the_lists) {
  struct corpus a, b;
  corpus_random(&a, 24, 6, 300);
  corpus_random(&b, 24, 6, 300);
  struct sf_knowledge old = b.knowledge;
  for (size_t k = 0; k < b.known.reports / 2; k++) {
    const struct known_row other = b.known.report[b.known.reports - 1 - k];
    b.known.report[b.known.reports - 1 - k] = b.known.report[k];
    b.known.report[k] = other;
  }
  for (size_t k = 0; k < b.known.sightings / 2; k++) {
    const struct known_sighting other = b.known.sighting[b.known.sightings - 1 - k];
    b.known.sighting[b.known.sightings - 1 - k] = b.known.sighting[k];
    b.known.sighting[k] = other;
  }
  corpus_index(&b, CORPUS_MERCHANTS);
  const uint32_t reports = a.knowledge.report_offset[CORPUS_MERCHANTS];
  const uint32_t sightings = a.knowledge.device_offset[a.knowledge.devices];
  cr_expect_arr_eq(a.knowledge.report_offset, b.knowledge.report_offset,
                   (CORPUS_MERCHANTS + 1) * sizeof(uint32_t));
  cr_expect_arr_eq(a.knowledge.report_day, b.knowledge.report_day, reports * sizeof(uint16_t));
  cr_expect_arr_eq(a.knowledge.device_id, b.knowledge.device_id,
                   a.knowledge.devices * sizeof(uint64_t));
  cr_expect_arr_eq(a.knowledge.device_day, b.knowledge.device_day, sightings * sizeof(uint16_t));
  corpus_free(&a);
  corpus_free(&b);
  knowledge_free(&old);
}

Test(feature_knowledge, takes_dates_outside_the_corpus_for_its_ends) {
  const struct sf_knowledge knowledge = {.first_day = 100, .days = 30};
  cr_expect_eq(sf_knowledge_day(&knowledge, 90), 0);
  cr_expect_eq(sf_knowledge_day(&knowledge, 100), 0);
  cr_expect_eq(sf_knowledge_day(&knowledge, 129), 29);
  cr_expect_eq(sf_knowledge_day(&knowledge, 130), 30);
  cr_expect_eq(sf_knowledge_day(&knowledge, 500), 30);
}

Test(feature_knowledge, may_be_empty) {
  struct corpus c;
  corpus_random(&c, 25, 2, 100);
  struct corpus_tables {
    uint32_t rows[CORPUS_MERCHANTS][CORPUS_DAYS + 1], offset[CORPUS_MERCHANTS + 1];
    uint64_t cell[SF_CELLS * (CORPUS_DAYS / 64 + 1)];
    struct sf_merchant_word word[CORPUS_MERCHANTS * (CORPUS_DAYS / 64 + 1)];
    double risk[1];
    struct sf_recent_risk recent[1];
    uint32_t device_offset[1];
  } *empty = calloc(1, sizeof *empty);
  const struct sf_knowledge nothing = {.first_day = MODEL_START,
                                       .days = CORPUS_DAYS,
                                       .merchants = CORPUS_MERCHANTS,
                                       .rows_before = empty->rows[0],
                                       .report_offset = empty->offset,
                                       .cell_flagged = empty->cell,
                                       .merchant_word = empty->word,
                                       .risk = empty->risk,
                                       .recent_risk = empty->recent,
                                       .device_offset = empty->device_offset};
  struct sf_features *f;
  cr_assert(sf_features_create(sf_lanes_select(NULL), SF_FEATURE_GROUPS_ALL, MODEL_START, &f,
                               NULL) == SF_OK);
  float *values[2];
  for (int k = 0; k < 2; k++) {
    values[k] = malloc((size_t)c.rows.batch.rows * SF_FEATURE_COUNT * sizeof(float));
    sf_features_begin(f, MODEL_START);
    cr_assert(sf_features_rows(f, &c.rows.batch, 0, c.first[1], k ? &nothing : NULL, NULL,
                               values[k], NULL) == SF_OK);
  }
  cr_expect_arr_eq(values[0], values[1], (size_t)c.first[1] * SF_FEATURE_COUNT * sizeof(float));
  free(values[0]);
  free(values[1]);
  free(empty);
  sf_features_free(f);
  corpus_free(&c);
}

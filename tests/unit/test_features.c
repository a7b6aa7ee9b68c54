#include <criterion/criterion.h>

#include "tests/unit/feature_history.h"

#define WHOLE ((int64_t)1 << 32)  // all rows of a customer at once

// Features of the corpus's customers, in calls of at most `part` rows.
static float *features_of(const struct corpus *c, struct sf_features *f,
                          const struct sf_knowledge *knowledge,
                          const struct sf_isolation *isolation, int64_t part) {
  const uint32_t width = sf_features_width(f);
  float *values = malloc(((size_t)c->rows.batch.rows * width + 1) * sizeof *values);
  for (uint32_t k = 0; k < c->customers; k++) {
    sf_features_begin(f, c->open_date[k]);
    for (int64_t r = c->first[k]; r < c->first[k + 1]; r += part) {
      const int64_t left = c->first[k + 1] - r;
      cr_assert(sf_features_rows(f, &c->rows.batch, r, left < part ? left : part, knowledge,
                                 isolation, values + r * width, NULL) == SF_OK);
    }
  }
  return values;
}

static float *all_features_of(const struct corpus *c, const struct sf_isolation *isolation,
                              int64_t part) {
  struct sf_features *f;
  cr_assert(sf_features_create(sf_lanes_select(NULL), SF_FEATURE_GROUPS_ALL, MODEL_START, &f,
                               NULL) == SF_OK);
  float *values = features_of(c, f, &c->knowledge, isolation, part);
  sf_features_free(f);
  return values;
}

// Every feature of every row against its definition.
static void expect_reference(const struct corpus *c, const struct sf_isolation *isolation) {
  float *values = all_features_of(c, isolation, WHOLE);
  for (uint32_t k = 0; k < c->customers; k++) {
    struct reference reference;
    reference_make(&reference, &c->rows.batch, c->first[k], c->first[k + 1] - c->first[k],
                   MODEL_START, c->open_date[k], &c->known, isolation);
    for (int64_t i = 0; i < reference.rows; i++) {
      double expected[SF_FEATURE_COUNT];
      reference_row(&reference, i, expected);
      for (int x = 0; x < SF_FEATURE_COUNT; x++) {
        const double value = (double)values[(reference.at + i) * SF_FEATURE_COUNT + x];
        // The accuracy of float32, and of the kernels' fixed points.
        const double tolerance = 1e-6 * fabs(expected[x]) + 2e-6;
        cr_assert(fabs(value - expected[x]) <= tolerance,
                  "%s of row %ld of customer %u: %.9g != %.9g", sf_feature_table[x].name, (long)i,
                  k + 1, value, expected[x]);
      }
    }
    reference_free(&reference);
  }
  free(values);
}

Test(features, of_odd_histories_are_as_defined) {
  for (uint64_t seed = 1; seed <= 4; seed++) {
    struct corpus c;
    struct sf_isolation_fit fit;
    struct sf_isolation isolation;
    corpus_random(&c, seed, 8, 400);
    corpus_fit(&c, &fit, &isolation);
    expect_reference(&c, &isolation);
    corpus_free(&c);
  }
}

Test(features, of_short_histories_are_as_defined) {
  struct corpus c;
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
  corpus_random(&c, 11, 60, 12);
  corpus_fit(&c, &fit, &isolation);
  expect_reference(&c, &isolation);
  corpus_free(&c);
}

Test(features, of_the_model_are_as_defined) {
  struct corpus c;
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
  corpus_model(&c, 3, 12, 120);
  corpus_fit(&c, &fit, &isolation);
  expect_reference(&c, &isolation);
  corpus_free(&c);
}

Test(features, do_not_depend_on_the_division_into_calls) {
  struct corpus c;
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
  corpus_random(&c, 5, 6, 2500);
  corpus_fit(&c, &fit, &isolation);
  float *whole = all_features_of(&c, &isolation, WHOLE);
  const int64_t parts[] = {1, 2, 7, 127, 128, 129, 1000};
  for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
    float *values = all_features_of(&c, &isolation, parts[p]);
    cr_expect(
        memcmp(whole, values, (size_t)c.rows.batch.rows * SF_FEATURE_COUNT * sizeof *values) == 0,
        "in parts of %ld rows", (long)parts[p]);
    free(values);
  }
  free(whole);
  corpus_free(&c);
}

Test(features, do_not_depend_on_the_customers_before) {
  struct corpus c;
  corpus_random(&c, 6, 8, 600);
  float *whole = all_features_of(&c, NULL, WHOLE);
  for (uint32_t k = 0; k < c.customers; k++) {
    struct corpus alone = c;
    alone.customers = 1;
    alone.first = c.first + k;
    alone.open_date = c.open_date + k;
    float *values = all_features_of(&alone, NULL, WHOLE);
    const int64_t rows = c.first[k + 1] - c.first[k];
    const size_t at = (size_t)c.first[k] * SF_FEATURE_COUNT;
    cr_expect(
        memcmp(whole + at, values + at, (size_t)rows * SF_FEATURE_COUNT * sizeof *values) == 0,
        "customer %u", k + 1);
    free(values);
  }
  free(whole);
  corpus_free(&c);
}

// One customer at one merchant day by day, and three reports there. On day 93 the
// third leaves the 28 days, when the first is in the 90 days for the last time.
Test(features, forget_reports_to_the_day) {
  struct corpus c;
  struct dice dice = {12, 0};
  const int32_t reported[] = {3, 30, 64};
  corpus_room(&c, 1, CORPUS_DAYS);
  for (int64_t r = 0; r < CORPUS_DAYS; r++) {
    random_row(&c.rows.batch, r, (MODEL_START + r) * 86400, &dice);
    c.rows.batch.customer_id[r] = 1;
    c.rows.batch.merchant_id[r] = 7;
    c.rows.batch.merchant_city[r] = 1;
    c.rows.batch.category[r] = 2;
  }
  c.first[1] = c.rows.batch.rows = CORPUS_DAYS;
  corpus_learn(&c, &dice);
  c.known.reports = 3;
  for (int k = 0; k < 3; k++) {
    c.known.report[k] = (struct known_row){7, sf_cell(1, 2), MODEL_START + reported[k]};
  }
  corpus_index(&c, CORPUS_MERCHANTS);
  expect_reference(&c, NULL);
  corpus_free(&c);
}

// Removes from the lists what is known from `date` on.
static void forget(struct reference_known *known, int32_t date) {
  size_t visits = 0, reports = 0, sightings = 0;
  for (size_t k = 0; k < known->visits; k++) {
    known->visit[visits] = known->visit[k];
    visits += known->visit[k].date < date;
  }
  for (size_t k = 0; k < known->reports; k++) {
    known->report[reports] = known->report[k];
    reports += known->report[k].date < date;
  }
  for (size_t k = 0; k < known->sightings; k++) {
    known->sighting[sightings] = known->sighting[k];
    sightings += known->sighting[k].date < date;
  }
  known->visits = visits;
  known->reports = reports;
  known->sightings = sightings;
}

Test(features, do_not_look_ahead) {
  struct corpus c;
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
  corpus_random(&c, 7, 5, 500);
  corpus_fit(&c, &fit, &isolation);
  float *whole = all_features_of(&c, &isolation, WHOLE);
  struct dice dice = {70, 0};
  for (int trial = 0; trial < 60; trial++) {
    // The same corpus up to a row; what comes after it, and what the bank learns
    // on its day or later, is another one's or missing.
    struct corpus cut;
    corpus_random(&cut, 7, 5, 500);
    const uint32_t k = roll(&dice, cut.customers);
    const int64_t rows = cut.first[k + 1] - cut.first[k];
    const int64_t i = roll(&dice, (uint32_t)rows), r = cut.first[k] + i;
    for (int64_t q = r + 1; q < cut.first[k + 1]; q++) {
      random_row(&cut.rows.batch, q, cut.rows.batch.timestamp[r] + q - r, &dice);
    }
    struct sf_knowledge before = cut.knowledge;
    forget(&cut.known, cut.rows.batch.date[r]);
    corpus_index(&cut, CORPUS_MERCHANTS);
    float *values = all_features_of(&cut, &isolation, WHOLE);
    for (int x = 0; x < SF_FEATURE_COUNT; x++) {
      const int64_t at = r * SF_FEATURE_COUNT + x;
      cr_assert(memcmp(&values[at], &whole[at], sizeof *values) == 0, "%s of row %ld: %g != %g",
                sf_feature_table[x].name, (long)i, (double)values[at], (double)whole[at]);
    }
    free(values);
    corpus_free(&cut);
    knowledge_free(&before);
  }
  free(whole);
  corpus_free(&c);
}

Test(features, of_some_groups_are_those_of_all) {
  struct corpus c;
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
  corpus_random(&c, 8, 4, 300);
  corpus_fit(&c, &fit, &isolation);
  float *whole = all_features_of(&c, &isolation, WHOLE);
  for (uint32_t trial = 0; trial < SF_FEATURE_GROUP_COUNT + 10u; trial++) {
    const uint32_t groups = trial < SF_FEATURE_GROUP_COUNT
                                ? 1u << trial
                                : (trial * 2654435761u) >> 15 & SF_FEATURE_GROUPS_ALL;
    struct sf_features *f;
    uint8_t selected[SF_FEATURE_COUNT];
    const uint32_t width = sf_feature_select(groups, selected);
    cr_assert(sf_features_create(sf_lanes_select(NULL), groups, MODEL_START, &f, NULL) == SF_OK);
    cr_assert_eq(sf_features_width(f), width);
    float *values = features_of(&c, f, &c.knowledge, &isolation, 100);
    for (int64_t r = 0; r < c.rows.batch.rows; r++) {
      for (uint32_t s = 0; s < width; s++) {
        cr_assert(memcmp(&values[r * width + s], &whole[r * SF_FEATURE_COUNT + selected[s]],
                         sizeof *values) == 0,
                  "groups %x, %s", groups, sf_feature_table[selected[s]].name);
      }
    }
    free(values);
    sf_features_free(f);
  }
  free(whole);
  corpus_free(&c);
}

Test(features, are_finite_and_never_constant) {
  struct corpus c;
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
  corpus_random(&c, 9, 10, 1500);
  corpus_fit(&c, &fit, &isolation);
  float *values = all_features_of(&c, &isolation, WHOLE);
  for (int x = 0; x < SF_FEATURE_COUNT; x++) {
    float least = values[x], most = values[x];
    for (int64_t r = 0; r < c.rows.batch.rows; r++) {
      const float value = values[r * SF_FEATURE_COUNT + x];
      cr_assert(isfinite(value), "%s", sf_feature_table[x].name);
      cr_assert(!(value == 0.0f && signbit(value)), "%s is a negative zero",
                sf_feature_table[x].name);
      least = fminf(least, value);
      most = fmaxf(most, value);
    }
    cr_expect(least < most, "%s is always %g", sf_feature_table[x].name, (double)least);
  }
  free(values);
  corpus_free(&c);
}

Test(features, need_memory_for_thirty_days_and_not_for_the_history) {
  struct rows rows;
  struct dice dice = {10, 0};
  struct sf_features *f;
  enum { ROWS = 60000, A_DAY = 10 };
  rows_make(&rows, 1);
  cr_assert(sf_features_create(sf_lanes_select(NULL), SF_FEATURE_GROUPS_ALL, MODEL_START, &f,
                               NULL) == SF_OK);
  sf_features_begin(f, MODEL_START);
  size_t bytes = 0;
  for (int64_t i = 0; i < ROWS; i++) {
    float values[SF_FEATURE_COUNT];
    random_row(&rows.batch, 0, (int64_t)MODEL_START * 86400 + i * 86400 / A_DAY, &dice);
    cr_assert(sf_features_rows(f, &rows.batch, 0, 1, NULL, NULL, values, NULL) == SF_OK);
    bytes = i == ROWS / 20 ? sf_features_bytes(f) : bytes;
  }
  cr_expect_eq(sf_features_bytes(f), bytes);
  cr_expect(bytes < 1u << 20, "%zu bytes for %d rows in 30 days", bytes, 30 * A_DAY);
  sf_features_free(f);
  rows_free(&rows);
}

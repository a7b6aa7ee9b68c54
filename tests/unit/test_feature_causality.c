#include <criterion/criterion.h>

#include "tests/unit/feature_history.h"

// A row's features from what there was when it happened: its customer's rows up to
// it in a batch that ends there, other customers' rows and the frauds reported so
// far, and a fit of the outlier score on these.

enum { TRIALS = 1000, CUSTOMERS = 6, MOST_ROWS = 400, INDIA = 19800 };

struct labels {
  bool *is_fraud;
  int64_t *reported_at;  // 0: never
};

static int64_t day_start(int32_t date) { return (int64_t)date * 86400 - INDIA; }

// One visit in eight is a fraud; most are reported within weeks, some at midnight.
static void labels_make(struct labels *labels, const struct corpus *c, struct dice *dice) {
  const struct sf_transactions *b = &c->rows.batch;
  labels->is_fraud = calloc((size_t)b->rows, sizeof *labels->is_fraud);
  labels->reported_at = calloc((size_t)b->rows, sizeof *labels->reported_at);
  for (int64_t r = 0; r < b->rows; r++) {
    labels->is_fraud[r] = b->merchant_id[r] && roll(dice, 8) == 0;
    if (labels->is_fraud[r] && roll(dice, 10)) {
      labels->reported_at[r] = roll(dice, 2) ? b->timestamp[r] + 1 + roll(dice, 20 * 86400)
                                             : day_start(b->date[r] + 1 + (int32_t)roll(dice, 20));
    }
  }
}

static void labels_free(struct labels *labels) {
  free(labels->is_fraud);
  free(labels->reported_at);
}

static uint32_t customer_of(const struct corpus *c, int64_t r) {
  return c->rows.batch.customer_id[r] - 1;
}

// The corpus as it was when row r had happened: in `cut`, with rows in arrays of
// their own and no knowledge yet.
static void cut_rows(const struct corpus *c, int64_t r, struct corpus *cut) {
  const struct sf_transactions *b = &c->rows.batch;
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  corpus_room(cut, c->customers, r + b->rows + 1);
  int64_t rows = 0;
  for (uint32_t k = 0; k < c->customers; k++) {
    const bool own = k == customer_of(c, r);
    int64_t end = c->first[k];
    while (end < c->first[k + 1] && (own ? end <= r : b->timestamp[end] <= b->timestamp[r])) {
      end++;
    }
    const size_t count = (size_t)(end - c->first[k]);
    for (uint32_t x = 0; x < table->columns; x++) {
      const size_t size = sf_column_row_bytes(&table->column[x]);
      memcpy((char *)sf_batch_column(&cut->rows.batch, &table->column[x]) + (size_t)rows * size,
             (char *)sf_batch_column(b, &table->column[x]) + (size_t)c->first[k] * size,
             count * size);
    }
    cut->open_date[k] = c->open_date[k];
    rows += (int64_t)count;
    cut->first[k + 1] = rows;
  }
  cut->rows.batch.rows = rows;
}

// Fills lists and tables with the rows of `c` and the reports of `whole` that came
// before `end`.
static void learn(struct corpus *c, const struct corpus *whole, const struct labels *labels,
                  int64_t end) {
  struct dice unused = {0, 0};
  const struct sf_transactions *b = &whole->rows.batch;
  corpus_learn(c, &unused);
  c->known.reports = 0;
  free(c->known.report);
  c->known.report = malloc((size_t)b->rows * sizeof *c->known.report);
  for (int64_t r = 0; r < b->rows; r++) {
    const int64_t at = labels->reported_at[r];
    if (labels->is_fraud[r] && at != 0 && at < end) {
      c->known.report[c->known.reports++] =
          (struct known_row){b->merchant_id[r], sf_cell(b->merchant_city[r], b->category[r]),
                             (int32_t)((at + INDIA) / 86400)};
    }
  }
  knowledge_free(&c->knowledge);
  corpus_index(c, CORPUS_MERCHANTS);
}

// Features of the last of `rows` rows of customer k.
static void features_at(const struct corpus *c, uint32_t k, int64_t rows,
                        const struct sf_isolation *isolation, float value[SF_FEATURE_COUNT]) {
  struct sf_features *f;
  float *values = malloc((size_t)rows * SF_FEATURE_COUNT * sizeof *values);
  cr_assert(sf_features_create(sf_lanes_select(NULL), SF_FEATURE_GROUPS_ALL, MODEL_START, &f,
                               NULL) == SF_OK);
  sf_features_begin(f, c->open_date[k]);
  cr_assert(sf_features_rows(f, &c->rows.batch, c->first[k], rows, &c->knowledge, isolation, values,
                             NULL) == SF_OK);
  memcpy(value, values + (rows - 1) * SF_FEATURE_COUNT, SF_FEATURE_COUNT * sizeof *value);
  sf_features_free(f);
  free(values);
}

// Features of row r of the corpus cut after it, with reports from before `end`.
static void features_then(const struct corpus *c, const struct labels *labels, int64_t r,
                          int64_t end, float value[SF_FEATURE_COUNT]) {
  struct corpus cut;
  struct sf_isolation_fit fit;
  struct sf_isolation isolation;
  cut_rows(c, r, &cut);
  learn(&cut, c, labels, end);
  corpus_fit(&cut, &fit, &isolation);
  const uint32_t k = customer_of(c, r);
  features_at(&cut, k, cut.first[k + 1] - cut.first[k], &isolation, value);
  corpus_free(&cut);
}

// Features of row r from all rows, under other labels.
static void features_under(struct corpus *c, const struct labels *labels,
                           const struct sf_isolation *isolation, int64_t r,
                           float value[SF_FEATURE_COUNT]) {
  free(c->known.visit);
  free(c->known.report);
  free(c->known.sighting);
  learn(c, c, labels, INT64_MAX);
  const uint32_t k = customer_of(c, r);
  features_at(c, k, r + 1 - c->first[k], isolation, value);
}

struct scene {
  struct corpus c;
  struct labels labels;
  struct sf_isolation isolation;
  float *values;  // shape [rows, SF_FEATURE_COUNT]: with all rows and labels
  struct dice dice;
};

static void scene_make(struct scene *s, uint64_t seed) {
  struct sf_isolation_fit fit;
  s->dice = (struct dice){seed + 1000, 0};
  corpus_random(&s->c, seed, CUSTOMERS, MOST_ROWS);
  labels_make(&s->labels, &s->c, &s->dice);
  free(s->c.known.visit);
  free(s->c.known.report);
  free(s->c.known.sighting);
  learn(&s->c, &s->c, &s->labels, INT64_MAX);
  corpus_fit(&s->c, &fit, &s->isolation);
  struct sf_features *f;
  s->values = malloc((size_t)s->c.rows.batch.rows * SF_FEATURE_COUNT * sizeof *s->values);
  cr_assert(sf_features_create(sf_lanes_select(NULL), SF_FEATURE_GROUPS_ALL, MODEL_START, &f,
                               NULL) == SF_OK);
  for (uint32_t k = 0; k < s->c.customers; k++) {
    const int64_t first = s->c.first[k];
    sf_features_begin(f, s->c.open_date[k]);
    cr_assert(sf_features_rows(f, &s->c.rows.batch, first, s->c.first[k + 1] - first,
                               &s->c.knowledge, &s->isolation, s->values + first * SF_FEATURE_COUNT,
                               NULL) == SF_OK);
  }
  sf_features_free(f);
}

static void scene_free(struct scene *s) {
  free(s->values);
  labels_free(&s->labels);
  corpus_free(&s->c);
}

// Features of row r that are not those of the whole corpus; tells one on wish.
static int changed(const struct scene *s, int64_t r, const float *value, bool is_wrong) {
  int count = 0;
  for (int x = 0; x < SF_FEATURE_COUNT; x++) {
    const float *whole = &s->values[r * SF_FEATURE_COUNT + x];
    const bool differs = memcmp(whole, &value[x], sizeof *whole) != 0;
    cr_expect(!(differs && is_wrong), "%s of row %ld: %g, not %g", sf_feature_table[x].name,
              (long)r, (double)value[x], (double)*whole);
    count += differs;
  }
  return count;
}

Test(feature_causality, nothing_after_the_row_matters) {
  struct scene s;
  scene_make(&s, 31);
  int noticed = 0;
  for (int trial = 0; trial < TRIALS; trial++) {
    float value[SF_FEATURE_COUNT];
    const int64_t r = roll(&s.dice, (uint32_t)s.c.rows.batch.rows);
    const int32_t date = s.c.rows.batch.date[r];
    features_then(&s.c, &s.labels, r, day_start(date), value);
    cr_assert(changed(&s, r, value, true) == 0);
    // Not so what was before: without the reports of the day before, rows change.
    if (trial % 4 == 0) {
      features_then(&s.c, &s.labels, r, day_start(date - 1), value);
      noticed += changed(&s, r, value, false) > 0;
    }
  }
  cr_expect(noticed > TRIALS / 100, "%d rows know the reports of the day before", noticed);
  scene_free(&s);
}

// Turns the labels of all rows whose fraud the bank did not know by `end`: frauds
// become honest, others become frauds that are reported from `end` on.
static void turn_labels(const struct scene *s, int64_t end, struct labels *turned,
                        struct dice *dice) {
  for (int64_t r = 0; r < s->c.rows.batch.rows; r++) {
    const int64_t at = s->labels.reported_at[r];
    const bool is_known = s->labels.is_fraud[r] && at != 0 && at < end;
    const bool becomes = !s->labels.is_fraud[r] && s->c.rows.batch.merchant_id[r] != 0;
    turned->is_fraud[r] = is_known || becomes;
    turned->reported_at[r] = is_known  ? at
                             : becomes ? end + (roll(dice, 3) ? roll(dice, 9 * 86400) : 0)
                                       : 0;
  }
}

Test(feature_causality, labels_that_nobody_knows_yet_do_not_matter) {
  struct scene s;
  scene_make(&s, 32);
  struct labels turned;
  labels_make(&turned, &s.c, &s.dice);
  int noticed = 0;
  for (int trial = 0; trial < TRIALS; trial++) {
    float value[SF_FEATURE_COUNT];
    const int64_t r = roll(&s.dice, (uint32_t)s.c.rows.batch.rows);
    const int32_t date = s.c.rows.batch.date[r];
    turn_labels(&s, day_start(date), &turned, &s.dice);
    features_under(&s.c, &turned, &s.isolation, r, value);
    cr_assert(changed(&s, r, value, true) == 0);
    // Known ones do.
    if (trial % 4 == 0) {
      turn_labels(&s, day_start(date - 1), &turned, &s.dice);
      features_under(&s.c, &turned, &s.isolation, r, value);
      noticed += changed(&s, r, value, false) > 0;
    }
  }
  cr_expect(noticed > TRIALS / 10, "%d rows know the reports of the day before", noticed);
  labels_free(&turned);
  scene_free(&s);
}

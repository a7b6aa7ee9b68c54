#ifndef SF_TESTS_UNIT_FEATURE_HISTORY_H
#define SF_TESTS_UNIT_FEATURE_HISTORY_H

#include "kernels/features/knowledge_build.h"
#include "kernels/random/stream.h"
#include "tests/unit/feature_reference_row.h"
#include "tests/unit/model.h"

// Customers with rows that the model would rarely or never make, and what a bank
// knows of them: few merchants, devices and counterparties, ties in time, bursts
// and silences, rows of all statuses and types.

struct dice {
  uint64_t seed;
  uint32_t next;
};

static inline uint32_t roll(struct dice *dice, uint32_t sides) {
  return sf_below(sf_draw(dice->seed, dice->next++, 0, SF_STREAM_SAMPLE, 0).word[0], sides);
}

struct corpus {
  struct rows rows;
  uint32_t customers;
  int64_t *first;  // shape [customers + 1]: rows of customer c (from 0) begin at first[c]
  int32_t *open_date;
  struct reference_known known;
  struct sf_knowledge knowledge;
};

enum { CORPUS_MERCHANTS = 14, CORPUS_DAYS = 200 };

static inline int64_t random_gap(struct dice *dice) {
  switch (roll(dice, 8)) {
    case 0:
      return 0;
    case 1:
      return 1 + roll(dice, 60);
    case 2:
      return 3600 * (1 + roll(dice, 24));  // at the very edge of windows
    case 3:
      return roll(dice, 3600);
    case 4:
      return roll(dice, 6 * 3600);
    case 5:
      return roll(dice, 40) ? roll(dice, 86400) : 86400 * roll(dice, 40);
    default:
      return roll(dice, 40000);
  }
}

static inline void random_money(struct sf_transactions *b, int64_t r, struct dice *dice) {
  const uint32_t type =
      roll(dice, 2) ? SF_TRANSACTION_TYPE_PURCHASE : roll(dice, SF_TRANSACTION_TYPE_COUNT);
  const bool transfer = roll(dice, 4) == 0;
  b->transaction_type[r] = (uint8_t)(transfer ? (uint32_t)SF_TRANSACTION_TYPE_TRANSFER : type);
  b->direction[r] = (uint8_t)(roll(dice, 3) == 0);
  b->status[r] = (uint8_t)(roll(dice, 3) ? 0 : roll(dice, SF_STATUS_CODE_COUNT));
  b->counterparty_id[r] =
      b->transaction_type[r] == SF_TRANSACTION_TYPE_TRANSFER ? roll(dice, 5) : 0;
  const int64_t paise = roll(dice, 3) == 0    ? 10000 + 100 * roll(dice, 5)
                        : roll(dice, 20) == 0 ? 1 + roll(dice, 2000000000)
                                              : 1000 + roll(dice, 100000);
  b->amount[r] = (double)paise / 100.0;
  b->balance_after[r] = ((double)roll(dice, 20000000) - 2000000.0) / 100.0;
  b->payment_mode[r] = (uint8_t)roll(dice, SF_PAYMENT_MODE_COUNT);
  b->is_first_payment_to_counterparty[r] = roll(dice, 9) == 0;
}

static inline void random_place(struct sf_transactions *b, int64_t r, struct dice *dice) {
  b->channel[r] = (uint8_t)roll(dice, SF_CHANNEL_COUNT);
  b->device_id[r] = b->channel[r] == SF_CHANNEL_POS ? 0 : 1000u + roll(dice, roll(dice, 4) ? 2 : 9);
  b->city[r] = (uint8_t)(1 + roll(dice, roll(dice, 4) ? 2 : 20));
  b->latitude[r] = (float)(8.0 + roll(dice, 3) * 9.5 + roll(dice, 1000) * 1e-4);
  b->longitude[r] = (float)(72.0 + roll(dice, 3) * 8.5 + roll(dice, 1000) * 1e-4);
  b->distance_from_home[r] =
      roll(dice, 4) ? (float)roll(dice, 300) * 0.1f : (float)roll(dice, 2500);
  // Half of the merchants are in a city, the others online; each has its category.
  const uint32_t merchant = roll(dice, 4) ? 1 + roll(dice, CORPUS_MERCHANTS) : 0;
  b->merchant_id[r] = merchant;
  b->merchant_city[r] = (uint8_t)(merchant % 2 ? 1 + merchant % 3 : 0);
  b->category[r] = (uint8_t)(merchant ? 1 + merchant % 5 : roll(dice, SF_CATEGORY_COUNT));
  b->merchant_reputation[r] = merchant ? 0.5f + (float)merchant * 0.01f : NAN;
  b->is_first_transaction_with_merchant[r] = merchant && roll(dice, 4) == 0;
  b->is_repeat_merchant[r] = merchant && !b->is_first_transaction_with_merchant[r];
}

static inline void random_row(struct sf_transactions *b, int64_t r, int64_t time,
                              struct dice *dice) {
  const int64_t local = time + 19800;
  b->timestamp[r] = time;
  b->date[r] = (int32_t)(local / 86400);
  b->hour[r] = (uint8_t)(local % 86400 / 3600);
  b->day_of_week[r] = (uint8_t)((b->date[r] + 3) % 7);
  b->is_weekend[r] = b->day_of_week[r] >= 5;
  b->festival[r] = (uint8_t)(b->date[r] % 11 == 0);
  random_money(b, r, dice);
  random_place(b, r, dice);
}

// Lists of all that happened, and about one report for every ten visits, as many
// days later as a die says.
static inline void corpus_learn(struct corpus *c, struct dice *dice) {
  const struct sf_transactions *b = &c->rows.batch;
  struct reference_known *known = &c->known;
  *known = (struct reference_known){malloc((size_t)b->rows * sizeof *known->visit),
                                    malloc((size_t)b->rows * sizeof *known->report),
                                    malloc((size_t)b->rows * sizeof *known->sighting),
                                    0,
                                    0,
                                    0};
  for (int64_t r = 0; r < b->rows; r++) {
    const struct known_row row = {b->merchant_id[r], sf_cell(b->merchant_city[r], b->category[r]),
                                  b->date[r]};
    if (row.merchant) {
      known->visit[known->visits++] = row;
      // Some merchants are never reported.
      if (row.merchant % 4 && roll(dice, 10) == 0) {
        known->report[known->reports] = row;
        known->report[known->reports++].date += (int32_t)roll(dice, 20);
      }
    }
    bool seen = b->device_id[r] == 0;
    for (size_t k = 0; !seen && k < known->sightings; k++) {
      seen = known->sighting[k].device == b->device_id[r] &&
             known->sighting[k].customer == b->customer_id[r];
    }
    if (!seen) {
      known->sighting[known->sightings++] =
          (struct known_sighting){b->device_id[r], b->customer_id[r], b->date[r]};
    }
  }
}

static inline uint32_t *counts_of(const struct known_row *row, size_t rows, uint32_t merchants,
                                  bool by_cell) {
  const size_t stride = by_cell ? SF_CELLS : CORPUS_DAYS + 1;
  uint32_t *count = calloc(by_cell ? CORPUS_DAYS * stride : merchants * stride, sizeof *count);
  for (size_t k = 0; k < rows; k++) {
    const size_t d = (size_t)(row[k].date - MODEL_START);
    if (d < CORPUS_DAYS) {
      count[by_cell ? d * stride + row[k].cell : (row[k].merchant - 1) * stride + d + 1]++;
    }
  }
  return count;
}

static inline void know_devices(struct corpus *c) {
  const uint32_t count = (uint32_t)c->known.sightings;
  struct sf_sighting *sighting = malloc((count + 1) * sizeof *sighting);
  for (uint32_t k = 0; k < count; k++) {
    sighting[k] = (struct sf_sighting){c->known.sighting[k].device,
                                       (uint16_t)(c->known.sighting[k].date - MODEL_START)};
  }
  sf_knowledge_sort_sightings(sighting, count);
  uint32_t devices, days;
  sf_knowledge_index_devices(sighting, count, NULL, NULL, NULL, &devices, &days);
  uint64_t *id = malloc((devices + 1) * sizeof *id);
  uint32_t *offset = malloc((devices + 1) * sizeof *offset);
  uint16_t *day = malloc((days + 1) * sizeof *day);
  sf_knowledge_index_devices(sighting, count, id, offset, day, &devices, &days);
  c->knowledge.devices = devices;
  c->knowledge.device_id = id;
  c->knowledge.device_offset = offset;
  c->knowledge.device_day = day;
  free(sighting);
}

// The lists of `known`, which may be changed before, as tables.
static inline void corpus_index(struct corpus *c, uint32_t merchants) {
  const struct reference_known *known = &c->known;
  uint32_t *before = counts_of(known->visit, known->visits, merchants, false);
  uint32_t *cell_rows = counts_of(known->visit, known->visits, merchants, true);
  uint32_t *cell_reports = counts_of(known->report, known->reports, merchants, true);
  uint64_t *flagged = malloc(SF_CELLS * sf_cell_words(CORPUS_DAYS) * sizeof *flagged);
  struct sf_report *report = malloc((known->reports + 1) * sizeof *report);
  uint32_t *offset = malloc((merchants + 1) * sizeof *offset), reports = 0;
  uint16_t *day = malloc((known->reports + 1) * sizeof *day);
  for (size_t k = 0; k < known->reports; k++) {
    const uint16_t d = (uint16_t)(known->report[k].date - MODEL_START);
    if (d < CORPUS_DAYS) {
      report[reports++] = (struct sf_report){known->report[k].merchant, d};
    }
  }
  sf_knowledge_accumulate(before, merchants, CORPUS_DAYS);
  sf_knowledge_index_reports(report, reports, merchants, offset, day);
  sf_knowledge_flag_cells(cell_rows, cell_reports, CORPUS_DAYS, flagged);
  c->knowledge = (struct sf_knowledge){.first_day = MODEL_START,
                                       .days = CORPUS_DAYS,
                                       .merchants = merchants,
                                       .rows_before = before,
                                       .report_offset = offset,
                                       .report_day = day,
                                       .cell_flagged = flagged};
  struct sf_merchant_word *word =
      calloc((size_t)merchants * sf_cell_words(CORPUS_DAYS), sizeof *word);
  const uint64_t risks =
      sf_knowledge_rate_merchants(&c->knowledge, 0, merchants, 1, word, NULL, NULL);
  double *risk = calloc(risks, sizeof *risk);
  struct sf_recent_risk *recent = calloc(risks, sizeof *recent);
  sf_knowledge_rate_merchants(&c->knowledge, 0, merchants, 1, word, risk, recent);
  c->knowledge.merchant_word = word;
  c->knowledge.risk = risk;
  c->knowledge.recent_risk = recent;
  know_devices(c);
  free(cell_rows);
  free(cell_reports);
  free(report);
}

static inline void corpus_room(struct corpus *c, uint32_t customers, int64_t capacity) {
  *c = (struct corpus){.customers = customers};
  c->first = calloc(customers + 1, sizeof *c->first);
  c->open_date = calloc(customers, sizeof *c->open_date);
  rows_make(&c->rows, capacity);
}

static inline void corpus_random(struct corpus *c, uint64_t seed, uint32_t customers,
                                 int64_t most_rows) {
  struct dice dice = {seed, 0};
  corpus_room(c, customers, customers * most_rows);
  int64_t r = 0;
  for (uint32_t k = 0; k < customers; k++) {
    c->open_date[k] = MODEL_START - (int32_t)roll(&dice, 1000);
    int64_t time = (int64_t)MODEL_START * 86400 - 19800 + roll(&dice, 86400 * 20);
    const int64_t rows = 1 + roll(&dice, (uint32_t)most_rows);
    for (int64_t i = 0; i < rows && time < (int64_t)(MODEL_START + CORPUS_DAYS) * 86400 - 19800;
         i++, r++) {
      random_row(&c->rows.batch, r, time, &dice);
      c->rows.batch.customer_id[r] = k + 1;
      time += random_gap(&dice);
    }
    c->first[k + 1] = r;
  }
  c->rows.batch.rows = r;
  corpus_learn(c, &dice);
  corpus_index(c, CORPUS_MERCHANTS);
}

// Customers of the model.
static inline void corpus_model(struct corpus *c, uint64_t seed, uint32_t customers, int32_t days) {
  struct model m;
  struct dice dice = {seed, 0};
  struct sf_customers people;
  const struct sf_table *table = &sf_tables[SF_TABLE_CUSTOMERS];
  void *memory = aligned_alloc(64, sf_batch_bytes(table, customers));
  model_make(&m, seed, customers, MODEL_START, days);
  sf_batch_place(table, &people, customers, memory);
  sf_world_customers(m.world, 1, customers, &people, 0);
  corpus_room(c, customers, (int64_t)customers * 4000);
  for (uint32_t k = 0; k < customers; k++) {
    struct rows rows;
    const int64_t count = rows_of(&m, k + 1, &rows);
    for (uint32_t column = 0; column < sf_tables[SF_TABLE_TRANSACTIONS].columns; column++) {
      const struct sf_column *col = &sf_tables[SF_TABLE_TRANSACTIONS].column[column];
      const size_t size = sf_column_row_bytes(col);
      memcpy((char *)sf_batch_column(&c->rows.batch, col) + (size_t)c->first[k] * size,
             sf_batch_column(&rows.batch, col), (size_t)count * size);
    }
    c->open_date[k] = people.account_open_date[k];
    c->first[k + 1] = c->first[k] + count;
    rows_free(&rows);
  }
  c->rows.batch.rows = c->first[customers];
  corpus_learn(c, &dice);
  corpus_index(c, sf_config_merchants(sf_world_config(m.world)));
  free(memory);
  model_free(&m);
}

static inline void knowledge_free(struct sf_knowledge *knowledge) {
  free((void *)(uintptr_t)knowledge->rows_before);
  free((void *)(uintptr_t)knowledge->report_offset);
  free((void *)(uintptr_t)knowledge->report_day);
  free((void *)(uintptr_t)knowledge->cell_flagged);
  free((void *)(uintptr_t)knowledge->risk);
  free((void *)(uintptr_t)knowledge->merchant_word);
  free((void *)(uintptr_t)knowledge->recent_risk);
  free((void *)(uintptr_t)knowledge->device_id);
  free((void *)(uintptr_t)knowledge->device_offset);
  free((void *)(uintptr_t)knowledge->device_day);
}

static inline void corpus_free(struct corpus *c) {
  knowledge_free(&c->knowledge);
  free(c->known.visit);
  free(c->known.report);
  free(c->known.sighting);
  free(c->first);
  free(c->open_date);
  rows_free(&c->rows);
}

// Fits the outlier score on all customers.
static inline void corpus_fit(const struct corpus *c, struct sf_isolation_fit *fit,
                              struct sf_isolation *model) {
  struct sf_features *f;
  uint8_t(*bins)[SF_ISOLATION_COLUMNS] = malloc((size_t)c->rows.batch.rows * sizeof *bins);
  int64_t fitted = 0;
  cr_assert(sf_features_create(sf_lanes_select(NULL), SF_FEATURE_GROUPS_ALL, MODEL_START, &f,
                               NULL) == SF_OK);
  for (uint32_t k = 0; k < c->customers; k++) {
    int64_t rows;
    sf_features_begin(f, c->open_date[k]);
    cr_assert(sf_features_bins(f, &c->rows.batch, c->first[k], c->first[k + 1] - c->first[k],
                               bins + fitted, &rows, NULL) == SF_OK);
    fitted += rows;
  }
  *fit = (struct sf_isolation_fit){0};
  sf_isolation_count_bins(fit, (const uint8_t(*)[SF_ISOLATION_COLUMNS])bins, fitted);
  sf_isolation_freeze_bins(fit, model);
  sf_isolation_count_scores(fit, model, (const uint8_t(*)[SF_ISOLATION_COLUMNS])bins, fitted);
  sf_isolation_freeze_scores(fit, model);
  free(bins);
  sf_features_free(f);
}

#endif

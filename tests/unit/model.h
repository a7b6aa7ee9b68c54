#ifndef SF_TESTS_UNIT_MODEL_H
#define SF_TESTS_UNIT_MODEL_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/activity/life.h"
#include "kernels/flesh/flesh.h"
#include "kernels/fraud/typology.h"
#include "kernels/generator.h"
#include "kernels/world.h"

// A small world for tests of the model, and the rows that it makes.

#define MODEL_START 20270  // 2025-07-01

struct model {
  struct sf_world *world;
  struct sf_history *history;
  // A skeleton of the test's own, to see what rows are made of.
  struct sf_skeleton skeleton;
  struct sf_merchant_cache cache;
  struct sf_merchant *entries;
};

static inline void model_make_of(struct model *m, const char *path,
                                 const struct sf_config *config) {
  const uint32_t entries = 4096;
  cr_assert(sf_world_create(config, sf_lanes_select(path), &m->world, NULL) == SF_OK);
  cr_assert(sf_history_create(m->world, &m->history, NULL) == SF_OK);
  m->entries = aligned_alloc(64, entries * sizeof *m->entries);
  sf_merchant_cache_init(&m->cache, m->entries, entries);
  cr_assert(sf_skeleton_create(m->world, &m->cache, &m->skeleton, NULL) == SF_OK);
}

static inline void model_make_on(struct model *m, const char *path, uint64_t seed,
                                 uint32_t customers, int32_t start_day, int32_t days) {
  const struct sf_config config = {
      .seed = seed, .customers = customers, .start_day = start_day, .days = days};
  model_make_of(m, path, &config);
}

// The same with fraud: 180 days, the default mix, mean camouflage m.
static inline void model_make_fraud(struct model *m, uint64_t seed, uint32_t customers,
                                    double difficulty) {
  struct sf_config config = {.seed = seed,
                             .customers = customers,
                             .start_day = MODEL_START,
                             .days = 180,
                             .fraud = {.enabled = true,
                                       .rate = 0.01,
                                       .difficulty = difficulty,
                                       .never_reported = 0.08,
                                       .combinations = 0.08}};
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    config.fraud.share[t] = sf_typologies[t].share;
    config.fraud.camouflage[t] = -1;
  }
  model_make_of(m, NULL, &config);
}

static inline void model_make(struct model *m, uint64_t seed, uint32_t customers, int32_t start_day,
                              int32_t days) {
  model_make_on(m, NULL, seed, customers, start_day, days);
}

static inline void model_free(struct model *m) {
  sf_skeleton_free(&m->skeleton);
  free(m->entries);
  sf_history_free(m->history);
  sf_world_free(m->world);
}

// A batch of transactions with its memory, all bits set, so that a cell that is
// not written shows.
struct rows {
  struct sf_transactions batch;
  void *memory;
};

static inline void rows_make(struct rows *rows, int64_t capacity) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  const size_t bytes = sf_batch_bytes(table, capacity);
  rows->memory = aligned_alloc(64, bytes);
  memset(rows->memory, 0xff, bytes);
  sf_batch_place(table, &rows->batch, capacity, rows->memory);
}

static inline void rows_free(struct rows *rows) { free(rows->memory); }

// All rows of a customer, from transaction_id 1 on; makes `rows`.
static inline int64_t rows_of(struct model *m, uint32_t customer, struct rows *rows) {
  const int64_t count = sf_history_begin(m->history, customer, NULL, 0);
  rows_make(rows, count + 1);
  rows->batch.rows = count;
  sf_history_rows(m->history, count, 1, &rows->batch, NULL, 0);
  return count;
}

// Columns in which `count` rows of two batches differ; transaction_id, the first
// column, is left out on wish.
static inline uint32_t rows_differ(const struct sf_transactions *a, int64_t at_a,
                                   const struct sf_transactions *b, int64_t at_b, int64_t count,
                                   bool with_id) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  uint32_t differing = 0;
  for (uint32_t c = with_id ? 0 : 1; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    const size_t size = sf_column_row_bytes(column);
    differing +=
        memcmp((char *)sf_batch_column(a, column) + (size_t)at_a * size,
               (char *)sf_batch_column(b, column) + (size_t)at_b * size, (size_t)count * size) != 0;
  }
  return differing;
}

// The customer's skeleton in order of time; row i of the customer is made of
// event model_event(m, i).
static inline void model_build(struct model *m, uint32_t customer) {
  sf_skeleton_build(&m->skeleton, customer);
  sf_skeleton_sort(&m->skeleton);
}

static inline const struct sf_event *model_event(const struct model *m, int64_t i) {
  return &m->skeleton.event[m->skeleton.order[i]];
}

static inline uint32_t source_of(const struct sf_event *event) { return event->ordinal >> 24; }

static inline bool is_attempt(const struct sf_event *event) {
  return source_of(event) >= SF_SOURCE_ATTEMPT && source_of(event) < SF_SOURCE_REFUND;
}

// How many tries before its payment a failed try is: 1, 2 or 3.
static inline uint32_t tries_before(const struct sf_event *attempt) {
  return source_of(attempt) / SF_SOURCE_ATTEMPT;
}

// Ordinal of the payment that a failed try precedes.
static inline uint32_t ordinal_tried(const struct sf_event *attempt) {
  return attempt->ordinal - (tries_before(attempt) * SF_SOURCE_ATTEMPT << 24);
}

static inline int64_t paise_of(double rupees) { return llrint(rupees * 100.0); }

// Bytes of an event that hold values.
#define EVENT_BYTES (offsetof(struct sf_event, flags) + 1)

#endif

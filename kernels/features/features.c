#include "kernels/features/features.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/features/passes.h"

extern const struct sf_feature_passes sf_features_passes_scalar;
#ifdef SF_LANES_X86
extern const struct sf_feature_passes sf_features_passes_avx2, sf_features_passes_avx512;
#endif

static const struct sf_feature_passes *passes_of(const struct sf_lanes *lanes) {
#ifdef SF_LANES_X86
  static const struct sf_feature_passes *const wider[] = {&sf_features_passes_avx2,
                                                          &sf_features_passes_avx512};
  for (size_t p = 0; p < sizeof wider / sizeof wider[0]; p++) {
    if (strcmp(wider[p]->path, lanes->name) == 0) {
      return wider[p];
    }
  }
#else
  (void)lanes;
#endif
  return &sf_features_passes_scalar;
}

// Rows for which the history has room at first.
#define FIRST_ROWS 1024u

static enum sf_status acquire(struct sf_features *f, struct sf_error *error) {
  SF_TRY(sf_feature_history_create(&f->history, FIRST_ROWS, error));
  SF_TRY(sf_feature_network_create(&f->network, error));
  SF_TRY(sf_key_map_create(&f->party_last, 2 * SF_FEATURE_CHUNK, error));
  SF_TRY(sf_key_map_create(&f->device_slot, 2 * SF_FEATURE_CHUNK, error));
  f->entropy_term = malloc(SF_ENTROPY_TERMS * sizeof *f->entropy_term);
  if (!f->entropy_term) {
    return sf_fail(error, SF_MEMORY, "out of memory for features");
  }
  for (uint32_t n = 0; n < SF_ENTROPY_TERMS; n++) {
    f->entropy_term[n] = sf_entropy_term(n);
  }
  for (uint32_t n = 1; n < SF_LOGS; n++) {
    f->log_of[n] = sf_log(n);
  }
  return SF_OK;
}

enum sf_status sf_features_create(const struct sf_lanes *lanes, uint32_t groups, int32_t first_day,
                                  struct sf_features **features, struct sf_error *error) {
  struct sf_features *f = aligned_alloc(_Alignof(struct sf_features), sizeof *f);
  if (!f) {
    return sf_fail(error, SF_MEMORY, "out of memory for features");
  }
  memset(f, 0, sizeof *f);
  f->lanes = lanes;
  f->passes = passes_of(lanes);
  f->groups = groups & SF_FEATURE_GROUPS_ALL;
  f->first_day = first_day;
  f->width = sf_feature_select(f->groups, f->selected);
  const enum sf_status status = acquire(f, error);
  if (status != SF_OK) {
    sf_features_free(f);
    return status;
  }
  *features = f;
  return SF_OK;
}

void sf_features_free(struct sf_features *f) {
  if (f) {
    sf_feature_history_free(&f->history);
    sf_feature_network_free(&f->network);
    sf_key_map_free(&f->party_last);
    sf_key_map_free(&f->device_slot);
    free(f->device);
    free(f->entropy_term);
    free(f);
  }
}

uint32_t sf_features_width(const struct sf_features *f) { return f->width; }

static size_t map_bytes(const struct sf_key_map *map) {
  return ((size_t)map->mask + 1) * sizeof *map->entry;
}

size_t sf_features_bytes(const struct sf_features *f) {
  return sizeof *f + sf_feature_history_bytes(&f->history) + map_bytes(&f->network.visit_of) +
         map_bytes(&f->party_last) + map_bytes(&f->device_slot) +
         sf_feature_network_bytes(&f->network) + f->device_capacity * sizeof *f->device +
         SF_ENTROPY_TERMS * sizeof *f->entropy_term;
}

#define CLEAR(array) memset(array, 0, sizeof(array))

void sf_features_begin(struct sf_features *f, int32_t account_open_date) {
  f->account_open_date = account_open_date;
  f->rows = 0;
  sf_feature_history_begin(&f->history);
  for (int w = 0; w < SF_WINDOW_COUNT; w++) {
    f->tail[w] = SF_LAST_MAX;
  }
  CLEAR(f->city_last);
  f->basket_tail = f->distinct_tail = SF_LAST_MAX;
  f->was_present = false;
  CLEAR(f->basket_rows);
  f->basket_sum = 0;
  CLEAR(f->hour_rows);
  CLEAR(f->category_rows);
  CLEAR(f->mode_rows);
  f->log_count = 0;
  f->log_sum = f->log_square = 0.0;
  f->recent_flags = 0;
  f->flag_run = 0;
  f->was_flagged = false;
  sf_feature_network_begin(&f->network);
  sf_key_map_clear(&f->party_last);
  f->came = 0;
  sf_key_map_clear(&f->device_slot);
  f->devices = 0;
  f->last_inflow = INT64_MIN / 2;
  f->chargebacks = 0;
}

enum sf_status sf_features_chunk(struct sf_features *f, const struct sf_transactions *batch,
                                 int64_t at, uint32_t count, struct sf_error *error) {
  f->batch = batch;
  f->at = at;
  f->count = count;
  SF_TRY(sf_feature_history_reserve(&f->history, f->tail[SF_WINDOW_30D], count, error));
  f->first = f->history.end - f->history.base;
  SF_TRY(sf_feature_network_reserve(f, error));
  SF_TRY(sf_feature_parties_reserve(f, error));
  return sf_feature_devices_reserve(f, error);
}

void sf_features_chunk_end(struct sf_features *f) {
  f->history.end += f->count;
  f->rows += f->count;
}

static void run(struct sf_features *f, uint32_t groups) {
  for (int p = 0; p < SF_FEATURE_PASS_COUNT; p++) {
    const struct sf_feature_pass *pass = &f->passes->pass[p];
    if (pass->groups & groups) {
      pass->run(f);
    }
  }
}

static uint32_t part_of(int64_t count) {
  return count < SF_FEATURE_CHUNK ? (uint32_t)count : SF_FEATURE_CHUNK;
}

enum sf_status sf_features_rows(struct sf_features *f, const struct sf_transactions *batch,
                                int64_t at, int64_t count, const struct sf_knowledge *knowledge,
                                const struct sf_isolation *isolation, float *values,
                                struct sf_error *error) {
  f->knowledge = knowledge;
  f->isolation = isolation;
  while (count > 0) {
    const uint32_t part = part_of(count);
    SF_TRY(sf_features_chunk(f, batch, at, part, error));
    run(f, f->groups);
    sf_features_write(f, values);
    sf_features_chunk_end(f);
    values += (size_t)part * f->width;
    at += part;
    count -= part;
  }
  return SF_OK;
}

enum sf_status sf_features_bins(struct sf_features *f, const struct sf_transactions *batch,
                                int64_t at, int64_t count, uint8_t (*bins)[SF_ISOLATION_COLUMNS],
                                int64_t *rows, struct sf_error *error) {
  f->knowledge = NULL;
  f->isolation = NULL;
  *rows = 0;
  while (*rows < count && batch->date[at + *rows] < f->first_day + SF_ISOLATION_DAYS) {
    ++*rows;
  }
  for (int64_t done = 0; done < *rows; done += f->count) {
    SF_TRY(sf_features_chunk(f, batch, at + done, part_of(*rows - done), error));
    run(f, SF_FEATURE_BIT(ANOMALY_UNSUPERVISED));
    for (uint32_t i = 0; i < f->count; i++) {
      for (int c = 0; c < SF_ISOLATION_COLUMNS; c++) {
        bins[done + i][c] = (uint8_t)f->bin[c][i];
      }
    }
    sf_features_chunk_end(f);
  }
  return SF_OK;
}

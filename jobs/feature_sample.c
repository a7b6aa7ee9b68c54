#include "jobs/feature_sample.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/array.h"
#include "kernels/features/features.h"
#include "mpi/reduce.h"

#define FIT_ROWS 256

struct part {
  uint32_t customer;
  int64_t first, rows;  // of bins
};

struct sf_feature_sample {
  struct sf_isolation_sample draw;
  uint8_t (*bins)[SF_ISOLATION_COLUMNS];
  struct part *part;
  int64_t rows, row_room, parts, part_room;
  int64_t first_round, cursor;  // parts of the first round, and where the second one stands
  uint32_t *later;              // customers of the second round only
  int64_t laters, later_room, later_cursor;
  struct sf_features *features;
  struct sf_transactions batch;
  void *memory;  // of the batch
};

enum sf_status sf_feature_sample_create(const struct sf_config *config,
                                        const struct sf_lanes *lanes,
                                        struct sf_feature_sample **sample, struct sf_error *error) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  struct sf_feature_sample *made = calloc(1, sizeof *made);
  void *memory = made ? aligned_alloc(64, (sf_batch_bytes(table, FIT_ROWS) + 63) / 64 * 64) : NULL;
  if (!memory) {
    free(made);
    return sf_fail(error, SF_MEMORY, "no memory for rows of the sample");
  }
  made->memory = memory;
  made->draw = sf_isolation_sample_of(config->seed, config->customers);
  sf_batch_place(table, &made->batch, FIT_ROWS, memory);
  const enum sf_status status =
      sf_features_create(lanes, SF_FEATURE_GROUPS_ALL, config->start_day, &made->features, error);
  if (status != SF_OK) {
    sf_feature_sample_free(made);
    return status;
  }
  *sample = made;
  return SF_OK;
}

void sf_feature_sample_free(struct sf_feature_sample *sample) {
  if (sample) {
    sf_features_free(sample->features);
    free(sample->memory);
    free(sample->part);
    free(sample->later);
    free(sample->bins);
    free(sample);
  }
}

bool sf_feature_sample_has(const struct sf_feature_sample *sample, uint32_t customer) {
  return sf_isolation_in_sample(&sample->draw, customer);
}

enum sf_status sf_feature_sample_defer(struct sf_feature_sample *sample, uint32_t customer,
                                       struct sf_error *error) {
  if (!sf_array_reserve((void **)&sample->later, &sample->later_room, sample->laters + 1,
                        sizeof *sample->later)) {
    return sf_fail(error, SF_MEMORY, "no memory for customers of the sample");
  }
  sample->later[sample->laters++] = customer;
  return SF_OK;
}

uint32_t sf_feature_sample_deferred(struct sf_feature_sample *sample, uint32_t end) {
  const int64_t at = sample->later_cursor;
  if (at == sample->laters || sample->later[at] >= end) {
    return 0;
  }
  sample->later_cursor++;
  return sample->later[at];
}

void sf_feature_sample_again(struct sf_feature_sample *sample) {
  sample->first_round = sample->parts;
}

// Takes the rows of the first round out again.
static void drop(struct sf_feature_sample *sample, uint32_t customer) {
  const struct part *part = sample->part;
  while (sample->cursor < sample->first_round && part[sample->cursor].customer < customer) {
    sample->cursor++;
  }
  if (sample->cursor < sample->first_round && part[sample->cursor].customer == customer) {
    sample->part[sample->cursor].rows = 0;
  }
}

enum sf_status sf_feature_sample_take(struct sf_feature_sample *sample, uint32_t customer,
                                      struct sf_history *history, struct sf_error *error) {
  const int64_t rows = sf_history_rows_before(history, SF_ISOLATION_DAYS);
  drop(sample, customer);
  if (!sf_array_reserve((void **)&sample->bins, &sample->row_room, sample->rows + rows,
                        sizeof *sample->bins) ||
      !sf_array_reserve((void **)&sample->part, &sample->part_room, sample->parts + 1,
                        sizeof *sample->part)) {
    return sf_fail(error, SF_MEMORY, "no memory for rows of the sample");
  }
  sample->part[sample->parts++] = (struct part){customer, sample->rows, rows};
  sf_features_begin(sample->features, sf_history_account_open_day(history));
  for (int64_t at = 0; at < rows; at += FIT_ROWS) {
    const int64_t now = rows - at < FIT_ROWS ? rows - at : FIT_ROWS;
    int64_t binned = 0;
    sf_history_rows(history, now, 1, &sample->batch, NULL, 0);
    SF_TRY(sf_features_bins(sample->features, &sample->batch, 0, now, sample->bins + sample->rows,
                            &binned, error));
    sample->rows += binned;
  }
  return SF_OK;
}

void sf_feature_sample_fit(MPI_Comm comm, const struct sf_feature_sample *sample,
                           struct sf_isolation_fit *fit, struct sf_isolation *model) {
  typedef const uint8_t(*bins)[SF_ISOLATION_COLUMNS];
  memset(fit, 0, sizeof *fit);
  for (int64_t p = 0; p < sample->parts; p++) {
    const struct part *part = &sample->part[p];
    sf_isolation_count_bins(fit, (bins)sample->bins + part->first, part->rows);
  }
  sf_sum_u64(comm, &fit->bin[0][0], (int64_t)SF_ISOLATION_COLUMNS * SF_ISOLATION_BINS);
  sf_isolation_freeze_bins(fit, model);
  for (int64_t p = 0; p < sample->parts; p++) {
    const struct part *part = &sample->part[p];
    sf_isolation_count_scores(fit, model, (bins)sample->bins + part->first, part->rows);
  }
  sf_sum_u64(comm, fit->score, SF_ISOLATION_SCORE_BINS);
  sf_isolation_freeze_scores(fit, model);
}

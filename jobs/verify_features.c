#include <math.h>
#include <stdlib.h>

#include "io/feature_values.h"
#include "jobs/verify_parts.h"
#include "kernels/feature_digest.h"
#include "kernels/features/features.h"

#define BATCH_ROWS 4096

struct feature_reading {
  struct sf_feature_values *values;
  struct sf_feature_digester *digester;
  union sf_batch rows;  // of which only the customers are read
  void *rows_memory;
  uint32_t width, groups;
  float *data;  // shape [BATCH_ROWS, width]
};

static enum sf_status reading_open(struct feature_reading *reading, const char *path, int64_t rows,
                                   struct sf_error *error) {
  SF_TRY(sf_feature_values_open(path, rows, &reading->values, error));
  SF_TRY(sf_feature_values_groups(reading->values, &reading->groups, error));
  reading->width = sf_feature_values_columns(reading->values);
  SF_TRY(sf_feature_digester_create(reading->width, &reading->digester, error));
  SF_TRY(sf_batch_create(SF_TABLE_TRANSACTIONS, BATCH_ROWS, &reading->rows, &reading->rows_memory,
                         error));
  reading->data = malloc((size_t)BATCH_ROWS * reading->width * sizeof *reading->data);
  return reading->data ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for features");
}

static void reading_free(struct feature_reading *reading) {
  sf_feature_values_close(reading->values);
  sf_feature_digester_free(reading->digester);
  free(reading->rows_memory);
  free(reading->data);
}

static void judge_rows(const float *data, uint32_t width, int64_t first, int64_t count,
                       struct sf_verdict *verdict) {
  verdict->rows += count;
  for (int64_t i = 0; i < count; i++) {
    int finite = 1;
    for (uint32_t f = 0; f < width; f++) {
      finite &= isfinite(data[i * width + f]) != 0;
    }
    if (!finite) {
      verdict->violations++;
      verdict->first = first + i < verdict->first ? first + i : verdict->first;
    }
  }
}

static enum sf_status check_rows(struct feature_reading *reading, const struct sf_corpus *corpus,
                                 struct sf_range rows, struct sf_findings *findings,
                                 struct sf_error *error) {
  const uint64_t column = UINT64_C(1) << sf_column_index(SF_TABLE_TRANSACTIONS, "customer_id");
  for (int64_t at = rows.begin; at < rows.end; at += BATCH_ROWS) {
    const int64_t count = rows.end - at < BATCH_ROWS ? rows.end - at : BATCH_ROWS;
    SF_TRY(sf_corpus_read(corpus, SF_TABLE_TRANSACTIONS, column, at, count, &reading->rows, error));
    SF_TRY(sf_feature_values_read(reading->values, at, count, reading->data, error));
    sf_feature_digester_add(reading->digester, reading->data,
                            reading->rows.transactions.customer_id, count);
    judge_rows(reading->data, reading->width, at, count, &findings->finite);
  }
  sf_feature_digester_end(reading->digester, findings->digests.feature);
  return SF_OK;
}

// Rows of /transactions from the first of a customer on; all rows behind the last customer.
static enum sf_status first_row(const struct sf_corpus *corpus, int64_t customer, int64_t *row,
                                struct sf_error *error) {
  const struct sf_corpus_info *info = sf_corpus_info(corpus);
  const int64_t first = info->first[SF_TABLE_CUSTOMERS] + 1;
  if (customer <= first || customer >= first + info->rows[SF_TABLE_CUSTOMERS]) {
    *row = info->first[SF_TABLE_TRANSACTIONS] +
           (customer <= first ? 0 : info->rows[SF_TABLE_TRANSACTIONS]);
    return SF_OK;
  }
  return sf_corpus_first_row(corpus, (uint32_t)customer, row, error);
}

enum sf_status sf_verify_features(const struct sf_corpus *corpus, const char *path,
                                  const struct sf_share *share, struct sf_findings *findings,
                                  struct sf_error *error) {
  findings->finite.first = INT64_MAX;
  findings->digests.features = 0;
  if (!sf_feature_values_exist(path)) {
    return SF_OK;
  }
  struct sf_range rows = {0, 0};
  if (sf_range_length(share->customers) > 0) {
    SF_TRY(first_row(corpus, share->customers.begin, &rows.begin, error));
    SF_TRY(first_row(corpus, share->customers.end, &rows.end, error));
  }
  struct feature_reading reading = {0};
  enum sf_status status =
      reading_open(&reading, path, sf_corpus_info(corpus)->rows[SF_TABLE_TRANSACTIONS], error);
  if (status == SF_OK) {
    findings->digests.features = reading.groups;
    status = check_rows(&reading, corpus, rows, findings, error);
  }
  reading_free(&reading);
  return status;
}

enum sf_status sf_verify_feature_digests(const char *path, int64_t rows,
                                         const struct sf_findings *findings,
                                         struct sf_verdict *verdict, const char **differing,
                                         struct sf_error *error) {
  struct sf_feature_values *values;
  SF_TRY(sf_feature_values_open(path, rows, &values, error));
  struct sf_digest stored[SF_FEATURE_COLUMNS_MAX];
  uint8_t feature[SF_FEATURE_COUNT];
  const uint32_t width = sf_feature_select(findings->digests.features, feature);
  const enum sf_status status = sf_feature_values_digests(values, stored, error);
  for (uint32_t f = 0; f < width && status == SF_OK; f++) {
    const bool differs = !sf_digest_equal(stored[f], findings->digests.feature[f]);
    *differing = differs && !*differing ? sf_feature_table[feature[f]].name : *differing;
    verdict->rows++;
    verdict->violations += differs;
  }
  sf_feature_values_close(values);
  return status;
}

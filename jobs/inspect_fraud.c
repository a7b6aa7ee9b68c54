#include "jobs/inspect_fraud.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_ROWS 65536
#define CLUSTER_ROWS 3
#define CLUSTER_SECONDS (30 * 60)

static enum sf_status grow(struct sf_fraud_rows *rows, struct sf_error *error) {
  const int64_t capacity = rows->capacity ? 2 * rows->capacity : 1024;
  const size_t n = (size_t)capacity;
  uint32_t *merchant_id = realloc(rows->merchant_id, n * sizeof *merchant_id);
  rows->merchant_id = merchant_id ? merchant_id : rows->merchant_id;
  uint64_t *device_id = realloc(rows->device_id, n * sizeof *device_id);
  rows->device_id = device_id ? device_id : rows->device_id;
  int64_t *timestamp = realloc(rows->timestamp, n * sizeof *timestamp);
  rows->timestamp = timestamp ? timestamp : rows->timestamp;
  if (!merchant_id || !device_id || !timestamp) {
    return sf_fail(error, SF_MEMORY, "out of memory for %lld fraud rows", (long long)capacity);
  }
  rows->capacity = capacity;
  return SF_OK;
}

static enum sf_status add_rows(struct sf_fraud_rows *rows, const struct sf_transactions *batch,
                               const struct sf_labels *labels, struct sf_error *error) {
  for (int64_t i = 0; i < labels->rows; i++) {
    if (!labels->is_fraud[i]) {
      continue;
    }
    if (rows->count == rows->capacity) {
      SF_TRY(grow(rows, error));
    }
    rows->merchant_id[rows->count] = batch->merchant_id[i];
    rows->device_id[rows->count] = batch->device_id[i];
    rows->timestamp[rows->count] = batch->timestamp[i];
    rows->count++;
    if (batch->customer_id[i] <= rows->customers) {
      rows->typologies[batch->customer_id[i]] |= UINT32_C(1)
                                                 << labels->fraud_type[i] % SF_TYPOLOGIES_MAX;
    }
  }
  return SF_OK;
}

static uint64_t column_set(enum sf_table_id table, const char *const *name, size_t count) {
  uint64_t set = 0;
  for (size_t i = 0; i < count; i++) {
    set |= UINT64_C(1) << sf_column_index(table, name[i]);
  }
  return set;
}

static enum sf_status read_rows(const struct sf_corpus *corpus, struct sf_fraud_rows *rows,
                                struct sf_transactions *batch, struct sf_labels *labels,
                                struct sf_error *error) {
  static const char *const places[] = {"customer_id", "merchant_id", "timestamp", "device_id"};
  static const char *const kinds[] = {"is_fraud", "fraud_type"};
  const uint64_t place_set = column_set(SF_TABLE_TRANSACTIONS, places, 4);
  const uint64_t kind_set = column_set(SF_TABLE_LABELS, kinds, 2);
  const int64_t total = sf_corpus_info(corpus)->rows[SF_TABLE_LABELS];
  for (int64_t at = 0; at < total; at += BATCH_ROWS) {
    const int64_t n = total - at < BATCH_ROWS ? total - at : BATCH_ROWS;
    SF_TRY(sf_corpus_read(corpus, SF_TABLE_TRANSACTIONS, place_set, at, n, batch, error));
    SF_TRY(sf_corpus_read(corpus, SF_TABLE_LABELS, kind_set, at, n, labels, error));
    SF_TRY(add_rows(rows, batch, labels, error));
  }
  return SF_OK;
}

enum sf_status sf_fraud_rows_read(const struct sf_corpus *corpus, struct sf_fraud_rows *rows,
                                  struct sf_error *error) {
  *rows = (struct sf_fraud_rows){.customers = sf_corpus_info(corpus)->config.customers};
  rows->typologies = calloc((size_t)rows->customers + 1, sizeof *rows->typologies);
  if (!rows->typologies) {
    return sf_fail(error, SF_MEMORY, "out of memory for %u customers", rows->customers);
  }
  struct sf_transactions batch;
  struct sf_labels labels;
  void *batch_memory, *label_memory = NULL;
  SF_TRY(sf_batch_create(SF_TABLE_TRANSACTIONS, BATCH_ROWS, &batch, &batch_memory, error));
  enum sf_status status =
      sf_batch_create(SF_TABLE_LABELS, BATCH_ROWS, &labels, &label_memory, error);
  if (status == SF_OK) {
    status = read_rows(corpus, rows, &batch, &labels, error);
    free(label_memory);
  }
  free(batch_memory);
  return status;
}

void sf_fraud_rows_free(struct sf_fraud_rows *rows) {
  free(rows->merchant_id);
  free(rows->device_id);
  free(rows->timestamp);
  free(rows->typologies);
  memset(rows, 0, sizeof *rows);
}

struct event {
  uint64_t place;
  int64_t timestamp;
};

static int by_place_and_time(const void *a, const void *b) {
  const struct event *x = a, *y = b;
  if (x->place != y->place) {
    return x->place < y->place ? -1 : 1;
  }
  return (x->timestamp > y->timestamp) - (x->timestamp < y->timestamp);
}

enum sf_status sf_count_clusters(const struct sf_fraud_rows *rows, bool by_device,
                                 struct sf_clusters *clusters, struct sf_error *error) {
  struct event *event = malloc(((size_t)rows->count + 1) * sizeof *event);
  if (!event) {
    return sf_fail(error, SF_MEMORY, "out of memory for clusters of fraud rows");
  }
  int64_t count = 0;
  for (int64_t i = 0; i < rows->count; i++) {
    const uint64_t place = by_device ? rows->device_id[i] : rows->merchant_id[i];
    if (place) {
      event[count++] = (struct event){place, rows->timestamp[i]};
    }
  }
  qsort(event, (size_t)count, sizeof *event, by_place_and_time);
  *clusters = (struct sf_clusters){0};
  int64_t end = 0;  // behind the last row of the triples so far
  for (int64_t i = 0; i + CLUSTER_ROWS <= count; i++) {
    const struct event *last = &event[i + CLUSTER_ROWS - 1];
    if (last->place != event[i].place || last->timestamp - event[i].timestamp > CLUSTER_SECONDS) {
      continue;
    }
    // A triple that shares no row with the one before it begins a cluster.
    clusters->clusters += i >= end;
    clusters->rows += i + CLUSTER_ROWS - (i > end ? i : end);
    end = i + CLUSTER_ROWS;
  }
  free(event);
  return SF_OK;
}

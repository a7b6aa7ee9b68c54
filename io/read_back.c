#include "io/read_back.h"

#include <stdbool.h>
#include <stdlib.h>

#include "io/corpus_reader.h"
#include "io/feature_values.h"
#include "kernels/features/features.h"

enum { SAMPLED_BATCHES = 8, SAMPLED_COMPRESSED = 3 };

struct span {
  int64_t first, rows;
  struct sf_digest digest;
};

struct noted_table {
  int64_t batches;  // to come in all
  int64_t passed;   // batches that were offered so far
  int64_t spans, room;
  struct span *span;  // shape [room]
};

// Features are noted as one table more.
enum { FEATURES = SF_TABLE_COUNT, NOTED };

struct sf_read_back {
  struct noted_table table[NOTED];
  uint32_t width;  // features a row
};

static int64_t spans_of(enum sf_check level, enum sf_compression compression, int64_t batches) {
  if (level == SF_CHECK_NONE) {
    return 0;
  }
  const int64_t sampled = compression == SF_COMPRESSION_NONE ? SAMPLED_BATCHES : SAMPLED_COMPRESSED;
  return level == SF_CHECK_FULL || batches < sampled ? batches : sampled;
}

enum sf_status sf_read_back_create(enum sf_check level, enum sf_compression compression,
                                   const int64_t *batches, int64_t feature_batches,
                                   struct sf_read_back **result, struct sf_error *error) {
  struct sf_read_back *check = calloc(1, sizeof *check);
  if (!check) {
    return sf_fail(error, SF_MEMORY, "out of memory for the check of the file");
  }
  for (int t = 0; t < NOTED; t++) {
    struct noted_table *table = &check->table[t];
    table->batches = t == FEATURES ? feature_batches : batches[t];
    table->room = spans_of(level, compression, table->batches);
    table->span = calloc((size_t)table->room + 1, sizeof *table->span);
    if (!table->span) {
      sf_read_back_free(check);
      return sf_fail(error, SF_MEMORY, "out of memory for the check of the file");
    }
  }
  *result = check;
  return SF_OK;
}

void sf_read_back_free(struct sf_read_back *check) {
  for (int t = 0; check && t < NOTED; t++) {
    free(check->table[t].span);
  }
  free(check);
}

static size_t feature_bytes(int64_t rows, uint32_t width) {
  return (size_t)rows * width * sizeof(float);
}

// Whether the batch that is offered now belongs to the sample.
static bool is_sampled(struct noted_table *table) {
  int64_t at = table->passed++;
  // Evenly spread: span k is batch k (batches - 1) / (room - 1).
  int64_t next = table->room < 2 ? 0 : table->spans * (table->batches - 1) / (table->room - 1);
  return table->spans < table->room && at == next;
}

void sf_read_back_note(struct sf_read_back *check, enum sf_table_id t, int64_t first,
                       const void *batch) {
  struct noted_table *table = &check->table[t];
  if (!is_sampled(table)) {
    return;
  }
  int64_t rows = ((const union sf_batch *)batch)->head.rows;
  table->span[table->spans++] = (struct span){
      .first = first, .rows = rows, .digest = sf_digest_of_rows(&sf_tables[t], batch, 0, rows)};
}

void sf_read_back_note_features(struct sf_read_back *check, int64_t first, int64_t rows,
                                uint32_t width, const float *values) {
  struct noted_table *table = &check->table[FEATURES];
  check->width = width;
  if (is_sampled(table)) {
    table->span[table->spans++] =
        (struct span){.first = first,
                      .rows = rows,
                      .digest = sf_digest_of_bytes(values, feature_bytes(rows, width))};
  }
}

static enum sf_status compare_features(const char *path, int64_t all,
                                       const struct noted_table *noted, uint32_t width,
                                       float *values, struct sf_error *error) {
  struct sf_feature_values *features;
  SF_TRY(sf_feature_values_open(path, all, &features, error));
  enum sf_status status =
      sf_feature_values_columns(features) == width
          ? SF_OK
          : sf_fail(error, SF_MISMATCH, "%s: /features/values has %u columns, not %u", path,
                    sf_feature_values_columns(features), width);
  for (int64_t s = 0; s < noted->spans && status == SF_OK; s++) {
    const struct span *span = &noted->span[s];
    status = sf_feature_values_read(features, span->first, span->rows, values, error);
    if (status == SF_OK &&
        !sf_digest_equal(sf_digest_of_bytes(values, feature_bytes(span->rows, width)),
                         span->digest)) {
      status = sf_fail(error, SF_MISMATCH,
                       "%s: rows %lld to %lld of /features/values do not read back as written",
                       path, (long long)span->first, (long long)(span->first + span->rows));
    }
  }
  sf_feature_values_close(features);
  return status;
}

static enum sf_status compare_table(const struct sf_corpus *corpus, const char *path,
                                    const struct noted_table *noted, enum sf_table_id t,
                                    void *memory, int64_t capacity, struct sf_error *error) {
  union sf_batch batch;
  sf_batch_place(&sf_tables[t], &batch, capacity, memory);
  for (int64_t s = 0; s < noted->spans; s++) {
    const struct span *span = &noted->span[s];
    if (span->rows == 0) {
      continue;
    }
    SF_TRY(sf_corpus_read(corpus, t, SF_COLUMNS_ALL, span->first, span->rows, &batch, error));
    struct sf_digest found = sf_digest_of_rows(&sf_tables[t], &batch, 0, span->rows);
    if (!sf_digest_equal(found, span->digest)) {
      return sf_fail(error, SF_MISMATCH, "%s: rows %lld to %lld of /%s do not read back as written",
                     path, (long long)span->first, (long long)(span->first + span->rows),
                     sf_tables[t].name);
    }
  }
  return SF_OK;
}

enum sf_status sf_read_back_compare(const struct sf_read_back *check, const char *path,
                                    void *memory, int64_t capacity, struct sf_error *error) {
  struct sf_corpus *corpus;
  SF_TRY(sf_corpus_open_file(path, &corpus, error));
  enum sf_status status = SF_OK;
  for (int t = 0; t < SF_TABLE_COUNT && status == SF_OK; t++) {
    status =
        compare_table(corpus, path, &check->table[t], (enum sf_table_id)t, memory, capacity, error);
  }
  if (status == SF_OK && check->table[FEATURES].spans > 0) {
    status = compare_features(path, sf_corpus_info(corpus)->rows[SF_TABLE_TRANSACTIONS],
                              &check->table[FEATURES], check->width, memory, error);
  }
  sf_corpus_close(corpus);
  return status;
}

#include <stdlib.h>
#include <string.h>

#include "io/column_attributes.h"
#include "io/corpus_file.h"
#include "io/corpus_format.h"
#include "io/feature_values.h"
#include "io/fraud_settings.h"
#include "io/h5_attribute.h"
#include "io/shard.h"
#include "kernels/feature_digest.h"
#include "kernels/features/features.h"

// Rows that are read and digested at one go, as many as a compressed chunk has.
#define BATCH_ROWS 65536

// Of a sample one column in so many is read, and no feature.
#define SAMPLED_COLUMNS 8

struct check {
  const char *path;
  const struct sf_config *config;
  const struct sf_shard *shard;
  enum sf_check level;
  struct sf_corpus_file *file;
  struct sf_feature_values *features;  // null: none
  struct sf_corpus_digests stored, found;
};

static enum sf_status check_identity(const struct check *check, struct sf_error *error) {
  const struct sf_corpus_info *info = &check->file->info;
  const struct sf_config *config = check->config, *found = &info->config;
  const struct sf_shard *shard = check->shard;
  uint32_t merchants;
  if (info->shard != shard->index || info->shards != shard->count) {
    return info->shard < 0
               ? sf_fail(error, SF_MISMATCH, "%s: is no shard", check->path)
               : sf_fail(error, SF_MISMATCH, "%s: is shard %d of %d, not %d of %d", check->path,
                         info->shard, info->shards, shard->index, shard->count);
  }
  const bool features = sf_feature_values_exist(check->path);
  if (found->seed != config->seed || found->customers != config->customers ||
      found->start_day != config->start_day || found->days != config->days ||
      !sf_h5_read_number(check->file->file, SF_ATTR_MERCHANTS, H5T_NATIVE_UINT32, &merchants) ||
      merchants != sf_config_merchants(config) || !sf_h5_has_fraud(check->file->file, config) ||
      features != (config->features != 0)) {
    return sf_fail(error, SF_MISMATCH, "%s: is of another configuration", check->path);
  }
  if (info->first[SF_TABLE_CUSTOMERS] != shard->customers.begin - 1 ||
      info->rows[SF_TABLE_CUSTOMERS] != sf_range_length(shard->customers) ||
      info->first[SF_TABLE_LABELS] != info->first[SF_TABLE_TRANSACTIONS]) {
    return sf_fail(error, SF_MISMATCH, "%s: holds other rows than shard %d of %d", check->path,
                   shard->index, shard->count);
  }
  return SF_OK;
}

static bool has_table(const struct check *check, enum sf_table_id t) {
  return check->file->info.rows[t] >= 0;
}

// What is stored of the columns beside their values.
static enum sf_status read_columns(struct check *check, struct sf_error *error) {
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; has_table(check, t) && c < sf_tables[t].columns; c++) {
      SF_TRY(sf_corpus_file_digest(check->file, t, c, &check->stored.column[t][c], error));
      if (!sf_h5_is_described(check->file->column[t][c].dataset, &sf_tables[t].column[c])) {
        return sf_fail(error, SF_MISMATCH, "%s: /%s/%s is not described as this version does",
                       check->path, sf_tables[t].name, sf_tables[t].column[c].name);
      }
    }
  }
  check->stored.features = check->config->features;
  if (check->config->features) {
    SF_TRY(sf_feature_values_open(check->path, check->file->info.rows[SF_TABLE_TRANSACTIONS],
                                  &check->features, error));
    uint32_t groups;
    SF_TRY(sf_feature_values_groups(check->features, &groups, error));
    if (groups != check->config->features) {
      return sf_fail(error, SF_MISMATCH, "%s: has other features", check->path);
    }
    SF_TRY(sf_feature_values_digests(check->features, check->stored.feature, error));
  }
  struct sf_digest root;
  SF_TRY(sf_corpus_file_root_digest(check->file, &root, error));
  return sf_digest_equal(root, sf_digest_of_corpus(&check->stored))
             ? SF_OK
             : sf_fail(error, SF_MISMATCH, "%s: its digest is not that of its columns",
                       check->path);
}

// The columns of a table to be read; its key always, as it tells the tile.
static uint64_t columns_of(const struct check *check, enum sf_table_id t) {
  if (check->level == SF_CHECK_FULL) {
    return SF_COLUMNS_ALL;
  }
  uint64_t columns = 0;
  for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
    if (c % SAMPLED_COLUMNS == 0 || c == sf_column_index(t, "customer_id")) {
      columns |= UINT64_C(1) << c;
    }
  }
  return columns;
}

// Rows that are read at one go of a table of `rows` rows.
static int64_t batch_of(int64_t rows) {
  const int64_t most = rows < BATCH_ROWS ? rows : BATCH_ROWS;
  return most > 0 ? most : 1;
}

// Memory and digester of a table; the memory is zero, as columns may stay unread.
struct digested_table {
  enum sf_table_id table;
  union sf_batch batch;
  struct sf_digester digester;
  void *rows, *states;
};

static enum sf_status table_create(struct digested_table *table, enum sf_table_id t, int64_t rows,
                                   struct sf_error *error) {
  const int64_t capacity = batch_of(rows);
  const size_t bytes = (sf_digester_bytes(&sf_tables[t]) + 63) / 64 * 64;
  table->table = t;
  SF_TRY(sf_batch_create(t, capacity, &table->batch, &table->rows, error));
  memset(table->rows, 0, sf_batch_bytes(&sf_tables[t], capacity));
  table->states = aligned_alloc(64, bytes);
  if (!table->states) {
    return sf_fail(error, SF_MEMORY, "out of memory to check /%s", sf_tables[t].name);
  }
  sf_digester_place(&table->digester, &sf_tables[t], table->states);
  return SF_OK;
}

static void table_free(struct digested_table *table) {
  free(table->states);
  free(table->rows);
}

static enum sf_status table_rows(const struct check *check, struct digested_table *table,
                                 const uint32_t *id, int64_t first, int64_t rows,
                                 struct sf_error *error) {
  SF_TRY(sf_corpus_file_read(check->file, table->table, columns_of(check, table->table), first,
                             rows, &table->batch, 0, error));
  table->batch.head.rows = rows;
  sf_digester_add(&table->digester, &table->batch, id, 0, rows);
  return SF_OK;
}

static void table_end(struct check *check, struct digested_table *table) {
  sf_digester_end(&table->digester);
  memcpy(check->found.column[table->table], table->digester.sum, sizeof table->digester.sum);
}

static enum sf_status digest_table(struct check *check, enum sf_table_id t,
                                   struct sf_error *error) {
  struct digested_table table = {0};
  const int64_t all = check->file->info.rows[t];
  enum sf_status status = table_create(&table, t, all, error);
  for (int64_t first = 0; first < all && status == SF_OK; first += BATCH_ROWS) {
    const int64_t rows = all - first < BATCH_ROWS ? all - first : BATCH_ROWS;
    status = table_rows(check, &table, NULL, first, rows, error);
  }
  if (status == SF_OK) {
    table_end(check, &table);
  }
  table_free(&table);
  return status;
}

// Transactions, labels and features side by side.
struct digested_rows {
  struct digested_table transactions, labels;
  struct sf_feature_digester *features;  // null: not read
  float *values;
};

static enum sf_status rows_create(const struct check *check, struct digested_rows *rows,
                                  struct sf_error *error) {
  const int64_t all = check->file->info.rows[SF_TABLE_TRANSACTIONS];
  SF_TRY(table_create(&rows->transactions, SF_TABLE_TRANSACTIONS, all, error));
  SF_TRY(table_create(&rows->labels, SF_TABLE_LABELS, all, error));
  if (check->features && check->level == SF_CHECK_FULL) {
    const uint32_t width = sf_feature_values_columns(check->features);
    SF_TRY(sf_feature_digester_create(width, &rows->features, error));
    rows->values = malloc((size_t)batch_of(all) * width * sizeof *rows->values);
    if (!rows->values) {
      return sf_fail(error, SF_MEMORY, "out of memory to check the features");
    }
  }
  return SF_OK;
}

static enum sf_status digest_batch(const struct check *check, struct digested_rows *rows,
                                   int64_t first, int64_t count, struct sf_error *error) {
  const uint32_t *id = rows->transactions.batch.transactions.customer_id;
  SF_TRY(table_rows(check, &rows->transactions, NULL, first, count, error));
  SF_TRY(table_rows(check, &rows->labels, id, first, count, error));
  if (rows->features) {
    SF_TRY(sf_feature_values_read(check->features,
                                  check->file->info.first[SF_TABLE_TRANSACTIONS] + first, count,
                                  rows->values, error));
    sf_feature_digester_add(rows->features, rows->values, id, count);
  }
  return SF_OK;
}

static enum sf_status digest_rows(struct check *check, struct sf_error *error) {
  struct digested_rows rows = {0};
  const int64_t all = check->file->info.rows[SF_TABLE_TRANSACTIONS];
  enum sf_status status = rows_create(check, &rows, error);
  for (int64_t first = 0; first < all && status == SF_OK; first += BATCH_ROWS) {
    status = digest_batch(check, &rows, first, all - first < BATCH_ROWS ? all - first : BATCH_ROWS,
                          error);
  }
  if (status == SF_OK) {
    table_end(check, &rows.transactions);
    table_end(check, &rows.labels);
    if (rows.features) {
      sf_feature_digester_end(rows.features, check->found.feature);
    }
  }
  free(rows.values);
  sf_feature_digester_free(rows.features);
  table_free(&rows.labels);
  table_free(&rows.transactions);
  return status;
}

static enum sf_status compare(const struct check *check, struct sf_error *error) {
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    const uint64_t columns = has_table(check, t) ? columns_of(check, t) : 0;
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      if (columns >> c & 1 &&
          !sf_digest_equal(check->found.column[t][c], check->stored.column[t][c])) {
        return sf_fail(error, SF_MISMATCH, "%s: /%s/%s does not have its digest", check->path,
                       sf_tables[t].name, sf_tables[t].column[c].name);
      }
    }
  }
  const bool read_features = check->features && check->level == SF_CHECK_FULL;
  for (uint32_t f = 0; read_features && f < sf_feature_values_columns(check->features); f++) {
    if (!sf_digest_equal(check->found.feature[f], check->stored.feature[f])) {
      return sf_fail(error, SF_MISMATCH, "%s: the feature %s does not have its digest", check->path,
                     sf_feature_values_name(check->features, f));
    }
  }
  return SF_OK;
}

static enum sf_status check_file(struct check *check, struct sf_error *error) {
  SF_TRY(sf_corpus_file_open(check->path, &check->file, error));
  SF_TRY(check_identity(check, error));
  SF_TRY(read_columns(check, error));
  if (check->level == SF_CHECK_NONE) {
    return SF_OK;
  }
  SF_TRY(digest_rows(check, error));
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    if (has_table(check, t) && t != SF_TABLE_TRANSACTIONS && t != SF_TABLE_LABELS) {
      SF_TRY(digest_table(check, t, error));
    }
  }
  return compare(check, error);
}

enum sf_status sf_shard_check(const char *path, const struct sf_config *config,
                              const struct sf_shard *shard, enum sf_check level,
                              struct sf_shard_facts *facts, struct sf_error *error) {
  struct check check = {.path = path, .config = config, .shard = shard, .level = level};
  const enum sf_status status = check_file(&check, error);
  if (status == SF_OK && facts) {
    memcpy(facts->first, check.file->info.first, sizeof facts->first);
    memcpy(facts->rows, check.file->info.rows, sizeof facts->rows);
    facts->digests = check.stored;
  }
  sf_feature_values_close(check.features);
  sf_corpus_file_close(check.file);
  return status;
}

#include "tests/mpi/small_corpus.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernels/feature_digest.h"
#include "kernels/features/features.h"

const struct sf_config small_config = {.seed = 5,
                                       .customers = SMALL_CUSTOMERS,
                                       .start_day = 20270,
                                       .days = 30,
                                       .features = SF_FEATURE_GROUPS_ALL};

#define EPISODES 777

struct small_corpus small_corpus_of(int64_t transactions, int64_t batch,
                                    enum sf_compression compression) {
  struct small_corpus corpus = {.batch = batch, .compression = compression};
  corpus.rows[SF_TABLE_CUSTOMERS] = SMALL_CUSTOMERS;
  corpus.rows[SF_TABLE_MERCHANTS] = sf_config_merchants(&small_config);
  corpus.rows[SF_TABLE_TRANSACTIONS] = corpus.rows[SF_TABLE_LABELS] = transactions;
  corpus.rows[SF_TABLE_EPISODES] = EPISODES;
  corpus.rows[SF_TABLE_RINGS] = 3;
  return corpus;
}

// First row of a customer, 1-based, in a table of theirs.
static int64_t first_of(int64_t rows, int64_t customer) {
  return ((customer - 1) * rows + SMALL_CUSTOMERS - 1) / SMALL_CUSTOMERS;
}

static uint32_t customer_of(int64_t rows, int64_t row) {
  return (uint32_t)(row * SMALL_CUSTOMERS / rows) + 1;
}

// Bytes that look neither constant nor random, as those of a corpus.
static unsigned char byte_of(int64_t place, uint32_t column) {
  return (unsigned char)(place % 3 ? 7 * place + place / 239 + column : place / 4096);
}

void small_fill(const struct small_corpus *corpus, enum sf_table_id t, union sf_batch *batch,
                int64_t first, int64_t rows) {
  const struct sf_table *table = &sf_tables[t];
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    const bool named = column->type == SF_TYPE_ENUM8 || column->type == SF_TYPE_BOOL8;
    unsigned char *byte = sf_batch_column(batch, column);
    const int64_t row_bytes = (int64_t)sf_column_row_bytes(column);
    for (int64_t i = 0; i < rows * row_bytes; i++) {
      const int64_t place = first * row_bytes + i;
      byte[i] = named ? (unsigned char)(place % 2) : byte_of(place, c);
    }
    if (strcmp(column->name, "customer_id") == 0) {
      for (int64_t i = 0; i < rows; i++) {
        ((uint32_t *)(void *)byte)[i] = customer_of(corpus->rows[t], first + i);
      }
    }
  }
  batch->head.rows = rows;
}

float small_feature(int64_t row, uint32_t feature) {
  return (float)((row * 31 + feature) % 1009) + 0.25f * (float)(row % 4);
}

struct sf_range small_range(const struct small_corpus *corpus, enum sf_table_id t,
                            const struct sf_shard *shard) {
  const int64_t rows = corpus->rows[t];
  const bool is_theirs = t == SF_TABLE_CUSTOMERS || t == SF_TABLE_TRANSACTIONS ||
                         t == SF_TABLE_LABELS || t == SF_TABLE_EPISODES;
  if (!shard) {
    return (struct sf_range){0, rows};
  }
  return is_theirs ? (struct sf_range){first_of(rows, shard->customers.begin),
                                       first_of(rows, shard->customers.end)}
                   : (struct sf_range){0, 0};
}

struct small_run {
  const struct small_corpus *corpus;
  struct sf_writer *writer;
  struct sf_corpus_digests digests;
  void *memory;
  uint32_t *customer;
  float *values;
};

static enum sf_status write_table(struct small_run *run, enum sf_table_id t, struct sf_range rows,
                                  struct sf_error *error) {
  union sf_batch batch;
  struct sf_digester digester;
  sf_batch_place(&sf_tables[t], &batch, run->corpus->batch, run->memory);
  void *states = aligned_alloc(64, (sf_digester_bytes(&sf_tables[t]) + 63) / 64 * 64);
  sf_digester_place(&digester, &sf_tables[t], states);
  enum sf_status status = SF_OK;
  for (int64_t first = rows.begin; first < rows.end && status == SF_OK;
       first += run->corpus->batch) {
    const int64_t left = rows.end - first;
    const int64_t now = left < run->corpus->batch ? left : run->corpus->batch;
    small_fill(run->corpus, t, &batch, first, now);
    for (int64_t i = 0; i < now; i++) {
      run->customer[i] = customer_of(run->corpus->rows[t], first + i);
    }
    sf_digester_add(&digester, &batch, run->customer, 0, now);
    status = sf_writer_write(run->writer, t, first, &batch, error);
  }
  sf_digester_end(&digester);
  memcpy(run->digests.column[t], digester.sum, sizeof digester.sum);
  free(states);
  return status;
}

static enum sf_status write_features(struct small_run *run, struct sf_range rows,
                                     struct sf_error *error) {
  struct sf_feature_digester *digester;
  SF_TRY(sf_feature_digester_create(SF_FEATURE_COUNT, &digester, error));
  enum sf_status status = SF_OK;
  for (int64_t first = rows.begin; first < rows.end && status == SF_OK;
       first += run->corpus->batch) {
    const int64_t left = rows.end - first;
    const int64_t now = left < run->corpus->batch ? left : run->corpus->batch;
    for (int64_t i = 0; i < now; i++) {
      run->customer[i] = customer_of(run->corpus->rows[SF_TABLE_TRANSACTIONS], first + i);
      for (uint32_t f = 0; f < SF_FEATURE_COUNT; f++) {
        run->values[i * SF_FEATURE_COUNT + f] = small_feature(first + i, f);
      }
    }
    sf_feature_digester_add(digester, run->values, run->customer, now);
    status = sf_writer_write_features(run->writer, first, now, run->values, error);
  }
  sf_feature_digester_end(digester, run->digests.feature);
  sf_feature_digester_free(digester);
  run->digests.features = SF_FEATURE_GROUPS_ALL;
  return status;
}

static enum sf_status write_file(const struct small_corpus *corpus,
                                 const struct sf_writer_layout *layout,
                                 const struct sf_corpus_digests *of_shards,
                                 struct sf_error *error) {
  struct small_run run = {.corpus = corpus};
  size_t most = 0;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    const size_t bytes = sf_batch_bytes(&sf_tables[t], corpus->batch);
    most = bytes > most ? bytes : most;
  }
  run.memory = aligned_alloc(64, (most + 63) / 64 * 64);
  run.customer = malloc((size_t)corpus->batch * sizeof *run.customer);
  run.values = malloc((size_t)corpus->batch * SF_FEATURE_COUNT * sizeof *run.values);
  enum sf_status status = sf_writer_create(MPI_COMM_SELF, layout, &run.writer, error);
  if (status == SF_OK) {
    if (of_shards) {
      run.digests = *of_shards;
    }
    for (enum sf_table_id t = 0; t < SF_TABLE_COUNT && status == SF_OK; t++) {
      const bool in_shards = layout->view && (t == SF_TABLE_TRANSACTIONS || t == SF_TABLE_LABELS);
      status = layout->rows[t] < 0 || in_shards
                   ? SF_OK
                   : write_table(&run, t, small_range(corpus, t, layout->shard), error);
    }
    if (status == SF_OK && !layout->view) {
      status =
          write_features(&run, small_range(corpus, SF_TABLE_TRANSACTIONS, layout->shard), error);
    }
    if (status == SF_OK) {
      status = sf_writer_close(run.writer, &run.digests, error);
    }
    if (status == SF_OK) {
      status = sf_writer_commit(run.writer, error);
    }
    sf_writer_free(run.writer);
  }
  free(run.values);
  free(run.customer);
  free(run.memory);
  return status;
}

static const struct sf_isolation_fit fit;

static struct sf_writer_layout layout_of(const struct small_corpus *corpus, const char *path) {
  struct sf_writer_layout layout = {.path = path,
                                    .config = small_config,
                                    .batch = corpus->batch,
                                    .compression = corpus->compression,
                                    .features = &fit};
  memcpy(layout.rows, corpus->rows, sizeof layout.rows);
  return layout;
}

enum sf_status small_write(const struct small_corpus *corpus, const char *path,
                           const struct sf_shard *shard, struct sf_error *error) {
  struct sf_writer_layout layout = layout_of(corpus, path);
  layout.shard = shard;
  for (enum sf_table_id t = 0; shard && t < SF_TABLE_COUNT; t++) {
    const struct sf_range range = small_range(corpus, t, shard);
    const bool has = t != SF_TABLE_MERCHANTS && t < SF_TABLE_RINGS;
    layout.first[t] = range.begin;
    layout.rows[t] = has ? sf_range_length(range) : -1;
  }
  return write_file(corpus, &layout, NULL, error);
}

enum sf_status small_write_view(const struct small_corpus *corpus, const char *path, int shards,
                                struct sf_error *error) {
  struct sf_writer_layout layout = layout_of(corpus, path);
  struct sf_view_part *part = calloc((size_t)shards, sizeof *part);
  struct sf_corpus_digests digests = {.features = SF_FEATURE_GROUPS_ALL};
  enum sf_status status = SF_OK;
  for (int s = 0; s < shards && status == SF_OK; s++) {
    const struct sf_shard shard = sf_shard_of(&small_config, shards, s);
    char file[SF_SHARD_PATH_SIZE];
    struct sf_shard_facts facts;
    sf_shard_path(path, s, file);
    status = sf_shard_check(file, &small_config, &shard, SF_CHECK_FULL, &facts, error);
    if (status == SF_OK) {
      part[s] = (struct sf_view_part){
          facts.first[SF_TABLE_TRANSACTIONS], facts.rows[SF_TABLE_TRANSACTIONS],
          facts.rows[SF_TABLE_CUSTOMERS], sf_digest_of_corpus(&facts.digests)};
      sf_corpus_digests_add(&digests, &facts.digests);
    }
  }
  const struct sf_view view = {shards, part};
  layout.view = &view;
  if (status == SF_OK) {
    status = write_file(corpus, &layout, &digests, error);
  }
  free(part);
  return status;
}

enum sf_status small_write_shards(const struct small_corpus *corpus, const char *path, int shards,
                                  struct sf_error *error) {
  SF_TRY(sf_shard_folder_create(path, error));
  for (int s = 0; s < shards; s++) {
    const struct sf_shard shard = sf_shard_of(&small_config, shards, s);
    char file[SF_SHARD_PATH_SIZE];
    sf_shard_path(path, s, file);
    SF_TRY(small_write(corpus, file, &shard, error));
  }
  return small_write_view(corpus, path, shards, error);
}

void small_remove(const char *path, int shards) {
  char file[SF_SHARD_PATH_SIZE];
  for (int s = 0; s < shards; s++) {
    sf_shard_path(path, s, file);
    unlink(file);
  }
  sf_shard_folder(path, file);
  rmdir(file);
  unlink(path);
}

#include "jobs/joined_tables.h"

#include <stdlib.h>
#include <string.h>

#include "io/corpus_reader.h"
#include "io/plan_file.h"
#include "io/shard.h"
#include "jobs/kept_tables.h"
#include "kernels/digest.h"

// Rings of a plan that are in memory at a time.
#define RINGS_AT_ONCE 4096

// A table on its way into the file.
struct table {
  struct sf_maker *maker;
  struct sf_writer *writer;
  enum sf_table_id id;
  struct sf_digester digester;
  union sf_batch batch;
  int64_t capacity, at;  // rows of a batch; rows written so far
};

static void begin(struct table *table, struct sf_maker *maker, struct sf_writer *writer,
                  enum sf_table_id id) {
  *table =
      (struct table){.maker = maker, .writer = writer, .id = id, .capacity = maker->options->batch};
  // Memory for a batch of transactions holds one of any other table.
  sf_batch_place(&sf_tables[id], &table->batch, table->capacity, maker->memory);
  sf_digester_place(&table->digester, &sf_tables[id], maker->digester_memory);
}

// Writes the rows of the batch behind those before.
static enum sf_status put(struct table *table, int64_t rows, struct sf_error *error) {
  table->batch.head.rows = rows;
  sf_digester_add(&table->digester, &table->batch, NULL, 0, rows);
  SF_TRY(sf_writer_write(table->writer, table->id, table->at, &table->batch, error));
  table->at += rows;
  return SF_OK;
}

static void end(struct table *table, struct sf_digest *digest) {
  sf_digester_end(&table->digester);
  memcpy(digest, table->digester.sum, sizeof table->digester.sum);
}

// 1. From the shards.

static enum sf_status copy_shard(struct table *table, const char *path, struct sf_error *error) {
  struct sf_corpus *shard;
  SF_TRY(sf_corpus_open_file(path, &shard, error));
  const int64_t first = sf_corpus_info(shard)->first[table->id];
  const int64_t rows = sf_corpus_info(shard)->rows[table->id];
  enum sf_status status = SF_OK;
  for (int64_t at = 0; at < rows && status == SF_OK; at += table->capacity) {
    const int64_t now = rows - at < table->capacity ? rows - at : table->capacity;
    status =
        sf_corpus_read(shard, table->id, SF_COLUMNS_ALL, first + at, now, &table->batch, error);
    if (status == SF_OK) {
      status = put(table, now, error);
    }
  }
  sf_corpus_close(shard);
  return status;
}

static enum sf_status copy_table(struct sf_maker *maker, struct sf_writer *writer,
                                 enum sf_table_id id, const char *corpus, int shards,
                                 const struct sf_digest *expected, struct sf_error *error) {
  struct table table;
  struct sf_digest found[SF_COLUMNS_MAX] = {{0}};
  begin(&table, maker, writer, id);
  for (int k = 0; k < shards; k++) {
    char path[SF_SHARD_PATH_SIZE];
    sf_shard_path(corpus, k, path);
    SF_TRY(copy_shard(&table, path, error));
  }
  end(&table, found);
  for (uint32_t c = 0; c < sf_tables[id].columns; c++) {
    if (!sf_digest_equal(found[c], expected[c])) {
      return sf_fail(error, SF_MISMATCH, "%s: /%s/%s of the shards is not what its digest says",
                     corpus, sf_tables[id].name, sf_tables[id].column[c].name);
    }
  }
  return SF_OK;
}

// 2. From the world and the plan.

static enum sf_status make_merchants(struct sf_maker *maker, struct sf_writer *writer,
                                     struct sf_digest *digest, struct sf_error *error) {
  struct table table;
  const int64_t rows = sf_config_merchants(&maker->config);
  begin(&table, maker, writer, SF_TABLE_MERCHANTS);
  while (table.at < rows) {
    const int64_t left = rows - table.at, now = left < table.capacity ? left : table.capacity;
    sf_world_merchants(maker->world, (uint32_t)(table.at + 1), now, &table.batch.merchants, 0);
    SF_TRY(put(&table, now, error));
  }
  end(&table, digest);
  return SF_OK;
}

static const enum sf_table_id ring_tables[] = {SF_TABLE_RINGS, SF_TABLE_RING_MEMBERS,
                                               SF_TABLE_RING_LINKS};
#define RING_TABLES 3

// Adds the digests of a part of the rings: none is divided.
static void add_digests(const struct sf_maker *maker, const struct sf_kept_tables *kept,
                        enum sf_table_id t, struct sf_corpus_digests *digests) {
  struct sf_digester digester;
  sf_digester_place(&digester, &sf_tables[t], maker->digester_memory);
  sf_digester_add(&digester, &kept->batch[t], NULL, 0, kept->batch[t].head.rows);
  sf_digester_end(&digester);
  for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
    digests->column[t][c] = sf_digest_sum(digests->column[t][c], digester.sum[c]);
  }
}

static enum sf_status make_rings(const struct sf_maker *maker, struct sf_writer *writer,
                                 const char *plan, int part, int parts,
                                 struct sf_corpus_digests *digests, struct sf_error *error) {
  struct sf_fraud_plan fraud = {0};
  struct sf_kept_tables kept = {0};
  struct sf_range own, range[SF_TABLE_COUNT];
  int64_t total, first[SF_TABLE_COUNT] = {0}, rows[SF_TABLE_COUNT];
  enum sf_status status = sf_plan_file_read(plan, &maker->config, (struct sf_range){0, 0}, part,
                                            parts, &own, &total, &fraud, error);
  if (status == SF_OK) {
    status = sf_kept_tables_create(MPI_COMM_SELF, &maker->config, &fraud, &kept, first, range, rows,
                                   error);
  }
  for (int i = 0; i < RING_TABLES && status == SF_OK; i++) {
    const enum sf_table_id t = ring_tables[i];
    kept.batch[t].head.rows = sf_range_length(range[t]);
    add_digests(maker, &kept, t, digests);
    status = sf_writer_write(writer, t, range[t].begin, &kept.batch[t], error);
  }
  sf_kept_tables_free(&kept);
  sf_fraud_plan_free(&fraud);
  return status;
}

enum sf_status sf_joined_totals(const char *plan, const struct sf_config *config,
                                struct sf_fraud_totals *totals, struct sf_error *error) {
  struct sf_fraud_plan fraud = {0};
  struct sf_range rows;
  int64_t total;
  const enum sf_status status =
      sf_plan_file_read(plan, config, (struct sf_range){0, 0}, 0, 0, &rows, &total, &fraud, error);
  *totals = fraud.totals;
  sf_fraud_plan_free(&fraud);
  return status;
}

enum sf_status sf_joined_tables(struct sf_maker *maker, const char *corpus, int shards,
                                const char *plan, struct sf_writer *writer,
                                struct sf_corpus_digests *digests, struct sf_error *error) {
  struct sf_fraud_totals totals;
  SF_TRY(copy_table(maker, writer, SF_TABLE_CUSTOMERS, corpus, shards,
                    digests->column[SF_TABLE_CUSTOMERS], error));
  SF_TRY(copy_table(maker, writer, SF_TABLE_EPISODES, corpus, shards,
                    digests->column[SF_TABLE_EPISODES], error));
  SF_TRY(make_merchants(maker, writer, digests->column[SF_TABLE_MERCHANTS], error));
  SF_TRY(sf_joined_totals(plan, &maker->config, &totals, error));
  const int parts = (int)((totals.rings + RINGS_AT_ONCE - 1) / RINGS_AT_ONCE);
  for (int part = 0; part < parts; part++) {
    SF_TRY(make_rings(maker, writer, plan, part, parts, digests, error));
  }
  return SF_OK;
}

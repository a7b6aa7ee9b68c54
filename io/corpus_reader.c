#include "io/corpus_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_file.h"
#include "io/shard_list.h"
#include "io/view_writer.h"

// Shards that are open at a time: readers go through the rows in order, and may
// look at a few places at once.
#define OPEN_SHARDS 4

struct open_shard {
  struct sf_corpus_file *file;  // null: none
  int shard;
};

// Changes while rows are read, so the corpus only points to it.
struct shards {
  struct sf_shard_list list;
  struct open_shard open[OPEN_SHARDS];
  int next;  // the place to be used next
};

struct sf_corpus {
  struct sf_corpus_file *file;
  struct shards *shards;  // null: the file holds all rows
};

static void close_shards(struct shards *shards) {
  if (!shards) {
    return;
  }
  for (int i = 0; i < OPEN_SHARDS; i++) {
    sf_corpus_file_close(shards->open[i].file);
  }
  sf_shard_list_free(&shards->list);
  free(shards);
}

// Rows of views are those of the list, and their shards are there.
static enum sf_status open_shards(struct sf_corpus *corpus, struct sf_error *error) {
  struct sf_corpus_file *file = corpus->file;
  struct shards *shards = corpus->shards = calloc(1, sizeof *shards);
  if (!shards) {
    return sf_fail(error, SF_MEMORY, "out of memory to open %s", file->path);
  }
  struct sf_shard_list *list = &shards->list;
  SF_TRY(sf_shard_list_read(file->file, file->path, list, error));
  const int last = list->count - 1;
  const int64_t rows = list->first[last] + list->rows[last];
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    if (sf_view_has(t) && file->views == 1 && file->info.rows[t] != rows) {
      return sf_fail(error, SF_FORMAT, "%s: %lld rows of /%s, its shards have %lld", file->path,
                     (long long)file->info.rows[t], sf_tables[t].name, (long long)rows);
    }
    file->info.rows[t] = sf_view_has(t) ? rows : file->info.rows[t];
  }
  return sf_shard_list_check(list, &file->info.config, error);
}

enum sf_status sf_corpus_open_file(const char *path, struct sf_corpus **corpus,
                                   struct sf_error *error) {
  struct sf_corpus *opened = calloc(1, sizeof *opened);
  if (!opened) {
    return sf_fail(error, SF_MEMORY, "out of memory to open %s", path);
  }
  enum sf_status status = sf_corpus_file_open(path, &opened->file, error);
  if (status == SF_OK && opened->file->views > 0) {
    status = open_shards(opened, error);
  }
  if (status != SF_OK) {
    sf_corpus_close(opened);
    return status;
  }
  *corpus = opened;
  return SF_OK;
}

enum sf_status sf_corpus_open_part(const char *path, struct sf_corpus **corpus,
                                   struct sf_error *error) {
  struct sf_corpus *opened;
  SF_TRY(sf_corpus_open_file(path, &opened, error));
  const struct sf_corpus_info *info = &opened->file->info;
  if (info->shard >= 0) {
    const enum sf_status status =
        sf_fail(error, SF_FORMAT, "%s: is shard %d of %d of a corpus, not the whole", path,
                info->shard, info->shards);
    sf_corpus_close(opened);
    return status;
  }
  *corpus = opened;
  return SF_OK;
}

enum sf_status sf_corpus_open(const char *path, struct sf_corpus **corpus, struct sf_error *error) {
  struct sf_corpus *opened = NULL;
  SF_TRY(sf_corpus_open_part(path, &opened, error));
  const struct sf_corpus_info *info = &opened->file->info;
  if (info->is_part) {
    const int64_t first = info->first[SF_TABLE_CUSTOMERS];
    const enum sf_status status =
        sf_fail(error, SF_FORMAT, "%s: holds customers %lld to %lld of %u, not the whole corpus",
                path, (long long)first + 1, (long long)(first + info->rows[SF_TABLE_CUSTOMERS]),
                info->config.customers);
    sf_corpus_close(opened);
    return status;
  }
  *corpus = opened;
  return SF_OK;
}

void sf_corpus_close(struct sf_corpus *corpus) {
  if (!corpus) {
    return;
  }
  close_shards(corpus->shards);
  sf_corpus_file_close(corpus->file);
  free(corpus);
}

uint32_t sf_column_index(enum sf_table_id table, const char *name) {
  uint32_t c = 0;
  while (c < sf_tables[table].columns && strcmp(sf_tables[table].column[c].name, name) != 0) {
    c++;
  }
  return c;
}

const struct sf_corpus_info *sf_corpus_info(const struct sf_corpus *corpus) {
  return &corpus->file->info;
}

// The open file of a shard, in place of the one that was opened the longest ago.
static enum sf_status open_shard(struct shards *shards, int shard, struct sf_corpus_file **file,
                                 struct sf_error *error) {
  for (int i = 0; i < OPEN_SHARDS; i++) {
    if (shards->open[i].file && shards->open[i].shard == shard) {
      *file = shards->open[i].file;
      return SF_OK;
    }
  }
  struct open_shard *place = &shards->open[shards->next];
  shards->next = (shards->next + 1) % OPEN_SHARDS;
  sf_corpus_file_close(place->file);
  place->file = NULL;
  char path[SF_SHARD_LIST_PATH_SIZE];
  sf_shard_list_path(&shards->list, shard, path);
  SF_TRY(sf_corpus_file_open(path, file, error));
  const struct sf_corpus_info *info = &(*file)->info;
  if (info->shard != shard || info->first[SF_TABLE_TRANSACTIONS] != shards->list.first[shard] ||
      info->rows[SF_TABLE_TRANSACTIONS] != shards->list.rows[shard]) {
    sf_corpus_file_close(*file);
    return sf_fail(error, SF_MISMATCH, "%s: is not shard %d of this corpus", path, shard);
  }
  *place = (struct open_shard){*file, shard};
  return SF_OK;
}

static enum sf_status read_shards(struct shards *shards, enum sf_table_id table, uint64_t columns,
                                  int64_t first, int64_t count, void *batch,
                                  struct sf_error *error) {
  for (int64_t at = 0; at < count;) {
    const int shard = sf_shard_list_find(&shards->list, first + at);
    const int64_t from = first + at - shards->list.first[shard];
    const int64_t left = shards->list.rows[shard] - from;
    const int64_t now = left < count - at ? left : count - at;
    struct sf_corpus_file *file;
    SF_TRY(open_shard(shards, shard, &file, error));
    SF_TRY(sf_corpus_file_read(file, table, columns, from, now, batch, at, error));
    at += now;
  }
  return SF_OK;
}

enum sf_status sf_corpus_read(const struct sf_corpus *corpus, enum sf_table_id table,
                              uint64_t columns, int64_t first, int64_t count, void *batch,
                              struct sf_error *error) {
  const struct sf_corpus_info *info = &corpus->file->info;
  const int64_t from = first - info->first[table];
  if (from < 0 || count < 0 || from > info->rows[table] || count > info->rows[table] - from) {
    return sf_fail(error, SF_FORMAT, "%s: there are no rows %lld to %lld of /%s",
                   corpus->file->path, (long long)first, (long long)(first + count - 1),
                   sf_tables[table].name);
  }
  ((union sf_batch *)batch)->head.rows = count;
  return corpus->shards && sf_view_has(table)
             ? read_shards(corpus->shards, table, columns, first, count, batch, error)
             : sf_corpus_file_read(corpus->file, table, columns, from, count, batch, 0, error);
}

enum sf_status sf_batch_create(enum sf_table_id table, int64_t capacity, void *batch, void **memory,
                               struct sf_error *error) {
  // aligned_alloc wants a multiple of the alignment.
  const size_t bytes = (sf_batch_bytes(&sf_tables[table], capacity) + 63) / 64 * 64;
  *memory = aligned_alloc(64, bytes);
  if (!*memory) {
    return sf_fail(error, SF_MEMORY, "out of memory for %lld rows of /%s", (long long)capacity,
                   sf_tables[table].name);
  }
  sf_batch_place(&sf_tables[table], batch, capacity, *memory);
  return SF_OK;
}

enum sf_status sf_corpus_first_key(const struct sf_corpus *corpus, enum sf_table_id table,
                                   const char *column, uint32_t key, int64_t *row,
                                   struct sf_error *error) {
  const uint32_t c = sf_column_index(table, column);
  uint32_t found = 0;
  union sf_batch one = {.head = {.capacity = 1}};
  *(uint32_t **)((char *)&one + sf_tables[table].column[c].offset) = &found;
  const struct sf_corpus_info *info = &corpus->file->info;
  int64_t low = info->first[table], high = low + info->rows[table];
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    SF_TRY(sf_corpus_read(corpus, table, UINT64_C(1) << c, middle, 1, &one, error));
    if (found < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *row = low;
  return SF_OK;
}

enum sf_status sf_corpus_first_row(const struct sf_corpus *corpus, uint32_t customer_id,
                                   int64_t *row, struct sf_error *error) {
  return sf_corpus_first_key(corpus, SF_TABLE_TRANSACTIONS, "customer_id", customer_id, row, error);
}

enum sf_status sf_corpus_digest(const struct sf_corpus *corpus, enum sf_table_id table,
                                uint32_t column, struct sf_digest *digest, struct sf_error *error) {
  return sf_corpus_file_digest(corpus->file, table, column, digest, error);
}

enum sf_status sf_corpus_root_digest(const struct sf_corpus *corpus, struct sf_digest *digest,
                                     struct sf_error *error) {
  return sf_corpus_file_root_digest(corpus->file, digest, error);
}

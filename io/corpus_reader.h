#ifndef SF_IO_CORPUS_READER_H
#define SF_IO_CORPUS_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/digest.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"

// A corpus that is open for reading. Nothing here is collective: each rank
// opens the file by itself, read-only, through the serial driver. Rows that lie in
// shards are read from them, a few of which are open at a time.
struct sf_corpus;

struct sf_corpus_info {
  struct sf_config config;  // from the root attributes
  int64_t rows[SF_TABLE_COUNT];
  int shards;    // 0: one file holds the corpus
  int shard;     // the file is this one of them; -1: it is a corpus
  bool is_part;  // the file holds some customers of a corpus
  // Of a shard or a part: number in the corpus of its first row of each table; the rows of a
  // table that shards do not hold are -1. Else 0. A part holds all tables, merchants
  // and rings as a whole.
  int64_t first[SF_TABLE_COUNT];
};

// Place of a column in its table; the number of columns if there is none.
uint32_t sf_column_index(enum sf_table_id table, const char *name);

// All columns of a table, as a set for sf_corpus_read.
#define SF_COLUMNS_ALL UINT64_MAX

// Opens a corpus and checks that it has every table and column of the schema
// with the right type, enumeration members, dictionary entries and length, and of
// a corpus of shards that each is there and belongs to it. Errors: SF_FILE,
// SF_FORMAT, SF_MISMATCH, SF_MEMORY; the text names the file and the dataset.
// `*corpus` is the caller's to close.
enum sf_status sf_corpus_open(const char *path, struct sf_corpus **corpus, struct sf_error *error);

// The same for a file that may be a shard alone.
enum sf_status sf_corpus_open_file(const char *path, struct sf_corpus **corpus,
                                   struct sf_error *error);

// The same for a corpus or a part of one.
enum sf_status sf_corpus_open_part(const char *path, struct sf_corpus **corpus,
                                   struct sf_error *error);
void sf_corpus_close(struct sf_corpus *corpus);

const struct sf_corpus_info *sf_corpus_info(const struct sf_corpus *corpus);

// Reads rows first .. first+count-1 of a table, counted in the whole corpus, into rows 0 .. count-1
// of `batch` (the struct of the table, capacity >= count) and sets its rows. `columns` is a set:
// bit c for column c; the other columns stay as they are.
enum sf_status sf_corpus_read(const struct sf_corpus *corpus, enum sf_table_id table,
                              uint64_t columns, int64_t first, int64_t count, void *batch,
                              struct sf_error *error);

// Memory for a batch (the struct of the table) of `capacity` rows; the caller
// frees `*memory`. Errors: SF_MEMORY.
enum sf_status sf_batch_create(enum sf_table_id table, int64_t capacity, void *batch, void **memory,
                               struct sf_error *error);

// First row of a table whose key, a column of uint32, is not below `key`, found by
// bisection; the number of rows if there is none. In a file whose rows are out of
// order it is some row.
enum sf_status sf_corpus_first_key(const struct sf_corpus *corpus, enum sf_table_id table,
                                   const char *column, uint32_t key, int64_t *row,
                                   struct sf_error *error);

// The same for the customer_id of /transactions.
enum sf_status sf_corpus_first_row(const struct sf_corpus *corpus, uint32_t customer_id,
                                   int64_t *row, struct sf_error *error);

// The digest stored with a column, and that of the whole corpus
// (sf_digest_of_corpus). Errors: SF_FORMAT if there is none.
enum sf_status sf_corpus_digest(const struct sf_corpus *corpus, enum sf_table_id table,
                                uint32_t column, struct sf_digest *digest, struct sf_error *error);
enum sf_status sf_corpus_root_digest(const struct sf_corpus *corpus, struct sf_digest *digest,
                                     struct sf_error *error);

#endif

#ifndef SF_IO_CORPUS_FILE_H
#define SF_IO_CORPUS_FILE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "io/chunk_reader.h"
#include "io/corpus_reader.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"

// One HDF5 file of a corpus, corpus.h5 or a shard, that is open for reading. What
// io/corpus_reader.h puts together. Not collective.

struct sf_file_column {
  hid_t dataset, type;  // type in the file, which is also the type in memory
  // Null unless the column is compressed.
  struct sf_chunk_reader *chunks;
};

struct sf_corpus_file {
  hid_t file;
  struct sf_corpus_info info;
  int views;  // 0: its tables are its own
  struct sf_file_column column[SF_TABLE_COUNT][SF_COLUMNS_MAX];
  struct sf_deflate *deflate;  // for the chunks of all columns; null: none has any
  char path[4096];
};

// Opens a file and checks that it has every table and column of the schema, or of
// a shard, with the right type, enumeration members, dictionary entries and length.
// Errors: SF_FILE, SF_FORMAT, SF_MEMORY. `*result` is the caller's to close.
enum sf_status sf_corpus_file_open(const char *path, struct sf_corpus_file **result,
                                   struct sf_error *error);
void sf_corpus_file_close(struct sf_corpus_file *file);

// Reads rows first .. first+count-1 of the file's table, which is no view, to rows
// at .. of the batch. Errors: SF_FILE, SF_FORMAT (a damaged chunk), SF_MEMORY.
enum sf_status sf_corpus_file_read(struct sf_corpus_file *file, enum sf_table_id table,
                                   uint64_t columns, int64_t first, int64_t count, void *batch,
                                   int64_t at, struct sf_error *error);

// As sf_corpus_digest and sf_corpus_root_digest.
enum sf_status sf_corpus_file_digest(const struct sf_corpus_file *file, enum sf_table_id table,
                                     uint32_t column, struct sf_digest *digest,
                                     struct sf_error *error);
enum sf_status sf_corpus_file_root_digest(const struct sf_corpus_file *file,
                                          struct sf_digest *digest, struct sf_error *error);

#endif

#ifndef SF_IO_CHUNK_WRITER_H
#define SF_IO_CHUNK_WRITER_H

#include <hdf5.h>
#include <stdint.h>

#include "io/deflate.h"
#include "kernels/status.h"

// Compressed columns of one table, filled together and in order from the first row
// to the last, whatever the batches are: each column keeps the rows of one chunk in
// memory. The chunks of all columns follow each other in the file. One rank,
// serial driver; nothing here is collective.

// Rows of a chunk: a reader unpacks half a megabyte for one row of eight bytes.
#define SF_CHUNK_ROWS 65536

// The file that chunks are written to. Its length is not known before, so space is
// reserved ahead of each write: HDF5 never meets a full disk.
struct sf_chunk_file {
  const char *path;
  hid_t file;
  struct sf_deflate *deflate;  // for chunks of the widest column
  int64_t reserved;            // bytes from the start of the file
};

struct sf_chunk_column {
  hid_t dataset;
  uint32_t place;  // of a dataset of two dimensions: its column
  size_t bytes;    // a row
};

struct sf_chunk_writer;

// For datasets of `rows` rows with chunks of sf_chunk_rows(rows). `column`, shape
// [columns], is copied; `file` must outlive the writer. `*result` is the caller's to
// free. Errors: SF_MEMORY.
enum sf_status sf_chunk_writer_create(struct sf_chunk_file *file,
                                      const struct sf_chunk_column *column, uint32_t columns,
                                      int64_t rows, struct sf_chunk_writer **result,
                                      struct sf_error *error);

// Frees the memory; calls HDF5 for nothing.
void sf_chunk_writer_free(struct sf_chunk_writer *writer);

// Takes the next rows, which must be first .. first+rows-1. data[c] are those of
// column c, one after the other. Errors: SF_SPACE, SF_FILE, SF_MEMORY, SF_INTERNAL
// (other rows); nothing but sf_chunk_writer_free may follow.
enum sf_status sf_chunk_writer_columns(struct sf_chunk_writer *writer, int64_t first, int64_t rows,
                                       const void *const *data, struct sf_error *error);

// The same for columns of float32 that lie row by row, shape [rows, columns].
enum sf_status sf_chunk_writer_matrix(struct sf_chunk_writer *writer, int64_t first, int64_t rows,
                                      const float *values, struct sf_error *error);

// Writes the chunk at the end, which zeros fill up. Errors: as above, and
// SF_INTERNAL if rows are missing.
enum sf_status sf_chunk_writer_end(struct sf_chunk_writer *writer, struct sf_error *error);

// Rows of the chunks of a dataset of `rows` > 0 rows: no more than it has.
static inline int64_t sf_chunk_rows(int64_t rows) {
  return rows < SF_CHUNK_ROWS ? rows : SF_CHUNK_ROWS;
}

#endif

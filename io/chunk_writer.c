#include "io/chunk_writer.h"

#include <stdlib.h>
#include <string.h>

#include "io/byte_planes.h"
#include "io/h5_library.h"
#include "io/reserve.h"
#include "kernels/random/lanes.h"

// Space is reserved in steps of so much, and always for so much metadata behind the
// chunks: digests and what HDF5 has not yet placed.
#define RESERVE_STEP ((int64_t)64 << 20)
#define RESERVE_METADATA ((int64_t)2 << 20)

struct sf_chunk_writer {
  struct sf_chunk_file *file;
  uint32_t columns;
  struct sf_chunk_column *column;      // shape [columns]
  struct sf_deflate_column **deflate;  // shape [columns]
  unsigned char **planes;              // shape [columns], each [bytes, chunk]
  unsigned char *memory;               // of all planes; null before the first row
  int64_t rows, chunk;                 // of the datasets, of a chunk
  int64_t next, filled;                // the next row; rows in the planes
};

enum sf_status sf_chunk_writer_create(struct sf_chunk_file *file,
                                      const struct sf_chunk_column *column, uint32_t columns,
                                      int64_t rows, struct sf_chunk_writer **result,
                                      struct sf_error *error) {
  struct sf_chunk_writer *made = calloc(1, sizeof *made);
  if (made) {
    *made = (struct sf_chunk_writer){
        .file = file, .columns = columns, .rows = rows, .chunk = sf_chunk_rows(rows)};
    made->column = malloc(columns * sizeof *made->column);
    made->deflate = calloc(columns, sizeof(struct sf_deflate_column *));
    made->planes = calloc(columns, sizeof(unsigned char *));
  }
  if (!made || !made->column || !made->deflate || !made->planes) {
    sf_chunk_writer_free(made);
    return sf_fail(error, SF_MEMORY, "out of memory to compress");
  }
  enum sf_status status = SF_OK;
  for (uint32_t c = 0; c < columns && status == SF_OK; c++) {
    made->column[c] = column[c];
    status = sf_deflate_column_create(column[c].bytes, &made->deflate[c], error);
  }
  if (status != SF_OK) {
    sf_chunk_writer_free(made);
    return status;
  }
  *result = made;
  return SF_OK;
}

void sf_chunk_writer_free(struct sf_chunk_writer *writer) {
  if (writer) {
    for (uint32_t c = 0; writer->deflate && c < writer->columns; c++) {
      sf_deflate_column_free(writer->deflate[c]);
    }
    free(writer->memory);
    free(writer->planes);
    free(writer->deflate);
    free(writer->column);
    free(writer);
  }
}

// Bytes from the planes of a column to those of the next beyond their own: a cache line, so
// that the same row of all columns does not fall into a few sets of the cache.
#define PLANES_GAP 64

// Memory for the chunks of a table is taken when its first row comes: tables come
// one after the other.
static enum sf_status need_planes(struct sf_chunk_writer *writer, struct sf_error *error) {
  size_t bytes = PLANES_GAP;
  for (uint32_t c = 0; c < writer->columns; c++) {
    bytes += (size_t)writer->chunk * writer->column[c].bytes + PLANES_GAP;
  }
  writer->memory = malloc(bytes);
  if (!writer->memory) {
    return sf_fail(error, SF_MEMORY, "out of memory for chunks of %lld rows (%.0f MB)",
                   (long long)writer->chunk, (double)bytes / 1e6);
  }
  unsigned char *at = writer->memory;
  for (uint32_t c = 0; c < writer->columns; c++) {
    writer->planes[c] = at;
    at += (size_t)writer->chunk * writer->column[c].bytes + PLANES_GAP;
  }
  return SF_OK;
}

// Space for a chunk of so many bytes at the end of the file.
static enum sf_status need_space(struct sf_chunk_file *file, size_t bytes, struct sf_error *error) {
  hsize_t end;
  if (H5Fget_filesize(file->file, &end) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot ask for its length", file->path);
  }
  const int64_t needed = (int64_t)end + (int64_t)bytes + RESERVE_METADATA;
  if (needed <= file->reserved) {
    return SF_OK;
  }
  // The last step may not fit where what is needed does.
  const int64_t from = file->reserved;
  enum sf_status status = sf_reserve_ahead(file->path, from, needed + RESERVE_STEP, error);
  file->reserved = needed + RESERVE_STEP;
  if (status == SF_SPACE) {
    status = sf_reserve_ahead(file->path, from, needed, error);
    file->reserved = needed;
  }
  return status;
}

static enum sf_status write_chunks(struct sf_chunk_writer *writer, struct sf_error *error) {
  const int64_t first = writer->next - writer->filled;
  for (uint32_t c = 0; c < writer->columns; c++) {
    const struct sf_chunk_column *column = &writer->column[c];
    const struct sf_deflated chunk = sf_deflate_chunk(writer->file->deflate, writer->deflate[c],
                                                      writer->planes[c], (size_t)writer->chunk);
    SF_TRY(need_space(writer->file, chunk.bytes, error));
    const hsize_t offset[2] = {(hsize_t)first, column->place};
    if (H5Dwrite_chunk(column->dataset, H5P_DEFAULT, chunk.skipped, offset, chunk.bytes,
                       chunk.data) < 0) {
      return sf_h5_fail(error, SF_FILE, "%s: cannot write the chunk of row %lld",
                        writer->file->path, (long long)first);
    }
  }
  writer->filled = 0;
  return SF_OK;
}

// Rows of a piece that goes into the open chunk; there is room for it.
static int64_t next_piece(const struct sf_chunk_writer *writer, int64_t rows) {
  const int64_t room = writer->chunk - writer->filled;
  return rows < room ? rows : room;
}

static enum sf_status take_rows(struct sf_chunk_writer *writer, int64_t rows,
                                struct sf_error *error) {
  writer->next += rows;
  writer->filled += rows;
  return writer->filled == writer->chunk ? write_chunks(writer, error) : SF_OK;
}

static enum sf_status check_rows(struct sf_chunk_writer *writer, int64_t first, int64_t rows,
                                 struct sf_error *error) {
  if (first != writer->next || rows > writer->rows - first) {
    return sf_fail(error, SF_INTERNAL, "%s: rows %lld to %lld come where row %lld of %lld is next",
                   writer->file->path, (long long)first, (long long)(first + rows),
                   (long long)writer->next, (long long)writer->rows);
  }
  return writer->memory ? SF_OK : need_planes(writer, error);
}

enum sf_status sf_chunk_writer_columns(struct sf_chunk_writer *writer, int64_t first, int64_t rows,
                                       const void *const *data, struct sf_error *error) {
  if (rows == 0) {
    return SF_OK;
  }
  SF_TRY(check_rows(writer, first, rows, error));
  for (int64_t at = 0; at < rows;) {
    const int64_t now = next_piece(writer, rows - at);
    for (uint32_t c = 0; c < writer->columns; c++) {
      const size_t bytes = writer->column[c].bytes;
      sf_planes_split((const char *)data[c] + (size_t)at * bytes, (size_t)now, bytes,
                      writer->planes[c] + writer->filled, (size_t)writer->chunk);
    }
    SF_TRY(take_rows(writer, now, error));
    at += now;
  }
  return SF_OK;
}

// Values that are turned at a time, one cache line of a row and of a plane: they stay in the
// nearest cache.
enum { TURNED_COLUMNS = 16, TURNED_ROWS = 64 };

// Row-major values of `rows` rows to the columns' planes, from row `at` of the chunk.
static void turn_rows(const struct sf_chunk_writer *writer, const float *values, int64_t rows,
                      int64_t at) {
  const uint32_t width = writer->columns;
  const size_t chunk = (size_t)writer->chunk;
  const struct sf_lanes *lanes = sf_lanes_select(NULL);
  float tile[TURNED_COLUMNS][TURNED_ROWS];
  for (int64_t from = 0; from < rows; from += TURNED_ROWS) {
    const int64_t now = rows - from < TURNED_ROWS ? rows - from : TURNED_ROWS;
    for (uint32_t first = 0; first < width; first += TURNED_COLUMNS) {
      const uint32_t columns = width - first < TURNED_COLUMNS ? width - first : TURNED_COLUMNS;
      lanes->transpose(values + from * width + first, (size_t)now, columns, width, tile[0],
                       TURNED_ROWS);
      for (uint32_t c = 0; c < columns; c++) {
        unsigned char *to = writer->planes[first + c] + at + from;
        sf_planes_split(tile[c], (size_t)now, sizeof(float), to, chunk);
        // The lines of the next rows come while others are turned: so many planes at a time
        // are more than a processor foresees.
        for (size_t b = 0; b < sizeof(float); b++) {
          __builtin_prefetch(to + b * chunk + 2 * TURNED_ROWS - 1, 1);
        }
      }
    }
  }
}

enum sf_status sf_chunk_writer_matrix(struct sf_chunk_writer *writer, int64_t first, int64_t rows,
                                      const float *values, struct sf_error *error) {
  if (rows == 0) {
    return SF_OK;
  }
  SF_TRY(check_rows(writer, first, rows, error));
  for (int64_t at = 0; at < rows;) {
    const int64_t now = next_piece(writer, rows - at);
    turn_rows(writer, values + (size_t)at * writer->columns, now, writer->filled);
    SF_TRY(take_rows(writer, now, error));
    at += now;
  }
  return SF_OK;
}

enum sf_status sf_chunk_writer_end(struct sf_chunk_writer *writer, struct sf_error *error) {
  if (writer->next != writer->rows) {
    return sf_fail(error, SF_INTERNAL, "%s: %lld of %lld rows came", writer->file->path,
                   (long long)writer->next, (long long)writer->rows);
  }
  if (writer->filled == 0) {
    return SF_OK;
  }
  for (uint32_t c = 0; c < writer->columns; c++) {
    for (size_t b = 0; b < writer->column[c].bytes; b++) {
      memset(writer->planes[c] + b * (size_t)writer->chunk + writer->filled, 0,
             (size_t)(writer->chunk - writer->filled));
    }
  }
  return write_chunks(writer, error);
}

#include "io/chunk_reader.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "io/chunk_writer.h"
#include "io/h5_library.h"

struct sf_chunk_reader {
  hid_t dataset;
  int dimensions;
  uint32_t columns;        // 1 of a dataset of one dimension
  size_t bytes;            // an element
  int64_t rows, chunk;     // of the dataset, of a chunk
  int64_t held;            // number of the chunks that are in memory; -1: none
  unsigned char **buffer;  // shape [columns], each [chunk, bytes]; null before the first read
};

// Whether the filters are shuffle and deflate.
static bool filters_fit(hid_t creation) {
  if (H5Pget_nfilters(creation) != 2) {
    return false;
  }
  static const H5Z_filter_t expected[2] = {H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE};
  bool fit = true;
  for (unsigned i = 0; i < 2; i++) {
    unsigned flags, config;
    size_t values = 0;
    fit =
        fit && H5Pget_filter2(creation, i, &flags, &values, NULL, 0, NULL, &config) == expected[i];
  }
  return fit;
}

// Whether chunks are of one column and as long as sf_chunk_writer makes them.
static bool chunks_fit(struct sf_chunk_reader *reader, hid_t space, hid_t creation) {
  hsize_t extent[2] = {0, 1}, chunk[2] = {0, 1};
  reader->dimensions = H5Sget_simple_extent_ndims(space);
  if (reader->dimensions < 1 || reader->dimensions > 2 ||
      H5Sget_simple_extent_dims(space, extent, NULL) < 0 ||
      H5Pget_chunk(creation, reader->dimensions, chunk) != reader->dimensions) {
    return false;
  }
  reader->rows = (int64_t)extent[0];
  reader->columns = (uint32_t)extent[1];
  reader->chunk = (int64_t)chunk[0];
  return reader->rows > 0 && chunk[1] == 1 && reader->chunk == sf_chunk_rows(reader->rows);
}

enum sf_status sf_chunk_reader_create(hid_t dataset, size_t bytes, struct sf_chunk_reader **result,
                                      struct sf_error *error) {
  *result = NULL;
  struct sf_chunk_reader reader = {.dataset = dataset, .bytes = bytes, .held = -1};
  const hid_t space = H5Dget_space(dataset), creation = H5Dget_create_plist(dataset);
  const bool fits = H5Pget_layout(creation) == H5D_CHUNKED && filters_fit(creation) &&
                    chunks_fit(&reader, space, creation);
  H5Pclose(creation);
  H5Sclose(space);
  if (!fits) {
    return SF_OK;
  }
  struct sf_chunk_reader *made = malloc(sizeof *made);
  if (!made) {
    return sf_fail(error, SF_MEMORY, "out of memory to read chunks");
  }
  *made = reader;
  *result = made;
  return SF_OK;
}

void sf_chunk_reader_free(struct sf_chunk_reader *reader) {
  if (reader) {
    free(reader->buffer);
    free(reader);
  }
}

// Bytes from a buffer to the next beyond its own, as in sf_chunk_writer.
#define BUFFER_GAP 64

// Pointers and what they point to in one piece of memory.
static enum sf_status need_buffers(struct sf_chunk_reader *reader, struct sf_error *error) {
  const size_t pointers = (reader->columns * sizeof *reader->buffer + 63) / 64 * 64;
  const size_t bytes = (size_t)reader->chunk * reader->bytes + BUFFER_GAP;
  reader->buffer = malloc(pointers + reader->columns * bytes);
  if (!reader->buffer) {
    return sf_fail(error, SF_MEMORY, "out of memory for chunks of %lld rows",
                   (long long)reader->chunk);
  }
  for (uint32_t c = 0; c < reader->columns; c++) {
    reader->buffer[c] = (unsigned char *)reader->buffer + pointers + c * bytes;
  }
  return SF_OK;
}

static enum sf_status read_chunk(const struct sf_chunk_reader *reader, struct sf_deflate *deflate,
                                 int64_t number, uint32_t column, struct sf_error *error) {
  const hsize_t offset[2] = {(hsize_t)(number * reader->chunk), column};
  size_t room;
  void *data = sf_deflate_room(deflate, &room);
  hsize_t bytes = 0;
  struct sf_deflated chunk = {.data = data};
  if (H5Dget_chunk_storage_size(reader->dataset, offset, &bytes) < 0) {
    return sf_h5_fail(error, SF_FILE, "a chunk cannot be found");
  }
  if (bytes == 0 || bytes > room) {
    return sf_fail(error, SF_FORMAT, "a compressed chunk is missing or damaged");
  }
  if (H5Dread_chunk(reader->dataset, H5P_DEFAULT, offset, &chunk.skipped, data) < 0) {
    return sf_h5_fail(error, SF_FILE, "a chunk cannot be read");
  }
  chunk.bytes = (size_t)bytes;
  return sf_inflate_chunk(deflate, chunk, reader->buffer[column], (size_t)reader->chunk,
                          reader->bytes, error);
}

static enum sf_status hold_chunks(struct sf_chunk_reader *reader, struct sf_deflate *deflate,
                                  int64_t number, struct sf_error *error) {
  if (reader->held == number) {
    return SF_OK;
  }
  if (!reader->buffer) {
    SF_TRY(need_buffers(reader, error));
  }
  reader->held = -1;
  for (uint32_t c = 0; c < reader->columns; c++) {
    SF_TRY(read_chunk(reader, deflate, number, c, error));
  }
  reader->held = number;
  return SF_OK;
}

// Rows that are gathered at a time: their values stay in the nearest cache.
#define GATHERED_ROWS 16

// Rows from .. of the chunks, side by side.
static void gather_rows(const struct sf_chunk_reader *reader, int64_t from, int64_t rows,
                        float *data) {
  for (int64_t at = 0; at < rows; at += GATHERED_ROWS) {
    const int64_t end = rows - at < GATHERED_ROWS ? rows : at + GATHERED_ROWS;
    for (uint32_t c = 0; c < reader->columns; c++) {
      const float *column = (const float *)(const void *)reader->buffer[c] + from;
      for (int64_t r = at; r < end; r++) {
        data[(size_t)r * reader->columns + c] = column[r];
      }
    }
  }
}

enum sf_status sf_chunk_reader_rows(struct sf_chunk_reader *reader, struct sf_deflate *deflate,
                                    int64_t first, int64_t rows, void *data,
                                    struct sf_error *error) {
  const size_t row_bytes = reader->bytes * reader->columns;
  for (int64_t at = 0; at < rows;) {
    const int64_t number = (first + at) / reader->chunk;
    const int64_t from = first + at - number * reader->chunk;
    const int64_t left = reader->chunk - from, now = left < rows - at ? left : rows - at;
    SF_TRY(hold_chunks(reader, deflate, number, error));
    char *to = (char *)data + (size_t)at * row_bytes;
    if (reader->dimensions == 1) {
      memcpy(to, reader->buffer[0] + (size_t)from * row_bytes, (size_t)now * row_bytes);
    } else {
      gather_rows(reader, from, now, (float *)(void *)to);
    }
    at += now;
  }
  return SF_OK;
}

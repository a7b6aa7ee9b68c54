#ifndef SF_IO_FEATURE_FILE_H
#define SF_IO_FEATURE_FILE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "io/chunk_reader.h"
#include "kernels/status.h"

// /features/values of one file, corpus.h5 or a shard, that is open for reading: what
// io/feature_values.h puts together. Not collective.
struct sf_feature_file {
  hid_t file, dataset;
  uint32_t columns;
  struct sf_chunk_reader *chunks;  // null unless they are compressed
  struct sf_deflate *deflate;
  char path[4096];
};

// `*result` is the caller's to close. Errors: SF_FILE, SF_FORMAT (no features),
// SF_MEMORY.
enum sf_status sf_feature_file_open(const char *path, struct sf_feature_file **result,
                                    struct sf_error *error);
void sf_feature_file_close(struct sf_feature_file *file);

// Whether the dataset has so many rows and columns; 0 columns and -1 rows: any.
bool sf_feature_file_fits(const struct sf_feature_file *file, int64_t rows, uint32_t columns);

// Reads rows first .. first+count-1 of the file, row-major. Errors: SF_FILE,
// SF_FORMAT, SF_MEMORY.
enum sf_status sf_feature_file_read(struct sf_feature_file *file, int64_t first, int64_t count,
                                    float *data, struct sf_error *error);

#endif

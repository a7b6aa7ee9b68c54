#ifndef SF_IO_NPY_H
#define SF_IO_NPY_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/schema/schema.h"
#include "kernels/status.h"

// Arrays in NumPy's own format, version 1.0: a header padded so that the data begin
// at a multiple of 64 bytes, then the values row by row, little endian. numpy.load
// maps such a file with mmap_mode="r". Not collective: one rank writes.
struct sf_npy {
  int descriptor;  // negative: closed
  int64_t rows, data_at;
  size_t row_bytes;
  char path[4096];
};

// Creates (truncates) an array of `rows` rows whose length is fixed at once;
// `columns` > 0 gives it shape [rows, columns], 0 shape [rows]. Types: the numbers and
// BOOL8. Errors: SF_FILE, SF_SPACE; then the array is closed.
enum sf_status sf_npy_create(const char *path, enum sf_type type, int64_t rows, uint32_t columns,
                             struct sf_npy *array, struct sf_error *error);

// Writes rows first .. first+count-1. Errors: SF_FILE, SF_SPACE.
enum sf_status sf_npy_write(struct sf_npy *array, int64_t first, int64_t count, const void *data,
                            struct sf_error *error);

// Brings the array to the disk. A closed one is left alone. Errors: SF_FILE, SF_SPACE.
enum sf_status sf_npy_close(struct sf_npy *array, struct sf_error *error);

#endif

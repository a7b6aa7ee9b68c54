#ifndef SF_IO_H5_LIBRARY_H
#define SF_IO_H5_LIBRARY_H

#include <hdf5.h>
#include <mpi.h>
#include <stdbool.h>

#include "kernels/schema/schema.h"
#include "kernels/status.h"

// Settings of HDF5 and MPI-IO that all files of the program share. Every
// property list is made here, with the reason for each setting.

// To be called before MPI_Init_thread. Errors: SF_INTERNAL.
enum sf_status sf_h5_prepare(struct sf_error *error);

// sf_fail with the innermost message of HDF5's error stack behind the text.
__attribute__((format(printf, 3, 4))) enum sf_status sf_h5_fail(struct sf_error *error,
                                                                enum sf_status status,
                                                                const char *format, ...);

// Why a file could not be opened to be read: it is missing or not readable
// (SF_FILE), a folder, or no whole HDF5 file (SF_FORMAT).
enum sf_status sf_h5_open_fail(struct sf_error *error, const char *path);

// Collective over `comm`. Creates (truncates) a file that all ranks write;
// negative on failure.
hid_t sf_h5_create_file(MPI_Comm comm, const char *path);

// The same for one rank alone, through the serial driver: for compressed and for
// virtual datasets. Not collective.
hid_t sf_h5_create_file_alone(const char *path);

// Collective over the file's communicator, like all that follows.
hid_t sf_h5_create_group(hid_t file, const char *name);

// A 1-D dataset of `rows` elements whose place in the file is fixed at once.
hid_t sf_h5_create_dataset(hid_t file, const char *name, hid_t type, int64_t rows);

// The same of two dimensions.
hid_t sf_h5_create_matrix(hid_t file, const char *name, hid_t type, int64_t rows, int64_t columns);

// A dataset of one dimension (`columns` 0) or two whose chunks of `chunk` rows of one
// column are shuffled and deflated by who writes them (H5Dwrite_chunk).
hid_t sf_h5_create_chunked(hid_t file, const char *name, hid_t type, int64_t rows, int64_t columns,
                           int64_t chunk);

// Scalar attributes; negative on failure. Text is UTF-8, of variable length, which h5py
// reads as str, or of fixed length, which it reads as bytes. HDF5 keeps the former where
// no checksum protects it, and crashes when it reads it from a damaged file.
enum sf_h5_text { SF_H5_TEXT_VARIABLE, SF_H5_TEXT_FIXED };
herr_t sf_h5_set_text(hid_t object, const char *name, const char *text);  // variable
herr_t sf_h5_set_text_as(hid_t object, const char *name, enum sf_h5_text kind, const char *text);
herr_t sf_h5_set_number(hid_t object, const char *name, hid_t type, const void *value);

// Type of a column in the file and in memory, negative on failure; the caller's
// to close. Not collective.
hid_t sf_h5_column_type(const struct sf_column *column);

// The same in a view of shards: enumerations have the member missing_shard, except
// that bool8 keeps its two, or h5py would not read it as numpy.bool_.
hid_t sf_h5_view_type(const struct sf_column *column);

// The value, of sf_column_row_bytes, of rows whose shard cannot be read: the
// greatest of the type (missing_shard; 127 of bool8), and a NaN with all bits set
// but the sign, which is not the one of the data.
#define SF_FILL_VALUE_SIZE 64
void sf_h5_fill_value(const struct sf_column *column, unsigned char value[SF_FILL_VALUE_SIZE]);

// Writes rows first .. first+rows-1, at most 1 GiB of them. Independent, or
// collective over the file's communicator, where `rows` may be 0.
herr_t sf_h5_write_rows(hid_t dataset, hid_t type, int64_t first, int64_t rows, const void *data,
                        bool collective);

// The same for whole rows of two dimensions.
herr_t sf_h5_write_matrix(hid_t dataset, hid_t type, int64_t first, int64_t rows, int64_t columns,
                          const void *data, bool collective);

// HDF5 and MPI-IO of this generation fail on independent transfers of more.
#define SF_H5_TRANSFER_MAX ((int64_t)1 << 30)

#endif

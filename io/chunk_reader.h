#ifndef SF_IO_CHUNK_READER_H
#define SF_IO_CHUNK_READER_H

#include <hdf5.h>
#include <stdint.h>

#include "io/deflate.h"
#include "kernels/status.h"

// Reads a dataset that sf_chunk_writer wrote, past HDF5's filters. Each reader keeps
// the chunks that it read last, one of each column, so that rows are best read in
// order. Not collective.
struct sf_chunk_reader;

// For a dataset of one dimension whose elements have `bytes` bytes in file and
// memory, or of two with float32 values. `*result` is the caller's to free; it is
// null where the dataset has other chunks or none, so that HDF5 must read it.
// Errors: SF_MEMORY.
enum sf_status sf_chunk_reader_create(hid_t dataset, size_t bytes, struct sf_chunk_reader **result,
                                      struct sf_error *error);
void sf_chunk_reader_free(struct sf_chunk_reader *reader);

// Reads rows first .. first+rows-1, which there are, to `data`, row-major. `deflate`
// has room for a chunk of the dataset. Errors: SF_FILE, SF_FORMAT (a chunk is damaged),
// SF_MEMORY; the text names no file.
enum sf_status sf_chunk_reader_rows(struct sf_chunk_reader *reader, struct sf_deflate *deflate,
                                    int64_t first, int64_t rows, void *data,
                                    struct sf_error *error);

#endif

#ifndef SF_IO_READ_BACK_H
#define SF_IO_READ_BACK_H

#include <stdint.h>

#include "io/corpus_writer.h"
#include "io/options.h"
#include "kernels/digest.h"
#include "kernels/status.h"

// Proof that a closed file holds what was written: digests of batches, taken
// when they are written, against the same rows read again. Nothing here is
// collective: each rank checks its own rows.

struct sf_read_back;

// `batches`, shape [SF_TABLE_COUNT], tells how many each table will have on
// this rank, and `feature_batches` how many the features will have: of a sample 8
// are checked, the first, the last, and evenly between; 3 of a compressed file, each of
// which is unpacked with the chunk around it. Errors: SF_MEMORY. `*result` is the caller's
// to free.
enum sf_status sf_read_back_create(enum sf_check level, enum sf_compression compression,
                                   const int64_t *batches, int64_t feature_batches,
                                   struct sf_read_back **result, struct sf_error *error);
void sf_read_back_free(struct sf_read_back *check);

// To be called for each batch in turn, with the row of the table at which it
// is written.
void sf_read_back_note(struct sf_read_back *check, enum sf_table_id table, int64_t first,
                       const void *batch);

// The same for features of transactions, shape [rows, width], every time of one width.
void sf_read_back_note_features(struct sf_read_back *check, int64_t first, int64_t rows,
                                uint32_t width, const float *values);

// Reads the noted rows through a fresh opening of the file. `memory` is
// scratch for a batch of `capacity` rows of any table or of features, the most
// that was noted at once. Errors: SF_FILE, SF_FORMAT, SF_MISMATCH.
enum sf_status sf_read_back_compare(const struct sf_read_back *check, const char *path,
                                    void *memory, int64_t capacity, struct sf_error *error);

#endif

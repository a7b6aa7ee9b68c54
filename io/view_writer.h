#ifndef SF_IO_VIEW_WRITER_H
#define SF_IO_VIEW_WRITER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "io/corpus_writer.h"
#include "kernels/digest.h"
#include "kernels/status.h"

// Views of a corpus whose transactions, labels and features lie in shards: virtual
// datasets, named as the real ones would be, and the group /shards, which says
// what each shard holds. A reader that cannot open a shard gets fill values that no
// row can hold (sf_h5_fill_value), without an error from HDF5. Nothing here is
// collective: the file is open on one rank, through the serial driver.

struct sf_view_writer;

// Whether the rows of a table lie in shards.
static inline bool sf_view_has(enum sf_table_id table) {
  return table == SF_TABLE_TRANSACTIONS || table == SF_TABLE_LABELS;
}

// Creates views and /shards. `corpus` is the path that the file will have. With
// the features of `groups` unless `fit` is null. `*result` is the caller's to free, after an
// error too unless it is null. Errors: SF_FILE, SF_MEMORY.
enum sf_status sf_view_writer_create(hid_t file, const char *corpus, const struct sf_view *view,
                                     uint32_t groups, const struct sf_isolation_fit *fit,
                                     struct sf_view_writer **result, struct sf_error *error);

// Stores the digests of the whole columns with each view of them and closes all
// datasets. Negative on failure.
herr_t sf_view_writer_close(struct sf_view_writer *writer, const struct sf_corpus_digests *digests);

// Frees the memory; calls HDF5 for nothing.
void sf_view_writer_free(struct sf_view_writer *writer);

// Bytes that the views take, about: more with a long name of the folder.
int64_t sf_view_bytes(const struct sf_view *view);

#endif

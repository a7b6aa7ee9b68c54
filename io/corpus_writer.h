#ifndef SF_IO_CORPUS_WRITER_H
#define SF_IO_CORPUS_WRITER_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "io/shard.h"
#include "kernels/config.h"
#include "kernels/digest.h"
#include "kernels/features/isolation.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"

// Writes corpus.h5, or a shard of it, from all ranks of a communicator
// (io/corpus_format.h names what is inside).
// The file is "<path>.partial" until sf_writer_commit, and its bytes depend on
// the configuration and the rows alone, not on who writes what and when.

struct sf_writer;

// Deflate makes chunks that every HDF5 reader opens. They are filled in order, so
// it wants a communicator of one rank that writes the rows of each table from the
// first to the last.
// Memory: up to 65,536 rows of every column, 34 MB for transactions, labels and
// features together, 5 MB for customers, 6 MB for episodes.
enum sf_compression { SF_COMPRESSION_NONE, SF_COMPRESSION_DEFLATE };

// Not collective. Whether so many ranks can write one file so. Errors: SF_CONFIG.
enum sf_status sf_compression_check(enum sf_compression compression, int ranks,
                                    struct sf_error *error);

// Where the rows of transactions, labels and features are that a corpus shows
// through views.
struct sf_view_part {
  int64_t first, rows;      // transactions of the shard
  int64_t customers;        // of the shard
  struct sf_digest digest;  // of the shard (sf_digest_of_corpus)
};
struct sf_view {
  int shards;
  const struct sf_view_part *part;  // shape [shards]
};

struct sf_writer_layout {
  const char *path;
  struct sf_config config;
  // Rows of each table in this file; -1: the file does not have the table.
  int64_t rows[SF_TABLE_COUNT];
  // Number in the corpus of the file's first row of each table.
  int64_t first[SF_TABLE_COUNT];
  int64_t batch;    // most rows of one sf_writer_write
  bool collective;  // collective transfers
  enum sf_compression compression;
  // With features of all transactions; null: without. Read by sf_writer_create
  // only, like the two below.
  const struct sf_isolation_fit *features;
  const struct sf_shard *shard;  // null: the file is a corpus
  bool part;                     // or some customers of one, which begin at `first`
  // The file shows the rows of shards beside it, which must be whole; null: it
  // holds all rows itself. Wants a communicator of one rank.
  const struct sf_view *view;
};

// Collective over `comm`. Reserves the space and creates the datasets. Errors,
// the same on all ranks: SF_MEMORY, SF_FILE, SF_SPACE, SF_USAGE (what is asked for
// wants one rank); then no file is left.
// `*result` is the caller's to free.
enum sf_status sf_writer_create(MPI_Comm comm, const struct sf_writer_layout *layout,
                                struct sf_writer **result, struct sf_error *error);

// Writes all rows of a batch (the table's struct) at rows first, first+1, ... of
// the corpus; not for the tables of a view. Not collective, unless the layout says so: then all
// ranks call equally often, with 0 rows where they have none. After an error nothing but
// sf_writer_free may follow. Errors: SF_FILE, SF_SPACE.
enum sf_status sf_writer_write(struct sf_writer *writer, enum sf_table_id table, int64_t first,
                               const void *batch, struct sf_error *error);

// The same for the features of transactions first .. first+rows-1, shape
// [rows, features of the layout's config].
enum sf_status sf_writer_write_features(struct sf_writer *writer, int64_t first, int64_t rows,
                                        const float *values, struct sf_error *error);

// Collective. Stores the digests and closes the file, which keeps its partial
// name. Errors, the same on all ranks: SF_FILE.
enum sf_status sf_writer_close(struct sf_writer *writer, const struct sf_corpus_digests *digests,
                               struct sf_error *error);

// Name of the file while it is not finished.
const char *sf_writer_partial(const struct sf_writer *writer);

// Collective, after sf_writer_close. Brings the file to the disk and gives it
// its name. Errors, the same on all ranks: SF_FILE.
enum sf_status sf_writer_commit(struct sf_writer *writer, struct sf_error *error);

// Collective. Ends the writer; removes the partial file unless it was
// committed. Never calls HDF5, which can hang after a failed write, so the
// library must not be closed later either (sf_h5_prepare sees to that).
void sf_writer_free(struct sf_writer *writer);

#endif

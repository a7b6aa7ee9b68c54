#ifndef SF_JOBS_PIECE_H
#define SF_JOBS_PIECE_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "io/corpus_writer.h"
#include "io/read_back.h"
#include "jobs/kept_tables.h"
#include "jobs/maker.h"
#include "kernels/digest.h"
#include "kernels/status.h"
#include "mpi/fraud_plan.h"
#include "mpi/partition.h"

// A file that the ranks of a communicator make together: a whole corpus or a part
// of it. All its tables hold consecutive rows of the corpus, and so does the range of
// each rank.
struct sf_piece {
  MPI_Comm comm;  // borrowed
  int rank, size;
  const char *path;
  const char *plan;                       // the file that the plan is from; "" for none
  const struct sf_shard *shard;           // null: the whole corpus
  bool part;                              // some customers of the corpus; needs `shard` null
  struct sf_share share;                  // of this rank
  struct sf_fraud_plan fraud;             // with the stories of the share's customers
  int64_t first[SF_TABLE_COUNT];          // number in the corpus of the file's first row
  int64_t rows[SF_TABLE_COUNT];           // of the file; -1: it does not have the table
  struct sf_range range[SF_TABLE_COUNT];  // rows of this rank
  int64_t customers_before;               // of this rank's progress, in other files
  struct sf_kept_tables kept;
  struct sf_corpus_digests digests;  // this rank's; of the file from sf_piece_close on
  struct sf_writer *writer;
  struct sf_read_back *read_back;
};

// The steps of a file, all collective over piece->comm, with errors agreed upon there.
// After an error, or at the end, sf_piece_free.

// The empty file, and memory for its small tables. Wants comm, path, plan, shard,
// share, fraud, and of transactions, labels, customers and merchants first, rows and
// range. Errors: SF_MEMORY, those of sf_writer_create.
enum sf_status sf_piece_create(struct sf_maker *maker, struct sf_piece *piece,
                               struct sf_error *error);

// All rows, batch by batch: made, digested, written. Errors: SF_STOPPED, SF_MISMATCH
// if customers have other rows than planned, those of writing.
enum sf_status sf_piece_make(struct sf_maker *maker, struct sf_piece *piece,
                             struct sf_error *error);

// Stores the digests; compares what was read back; brings the file to the disk and
// gives it its name. Errors: SF_FILE, SF_FORMAT, SF_MISMATCH.
enum sf_status sf_piece_close(struct sf_maker *maker, struct sf_piece *piece,
                              struct sf_error *error);
enum sf_status sf_piece_check(struct sf_maker *maker, struct sf_piece *piece,
                              struct sf_error *error);
enum sf_status sf_piece_commit(struct sf_maker *maker, struct sf_piece *piece,
                               struct sf_error *error);

// Removes the file unless it was committed.
void sf_piece_free(struct sf_piece *piece);

#endif

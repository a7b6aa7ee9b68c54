#ifndef SF_IO_SHARD_H
#define SF_IO_SHARD_H

#include <stdbool.h>
#include <stdint.h>

#include "io/options.h"
#include "kernels/config.h"
#include "kernels/digest.h"
#include "kernels/status.h"
#include "mpi/partition.h"

// A corpus of several files. A shard is a contiguous range of tiles, fixed by the
// configuration and the number of shards alone, in an HDF5 file of its own:
// customers, transactions, labels, features and episodes of its customers.
//
//   corpus.h5               the small tables; views of the tables of transactions
//   corpus.shards/00000.h5  shard 0, and so on
//   corpus.shards/plan.h5   the plan that all shards follow
//
// Nothing here is collective.

struct sf_shard {
  int index, count;                  // 0 <= index < count
  struct sf_range tiles, customers;  // both may be empty; customer ids
};

#define SF_SHARDS_MAX 100000  // what five digits name

// Whether shards, and files of some customers, hold the rows of a table that belong to
// their customers; else it is in the corpus alone, and as a whole.
bool sf_table_is_divided(enum sf_table_id table);

// Shard `index` of `shards`, 1 <= shards <= SF_SHARDS_MAX.
struct sf_shard sf_shard_of(const struct sf_config *config, int shards, int index);

#define SF_SHARD_PATH_SIZE (SF_PATH_SIZE + 32)

// Whether a corpus of shards may have this name: two corpora must not share a folder.
// Errors: SF_USAGE.
enum sf_status sf_shard_corpus_check(const char *corpus, struct sf_error *error);

// Folder of the shards of a corpus, and files in it.
void sf_shard_folder(const char *corpus, char path[SF_SHARD_PATH_SIZE]);
void sf_shard_path(const char *corpus, int index, char path[SF_SHARD_PATH_SIZE]);
void sf_shard_plan_path(const char *corpus, char path[SF_SHARD_PATH_SIZE]);

// Makes the folder unless it is there. Errors: SF_FILE.
enum sf_status sf_shard_folder_create(const char *corpus, struct sf_error *error);

// What a shard file says of itself. Rows of a table that it does not hold are -1.
struct sf_shard_facts {
  int64_t first[SF_TABLE_COUNT];  // number in the corpus of its first row
  int64_t rows[SF_TABLE_COUNT];
  struct sf_corpus_digests digests;  // of its columns; zero where it has none
};

// Whether a file is a finished shard of this configuration: it opens, its root
// attributes are those of the configuration and of `shard`, it has all its tables,
// and its digest is that of the digests of its columns. Then what is stored
// against these digests: nothing, the columns of a sample, all columns. `facts` may
// be null. Errors, the text names the file and the cause: SF_FILE, SF_FORMAT,
// SF_MISMATCH, SF_MEMORY.
enum sf_status sf_shard_check(const char *path, const struct sf_config *config,
                              const struct sf_shard *shard, enum sf_check level,
                              struct sf_shard_facts *facts, struct sf_error *error);

// Adds the digests of a shard to those of the corpus.
void sf_corpus_digests_add(struct sf_corpus_digests *sum, const struct sf_corpus_digests *digests);

#endif

#ifndef SF_TESTS_MPI_SMALL_CORPUS_H
#define SF_TESTS_MPI_SMALL_CORPUS_H

#include <mpi.h>
#include <stdint.h>

#include "io/corpus_writer.h"
#include "io/shard.h"

// A corpus whose bytes are a plain function of table, column and row, written from
// one rank. Rows of the tables of customers are evenly theirs and in their order.

#define SMALL_CUSTOMERS 200
extern const struct sf_config small_config;

struct small_corpus {
  int64_t rows[SF_TABLE_COUNT];
  int64_t batch;  // rows of a write
  enum sf_compression compression;
};

// With so many transactions, 1 .. 2^31.
struct small_corpus small_corpus_of(int64_t transactions, int64_t batch,
                                    enum sf_compression compression);

// Fills rows 0 .. rows-1 of a batch with rows first .. of the corpus.
void small_fill(const struct small_corpus *corpus, enum sf_table_id t, union sf_batch *batch,
                int64_t first, int64_t rows);
float small_feature(int64_t row, uint32_t feature);

// Rows of a table that belong to a shard; all if `shard` is null. Empty for a table
// that shards do not hold.
struct sf_range small_range(const struct small_corpus *corpus, enum sf_table_id t,
                            const struct sf_shard *shard);

// Writes a whole corpus, or a shard if `shard` is not null, or one with views of
// shards that are there (`shards` > 0). Errors: of the writer.
enum sf_status small_write(const struct small_corpus *corpus, const char *path,
                           const struct sf_shard *shard, struct sf_error *error);
enum sf_status small_write_view(const struct small_corpus *corpus, const char *path, int shards,
                                struct sf_error *error);

// Writes all shards and then the corpus that shows them.
enum sf_status small_write_shards(const struct small_corpus *corpus, const char *path, int shards,
                                  struct sf_error *error);

// Removes what small_write_shards made.
void small_remove(const char *path, int shards);

#endif

// The pipeline of `synfin generate`, taken apart by phase.
#include <stdlib.h>

#include "io/corpus_writer.h"
#include "kernels/digest.h"
#include "kernels/generator.h"
#include "kernels/random/lanes.h"
#include "mpi/agree.h"
#include "mpi/partition.h"
#include "mpi/reduce.h"
#include "tests/bench/bench.h"

struct bench_pipeline {
  MPI_Comm comm;
  struct sf_config config;
  struct sf_share share;
  struct sf_world *world;
  struct sf_history *history;
  int64_t batch;
  void *memory, *scratch;
};

static enum sf_status acquire(struct bench_pipeline *pipeline, struct sf_error *error) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  SF_TRY(sf_world_create(&pipeline->config, sf_lanes_select(NULL), &pipeline->world, error));
  SF_TRY(sf_history_create(pipeline->world, &pipeline->history, error));
  pipeline->memory = aligned_alloc(64, sf_batch_bytes(table, pipeline->batch));
  pipeline->scratch = aligned_alloc(64, sf_digester_bytes(table));
  return pipeline->memory && pipeline->scratch ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory");
}

enum sf_status bench_pipeline_create(MPI_Comm comm, const struct sf_config *config, int64_t batch,
                                     struct bench_pipeline **result, struct sf_error *error) {
  struct bench_pipeline *pipeline = calloc(1, sizeof *pipeline);
  enum sf_status status = pipeline ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory");
  if (status == SF_OK) {
    int rank, size;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    *pipeline = (struct bench_pipeline){
        .comm = comm, .config = *config, .share = sf_share_of(config, rank, size), .batch = batch};
    status = acquire(pipeline, error);
  }
  status = sf_agree(comm, status, error);
  if (status != SF_OK && pipeline) {
    bench_pipeline_free(pipeline);
    pipeline = NULL;
  }
  *result = pipeline;
  return status;
}

void bench_pipeline_free(struct bench_pipeline *pipeline) {
  free(pipeline->scratch);
  free(pipeline->memory);
  sf_history_free(pipeline->history);
  sf_world_free(pipeline->world);
  free(pipeline);
}

static int64_t count(struct bench_pipeline *pipeline) {
  int64_t rows = 0;
  const struct sf_range customers = pipeline->share.customers;
  for (int64_t customer = customers.begin; customer < customers.end; customer++) {
    rows += sf_history_count(pipeline->history, (uint32_t)customer, NULL);
  }
  return rows;
}

// Where the rows of a rank stand.
struct cursor {
  int64_t next_customer, left, row;
};

// Rows made and digested at one go, as in jobs/generate.c.
#define BLOCK_ROWS 4096

// Appends at most BLOCK_ROWS rows to a batch, as far as there are any and there
// is room; returns how many.
static int64_t fill(struct bench_pipeline *pipeline, struct cursor *cursor,
                    struct sf_transactions *batch) {
  int64_t begin = batch->rows;
  int64_t end = begin + BLOCK_ROWS < batch->capacity ? begin + BLOCK_ROWS : batch->capacity;
  while (batch->rows < end) {
    if (cursor->left == 0) {
      if (cursor->next_customer == pipeline->share.customers.end) {
        break;
      }
      cursor->left =
          sf_history_begin(pipeline->history, (uint32_t)cursor->next_customer++, NULL, 0);
      continue;
    }
    int64_t room = end - batch->rows;
    int64_t now = cursor->left < room ? cursor->left : room;
    sf_history_rows(pipeline->history, now, (uint64_t)cursor->row + 1, batch, NULL, batch->rows);
    batch->rows += now;
    cursor->row += now;
    cursor->left -= now;
  }
  return batch->rows - begin;
}

// One pass over the rows of this rank, from row `first` of the table on:
// seconds for making, digesting and writing them. `writer` may be null.
static enum sf_status make_rows(struct bench_pipeline *pipeline, int64_t first,
                                struct sf_writer *writer, double seconds[3],
                                struct sf_error *error) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  struct sf_transactions batch;
  struct sf_digester digester;
  sf_batch_place(table, &batch, pipeline->batch, pipeline->memory);
  sf_digester_place(&digester, table, pipeline->scratch);
  struct cursor cursor = {.next_customer = pipeline->share.customers.begin, .row = first};
  seconds[0] = seconds[1] = seconds[2] = 0;
  for (;;) {
    int64_t at = cursor.row;
    int64_t rows = 1;
    for (batch.rows = 0; rows > 0 && batch.rows < batch.capacity;) {
      double begin = MPI_Wtime();
      rows = fill(pipeline, &cursor, &batch);
      double made = MPI_Wtime();
      sf_digester_add(&digester, &batch, NULL, batch.rows - rows, rows);
      seconds[0] += made - begin;
      seconds[1] += MPI_Wtime() - made;
    }
    double digested = MPI_Wtime();
    enum sf_status status =
        writer ? sf_writer_write(writer, SF_TABLE_TRANSACTIONS, at, &batch, error) : SF_OK;
    seconds[2] += MPI_Wtime() - digested;
    if (batch.rows == 0 || status != SF_OK) {
      sf_digester_end(&digester);
      return status;
    }
  }
}

static enum sf_status write_rows(struct bench_pipeline *pipeline, const char *path, int64_t first,
                                 int64_t total, double seconds[3], struct sf_error *error) {
  static const struct sf_corpus_digests digests;  // of a file that is thrown away
  const struct sf_writer_layout layout = {.path = path,
                                          .config = pipeline->config,
                                          .rows = {[SF_TABLE_TRANSACTIONS] = total},
                                          .batch = pipeline->batch};
  struct sf_writer *writer;
  SF_TRY(sf_writer_create(pipeline->comm, &layout, &writer, error));
  enum sf_status status = make_rows(pipeline, first, writer, seconds, error);
  status = sf_agree(pipeline->comm, status, error);
  if (status == SF_OK) {
    status = sf_writer_close(writer, &digests, error);
  }
  sf_writer_free(writer);
  return status;
}

enum sf_status bench_pipeline_run(struct bench_pipeline *pipeline, const char *path,
                                  struct bench_run *run, struct sf_error *error) {
  double own[BENCH_PHASES], part[3];
  MPI_Barrier(pipeline->comm);
  double begin = MPI_Wtime();
  int64_t rows = count(pipeline);
  own[BENCH_SKELETON] = MPI_Wtime() - begin;
  int64_t first = sf_exclusive_scan(pipeline->comm, rows, &run->rows);
  own[BENCH_PLAN] = MPI_Wtime() - begin;

  SF_TRY(make_rows(pipeline, first, NULL, part, error));  // cannot fail: nothing is written
  own[BENCH_FLESH] = part[0] - own[BENCH_SKELETON];
  own[BENCH_DIGEST] = part[1];
  own[BENCH_WITHOUT_WRITING] = MPI_Wtime() - begin;

  MPI_Barrier(pipeline->comm);
  begin = MPI_Wtime();
  SF_TRY(write_rows(pipeline, path, first, run->rows, part, error));
  own[BENCH_WRITE] = part[2];
  own[BENCH_WITH_WRITING] = own[BENCH_PLAN] + MPI_Wtime() - begin;
  MPI_Allreduce(own, run->seconds, BENCH_PHASES, MPI_DOUBLE, MPI_MAX, pipeline->comm);
  return SF_OK;
}

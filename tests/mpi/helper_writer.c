// Cases of the writer, with a corpus whose bytes are a plain function of table,
// column and row.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "io/corpus_writer.h"
#include "io/read_back.h"
#include "kernels/generator.h"
#include "mpi/agree.h"
#include "mpi/partition.h"
#include "mpi/reduce.h"
#include "tests/mpi/helper.h"

#define CUSTOMERS 200
#define TRANSACTIONS 20011

static const struct sf_config config = {
    .seed = 5, .customers = CUSTOMERS, .start_day = 20270, .days = 30};

// Rows first .. first+rows-1 of a table.
static void fill(enum sf_table_id t, union sf_batch *batch, int64_t first, int64_t rows) {
  const struct sf_table *table = &sf_tables[t];
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    const bool named = column->type == SF_TYPE_ENUM8 || column->type == SF_TYPE_BOOL8;
    unsigned char *byte = sf_batch_column(batch, column);
    const int64_t row_bytes = (int64_t)sf_column_row_bytes(column);
    for (int64_t i = 0; i < rows * row_bytes; i++) {
      const int64_t place = first * row_bytes + i;
      byte[i] = (unsigned char)(named ? place % 2 : 7 * place + place / 239 + c);
    }
  }
  batch->customers.rows = rows;
}

static struct sf_writer_layout layout_of(const char *path, int64_t batch, bool collective) {
  return (struct sf_writer_layout){
      .path = path,
      .config = config,
      .rows = {CUSTOMERS, (int64_t)sf_config_merchants(&config), TRANSACTIONS, TRANSACTIONS},
      .batch = batch,
      .collective = collective};
}

// Writes this rank's part of all tables; after a failure of its own a rank
// stops, as it must, unless the writes are collective.
static enum sf_status write_tables(MPI_Comm comm, struct sf_writer *writer,
                                   const struct sf_writer_layout *layout,
                                   struct sf_read_back *check, void *memory,
                                   struct sf_error *error) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    struct sf_range range = sf_partition(layout->rows[t], rank, size);
    int64_t rounds = (sf_range_length(range) + layout->batch - 1) / layout->batch;
    rounds = layout->collective ? sf_max_i64(comm, rounds) : rounds;
    union sf_batch batch;
    sf_batch_place(&sf_tables[t], &batch, layout->batch, memory);
    for (int64_t round = 0; round < rounds; round++) {
      int64_t first = range.begin + round * layout->batch;
      first = first > range.end ? range.end : first;
      int64_t rows = range.end - first < layout->batch ? range.end - first : layout->batch;
      fill((enum sf_table_id)t, &batch, first, rows);
      if (rows > 0) {
        sf_read_back_note(check, (enum sf_table_id)t, first, &batch);
      }
      SF_TRY(sf_writer_write(writer, (enum sf_table_id)t, first, &batch, error));
    }
  }
  return SF_OK;
}

static void *batch_memory(int64_t batch) {
  size_t most = 0;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    size_t bytes = sf_batch_bytes(&sf_tables[t], batch);
    most = bytes > most ? bytes : most;
  }
  return aligned_alloc(64, most);
}

static struct sf_read_back *check_all(MPI_Comm comm, const struct sf_writer_layout *layout) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  int64_t batches[SF_TABLE_COUNT];
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    int64_t rows = sf_range_length(sf_partition(layout->rows[t], rank, size));
    batches[t] = (rows + layout->batch - 1) / layout->batch;
  }
  struct sf_read_back *check = NULL;
  sf_read_back_create(SF_CHECK_FULL, SF_COMPRESSION_NONE, batches, 0, &check, NULL);
  return check;
}

// Limits the length of files that this process can write: writes beyond fail,
// as on a disk that breaks, and the reservation does not help.
static void limit_files(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

static bool exists(const char *path) { return access(path, F_OK) == 0; }

static bool partial_exists(const char *path) {
  char partial[4096 + 16];
  snprintf(partial, sizeof partial, "%s.partial", path);
  return exists(partial);
}

// Nothing of the file is left. Rank 0 removes it, so the others wait.
static int expect_nothing(MPI_Comm comm, const char *path) {
  MPI_Barrier(comm);
  return EXPECT(!exists(path)) + EXPECT(!partial_exists(path));
}

static int write_good(MPI_Comm comm, const char *path, int64_t batch, bool collective) {
  const struct sf_writer_layout layout = layout_of(path, batch, collective);
  static const struct sf_corpus_digests digests;  // zeros are as good as any
  struct sf_error error = {.status = SF_OK};
  struct sf_writer *writer = NULL;
  void *memory = batch_memory(batch);
  struct sf_read_back *check = check_all(comm, &layout);
  int bad = EXPECT(sf_writer_create(comm, &layout, &writer, &error) == SF_OK);
  if (bad == 0) {
    enum sf_status status = write_tables(comm, writer, &layout, check, memory, &error);
    bad += EXPECT(sf_agree(comm, status, &error) == SF_OK);
    bad += EXPECT(sf_writer_close(writer, &digests, &error) == SF_OK);
    bad += EXPECT(!exists(path)) + EXPECT(partial_exists(path));
    bad += EXPECT(sf_read_back_compare(check, sf_writer_partial(writer), memory, batch, &error) ==
                  SF_OK);
    MPI_Barrier(comm);
    bad += EXPECT(sf_writer_commit(writer, &error) == SF_OK);
    bad += EXPECT(exists(path)) + EXPECT(!partial_exists(path));
    sf_writer_free(writer);
  }
  if (bad) {
    fprintf(stderr, "%s\n", error.text);
  }
  sf_read_back_free(check);
  free(memory);
  return bad;
}

int write_corpus(MPI_Comm comm, const char *path) { return write_good(comm, path, 4096, false); }

int write_corpus_in_small_batches(MPI_Comm comm, const char *path) {
  return write_good(comm, path, 333, false);
}

int write_corpus_collectively(MPI_Comm comm, const char *path) {
  return write_good(comm, path, 1000, true);
}

// `path` lies on a file system with less room than the corpus needs.
int write_to_a_full_disk(MPI_Comm comm, const char *path) {
  const struct sf_writer_layout layout = layout_of(path, 4096, false);
  struct sf_error error = {.status = SF_OK};
  struct sf_writer *writer = NULL;
  int bad = EXPECT(sf_writer_create(comm, &layout, &writer, &error) == SF_SPACE);
  bad += EXPECT(strstr(error.text, path) != NULL);
  return bad + expect_nothing(comm, path);
}

int create_in_no_folder(MPI_Comm comm, const char *path) {
  char inside[4096];
  snprintf(inside, sizeof inside, "%s/missing/corpus.h5", path);
  const struct sf_writer_layout layout = layout_of(inside, 4096, false);
  struct sf_error error = {.status = SF_OK};
  struct sf_writer *writer = NULL;
  return EXPECT(sf_writer_create(comm, &layout, &writer, &error) == SF_FILE) +
         EXPECT(strstr(error.text, inside) != NULL) + expect_nothing(comm, inside);
}

// One rank's writes fail in the middle of the file. All learn of it, nothing is
// left, and the program ends by itself: no hang in MPI_Finalize or at exit.
int write_that_fails(MPI_Comm comm, const char *path) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const struct sf_writer_layout layout = layout_of(path, 4096, false);
  struct sf_error error = {.status = SF_OK};
  struct sf_writer *writer = NULL;
  void *memory = batch_memory(layout.batch);
  struct sf_read_back *check = check_all(comm, &layout);
  int bad = EXPECT(sf_writer_create(comm, &layout, &writer, &error) == SF_OK);
  if (bad == 0) {
    if (rank == size - 1) {
      limit_files(1000000);
    }
    enum sf_status status = write_tables(comm, writer, &layout, check, memory, &error);
    bad += EXPECT((status == SF_OK) == (rank != size - 1));
    bad += EXPECT(sf_agree(comm, status, &error) == SF_FILE);
    bad += EXPECT(strstr(error.text, "cannot write rows") != NULL);
    sf_writer_free(writer);
    bad += expect_nothing(comm, path);
  }
  sf_read_back_free(check);
  free(memory);
  return bad;
}

// Collective writes that fail may report success: then reading back must not.
int collective_write_that_is_lost(MPI_Comm comm, const char *path) {
  const struct sf_writer_layout layout = layout_of(path, 4096, true);
  static const struct sf_corpus_digests digests;
  struct sf_error error = {.status = SF_OK};
  struct sf_writer *writer = NULL;
  void *memory = batch_memory(layout.batch);
  struct sf_read_back *check = check_all(comm, &layout);
  int bad = EXPECT(sf_writer_create(comm, &layout, &writer, &error) == SF_OK);
  if (bad == 0) {
    limit_files(1000000);
    enum sf_status status = write_tables(comm, writer, &layout, check, memory, &error);
    limit_files(RLIM_INFINITY);
    status = sf_agree(comm, status, &error);
    if (status == SF_OK) {
      status = sf_writer_close(writer, &digests, &error);
    }
    if (status == SF_OK) {
      status = sf_read_back_compare(check, sf_writer_partial(writer), memory, layout.batch, &error);
      status = sf_agree(comm, status, &error);
    }
    bad += EXPECT(status != SF_OK);
    sf_writer_free(writer);
    bad += expect_nothing(comm, path);
  }
  sf_read_back_free(check);
  free(memory);
  return bad;
}

// Cases of shards, views and compression on one rank: the same corpus in one file
// and in several reads alike.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/corpus_reader.h"
#include "io/feature_values.h"
#include "io/h5_library.h"
#include "kernels/features/features.h"
#include "tests/mpi/h5_content.h"
#include "tests/mpi/helper.h"
#include "tests/mpi/small_corpus.h"

#define TRANSACTIONS 20011

// Whether a table reads back as it was filled, `step` rows at a time.
static int expect_table(const struct small_corpus *corpus, const struct sf_corpus *opened,
                        enum sf_table_id t, int64_t step) {
  struct sf_error error = {.status = SF_OK};
  union sf_batch read, made;
  void *memory[2];
  int bad = EXPECT(sf_corpus_info(opened)->rows[t] == corpus->rows[t]);
  bad += EXPECT(sf_batch_create(t, step, &read, &memory[0], &error) == SF_OK);
  bad += EXPECT(sf_batch_create(t, step, &made, &memory[1], &error) == SF_OK);
  for (int64_t first = 0; first < corpus->rows[t] && bad == 0; first += step) {
    const int64_t left = corpus->rows[t] - first, rows = left < step ? left : step;
    bad += EXPECT(sf_corpus_read(opened, t, SF_COLUMNS_ALL, first, rows, &read, &error) == SF_OK);
    small_fill(corpus, t, &made, first, rows);
    bad += EXPECT(sf_digest_equal(sf_digest_of_rows(&sf_tables[t], &read, 0, rows),
                                  sf_digest_of_rows(&sf_tables[t], &made, 0, rows)));
  }
  free(memory[0]);
  free(memory[1]);
  return bad;
}

static int expect_features(const struct small_corpus *corpus, const char *path, int64_t step) {
  struct sf_error error = {.status = SF_OK};
  struct sf_feature_values *values;
  const int64_t all = corpus->rows[SF_TABLE_TRANSACTIONS];
  if (EXPECT(sf_feature_values_open(path, all, &values, &error) == SF_OK)) {
    fprintf(stderr, "%s\n", error.text);
    return 1;
  }
  float *data = malloc((size_t)step * SF_FEATURE_COUNT * sizeof *data);
  int64_t wrong = 0;
  for (int64_t first = 0; first < all; first += step) {
    const int64_t rows = all - first < step ? all - first : step;
    wrong += sf_feature_values_read(values, first, rows, data, &error) != SF_OK;
    for (int64_t i = 0; i < rows * SF_FEATURE_COUNT; i++) {
      wrong +=
          data[i] != small_feature(first + i / SF_FEATURE_COUNT, (uint32_t)(i % SF_FEATURE_COUNT));
    }
  }
  free(data);
  sf_feature_values_close(values);
  return EXPECT(wrong == 0);
}

static struct sf_digest digest_of(const char *path) {
  struct sf_corpus *corpus;
  struct sf_digest digest = {0, 0};
  if (sf_corpus_open(path, &corpus, NULL) == SF_OK) {
    sf_corpus_root_digest(corpus, &digest, NULL);
    sf_corpus_close(corpus);
  }
  return digest;
}

static int expect_corpus(const struct small_corpus *corpus, const char *path, int64_t step) {
  struct sf_error error = {.status = SF_OK};
  struct sf_corpus *opened;
  if (EXPECT(sf_corpus_open(path, &opened, &error) == SF_OK)) {
    fprintf(stderr, "%s\n", error.text);
    return 1;
  }
  int bad = 0;
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    bad += expect_table(corpus, opened, t, step);
  }
  sf_corpus_close(opened);
  return bad + expect_features(corpus, path, step);
}

// The digest of the corpus in one plain file; `content`, of all that HDF5 reads from it,
// may be null.
static struct sf_digest plain_digest(int64_t transactions, const char *path,
                                     struct sf_digest *content) {
  const struct small_corpus corpus = small_corpus_of(transactions, 4096, SF_COMPRESSION_NONE);
  struct sf_digest digest = {0, 0};
  if (small_write(&corpus, path, NULL, NULL) == SF_OK && (!content || h5_content(path, content))) {
    digest = digest_of(path);
    unlink(path);
  }
  return digest;
}

// Whether HDF5 reads rows begin .. end-1 of a view as fill values and the others as
// they were filled.
static int expect_view(const struct small_corpus *corpus, hid_t file, enum sf_table_id t,
                       struct sf_range missing) {
  union sf_batch made;
  void *memory;
  const int64_t rows = corpus->rows[t];
  int bad = EXPECT(sf_batch_create(t, rows, &made, &memory, NULL) == SF_OK);
  small_fill(corpus, t, &made, 0, rows);
  for (uint32_t c = 0; c < sf_tables[t].columns && bad == 0; c++) {
    const struct sf_column *column = &sf_tables[t].column[c];
    const size_t bytes = sf_column_row_bytes(column);
    unsigned char fill[SF_FILL_VALUE_SIZE], *expected = sf_batch_column(&made, column);
    sf_h5_fill_value(column, fill);
    for (int64_t row = missing.begin; row < missing.end; row++) {
      memcpy(expected + (size_t)row * bytes, fill, bytes);
    }
    char name[128];
    snprintf(name, sizeof name, "/%s/%s", sf_tables[t].name, column->name);
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), type = H5Dget_type(dataset);
    unsigned char *read = calloc((size_t)rows, bytes);
    bad += EXPECT(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0);
    bad += EXPECT(memcmp(read, expected, (size_t)rows * bytes) == 0);
    free(read);
    H5Tclose(type);
    H5Dclose(dataset);
  }
  free(memory);
  return bad;
}

// The views as any program sees them: whole, and with a shard missing, whose rows no
// column can be taken to have.
static int expect_views(const struct small_corpus *corpus, const char *path, int shards) {
  int bad = 0;
  for (int step = 0; step < 2; step++) {
    struct sf_range missing = {0, 0};
    if (step == 1) {
      const struct sf_shard shard = sf_shard_of(&small_config, shards, shards / 2);
      char file[SF_SHARD_PATH_SIZE];
      sf_shard_path(path, shard.index, file);
      unlink(file);
      missing = small_range(corpus, SF_TABLE_TRANSACTIONS, &shard);
      bad += EXPECT(sf_range_length(missing) > 0);
    }
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    bad += EXPECT(file >= 0);
    bad += expect_view(corpus, file, SF_TABLE_TRANSACTIONS, missing);
    bad += expect_view(corpus, file, SF_TABLE_LABELS, missing);
    H5Fclose(file);
  }
  return bad;
}

// More shards than tiles, so that some are empty.
int shards_read_as_one(MPI_Comm comm, const char *path) {
  (void)comm;
  static const int shards[] = {1, 16};
  const struct sf_digest plain = plain_digest(TRANSACTIONS, path, NULL);
  int bad = 0;
  for (size_t i = 0; i < sizeof shards / sizeof shards[0]; i++) {
    const struct small_corpus corpus = small_corpus_of(TRANSACTIONS, 997, SF_COMPRESSION_NONE);
    struct sf_error error = {.status = SF_OK};
    if (EXPECT(small_write_shards(&corpus, path, shards[i], &error) == SF_OK)) {
      fprintf(stderr, "%s\n", error.text);
      bad++;
    } else {
      bad += expect_corpus(&corpus, path, 3001);
      bad += EXPECT(sf_digest_equal(digest_of(path), plain));
    }
    small_remove(path, shards[i]);
  }
  return bad;
}

static bool equal_files(const char *a, const char *b) {
  FILE *file[2] = {fopen(a, "rb"), fopen(b, "rb")};
  bool equal = file[0] && file[1];
  while (equal) {
    const int x = getc_unlocked(file[0]), y = getc_unlocked(file[1]);
    equal = x == y;
    if (x == EOF) {
      break;
    }
  }
  for (int i = 0; i < 2; i++) {
    if (file[i]) {
      fclose(file[i]);
    }
  }
  return equal;
}

// Row counts about the edge of a chunk; batches that end anywhere in one.
int deflated_reads_alike(MPI_Comm comm, const char *path) {
  (void)comm;
  static const struct {
    int64_t transactions, batch;
  } cases[] = {{1, 10},          {65536, 997},    {65537, 65536},
               {140001, 200000}, {140001, 65536}, {140001, 4999}};
  char other[4096];
  snprintf(other, sizeof other, "%s.other", path);
  int bad = 0;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct sf_digest content, found;
    const struct sf_digest plain = plain_digest(cases[i].transactions, path, &content);
    const struct small_corpus corpus =
        small_corpus_of(cases[i].transactions, cases[i].batch, SF_COMPRESSION_DEFLATE);
    struct sf_error error = {.status = SF_OK};
    if (EXPECT(small_write(&corpus, path, NULL, &error) == SF_OK)) {
      fprintf(stderr, "%s\n", error.text);
      return bad + 1;
    }
    bad += expect_corpus(&corpus, path, 50021);
    bad += EXPECT(sf_digest_equal(digest_of(path), plain));
    bad += EXPECT(h5_content(path, &found) && sf_digest_equal(found, content));
    // The last two differ in nothing but batches of at most a chunk.
    if (i == 5) {
      bad += EXPECT(equal_files(path, other));
    }
    rename(path, other);
  }
  unlink(other);
  return bad;
}

int deflated_shards_read_as_one(MPI_Comm comm, const char *path) {
  (void)comm;
  const struct sf_digest plain = plain_digest(TRANSACTIONS, path, NULL);
  const struct small_corpus corpus = small_corpus_of(TRANSACTIONS, 997, SF_COMPRESSION_DEFLATE);
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(small_write_shards(&corpus, path, 16, &error) == SF_OK);
  if (bad) {
    fprintf(stderr, "%s\n", error.text);
  } else {
    bad += expect_corpus(&corpus, path, 3001);
    bad += EXPECT(sf_digest_equal(digest_of(path), plain));
    bad += expect_views(&corpus, path, 16);
  }
  small_remove(path, 16);
  return bad;
}

// `path` lies on a file system that has room for the beginning of the file only.
int deflate_to_a_full_disk(MPI_Comm comm, const char *path) {
  (void)comm;
  const struct small_corpus corpus = small_corpus_of(140001, 65536, SF_COMPRESSION_DEFLATE);
  struct sf_error error = {.status = SF_OK};
  char partial[4096];
  snprintf(partial, sizeof partial, "%s.partial", path);
  int bad = EXPECT(small_write(&corpus, path, NULL, &error) == SF_SPACE);
  bad += EXPECT(strstr(error.text, partial) != NULL);
  bad += EXPECT(strstr(error.text, "cannot reserve") != NULL);
  return bad + EXPECT(access(path, F_OK) != 0) + EXPECT(access(partial, F_OK) != 0);
}

// Cases of shards that were damaged after they were written: each is seen and named,
// and nothing crashes.
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/corpus_reader.h"
#include "io/feature_values.h"
#include "tests/mpi/h5_content.h"
#include "tests/mpi/helper.h"
#include "tests/mpi/small_corpus.h"

#define TRANSACTIONS 1777
#define SHARDS 3

static int64_t length_of(const char *path) {
  struct stat file;
  return stat(path, &file) == 0 ? (int64_t)file.st_size : -1;
}

static void flip(const char *path, int64_t at, unsigned char bits) {
  const int descriptor = open(path, O_RDWR | O_CLOEXEC);
  unsigned char byte = 0;
  if (pread(descriptor, &byte, 1, at) != 1) {
    abort();
  }
  byte ^= bits;
  if (pwrite(descriptor, &byte, 1, at) != 1) {
    abort();
  }
  close(descriptor);
}

static enum sf_status check_shard(const char *path, int shard, struct sf_error *error) {
  const struct sf_shard expected = sf_shard_of(&small_config, SHARDS, shard);
  return sf_shard_check(path, &small_config, &expected, SF_CHECK_FULL, NULL, error);
}

// The shard is refused by its name, and so is the corpus that shows it if `unopened`.
static int expect_refused(const char *corpus, const char *shard, bool unopened) {
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(check_shard(shard, 1, &error) != SF_OK);
  bad += EXPECT(strstr(error.text, shard) != NULL);
  struct sf_corpus *opened = NULL;
  error = (struct sf_error){.status = SF_OK};
  const enum sf_status status = sf_corpus_open(corpus, &opened, &error);
  bad += EXPECT((status != SF_OK) == unopened);
  bad += EXPECT(!unopened || strstr(error.text, shard) != NULL);
  if (status == SF_OK) {
    sf_corpus_close(opened);
  }
  if (bad) {
    fprintf(stderr, "%s: %s\n", shard, error.text);
  }
  return bad;
}

static int expect_good(const char *shard) {
  struct sf_error error = {.status = SF_OK};
  const int bad = EXPECT(check_shard(shard, 1, &error) == SF_OK);
  if (bad) {
    fprintf(stderr, "%s\n", error.text);
  }
  return bad;
}

// Place in a file of a value of the first feature.
static int64_t place_of_values(const char *path) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t values = H5Dopen2(file, "/features/values", H5P_DEFAULT);
  haddr_t place = H5Dget_offset(values);
  if (place == HADDR_UNDEF) {
    const hsize_t first[2] = {0, 0};
    hsize_t bytes;
    unsigned skipped;
    H5Dget_chunk_info_by_coord(values, first, &skipped, &place, &bytes);
  }
  H5Dclose(values);
  H5Fclose(file);
  return (int64_t)place + 40;
}

static int damage(const char *path, enum sf_compression compression) {
  const struct small_corpus corpus = small_corpus_of(TRANSACTIONS, 500, compression);
  char shard[SF_SHARD_PATH_SIZE], other[SF_SHARD_PATH_SIZE], aside[SF_SHARD_PATH_SIZE + 8];
  sf_shard_path(path, 1, shard);
  sf_shard_path(path, 2, other);
  snprintf(aside, sizeof aside, "%s.aside", shard);
  int bad = EXPECT(small_write_shards(&corpus, path, SHARDS, NULL) == SF_OK);
  if (bad) {
    return bad;
  }
  bad += expect_good(shard);
  const int64_t value = place_of_values(shard), length = length_of(shard);
  flip(shard, value, 0x10);  // the corpus opens: values are read only when asked for
  bad += expect_refused(path, shard, false);
  flip(shard, value, 0x10);
  flip(shard, 40, 0x01);  // the superblock
  bad += expect_refused(path, shard, true);
  flip(shard, 40, 0x01);
  bad += expect_good(shard);
  // Missing, and another shard in its place.
  bad += EXPECT(rename(shard, aside) == 0);
  bad += expect_refused(path, shard, true);
  bad += EXPECT(link(other, shard) == 0);
  bad += expect_refused(path, shard, true);
  bad += EXPECT(rename(aside, shard) == 0);
  bad += expect_good(shard);
  bad += EXPECT(truncate(shard, length - 1000) == 0);
  bad += expect_refused(path, shard, true);
  small_remove(path, SHARDS);
  return bad;
}

int damaged_shards_are_named(MPI_Comm comm, const char *path) {
  (void)comm;
  return damage(path, SF_COMPRESSION_NONE) + damage(path, SF_COMPRESSION_DEFLATE);
}

// A shard of another corpus that has the same shape.
int shard_of_another_seed(MPI_Comm comm, const char *path) {
  (void)comm;
  const struct small_corpus corpus = small_corpus_of(TRANSACTIONS, 500, SF_COMPRESSION_NONE);
  struct sf_shard shard = sf_shard_of(&small_config, SHARDS, 1);
  struct sf_config config = small_config;
  int bad = EXPECT(small_write(&corpus, path, &shard, NULL) == SF_OK);
  bad += EXPECT(check_shard(path, 1, NULL) == SF_OK);
  config.anomaly_rate = 0.01;
  bad += EXPECT(sf_shard_check(path, &config, &shard, SF_CHECK_NONE, NULL, NULL) == SF_MISMATCH);
  config = small_config;
  config.seed++;
  bad += EXPECT(sf_shard_check(path, &config, &shard, SF_CHECK_NONE, NULL, NULL) == SF_MISMATCH);
  config = small_config;
  config.features = 0;
  bad += EXPECT(sf_shard_check(path, &config, &shard, SF_CHECK_NONE, NULL, NULL) == SF_MISMATCH);
  shard.count++;
  bad +=
      EXPECT(sf_shard_check(path, &small_config, &shard, SF_CHECK_NONE, NULL, NULL) == SF_MISMATCH);
  struct sf_corpus *opened;
  bad += EXPECT(sf_corpus_open(path, &opened, NULL) == SF_FORMAT);
  unlink(path);
  return bad;
}

// More shards than files may be open; then none more at all.
int few_open_files(MPI_Comm comm, const char *path) {
  (void)comm;
  const struct small_corpus corpus = small_corpus_of(TRANSACTIONS, 500, SF_COMPRESSION_NONE);
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(small_write_shards(&corpus, path, 13, NULL) == SF_OK);
  const int next = open("/dev/null", O_RDONLY);
  struct rlimit before, limit;
  getrlimit(RLIMIT_NOFILE, &before);
  limit = before;
  limit.rlim_cur = (rlim_t)next + 8;
  close(next);
  bad += EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  struct sf_corpus *opened = NULL;
  union sf_batch batch;
  void *memory = NULL;
  bad +=
      EXPECT(sf_batch_create(SF_TABLE_TRANSACTIONS, TRANSACTIONS, &batch, &memory, NULL) == SF_OK);
  bad += EXPECT(sf_corpus_open(path, &opened, &error) == SF_OK);
  if (opened) {
    bad += EXPECT(sf_corpus_read(opened, SF_TABLE_TRANSACTIONS, SF_COLUMNS_ALL, 0, TRANSACTIONS,
                                 &batch, &error) == SF_OK);
    sf_corpus_close(opened);
  }
  limit.rlim_cur = (rlim_t)next + 1;
  bad += EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  bad += EXPECT(sf_corpus_open(path, &opened, &error) == SF_FILE);
  bad += EXPECT(strstr(error.text, "Too many open files") != NULL);
  setrlimit(RLIMIT_NOFILE, &before);
  free(memory);
  small_remove(path, 13);
  return bad;
}

// ---- flipped bits anywhere

#define FLIPS 50

static uint64_t next_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return *state >> 33;
}

// In a process of its own: 0 if a flip is refused by name, or shows a reader nothing
// other than before; 1 if it is accepted.
static int flip_and_check(const char *path, int64_t length, const struct sf_digest *content,
                          uint64_t seed) {
  uint64_t state = seed;
  const int64_t at = (int64_t)(next_random(&state) * next_random(&state) % (uint64_t)length);
  const unsigned char bits = (unsigned char)(1u << next_random(&state) % 8);
  struct sf_error error = {.status = SF_OK};
  alarm(20);
  flip(path, at, bits);
  const enum sf_status status = check_shard(path, 1, &error);
  bool accepted = status != SF_OK && !strstr(error.text, path);
  if (status == SF_OK) {
    struct sf_digest found;
    accepted = !h5_content(path, &found) || !sf_digest_equal(found, *content);
  }
  flip(path, at, bits);
  if (accepted) {
    fprintf(stderr, "bits %#x of byte %lld, seed %llu: %s\n", bits, (long long)at,
            (unsigned long long)seed, status == SF_OK ? "accepted" : error.text);
  }
  return accepted;
}

static int flips_of(const char *path, enum sf_compression compression, uint64_t seed) {
  const struct small_corpus corpus = small_corpus_of(TRANSACTIONS, 500, compression);
  const struct sf_shard shard = sf_shard_of(&small_config, SHARDS, 1);
  struct sf_digest content;
  int bad = EXPECT(small_write(&corpus, path, &shard, NULL) == SF_OK);
  bad += EXPECT(h5_content(path, &content));
  const int64_t length = length_of(path);
  for (uint64_t i = 0; i < FLIPS && bad < 5; i++) {
    int outcome = -1;
    const pid_t child = fork();
    if (child == 0) {
      _exit(flip_and_check(path, length, &content, seed + i));
    }
    waitpid(child, &outcome, 0);
    bad += EXPECT(WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0);
    if (bad) {
      fprintf(stderr, "seed %llu\n", (unsigned long long)(seed + i));
    }
  }
  unlink(path);
  return bad;
}

int no_flip_is_accepted(MPI_Comm comm, const char *path) {
  (void)comm;
  return flips_of(path, SF_COMPRESSION_NONE, 1) + flips_of(path, SF_COMPRESSION_DEFLATE, 1000000);
}

// Cases of mpi/: reductions, agreement, partition.
#include <stdio.h>
#include <string.h>

#include "kernels/generator.h"
#include "mpi/agree.h"
#include "mpi/partition.h"
#include "mpi/reduce.h"
#include "tests/mpi/helper.h"

int reductions(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const uint64_t n = (uint64_t)size;
  uint64_t value[2] = {(uint64_t)rank, UINT64_MAX};
  sf_sum_u64(comm, value, 2);
  int bad = EXPECT(value[0] == n * (n - 1) / 2) + EXPECT(value[1] == 0 - n);
  // Each addition but the first carries into the high half.
  struct sf_digest digest[2] = {{.low = UINT64_MAX, .high = 1}, {.low = (uint64_t)rank}};
  sf_sum_digests(comm, digest, 2);
  bad += EXPECT(digest[0].low == 0 - n) + EXPECT(digest[0].high == 2 * n - 1);
  bad += EXPECT(digest[1].low == n * (n - 1) / 2) + EXPECT(digest[1].high == 0);
  bad += EXPECT(sf_max_i64(comm, ((int64_t)1 << 40) + rank) == ((int64_t)1 << 40) + size - 1);
  bad += EXPECT(sf_max_i64(comm, -rank) == 0);
  return bad;
}

int scan(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int64_t big = (int64_t)1 << 40;
  int64_t total;
  int64_t before = sf_exclusive_scan(comm, big + rank, &total);
  return EXPECT(before == big * rank + (int64_t)rank * (rank - 1) / 2) +
         EXPECT(total == big * size + (int64_t)size * (size - 1) / 2);
}

int agreement(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(sf_agree(comm, SF_OK, &error) == SF_OK) + EXPECT(error.status == SF_OK);
  enum sf_status mine = SF_OK;
  if (rank == size - 1) {
    mine = sf_fail(&error, SF_FILE, "a.h5: cannot write");
  }
  bad += EXPECT(sf_agree(comm, mine, &error) == SF_FILE) + EXPECT(error.status == SF_FILE);
  bad += EXPECT(strstr(error.text, "a.h5: cannot write") != NULL);
  // The rank is named where there are several.
  char prefix[32];
  snprintf(prefix, sizeof prefix, "rank %d: ", size - 1);
  bad += EXPECT((strncmp(error.text, prefix, strlen(prefix)) == 0) == (size > 1));
  return bad;
}

// Rank 0 has a mild failure; ranks 1, 2, ... the same bad one, each with its text.
int agreement_on_the_worst(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  struct sf_error error = {.status = SF_OK};
  enum sf_status mine =
      sf_fail(&error, rank == 0 ? SF_FILE : SF_SPACE, rank == 0 ? "mild" : "bad %d", rank);
  enum sf_status agreed = sf_agree(comm, mine, &error);
  if (size == 1) {
    return EXPECT(agreed == SF_FILE) + EXPECT(strcmp(error.text, "mild") == 0);
  }
  return EXPECT(agreed == SF_SPACE) + EXPECT(strcmp(error.text, "rank 1: bad 1") == 0);
}

int status_of_one_rank(MPI_Comm comm, const char *path) {
  (void)path;
  int rank;
  MPI_Comm_rank(comm, &rank);
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(sf_share_status(comm, 0, SF_OK, &error) == SF_OK);
  enum sf_status mine = rank == 0 ? sf_fail(&error, SF_USAGE, "say why") : SF_OK;
  bad += EXPECT(sf_share_status(comm, 0, mine, &error) == SF_USAGE);
  return bad + EXPECT(error.status == SF_USAGE) + EXPECT(strcmp(error.text, "say why") == 0);
}

// Shares follow each other, cover all, begin at tiles and runs, and differ by
// one unit at most.
static int expect_shares(uint32_t customers, int size) {
  const struct sf_config config = {.customers = customers, .days = 1};
  const int64_t tiles = sf_config_tiles(&config);
  struct sf_share last = {{0, 0}, {1, 1}, {1, 1}};
  int bad = 0;
  for (int rank = 0; rank < size; rank++) {
    struct sf_share share = sf_share_of(&config, rank, size);
    bad += EXPECT(share.tiles.begin == last.tiles.end);
    bad += EXPECT(share.customers.begin == last.customers.end);
    bad += EXPECT(share.merchants.begin == last.merchants.end);
    int64_t length = sf_range_length(share.tiles);
    bad += EXPECT(length == tiles / size || length == (tiles + size - 1) / size);
    bad += EXPECT(sf_range_length(share.customers) == 0 ||
                  share.customers.begin == share.tiles.begin * SF_TILE_CUSTOMERS + 1);
    bad += EXPECT(sf_range_length(share.merchants) == 0 ||
                  (share.merchants.begin - 1) % SF_MERCHANT_RUN == 0);
    last = share;
  }
  bad += EXPECT(last.tiles.end == tiles);
  bad += EXPECT(last.customers.end == (int64_t)customers + 1);
  bad += EXPECT(last.merchants.end == (int64_t)sf_config_merchants(&config) + 1);
  return bad + EXPECT(sf_range_length(sf_share_of(&config, 0, size).tiles) > 0);
}

int partition(MPI_Comm comm, const char *path) {
  (void)comm;
  (void)path;
  static const uint32_t customers[] = {1, 15, 16, 17, 100, 3000, 1000003, SF_CUSTOMERS_MAX};
  static const int sizes[] = {1, 2, 3, 4, 7, 64, 1000};
  int bad = 0;
  for (size_t c = 0; c < sizeof customers / sizeof customers[0]; c++) {
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
      bad += expect_shares(customers[c], sizes[s]);
    }
  }
  return bad;
}

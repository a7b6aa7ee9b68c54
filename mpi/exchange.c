#include "mpi/exchange.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/reduce.h"
#include "mpi/traffic.h"

// Bytes that a rank sends or receives in one round at most.
#define ROUND_BYTES (INT64_C(1) << 30)

struct lists {
  int size;
  int64_t *from;             // [size] records that arrive from each rank
  int64_t *to_at, *from_at;  // [size] where they stand
  int *count[2], *place[2];  // [size] of the round: [0] sent, [1] received
};

static void free_lists(struct lists *lists) {
  free(lists->from);
  free(lists->to_at);
  free(lists->from_at);
  for (int side = 0; side < 2; side++) {
    free(lists->count[side]);
    free(lists->place[side]);
  }
}

static bool make_lists(struct lists *lists) {
  const size_t n = (size_t)lists->size;
  lists->from = malloc(n * sizeof *lists->from);
  lists->to_at = malloc(n * sizeof *lists->to_at);
  lists->from_at = malloc(n * sizeof *lists->from_at);
  bool made = lists->from && lists->to_at && lists->from_at;
  for (int side = 0; side < 2; side++) {
    lists->count[side] = malloc(n * sizeof(int));
    lists->place[side] = malloc(n * sizeof(int));
    made = made && lists->count[side] && lists->place[side];
  }
  return made;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// Part of a list of `all` records that goes in a round of at most `most` each.
static int64_t part(int64_t all, int64_t round, int64_t most) {
  const int64_t left = all - round * most;
  return left <= 0 ? 0 : least(left, most);
}

enum sf_status sf_exchange(MPI_Comm comm, size_t bytes, const void *records, const int64_t *counts,
                           void **received, int64_t *total, int64_t *sent_bytes,
                           struct sf_error *error) {
  struct lists lists = {0};
  int rank;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &lists.size);
  enum sf_status status = make_lists(&lists) ? SF_OK : sf_fail(error, SF_MEMORY, "no memory");
  status = sf_agree(comm, status, error);
  if (status != SF_OK) {
    free_lists(&lists);
    return status;
  }
  MPI_Alltoall(counts, 1, MPI_INT64_T, lists.from, 1, MPI_INT64_T, comm);
  sf_traffic_add((lists.size - 1) * (int64_t)sizeof *counts, 0);
  int64_t to = 0, from = 0, longest = 0;
  for (int r = 0; r < lists.size; r++) {
    lists.to_at[r] = to;
    lists.from_at[r] = from;
    to += counts[r];
    from += lists.from[r];
    longest = counts[r] > longest ? counts[r] : longest;
    *sent_bytes += r == rank ? 0 : counts[r] * (int64_t)bytes;
  }
  *total = from;
  *received = from ? malloc((size_t)from * bytes) : NULL;
  status = from && !*received ? sf_fail(error, SF_MEMORY, "no memory for %lld records of %zu bytes",
                                        (long long)from, bytes)
                              : SF_OK;
  status = sf_agree(comm, status, error);
  // Records of a round to each rank: together they stay below the bound.
  int64_t most = ROUND_BYTES / (int64_t)bytes / lists.size;
  most = most > 0 ? most : 1;
  const int64_t rounds = sf_max_i64(comm, (longest + most - 1) / most);
  MPI_Datatype type;
  MPI_Type_contiguous((int)bytes, MPI_BYTE, &type);
  MPI_Type_commit(&type);
  for (int64_t round = 0; round < rounds && status == SF_OK; round++) {
    // Displacements count from the first record of the round's first message, so
    // that they stay small however long the lists are: messages of a round are
    // packed one after the other on both sides.
    char *packed[2] = {NULL, NULL};
    int64_t sum[2] = {0, 0};
    for (int r = 0; r < lists.size; r++) {
      lists.count[0][r] = (int)part(counts[r], round, most);
      lists.count[1][r] = (int)part(lists.from[r], round, most);
      for (int side = 0; side < 2; side++) {
        lists.place[side][r] = (int)sum[side];
        sum[side] += lists.count[side][r];
      }
    }
    packed[0] = malloc((size_t)sum[0] * bytes + 1);
    packed[1] = malloc((size_t)sum[1] * bytes + 1);
    status = packed[0] && packed[1] ? SF_OK : sf_fail(error, SF_MEMORY, "no memory for a round");
    status = sf_agree(comm, status, error);
    for (int r = 0; r < lists.size && status == SF_OK; r++) {
      if (!lists.count[0][r]) {
        continue;  // `records` may be null
      }
      memcpy(packed[0] + (size_t)lists.place[0][r] * bytes,
             (const char *)records + (size_t)(lists.to_at[r] + round * most) * bytes,
             (size_t)lists.count[0][r] * bytes);
    }
    if (status == SF_OK) {
      MPI_Alltoallv(packed[0], lists.count[0], lists.place[0], type, packed[1], lists.count[1],
                    lists.place[1], type, comm);
      sf_traffic_add((sum[0] - lists.count[0][rank]) * (int64_t)bytes, 0);
    }
    for (int r = 0; r < lists.size && status == SF_OK; r++) {
      if (!lists.count[1][r] || !*received) {
        continue;
      }
      memcpy((char *)*received + (size_t)(lists.from_at[r] + round * most) * bytes,
             packed[1] + (size_t)lists.place[1][r] * bytes, (size_t)lists.count[1][r] * bytes);
    }
    free(packed[0]);
    free(packed[1]);
  }
  MPI_Type_free(&type);
  free_lists(&lists);
  if (status != SF_OK) {
    free(*received);
    *received = NULL;
  }
  return status;
}

#include "mpi/quota.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/reduce.h"

// Bits of the priority that a round resolves, and rounds: 48 bits tell a
// million candidates apart but with a chance of 2^-9 that any two are taken as one.
#define BITS 8
#define BINS (1u << BITS)
#define ROUNDS 6

// Where the target of a group falls: the priorities whose leading bits are `prefix`.
struct search {
  uint64_t prefix;
  int64_t left;  // of the target
};

static void count(const struct sf_quota_item *item, int64_t items, const struct search *search,
                  int round, uint64_t *bins) {
  const int shift = 64 - BITS * (round + 1);
  for (int64_t i = 0; i < items; i++) {
    const uint64_t leading = item[i].priority >> shift;
    if (leading >> BITS == search[item[i].group].prefix || round == 0) {
      bins[item[i].group * BINS + (leading & (BINS - 1))] += item[i].weight;
    }
  }
}

// Takes the bins that fit as a whole; the next one is looked into. At last it is
// taken or left, whichever is nearer.
static void advance(struct search *search, const uint64_t *bins, bool last) {
  uint32_t b = 0;
  while (b < BINS - 1 && (int64_t)bins[b] <= search->left) {
    search->left -= (int64_t)bins[b++];
  }
  search->prefix = search->prefix << BITS | b;
  // The very last bin has no bound above it, and one chance in 2^48 of an item.
  const bool above = (search->prefix + 1) >> (BITS * ROUNDS) == 0;
  if (last && above && (int64_t)bins[b] - search->left < search->left) {
    search->left -= (int64_t)bins[b];
    search->prefix++;
  }
}

enum sf_status sf_quota(MPI_Comm comm, const struct sf_quota_item *item, int64_t items,
                        uint32_t groups, const int64_t *target, uint64_t *bound, int64_t *reached,
                        struct sf_error *error) {
  uint64_t *bins = malloc((size_t)groups * BINS * sizeof *bins);
  struct search *search = calloc(groups, sizeof *search);
  enum sf_status status =
      bins && search ? SF_OK : sf_fail(error, SF_MEMORY, "no memory for histograms of priority");
  status = sf_agree(comm, status, error);
  for (uint32_t g = 0; g < groups && status == SF_OK; g++) {
    search[g].left = target[g] > 0 ? target[g] : 0;
  }
  for (int round = 0; round < ROUNDS && status == SF_OK; round++) {
    memset(bins, 0, (size_t)groups * BINS * sizeof *bins);
    count(item, items, search, round, bins);
    sf_sum_u64(comm, bins, (int64_t)groups * BINS);
    for (uint32_t g = 0; g < groups; g++) {
      advance(&search[g], &bins[g * BINS], round == ROUNDS - 1);
    }
  }
  for (uint32_t g = 0; g < groups && status == SF_OK; g++) {
    bound[g] = search[g].prefix << (64 - BITS * ROUNDS);
    reached[g] = (target[g] > 0 ? target[g] : 0) - search[g].left;
    if (target[g] <= 0) {
      bound[g] = 0;
      reached[g] = 0;
    }
  }
  free(bins);
  free(search);
  return status;
}

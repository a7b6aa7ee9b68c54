#ifndef SF_MPI_PARTITION_H
#define SF_MPI_PARTITION_H

#include <stdint.h>

#include "kernels/config.h"

// A half-open range [begin, end).
struct sf_range {
  int64_t begin, end;
};

static inline int64_t sf_range_length(struct sf_range range) { return range.end - range.begin; }

// Contiguous share of 0 .. items-1 of one of `size` ranks; shares differ by at
// most one, and rank 0 has one of the longest. Requires items < 2^32.
struct sf_range sf_partition(int64_t items, int rank, int size);

// Tiles, customer ids, and merchant ids that a rank owns. The ids are those of
// whole tiles and whole digest units.
struct sf_share {
  struct sf_range tiles, customers, merchants;
};

// The same of the customers of a range of tiles alone, without merchants.
struct sf_share sf_share_within(const struct sf_config *config, struct sf_range tiles, int rank,
                                int size);

struct sf_share sf_share_of(const struct sf_config *config, int rank, int size);

#endif

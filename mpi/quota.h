#ifndef SF_MPI_QUOTA_H
#define SF_MPI_QUOTA_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/status.h"

// Acceptance of candidates by priority until their weights add up to a target,
// over all ranks: integer histograms of the leading bits of the priorities,
// refined where the target falls, so that the result is the same for every number of ranks.

struct sf_quota_item {
  uint64_t priority;  // smaller ones are accepted first
  uint32_t group;     // 0 .. groups-1
  uint32_t weight;    // rows
};

// Collective over `comm`. For each group finds the bound such that the items with
// a smaller priority weigh as nearly `target` as whole items allow (not below 0), and what they
// weigh (`reached`). `item`: shape [items], this rank's. target, bound, reached:
// shape [groups]; targets must be the same on all ranks. Errors: SF_MEMORY.
enum sf_status sf_quota(MPI_Comm comm, const struct sf_quota_item *item, int64_t items,
                        uint32_t groups, const int64_t *target, uint64_t *bound, int64_t *reached,
                        struct sf_error *error);

#endif

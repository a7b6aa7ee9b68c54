#ifndef SF_MPI_REDUCE_H
#define SF_MPI_REDUCE_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/digest.h"

// The few reductions that the program needs, with 64-bit counts. All are over
// integers, so results do not depend on order or on the number of ranks. An
// error of MPI itself ends the program (the default handler).

// Collective over `comm`. Replaces values, shape [count], by their sums over
// ranks, modulo 2^64.
void sf_sum_u64(MPI_Comm comm, uint64_t *values, int64_t count);

// Collective over `comm`. Likewise for digests, modulo 2^128.
void sf_sum_digests(MPI_Comm comm, struct sf_digest *values, int64_t count);

// Collective over `comm`. Returns the largest value over ranks.
int64_t sf_max_i64(MPI_Comm comm, int64_t value);

// Collective over `comm`. Returns the sum over the ranks before this one, and
// the sum over all in `*total`.
int64_t sf_exclusive_scan(MPI_Comm comm, int64_t value, int64_t *total);

#endif

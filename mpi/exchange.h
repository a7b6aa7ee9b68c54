#ifndef SF_MPI_EXCHANGE_H
#define SF_MPI_EXCHANGE_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/status.h"

// All-to-all exchange of fixed records.

// Collective over `comm`. Sends `counts[r]` records of `bytes` each to rank r,
// taken from `records` in order of rank, and takes what the others send, in order
// of rank, into `*received` (malloc'ed, the caller's to free; null if none) and
// `*total`. Records are opaque bytes: all ranks must have the same
// representation. Counts go as 64 bits and data in rounds in which every message
// and every sum per rank stays below 2^31 records and 2^31 bytes. `*sent_bytes` grows by what
// leaves for other ranks. Errors: SF_MEMORY, agreed upon by all ranks.
enum sf_status sf_exchange(MPI_Comm comm, size_t bytes, const void *records, const int64_t *counts,
                           void **received, int64_t *total, int64_t *sent_bytes,
                           struct sf_error *error);

#endif

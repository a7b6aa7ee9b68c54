#ifndef SF_MPI_TRAFFIC_H
#define SF_MPI_TRAFFIC_H

#include <stdint.h>

// What this process has asked of MPI through the functions of this folder.
struct sf_traffic {
  int64_t calls;      // collective calls, barriers among them
  int64_t exchanged;  // bytes of records that left for other ranks
  int64_t reduced;    // bytes that went into reductions, scans and broadcasts
};

// Counts one call.
void sf_traffic_add(int64_t exchanged, int64_t reduced);

// The counts so far.
struct sf_traffic sf_traffic_now(void);

#endif

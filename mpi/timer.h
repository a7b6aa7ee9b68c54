#ifndef SF_MPI_TIMER_H
#define SF_MPI_TIMER_H

#include <mpi.h>

#include "mpi/traffic.h"

// Wall time by phase of a run.
//   X(constant, "name in the manifest")
#define SF_PHASE_LIST(X) \
  X(PLAN, "plan")        \
  X(CREATE, "create")    \
  X(MODEL, "model")      \
  X(DIGEST, "digest")    \
  X(WRITE, "write")      \
  X(CLOSE, "close")      \
  X(CHECK, "check")      \
  X(SYNC, "sync")

enum sf_phase {
#define SF_PHASE_ENUM(constant, name) SF_PHASE_##constant,
  SF_PHASE_LIST(SF_PHASE_ENUM)
#undef SF_PHASE_ENUM
      SF_PHASE_COUNT
};

const char *sf_phase_name(enum sf_phase phase);

// Seconds spent so far in each phase, and what it asked of MPI; one phase runs at a time.
struct sf_timer {
  double seconds[SF_PHASE_COUNT];
  struct sf_traffic traffic[SF_PHASE_COUNT];
  double since;                    // time of the last switch
  struct sf_traffic traffic_then;  // counts at the last switch
  enum sf_phase phase;
};

void sf_timer_start(struct sf_timer *timer, enum sf_phase phase);

// Ends the phase in force and starts another.
void sf_timer_switch(struct sf_timer *timer, enum sf_phase phase);

void sf_timer_stop(struct sf_timer *timer);

// Collective over `comm`. The longest time of any rank, by phase.
void sf_timer_max(MPI_Comm comm, const struct sf_timer *timer, double seconds[SF_PHASE_COUNT]);

// Times of a phase over ranks, in seconds, and the lowest of the ranks that took longest.
struct sf_phase_spread {
  double least, mean, most;
  int slowest;
};

// Collective over `comm`; the same on all ranks. A phase that is running counts
// up to its last switch.
void sf_timer_spread(MPI_Comm comm, const struct sf_timer *timer,
                     struct sf_phase_spread spread[SF_PHASE_COUNT]);

#endif

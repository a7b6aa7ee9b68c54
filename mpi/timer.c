#include "mpi/timer.h"

static const char *const names[SF_PHASE_COUNT] = {
#define SF_PHASE_NAME(constant, name) name,
    SF_PHASE_LIST(SF_PHASE_NAME)
#undef SF_PHASE_NAME
};

const char *sf_phase_name(enum sf_phase phase) { return names[phase]; }

void sf_timer_start(struct sf_timer *timer, enum sf_phase phase) {
  *timer = (struct sf_timer){.since = MPI_Wtime(), .phase = phase};
}

void sf_timer_switch(struct sf_timer *timer, enum sf_phase phase) {
  double now = MPI_Wtime();
  timer->seconds[timer->phase] += now - timer->since;
  timer->since = now;
  timer->phase = phase;
}

void sf_timer_stop(struct sf_timer *timer) { sf_timer_switch(timer, timer->phase); }

void sf_timer_max(MPI_Comm comm, const struct sf_timer *timer, double seconds[SF_PHASE_COUNT]) {
  MPI_Allreduce(timer->seconds, seconds, SF_PHASE_COUNT, MPI_DOUBLE, MPI_MAX, comm);
}

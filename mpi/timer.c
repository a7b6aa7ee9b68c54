#include "mpi/timer.h"

static const char *const names[SF_PHASE_COUNT] = {
#define SF_PHASE_NAME(constant, name) name,
    SF_PHASE_LIST(SF_PHASE_NAME)
#undef SF_PHASE_NAME
};

const char *sf_phase_name(enum sf_phase phase) { return names[phase]; }

void sf_timer_start(struct sf_timer *timer, enum sf_phase phase) {
  *timer =
      (struct sf_timer){.since = MPI_Wtime(), .traffic_then = sf_traffic_now(), .phase = phase};
}

void sf_timer_switch(struct sf_timer *timer, enum sf_phase phase) {
  double now = MPI_Wtime();
  timer->seconds[timer->phase] += now - timer->since;
  timer->since = now;
  const struct sf_traffic traffic = sf_traffic_now(), *then = &timer->traffic_then;
  struct sf_traffic *sum = &timer->traffic[timer->phase];
  sum->calls += traffic.calls - then->calls;
  sum->exchanged += traffic.exchanged - then->exchanged;
  sum->reduced += traffic.reduced - then->reduced;
  timer->traffic_then = traffic;
  timer->phase = phase;
}

void sf_timer_stop(struct sf_timer *timer) { sf_timer_switch(timer, timer->phase); }

void sf_timer_max(MPI_Comm comm, const struct sf_timer *timer, double seconds[SF_PHASE_COUNT]) {
  MPI_Allreduce(timer->seconds, seconds, SF_PHASE_COUNT, MPI_DOUBLE, MPI_MAX, comm);
}

void sf_timer_spread(MPI_Comm comm, const struct sf_timer *timer,
                     struct sf_phase_spread spread[SF_PHASE_COUNT]) {
  struct {
    double seconds;
    int rank;
  } own[SF_PHASE_COUNT], most[SF_PHASE_COUNT];
  double least[SF_PHASE_COUNT], sum[SF_PHASE_COUNT];
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    own[p].seconds = timer->seconds[p];
    own[p].rank = rank;
  }
  MPI_Allreduce(timer->seconds, least, SF_PHASE_COUNT, MPI_DOUBLE, MPI_MIN, comm);
  MPI_Allreduce(timer->seconds, sum, SF_PHASE_COUNT, MPI_DOUBLE, MPI_SUM, comm);
  MPI_Allreduce(own, most, SF_PHASE_COUNT, MPI_DOUBLE_INT, MPI_MAXLOC, comm);
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    spread[p] = (struct sf_phase_spread){least[p], sum[p] / size, most[p].seconds, most[p].rank};
  }
}

#include "mpi/alarm.h"

#include "mpi/reduce.h"

#define TAG 1

void sf_alarm_create(MPI_Comm comm, struct sf_alarm *alarm) {
  *alarm = (struct sf_alarm){.neighbours = 0};
  int rank, size;
  MPI_Comm_dup(comm, &alarm->comm);
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  if (rank > 0) {
    alarm->neighbour[alarm->neighbours++] = (rank - 1) / 2;
  }
  for (int child = 2 * rank + 1; child <= 2 * rank + 2 && child < size; child++) {
    alarm->neighbour[alarm->neighbours++] = child;
  }
}

void sf_alarm_raise(struct sf_alarm *alarm) {
  if (alarm->raised) {
    return;
  }
  alarm->raised = true;
  for (int i = 0; i < alarm->neighbours; i++) {
    MPI_Isend(NULL, 0, MPI_BYTE, alarm->neighbour[i], TAG, alarm->comm, &alarm->request[i]);
  }
}

bool sf_alarm_raised(struct sf_alarm *alarm) {
  for (int i = 0; i < alarm->neighbours && !alarm->raised; i++) {
    int arrived;
    MPI_Iprobe(alarm->neighbour[i], TAG, alarm->comm, &arrived, MPI_STATUS_IGNORE);
    if (arrived) {
      MPI_Recv(NULL, 0, MPI_BYTE, alarm->neighbour[i], TAG, alarm->comm, MPI_STATUS_IGNORE);
      alarm->heard[i] = true;
      sf_alarm_raise(alarm);
    }
  }
  return alarm->raised;
}

bool sf_alarm_end(struct sf_alarm *alarm) {
  const bool raised = sf_max_i64(alarm->comm, alarm->raised) != 0;
  if (raised) {
    // All tell all neighbours, so that none waits in vain.
    sf_alarm_raise(alarm);
    for (int i = 0; i < alarm->neighbours; i++) {
      if (!alarm->heard[i]) {
        MPI_Recv(NULL, 0, MPI_BYTE, alarm->neighbour[i], TAG, alarm->comm, MPI_STATUS_IGNORE);
      }
    }
    // They were begun by sf_alarm_raise, here or earlier.
    // NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker)
    MPI_Waitall(alarm->neighbours, alarm->request, MPI_STATUSES_IGNORE);
  }
  MPI_Comm_free(&alarm->comm);
  return raised;
}

#ifndef SF_MPI_ALARM_H
#define SF_MPI_ALARM_H

#include <mpi.h>
#include <stdbool.h>

// A flag that any rank may raise and that all others see soon, without a collective
// call: each rank that learns of it tells its neighbours in a binary tree, once.
// For ranks that have no step in common, such as groups that write files of their own.

#define SF_ALARM_NEIGHBOURS 3
struct sf_alarm {
  MPI_Comm comm;
  int neighbour[SF_ALARM_NEIGHBOURS], neighbours;
  bool heard[SF_ALARM_NEIGHBOURS];
  bool raised;  // and the neighbours told
  MPI_Request request[SF_ALARM_NEIGHBOURS];
};

// Collective over `comm`, which is copied.
void sf_alarm_create(MPI_Comm comm, struct sf_alarm *alarm);

// Not collective.
void sf_alarm_raise(struct sf_alarm *alarm);

// Whether this rank has heard of an alarm; to be called now and then, as it passes
// alarms on. Not collective.
bool sf_alarm_raised(struct sf_alarm *alarm);

// Collective. Returns on all ranks whether any raised it.
bool sf_alarm_end(struct sf_alarm *alarm);

#endif

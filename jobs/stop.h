#ifndef SF_JOBS_STOP_H
#define SF_JOBS_STOP_H

#include <stdbool.h>

#include "kernels/status.h"
#include "mpi/alarm.h"

// Stopping in order. SIGINT, SIGTERM and SIGUSR1 (which batch systems send before a
// time limit) only set a flag, and so does a limit of time; long loops look at it
// between two batches, and the run then ends as after any other failure: one
// message, and nothing left behind but shards that are finished.

// Installs the handlers, for the life of the process.
void sf_stop_install(void);

// Stops so many seconds from now; 0: never.
void sf_stop_after(double seconds);

// From now on a stop of this rank raises the alarm, and an alarm stops this rank;
// null: no longer. The alarm is borrowed.
void sf_stop_share(struct sf_alarm *alarm);

// True from the first signal, the limit of time or the alarm on.
bool sf_stop_requested(void);

// What stops the run, "SIGTERM"; of several ranks the larger number tells. 0: nothing.
int sf_stop_number(void);
const char *sf_stop_text(int number);

// SF_STOPPED with the cause once there is one, else SF_OK.
enum sf_status sf_stop_check(struct sf_error *error);

#endif

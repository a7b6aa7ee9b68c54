#ifndef SF_JOBS_STOP_H
#define SF_JOBS_STOP_H

#include <stdbool.h>

#include "kernels/status.h"

// Stopping in order. SIGINT, SIGTERM and SIGUSR1 (which batch systems send before a
// time limit) only set a flag, which long loops look at between two batches; the
// run then ends as after any other failure: one message, and nothing left behind.

// Installs the handlers, for the life of the process.
void sf_stop_install(void);

// True from the first signal on.
bool sf_stop_requested(void);

// SF_STOPPED with the name of the signal once there was one, else SF_OK.
enum sf_status sf_stop_check(struct sf_error *error);

#endif

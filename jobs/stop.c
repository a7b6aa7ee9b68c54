#include "jobs/stop.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t received;

static void note(int number) { received = number; }

void sf_stop_install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  sigemptyset(&action.sa_mask);
  // Calls in progress go on; the second signal of a kind ends the process at once.
  action.sa_flags = (int)(SA_RESTART | SA_RESETHAND);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
}

bool sf_stop_requested(void) { return received != 0; }

enum sf_status sf_stop_check(struct sf_error *error) {
  if (!sf_stop_requested()) {
    return SF_OK;
  }
  const char *name = received == SIGINT ? "INT" : received == SIGTERM ? "TERM" : "USR1";
  return sf_fail(error, SF_STOPPED, "stopped by SIG%s; nothing is left", name);
}

#include "jobs/stop.h"

#include <signal.h>
#include <string.h>
#include <time.h>

// Numbers beside those of signals: an alarm is not its own cause.
#define BY_ALARM (-1)
#define BY_TIME 1000

static volatile sig_atomic_t received;

// When to stop, in seconds of the monotonic clock; 0: never.
static double deadline;
static struct sf_alarm *shared;

static void note(int number) { received = number; }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

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

void sf_stop_after(double seconds) { deadline = seconds > 0 ? now() + seconds : 0; }

void sf_stop_share(struct sf_alarm *alarm) { shared = alarm; }

bool sf_stop_requested(void) {
  if (received == 0 && deadline > 0 && now() >= deadline) {
    received = BY_TIME;
  }
  if (shared && received != 0) {
    sf_alarm_raise(shared);
  } else if (shared && sf_alarm_raised(shared)) {
    received = BY_ALARM;
  }
  return received != 0;
}

int sf_stop_number(void) { return received; }

const char *sf_stop_text(int number) {
  switch (number) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGUSR1:
      return "SIGUSR1";
    case BY_TIME:
      return "the time limit";
    default:
      return "another rank";
  }
}

enum sf_status sf_stop_check(struct sf_error *error) {
  return sf_stop_requested()
             ? sf_fail(error, SF_STOPPED, "stopped by %s; nothing is left", sf_stop_text(received))
             : SF_OK;
}

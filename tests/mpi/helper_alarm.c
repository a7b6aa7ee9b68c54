#include "mpi/alarm.h"
#include "tests/mpi/helper.h"

// Every rank hears of an alarm that one raises, without any call in common; and
// the one after it starts anew.
int alarm_reaches_all(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size, failed = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  for (int culprit = 0; culprit < size; culprit++) {
    struct sf_alarm alarm;
    sf_alarm_create(comm, &alarm);
    failed |= EXPECT(!alarm.raised);
    if (rank == culprit) {
      sf_alarm_raise(&alarm);
    }
    while (!sf_alarm_raised(&alarm)) {
    }
    failed |= EXPECT(sf_alarm_end(&alarm));
  }
  return failed;
}

// It ends well when none, several or all ranks raise it, whether others have looked or not.
int alarm_of_several(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size, failed = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  for (unsigned set = 0; set < 1u << size; set++) {
    struct sf_alarm alarm;
    sf_alarm_create(comm, &alarm);
    if (set >> rank & 1) {
      sf_alarm_raise(&alarm);
      sf_alarm_raise(&alarm);
    } else if (rank % 2) {
      sf_alarm_raised(&alarm);
    }
    failed |= EXPECT(sf_alarm_end(&alarm) == (set != 0));
  }
  return failed;
}

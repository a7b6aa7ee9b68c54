#include "mpi/timer.h"
#include "tests/mpi/helper.h"

// Rank r has spent 1 + r seconds in every phase but the first, where all have 2,
// and the last, where rank 0 has most.
int phase_spread(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size, failures = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  struct sf_timer timer = {.phase = SF_PHASE_PLAN};
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    timer.seconds[p] = 1.0 + rank;
  }
  timer.seconds[0] = 2;
  timer.seconds[SF_PHASE_COUNT - 1] = size - rank;
  struct sf_phase_spread spread[SF_PHASE_COUNT];
  sf_timer_spread(comm, &timer, spread);
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    const int is_even = p == 0, is_last = p == SF_PHASE_COUNT - 1;
    failures += EXPECT(spread[p].least == (is_even ? 2 : 1));
    failures += EXPECT(spread[p].most == (is_even ? 2 : size));
    failures += EXPECT(spread[p].mean == (is_even ? 2 : (1.0 + size) / 2));
    failures += EXPECT(spread[p].slowest == (is_even || is_last ? 0 : size - 1));
  }
  return failures;
}

#include "jobs/telemetry.h"

// Collective over `comm`. The host of a rank, the same on all ranks.
static void host_of(MPI_Comm comm, int rank, char name[MPI_MAX_PROCESSOR_NAME]) {
  int length;
  MPI_Get_processor_name(name, &length);
  MPI_Bcast(name, MPI_MAX_PROCESSOR_NAME, MPI_CHAR, rank, comm);
}

void sf_phase_table(MPI_Comm comm, const struct sf_phase_spread spread[SF_PHASE_COUNT],
                    FILE *stream) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  if (rank == 0) {
    fprintf(stream, "%-8s %10s %10s %10s  %s\n", "phase", "min s", "mean s", "max s",
            "slowest rank");
  }
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    char host[MPI_MAX_PROCESSOR_NAME] = "";
    host_of(comm, spread[p].slowest, host);
    if (rank == 0) {
      fprintf(stream, "%-8s %10.3f %10.3f %10.3f  %d on %s\n", sf_phase_name((enum sf_phase)p),
              spread[p].least, spread[p].mean, spread[p].most, spread[p].slowest, host);
    }
  }
}

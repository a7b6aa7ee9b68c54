#include "mpi/agree.h"

#include <stdbool.h>
#include <stdio.h>

#include "mpi/traffic.h"

static enum sf_status agree(MPI_Comm comm, enum sf_status status, bool names_rank,
                            struct sf_error *error) {
  struct {
    int status, rank;
  } mine = {.status = (int)status}, worst;
  int size;
  MPI_Comm_rank(comm, &mine.rank);
  MPI_Comm_size(comm, &size);
  // MPI_MAXLOC takes the lowest rank among equals.
  MPI_Allreduce(&mine, &worst, 1, MPI_2INT, MPI_MAXLOC, comm);
  sf_traffic_add(0, sizeof mine);
  if (worst.status == (int)SF_OK) {
    return SF_OK;
  }
  struct sf_error cause = {.status = (enum sf_status)worst.status};
  if (mine.rank == worst.rank) {
    const char *text = error && error->status != SF_OK ? error->text : sf_status_text(status);
    int room = (int)sizeof cause.text - 32;
    if (names_rank && size > 1) {
      snprintf(cause.text, sizeof cause.text, "rank %d: %.*s", mine.rank, room, text);
    } else {
      snprintf(cause.text, sizeof cause.text, "%s", text);
    }
  }
  MPI_Bcast(cause.text, (int)sizeof cause.text, MPI_CHAR, worst.rank, comm);
  sf_traffic_add(0, sizeof cause.text);
  if (error) {
    *error = cause;
  }
  return cause.status;
}

enum sf_status sf_agree(MPI_Comm comm, enum sf_status status, struct sf_error *error) {
  return agree(comm, status, true, error);
}

enum sf_status sf_agree_text(MPI_Comm comm, enum sf_status status, struct sf_error *error) {
  return agree(comm, status, false, error);
}

enum sf_status sf_share_status(MPI_Comm comm, int root, enum sf_status status,
                               struct sf_error *error) {
  struct sf_error cause = {.status = status};
  if (error && status != SF_OK) {
    cause = *error;
  }
  MPI_Bcast(&cause, (int)sizeof cause, MPI_BYTE, root, comm);
  sf_traffic_add(0, sizeof cause);
  if (error && cause.status != SF_OK) {
    *error = cause;
  }
  return cause.status;
}

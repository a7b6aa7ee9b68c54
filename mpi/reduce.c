#include "mpi/reduce.h"

#include <limits.h>

#include "mpi/traffic.h"

// MPI 3 counts are int: long arrays go in pieces, the same on all ranks.
static int piece(int64_t count) { return count > INT_MAX ? INT_MAX : (int)count; }

void sf_sum_u64(MPI_Comm comm, uint64_t *values, int64_t count) {
  for (int64_t done = 0; done < count;) {
    int now = piece(count - done);
    MPI_Allreduce(MPI_IN_PLACE, values + done, now, MPI_UINT64_T, MPI_SUM, comm);
    sf_traffic_add(0, (int64_t)sizeof *values * now);
    done += now;
  }
}

static void add_digests(void *in, void *inout, int *count, MPI_Datatype *type) {
  (void)type;
  const struct sf_digest *from = in;
  struct sf_digest *to = inout;
  for (int i = 0; i < *count; i++) {
    to[i] = sf_digest_sum(to[i], from[i]);
  }
}

void sf_sum_digests(MPI_Comm comm, struct sf_digest *values, int64_t count) {
  MPI_Datatype type;
  MPI_Op sum;
  MPI_Type_contiguous(2, MPI_UINT64_T, &type);
  MPI_Type_commit(&type);
  MPI_Op_create(add_digests, 1, &sum);
  for (int64_t done = 0; done < count;) {
    int now = piece(count - done);
    MPI_Allreduce(MPI_IN_PLACE, values + done, now, type, sum, comm);
    sf_traffic_add(0, (int64_t)sizeof *values * now);
    done += now;
  }
  MPI_Op_free(&sum);
  MPI_Type_free(&type);
}

int64_t sf_max_i64(MPI_Comm comm, int64_t value) {
  int64_t most;
  MPI_Allreduce(&value, &most, 1, MPI_INT64_T, MPI_MAX, comm);
  sf_traffic_add(0, sizeof value);
  return most;
}

int64_t sf_exclusive_scan(MPI_Comm comm, int64_t value, int64_t *total) {
  int64_t upto;
  MPI_Scan(&value, &upto, 1, MPI_INT64_T, MPI_SUM, comm);
  sf_traffic_add(0, sizeof value);
  MPI_Allreduce(&value, total, 1, MPI_INT64_T, MPI_SUM, comm);
  sf_traffic_add(0, sizeof value);
  return upto - value;
}

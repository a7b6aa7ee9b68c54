#include "mpi/node_memory.h"

#include <stdlib.h>
#include <string.h>

#include "mpi/agree.h"
#include "mpi/exchange.h"
#include "mpi/traffic.h"

void sf_nodes_create(MPI_Comm comm, struct sf_nodes *nodes) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  nodes->comm = comm;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &nodes->node);
  MPI_Comm_rank(nodes->node, &nodes->rank);
  MPI_Comm_size(nodes->node, &nodes->ranks);
  MPI_Comm_split(comm, nodes->rank == 0 ? 0 : MPI_UNDEFINED, rank, &nodes->leaders);
}

void sf_nodes_free(struct sf_nodes *nodes) {
  if (nodes->leaders != MPI_COMM_NULL) {
    MPI_Comm_free(&nodes->leaders);
  }
  MPI_Comm_free(&nodes->node);
}

void sf_node_memory_create(const struct sf_nodes *nodes, size_t bytes,
                           struct sf_node_memory *memory) {
  const MPI_Aint own = nodes->rank == 0 ? (MPI_Aint)(bytes + 1) : 0;
  MPI_Aint size;
  int unit;
  MPI_Win_allocate_shared(own, 1, MPI_INFO_NULL, nodes->node, &memory->data, &memory->window);
  MPI_Win_shared_query(memory->window, 0, &size, &unit, &memory->data);
  MPI_Win_lock_all(MPI_MODE_NOCHECK, memory->window);
  if (nodes->rank == 0) {
    memset(memory->data, 0, (size_t)own);
  }
  sf_node_memory_fence(nodes, memory);
}

void sf_node_memory_fence(const struct sf_nodes *nodes, const struct sf_node_memory *memory) {
  MPI_Win_sync(memory->window);
  MPI_Barrier(nodes->node);
  sf_traffic_add(0, 0);
  MPI_Win_sync(memory->window);
}

void sf_node_memory_free(struct sf_node_memory *memory) {
  if (memory->data) {
    MPI_Win_unlock_all(memory->window);
    MPI_Win_free(&memory->window);
    memory->data = NULL;
  }
}

// Sends the same records to the first `receivers` ranks of a communicator.
static enum sf_status send_to(MPI_Comm comm, int receivers, size_t bytes, const void *record,
                              int64_t count, void **received, int64_t *total, int64_t *sent_bytes,
                              struct sf_error *error) {
  int ranks;
  MPI_Comm_size(comm, &ranks);
  int64_t *counts = calloc((size_t)ranks, sizeof *counts);
  char *copies = malloc((size_t)count * bytes * (size_t)receivers + 1);
  enum sf_status status =
      counts && copies ? SF_OK : sf_fail(error, SF_MEMORY, "no memory for records to all nodes");
  status = sf_agree(comm, status, error);
  for (int r = 0; r < receivers && status == SF_OK; r++) {
    counts[r] = count;
    if (count) {
      memcpy(copies + (size_t)r * (size_t)count * bytes, record, (size_t)count * bytes);
    }
  }
  if (status == SF_OK) {
    status = sf_exchange(comm, bytes, copies, counts, received, total, sent_bytes, error);
  }
  free(counts);
  free(copies);
  return status;
}

enum sf_status sf_nodes_gather(const struct sf_nodes *nodes, size_t bytes, const void *record,
                               int64_t count, void **gathered, int64_t *total, int64_t *sent_bytes,
                               struct sf_error *error) {
  void *of_node = NULL;
  int64_t node_count = 0;
  *gathered = NULL;
  *total = 0;
  enum sf_status status =
      send_to(nodes->node, 1, bytes, record, count, &of_node, &node_count, sent_bytes, error);
  if (nodes->leaders != MPI_COMM_NULL) {
    int leaders;
    MPI_Comm_size(nodes->leaders, &leaders);
    // All leaders take part, or none.
    status = sf_agree(nodes->leaders, status, error);
    if (status == SF_OK) {
      status = send_to(nodes->leaders, leaders, bytes, of_node, node_count, gathered, total,
                       sent_bytes, error);
    }
  }
  free(of_node);
  return sf_agree(nodes->comm, status, error);
}

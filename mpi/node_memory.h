#ifndef SF_MPI_NODE_MEMORY_H
#define SF_MPI_NODE_MEMORY_H

#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/status.h"

// The ranks of a run by node, and memory that the ranks of a node share. The first
// rank of a node is its leader.
struct sf_nodes {
  MPI_Comm comm, node, leaders;  // leaders: MPI_COMM_NULL but on leaders
  int rank, ranks;               // on the node
};

// Collective over `comm`, which is borrowed.
void sf_nodes_create(MPI_Comm comm, struct sf_nodes *nodes);

// Collective over the communicator of `nodes`.
void sf_nodes_free(struct sf_nodes *nodes);

// Memory of a node, zeroed, at different addresses in its ranks.
struct sf_node_memory {
  MPI_Win window;
  void *data;
};

// Collective over the node. `bytes` counts on the leader only. Ends the program
// if MPI has no such memory (the default handler).
void sf_node_memory_create(const struct sf_nodes *nodes, size_t bytes,
                           struct sf_node_memory *memory);

// Collective over the node: what any rank stored before is seen by all after.
void sf_node_memory_fence(const struct sf_nodes *nodes, const struct sf_node_memory *memory);

// Collective over the node; memory of all zeros is left alone.
void sf_node_memory_free(struct sf_node_memory *memory);

// Collective over all ranks: the records of all of them, on the leader of each node
// in order of nodes and ranks (malloc'ed, the caller's to free; null elsewhere or if
// there are none). `*sent_bytes` grows by what leaves this rank. Errors, agreed
// upon: SF_MEMORY.
enum sf_status sf_nodes_gather(const struct sf_nodes *nodes, size_t bytes, const void *record,
                               int64_t count, void **gathered, int64_t *total, int64_t *sent_bytes,
                               struct sf_error *error);

#endif

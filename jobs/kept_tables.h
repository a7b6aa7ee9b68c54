#ifndef SF_JOBS_KEPT_TABLES_H
#define SF_JOBS_KEPT_TABLES_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/generator.h"
#include "kernels/schema/schema.h"
#include "mpi/fraud_plan.h"
#include "mpi/partition.h"

// The small tables of fraud (episodes, rings, ring_members, ring_links): their
// rows are kept in memory until the transactions are made. The plan says how many
// each rank has.
struct sf_kept_tables {
  union sf_batch batch[SF_TABLE_COUNT];
  void *memory[SF_TABLE_COUNT];
};

// Collective over `comm`. Makes room for this rank's rows of the settled plan and
// fills the rings. Sets `range` and `rows`, shape [SF_TABLE_COUNT], of the tables; episodes
// count from first[SF_TABLE_EPISODES].
// Errors, agreed upon: SF_MEMORY. Freed by sf_kept_tables_free, also after an error.
enum sf_status sf_kept_tables_create(MPI_Comm comm, const struct sf_config *config,
                                     const struct sf_fraud_plan *plan, struct sf_kept_tables *kept,
                                     const int64_t *first, struct sf_range *range, int64_t *rows,
                                     struct sf_error *error);
void sf_kept_tables_free(struct sf_kept_tables *kept);

// Keeps the episodes of the customer whose rows have just been made; no more than
// there is room for.
void sf_kept_tables_add_episodes(struct sf_kept_tables *kept, const struct sf_history *history);

#endif

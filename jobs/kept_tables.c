#include "jobs/kept_tables.h"

#include <stdlib.h>

#include "kernels/fraud/ring_tables.h"
#include "kernels/fraud/typology.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

static const enum sf_table_id tables[] = {SF_TABLE_EPISODES, SF_TABLE_RINGS, SF_TABLE_RING_MEMBERS,
                                          SF_TABLE_RING_LINKS};
#define TABLES (sizeof tables / sizeof tables[0])

static enum sf_status make_room(struct sf_kept_tables *kept, const struct sf_range *range,
                                struct sf_error *error) {
  for (size_t i = 0; i < TABLES; i++) {
    const enum sf_table_id t = tables[i];
    const int64_t rows = sf_range_length(range[t]);
    // aligned_alloc wants a multiple of the alignment, which this is.
    kept->memory[t] = aligned_alloc(64, sf_batch_bytes(&sf_tables[t], rows));
    if (!kept->memory[t]) {
      return sf_fail(error, SF_MEMORY, "out of memory for %lld rows of /%s", (long long)rows,
                     sf_tables[t].name);
    }
    sf_batch_place(&sf_tables[t], &kept->batch[t], rows, kept->memory[t]);
  }
  return SF_OK;
}

static int64_t count_episodes(const struct sf_fraud_plan *plan) {
  int64_t count = 0;
  for (int64_t a = 0; a < plan->assignments; a++) {
    count += !sf_number_is_twin(plan->assignment[a].candidate.number);
  }
  return count;
}

static void fill_rings(const struct sf_config *config, const struct sf_assembly *assembly,
                       struct sf_kept_tables *kept) {
  for (int64_t i = 0; i < assembly->rings; i++) {
    if (assembly->ring[i].ring_id) {
      sf_ring_write(config, assembly, &assembly->ring[i], &kept->batch[SF_TABLE_RINGS].rings,
                    &kept->batch[SF_TABLE_RING_MEMBERS].ring_members,
                    &kept->batch[SF_TABLE_RING_LINKS].ring_links);
    }
  }
}

enum sf_status sf_kept_tables_create(MPI_Comm comm, const struct sf_config *config,
                                     const struct sf_fraud_plan *plan, struct sf_kept_tables *kept,
                                     const int64_t *first, struct sf_range *range, int64_t *rows,
                                     struct sf_error *error) {
  const int64_t before = sf_exclusive_scan(comm, count_episodes(plan), &rows[SF_TABLE_EPISODES]) +
                         first[SF_TABLE_EPISODES];
  range[SF_TABLE_EPISODES] = (struct sf_range){before, before + count_episodes(plan)};
  range[SF_TABLE_RINGS] = (struct sf_range){plan->first_ring, plan->first_ring + plan->own_rings};
  range[SF_TABLE_RING_MEMBERS] =
      (struct sf_range){plan->first_member, plan->first_member + plan->own_members};
  range[SF_TABLE_RING_LINKS] =
      (struct sf_range){plan->first_link, plan->first_link + plan->own_links};
  rows[SF_TABLE_RINGS] = plan->totals.rings;
  rows[SF_TABLE_RING_MEMBERS] = plan->totals.members;
  rows[SF_TABLE_RING_LINKS] = plan->totals.links;
  SF_TRY(sf_agree(comm, make_room(kept, range, error), error));
  fill_rings(config, &plan->assembly, kept);
  return SF_OK;
}

void sf_kept_tables_free(struct sf_kept_tables *kept) {
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    free(kept->memory[t]);
    kept->memory[t] = NULL;
  }
}

void sf_kept_tables_add_episodes(struct sf_kept_tables *kept, const struct sf_history *history) {
  struct sf_episodes *batch = &kept->batch[SF_TABLE_EPISODES].episodes;
  const int64_t count = sf_history_episode_count(history);
  if (count > 0 && batch->rows + count <= batch->capacity) {
    sf_history_episodes(history, batch, batch->rows);
    batch->rows += count;
  }
}

// Cases of the plan of fraud: exchange, quotas, rings.
#include <stdlib.h>
#include <string.h>

#include "io/plan_file.h"
#include "kernels/fraud/typology.h"
#include "kernels/generator.h"
#include "mpi/exchange.h"
#include "mpi/fraud_plan.h"
#include "mpi/quota.h"
#include "mpi/reduce.h"
#include "tests/mpi/helper.h"

struct record {
  int32_t from, to;
  int64_t number;
};

// Rank r sends (r + 2 d) % 5 records to rank d.
static int64_t records_of(int from, int to) { return (from + 2 * to) % 5; }

int exchange_of_records(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  int64_t *counts = malloc((size_t)size * sizeof *counts);
  struct record *sent = malloc((size_t)size * 5 * sizeof *sent);
  int64_t at = 0, expected = 0, total = 0, bytes = 0;
  for (int to = 0; to < size; to++) {
    counts[to] = records_of(rank, to);
    for (int64_t n = 0; n < counts[to]; n++) {
      sent[at++] = (struct record){rank, to, n};
    }
    expected += records_of(to, rank);
  }
  struct record *received = NULL;
  int bad = EXPECT(sf_exchange(comm, sizeof *sent, sent, counts, (void **)&received, &total, &bytes,
                               NULL) == SF_OK);
  bad += EXPECT(total == expected);
  int64_t i = 0;
  for (int from = 0; from < size && !bad; from++) {
    for (int64_t n = 0; n < records_of(from, rank); n++, i++) {
      bad += EXPECT(received[i].from == from && received[i].to == rank && received[i].number == n);
    }
  }
  bad += EXPECT(bytes == (at - counts[rank]) * (int64_t)sizeof *sent);
  free(received);
  free(sent);
  free(counts);
  return bad;
}

// Items of equal weight are accepted exactly up to the target; where whole
// items cannot meet it, to within half an item; all of them if they are too few.
int quota_by_priority(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  enum { ITEMS = 3000, GROUPS = 3 };
  const int first = ITEMS * rank / size, end = ITEMS * (rank + 1) / size;
  struct sf_quota_item *item = malloc(ITEMS * sizeof *item);
  for (int i = first; i < end; i++) {
    const struct sf_block draw = sf_draw(1, (uint32_t)i, 0, SF_STREAM_SAMPLE, 0);
    item[i - first] = (struct sf_quota_item){(uint64_t)draw.word[0] << 32 | draw.word[1],
                                             (uint32_t)i % GROUPS, i % GROUPS == 1 ? 7 : 1};
  }
  const int64_t target[GROUPS] = {137, 500, 5000};
  uint64_t bound[GROUPS];
  int64_t reached[GROUPS], found[GROUPS] = {0};
  int bad =
      EXPECT(sf_quota(comm, item, end - first, GROUPS, target, bound, reached, NULL) == SF_OK);
  for (int i = 0; i < end - first; i++) {
    found[item[i].group] += item[i].priority < bound[item[i].group] ? item[i].weight : 0;
  }
  sf_sum_u64(comm, (uint64_t *)found, GROUPS);
  bad += EXPECT(memcmp(found, reached, sizeof found) == 0);
  bad += EXPECT(reached[0] == 137);
  bad += EXPECT(reached[1] == 497);
  bad += EXPECT(reached[2] == ITEMS / GROUPS);
  free(item);
  return bad;
}

static struct sf_config config_of_fraud(void) {
  struct sf_config config = {
      .seed = 3, .customers = 1600, .start_day = 20270, .days = 90, .fraud = {.enabled = true}};
  config.fraud.rate = 0.02;
  config.fraud.difficulty = 0.45;
  config.fraud.never_reported = 0.08;
  config.fraud.combinations = 0.08;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    config.fraud.share[t] = sf_typologies[t].share;
    config.fraud.camouflage[t] = -1;
  }
  return config;
}

// Lists the candidates of a range of customers; returns their honest rows.
static int64_t list(const struct sf_world *world, struct sf_range customers,
                    struct sf_fraud_plan *plan) {
  struct sf_history *history;
  struct sf_candidates *candidates = malloc(sizeof *candidates);
  int64_t rows = 0;
  if (candidates && sf_history_create(world, &history, NULL) == SF_OK) {
    for (int64_t id = customers.begin; id < customers.end; id++) {
      rows += sf_history_count(history, (uint32_t)id, candidates);
      sf_fraud_plan_add(plan, candidates, NULL);
    }
    sf_history_free(history);
  }
  free(candidates);
  return rows;
}

static bool same_story(const struct sf_assignment *a, const struct sf_assignment *b) {
  if (memcmp(&a->candidate, &b->candidate, sizeof a->candidate) != 0 || !a->member != !b->member ||
      a->links != b->links) {
    return false;
  }
  return !a->member || (memcmp(a->member, b->member, sizeof *a->member) == 0 &&
                        memcmp(a->link, b->link, a->links * sizeof *a->link) == 0);
}

int fraud_plan_on_any_ranks(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const struct sf_config config = config_of_fraud();
  struct sf_world *world;
  int bad = EXPECT(sf_world_create(&config, sf_lanes_select(NULL), &world, NULL) == SF_OK);
  const struct sf_share own = sf_share_of(&config, rank, size), all = sf_share_of(&config, 0, 1);
  struct sf_fraud_plan shared = {0}, alone = {0};
  struct sf_error error;
  int64_t rows = list(world, own.customers, &shared);
  bad += EXPECT(sf_fraud_plan_settle(comm, world, &shared, rows, &error) == SF_OK);
  rows = list(world, all.customers, &alone);
  bad += EXPECT(sf_fraud_plan_settle(MPI_COMM_SELF, world, &alone, rows, &error) == SF_OK);
  // What one rank makes of everything is what many make of their parts.
  int64_t a = 0;
  while (a < alone.assignments && alone.assignment[a].candidate.customer < own.customers.begin) {
    a++;
  }
  for (int64_t i = 0; i < shared.assignments && !bad; i++) {
    bad += EXPECT(a + i < alone.assignments &&
                  same_story(&shared.assignment[i], &alone.assignment[a + i]));
  }
  int64_t stories;
  sf_exclusive_scan(comm, shared.assignments, &stories);
  bad += EXPECT(stories == alone.assignments && stories > 100);
  bad += EXPECT(shared.totals.rings == alone.totals.rings && alone.totals.rings > 3);
  bad += EXPECT(shared.totals.members == alone.totals.members);
  bad += EXPECT(shared.totals.links == alone.totals.links);
  bad += EXPECT(shared.totals.rows == alone.totals.rows);
  bad += EXPECT(memcmp(shared.totals.fraud_rows, alone.totals.fraud_rows,
                       sizeof shared.totals.fraud_rows) == 0);
  bad += EXPECT(shared.totals.exchange_bytes > 0 && alone.totals.exchange_bytes == 0);
  sf_fraud_plan_free(&shared);
  sf_fraud_plan_free(&alone);
  sf_world_free(world);
  return bad;
}

// Without the exchange each rank would make rings of its own customers only:
// others, with fewer members.
int rings_need_the_exchange(MPI_Comm comm, const char *path) {
  (void)path;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const struct sf_config config = config_of_fraud();
  struct sf_world *world;
  int bad = EXPECT(sf_world_create(&config, sf_lanes_select(NULL), &world, NULL) == SF_OK);
  const struct sf_share own = sf_share_of(&config, rank, size);
  struct sf_fraud_plan plan = {0};
  struct sf_error error;
  int64_t rows = list(world, own.customers, &plan);
  struct sf_assembly cut_off = {0};
  const size_t bytes = (size_t)plan.nominations * sizeof *plan.nomination;
  struct sf_nomination *copy = malloc(bytes + 1);
  memcpy(copy, plan.nomination, bytes);
  bad += EXPECT(sf_rings_assemble(world, copy, plan.nominations, &cut_off, NULL) == SF_OK);
  bad += EXPECT(sf_fraud_plan_settle(comm, world, &plan, rows, &error) == SF_OK);
  int64_t members[2] = {0}, all[2];
  for (int64_t r = 0; r < cut_off.rings; r++) {
    members[0] += cut_off.ring[r].size >= SF_RING_MIN ? cut_off.ring[r].size : 0;
  }
  for (int64_t r = 0; r < plan.assembly.rings; r++) {
    members[1] += plan.assembly.ring[r].size >= SF_RING_MIN ? plan.assembly.ring[r].size : 0;
  }
  for (int i = 0; i < 2; i++) {
    sf_exclusive_scan(comm, members[i], &all[i]);
  }
  bad += EXPECT(all[1] > all[0]);
  // Members of a ring live on several ranks.
  int64_t foreign = 0;
  for (int64_t r = 0; r < plan.assembly.rings; r++) {
    for (uint32_t m = 0; m < plan.assembly.ring[r].size; m++) {
      const uint32_t id =
          plan.assembly.member[plan.assembly.ring[r].first_member + m].candidate.customer;
      foreign += id < own.customers.begin || id >= own.customers.end;
    }
  }
  bad += EXPECT(foreign > 0);
  free(copy);
  sf_assembly_free(&cut_off);
  sf_fraud_plan_free(&plan);
  sf_world_free(world);
  return bad;
}

// A plan that several ranks saved gives every range of tiles what it needs.
int plan_with_fraud_comes_back(MPI_Comm comm, const char *path) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const struct sf_config config = config_of_fraud();
  struct sf_world *world;
  int bad = EXPECT(sf_world_create(&config, sf_lanes_select(NULL), &world, NULL) == SF_OK);
  const struct sf_share own = sf_share_of(&config, rank, size);
  struct sf_fraud_plan plan = {0};
  struct sf_error error;
  const int64_t rows = list(world, own.customers, &plan);
  bad += EXPECT(sf_fraud_plan_settle(comm, world, &plan, rows, &error) == SF_OK);
  int64_t *tile_rows = calloc((size_t)sf_range_length(own.tiles) + 1, sizeof *tile_rows);
  bad += EXPECT(sf_plan_file_write(comm, path, &config, tile_rows, &plan, NULL, &error) == SF_OK);
  struct sf_fraud_plan read = {0};
  struct sf_range range;
  int64_t total;
  bad += EXPECT(sf_plan_file_read(path, &config, own.tiles, rank, size, &range, &total, &read,
                                  &error) == SF_OK);
  bad += EXPECT(read.assignments == plan.assignments);
  for (int64_t a = 0; a < plan.assignments && !bad; a++) {
    bad += EXPECT(same_story(&plan.assignment[a], &read.assignment[a]));
  }
  plan.totals.exchange_bytes = 0;  // is not saved
  bad += EXPECT(memcmp(&plan.totals, &read.totals, sizeof plan.totals) == 0);
  // The tables of rings may be dealt differently, but are the same in all.
  int64_t sums[2][3] = {{plan.own_rings, plan.own_members, plan.own_links},
                        {read.own_rings, read.own_members, read.own_links}};
  sf_sum_u64(comm, (uint64_t *)sums, 6);
  bad += EXPECT(memcmp(sums[0], sums[1], sizeof sums[0]) == 0);
  for (int64_t r = 0; r < read.own_rings && !bad; r++) {
    const struct sf_ring *ring = &read.assembly.ring[r];
    bad += EXPECT(ring->ring_id == (uint32_t)(read.first_ring + r + 1));
    bad += EXPECT(read.assembly.member[ring->first_member].ring_id == ring->ring_id);
  }
  free(tile_rows);
  sf_fraud_plan_free(&plan);
  sf_fraud_plan_free(&read);
  sf_world_free(world);
  return bad;
}

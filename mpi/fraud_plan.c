#include "mpi/fraud_plan.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/array.h"
#include "kernels/fraud/typology.h"
#include "kernels/generator.h"
#include "mpi/agree.h"
#include "mpi/exchange.h"
#include "mpi/fraud_quota.h"
#include "mpi/reduce.h"

static void add_traces(struct sf_fraud_plan *plan, const struct sf_trace *trace, uint32_t count,
                       const struct sf_touch *touch) {
  for (uint32_t i = 0; i < count; i++) {
    plan->trace[plan->traces++] = (struct sf_fraud_trace){trace[i], plan->touches};
    for (uint32_t t = 0; t < trace[i].touches; t++) {
      plan->touch[plan->touches++] = touch[trace[i].first_touch + t];
    }
  }
}

enum sf_status sf_fraud_plan_add(struct sf_fraud_plan *plan, const struct sf_candidates *candidates,
                                 struct sf_error *error) {
  if (candidates->overflow) {
    return sf_fail(error, SF_INTERNAL,
                   "a customer's stories touch more rows than there is room for");
  }
  const int64_t stories = (int64_t)candidates->singles + candidates->nominations;
  const int64_t traces = candidates->traced ? stories : 0;
  if (!sf_array_reserve((void **)&plan->single, &plan->single_room,
                        plan->singles + candidates->singles, sizeof *plan->single) ||
      !sf_array_reserve((void **)&plan->nomination, &plan->nomination_room,
                        plan->nominations + candidates->nominations, sizeof *plan->nomination) ||
      !sf_array_reserve((void **)&plan->trace, &plan->trace_room, plan->traces + traces,
                        sizeof *plan->trace) ||
      !sf_array_reserve((void **)&plan->touch, &plan->touch_room,
                        plan->touches + candidates->touches, sizeof *plan->touch)) {
    return sf_fail(error, SF_MEMORY, "no memory for the candidates of fraud");
  }
  if (candidates->singles) {
    memcpy(&plan->single[plan->singles], candidates->single,
           candidates->singles * sizeof *plan->single);
  }
  if (candidates->nominations) {
    memcpy(&plan->nomination[plan->nominations], candidates->nomination,
           candidates->nominations * sizeof *plan->nomination);
  }
  plan->singles += candidates->singles;
  plan->nominations += candidates->nominations;
  if (candidates->traced) {
    add_traces(plan, candidates->single_trace, candidates->singles, candidates->touch);
    add_traces(plan, candidates->nomination_trace, candidates->nominations, candidates->touch);
  }
  return SF_OK;
}

// Owner of a ring key: rank order is key order.
static int owner_of_key(uint64_t key, int ranks) {
  return (int)(((unsigned __int128)key * (unsigned)ranks) >> 64);
}

// Owner of a customer.
static int owner_of_customer(const struct sf_config *config, uint32_t customer, int ranks) {
  const int64_t tiles = sf_config_tiles(config), tile = (customer - 1) / SF_TILE_CUSTOMERS;
  int rank = (int)(tile * ranks / tiles);
  while (tile < sf_partition(tiles, rank, ranks).begin) {
    rank--;
  }
  while (tile >= sf_partition(tiles, rank, ranks).end) {
    rank++;
  }
  return rank;
}

// A list of records that are put in order of destination and sent.
struct parcel {
  size_t bytes;
  char *record;      // shape [count * bytes]
  int *destination;  // shape [count]
  int64_t count, room, destination_room;
};

static enum sf_status add_record(struct parcel *parcel, const void *record, int destination,
                                 struct sf_error *error) {
  if (!sf_array_reserve((void **)&parcel->record, &parcel->room, parcel->count + 1,
                        parcel->bytes) ||
      !sf_array_reserve((void **)&parcel->destination, &parcel->destination_room, parcel->count + 1,
                        sizeof *parcel->destination)) {
    return sf_fail(error, SF_MEMORY, "no memory for records to other ranks");
  }
  memcpy(parcel->record + (size_t)parcel->count * parcel->bytes, record, parcel->bytes);
  parcel->destination[parcel->count++] = destination;
  return SF_OK;
}

// Collective. Sends all records; frees the parcel.
static enum sf_status send(MPI_Comm comm, struct parcel *parcel, enum sf_status status,
                           void **received, int64_t *total, int64_t *sent_bytes,
                           struct sf_error *error) {
  int ranks;
  MPI_Comm_size(comm, &ranks);
  int64_t *counts = calloc((size_t)ranks, sizeof *counts);
  int64_t *at = calloc((size_t)ranks, sizeof *at);
  char *sorted = malloc((size_t)parcel->count * parcel->bytes + 1);
  if (status == SF_OK && (!counts || !at || !sorted)) {
    status = sf_fail(error, SF_MEMORY, "no memory for records to other ranks");
  }
  status = sf_agree(comm, status, error);
  if (status == SF_OK) {
    for (int64_t i = 0; i < parcel->count; i++) {
      counts[parcel->destination[i]]++;
    }
    for (int r = 1; r < ranks; r++) {
      at[r] = at[r - 1] + counts[r - 1];
    }
    for (int64_t i = 0; i < parcel->count; i++) {
      const int64_t to = at[parcel->destination[i]]++;
      memcpy(sorted + (size_t)to * parcel->bytes, parcel->record + (size_t)i * parcel->bytes,
             parcel->bytes);
    }
    status = sf_exchange(comm, parcel->bytes, sorted, counts, received, total, sent_bytes, error);
  }
  free(counts);
  free(at);
  free(sorted);
  free(parcel->record);
  free(parcel->destination);
  memset(parcel, 0, sizeof *parcel);
  return status;
}

// 1. Nominate: what members know goes to the owners of the keys.
static enum sf_status nominate(MPI_Comm comm, struct sf_fraud_plan *plan,
                               struct sf_nomination **gathered, int64_t *count,
                               struct sf_error *error) {
  int ranks;
  MPI_Comm_size(comm, &ranks);
  struct parcel parcel = {.bytes = sizeof *plan->nomination};
  enum sf_status status = SF_OK;
  for (int64_t i = 0; i < plan->nominations && status == SF_OK; i++) {
    status = add_record(&parcel, &plan->nomination[i], owner_of_key(plan->nomination[i].key, ranks),
                        error);
  }
  free(plan->nomination);
  plan->nomination = NULL;
  return send(comm, &parcel, status, (void **)gathered, count, &plan->totals.exchange_bytes, error);
}

// 3. Return: accepted memberships and both sides of links go to the owners of
// the members.

struct side {
  uint32_t customer;
  uint32_t number;  // of the story
  struct sf_link link;
};

static enum sf_status pack_ring(const struct sf_config *config, const struct sf_assembly *assembly,
                                const struct sf_ring *ring, int ranks, struct parcel *members,
                                struct parcel *sides, struct sf_error *error) {
  for (uint32_t m = 0; m < ring->size; m++) {
    const struct sf_membership *member = &assembly->member[ring->first_member + m];
    if (member->role != SF_MEMBER_ROLE_EXPOSED) {
      SF_TRY(add_record(members, member,
                        owner_of_customer(config, member->candidate.customer, ranks), error));
    }
  }
  for (int64_t l = 0; l < ring->links; l++) {
    const struct sf_link *link = &assembly->link[ring->first_link + l];
    const struct side source = {link->source, link->source_number, *link};
    const struct side target = {link->target, link->target_number, *link};
    if (link->source) {
      SF_TRY(add_record(sides, &source, owner_of_customer(config, link->source, ranks), error));
    }
    if (link->target) {
      SF_TRY(add_record(sides, &target, owner_of_customer(config, link->target, ranks), error));
    }
  }
  return SF_OK;
}

static int by_member(const void *left, const void *right) {
  const struct sf_membership *a = left, *b = right;
  const uint64_t x = (uint64_t)a->candidate.customer << 16 | a->candidate.number;
  const uint64_t y = (uint64_t)b->candidate.customer << 16 | b->candidate.number;
  return (x > y) - (x < y);
}

static int by_side(const void *left, const void *right) {
  const struct side *a = left, *b = right;
  const uint64_t x = (uint64_t)a->customer << 16 | a->number;
  const uint64_t y = (uint64_t)b->customer << 16 | b->number;
  if (x != y) {
    return x < y ? -1 : 1;
  }
  if (a->link.time != b->link.time) {
    return a->link.time < b->link.time ? -1 : 1;
  }
  return (a->link.number > b->link.number) - (a->link.number < b->link.number);
}

static int by_assignment(const void *left, const void *right) {
  const struct sf_assignment *a = left, *b = right;
  const uint64_t x = (uint64_t)a->candidate.customer << 16 | a->candidate.number;
  const uint64_t y = (uint64_t)b->candidate.customer << 16 | b->candidate.number;
  return (x > y) - (x < y);
}

static enum sf_status return_members(MPI_Comm comm, const struct sf_config *config,
                                     struct sf_fraud_plan *plan, struct sf_error *error) {
  int ranks;
  MPI_Comm_size(comm, &ranks);
  struct parcel members = {.bytes = sizeof(struct sf_membership)};
  struct parcel sides = {.bytes = sizeof(struct side)};
  enum sf_status status = SF_OK;
  for (int64_t r = 0; r < plan->assembly.rings && status == SF_OK; r++) {
    const struct sf_ring *ring = &plan->assembly.ring[r];
    if (ring->accepted) {
      status = pack_ring(config, &plan->assembly, ring, ranks, &members, &sides, error);
    }
  }
  int64_t *bytes = &plan->totals.exchange_bytes;
  struct side *side = NULL;
  int64_t count = 0;
  status = send(comm, &members, status, (void **)&plan->member, &plan->members, bytes, error);
  status = send(comm, &sides, status, (void **)&side, &count, bytes, error);
  if (status == SF_OK) {
    sf_array_sort(plan->member, plan->members, sizeof *plan->member, by_member);
    sf_array_sort(side, count, sizeof *side, by_side);
    plan->link = malloc((size_t)count * sizeof *plan->link + 1);
    status = plan->link ? SF_OK : sf_fail(error, SF_MEMORY, "no memory for transfers of rings");
  }
  for (int64_t i = 0; i < count && status == SF_OK; i++) {
    plan->link[i] = side[i].link;
  }
  plan->links = count;
  free(side);
  return sf_agree(comm, status, error);
}

// Keeps the accepted ones of the candidates that stand alone.
static void keep_accepted(struct sf_fraud_plan *plan, const struct sf_acceptance *acceptance) {
  int64_t kept = 0;
  for (int64_t i = 0; i < plan->singles; i++) {
    const struct sf_candidate *c = &plan->single[i];
    if (sf_is_accepted(acceptance, c->number, false, c->priority)) {
      plan->single[kept++] = *c;
    }
  }
  plan->singles = kept;
}

enum sf_status sf_fraud_plan_index(struct sf_fraud_plan *plan, struct sf_error *error) {
  plan->assignment = malloc((size_t)(plan->singles + plan->members) * sizeof *plan->assignment + 1);
  if (!plan->assignment) {
    return sf_fail(error, SF_MEMORY, "no memory for the accepted stories");
  }
  plan->assignments = 0;
  for (int64_t i = 0; i < plan->singles; i++) {
    plan->assignment[plan->assignments++] = (struct sf_assignment){.candidate = plan->single[i]};
  }
  int64_t l = 0;
  for (int64_t m = 0; m < plan->members; m++) {
    const struct sf_membership *member = &plan->member[m];
    plan->assignment[plan->assignments++] = (struct sf_assignment){.candidate = member->candidate,
                                                                   .member = member,
                                                                   .link = plan->link + l,
                                                                   .links = member->links};
    l += member->links;
  }
  if (l != plan->links) {
    return sf_fail(error, SF_INTERNAL, "a transfer of a ring has no member");
  }
  qsort(plan->assignment, (size_t)plan->assignments, sizeof *plan->assignment, by_assignment);
  return SF_OK;
}

// Gives accepted rings of fraud their ids: rank order is key order.
static void number_rings(MPI_Comm comm, struct sf_fraud_plan *plan,
                         const struct sf_acceptance *acceptance) {
  struct sf_assembly *assembly = &plan->assembly;
  plan->own_rings = plan->own_members = plan->own_links = 0;
  for (int64_t r = 0; r < assembly->rings; r++) {
    struct sf_ring *ring = &assembly->ring[r];
    ring->accepted = sf_is_accepted(acceptance, ring->number, ring->size > 1, ring->priority);
    const bool listed = ring->accepted && ring->size > 1 && !sf_number_is_twin(ring->number);
    plan->own_rings += listed;
    plan->own_members += listed ? ring->size : 0;
    plan->own_links += listed ? ring->links : 0;
  }
  plan->first_ring = sf_exclusive_scan(comm, plan->own_rings, &plan->totals.rings);
  plan->first_member = sf_exclusive_scan(comm, plan->own_members, &plan->totals.members);
  plan->first_link = sf_exclusive_scan(comm, plan->own_links, &plan->totals.links);
  uint32_t id = (uint32_t)plan->first_ring;
  for (int64_t r = 0; r < assembly->rings; r++) {
    struct sf_ring *ring = &assembly->ring[r];
    if (!ring->accepted || ring->size == 1 || sf_number_is_twin(ring->number)) {
      continue;
    }
    ring->ring_id = ++id;
    for (uint32_t m = 0; m < ring->size; m++) {
      assembly->member[ring->first_member + m].ring_id = ring->ring_id;
    }
  }
}

static void count_stories(MPI_Comm comm, struct sf_fraud_plan *plan) {
  int64_t *episodes = plan->totals.episodes, *twins = plan->totals.twins;
  for (int64_t a = 0; a < plan->assignments; a++) {
    const uint16_t number = plan->assignment[a].candidate.number;
    int64_t *of = sf_number_is_twin(number) ? twins : episodes;
    of[0]++;
    of[sf_number_typology(number)]++;
  }
  sf_sum_u64(comm, (uint64_t *)episodes, SF_TYPOLOGY_COUNT);
  sf_sum_u64(comm, (uint64_t *)twins, SF_TYPOLOGY_COUNT);
  sf_sum_u64(comm, (uint64_t *)&plan->totals.exchange_bytes, 1);
}

// From so many rows on, fraud must be as much as was asked for.
#define JUDGED_ROWS 1000000

static enum sf_status judge(const struct sf_config *config, const struct sf_fraud_totals *totals,
                            struct sf_error *error) {
  if (totals->rows < JUDGED_ROWS) {
    return SF_OK;
  }
  const int64_t wanted = totals->wanted_rows[0], had = totals->fraud_rows[0];
  const int64_t tolerance = wanted / 50 > 13 ? wanted / 50 : 13;
  if (wanted - had <= tolerance) {
    return SF_OK;
  }
  int worst = 1;
  for (int t = 2; t < SF_TYPOLOGY_COUNT; t++) {
    const int64_t lack = totals->wanted_rows[t] - totals->fraud_rows[t];
    worst = lack > totals->wanted_rows[worst] - totals->fraud_rows[worst] ? t : worst;
  }
  return sf_fail(error, SF_CONFIG,
                 "a fraud rate of %g cannot be had: %lld of %lld rows, %s runs short most (%lld of "
                 "%lld); lower fraud-rate or share-%s",
                 config->fraud.rate, (long long)had, (long long)wanted, sf_typologies[worst].name,
                 (long long)totals->fraud_rows[worst], (long long)totals->wanted_rows[worst],
                 sf_typologies[worst].name);
}

enum sf_status sf_fraud_plan_settle(MPI_Comm comm, const struct sf_world *world,
                                    struct sf_fraud_plan *plan, int64_t honest_rows,
                                    struct sf_error *error) {
  struct sf_fraud_totals *totals = &plan->totals;
  memset(totals, 0, sizeof *totals);
  sf_exclusive_scan(comm, plan->singles, &totals->candidates);
  sf_exclusive_scan(comm, plan->nominations, &totals->nominations);
  struct sf_nomination *nomination = NULL;
  int64_t count = 0;
  SF_TRY(nominate(comm, plan, &nomination, &count, error));
  enum sf_status status = sf_rings_assemble(world, nomination, count, &plan->assembly, error);
  free(nomination);
  SF_TRY(sf_agree(comm, status, error));
  struct sf_acceptance acceptance;
  SF_TRY(sf_fraud_accept(comm, &world->config, plan, honest_rows, &acceptance, error));
  SF_TRY(judge(&world->config, totals, error));
  number_rings(comm, plan, &acceptance);
  SF_TRY(return_members(comm, &world->config, plan, error));
  keep_accepted(plan, &acceptance);
  SF_TRY(sf_agree(comm, sf_fraud_plan_index(plan, error), error));
  count_stories(comm, plan);
  return SF_OK;
}

uint32_t sf_fraud_plan_of(const struct sf_fraud_plan *plan, uint32_t customer, int64_t *cursor,
                          const struct sf_assignment **first) {
  int64_t a = *cursor;
  while (a < plan->assignments && plan->assignment[a].candidate.customer < customer) {
    a++;
  }
  *cursor = a;
  *first = plan->assignment + a;
  uint32_t stories = 0;
  while (a + stories < plan->assignments &&
         plan->assignment[a + stories].candidate.customer == customer) {
    stories++;
  }
  return stories;
}

void sf_fraud_plan_free(struct sf_fraud_plan *plan) {
  free(plan->single);
  free(plan->nomination);
  free(plan->trace);
  free(plan->touch);
  free(plan->assignment);
  free(plan->member);
  free(plan->link);
  sf_assembly_free(&plan->assembly);
  memset(plan, 0, sizeof *plan);
}

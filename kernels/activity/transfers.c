#include <math.h>
#include <string.h>

#include "kernels/activity/contacts.h"
#include "kernels/activity/dues.h"
#include "kernels/activity/life.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/activity/transfer_days.h"
#include "kernels/activity/transfer_rows.h"
#include "kernels/math/elementary.h"
#include "kernels/random/counts.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Transfers from person to person. Each side computes its own row from a stream
// of the pair, without the other.
//
// UPI lets a sender move 1,00,000 rupees and 20 transfers a day, and no side may
// count what the other does. The limit is kept by construction: each day of a
// sender belongs to one contact, drawn anew, and only that contact may take more
// than 2,000 rupees by UPI: up to eight transfers and 70,000 rupees. Every contact
// may take one of at most 2,000, and dues.c adds one of at most 10,000:
// 70,000 + 9 x 2,000 + 10,000 = 98,000 rupees and 18 transfers. What the bank's own
// rails carry has no such limit and lies on any day.
#define CYCLE 8u  // days that share a count
#define OUTSIDE_SLOT SF_CONTACTS
#define MEAN_MOST 3.5         // transfers of an edge in a cycle
#define SMALL_MOST 8u         // = COUNT_MOST = CYCLE: small ones lie on distinct days
#define LARGE_BUDGET 7000000  // paise a day to the contact of the day
#define LARGE_MOST 8u         // transfers of the same

// Transfers a month of the average customer, to contacts and to outside payees.
#define INSIDE_A_MONTH 9.0
#define OUTSIDE_A_MONTH 6.8
static const double slot_share[SF_CONTACTS] = {0.22, 0.17, 0.14, 0.12, 0.105, 0.095, 0.08, 0.07};

#define LARGE_SHARE 990000000u  // of transfers, Q32: as many as are above 2,000 rupees
// Amounts fall short of 2,000 rupees more often than the law says, since customers
// differ: an eighth more large transfers make up for it, 2.5 % of all.
#define MORE_LARGE 1.025
#define DAYS_A_MONTH 30.44
#define LEVEL_70000 1490218
#define LEVEL_0_6 387113  // of 0.6 rupees

// A Poisson law of small mean, asked anew for every cycle of an edge; most counts
// are none, which the first term alone tells.
#define COUNT_MOST 8
struct ladder {
  double mean;
  double below[COUNT_MOST];  // P(count <= k)
  uint32_t none_below;       // draws below it mean none
};

// `none` = exp(-mean), to a relative 1e-5.
static void raise_ladder(struct ladder *ladder, double none) {
  double term = none, sum = none;
  ladder->none_below = (uint32_t)(none * 0x1p32 - 1);
  for (uint32_t k = 0; k < COUNT_MOST; k++) {
    ladder->below[k] = sum;
    term *= ladder->mean * sf_reciprocal[k + 1];
    sum += term;
  }
}

// Count at a draw, at most COUNT_MOST. Without a branch, since it cannot be foretold.
static inline uint32_t climb(const struct ladder *ladder, uint32_t u) {
  const double p = (u + 0.5) * 0x1p-32;
  uint32_t count = 0;
  for (uint32_t k = 0; k < COUNT_MOST; k++) {
    count += p >= ladder->below[k];
  }
  return count;
}

#define LOG2_E 1.4426950408889634
#define EDGES (2 * SF_CONTACTS + 1)  // of a customer at most

// One direction of a pair: `to` is 0 for outside payees.
struct edge {
  uint32_t from, to, slot;
  // Days since 1970-01-01: inside the window, when both accounts are open.
  int32_t first_day, last_day;
  struct sf_quiet sender, receiver;  // spells without sending, without anything
  uint8_t occupation;                // of the sender
  int32_t shift;                     // of levels: how much the two are used to pay
  int32_t most;          // level: six tenths of the sender's income, at most 70,000 rupees
  struct ladder number;  // transfers in a cycle before thinning
};

// Candidates of all edges are worked off by the chunk, so that their draws come
// from the vector path of the processor.
#define CHUNK 128
struct chunk {
  uint32_t count;
  const struct edge *edge[CHUNK];
  uint32_t cycle[CHUNK], index[CHUNK];
  int32_t day[CHUNK];
  uint8_t rail[CHUNK];  // enum sf_payment_mode
  // Counters of the draws.
  uint32_t from[CHUNK], to[CHUNK], key[CHUNK], sitting[CHUNK];
  uint32_t word[4][CHUNK];  // of the transfer
  uint32_t when[4][CHUNK];  // of the sender's first sitting
  int32_t level[CHUNK];     // log2 of paise, Q16
  uint32_t jitter[CHUNK];
  double paise[CHUNK];
  // Large sums by UPI so far, of the edge and group last seen, by day of the group.
  const struct edge *sum_edge;
  uint32_t sum_group;
  int64_t sum[SF_DAY_GROUP];
  uint8_t number[SF_DAY_GROUP];
};

static uint32_t event_key(const struct edge *edge, uint32_t cycle, uint32_t index) {
  return (edge->slot << 16 | cycle << 4 | index) << 12;
}

// Large transfers by IMPS or NEFT, and by IMPS.
#define BY_BANK 0.11
#define BY_IMPS 0.068

// The rail of a transfer: what exceeds the day's budget by UPI goes by IMPS.
static uint8_t rail_of(struct chunk *chunk, uint32_t i, int64_t paise) {
  if (chunk->index[i] < SMALL_MOST || chunk->rail[i] != SF_PAYMENT_MODE_UPI) {
    return chunk->rail[i];
  }
  const uint32_t group = chunk->cycle[i] / (SF_DAY_GROUP / CYCLE);
  if (chunk->edge[i] != chunk->sum_edge || group != chunk->sum_group) {
    chunk->sum_edge = chunk->edge[i];
    chunk->sum_group = group;
    memset(chunk->sum, 0, sizeof chunk->sum);
    memset(chunk->number, 0, sizeof chunk->number);
  }
  const uint32_t d = (uint32_t)chunk->day[i] % SF_DAY_GROUP;
  if (chunk->sum[d] + paise > LARGE_BUDGET || chunk->number[d] == LARGE_MOST) {
    return SF_PAYMENT_MODE_IMPS;
  }
  chunk->sum[d] += paise;
  chunk->number[d]++;
  return SF_PAYMENT_MODE_UPI;
}

// Draws for the candidates of the chunk, and whether each is there on its day.
static void draw_chunk(const struct sf_world *world, struct chunk *chunk) {
  const uint64_t seed = world->config.seed;
  uint32_t(*word)[CHUNK] = chunk->word;
  world->lanes->philox_pairs(seed, chunk->from, chunk->to, SF_STREAM_TRANSFER_AMOUNT, chunk->key,
                             chunk->count, word[0], word[1], word[2], word[3]);
  static const uint32_t zero[CHUNK];
  uint32_t(*when)[CHUNK] = chunk->when;
  world->lanes->philox_pairs(seed, chunk->from, chunk->sitting, SF_STREAM_SESSION, zero,
                             chunk->count, when[0], when[1], when[2], when[3]);
  for (uint32_t i = 0; i < chunk->count; i++) {
    const int32_t d = chunk->day[i] - world->config.start_day;
    const uint8_t day_of_month = world->calendar.day[d].day_of_month;
    chunk->level[i] =
        sf_transfer_level(chunk->edge[i]->shift + world->laws.month_shift[day_of_month],
                          chunk->edge[i]->most, chunk->index[i] >= SMALL_MOST, word[1][i]);
    chunk->jitter[i] = 0;
  }
  world->lanes->paise_from_log2(chunk->level, chunk->jitter, chunk->count, chunk->paise);
}

// Transfers made while the sender pays for other things: within 25 minutes of when the
// first sitting of the day begins, which the receiver knows too.
#define WITH_SITTING SF_CHANCE(0.60)
#define SITTING_SECONDS 1500u

static uint32_t second_of(const struct sf_world *world, const struct chunk *chunk, uint32_t i,
                          bool is_weekend) {
  const uint32_t u = sf_redraw(chunk->word[0][i], 1);
  const bool with = u < WITH_SITTING;
  const uint32_t second = sf_hours_pick(&world->hours, chunk->edge[i]->occupation, is_weekend,
                                        with ? chunk->when[0][i] : chunk->word[0][i],
                                        with ? chunk->when[1][i] : chunk->word[2][i]) +
                          (with ? sf_below(sf_redraw(u, 1), SITTING_SECONDS) : 0);
  return second < SF_DAY ? second : second - SITTING_SECONDS;
}

static void work_off(struct sf_skeleton *skeleton, struct chunk *chunk) {
  const struct sf_world *world = skeleton->world;
  draw_chunk(world, chunk);
  for (uint32_t i = 0; i < chunk->count; i++) {
    const uint32_t d = (uint32_t)(chunk->day[i] - world->config.start_day);
    // Thinning makes the rate follow the days.
    const uint64_t rate = world->laws.transfer_rate[d];
    if ((chunk->word[2][i] & 0xffff) >= rate * 65536 / SF_TRANSFER_RATE_MAX) {
      continue;
    }
    struct sf_transfer transfer = {
        .day = (int32_t)d,
        .second = second_of(world, chunk, i, world->calendar.day[d].is_weekend),
        .paise = sf_transfer_round(chunk->paise[i], chunk->word[3][i]),
        .u = sf_redraw(chunk->word[3][i], 2),
    };
    transfer.mode = rail_of(chunk, i, transfer.paise);
    const struct edge *edge = chunk->edge[i];
    sf_transfer_add(skeleton, edge->from, edge->to,
                    event_key(edge, chunk->cycle[i], chunk->index[i]) >> 12, &transfer);
  }
  chunk->count = 0;
}

// `day` counts from 1970-01-01.
static void list_transfer(struct sf_skeleton *skeleton, struct chunk *chunk,
                          const struct edge *edge, uint32_t index, uint32_t cycle, uint32_t day,
                          uint8_t rail) {
  const int32_t d = (int32_t)day;
  // Added up, since most branches on one of them could not be foretold.
  if ((d < edge->first_day) + (d > edge->last_day) + sf_is_quiet(edge->sender, d) +
      sf_is_quiet(edge->receiver, d)) {
    return;
  }
  if (chunk->count == CHUNK) {
    work_off(skeleton, chunk);
  }
  const uint32_t i = chunk->count++;
  chunk->edge[i] = edge;
  chunk->cycle[i] = cycle;
  chunk->index[i] = index;
  chunk->day[i] = d;
  chunk->rail[i] = rail;
  chunk->from[i] = edge->from;
  chunk->to[i] = edge->to;
  chunk->key[i] = event_key(edge, cycle, index);
  chunk->sitting[i] = day * 16;
}

// A large transfer goes by UPI on one of the contact's days of the group, by the bank's
// own rails on any day.
static uint32_t place_large(const struct edge *edge, uint32_t cycle, struct sf_day_owners owners,
                            uint32_t u, uint8_t *rail) {
  const bool bank = u < SF_CHANCE(BY_BANK);
  const struct sf_day_owners own = sf_days_of(edge->slot, owners);
  const uint32_t v = sf_redraw(u, 1);
  if (!bank && (own.word[0] | own.word[1])) {
    return cycle / (SF_DAY_GROUP / CYCLE) * SF_DAY_GROUP + sf_next_day(&own, v >> 27);
  }
  *rail = bank && u >= SF_CHANCE(BY_IMPS) ? SF_PAYMENT_MODE_NEFT : SF_PAYMENT_MODE_IMPS;
  return cycle * CYCLE + (v >> 29);
}

// All candidates of an edge in one cycle.
static void list_cycle(struct sf_skeleton *skeleton, struct chunk *chunk, const struct edge *edge,
                       uint32_t cycle, struct sf_day_owners owners, uint32_t counts) {
  const uint32_t number = climb(&edge->number, counts);
  // Distinct days for the small ones: an odd stride modulo eight.
  const uint32_t offset = sf_redraw(counts, 1) >> 29;
  const uint32_t stride = sf_redraw(counts, 2) >> 29 | 1u;
  uint32_t small = 0;
  uint32_t large = SMALL_MOST;
  for (uint32_t i = 0; i < number; i++) {
    const uint32_t u = sf_redraw(counts, 3 + i);
    const bool is_large = u < LARGE_SHARE;
    uint8_t rail = SF_PAYMENT_MODE_UPI;
    const uint32_t day = is_large ? place_large(edge, cycle, owners, sf_redraw(u, 3), &rail)
                                  : cycle * CYCLE + (offset + small * stride) % CYCLE;
    list_transfer(skeleton, chunk, edge, is_large ? large++ : small++, cycle, day, rail);
  }
}

// The ladders of all edges, with exp(-mean) by 2^x of the vector path.
static void raise_ladders(const struct sf_world *world, struct edge *edge, uint32_t edges) {
  int32_t level[EDGES];
  uint32_t jitter[EDGES];
  double none[EDGES];
  for (uint32_t e = 0; e < edges; e++) {
    level[e] = -(int32_t)(edge[e].number.mean * (LOG2_E * 65536.0));
    jitter[e] = 0;
  }
  world->lanes->paise_from_log2(level, jitter, edges, none);
  for (uint32_t e = 0; e < edges; e++) {
    raise_ladder(&edge[e].number, none[e]);
  }
}

// Draws of some groups for all edges, group by group: a block gives an edge the counts
// of its four cycles, another the owners of the sender's days.
#define GROUPS 4u
struct group_draws {
  uint32_t count[4][GROUPS * EDGES], owner[4][GROUPS * EDGES];
};

static void draw_groups(const struct sf_world *world, const struct edge *edge, uint32_t edges,
                        uint32_t first, uint32_t groups, struct group_draws *draws) {
  uint32_t from[GROUPS * EDGES], to[GROUPS * EDGES], key[GROUPS * EDGES], date[GROUPS * EDGES];
  static const uint32_t zero[GROUPS * EDGES];
  uint32_t lanes = 0;
  for (uint32_t group = first; group < first + groups; group++) {
    for (uint32_t e = 0; e < edges; e++, lanes++) {
      from[lanes] = edge[e].from;
      to[lanes] = edge[e].to;
      key[lanes] = event_key(&edge[e], group, 0);
      date[lanes] = group;
    }
  }
  const struct sf_lanes *draw = world->lanes;
  const uint64_t seed = world->config.seed;
  draw->philox_pairs(seed, from, to, SF_STREAM_TRANSFER_TIME, key, lanes, draws->count[0],
                     draws->count[1], draws->count[2], draws->count[3]);
  draw->philox_pairs(seed, from, date, SF_STREAM_TRANSFER_DAY, zero, lanes, draws->owner[0],
                     draws->owner[1], draws->owner[2], draws->owner[3]);
}

// All candidates of an edge in one group, whose draws are those with index `i`.
static void list_group(struct sf_skeleton *skeleton, struct chunk *chunk, const struct edge *edge,
                       uint32_t group, const struct group_draws *draws, uint32_t i) {
  const struct sf_day_owners owners = {{(uint64_t)draws->owner[1][i] << 32 | draws->owner[0][i],
                                        (uint64_t)draws->owner[3][i] << 32 | draws->owner[2][i]}};
  // Which cycles have any is found first, without a branch.
  uint32_t some[SF_DAY_GROUP / CYCLE], number = 0;
  for (uint32_t c = 0; c < SF_DAY_GROUP / CYCLE; c++) {
    some[number] = c;
    number += draws->count[c][i] >= edge->number.none_below;
  }
  for (uint32_t n = 0; n < number; n++) {
    list_cycle(skeleton, chunk, edge, group * (SF_DAY_GROUP / CYCLE) + some[n], owners,
               draws->count[some[n]][i]);
  }
}

// Lists the candidates of all edges.
static void list_edges(struct sf_skeleton *skeleton, struct chunk *chunk, const struct edge *edge,
                       uint32_t edges) {
  const struct sf_config *config = &skeleton->world->config;
  const uint32_t last = (uint32_t)(config->start_day + config->days - 1) / SF_DAY_GROUP;
  struct group_draws draws;
  for (uint32_t first = (uint32_t)config->start_day / SF_DAY_GROUP; first <= last;
       first += GROUPS) {
    const uint32_t groups = last - first + 1 < GROUPS ? last - first + 1 : GROUPS;
    draw_groups(skeleton->world, edge, edges, first, groups, &draws);
    for (uint32_t g = 0; g < groups; g++) {
      for (uint32_t e = 0; e < edges; e++) {
        list_group(skeleton, chunk, &edge[e], first + g, &draws, g * edges + e);
      }
    }
  }
}

// Sets rates and sizes of an edge from what is known of both ends.
static void weigh_edge(struct edge *edge, const struct sf_core *from, const struct sf_core *to,
                       const struct sf_config *config) {
  const double a_month = edge->to ? INSIDE_A_MONTH * slot_share[edge->slot] : OUTSIDE_A_MONTH;
  const int32_t open = from->open_day > to->open_day ? from->open_day : to->open_day;
  edge->first_day = open > config->start_day ? open : config->start_day;
  edge->last_day = config->start_day + config->days - 1;
  edge->sender = from->quiet;
  edge->receiver = to->silent ? to->quiet : (struct sf_quiet){0, 0};
  edge->occupation = from->occupation;
  // The mean of both activities on the log scale: what people send and what they
  // receive then balance on average.
  const double activity = (double)from->root_activity * (double)to->root_activity;
  // Half of what the two are used to pay shows in what they send.
  const int32_t income = from->log2_income + LEVEL_0_6;
  edge->most = income < LEVEL_70000 ? income : LEVEL_70000;
  edge->shift = (from->log2_scale + to->log2_scale) / 4;
  const double thinning = SF_TRANSFER_RATE_MAX / 65536.0;
  const double mean = MORE_LARGE * a_month * (CYCLE / DAYS_A_MONTH) * thinning * activity;
  edge->number.mean = mean < MEAN_MOST ? mean : MEAN_MOST;
}

void sf_transfers_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  struct edge edge[EDGES];
  uint32_t edges = 0;
  struct chunk chunk;
  chunk.count = 0;
  chunk.sum_edge = NULL;
  for (uint32_t slot = 0; slot < SF_CONTACTS; slot++) {
    const struct sf_contact_pair pair =
        sf_contact(&skeleton->contacts, &world->config, customer->id, slot);
    if (pair.receiver) {
      edge[edges] = (struct edge){.from = customer->id, .to = pair.receiver, .slot = slot};
      weigh_edge(&edge[edges], &customer->core,
                 sf_core_get(&skeleton->cores, &world->population, pair.receiver), &world->config);
      edges++;
    }
    if (pair.sender) {
      edge[edges] = (struct edge){.from = pair.sender, .to = customer->id, .slot = slot};
      weigh_edge(&edge[edges], sf_core_get(&skeleton->cores, &world->population, pair.sender),
                 &customer->core, &world->config);
      edges++;
    }
  }
  edge[edges] = (struct edge){.from = customer->id, .to = 0, .slot = OUTSIDE_SLOT};
  weigh_edge(&edge[edges], &customer->core, &customer->core, &world->config);
  raise_ladders(world, edge, edges + 1);
  list_edges(skeleton, &chunk, edge, edges + 1);
  work_off(skeleton, &chunk);
  sf_dues_build(skeleton);
}

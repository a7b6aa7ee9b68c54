#include <math.h>

#include "kernels/activity/contacts.h"
#include "kernels/activity/life.h"
#include "kernels/activity/mode.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/math/elementary.h"
#include "kernels/random/counts.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Transfers from person to person. Each side computes its own row from a stream
// of the pair, without the other.
//
// UPI lets a sender move 1,00,000 rupees and 20 transfers a day. The limit is
// kept by construction: the days of a sender are dealt in cycles of nine; on day
// D the contact with index (D + sender) mod 9 may take up to eight transfers and
// 80,000 rupees, every other contact one of at most 2,000. Index 8 stands for
// payees outside the corpus.
#define CYCLE 9u
#define OUTSIDE_SLOT SF_CONTACTS
#define MEAN_MOST 4.0         // transfers of an edge in a cycle
#define SMALL_MOST 8u         // = COUNT_MOST: days of a cycle that are not the contact's own
#define LARGE_BUDGET 8000000  // paise a day to the contact of the day

// Transfers a month of the average customer, to contacts and to outside payees.
#define INSIDE_A_MONTH 12.5
#define OUTSIDE_A_MONTH 3.1
static const double slot_share[SF_CONTACTS] = {0.22, 0.17, 0.14, 0.12, 0.105, 0.095, 0.08, 0.07};

// Amounts: log-normal of sigma 2.4 (published bands of person-to-person payments),
// cut at 80,000; both pieces around 2,000 rupees are drawn apart. The median is
// 310 rupees, somewhat above the bands' 284, for what folding takes away from the
// mean. Levels are log2 of paise, Q16; probabilities of less than 2,000 and of
// less than 80,000 rupees under the bands' law, Q32.
#define MEDIAN_LEVEL 978000
#define SIGMA_LEVEL 226916
#define BELOW_SMALL 3400993171u
#define BELOW_LARGE 4254641859u
#define LARGE_SHARE 976851850u  // of transfers, Q32: as many as are above 2,000 rupees
// Amounts fall short of 2,000 rupees more often than the law says, since customers
// differ: an eighth more large transfers make up for it, 2.5 % of all.
#define MORE_LARGE 1.025
#define DAYS_A_MONTH 30.44
#define LEVEL_2000 1154065
#define LEVEL_80000 1502843
#define LEVEL_1 435411
#define LEVEL_0_6 387113  // of 0.6 rupees

// A Poisson law of small mean, asked anew for every cycle of an edge; most counts
// are none, which the first term alone tells.
#define COUNT_MOST 8
struct ladder {
  double mean, none;  // mean and exp(-mean)
};

// Count at a draw, at most COUNT_MOST.
static inline uint32_t climb(const struct ladder *ladder, uint32_t u) {
  const double p = (u + 0.5) * 0x1p-32;
  double term = ladder->none;
  double sum = term;
  uint32_t count = 0;
  while (p >= sum && count < COUNT_MOST) {
    count++;
    term *= ladder->mean * sf_reciprocal[count];
    sum += term;
  }
  return count;
}

#define LOG2_E 1.4426950408889634
#define EDGES (2 * SF_CONTACTS + 1)  // of a customer at most

// One direction of a pair: `to` is 0 for outside payees.
struct edge {
  uint32_t from, to, slot;
  int32_t first_day;     // of the window, when both accounts are open
  int32_t lead;          // days of cycle 0 before the window
  int32_t shift;         // of levels: how much the two are used to pay
  int32_t most;          // level: six tenths of the sender's income, at most 80,000 rupees
  struct ladder number;  // transfers in a cycle before thinning
};

struct transfer {
  int32_t day;
  uint32_t second;
  uint8_t mode;
  int64_t paise;
  uint32_t u;  // a draw for what concerns one side only
};

// Candidates of all edges are worked off by the chunk, so that their draws come
// from the vector path of the processor.
#define CHUNK 128
struct chunk {
  uint32_t count;
  const struct edge *edge[CHUNK];
  uint32_t cycle[CHUNK], index[CHUNK];
  int32_t day[CHUNK];
  uint32_t from[CHUNK], to[CHUNK], key[CHUNK];  // counters of the draws
  uint32_t date[CHUNK], sitting[CHUNK];
  uint32_t word[4][CHUNK];  // of the transfer
  uint32_t when[4][CHUNK];  // of the sender's day
  int32_t level[CHUNK];     // log2 of paise, Q16
  uint32_t jitter[CHUNK];
  double paise[CHUNK];
  // Running UPI sum to the contact of the day, of the edge and cycle last seen.
  const struct edge *sum_edge;
  uint32_t sum_cycle;
  int64_t sum;
};

static uint32_t event_key(const struct edge *edge, uint32_t cycle, uint32_t index) {
  return (edge->slot << 16 | cycle << 4 | index) << 12;
}

static int32_t level_of(const struct edge *edge, int32_t month_shift, bool large, uint32_t u) {
  const uint32_t low = large ? BELOW_SMALL : 0;
  const uint32_t width = large ? BELOW_LARGE - BELOW_SMALL : BELOW_SMALL;
  const uint32_t place = low + (uint32_t)((uint64_t)u * width >> 32);
  int32_t level = MEDIAN_LEVEL + edge->shift + month_shift +
                  (int32_t)((int64_t)SIGMA_LEVEL * sf_quantile(&sf_law_normal, place) >> 16);
  // Beyond an edge of its band an amount is folded back.
  if (large) {
    level = level < LEVEL_2000 ? 2 * LEVEL_2000 - level : level;
    level = level > edge->most ? 2 * edge->most - level : level;
    return level < LEVEL_2000 ? LEVEL_2000 : level;
  }
  level = level > LEVEL_2000 ? 2 * LEVEL_2000 - level : level;
  return level < LEVEL_1 ? LEVEL_1 : level;
}

// A sender pays all of a day's contacts within half an hour: the hour belongs to
// the sender and the day, which the receiver knows too.
#define SITTING_SECONDS 1800u
#define SITTING_EVENT 0xfffffu
static uint32_t second_of(const struct sf_world *world, const struct chunk *chunk, uint32_t i) {
  const struct sf_day *date = &world->calendar.day[chunk->day[i]];
  const uint32_t second = sf_hours_pick(&world->hours, SF_OCCUPATION_FREELANCER, date->is_weekend,
                                        chunk->when[0][i], chunk->when[1][i]) +
                          sf_below(chunk->word[0][i], SITTING_SECONDS);
  return second < SF_DAY ? second : second - SITTING_SECONDS;
}

// Large transfers by IMPS or NEFT, and by IMPS.
#define BY_BANK 0.14
#define BY_IMPS 0.086

// The rail of a transfer: a part of the large sums goes by the bank's own rails,
// and so does what exceeds the day's budget by UPI.
static uint8_t rail_of(struct chunk *chunk, uint32_t i, int64_t paise) {
  const uint32_t u = sf_redraw(chunk->word[3][i], 5);
  if (chunk->index[i] < SMALL_MOST) {
    return SF_PAYMENT_MODE_UPI;
  }
  if (chunk->edge[i] != chunk->sum_edge || chunk->cycle[i] != chunk->sum_cycle) {
    chunk->sum_edge = chunk->edge[i];
    chunk->sum_cycle = chunk->cycle[i];
    chunk->sum = 0;
  }
  if (u < SF_CHANCE(BY_BANK)) {
    return u < SF_CHANCE(BY_IMPS) ? SF_PAYMENT_MODE_IMPS : SF_PAYMENT_MODE_NEFT;
  }
  if (chunk->sum + paise > LARGE_BUDGET) {
    return SF_PAYMENT_MODE_IMPS;
  }
  chunk->sum += paise;
  return SF_PAYMENT_MODE_UPI;
}

static void add_debit(struct sf_skeleton *skeleton, const struct edge *edge, uint32_t cycle,
                      uint32_t index, const struct transfer *transfer) {
  const bool outside = edge->to == 0;
  struct sf_event *event =
      sf_skeleton_add(skeleton, (int64_t)transfer->day * SF_DAY + transfer->second,
                      outside ? SF_SOURCE_OUTSIDE_OUT : SF_SOURCE_TRANSFER_OUT,
                      event_key(edge, cycle, index) >> 12);
  if (!event) {
    return;
  }
  event->type = SF_TRANSACTION_TYPE_TRANSFER;
  event->direction = SF_DIRECTION_DEBIT;
  event->subcategory = SF_SUBCATEGORY_PERSON_TO_PERSON;
  event->mode = transfer->mode;
  event->instrument = sf_instrument_of(transfer->mode);
  event->channel = SF_CHANNEL_MOBILE;
  event->device = SF_DEVICE_PHONE;
  event->counterparty = edge->to;
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = transfer->paise;
  if (!outside) {
    event->flags = SF_EVENT_COVERED;
  } else {
    // Six in ten go to one of ten usual payees, the lower the more often.
    const uint32_t u = transfer->u;
    const uint32_t usual = (u >> 8 & 0xff) * (u >> 16 & 0xff) * 10 >> 16;
    event->payee = (u & 0xff) < 154 ? SF_PAYEE_UPI + usual : SF_PAYEE_NEW | u;
  }
  // What the other side knows of has been paid: only tries before it fail.
  const uint8_t response = sf_failure_of(event, transfer->u);
  if (response && outside && sf_failure_is_final(response)) {
    event->fail = response;
  } else if (response && !sf_failure_is_final(response)) {
    sf_attempt_add(skeleton, skeleton->events - 1, response, 0, sf_redraw(transfer->u, 1));
  }
}

static void add_credit(struct sf_skeleton *skeleton, const struct edge *edge, uint32_t cycle,
                       uint32_t index, const struct transfer *transfer) {
  struct sf_event *event =
      sf_skeleton_add(skeleton, (int64_t)transfer->day * SF_DAY + transfer->second,
                      SF_SOURCE_TRANSFER_IN, event_key(edge, cycle, index) >> 12);
  if (event) {
    event->type = SF_TRANSACTION_TYPE_TRANSFER;
    event->direction = SF_DIRECTION_CREDIT;
    event->subcategory = SF_SUBCATEGORY_PERSON_TO_PERSON;
    event->mode = transfer->mode;
    event->instrument = sf_instrument_of(transfer->mode);
    event->channel = SF_CHANNEL_ONLINE;
    event->counterparty = edge->from;
    event->amount_rule = SF_AMOUNT_FIXED;
    event->paise = transfer->paise;
    event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  }
}

static void add_side(struct sf_skeleton *skeleton, const struct edge *edge, uint32_t cycle,
                     uint32_t index, const struct transfer *transfer) {
  if (edge->from == skeleton->customer.id) {
    add_debit(skeleton, edge, cycle, index, transfer);
  } else {
    add_credit(skeleton, edge, cycle, index, transfer);
  }
}

// Draws for the candidates of the chunk, and whether each is there on its day.
static void draw_chunk(const struct sf_world *world, struct chunk *chunk) {
  const uint64_t seed = world->config.seed;
  uint32_t(*word)[CHUNK] = chunk->word;
  world->lanes->philox_pairs(seed, chunk->from, chunk->to, SF_STREAM_TRANSFER_AMOUNT, chunk->key,
                             chunk->count, word[0], word[1], word[2], word[3]);
  uint32_t(*when)[CHUNK] = chunk->when;
  world->lanes->philox_pairs(seed, chunk->from, chunk->date, SF_STREAM_TRANSFER_TIME,
                             chunk->sitting, chunk->count, when[0], when[1], when[2], when[3]);
  for (uint32_t i = 0; i < chunk->count; i++) {
    const uint8_t day_of_month = world->calendar.day[chunk->day[i]].day_of_month;
    chunk->level[i] = level_of(chunk->edge[i], world->laws.month_shift[day_of_month],
                               chunk->index[i] >= SMALL_MOST, word[1][i]);
    chunk->jitter[i] = 0;
  }
  world->lanes->paise_from_log2(chunk->level, chunk->jitter, chunk->count, chunk->paise);
}

static void work_off(struct sf_skeleton *skeleton, struct chunk *chunk) {
  const struct sf_world *world = skeleton->world;
  draw_chunk(world, chunk);
  for (uint32_t i = 0; i < chunk->count; i++) {
    // Thinning makes the rate follow the days.
    const uint64_t rate = world->laws.transfer_rate[chunk->day[i]];
    if ((chunk->word[2][i] & 0xffff) >= rate * 65536 / SF_TRANSFER_RATE_MAX) {
      continue;
    }
    struct transfer transfer = {
        .day = chunk->day[i],
        .second = second_of(world, chunk, i),
        .paise = sf_transfer_round(chunk->paise[i], chunk->word[3][i]),
        .u = sf_redraw(chunk->word[3][i], 2),
    };
    transfer.mode = rail_of(chunk, i, transfer.paise);
    add_side(skeleton, chunk->edge[i], chunk->cycle[i], chunk->index[i], &transfer);
  }
  chunk->count = 0;
}

static void list_transfer(struct sf_skeleton *skeleton, struct chunk *chunk,
                          const struct edge *edge, uint32_t cycle, uint32_t index, int32_t day) {
  if (day < edge->first_day || day < 0 || day >= skeleton->world->config.days) {
    return;
  }
  if (chunk->count == CHUNK) {
    work_off(skeleton, chunk);
  }
  const uint32_t i = chunk->count++;
  chunk->edge[i] = edge;
  chunk->cycle[i] = cycle;
  chunk->index[i] = index;
  chunk->day[i] = day;
  chunk->from[i] = edge->from;
  chunk->to[i] = edge->to;
  chunk->key[i] = event_key(edge, cycle, index);
  chunk->date[i] = skeleton->day_index[day];
  chunk->sitting[i] = SITTING_EVENT << 12;
}

// All candidates of an edge in one cycle.
static void list_cycle(struct sf_skeleton *skeleton, struct chunk *chunk, const struct edge *edge,
                       uint32_t cycle, uint32_t counts) {
  const int32_t start = (int32_t)(cycle * CYCLE) - edge->lead;
  if (start >= skeleton->world->config.days || start + (int32_t)CYCLE <= edge->first_day) {
    return;
  }
  const uint32_t number = climb(&edge->number, counts);
  // Distinct days off the contact's own: an odd stride modulo eight.
  const uint32_t offset = sf_redraw(counts, 1) >> 29;
  const uint32_t stride = sf_redraw(counts, 2) >> 29 | 1u;
  uint32_t small = 0;
  uint32_t large = 0;
  for (uint32_t i = 0; i < number; i++) {
    if (sf_redraw(counts, 3 + i) < LARGE_SHARE) {
      list_transfer(skeleton, chunk, edge, cycle, SMALL_MOST + large, start + (int32_t)edge->slot);
      large++;
    } else {
      const uint32_t other = (offset + small * stride) % 8;
      const uint32_t day = other < edge->slot ? other : other + 1;
      list_transfer(skeleton, chunk, edge, cycle, small, start + (int32_t)day);
      small++;
    }
  }
}

// exp(-mean) of all edges, to a relative 1e-5, by 2^x of the vector path.
static void weigh_none(const struct sf_world *world, struct edge *edge, uint32_t edges) {
  int32_t level[EDGES];
  uint32_t jitter[EDGES];
  double none[EDGES];
  for (uint32_t e = 0; e < edges; e++) {
    level[e] = -(int32_t)(edge[e].number.mean * (LOG2_E * 65536.0));
    jitter[e] = 0;
  }
  world->lanes->paise_from_log2(level, jitter, edges, none);
  for (uint32_t e = 0; e < edges; e++) {
    edge[e].number.none = none[e];
  }
}

// Lists the candidates of all edges, four cycles at a time: one block of draws
// gives an edge the counts of four.
static void list_edges(struct sf_skeleton *skeleton, struct chunk *chunk, const struct edge *edge,
                       uint32_t edges) {
  const struct sf_world *world = skeleton->world;
  uint32_t from[EDGES], to[EDGES], key[EDGES], word[4][EDGES];
  // The window and at most eight days before it, in whole cycles.
  const uint32_t cycles = ((uint32_t)world->config.days + 2 * CYCLE - 2) / CYCLE;
  for (uint32_t group = 0; 4 * group < cycles; group++) {
    for (uint32_t e = 0; e < edges; e++) {
      from[e] = edge[e].from;
      to[e] = edge[e].to;
      key[e] = event_key(&edge[e], group, 0);
    }
    world->lanes->philox_pairs(world->config.seed, from, to, SF_STREAM_TRANSFER_TIME, key, edges,
                               word[0], word[1], word[2], word[3]);
    for (uint32_t e = 0; e < edges; e++) {
      for (uint32_t c = 0; c < 4; c++) {
        list_cycle(skeleton, chunk, &edge[e], 4 * group + c, word[c][e]);
      }
    }
  }
}

// Sets rates and sizes of an edge from what is known of both ends.
static void weigh_edge(struct edge *edge, const struct sf_core *from, const struct sf_core *to,
                       int32_t start_day) {
  const double a_month = edge->to ? INSIDE_A_MONTH * slot_share[edge->slot] : OUTSIDE_A_MONTH;
  const int32_t open = from->open_day > to->open_day ? from->open_day : to->open_day;
  edge->first_day = open - start_day;
  // The mean of both activities on the log scale: what people send and what they
  // receive then balance on average.
  const double activity = (double)from->root_activity * (double)to->root_activity;
  // Half of what the two are used to pay shows in what they send.
  const int32_t income = from->log2_income + LEVEL_0_6;
  edge->most = income < LEVEL_80000 ? income : LEVEL_80000;
  edge->shift = (from->log2_scale + to->log2_scale) / 4;
  const double thinning = SF_TRANSFER_RATE_MAX / 65536.0;
  const double mean = MORE_LARGE * a_month * (CYCLE / DAYS_A_MONTH) * thinning * activity;
  edge->number.mean = mean < MEAN_MOST ? mean : MEAN_MOST;
  edge->lead = (int32_t)(((int64_t)start_day + edge->from) % CYCLE);
}

void sf_transfers_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const int32_t start_day = world->config.start_day;
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
                 sf_core_get(&skeleton->cores, &world->population, pair.receiver), start_day);
      edges++;
    }
    if (pair.sender) {
      edge[edges] = (struct edge){.from = pair.sender, .to = customer->id, .slot = slot};
      weigh_edge(&edge[edges], sf_core_get(&skeleton->cores, &world->population, pair.sender),
                 &customer->core, start_day);
      edges++;
    }
  }
  edge[edges] = (struct edge){.from = customer->id, .to = 0, .slot = OUTSIDE_SLOT};
  weigh_edge(&edge[edges], &customer->core, &customer->core, start_day);
  weigh_none(world, edge, edges + 1);
  list_edges(skeleton, &chunk, edge, edges + 1);
  work_off(skeleton, &chunk);
}

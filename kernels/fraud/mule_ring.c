#include "kernels/fraud/mule_ring.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/activity/rails.h"
#include "kernels/activity/skeleton.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/math/elementary.h"
#include "kernels/population/hours.h"
#include "kernels/random/quantile.h"

// Laws, from the brazen end (c = 0) to the camouflaged one (c = 1), which is that of
// people's own transfers by the bank's rails (outside.c). Published is only that money is
// spread over other accounts soon after it came; the wait's median of 12 minutes, 90 %
// within two hours, and the cut of 2 to 10 % are estimates (docs/fraud.md).
#define LN_BRAZEN 10.6  // ln of rupees that a mule handles at a time: 40,000
#define LN_OWN 8.63     // 5,600
#define SIGMA_RING 0.5  // of a ring's usual sum
#define SIGMA_BRAZEN 0.25
#define SIGMA_OWN 0.9
#define LEAST_RUPEES 1500.0
#define MOST_RUPEES 120000.0
#define LN_WAIT_BRAZEN 6.58  // 12 minutes
#define LN_WAIT_OWN 11.6     // 30 hours
#define WAIT_SIGMA_BRAZEN 1.5
#define WAIT_SIGMA_OWN 0.7
#define SPREAD_BRAZEN (36 * 3600u)  // s over which money comes in
#define COORDINATED_SECONDS 7200u
#define CUT_LEAST 0.02
#define CUT_SPAN 0.08

// Room at the end of the window for seconds that are moved apart.
#define MARGIN 900u

#define OUTSIDE UINT32_MAX
#define INSIDE_MOST SF_RING_MAX

struct batch {
  int64_t paise;
  uint32_t time;  // when the last part of it arrived
};

struct deal {
  const struct sf_config *config;
  const struct sf_nomination *nomination;
  uint32_t n;
  uint32_t seat[INSIDE_MOST];  // nomination at a place of the shape
  uint8_t role[INSIDE_MOST];   // enum sf_role of the rows of a place
  uint64_t key;
  bool twin;
  double c;
  uint32_t last;             // time of a link
  uint32_t opening, spread;  // inflows: from, and over how long
  double ln_usual;
  struct sf_link *link;
  uint32_t links;
  uint32_t drawn;
  struct sf_block block;
};

static uint32_t draw(struct deal *deal) {
  if (deal->drawn % 4 == 0) {
    deal->block = sf_draw(deal->config->seed, (uint32_t)deal->key, (uint32_t)(deal->key >> 32),
                          SF_STREAM_LINK, deal->drawn / 4);
  }
  return deal->block.word[deal->drawn++ % 4];
}

static double uniform(struct deal *deal) { return draw(deal) * 0x1p-32; }

static double normal(struct deal *deal) {
  return sf_quantile(&sf_law_normal, draw(deal)) * 0x1p-16;
}

static double blend(const struct deal *deal, double brazen, double own) {
  return brazen + (own - brazen) * deal->c;
}

static bool mimics(struct deal *deal) { return uniform(deal) < deal->c; }

// Rupees that a member handles at a time.
static double usual_rupees(struct deal *deal) {
  const double sigma = blend(deal, SIGMA_BRAZEN, SIGMA_OWN);
  return sf_clamp(sf_exp(deal->ln_usual + sigma * normal(deal)), LEAST_RUPEES, MOST_RUPEES);
}

// The sum that is sent for one in mind: round where nobody takes care.
static int64_t rounded(struct deal *deal, double paise) {
  const uint32_t u = draw(deal);
  if (!mimics(deal) && paise >= 500000) {
    const int64_t step = paise >= 2000000 && u & 1 ? 500000 : paise >= 1000000 ? 100000 : 50000;
    return ((int64_t)paise + step / 2) / step * step;
  }
  return sf_transfer_round(paise, u);
}

// A second of the day by the hours at which people in work pay.
static uint32_t second_of_day(struct deal *deal) {
  uint32_t sum = 0;
  for (uint32_t h = 0; h < 24; h++) {
    sum += sf_hours_weight(SF_OCCUPATION_SALARIED, 0, h);
  }
  uint32_t at = sf_below(draw(deal), sum);
  uint32_t hour = 0;
  while (hour < 23 && at >= sf_hours_weight(SF_OCCUPATION_SALARIED, 0, hour)) {
    at -= sf_hours_weight(SF_OCCUPATION_SALARIED, 0, hour++);
  }
  return hour * 3600 + sf_below(draw(deal), 3600);
}

// When money comes into the ring.
static uint32_t arrival(struct deal *deal) {
  const uint32_t time = deal->opening + sf_below(draw(deal), deal->spread);
  const uint32_t at = time / SF_DAY * SF_DAY + second_of_day(deal);
  const bool inside = at >= deal->opening && at < deal->opening + deal->spread;
  return deal->spread > SF_DAY && inside ? at : time;
}

static uint32_t left_after(const struct deal *deal, uint32_t time) {
  return time < deal->last ? deal->last - time : 0;
}

// When what came at `time` is sent on, so that `hops` more fit behind.
static uint32_t departure(struct deal *deal, uint32_t time, uint32_t hops) {
  const double room = (double)left_after(deal, time) / (hops + 1);
  const double sigma = blend(deal, WAIT_SIGMA_BRAZEN, WAIT_SIGMA_OWN);
  const double ln_wait = blend(deal, LN_WAIT_BRAZEN, LN_WAIT_OWN) + sigma * normal(deal);
  const double wait = sf_clamp(sf_exp(ln_wait), 60, 1e9);
  const uint32_t most = time + (uint32_t)room;
  const uint32_t at = wait < room ? time + (uint32_t)wait : most;
  const uint32_t by_day = at / SF_DAY * SF_DAY + second_of_day(deal);
  return wait > 6 * 3600 && by_day > time + 60 && by_day <= most ? by_day : at;
}

static bool is_used(const struct deal *deal, uint32_t time) {
  for (uint32_t i = 0; i < deal->links; i++) {
    if (deal->link[i].time == time) {
      return true;
    }
  }
  return false;
}

// UPI carries what honest life leaves of a sender's day (transfers.c): one payment
// of at most 2,000 rupees; into the ring, from many senders, more.
#define UPI_SMALL 200000
#define UPI_INFLOW 8000000
#define IMPS_MOST (SF_IMPS_MOST - 1000000)

static bool has_paid_by_upi(const struct deal *deal, uint32_t source, uint32_t day) {
  for (uint32_t i = 0; i < deal->links; i++) {
    const struct sf_link *link = &deal->link[i];
    if (link->source == source && link->mode == SF_PAYMENT_MODE_UPI && link->time / SF_DAY == day) {
      return true;
    }
  }
  return false;
}

static uint8_t rail_of(struct deal *deal, const struct sf_link *link) {
  const uint32_t u = draw(deal);
  const bool upi = link->source ? link->paise <= UPI_SMALL && u < SF_CHANCE(0.8) &&
                                      !has_paid_by_upi(deal, link->source, link->time / SF_DAY)
                                : link->paise <= UPI_INFLOW && u < SF_CHANCE(0.4);
  return upi                                                           ? SF_PAYMENT_MODE_UPI
         : link->paise > IMPS_MOST || sf_redraw(u, 1) < SF_CHANCE(0.4) ? SF_PAYMENT_MODE_NEFT
                                                                       : SF_PAYMENT_MODE_IMPS;
}

// Adds a link between two places of the shape; returns its time.
static uint32_t send(struct deal *deal, uint32_t from, uint32_t to, uint32_t time, int64_t paise,
                     uint32_t stage) {
  while (is_used(deal, time)) {
    time++;
  }
  struct sf_link *link = &deal->link[deal->links];
  memset(link, 0, sizeof *link);
  link->ring = deal->key;
  link->time = time;
  link->paise = paise;
  link->stage = (uint8_t)stage;
  if (from != OUTSIDE) {
    const struct sf_candidate *source = &deal->nomination[deal->seat[from]].candidate;
    link->source = source->customer;
    link->source_number = source->number;
    link->source_role = deal->role[from];
  }
  if (to != OUTSIDE) {
    const struct sf_candidate *target = &deal->nomination[deal->seat[to]].candidate;
    link->target = target->customer;
    link->target_number = target->number;
    link->target_role = deal->role[to];
  }
  link->mode = rail_of(deal, link);
  deal->links++;
  return time;
}

#define PARTS_MOST 4u

// Cuts `paise` of a batch of `batch` into parts of about equal size, each on the lattice
// of transfers; together at most the batch and at least 0.8 of it.
static void cut_into(struct deal *deal, double paise, int64_t batch, uint32_t parts,
                     int64_t part[PARTS_MOST]) {
  double weight[PARTS_MOST], sum = 0;
  for (uint32_t p = 0; p < parts; p++) {
    weight[p] = 1 + blend(deal, 0.2, 1.0) * uniform(deal);
    sum += weight[p];
  }
  int64_t all = 0;
  for (uint32_t p = 0; p < parts; p++) {
    part[p] = rounded(deal, paise * weight[p] / sum);
    all += part[p];
  }
  if (all > batch || all * 5 < batch * 4) {
    for (uint32_t p = 0; p < parts; p++) {
      part[p] = (int64_t)(paise * weight[p] / sum / 100) * 100;
    }
  }
}

// Money from outside to a place, in parts.
static struct batch receive(struct deal *deal, uint32_t to, double rupees, uint32_t parts) {
  struct batch batch = {0, 0};
  uint32_t time = arrival(deal);
  for (uint32_t p = 0; p < parts; p++) {
    const double share = p + 1 < parts ? 0.3 + 0.4 * uniform(deal) : 1;
    const int64_t paise = rounded(deal, rupees * 100 * share);
    rupees *= 1 - share;
    time = send(deal, OUTSIDE, to, time, paise, 0);
    batch.paise += paise;
    batch.time = time > batch.time ? time : batch.time;
    time = arrival(deal);
  }
  return batch;
}

// What came to `from` goes on to `parts` places, less the cut; `hops` more follow. Adds
// what arrived to into[p], if not null.
static void pass_on(struct deal *deal, uint32_t from, struct batch batch, const uint32_t *to,
                    uint32_t parts, uint32_t stage, uint32_t hops, struct batch *into) {
  const double cut = CUT_LEAST + CUT_SPAN * (uniform(deal) + deal->c * uniform(deal));
  int64_t part[PARTS_MOST];
  cut_into(deal, (double)batch.paise * (1 - cut), batch.paise, parts, part);
  uint32_t time = departure(deal, batch.time, hops);
  for (uint32_t p = 0; p < parts; p++) {
    time = send(deal, from, to[p], time, part[p], stage);
    if (into) {
      into[p] = (struct batch){part[p], time};
    }
    const uint32_t room = left_after(deal, time) / (8 * (hops + 1));
    const uint32_t gap = 40 + sf_below(draw(deal), 900);
    time += gap < room ? gap : room;
  }
}

static int by_time(const void *a, const void *b) {
  const uint32_t x = ((const struct batch *)a)->time;
  const uint32_t y = ((const struct batch *)b)->time;
  return x < y ? -1 : x > y;
}

static const uint32_t outside[PARTS_MOST] = {OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE};

// A collector sends out what it got, one to three arrivals at a time.
static void collect(struct deal *deal, uint32_t from, struct batch *batch, uint32_t batches,
                    uint32_t stage) {
  qsort(batch, batches, sizeof *batch, by_time);
  for (uint32_t b = 0; b < batches;) {
    const uint32_t left = batches - b;
    const uint32_t taken = 1 + sf_below(draw(deal), left < 3 ? left : 3);
    struct batch all = {0, batch[b + taken - 1].time};
    for (uint32_t i = 0; i < taken; i++) {
      all.paise += batch[b + i].paise;
    }
    pass_on(deal, from, all, outside, 1 + sf_below(draw(deal), taken), stage, 0, NULL);
    b += taken;
  }
}

// Members of a benign ring do without half of the transfers around the shape: they pay
// what they have, and keep what they get.
static bool is_left_out(struct deal *deal) { return deal->twin && draw(deal) & 1; }

#define BATCHES_MOST (2 * INSIDE_MOST)

// What place `from` has, sent to the collector in one or two parts.
static uint32_t to_collector(struct deal *deal, uint32_t from, uint32_t collector,
                             struct batch batch, uint32_t stage, struct batch *into) {
  const uint32_t to[2] = {collector, collector};
  const uint32_t parts = batch.paise > 1000000 && uniform(deal) < 0.4 ? 2 : 1;
  pass_on(deal, from, batch, to, parts, stage, 1, into);
  return parts;
}

static void fan_in(struct deal *deal) {
  struct batch got[BATCHES_MOST];
  uint32_t batches = 0;
  for (uint32_t k = 1; k < deal->n; k++) {
    const double rupees = usual_rupees(deal);
    struct batch batch;
    if (is_left_out(deal)) {
      batch = (struct batch){(int64_t)(rupees * 100), arrival(deal)};
    } else {
      batch = receive(deal, k, rupees, 1 + (uniform(deal) < 0.35));
    }
    batches += to_collector(deal, k, 0, batch, 1, &got[batches]);
  }
  collect(deal, 0, got, batches, 2);
}

// Place 0 gets money for one to three of the next `count` places and shares it out.
static void share_out(struct deal *deal, uint32_t first, uint32_t count, uint32_t hops,
                      struct batch *into) {
  for (uint32_t k = 0; k < count;) {
    const uint32_t left = count - k;
    const uint32_t served = 1 + sf_below(draw(deal), left < 3 ? left : 3);
    uint32_t to[PARTS_MOST];
    double rupees = 0;
    for (uint32_t i = 0; i < served; i++) {
      to[i] = first + k + i;
      rupees += usual_rupees(deal);
    }
    const struct batch batch = receive(deal, 0, rupees, 1);
    pass_on(deal, 0, batch, to, served, 1, hops, &into[k]);
    k += served;
  }
}

static void fan_out(struct deal *deal) {
  struct batch got[INSIDE_MOST];
  share_out(deal, 1, deal->n - 1, 1, got);
  for (uint32_t k = 1; k < deal->n; k++) {
    if (!is_left_out(deal)) {
      pass_on(deal, k, got[k - 1], outside, 1 + sf_below(draw(deal), 3), 2, 0, NULL);
    }
  }
}

static void scatter_gather(struct deal *deal) {
  struct batch scattered[INSIDE_MOST], got[BATCHES_MOST];
  uint32_t batches = 0;
  share_out(deal, 1, deal->n - 2, 2, scattered);
  for (uint32_t k = 1; k < deal->n - 1; k++) {
    batches += to_collector(deal, k, deal->n - 1, scattered[k - 1], 2, &got[batches]);
  }
  collect(deal, deal->n - 1, got, batches, 3);
}

// From place 0 along the places; a cycle ends where it began.
static void chain(struct deal *deal, bool cycle) {
  const uint32_t rounds = 1 + sf_below(draw(deal), cycle ? 2 : 3);
  const uint32_t hops = cycle ? deal->n : deal->n - 1;
  for (uint32_t r = 0; r < rounds; r++) {
    struct batch batch = receive(deal, 0, usual_rupees(deal), 1);
    for (uint32_t h = 0; h < hops; h++) {
      const uint32_t next = (h + 1) % deal->n;
      const uint32_t to[2] = {next, next};
      const uint32_t parts = batch.paise > 1000000 && uniform(deal) < 0.3 ? 2 : 1;
      struct batch into[2];
      pass_on(deal, h, batch, to, parts, h + 1, hops - h, into);
      batch = into[parts - 1];
      batch.paise += parts > 1 ? into[0].paise : 0;
    }
    if (cycle) {
      pass_on(deal, 0, batch, outside, 1 + (draw(deal) & 1), hops + 1, 0, NULL);
    }
  }
}

// Shapes that n members can form, by what crime and honest life prefer.
static uint8_t shape_of(struct deal *deal, uint32_t u) {
  const uint32_t percent = sf_below(u, 100);
  if (deal->twin) {
    return percent < 45   ? SF_RING_TYPE_MULE_FAN_IN
           : percent < 85 ? SF_RING_TYPE_MULE_FAN_OUT
           : deal->n > 3  ? SF_RING_TYPE_SCATTER_GATHER
                          : SF_RING_TYPE_MULE_CHAIN;
  }
  if (percent < 26) {
    return SF_RING_TYPE_MULE_FAN_IN;
  }
  if (percent < 44 || deal->n > SF_MULE_CHAIN_MAX) {
    return percent < 65 ? SF_RING_TYPE_MULE_FAN_OUT : SF_RING_TYPE_SCATTER_GATHER;
  }
  if (percent < 62 && deal->n > 3) {
    return SF_RING_TYPE_SCATTER_GATHER;
  }
  return percent < 82 ? SF_RING_TYPE_MULE_CHAIN : SF_RING_TYPE_MULE_CYCLE;
}

static const uint8_t row_role[SF_MEMBER_ROLE_COUNT] = {
    [SF_MEMBER_ROLE_SOURCE] = SF_ROLE_MULE,
    [SF_MEMBER_ROLE_MULE] = SF_ROLE_MULE,
    [SF_MEMBER_ROLE_COLLECTOR] = SF_ROLE_COLLECTOR,
    [SF_MEMBER_ROLE_BENEFICIARY] = SF_ROLE_BENEFICIARY,
};

// Part of a place in a shape.
static uint8_t part_of(uint8_t type, uint32_t place, uint32_t n) {
  switch (type) {
    case SF_RING_TYPE_MULE_FAN_IN:
    case SF_RING_TYPE_MULE_CYCLE:
      return place == 0 ? SF_MEMBER_ROLE_COLLECTOR : SF_MEMBER_ROLE_MULE;
    case SF_RING_TYPE_MULE_CHAIN:
      return place == 0       ? SF_MEMBER_ROLE_SOURCE
             : place == n - 1 ? SF_MEMBER_ROLE_BENEFICIARY
                              : SF_MEMBER_ROLE_MULE;
    case SF_RING_TYPE_SCATTER_GATHER:
      return place == 0       ? SF_MEMBER_ROLE_SOURCE
             : place == n - 1 ? SF_MEMBER_ROLE_COLLECTOR
                              : SF_MEMBER_ROLE_MULE;
    default:
      return place == 0 ? SF_MEMBER_ROLE_SOURCE : SF_MEMBER_ROLE_MULE;
  }
}

static bool is_layered(uint8_t type, uint8_t part) {
  return part == SF_MEMBER_ROLE_MULE &&
         (type == SF_RING_TYPE_MULE_CHAIN || type == SF_RING_TYPE_MULE_CYCLE ||
          type == SF_RING_TYPE_SCATTER_GATHER);
}

// Who takes which place: any order of the members is as likely.
static void seat_members(struct deal *deal) {
  for (uint32_t i = 0; i < deal->n; i++) {
    const uint32_t j = sf_below(draw(deal), i + 1);
    deal->seat[i] = deal->seat[j];
    deal->seat[j] = i;
  }
}

static void open_window(struct deal *deal, uint32_t start, uint32_t end) {
  const uint64_t close = (uint64_t)deal->config->days * SF_DAY;
  deal->last = (end < close ? end : (uint32_t)close) - MARGIN;
  const double room = deal->last - start;
  const double most = 0.55 * room;
  const double wished = blend(deal, SPREAD_BRAZEN, most);
  const bool coordinated = deal->nomination[0].candidate.combination == SF_COMBINATION_COORDINATED;
  deal->spread = coordinated ? COORDINATED_SECONDS : (uint32_t)(wished < most ? wished : most);
  deal->opening =
      start + (uint32_t)((most - deal->spread > 0 ? most - deal->spread : 0) * uniform(deal));
  if (coordinated) {
    const uint32_t at = deal->opening / SF_DAY * SF_DAY + second_of_day(deal);
    deal->opening = at >= start && at < start + (uint32_t)most ? at : deal->opening;
  }
}

static int in_order(const void *a, const void *b) {
  const uint32_t x = ((const struct sf_link *)a)->time;
  const uint32_t y = ((const struct sf_link *)b)->time;
  return x < y ? -1 : x > y;
}

bool sf_mule_link_fires(const struct sf_link *link, uint32_t i, uint32_t customer) {
  int64_t in = 0, out = 0;
  for (uint32_t j = i + 1; j-- > 0 && link[j].time + SF_DAY > link[i].time;) {
    in += link[j].target == customer ? link[j].paise : 0;
    out += link[j].source == customer ? link[j].paise : 0;
  }
  return link[i].source == customer && in > 0 && out * 5 > in * 4;
}

// What the ring means to one member.
static void enrol(const struct deal *deal, uint32_t i, struct sf_membership *member) {
  const uint32_t customer = member->candidate.customer;
  struct sf_candidate *candidate = &member->candidate;
  uint32_t rows = 0, fires = 0;
  for (uint32_t l = 0; l < deal->links; l++) {
    const struct sf_link *link = &deal->link[l];
    if (link->source != customer && link->target != customer) {
      continue;
    }
    candidate->start = rows == 0 ? link->time : candidate->start;
    candidate->end = link->time + 1;
    rows++;
    fires += sf_mule_link_fires(deal->link, l, customer);
  }
  candidate->fraud_rows[0] = deal->twin ? 0 : (uint16_t)rows;
  candidate->fraud_rows[1] = 0;
  candidate->net = (int16_t)rows;
  candidate->fires = (uint16_t)fires;
  member->size = deal->n;
  member->position = i;
  member->links = rows;
}

static void run(struct deal *deal, uint8_t type) {
  switch (type) {
    case SF_RING_TYPE_MULE_FAN_IN:
      fan_in(deal);
      break;
    case SF_RING_TYPE_MULE_FAN_OUT:
      fan_out(deal);
      break;
    case SF_RING_TYPE_SCATTER_GATHER:
      scatter_gather(deal);
      break;
    default:
      chain(deal, type == SF_RING_TYPE_MULE_CYCLE);
      break;
  }
}

static void finish(struct deal *deal) {
  qsort(deal->link, deal->links, sizeof *deal->link, in_order);
  for (uint32_t l = 0; l < deal->links; l++) {
    deal->link[l].number = l;
  }
}

uint32_t sf_mule_ring_deal(const struct sf_config *config, uint64_t ring_key,
                           uint64_t nomination_key, bool twin,
                           const struct sf_nomination *nomination, uint32_t n, uint32_t start,
                           uint32_t end, struct sf_membership *member, struct sf_link *link) {
  struct deal deal = {.config = config,
                      .nomination = nomination,
                      .n = n,
                      .key = ring_key,
                      .twin = twin,
                      .c = nomination[0].camouflage * 0x1p-16,
                      .link = link};
  seat_members(&deal);
  open_window(&deal, start, end);
  deal.ln_usual = blend(&deal, LN_BRAZEN, LN_OWN) + SIGMA_RING * normal(&deal);
  const uint8_t type = shape_of(&deal, draw(&deal));
  memset(member, 0, n * sizeof *member);
  for (uint32_t place = 0; place < n; place++) {
    struct sf_membership *m = &member[deal.seat[place]];
    m->role = part_of(type, place, n);
    deal.role[place] = is_layered(type, m->role) ? SF_ROLE_LAYERING : row_role[m->role];
    m->role = twin ? SF_MEMBER_ROLE_FAMILY_MEMBER : m->role;
  }
  run(&deal, type);
  finish(&deal);
  for (uint32_t i = 0; i < n; i++) {
    member[i].key = nomination_key;
    member[i].ring = ring_key;
    member[i].candidate = nomination[i].candidate;
    member[i].camouflage = nomination[0].camouflage;
    member[i].type = type;
    member[i].start = deal.link[0].time;
    member[i].end = deal.link[deal.links - 1].time + 1;
    enrol(&deal, i, &member[i]);
  }
  return deal.links;
}

// Inflows of a mule alone, and the parts in which each is sent on.
#define ALONE_LEAST 2u
#define ALONE_WIDTH 5u

uint32_t sf_mule_alone_deal(const struct sf_config *config, uint32_t customer, uint16_t number,
                            uint32_t camouflage, bool twin, uint32_t start, uint32_t end,
                            struct sf_link link[SF_MULE_ALONE_MAX]) {
  const struct sf_nomination nomination = {.candidate = {.customer = customer, .number = number},
                                           .camouflage = camouflage};
  struct deal deal = {.config = config,
                      .nomination = &nomination,
                      .n = 1,
                      .role = {SF_ROLE_MULE},
                      .key = (uint64_t)number << 32 | customer,
                      .twin = twin,
                      .c = camouflage * 0x1p-16,
                      .link = link};
  open_window(&deal, start, end);
  deal.ln_usual = blend(&deal, LN_BRAZEN, LN_OWN) + SIGMA_RING * normal(&deal);
  const uint32_t inflows = ALONE_LEAST + sf_below(draw(&deal), ALONE_WIDTH);
  struct batch got[ALONE_LEAST + ALONE_WIDTH];
  for (uint32_t i = 0; i < inflows; i++) {
    got[i] = receive(&deal, 0, usual_rupees(&deal), 1);
  }
  collect(&deal, 0, got, inflows, 1);
  finish(&deal);
  return deal.links;
}

#include "kernels/fraud/mule_ring.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/activity/skeleton.h"
#include "kernels/fraud/mule_flow.h"

static int by_time(const void *a, const void *b) {
  const uint32_t x = ((const struct sf_mule_batch *)a)->time;
  const uint32_t y = ((const struct sf_mule_batch *)b)->time;
  return x < y ? -1 : x > y;
}

static const uint32_t outside[SF_MULE_PARTS_MOST] = {SF_MULE_OUTSIDE, SF_MULE_OUTSIDE,
                                                     SF_MULE_OUTSIDE, SF_MULE_OUTSIDE};

// A collector sends out what it got, one to three arrivals at a time.
static void collect(struct sf_mule_flow *flow, uint32_t from, struct sf_mule_batch *batch,
                    uint32_t batches, uint32_t stage) {
  qsort(batch, batches, sizeof *batch, by_time);
  for (uint32_t b = 0; b < batches;) {
    const uint32_t left = batches - b;
    const uint32_t taken = 1 + sf_below(sf_mule_draw(flow), left < 3 ? left : 3);
    struct sf_mule_batch all = {0, batch[b + taken - 1].time};
    for (uint32_t i = 0; i < taken; i++) {
      all.paise += batch[b + i].paise;
    }
    sf_mule_pass_on(flow, from, all, outside, 1 + sf_below(sf_mule_draw(flow), taken), stage, 0,
                    NULL);
    b += taken;
  }
}

// Members of a benign ring do without half of the transfers around the shape: they pay
// what they have, and keep what they get.
static bool is_left_out(struct sf_mule_flow *flow) { return flow->twin && sf_mule_draw(flow) & 1; }

#define BATCHES_MOST (2 * SF_RING_MAX)

// What place `from` has, sent to the collector in one or two parts.
static uint32_t to_collector(struct sf_mule_flow *flow, uint32_t from, uint32_t collector,
                             struct sf_mule_batch batch, uint32_t stage,
                             struct sf_mule_batch *into) {
  const uint32_t to[2] = {collector, collector};
  const uint32_t parts = batch.paise > 1000000 && sf_mule_uniform(flow) < 0.4 ? 2 : 1;
  sf_mule_pass_on(flow, from, batch, to, parts, stage, 1, into);
  return parts;
}

static void fan_in(struct sf_mule_flow *flow) {
  struct sf_mule_batch got[BATCHES_MOST];
  uint32_t batches = 0;
  for (uint32_t k = 1; k < flow->n; k++) {
    const double rupees = sf_mule_rupees(flow);
    struct sf_mule_batch batch;
    if (is_left_out(flow)) {
      batch = (struct sf_mule_batch){(int64_t)(rupees * 100), sf_mule_arrival(flow)};
    } else {
      batch = sf_mule_receive(flow, k, rupees, 1 + (sf_mule_uniform(flow) < 0.35));
    }
    batches += to_collector(flow, k, 0, batch, 1, &got[batches]);
  }
  collect(flow, 0, got, batches, 2);
}

// Place 0 gets money for one to three of the next `count` places and shares it out.
static void share_out(struct sf_mule_flow *flow, uint32_t first, uint32_t count, uint32_t hops,
                      struct sf_mule_batch *into) {
  for (uint32_t k = 0; k < count;) {
    const uint32_t left = count - k;
    const uint32_t served = 1 + sf_below(sf_mule_draw(flow), left < 3 ? left : 3);
    uint32_t to[SF_MULE_PARTS_MOST];
    double rupees = 0;
    for (uint32_t i = 0; i < served; i++) {
      to[i] = first + k + i;
      rupees += sf_mule_rupees(flow);
    }
    const struct sf_mule_batch batch = sf_mule_receive(flow, 0, rupees, 1);
    sf_mule_pass_on(flow, 0, batch, to, served, 1, hops, &into[k]);
    k += served;
  }
}

static void fan_out(struct sf_mule_flow *flow) {
  struct sf_mule_batch got[SF_RING_MAX];
  share_out(flow, 1, flow->n - 1, 1, got);
  for (uint32_t k = 1; k < flow->n; k++) {
    if (!is_left_out(flow)) {
      sf_mule_pass_on(flow, k, got[k - 1], outside, 1 + sf_below(sf_mule_draw(flow), 3), 2, 0,
                      NULL);
    }
  }
}

static void scatter_gather(struct sf_mule_flow *flow) {
  struct sf_mule_batch scattered[SF_RING_MAX], got[BATCHES_MOST];
  uint32_t batches = 0;
  share_out(flow, 1, flow->n - 2, 2, scattered);
  for (uint32_t k = 1; k < flow->n - 1; k++) {
    batches += to_collector(flow, k, flow->n - 1, scattered[k - 1], 2, &got[batches]);
  }
  collect(flow, flow->n - 1, got, batches, 3);
}

// From place 0 along the places; a cycle ends where it began.
static void chain(struct sf_mule_flow *flow, bool cycle) {
  const uint32_t rounds = 1 + sf_below(sf_mule_draw(flow), cycle ? 2 : 3);
  const uint32_t hops = cycle ? flow->n : flow->n - 1;
  for (uint32_t r = 0; r < rounds; r++) {
    struct sf_mule_batch batch = sf_mule_receive(flow, 0, sf_mule_rupees(flow), 1);
    for (uint32_t h = 0; h < hops; h++) {
      const uint32_t next = (h + 1) % flow->n;
      const uint32_t to[2] = {next, next};
      const uint32_t parts = batch.paise > 1000000 && sf_mule_uniform(flow) < 0.3 ? 2 : 1;
      struct sf_mule_batch into[2];
      sf_mule_pass_on(flow, h, batch, to, parts, h + 1, hops - h, into);
      batch = into[parts - 1];
      batch.paise += parts > 1 ? into[0].paise : 0;
    }
    if (cycle) {
      sf_mule_pass_on(flow, 0, batch, outside, 1 + (sf_mule_draw(flow) & 1), hops + 1, 0, NULL);
    }
  }
}

// Shapes that n members can form, by what crime and honest life prefer.
static uint8_t shape_of(struct sf_mule_flow *flow, uint32_t u) {
  const uint32_t percent = sf_below(u, 100);
  if (flow->twin) {
    return percent < 45   ? SF_RING_TYPE_MULE_FAN_IN
           : percent < 85 ? SF_RING_TYPE_MULE_FAN_OUT
           : flow->n > 3  ? SF_RING_TYPE_SCATTER_GATHER
                          : SF_RING_TYPE_MULE_CHAIN;
  }
  if (percent < 26) {
    return SF_RING_TYPE_MULE_FAN_IN;
  }
  if (percent < 44 || flow->n > SF_MULE_CHAIN_MAX) {
    return percent < 65 ? SF_RING_TYPE_MULE_FAN_OUT : SF_RING_TYPE_SCATTER_GATHER;
  }
  if (percent < 62 && flow->n > 3) {
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
static void seat_members(struct sf_mule_flow *flow) {
  for (uint32_t i = 0; i < flow->n; i++) {
    const uint32_t j = sf_below(sf_mule_draw(flow), i + 1);
    flow->seat[i] = flow->seat[j];
    flow->seat[j] = i;
  }
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
static void enrol(const struct sf_mule_flow *flow, uint32_t i, struct sf_membership *member) {
  const uint32_t customer = member->candidate.customer;
  struct sf_candidate *candidate = &member->candidate;
  uint32_t rows = 0, fires = 0;
  for (uint32_t l = 0; l < flow->links; l++) {
    const struct sf_link *link = &flow->link[l];
    if (link->source != customer && link->target != customer) {
      continue;
    }
    candidate->start = rows == 0 ? link->time : candidate->start;
    candidate->end = link->time + 1;
    rows++;
    fires += sf_mule_link_fires(flow->link, l, customer);
  }
  candidate->fraud_rows[0] = flow->twin ? 0 : (uint16_t)rows;
  candidate->fraud_rows[1] = 0;
  candidate->net = (int16_t)rows;
  candidate->fires = (uint16_t)fires;
  member->size = flow->n;
  member->position = i;
  member->links = rows;
}

static void run(struct sf_mule_flow *flow, uint8_t type) {
  switch (type) {
    case SF_RING_TYPE_MULE_FAN_IN:
      fan_in(flow);
      break;
    case SF_RING_TYPE_MULE_FAN_OUT:
      fan_out(flow);
      break;
    case SF_RING_TYPE_SCATTER_GATHER:
      scatter_gather(flow);
      break;
    default:
      chain(flow, type == SF_RING_TYPE_MULE_CYCLE);
      break;
  }
}

uint32_t sf_mule_ring_deal(const struct sf_config *config, uint64_t ring_key,
                           uint64_t nomination_key, bool twin,
                           const struct sf_nomination *nomination, uint32_t n, uint32_t start,
                           uint32_t end, struct sf_membership *member, struct sf_link *link) {
  struct sf_mule_flow flow = {.config = config,
                              .nomination = nomination,
                              .n = n,
                              .key = ring_key,
                              .twin = twin,
                              .c = nomination[0].camouflage * 0x1p-16,
                              .link = link};
  seat_members(&flow);
  sf_mule_open(&flow, start, end);
  const uint8_t type = shape_of(&flow, sf_mule_draw(&flow));
  memset(member, 0, n * sizeof *member);
  for (uint32_t place = 0; place < n; place++) {
    struct sf_membership *m = &member[flow.seat[place]];
    m->role = part_of(type, place, n);
    flow.role[place] = is_layered(type, m->role) ? SF_ROLE_LAYERING : row_role[m->role];
    m->role = twin ? SF_MEMBER_ROLE_FAMILY_MEMBER : m->role;
  }
  run(&flow, type);
  sf_mule_sort(&flow);
  for (uint32_t i = 0; i < n; i++) {
    member[i].key = nomination_key;
    member[i].ring = ring_key;
    member[i].candidate = nomination[i].candidate;
    member[i].camouflage = nomination[0].camouflage;
    member[i].type = type;
    member[i].start = flow.link[0].time;
    member[i].end = flow.link[flow.links - 1].time + 1;
    enrol(&flow, i, &member[i]);
  }
  return flow.links;
}

// Inflows of a mule alone, and the parts in which each is sent on.
#define ALONE_LEAST 2u
#define ALONE_WIDTH 5u

uint32_t sf_mule_alone_deal(const struct sf_config *config, const struct sf_nomination *nomination,
                            bool twin, uint32_t start, uint32_t end,
                            struct sf_link link[SF_MULE_ALONE_MAX]) {
  const struct sf_candidate *candidate = &nomination->candidate;
  struct sf_mule_flow flow = {.config = config,
                              .nomination = nomination,
                              .n = 1,
                              .role = {SF_ROLE_MULE},
                              .key = (uint64_t)candidate->number << 32 | candidate->customer,
                              .twin = twin,
                              .c = nomination->camouflage * 0x1p-16,
                              .link = link};
  sf_mule_open(&flow, start, end);
  const uint32_t inflows = ALONE_LEAST + sf_below(sf_mule_draw(&flow), ALONE_WIDTH);
  struct sf_mule_batch got[ALONE_LEAST + ALONE_WIDTH];
  for (uint32_t i = 0; i < inflows; i++) {
    got[i] = sf_mule_receive(&flow, 0, sf_mule_rupees(&flow), 1);
  }
  collect(&flow, 0, got, inflows, 1);
  sf_mule_sort(&flow);
  return flow.links;
}

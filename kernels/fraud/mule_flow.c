#include "kernels/fraud/mule_flow.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/activity/skeleton.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/fraud/story.h"
#include "kernels/math/elementary.h"
#include "kernels/population/hours.h"
#include "kernels/random/quantile.h"

// Laws, from the brazen end (c = 0) to the camouflaged one (c = 1), which is that of
// people's own larger transfers (transfers.c). Published is only that money is
// spread over other accounts soon after it came; the wait's median of 12 minutes, 90 %
// within two hours, and the cut of 2 to 10 % are estimates (docs/fraud.md).
#define LN_BRAZEN 10.6  // ln of rupees that a mule handles at a time: 40,000
#define LN_OWN 7.1      // 1,200
#define SIGMA_RING 0.5  // of a ring's usual sum
#define SIGMA_BRAZEN 0.25
#define SIGMA_OWN 1.2
#define LEAST_RUPEES 250.0
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

uint32_t sf_mule_draw(struct sf_mule_flow *flow) {
  if (flow->drawn % 4 == 0) {
    flow->block = sf_draw(flow->config->seed, (uint32_t)flow->key, (uint32_t)(flow->key >> 32),
                          SF_STREAM_LINK, flow->drawn / 4);
  }
  return flow->block.word[flow->drawn++ % 4];
}

double sf_mule_uniform(struct sf_mule_flow *flow) { return sf_mule_draw(flow) * 0x1p-32; }

static double normal(struct sf_mule_flow *flow) {
  return sf_quantile(&sf_law_normal, sf_mule_draw(flow)) * 0x1p-16;
}

static double blend(const struct sf_mule_flow *flow, double brazen, double own) {
  return brazen + (own - brazen) * flow->c;
}

static bool mimics(struct sf_mule_flow *flow) { return sf_mule_uniform(flow) < flow->c; }

// Rupees that a member handles at a time.
double sf_mule_rupees(struct sf_mule_flow *flow) {
  const double sigma = blend(flow, SIGMA_BRAZEN, SIGMA_OWN);
  return sf_clamp(sf_exp(flow->ln_usual + sigma * normal(flow)), LEAST_RUPEES, MOST_RUPEES);
}

// The sum that is sent for one in mind: round where nobody takes care.
static int64_t rounded(struct sf_mule_flow *flow, double paise) {
  const uint32_t u = sf_mule_draw(flow);
  if (!mimics(flow) && u >> 31 && paise >= 500000) {
    const int64_t step = paise >= 2000000 && (u & 3) == 0 ? 500000
                         : paise >= 1000000               ? 100000
                                                          : 50000;
    return ((int64_t)paise + step / 2) / step * step;
  }
  return sf_transfer_round(paise, u);
}

// A second of the day by the hours at which people in work pay.
static uint32_t second_of_day(struct sf_mule_flow *flow) {
  uint32_t sum = 0;
  for (uint32_t h = 0; h < 24; h++) {
    sum += sf_hours_weight(SF_OCCUPATION_SALARIED, 0, h);
  }
  uint32_t at = sf_below(sf_mule_draw(flow), sum);
  uint32_t hour = 0;
  while (hour < 23 && at >= sf_hours_weight(SF_OCCUPATION_SALARIED, 0, hour)) {
    at -= sf_hours_weight(SF_OCCUPATION_SALARIED, 0, hour++);
  }
  return hour * 3600 + sf_below(sf_mule_draw(flow), 3600);
}

// When money comes into the ring.
uint32_t sf_mule_arrival(struct sf_mule_flow *flow) {
  const uint32_t time = flow->opening + sf_below(sf_mule_draw(flow), flow->spread);
  const uint32_t at = time / SF_DAY * SF_DAY + second_of_day(flow);
  const bool inside = at >= flow->opening && at < flow->opening + flow->spread;
  return flow->spread > SF_DAY && inside ? at : time;
}

static uint32_t left_after(const struct sf_mule_flow *flow, uint32_t time) {
  return time < flow->last ? flow->last - time : 0;
}

// When what came at `time` is sent on, so that `hops` more fit behind.
static uint32_t departure(struct sf_mule_flow *flow, uint32_t time, uint32_t hops) {
  const double room = (double)left_after(flow, time) / (hops + 1);
  const double sigma = blend(flow, WAIT_SIGMA_BRAZEN, WAIT_SIGMA_OWN);
  const double ln_wait = blend(flow, LN_WAIT_BRAZEN, LN_WAIT_OWN) + sigma * normal(flow);
  const double wait = sf_clamp(sf_exp(ln_wait), 60, 1e9);
  const uint32_t most = time + (uint32_t)room;
  const uint32_t at = wait < room ? time + (uint32_t)wait : most;
  const uint32_t by_day = at / SF_DAY * SF_DAY + second_of_day(flow);
  return wait > 6 * 3600 && by_day > time + 60 && by_day <= most ? by_day : at;
}

static bool is_used(const struct sf_mule_flow *flow, uint32_t time) {
  for (uint32_t i = 0; i < flow->links; i++) {
    if (flow->link[i].time == time) {
      return true;
    }
  }
  return false;
}

// Transfers that could go by UPI and do, from the brazen end to about the own law (place_large
// of transfers.c), and of that those to and from other banks; the most that comes in at once by
// UPI, from many senders. Estimates, held by the audit of empty columns (docs/fraud.md).
#define BY_UPI_BRAZEN 0.35
#define BY_UPI_OWN 0.93
#define BY_UPI_OUTSIDE 0.5
#define UPI_INFLOW 8000000
#define IMPS_MOST (SF_IMPS_MOST - 1000000)

// Whether UPI takes what a place sends on a day beside what it has sent.
static bool upi_takes(const struct sf_mule_flow *flow, uint32_t from, const struct sf_link *sent) {
  if (from == SF_MULE_OUTSIDE) {
    return sent->paise <= UPI_INFLOW;
  }
  const uint32_t day = sent->time / SF_DAY, bit = day - flow->first_day;
  if (bit > 31 || !(flow->nomination[flow->seat[from]].upi_days >> bit & 1)) {
    return false;
  }
  int64_t paise = sent->paise;
  uint32_t payments = 1;
  for (uint32_t i = 0; i < flow->links; i++) {
    const struct sf_link *link = &flow->link[i];
    const bool before = link->source == sent->source && link->mode == SF_PAYMENT_MODE_UPI &&
                        link->time / SF_DAY == day;
    paise += before ? link->paise : 0;
    payments += before;
  }
  return paise <= SF_UPI_STORY_PAISE && payments <= SF_UPI_STORY_PAYMENTS;
}

static uint8_t rail_of(struct sf_mule_flow *flow, uint32_t from, const struct sf_link *link) {
  const uint32_t u = sf_mule_draw(flow);
  const bool inside = link->source && link->target;
  const double share = blend(flow, BY_UPI_BRAZEN, BY_UPI_OWN) * (inside ? 1 : BY_UPI_OUTSIDE);
  if (u * 0x1p-32 < share && upi_takes(flow, from, link)) {
    return SF_PAYMENT_MODE_UPI;
  }
  return link->paise > IMPS_MOST || sf_redraw(u, 1) < SF_CHANCE(0.4) ? SF_PAYMENT_MODE_NEFT
                                                                     : SF_PAYMENT_MODE_IMPS;
}

// Adds a link between two places of the shape; returns its time.
static uint32_t send(struct sf_mule_flow *flow, uint32_t from, uint32_t to, uint32_t time,
                     int64_t paise, uint32_t stage) {
  while (is_used(flow, time)) {
    time++;
  }
  struct sf_link *link = &flow->link[flow->links];
  memset(link, 0, sizeof *link);
  link->ring = flow->key;
  link->time = time;
  link->paise = paise;
  link->stage = (uint8_t)stage;
  if (from != SF_MULE_OUTSIDE) {
    const struct sf_candidate *source = &flow->nomination[flow->seat[from]].candidate;
    link->source = source->customer;
    link->source_number = source->number;
    link->source_role = flow->role[from];
  }
  if (to != SF_MULE_OUTSIDE) {
    const struct sf_candidate *target = &flow->nomination[flow->seat[to]].candidate;
    link->target = target->customer;
    link->target_number = target->number;
    link->target_role = flow->role[to];
  }
  link->mode = rail_of(flow, from, link);
  flow->links++;
  return time;
}

// Cuts `paise` of a batch of `batch` into parts of about equal size, each on the lattice
// of transfers; together at most the batch and at least 0.8 of it.
static void cut_into(struct sf_mule_flow *flow, double paise, int64_t batch, uint32_t parts,
                     int64_t part[SF_MULE_PARTS_MOST]) {
  double weight[SF_MULE_PARTS_MOST], sum = 0;
  for (uint32_t p = 0; p < parts; p++) {
    weight[p] = 1 + blend(flow, 0.2, 1.0) * sf_mule_uniform(flow);
    sum += weight[p];
  }
  int64_t all = 0;
  for (uint32_t p = 0; p < parts; p++) {
    part[p] = rounded(flow, paise * weight[p] / sum);
    all += part[p];
  }
  if (all > batch || all * 5 < batch * 4) {
    for (uint32_t p = 0; p < parts; p++) {
      part[p] = (int64_t)(paise * weight[p] / sum / 100) * 100;
    }
  }
}

// Money from outside to a place, in parts.
struct sf_mule_batch sf_mule_receive(struct sf_mule_flow *flow, uint32_t to, double rupees,
                                     uint32_t parts) {
  struct sf_mule_batch batch = {0, 0};
  uint32_t time = sf_mule_arrival(flow);
  for (uint32_t p = 0; p < parts; p++) {
    const double share = p + 1 < parts ? 0.3 + 0.4 * sf_mule_uniform(flow) : 1;
    const int64_t paise = rounded(flow, rupees * 100 * share);
    rupees *= 1 - share;
    time = send(flow, SF_MULE_OUTSIDE, to, time, paise, 0);
    batch.paise += paise;
    batch.time = time > batch.time ? time : batch.time;
    time = sf_mule_arrival(flow);
  }
  return batch;
}

// What came to `from` goes on to `parts` places, less the cut; `hops` more follow. Adds
// what arrived to into[p], if not null.
void sf_mule_pass_on(struct sf_mule_flow *flow, uint32_t from, struct sf_mule_batch batch,
                     const uint32_t *to, uint32_t parts, uint32_t stage, uint32_t hops,
                     struct sf_mule_batch *into) {
  const double usual = sf_mule_uniform(flow);
  const double cut = CUT_LEAST + CUT_SPAN * (usual + flow->c * sf_mule_uniform(flow));
  int64_t part[SF_MULE_PARTS_MOST];
  cut_into(flow, (double)batch.paise * (1 - cut), batch.paise, parts, part);
  uint32_t time = departure(flow, batch.time, hops);
  for (uint32_t p = 0; p < parts; p++) {
    time = send(flow, from, to[p], time, part[p], stage);
    if (into) {
      into[p] = (struct sf_mule_batch){part[p], time};
    }
    const uint32_t room = left_after(flow, time) / (8 * (hops + 1));
    const uint32_t gap = 40 + sf_below(sf_mule_draw(flow), 900);
    time += gap < room ? gap : room;
  }
}

void sf_mule_open(struct sf_mule_flow *flow, uint32_t start, uint32_t end) {
  const uint64_t close = (uint64_t)flow->config->days * SF_DAY;
  flow->first_day = start / SF_DAY;
  flow->last = (end < close ? end : (uint32_t)close) - MARGIN;
  const double room = flow->last - start;
  const double most = 0.55 * room;
  const double wished = blend(flow, SPREAD_BRAZEN, most);
  const bool coordinated = flow->nomination[0].candidate.combination == SF_COMBINATION_COORDINATED;
  flow->spread = coordinated ? COORDINATED_SECONDS : (uint32_t)(wished < most ? wished : most);
  flow->opening = start + (uint32_t)((most - flow->spread > 0 ? most - flow->spread : 0) *
                                     sf_mule_uniform(flow));
  if (coordinated) {
    const uint32_t at = flow->opening / SF_DAY * SF_DAY + second_of_day(flow);
    flow->opening = at >= start && at < start + (uint32_t)most ? at : flow->opening;
  }
  flow->ln_usual = blend(flow, LN_BRAZEN, LN_OWN) + SIGMA_RING * normal(flow);
}

static int in_order(const void *a, const void *b) {
  const uint32_t x = ((const struct sf_link *)a)->time;
  const uint32_t y = ((const struct sf_link *)b)->time;
  return x < y ? -1 : x > y;
}

void sf_mule_sort(struct sf_mule_flow *flow) {
  qsort(flow->link, flow->links, sizeof *flow->link, in_order);
  for (uint32_t l = 0; l < flow->links; l++) {
    flow->link[l].number = l;
  }
}

#include "kernels/activity/life.h"
#include "kernels/activity/spree.h"
#include "kernels/random/counts.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Sittings of the average customer on the average day, Q16. With 3.7 purchases
// a sitting, bills and transfers this makes 46 debits a month.
#define SITTINGS_A_DAY 16900u
#define SITTINGS_MAX 15u

// Purchases in a sitting: 1, 2, 3 or 4 with 4, 5, 11 and 80 %. Near-equal
// sizes make the times bursty without making one gap tell the next.
#define PURCHASES_MAX 4u
static uint32_t purchases_of(uint32_t u) {
  return 1u + (u >= SF_CHANCE(0.04) ? 1u : 0u) + (u >= SF_CHANCE(0.09) ? 1u : 0u) +
         (u >= SF_CHANCE(0.20) ? 1u : 0u);
}

// Habits: 45 % of purchases are of one of three kinds that the customer favours,
// drawn once from the law of everybody, so that they leave the mix as it is.
#define HABIT 0.45
#define HABIT_KEY 0xffffff00u

// Owls, one customer in twenty, have every third sitting at night.
#define OWL SF_CHANCE(0.05)
#define AT_NIGHT SF_CHANCE(0.33)
#define NIGHT_END (5u * 3600u)

// How active a customer is, relative to the mean, changes slowly: a triangular wave
// of a personal period and depth, and a rise over the first weeks of an account. The
// pace is kept for steps of eight days, Q16.
#define STEP 8u
#define STEPS (SF_CALENDAR_DAYS_MAX / STEP + 2)
#define PERIOD_LEAST 120u
#define PERIOD_MORE 330u
#define DEPTH_MOST 0.45
#define RAMP_DAYS 48
#define RAMP_FROM 0.35

// Sittings are worked off by the chunk, so that their draws come from the vector
// path of the processor.
#define SITTINGS 64
#define PURCHASES (SITTINGS * PURCHASES_MAX)
_Static_assert(PURCHASES <= SF_PURCHASES_MAX, "the purchases of a chunk are added at once");
struct chunk {
  uint32_t sittings, purchases;
  uint32_t key[SITTINGS], day[SITTINGS], sitting_word[4][SITTINGS];
  uint32_t time[PURCHASES], number[PURCHASES], ordinal[PURCHASES];
  uint32_t what[4][PURCHASES], how[2][4][PURCHASES];
  uint8_t habit[3];  // subcategories
  bool owl;
  uint32_t pace[STEPS];
};

static void set_pace(const struct sf_skeleton *skeleton, struct chunk *chunk, uint32_t u) {
  const struct sf_world *world = skeleton->world;
  const int32_t opened = skeleton->customer.core.open_day;
  // Accounts that open inside the window only: it is not known when others did.
  const bool is_new = opened >= world->config.start_day;
  const uint32_t period = PERIOD_LEAST + (u & 0xff) * PERIOD_MORE / 256;
  const double depth = (u >> 8 & 0xff) * (DEPTH_MOST / 256);
  const uint32_t phase = (u >> 16) * period >> 16;
  const uint32_t first = (uint32_t)world->config.start_day / STEP;
  const uint32_t last = (uint32_t)(world->config.start_day + world->config.days - 1) / STEP;
  for (uint32_t s = first; s <= last; s++) {
    const double at = (double)((s * STEP + phase) % period) / period;
    double pace = 1 + depth * (at < 0.5 ? 4 * at - 1 : 3 - 4 * at);
    const int32_t age = (int32_t)(s * STEP) - opened;
    if (is_new && age < RAMP_DAYS) {
      pace *= age < 0 ? RAMP_FROM : RAMP_FROM + (1 - RAMP_FROM) * age / RAMP_DAYS;
    }
    chunk->pace[s - first] = (uint32_t)(pace * 65536);
  }
}

static void pick_habits(const struct sf_skeleton *skeleton, struct chunk *chunk) {
  const struct sf_world *world = skeleton->world;
  const struct sf_block draw =
      sf_draw(world->config.seed, skeleton->customer.id, HABIT_KEY, SF_STREAM_FAVOURITE, 1);
  for (uint32_t h = 0; h < 3; h++) {
    chunk->habit[h] = (uint8_t)sf_alias_pick(&world->laws.purchase[SF_FESTIVAL_NONE], draw.word[h]);
  }
  set_pace(skeleton, chunk, draw.word[3]);
  chunk->owl = sf_redraw(draw.word[3], 1) < OWL;
}

static uint8_t pick_subcategory(const struct sf_skeleton *skeleton, const struct chunk *chunk,
                                uint8_t festival, uint32_t u, uint32_t v) {
  const struct sf_alias *law = &skeleton->world->laws.purchase[festival];
  const uint32_t habit = sf_redraw(u, v);
  if (habit < SF_CHANCE(HABIT)) {
    // The first of the three with 56 %, the second with 27 %, the third with 17 %.
    return chunk->habit[(habit >= SF_CHANCE(HABIT * 0.56) ? 1 : 0) +
                        (habit >= SF_CHANCE(HABIT * 0.83) ? 1 : 0)];
  }
  const uint8_t first = (uint8_t)sf_alias_pick(law, u);
  const uint32_t preferred = skeleton->customer.category_mask;
  // Three in ten choices outside the preferred categories are thought over.
  if (!(preferred >> sf_subcategories[first].category & 1) && v < SF_CHANCE(0.3)) {
    return (uint8_t)sf_alias_pick(law, sf_redraw(v, 1));
  }
  return first;
}

// Lists the purchases of a sitting: the first at an hour of the day, the others
// 20 s and an exponential time of twelve minutes apart.
static void list_purchases(const struct sf_skeleton *skeleton, struct chunk *chunk, uint32_t s) {
  const struct sf_world *world = skeleton->world;
  const uint32_t day = chunk->day[s];
  uint32_t time =
      day * SF_DAY + sf_hours_pick(&world->hours, skeleton->customer.occupation,
                                   world->calendar.day[day].is_weekend, chunk->sitting_word[0][s],
                                   chunk->sitting_word[1][s]);
  if (chunk->owl && sf_redraw(chunk->sitting_word[0][s], 5) < AT_NIGHT) {
    time = day * SF_DAY + sf_below(chunk->sitting_word[1][s], NIGHT_END);
  }
  const uint32_t purchases = purchases_of(chunk->sitting_word[2][s]);
  uint32_t gap = chunk->sitting_word[3][s];
  const uint32_t end = (uint32_t)world->config.days * SF_DAY;
  for (uint32_t k = 0; k < purchases && time < end; k++) {
    const uint32_t p = chunk->purchases++;
    chunk->time[p] = time;
    chunk->number[p] = chunk->key[s] * PURCHASES_MAX + k;
    chunk->ordinal[p] = (uint32_t)SF_SOURCE_PURCHASE << 24 | chunk->number[p];
    time += 20u + (uint32_t)((int64_t)sf_quantile(&sf_law_exponential, gap) * 900 >> 16);
    gap = sf_redraw(gap, 1);
  }
}

// A purchase, unless the customer is on the road. True if it is made.
static bool choose(const struct sf_skeleton *skeleton, const struct chunk *chunk, uint32_t p,
                   struct sf_purchase *purchase) {
  const struct sf_customer *customer = &skeleton->customer;
  const uint32_t time = chunk->time[p];
  bool moving;
  const struct sf_trip *trip = sf_skeleton_trip_at(skeleton, time, &moving);
  const struct sf_day *date = &skeleton->world->calendar.day[time / SF_DAY];
  // Impulse: one purchase in five of such customers at 1.2 to 2 times the amount.
  const bool impulse = customer->impulse && chunk->what[2][p] < SF_CHANCE(0.2);
  purchase->time = time;
  purchase->number = chunk->number[p];
  purchase->shift = impulse ? 17000 + (int32_t)(chunk->what[3][p] >> 16) * 3 / 4 : 0;
  purchase->subcategory =
      pick_subcategory(skeleton, chunk, date->festival, chunk->what[0][p], chunk->what[1][p]);
  purchase->city = trip ? trip->city : customer->city;
  for (uint32_t w = 0; w < 4; w++) {
    purchase->draw[0].word[w] = chunk->how[0][w][p];
    purchase->draw[1].word[w] = chunk->how[1][w][p];
  }
  return !moving;
}

static void work_off(struct sf_skeleton *skeleton, struct chunk *chunk) {
  const struct sf_lanes *lanes = skeleton->world->lanes;
  const uint64_t seed = skeleton->world->config.seed;
  const uint32_t id = skeleton->customer.id;
  uint32_t(*sitting)[SITTINGS] = chunk->sitting_word;
  lanes->philox(seed, id, chunk->key, SF_STREAM_SESSION, 0, chunk->sittings, sitting[0], sitting[1],
                sitting[2], sitting[3]);
  chunk->purchases = 0;
  for (uint32_t s = 0; s < chunk->sittings; s++) {
    list_purchases(skeleton, chunk, s);
  }
  chunk->sittings = 0;
  uint32_t(*what)[PURCHASES] = chunk->what;
  lanes->philox(seed, id, chunk->number, SF_STREAM_SESSION, 1, chunk->purchases, what[0], what[1],
                what[2], what[3]);
  for (uint32_t block = 0; block < 2; block++) {
    uint32_t(*how)[PURCHASES] = chunk->how[block];
    lanes->philox(seed, id, chunk->ordinal, SF_STREAM_PURCHASE, block, chunk->purchases, how[0],
                  how[1], how[2], how[3]);
  }
  struct sf_purchase purchase[PURCHASES];
  uint32_t made = 0;
  for (uint32_t p = 0; p < chunk->purchases; p++) {
    made += choose(skeleton, chunk, p, &purchase[made]);
  }
  sf_purchases_add(skeleton, SF_SOURCE_PURCHASE, purchase, made);
}

// Sittings on a day. Below 1 - mean, and so below exp(-mean), a draw means none:
// three days in four need no exponential.
static uint32_t sittings_of(uint32_t mean, uint32_t u) {
  if (mean < 65536u && u >> 16 < 65535u - mean) {
    return 0;
  }
  const uint32_t sittings = sf_poisson_small(mean, u);
  return sittings < SITTINGS_MAX ? sittings : SITTINGS_MAX;
}

void sf_sessions_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const uint64_t personal = (uint64_t)SITTINGS_A_DAY * customer->core.activity >> 16;
  const uint32_t *rate = world->laws.day_rate[customer->weekend];
  const uint32_t first = (uint32_t)world->config.start_day;
  struct chunk chunk;
  chunk.sittings = 0;
  pick_habits(skeleton, &chunk);
  for (uint32_t d = (uint32_t)skeleton->first_day; d < (uint32_t)world->config.days; d++) {
    if (sf_core_is_quiet(&customer->core, world->config.start_day + (int32_t)d)) {
      continue;
    }
    const uint32_t mean =
        (uint32_t)((personal * rate[d] >> 16) * chunk.pace[(first + d) / STEP - first / STEP] >>
                   16);
    const uint32_t sittings = sittings_of(mean, skeleton->day_word[0][d]);
    if (chunk.sittings + sittings > SITTINGS) {
      work_off(skeleton, &chunk);
    }
    for (uint32_t s = 0; s < sittings; s++) {
      chunk.key[chunk.sittings] = skeleton->day_index[d] * 16 + s;
      chunk.day[chunk.sittings++] = d;
    }
  }
  work_off(skeleton, &chunk);
  sf_sprees_build(skeleton);
}

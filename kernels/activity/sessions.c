#include "kernels/activity/skeleton.h"
#include "kernels/random/counts.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Sittings of the average customer on the average day, Q16. With 3.6 purchases
// a sitting, bills and transfers this makes 46 debits a month.
#define SITTINGS_A_DAY 16900u
#define SITTINGS_MAX 15u

// Purchases in a sitting: 1, 2, 3 or 4 with 5, 6, 14 and 75 %. Near-equal
// sizes make the times bursty without making one gap tell the next.
#define PURCHASES_MAX 4u
static uint32_t purchases_of(uint32_t u) {
  return 1u + (u >= 214748365u ? 1u : 0u) + (u >= 472446403u ? 1u : 0u) +
         (u >= 1073741824u ? 1u : 0u);
}

// Habits: 45 % of purchases are of one of three kinds that the customer favours,
// drawn once from the law of everybody, so that they leave the mix as it is.
#define HABIT 0x73333333u
#define HABIT_KEY 0xffffff00u

static uint8_t pick_habit(const struct sf_skeleton *skeleton, uint32_t u) {
  const struct sf_world *world = skeleton->world;
  const uint32_t rank = (u >= HABIT / 100 * 56 ? 1u : 0u) + (u >= HABIT / 100 * 83 ? 1u : 0u);
  const struct sf_block draw =
      sf_draw(world->config.seed, skeleton->customer.id, HABIT_KEY, SF_STREAM_FAVOURITE, 1);
  return (uint8_t)sf_alias_pick(&world->laws.purchase[SF_FESTIVAL_NONE], draw.word[rank]);
}

static uint8_t pick_subcategory(const struct sf_skeleton *skeleton, uint8_t festival, uint32_t u,
                                uint32_t v) {
  const struct sf_alias *law = &skeleton->world->laws.purchase[festival];
  const uint32_t habit = u * 0x9e3779b1u ^ v;
  if (habit < HABIT) {
    return pick_habit(skeleton, habit);
  }
  const uint8_t first = (uint8_t)sf_alias_pick(law, u);
  const uint32_t preferred = skeleton->customer.category_mask;
  // Three in ten choices outside the preferred categories are thought over.
  if (!(preferred >> sf_subcategories[first].category & 1) && v < 0x4ccccccdu) {
    return (uint8_t)sf_alias_pick(law, v * 0x9e3779b1u);
  }
  return first;
}

static void build_sitting(struct sf_skeleton *skeleton, uint32_t day, uint32_t sitting) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const struct sf_day *date = &world->calendar.day[day];
  const uint32_t key = skeleton->day_index[day] * 16 + sitting;
  const struct sf_block draw = sf_draw(world->config.seed, customer->id, key, SF_STREAM_SESSION, 0);
  uint32_t time = day * SF_DAY + sf_hours_pick(&world->hours, customer->occupation,
                                               date->is_weekend, draw.word[0], draw.word[1]);
  const uint32_t purchases = purchases_of(draw.word[2]);
  uint32_t gap = draw.word[3];
  for (uint32_t k = 0; k < purchases; k++) {
    bool moving;
    const struct sf_trip *trip = sf_skeleton_trip_at(skeleton, time, &moving);
    if (!moving) {
      const uint32_t number = key * PURCHASES_MAX + k;
      const struct sf_block what =
          sf_draw(world->config.seed, customer->id, number, SF_STREAM_SESSION, 1);
      const uint8_t subcategory =
          pick_subcategory(skeleton, date->festival, what.word[0], what.word[1]);
      // Impulse: one purchase in five of such customers at 1.2 to 2 times the amount.
      const bool impulse = customer->impulse && what.word[2] < 0x33333333u;
      const int32_t shift = impulse ? 17000 + (int32_t)(what.word[3] >> 16) * 3 / 4 : 0;
      sf_purchase_add(skeleton, time, SF_SOURCE_PURCHASE, number, subcategory,
                      trip ? trip->city : customer->city, shift);
    }
    // 20 s and an exponential time of twelve minutes to the next purchase.
    time += 20u + (uint32_t)((int64_t)sf_quantile(&sf_law_exponential, gap) * 720 >> 16);
    gap = gap * 0x9e3779b1u + 0x7f4a7c15u;
    if (time / SF_DAY != day) {
      break;
    }
  }
}

void sf_sessions_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const uint64_t personal = (uint64_t)SITTINGS_A_DAY * customer->core.activity >> 16;
  const uint32_t *rate = world->laws.day_rate[customer->weekend];
  for (uint32_t d = (uint32_t)skeleton->first_day; d < (uint32_t)world->config.days; d++) {
    const uint32_t mean = (uint32_t)(personal * rate[d] >> 16);
    uint32_t sittings = sf_poisson_small(mean, skeleton->day_word[0][d]);
    sittings = sittings < SITTINGS_MAX ? sittings : SITTINGS_MAX;
    for (uint32_t s = 0; s < sittings; s++) {
      build_sitting(skeleton, d, s);
    }
  }
}

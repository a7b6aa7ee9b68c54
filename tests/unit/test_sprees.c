#include <math.h>

#include "kernels/activity/spree.h"
#include "kernels/math/sphere.h"
#include "tests/unit/model.h"

enum { CUSTOMERS = 300, DAYS = 180 };

static bool is_spree(const struct sf_event *event) { return source_of(event) == SF_SOURCE_SPREE; }

static bool is_repeat(const struct sf_event *event) { return source_of(event) >= SF_SOURCE_REPEAT; }

// Runs of small payments to one merchant within the hour exist, some of them fail, and
// what is paid twice is paid to the same merchant by the same amount.
Test(sprees, runs_and_repeats_are_there) {
  struct model m;
  model_make(&m, 11, CUSTOMERS, MODEL_START, DAYS);
  uint32_t runs = 0, repeats = 0, failed = 0, small = 0;
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    model_build(&m, id);
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      if (is_spree(event)) {
        failed += event->fail != 0;
        small += event->amount_rule == SF_AMOUNT_FIXED;
        cr_assert(event->amount_rule != SF_AMOUNT_FIXED || event->paise <= 30000);
        runs += e >= 3 && is_spree(event - 3) && event[-3].merchant == event->merchant &&
                event->time > event[-3].time && event->time - event[-3].time < 3600;
      }
      if (is_repeat(event)) {
        const uint32_t of = event->ordinal - ((uint32_t)SF_SOURCE_REPEAT << 24);
        const struct sf_event *first = NULL;
        for (uint32_t i = 0; i < m.skeleton.events; i++) {
          first = m.skeleton.event[i].ordinal == of ? &m.skeleton.event[i] : first;
        }
        cr_assert_not_null(first);
        cr_assert(first->merchant == event->merchant && first->level == event->level &&
                  first->amount_key == event->amount_key);
        cr_assert(event->time >= first->time + 20 && event->time < first->time + 480);
        repeats++;
      }
    }
  }
  cr_expect(runs > 20 && small > 100 && failed > 5, "%u runs, %u small, %u failed", runs, small,
            failed);
  cr_expect(repeats > 20, "%u repeats", repeats);
  model_free(&m);
}

// From shop to shop of a sitting nobody is faster than 25 km/h.
Test(sprees, shops_of_a_sitting_are_within_reach) {
  struct model m;
  model_make(&m, 11, 60, MODEL_START, DAYS);
  uint32_t ways = 0;
  for (uint32_t id = 1; id <= 60; id++) {
    sf_skeleton_build(&m.skeleton, id);
    const struct sf_event *last = NULL;
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      if (source_of(event) != SF_SOURCE_PURCHASE || event->channel != SF_CHANNEL_POS) {
        continue;
      }
      if (last && last->ordinal / 4 == event->ordinal / 4) {
        struct sf_merchant from, to;
        sf_merchant_at(&m.world->merchants, last->merchant, &from);
        sf_merchant_at(&m.world->merchants, event->merchant, &to);
        const double km =
            SF_EARTH_RADIUS_KM * hypot(hypot(from.x - to.x, from.y - to.y), from.z - to.z);
        cr_assert(event->time >= last->time + (uint32_t)(km / 25 * 3600), "%f km in %u s", km,
                  event->time - last->time);
        ways++;
      }
      last = event;
    }
  }
  cr_expect(ways > 1000);
  model_free(&m);
}

#include "kernels/activity/circles.h"
#include "kernels/activity/dues.h"
#include "tests/unit/model.h"

static const uint32_t sizes[] = {1, 2, 14, 15, 100, 255, 256, 511, 512, 5000};
#define SIZES (sizeof sizes / sizeof sizes[0])

// The collector finds every member by rank, and a member its collector and rank.
Test(circles, members_and_collector_name_each_other) {
  for (size_t n = 0; n < SIZES; n++) {
    const struct sf_config config = {.seed = 7, .customers = sizes[n]};
    struct sf_circles circles = {0};
    uint32_t members = 0, collectors = 0;
    for (uint32_t id = 1; id <= sizes[n]; id++) {
      const struct sf_circle circle = sf_circle_of(&circles, &config, id);
      members += circle.members > 0;
      collectors += circle.collector == id;
      if (circle.members == 0) {
        continue;
      }
      cr_assert(circle.members >= 15 && circle.members <= SF_CIRCLE_MOST);
      cr_assert((circle.rank == 0) == (circle.collector == id));
      cr_assert_eq(sf_circle_member(&circles, &circle, circle.rank), id);
      cr_assert_eq(sf_circle_member(&circles, &circle, 0), circle.collector);
      struct sf_circles fresh = {0};
      cr_assert_eq(sf_circle_of(&fresh, &config, circle.collector).members, circle.members);
    }
    // At least 15 of 256 ids, and where there are few customers none.
    cr_expect(sizes[n] < 256 || (collectors > 0 && members >= 15 * collectors));
    cr_expect(sizes[n] >= 15 || members == 0);
  }
}

// Collectors are paid by many, mostly about the same day of the month, and pass on
// less than they get.
Test(circles, collectors_are_paid_by_many) {
  struct model m;
  model_make(&m, 3, 512, MODEL_START, 120);
  uint32_t hubs = 0;
  for (uint32_t id = 1; id <= 512; id++) {
    sf_skeleton_build(&m.skeleton, id);
    uint8_t seen[513] = {0};
    uint32_t payers = 0;
    int64_t in = 0, out = 0;
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      if (source_of(event) == SF_SOURCE_DUES_IN) {
        payers += !seen[event->counterparty]++;
        in += event->paise;
      }
      out += source_of(event) == SF_SOURCE_DUES_SPENT ? event->paise : 0;
    }
    cr_expect(payers <= SF_CIRCLE_MOST);
    // The window may cut off what was collected before it.
    cr_expect(out <= in * 2, "customer %u passes on %ld of %ld", id, (long)out, (long)in);
    hubs += payers >= 10;
  }
  cr_expect(hubs >= 2, "%u collectors", hubs);
  model_free(&m);
}

#include "kernels/fraud/account_rows.h"

#include "kernels/activity/follow_ups.h"
#include "kernels/activity/mode.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Merchants that are asked before the first of the run, which serves all.
#define ASKED 4u

struct sf_event *sf_story_purchase_here(struct sf_story *story, int64_t time, uint8_t role,
                                        uint8_t subcategory) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const bool inside = time >= 0 && time < (int64_t)skeleton->world->config.days * SF_DAY;
  bool moving;
  const struct sf_trip *trip =
      inside ? sf_skeleton_trip_at(skeleton, (uint32_t)time, &moving) : NULL;
  return sf_story_purchase(story, time, role, subcategory,
                           trip ? trip->city : skeleton->customer.city);
}

static bool takes_order(const struct sf_story *story, uint32_t id, uint32_t time) {
  const struct sf_world *world = story->skeleton->world;
  const struct sf_merchant *shop = sf_merchant_get(story->skeleton->cache, &world->merchants, id);
  return shop->accepts_online && sf_merchant_serves(shop, story->skeleton->customer.city) &&
         sf_merchant_open(shop, world->config.start_day + (int32_t)(time / SF_DAY));
}

// A merchant that takes orders: the event's own, else one of the country, 0 if none.
static uint32_t order_taker(const struct sf_story *story, const struct sf_event *event) {
  const struct sf_merchant_map *map = &story->skeleton->world->merchants;
  if (takes_order(story, event->merchant, event->time)) {
    return event->merchant;
  }
  const struct sf_merchant_run *run = sf_merchant_run(map, SF_CITY_NONE, event->subcategory);
  for (uint32_t i = 0; i < ASKED && run->count; i++) {
    const uint32_t id =
        sf_merchant_pick(map, SF_CITY_NONE, event->subcategory, sf_redraw(event->ordinal, 100 + i));
    if (takes_order(story, id, event->time)) {
      return id;
    }
  }
  return run->count && takes_order(story, run->first, event->time) ? run->first : 0;
}

struct sf_event *sf_story_order(struct sf_story *story, int64_t time, uint8_t role,
                                uint8_t subcategory) {
  struct sf_skeleton *skeleton = story->skeleton;
  struct sf_event *event =
      sf_story_purchase(story, time, role, subcategory, skeleton->customer.city);
  if (!event || event->channel != SF_CHANNEL_POS) {
    return event;
  }
  event->merchant = order_taker(story, event);
  if (!event->merchant) {
    story->in_vain = true;
    return NULL;
  }
  const struct sf_day *date = &skeleton->world->calendar.day[event->time / SF_DAY];
  sf_mode_pick(&skeleton->customer, date, event, true, sf_redraw(event->ordinal, 110),
               sf_redraw(event->ordinal, 111));
  if (SF_DELIVERED_CATEGORIES >> sf_subcategories[subcategory].category & 1) {
    event->flags |= SF_EVENT_DELIVERED;
  }
  return event;
}

void sf_story_pay_order(struct sf_story *story, struct sf_event *event, uint32_t u) {
  // Of 256: holders of credit cards pay most by it; the others by debit card or the bank.
  const bool credit = story->skeleton->customer.credit_limit > 0 && (u & 0xff) < 190;
  if (credit || (u >> 8 & 0xff) < 150) {
    sf_story_by_card(story, event,
                     credit ? SF_PAYMENT_MODE_CREDIT_CARD : SF_PAYMENT_MODE_DEBIT_CARD,
                     event->channel);
  } else {
    event->mode = SF_PAYMENT_MODE_NET_BANKING;
    event->instrument = sf_instrument_of(event->mode);
  }
}

void sf_story_log_in(struct sf_story *story, struct sf_event *event, uint32_t u) {
  sf_story_foreign_device(story, event);
  const bool by_phone = event->mode == SF_PAYMENT_MODE_UPI || event->mode == SF_PAYMENT_MODE_WALLET;
  if (by_phone && event->channel == SF_CHANNEL_ONLINE) {
    sf_story_pay_order(story, event, u);
  }
}

void sf_story_pay_at_till(struct sf_story *story, struct sf_event *event, int32_t level,
                          uint32_t u) {
  struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_day *date = &skeleton->world->calendar.day[event->time / SF_DAY];
  event->level = level;
  sf_mode_pick(&skeleton->customer, date, event, false, u, sf_redraw(u, 1));
  if (event->mode == SF_PAYMENT_MODE_CASH) {
    event->mode = SF_PAYMENT_MODE_UPI;
    event->device = SF_DEVICE_PHONE;
  }
  event->instrument = sf_instrument_of(event->mode);
  event->flags &= (uint8_t)~SF_EVENT_DELIVERED;
}

uint32_t sf_story_home_time(const struct sf_story *story, uint32_t time) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const uint32_t end = (uint32_t)skeleton->world->config.days * SF_DAY;
  for (uint32_t d = 0; d <= 10 && time + d * SF_DAY < end; d++) {
    bool moving;
    if (!sf_skeleton_trip_at(skeleton, time + d * SF_DAY, &moving) && !moving) {
      return time + d * SF_DAY;
    }
  }
  return time;
}

// As sessions.c spaces the purchases of a sitting, s.
#define SITTING_LEAST 20u
#define SITTING_MEAN 720
#define LOOK_AHEAD (6u * SF_DAY)

uint32_t sf_sitting_gap(uint32_t u) {
  const int64_t gap = (int64_t)sf_quantile(&sf_law_exponential, u) * SITTING_MEAN >> 16;
  return SITTING_LEAST + (uint32_t)gap;
}

uint32_t sf_story_beside(const struct sf_story *story, uint32_t earliest, uint32_t channels,
                         uint32_t u) {
  const uint32_t time = sf_own_next_purchase(story, earliest, channels);
  if (time < earliest + LOOK_AHEAD) {
    return sf_story_home_time(story, time + sf_sitting_gap(u));
  }
  const uint32_t second = sf_own_second_of_day(story, u);
  const uint32_t day = earliest / SF_DAY + (earliest % SF_DAY > second);
  return sf_story_home_time(story, day * SF_DAY + second);
}

uint8_t sf_story_refusal(const struct sf_event *event, uint32_t u) {
  return sf_failure_of(event, (uint32_t)((uint64_t)u * SF_FAILURES_PER_100000 / 100000));
}

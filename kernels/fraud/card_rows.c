#include "kernels/fraud/card_rows.h"

#include "kernels/activity/mode.h"
#include "kernels/fraud/account_rows.h"
#include "kernels/generator.h"
#include "kernels/math/elementary.h"
#include "kernels/math/sphere.h"
#include "kernels/random/alias.h"

// Shops that are asked before the first of the run, which is always open.
#define ASKED 4u

static uint32_t open_shop(const struct sf_story *story, uint8_t subcategory, uint8_t city,
                          int64_t time, uint32_t u) {
  const struct sf_world *world = story->skeleton->world;
  const int32_t day = world->config.start_day + (int32_t)(time / SF_DAY);
  for (uint32_t i = 0; i < ASKED; i++) {
    const uint32_t id = sf_merchant_pick(&world->merchants, city, subcategory, sf_redraw(u, i));
    if (id &&
        sf_merchant_open(sf_merchant_get(story->skeleton->cache, &world->merchants, id), day)) {
      return id;
    }
  }
  const struct sf_merchant_run *run = sf_merchant_run(&world->merchants, city, subcategory);
  return run->count ? run->first : 0;
}

struct sf_event *sf_card_at_till(struct sf_story *story, int64_t time, uint8_t role,
                                 uint8_t subcategory, uint8_t city, uint8_t mode, int32_t level,
                                 uint32_t u) {
  const uint32_t shop = open_shop(story, subcategory, city, time, u);
  struct sf_event *event = shop ? sf_story_purchase(story, time, role, subcategory, city) : NULL;
  if (event) {
    sf_story_at_merchant(story, event, shop);
    sf_story_by_card(story, event, mode, SF_CHANNEL_POS);
    sf_story_price(story, event, level);
  }
  return event;
}

uint32_t sf_card_country_shop(const struct sf_story *story, uint8_t subcategory, int64_t time,
                              uint32_t u) {
  const struct sf_world *world = story->skeleton->world;
  const int32_t day = world->config.start_day + (int32_t)(time / SF_DAY);
  for (uint32_t i = 0; i <= ASKED; i++) {
    const uint32_t v = i < ASKED ? sf_redraw(u, i) : 0;  // the first of all is open to all
    const uint32_t id = sf_merchant_pick_online(&world->merchants, subcategory, v);
    const struct sf_merchant *shop =
        id ? sf_merchant_get(story->skeleton->cache, &world->merchants, id) : NULL;
    if (shop && sf_merchant_open(shop, day) &&
        sf_merchant_serves(shop, story->skeleton->customer.city)) {
      return id;
    }
  }
  return 0;
}

struct sf_event *sf_card_online(struct sf_story *story, int64_t time, uint8_t role,
                                uint8_t subcategory, uint8_t mode, int32_t level, uint32_t u) {
  const struct sf_world *world = story->skeleton->world;
  struct sf_event *event =
      sf_story_purchase(story, time, role, subcategory, story->skeleton->customer.city);
  if (!event) {
    return NULL;
  }
  const struct sf_merchant *shop =
      sf_merchant_get(story->skeleton->cache, &world->merchants, event->merchant);
  if (event->channel == SF_CHANNEL_POS && !shop->accepts_online) {
    const uint32_t other = sf_card_country_shop(story, subcategory, time, u);
    story->in_vain = story->in_vain || !other;
    if (!other) {
      return NULL;
    }
    sf_story_at_merchant(story, event, other);
  }
  if (event->channel == SF_CHANNEL_POS) {
    event->channel = SF_CHANNEL_MOBILE;
    event->device = SF_DEVICE_NONE;
  }
  sf_story_by_card(story, event, mode, event->channel);
  if (SF_DELIVERED_CATEGORIES >> sf_subcategories[subcategory].category & 1) {
    event->flags |= SF_EVENT_DELIVERED;
  }
  sf_story_price(story, event, level);
  return event;
}

uint8_t sf_city_away(const struct sf_story *story, uint8_t city, uint32_t from, uint32_t to,
                     uint32_t u) {
  const struct sf_world *world = story->skeleton->world;
  uint8_t found = city;
  for (uint32_t i = 0; i < 32; i++) {
    const uint8_t other = (uint8_t)sf_alias_pick(&world->population.cities, sf_redraw(u, i));
    const uint32_t km = world->laws.distance_km[city][other];
    if (km >= from && km <= to) {
      return other;
    }
    // Where nothing lies in the ring, the farthest that came up.
    found = km <= to && km > world->laws.distance_km[city][found] ? other : found;
  }
  return found;
}

static bool is_present(const struct sf_event *event) {
  return SF_CARD_MODES >> event->mode & 1 && event->channel == SF_CHANNEL_POS;
}

uint32_t sf_card_present_before(const struct sf_story *story, uint32_t time) {
  const struct sf_event *event = story->skeleton->event;
  uint32_t last = SF_NO_EVENT;
  for (uint32_t e = 0; e < story->first_event + story->rows; e++) {
    const bool here = e < story->honest || e >= story->first_event;
    if (here && is_present(&event[e]) && event[e].time < time &&
        (last == SF_NO_EVENT || event[e].time > event[last].time)) {
      last = e;
    }
  }
  return last;
}

double sf_card_speed_kmh(const struct sf_story *story, const struct sf_event *event) {
  const struct sf_world *world = story->skeleton->world;
  const uint32_t last = sf_card_present_before(story, event->time);
  if (last == SF_NO_EVENT) {
    return 0;
  }
  const struct sf_event *before = &story->skeleton->event[last];
  const struct sf_merchant from =
      *sf_merchant_get(story->skeleton->cache, &world->merchants, before->merchant);
  const struct sf_merchant to =
      *sf_merchant_get(story->skeleton->cache, &world->merchants, event->merchant);
  const double km = sf_great_circle_km(from.x, from.y, from.z, to.x, to.y, to.z);
  return km * 3600 / (double)(event->time - before->time);
}

bool sf_card_amount_above(const struct sf_story *story, const struct sf_event *event,
                          double times) {
  const int64_t median = sf_own_median(story, event->type, event->time);
  return median && (double)sf_event_paise(story->skeleton, event) > times * (double)median;
}

uint32_t sf_card_opening_hours(uint32_t time, uint32_t u) {
  const uint32_t second = time % SF_DAY;
  const uint32_t late_morning = 10 * 3600 + sf_below(u, 3 * 3600);
  return second < 7 * 3600     ? time - second + late_morning
         : second >= 23 * 3600 ? time - second + SF_DAY + late_morning
                               : time;
}

double sf_story_blend_log(const struct sf_story *story, double brazen, double own) {
  const double c = story->camouflage * 0x1p-16;
  return sf_exp(c * sf_log(own) + (1 - c) * sf_log(brazen));
}

#include "kernels/activity/life.h"
#include "kernels/activity/mode.h"
#include "kernels/random/counts.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Odd but honest rows: a purchase out of character, far from home, at an unusual
// hour, or of an unusual amount. They change purchases that are there; none is
// added. Shares of the four kinds, of 256; a kind that a purchase cannot take
// (a shop is closed at night) becomes an odd amount.
#define BEHAVIORAL 77u
#define GEOGRAPHIC 38u
#define TEMPORAL 64u

// Severity, of 255: medium, high, critical.
#define MEDIUM 102
#define HIGH 166
#define CRITICAL 230

// log2(3) and log2(5) in Q16: spikes are three to five times the amount.
#define LEVEL_3 103872
#define LEVEL_5 152170

// Only purchases that no other row depends on. Without a branch, since which events can be
// odd cannot be foretold.
static inline bool can_be_odd(const struct sf_skeleton *skeleton, uint32_t e) {
  const struct sf_event *event = &skeleton->event[e];
  const uint32_t next = e + 1 < skeleton->events ? e + 1 : e;
  const bool tried = (next != e) & (skeleton->event[next].amount_key == event->ordinal);
  return (event->ordinal >> 24 == SF_SOURCE_PURCHASE) & (event->amount_rule == SF_AMOUNT_PRICED) &
         (event->type == SF_TRANSACTION_TYPE_PURCHASE) & !event->fail & !tried &
         !(event->flags & (SF_EVENT_COVERED | SF_EVENT_PENDING | SF_EVENT_REVERSED));
}

static const struct sf_merchant *shop_of(const struct sf_skeleton *skeleton, uint32_t merchant) {
  return sf_merchant_get(skeleton->cache, &skeleton->world->merchants, merchant);
}

// A shop of the subcategory in a city that is open on the day; 0 if there is none.
static uint32_t open_shop(const struct sf_skeleton *skeleton, uint8_t city, uint8_t subcategory,
                          uint32_t time, bool online, uint32_t u) {
  const int32_t day = skeleton->world->config.start_day + (int32_t)(time / SF_DAY);
  for (uint32_t i = 0; i < 4; i++) {
    const uint32_t id =
        sf_merchant_pick(&skeleton->world->merchants, city, subcategory, sf_redraw(u, i));
    const struct sf_merchant *shop = id ? shop_of(skeleton, id) : NULL;
    if (shop && sf_merchant_open(shop, day) && (!online || shop->accepts_online)) {
      return id;
    }
  }
  return 0;
}

static void odd_amount(struct sf_skeleton *skeleton, struct sf_event *event, uint32_t u) {
  event->anomaly = SF_ANOMALY_TYPE_AMOUNT;
  const uint32_t v = sf_redraw(u, 1);
  if (u < SF_CHANCE(0.5)) {
    event->level += LEVEL_3 + (int32_t)sf_below(v, LEVEL_5 - LEVEL_3);
    event->severity = MEDIUM + (uint8_t)sf_below(v, CRITICAL - MEDIUM);
  } else if (u < SF_CHANCE(0.75)) {
    // Ten to fifty rupees, at the merchant's price level.
    const struct sf_merchant *shop = shop_of(skeleton, event->merchant);
    event->level = sf_level_of_rupees(10.0 + 40.0 * (v * 0x1p-32)) -
                   sf_price_shift(&skeleton->world->laws, shop->price_level);
    event->severity = MEDIUM / 2;
  } else {
    // Round thousands near twice the usual amount, 1,000 to 50,000.
    static const int64_t round[] = {1, 2, 3, 5, 10, 15, 20, 25, 50};
    uint32_t r = 0;
    while (r < 8 && sf_level_of_rupees((double)round[r] * 1000) < event->level + 65536) {
      r++;
    }
    event->amount_rule = SF_AMOUNT_FIXED;
    event->paise = round[r] * 100000;
    event->severity = MEDIUM + (uint8_t)(r * 8);
  }
}

// An hour in which the customer has no row; whoever has rows at all hours keeps its time.
static bool odd_hour(struct sf_skeleton *skeleton, struct sf_event *event, uint32_t hours,
                     uint32_t u) {
  if (event->channel == SF_CHANNEL_POS || (hours & 0xffffffu) == 0xffffffu) {
    return false;
  }
  uint32_t hour = sf_below(u, 24);
  while (hours >> hour & 1) {
    hour = (hour + 1) % 24;
  }
  const uint32_t time =
      event->time / SF_DAY * SF_DAY + hour * 3600 + sf_below(sf_redraw(u, 1), 3600);
  bool moving;
  const struct sf_trip *trip = sf_skeleton_trip_at(skeleton, time, &moving);
  event->time = time;
  event->trip = trip ? (uint16_t)(1 + (trip - skeleton->trip)) : 0;
  event->anomaly = SF_ANOMALY_TYPE_TEMPORAL;
  event->severity = hour < 5 ? HIGH : MEDIUM;
  return true;
}

// Seconds since the row before, among those made shortly before or after in the list.
static uint32_t gap_before(const struct sf_skeleton *skeleton, uint32_t e) {
  const uint32_t time = skeleton->event[e].time;
  uint32_t gap = SF_DAY;
  const uint32_t first = e > 16 ? e - 16 : 0;
  for (uint32_t i = first; i < e + 16 && i < skeleton->events; i++) {
    const uint32_t other = skeleton->event[i].time;
    if (i != e && other <= time && time - other < gap) {
      gap = time - other;
    }
  }
  return gap > 60 ? gap : 60;
}

// In a shop of another city more than 300 km away.
#define FAR_KM 300
static bool odd_place(struct sf_skeleton *skeleton, uint32_t e, uint32_t u) {
  struct sf_event *event = &skeleton->event[e];
  if (event->channel != SF_CHANNEL_POS) {
    return false;
  }
  const struct sf_world *world = skeleton->world;
  const uint8_t from = shop_of(skeleton, event->merchant)->city;
  const uint8_t to = (uint8_t)sf_alias_pick(&world->population.cities, u);
  const uint32_t km = world->laws.distance_km[from][to];
  const uint32_t shop =
      km > FAR_KM ? open_shop(skeleton, to, event->subcategory, event->time, false, sf_redraw(u, 1))
                  : 0;
  if (!shop) {
    return false;
  }
  event->merchant = shop;
  event->anomaly = SF_ANOMALY_TYPE_GEOGRAPHIC;
  const uint32_t speed = km * 3600 / gap_before(skeleton, e);  // km/h
  event->severity = speed > 2000  ? CRITICAL
                    : speed > 800 ? HIGH
                    : speed > 500 ? MEDIUM
                                  : MEDIUM / 2;
  return true;
}

// Something of a category that is not among the customer's own, in the same city.
static bool odd_category(struct sf_skeleton *skeleton, struct sf_event *event, uint32_t u) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const bool online = event->channel != SF_CHANNEL_POS;
  const uint8_t city = shop_of(skeleton, event->merchant)->city;
  for (uint32_t i = 0; i < 8; i++) {
    const uint8_t s = (uint8_t)(sf_below(sf_redraw(u, i), SF_SUBCATEGORY_COUNT - 1) + 1);
    const struct sf_subcategory_row *row = &sf_subcategories[s];
    if (customer->category_mask >> row->category & 1 || !row->weight || !row->brick ||
        (online && !row->online) || row->category == SF_CATEGORY_UTILITIES ||
        row->category == SF_CATEGORY_BILLS_RECHARGE || row->category == SF_CATEGORY_TRANSFERS) {
      continue;
    }
    const uint32_t shop = open_shop(skeleton, city ? city : customer->city, s, event->time, online,
                                    sf_redraw(u, 16 + i));
    if (shop) {
      event->merchant = shop;
      event->level += world->laws.level[s] - world->laws.level[event->subcategory];
      event->subcategory = s;
      event->flags &= (uint8_t)~SF_EVENT_DELIVERED;
      if (online && SF_DELIVERED_CATEGORIES >> row->category & 1) {
        event->flags |= SF_EVENT_DELIVERED;
      }
      event->anomaly = SF_ANOMALY_TYPE_BEHAVIORAL;
      event->severity = MEDIUM / 2 + (uint8_t)sf_below(sf_redraw(u, 32), HIGH - MEDIUM / 2);
      return true;
    }
  }
  return false;
}

static void make_odd(struct sf_skeleton *skeleton, uint32_t e, uint32_t hours,
                     const struct sf_block *draw) {
  struct sf_event *event = &skeleton->event[e];
  const uint32_t kind = draw->word[1] >> 24, u = draw->word[2];
  const bool done = kind < BEHAVIORAL                ? odd_category(skeleton, event, u)
                    : kind < BEHAVIORAL + GEOGRAPHIC ? odd_place(skeleton, e, u)
                    : kind < BEHAVIORAL + GEOGRAPHIC + TEMPORAL
                        ? odd_hour(skeleton, event, hours, u)
                        : false;
  if (!done) {
    odd_amount(skeleton, event, draw->word[3]);
  }
}

void sf_anomalies_build(struct sf_skeleton *skeleton) {
  const struct sf_config *config = &skeleton->world->config;
  uint32_t *able = skeleton->order;  // events that can be odd; free until they are sorted
  uint32_t count = 0, hours = 0;
  for (uint32_t e = 0; e < skeleton->events; e++) {
    able[count] = e;
    count += can_be_odd(skeleton, e);
    hours |= 1u << (skeleton->event[e].time % SF_DAY / 3600);
  }
  const double chance = config->anomaly_rate * skeleton->events / (count ? count : 1);
  const double p = chance < 0.9 ? chance : 0.9;
  if (p <= 0) {
    return;
  }
  // Steps between odd rows are geometric.
  const uint32_t mean = (uint32_t)((1 - p) / p * 65536.0);
  uint64_t at = 0;
  for (uint32_t number = 0;; number++, at++) {
    const struct sf_block draw =
        sf_draw(config->seed, skeleton->customer.id, number, SF_STREAM_ANOMALY, 0);
    at += sf_geometric(mean, draw.word[0]);
    if (at >= count) {
      return;
    }
    make_odd(skeleton, able[at], hours, &draw);
  }
}

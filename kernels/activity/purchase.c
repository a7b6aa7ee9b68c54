#include <math.h>

#include "kernels/activity/mode.h"
#include "kernels/activity/skeleton.h"
#include "kernels/math/sphere.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Favourites: a customer's known merchants of a subcategory in a city, used with
// chances that fall as rank^-1.25; here cumulative.
#define FAVOURITES 8u
static const uint32_t favourite_rank[FAVOURITES - 1] = {
    SF_CHANCE(0.443873), SF_CHANCE(0.630499), SF_CHANCE(0.742923), SF_CHANCE(0.821389),
    SF_CHANCE(0.880757), SF_CHANCE(0.928025), SF_CHANCE(0.967009)};

// Online baskets are larger, levels.
#define ONLINE_SHIFT 16000
// Mean ticket of subcategories that are thought of as dear, rupees.
#define DEAR 900

// Purchases whose merchants are wished for together, so that the draws come from the vector
// path and what is known of the merchants is on its way from memory before it is asked for.
struct wishes {
  bool online[SF_PURCHASES_MAX];
  uint8_t place[SF_PURCHASES_MAX];  // city of the run of merchants, or SF_CITY_NONE
  uint32_t key[SF_PURCHASES_MAX], word[4][SF_PURCHASES_MAX];  // of favourites
  uint32_t merchant[SF_PURCHASES_MAX];
};

// Chance of buying online, per 10,000; holders of credit cards buy dear things there.
static bool is_online(const struct sf_customer *customer, const struct sf_purchase *purchase) {
  const struct sf_subcategory_row *row = &sf_subcategories[purchase->subcategory];
  const uint32_t dear = customer->credit_limit > 0 && row->ticket >= DEAR ? 3 : 2;
  const uint32_t chance =
      (uint32_t)row->online * (35 + (uint32_t)(customer->online * 90.0f)) * dear / 2;
  return !row->brick | (purchase->draw[0].word[0] < (chance < 9900 ? chance : 9900) * 429497u);
}

// Where the merchant's goods can be bought both ways, half of the online sales
// go to merchants of the customer's own city, half to the country's.
static uint8_t place_of(const struct sf_skeleton *skeleton, const struct sf_purchase *purchase,
                        bool online) {
  const uint8_t subcategory = purchase->subcategory;
  const bool national =
      online && (!sf_subcategories[subcategory].brick || (purchase->draw[1].word[1] & 1));
  return national && sf_merchant_run(&skeleton->world->merchants, SF_CITY_NONE, subcategory)->count
             ? SF_CITY_NONE
             : purchase->city;
}

// A known merchant with the customer's loyalty, else any by popularity.
static void wish(const struct sf_skeleton *skeleton, const struct sf_purchase *purchase,
                 uint32_t count, struct wishes *wishes) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const uint64_t loyalty = (uint64_t)((double)customer->loyalty * 0x1p32);
  // The place of a draw below the loyalty is uniform again: bounds of its ranks, Q64.
  uint64_t bound[FAVOURITES - 1];
  for (uint32_t r = 0; r < FAVOURITES - 1; r++) {
    bound[r] = favourite_rank[r] * loyalty;
  }
  for (uint32_t p = 0; p < count; p++) {
    const uint64_t u = (uint64_t)purchase[p].draw[1].word[0] << 32;
    uint32_t rank = 0;
    for (uint32_t r = 0; r < FAVOURITES - 1; r++) {
      rank += u >= bound[r];
    }
    wishes->online[p] = is_online(customer, &purchase[p]);
    wishes->place[p] = place_of(skeleton, &purchase[p], wishes->online[p]);
    wishes->key[p] = ((uint32_t)wishes->place[p] << 8 | purchase[p].subcategory) << 3 | rank;
  }
  uint32_t(*word)[SF_PURCHASES_MAX] = wishes->word;
  world->lanes->philox(world->config.seed, customer->id, wishes->key, SF_STREAM_FAVOURITE, 0, count,
                       word[0], word[1], word[2], word[3]);
  for (uint32_t p = 0; p < count; p++) {
    const struct sf_block *draw = &purchase[p].draw[1];
    const uint32_t v = draw->word[0] < loyalty ? word[0][p] : draw->word[1];
    wishes->merchant[p] =
        sf_merchant_pick(&world->merchants, wishes->place[p], purchase[p].subcategory, v);
    __builtin_prefetch(&skeleton->cache->entry[wishes->merchant[p] & skeleton->cache->mask]);
  }
}

static bool is_usable(const struct sf_skeleton *skeleton, const struct sf_merchant *shop,
                      int32_t day, bool online) {
  return sf_merchant_open(shop, skeleton->world->config.start_day + day) &&
         (shop->type != SF_MERCHANT_TYPE_ONLINE_ONLY ||
          sf_merchant_serves(shop, skeleton->customer.city)) &&
         (!online || shop->accepts_online);
}

// The wished merchant if it is open on the day, sells where the customer is and
// takes the order; else another of its run by popularity, at last the first.
// Where no shop takes online orders, a merchant of the country does, or the
// purchase is made in the shop.
#define REDRAWS 3u
static uint32_t serving_merchant(const struct sf_skeleton *skeleton, uint8_t subcategory,
                                 uint32_t wished, int32_t day, bool *online, uint32_t u) {
  const struct sf_world *world = skeleton->world;
  const struct sf_merchant *shop = sf_merchant_get(skeleton->cache, &world->merchants, wished);
  uint8_t city = shop->type == SF_MERCHANT_TYPE_ONLINE_ONLY ? SF_CITY_NONE : shop->city;
  for (uint32_t i = 0; i < 2 * REDRAWS && !is_usable(skeleton, shop, day, *online); i++) {
    if (i == REDRAWS && *online &&
        sf_merchant_run(&world->merchants, SF_CITY_NONE, subcategory)->count) {
      city = SF_CITY_NONE;
    }
    wished = sf_merchant_pick(&world->merchants, city, subcategory, sf_redraw(u, 1 + i));
    shop = sf_merchant_get(skeleton->cache, &world->merchants, wished);
  }
  if (is_usable(skeleton, shop, day, *online)) {
    return wished;
  }
  const struct sf_merchant_run *run = sf_merchant_run(&world->merchants, city, subcategory);
  shop = sf_merchant_get(skeleton->cache, &world->merchants, run->first);
  *online = *online && shop->accepts_online;
  return run->first;
}

// From shop to shop at 25 km/h, and a minute at the till.
#define SECONDS_A_KM 144.0
#define SECONDS_AT_TILL 60u
#define EVENTS_BACK 12u
#define NUMBERS_A_SITTING 4u

// The last purchase in a shop of the same sitting before the event, null if there is none.
static const struct sf_event *last_shop(const struct sf_skeleton *skeleton, uint32_t event) {
  const uint32_t sitting = skeleton->event[event].ordinal / NUMBERS_A_SITTING;
  uint32_t before = event;
  while (before > 0 && event - before < EVENTS_BACK) {
    const struct sf_event *last = &skeleton->event[--before];
    if (last->ordinal >> 24 == SF_SOURCE_PURCHASE) {
      if (last->ordinal / NUMBERS_A_SITTING != sitting) {
        return NULL;
      }
      if (last->channel == SF_CHANNEL_POS) {
        return last;
      }
    }
  }
  return NULL;
}

uint32_t sf_walk_seconds(const struct sf_skeleton *skeleton, uint32_t from, uint32_t to) {
  const struct sf_merchant_map *map = &skeleton->world->merchants;
  const struct sf_merchant *shop = sf_merchant_get(skeleton->cache, map, from);
  const double at[3] = {shop->x, shop->y, shop->z};
  const struct sf_merchant *next = sf_merchant_get(skeleton->cache, map, to);
  const double x = at[0] - next->x, y = at[1] - next->y, z = at[2] - next->z;
  const double km = SF_EARTH_RADIUS_KM * sqrt(x * x + y * y + z * z);
  return SECONDS_AT_TILL + (uint32_t)(km * SECONDS_A_KM);
}

// Puts a purchase of a sitting off until the customer can have come from the sitting's
// last shop. False if by then the customer has left for elsewhere.
static bool come_from_last_shop(struct sf_skeleton *skeleton, uint32_t event) {
  struct sf_event *at = &skeleton->event[event];
  const struct sf_event *last = at->ordinal % NUMBERS_A_SITTING ? last_shop(skeleton, event) : NULL;
  if (!last) {
    return true;
  }
  const uint32_t earliest = last->time + sf_walk_seconds(skeleton, last->merchant, at->merchant);
  if (at->time >= earliest) {
    return true;
  }
  const uint32_t end = (uint32_t)skeleton->world->config.days * SF_DAY;
  bool moving = false;
  const struct sf_trip *trip =
      earliest < end ? sf_skeleton_trip_at(skeleton, earliest, &moving) : NULL;
  if (earliest >= end || moving || at->trip != (trip ? 1 + (trip - skeleton->trip) : 0)) {
    return false;
  }
  at->time = earliest;
  return true;
}

static void add_purchase(struct sf_skeleton *skeleton, uint32_t source,
                         const struct sf_purchase *purchase, bool online, uint32_t wished) {
  const uint32_t time = purchase->time;
  const uint8_t subcategory = purchase->subcategory;
  struct sf_event *event = sf_skeleton_add(skeleton, time, source, purchase->number);
  if (!event) {
    return;
  }
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const struct sf_laws *laws = &world->laws;
  const struct sf_block a = purchase->draw[0];
  const struct sf_block b = purchase->draw[1];
  const struct sf_day *date = &world->calendar.day[time / SF_DAY];
  const struct sf_subcategory_row *row = &sf_subcategories[subcategory];

  event->merchant =
      serving_merchant(skeleton, subcategory, wished, (int32_t)(time / SF_DAY), &online, b.word[1]);
  event->subcategory = subcategory;
  event->type =
      row->category == SF_CATEGORY_UTILITIES || row->category == SF_CATEGORY_BILLS_RECHARGE
          ? SF_TRANSACTION_TYPE_BILL_PAYMENT
          : SF_TRANSACTION_TYPE_PURCHASE;
  event->direction = SF_DIRECTION_DEBIT;
  event->amount_rule = SF_AMOUNT_PRICED;
  event->level =
      laws->level[subcategory] + customer->core.log2_scale + purchase->shift +
      (online ? ONLINE_SHIFT : 0) + laws->month_shift[date->day_of_month] +
      laws->festival_shift[date->festival][row->category] +
      (int32_t)((int64_t)laws->sigma[subcategory] * sf_quantile(&sf_law_normal, a.word[1]) >> 16);
  sf_mode_pick(customer, date, event, online, a.word[2], a.word[3]);
  if (source == SF_SOURCE_PURCHASE && event->channel == SF_CHANNEL_POS &&
      !come_from_last_shop(skeleton, skeleton->events - 1)) {
    skeleton->events--;
    return;
  }
  if (event->channel != SF_CHANNEL_POS && (SF_DELIVERED_CATEGORIES >> row->category & 1)) {
    event->flags |= SF_EVENT_DELIVERED;
  }
  sf_follow_ups_add(skeleton, skeleton->events - 1, b.word[2], b.word[3]);
}

void sf_purchases_add(struct sf_skeleton *skeleton, uint32_t source,
                      const struct sf_purchase *purchase, uint32_t count) {
  struct wishes wishes;
  wishes.key[0] = 0;  // defined also where there is no purchase
  wish(skeleton, purchase, count, &wishes);
  for (uint32_t p = 0; p < count; p++) {
    add_purchase(skeleton, source, &purchase[p], wishes.online[p], wishes.merchant[p]);
  }
}

void sf_purchase_add(struct sf_skeleton *skeleton, uint32_t time, uint32_t source, uint32_t number,
                     uint8_t subcategory, uint8_t city, int32_t shift) {
  const uint64_t seed = skeleton->world->config.seed;
  const uint32_t ordinal = source << 24 | number;
  const struct sf_purchase purchase = {
      .time = time,
      .number = number,
      .shift = shift,
      .subcategory = subcategory,
      .city = city,
      .draw = {sf_draw(seed, skeleton->customer.id, ordinal, SF_STREAM_PURCHASE, 0),
               sf_draw(seed, skeleton->customer.id, ordinal, SF_STREAM_PURCHASE, 1)},
  };
  sf_purchases_add(skeleton, source, &purchase, 1);
}

#include "kernels/activity/mode.h"
#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/campaign.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/typology.h"
#include "kernels/random/alias.h"

// Loyalty abuse: purchases split so that each just earns the points of a threshold, in
// bursts at merchants with a programme, from accounts that one person keeps on one
// device; and the points are redeemed at once.

// Purchases, brazen: 8 to 17; own: 5 to 7.
#define BUYS_LEAST 8u
#define BUYS_MORE 10u
#define BUYS_OWN 5u
// In bursts of 3 to 6; gaps within and between them, s.
#define BURST_LEAST 3u
#define BURST_MORE 4u
#define WITHIN_MEDIAN 500.0
#define WITHIN_OWN 2400.0
#define BETWEEN_MEDIAN 60000.0
#define BETWEEN_OWN 250000.0
#define GAP_SIGMA 0.8
// Rupees from the threshold: up to 12, own up to 45.
#define OFF 12.0
#define OFF_OWN 45.0
// A burst earns a redemption, so often, minutes after it.
#define REDEEMED SF_CHANCE(0.75)
#define TWIN_REDEEMED SF_CHANCE(0.30)
#define REDEEM_MEDIAN 1500.0
#define REDEMPTION_STEP 2500  // paise; 25 to 500 rupees, as all redemptions
#define REDEMPTIONS 20u
// Of the rows, those made over the internet at the brazen end.
#define ONLINE SF_CHANCE(0.7)
// Bursts on what the customer buys anyway.
#define ELSE SF_CHANCE(0.3)
#define HISTORY 8u
#define SLOT_DAYS 21u
// Merchants asked for a programme before another kind is tried, and kinds.
#define ASKED 12u
#define KINDS_TRIED 6u

static const int64_t threshold[] = {50000, 100000, 100000, 200000};  // paise

// What a programme's points are collected on.
static const uint8_t usual[] = {
    SF_SUBCATEGORY_SUPERMARKET, SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_APPAREL,
    SF_SUBCATEGORY_PHARMACY,    SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_RESTAURANT,
    SF_SUBCATEGORY_COSMETICS,   SF_SUBCATEGORY_SUPERMARKET};

// Programmes of the country's shops that accounts are opened for.
static const uint8_t generous[] = {SF_SUBCATEGORY_RESTAURANT, SF_SUBCATEGORY_FAST_FOOD,
                                   SF_SUBCATEGORY_PHARMACY, SF_SUBCATEGORY_CINEMA,
                                   SF_SUBCATEGORY_CAB};
static const struct sf_campaign campaign = {
    .kind = generous, .kinds = sizeof generous, .programme = true};

// A collector and the day so far.
struct collector {
  bool foreign;  // the device that several accounts share
  uint32_t hits, buys, redemptions;
};

uint32_t sf_loyalty_abuse_weight(const struct sf_customer *customer) {
  // The disloyal switch for points, the online do it from home.
  return customer->online > 0.5f ? 82000 : 56000;
}

bool sf_loyalty_abuse_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  sf_nominate(story, nomination, 0, 1, SLOT_DAYS);
  return true;
}

static bool has_programme(const struct sf_story *story, uint32_t id, uint32_t time, bool online) {
  const struct sf_world *world = story->skeleton->world;
  if (!id) {
    return false;
  }
  const struct sf_merchant *shop = sf_merchant_get(story->skeleton->cache, &world->merchants, id);
  return shop->loyalty_programme && (!online || shop->accepts_online) &&
         (online || shop->type != SF_MERCHANT_TYPE_ONLINE_ONLY) &&
         sf_merchant_serves(shop, story->skeleton->customer.city) &&
         sf_merchant_open(shop, world->config.start_day + (int32_t)(time / SF_DAY));
}

// A merchant with a programme, of the home city or (online) of the country; 0 if none
// comes up.
static uint32_t find_programme(const struct sf_story *story, uint8_t kind, uint32_t time,
                               bool online, uint32_t u) {
  const struct sf_merchant_map *map = &story->skeleton->world->merchants;
  const uint8_t home = story->skeleton->customer.city;
  for (uint32_t i = 0; i < ASKED; i++) {
    const uint8_t city = online && (i & 1) ? SF_CITY_NONE : home;
    const uint32_t id = sf_merchant_pick(map, city, kind, sf_redraw(u, i));
    if (has_programme(story, id, time, online)) {
      return id;
    }
  }
  return 0;
}

// Kind of goods of a burst: from the list, or what the customer buys anyway.
static uint8_t kind_of(const struct sf_story *story, uint32_t burst, uint32_t attempt) {
  const struct sf_block draw = sf_story_draw(story, 40 + burst, 0);
  const uint32_t like =
      sf_own_event(story, &(struct sf_own_query){.debit = true}, sf_redraw(draw.word[1], attempt));
  if ((story->twin || draw.word[3] < ELSE || sf_story_mimics(story, draw.word[0])) &&
      like != SF_NO_EVENT) {
    return story->skeleton->event[like].subcategory;
  }
  return usual[sf_redraw(draw.word[2], attempt) >> 29];
}

// Rows of the customer, honest and of the story, in the day before the row, itself too.
static uint32_t rows_of_day(const struct sf_story *story, uint32_t time) {
  const struct sf_event *event = story->skeleton->event;
  uint32_t rows = 0;
  for (uint32_t e = 0; e < story->first_event + story->rows; e++) {
    const bool here = e < story->honest || e >= story->first_event;
    rows += here && event[e].time <= time && event[e].time + SF_DAY > time;
  }
  return rows;
}

static bool hits(int64_t paise) {
  for (uint32_t t = 0; t < 4; t++) {
    const int64_t off = paise - threshold[t];
    if (off >= -5000 && off <= 5000) {
      return true;
    }
  }
  return false;
}

// A way of paying that goes with the place of sale: the shared device pays by wallet or
// card.
static void pay(struct sf_story *story, const struct collector *collector, struct sf_event *event,
                int32_t level, bool online, uint32_t u, uint32_t v) {
  if (!online) {
    sf_story_pay_at_till(story, event, level, u);
    return;
  }
  if (!collector->foreign) {
    return;
  }
  if (u < SF_CHANCE(0.5)) {
    event->mode = SF_PAYMENT_MODE_WALLET;
    event->instrument = sf_instrument_of(event->mode);
  } else {
    sf_story_pay_order(story, event, v);
  }
  sf_story_log_in(story, event, v);
}

static bool buy(struct sf_story *story, struct collector *collector, uint32_t i, uint32_t burst,
                uint32_t time) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  const struct sf_block place = sf_story_draw(story, 40 + burst, 1);
  // Those who abide by their own law buy in shops as they ever did.
  bool online = story->twin || sf_story_mimics(story, place.word[0]) ? place.word[1] >> 30 == 0
                                                                     : place.word[1] < ONLINE;
  uint32_t shop = 0;
  uint8_t kind = 0;
  if (online && !story->twin && !sf_story_mimics(story, place.word[3])) {
    shop = sf_campaign_shop(story, &campaign, time, 0);
    kind = shop ? sf_campaign_sells(story, shop) : 0;
  }
  for (uint32_t k = 0; k < KINDS_TRIED && !shop; k++) {
    kind = kind_of(story, burst, k);
    online = online || !sf_subcategories[kind].brick;
    shop = find_programme(story, kind, time, online, place.word[2]);
  }
  const uint8_t role = story->twin ? SF_ROLE_NONE : SF_ROLE_CASH_OUT;
  struct sf_event *event =
      !shop    ? NULL
      : online ? sf_story_order(story, time, role, kind)
               : sf_story_purchase(story, time, role, kind, story->skeleton->customer.city);
  if (!event || event->type != SF_TRANSACTION_TYPE_PURCHASE) {
    story->in_vain = true;
    return false;
  }
  const double most = sf_story_blend_log(story, OFF, OFF_OWN);
  const int64_t off = (int64_t)(100 * most * (2 * (draw.word[1] * 0x1p-32) - 1));
  const int32_t aimed = sf_level_of_paise(threshold[draw.word[0] >> 30] + off);
  // Now and then something that just had to be bought.
  const bool aims = !sf_story_mimics(story, draw.word[2]);
  const int32_t level = aims ? aimed : sf_level_of_paise(sf_event_paise(story->skeleton, event));
  pay(story, collector, event, level, online, more.word[0], more.word[1]);
  sf_story_at_merchant(story, event, shop);
  sf_story_price(story, event, level);
  sf_story_walk(story, event);
  const int64_t paise = sf_event_paise(story->skeleton, event);
  collector->buys++;
  collector->hits += hits(paise);
  if (hits(paise) && rows_of_day(story, time) >= 3) {
    sf_story_fires(story, event);
  }
  return true;
}

// Points of the burst are turned into money at its merchant.
static bool redeem(struct sf_story *story, struct collector *collector, uint32_t burst,
                   uint32_t last) {
  const struct sf_block draw = sf_story_draw(story, 40 + burst, 2);
  const struct sf_event from = story->skeleton->event[last];
  const uint32_t time = from.time + 60 + sf_lognormal_seconds(REDEEM_MEDIAN, 0.8, draw.word[1]);
  if (draw.word[0] >= (story->twin ? TWIN_REDEEMED : REDEEMED) ||
      time >= (uint32_t)story->skeleton->world->config.days * SF_DAY) {
    return true;
  }
  struct sf_event *event = sf_story_add(story, time, story->twin ? SF_ROLE_NONE : SF_ROLE_CASH_OUT);
  if (!event) {
    return false;
  }
  // All the points at the brazen end, else as others redeem.
  const int64_t own = sf_below(draw.word[3], REDEMPTIONS);
  const int64_t brazen = REDEMPTIONS - 1 - sf_below(draw.word[3], REDEMPTIONS / 3);
  event->type = SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION;
  event->direction = SF_DIRECTION_CREDIT;
  event->merchant = from.merchant;
  event->subcategory = from.subcategory;
  event->mode = SF_PAYMENT_MODE_WALLET;
  event->instrument = SF_INSTRUMENT_WALLET;
  event->channel = SF_CHANNEL_ONLINE;
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = REDEMPTION_STEP * (1 + (sf_story_mimics(story, draw.word[2]) ? own : brazen));
  event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  collector->redemptions++;
  return true;
}

static bool collect(struct sf_story *story, struct collector *collector) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const double brazen = BUYS_LEAST + sf_below(draw.word[0], BUYS_MORE);
  const double own = BUYS_OWN + sf_below(draw.word[1], 3);
  const uint32_t buys = (uint32_t)(sf_story_blend_log(story, brazen, own) + 0.5);
  const uint32_t end = (uint32_t)story->skeleton->world->config.days * SF_DAY;
  collector->foreign = sf_story_shows(story, draw.word[2]);
  uint32_t time = story->begin;
  uint32_t burst = 0, left = 0;
  for (uint32_t i = 0; i < buys; i++) {
    const struct sf_block row = sf_story_draw(story, 1 + i, 2);
    sf_story_progress(story, i, buys);
    if (left == 0) {
      left = BURST_LEAST + sf_below(row.word[0], BURST_MORE);
      burst++;
      const bool as_planned = story->combination == SF_COMBINATION_COORDINATED && i == 0;
      time = as_planned ? sf_story_home_time(story, time)
                        : sf_story_beside(story, time, 0, row.word[1]);
    }
    if (time >= end) {
      return false;
    }
    const uint32_t last = story->skeleton->events;
    if (!buy(story, collector, i, burst, time)) {
      return false;
    }
    left--;
    if ((left == 0 || i + 1 == buys) && !redeem(story, collector, burst, last)) {
      return false;
    }
    time = time < story->end ? story->end - 1 : time;
    const double median = left ? sf_story_blend_log(story, WITHIN_MEDIAN, WITHIN_OWN)
                               : sf_story_blend_log(story, BETWEEN_MEDIAN, BETWEEN_OWN);
    time += 25 + sf_lognormal_seconds(median, GAP_SIGMA, row.word[2]);
  }
  return true;
}

bool sf_loyalty_abuse_fraud(struct sf_story *story) {
  if (sf_own_events_before(story, story->begin, HISTORY) < HISTORY) {
    return false;
  }
  struct collector collector = {0};
  if (!collect(story, &collector)) {
    return false;
  }
  const double ratio = (double)collector.redemptions / collector.buys;
  const double accounts = collector.foreign && story->member ? story->member->size : 1;
  sf_story_evidence(story, 0, collector.hits, (double)collector.hits / collector.buys);
  sf_story_evidence(story, 1, ratio, 3 * ratio);
  sf_story_evidence(story, 2, accounts, accounts / 8);
  return true;
}

// A keen collector who rounds baskets up to the next threshold, in a house with one
// tablet.
bool sf_loyalty_abuse_twin(struct sf_story *story) {
  struct collector collector = {0};
  return sf_own_events_before(story, story->begin, HISTORY) >= HISTORY &&
         collect(story, &collector);
}

#include "kernels/activity/mode.h"
#include "kernels/flesh/amount.h"
#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/campaign.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/alias.h"

// Merchant collusion: a shop that is new and not well thought of books sales to
// accomplices who get their money back. The amounts stay just under the sums that are
// looked at, and part of them flows back to other instruments. The shop is one of the
// city, or sells over the internet, and its accomplices live anywhere.

// Sales, brazen: 6 to 13 within some days; own: 3 to 5 over the weeks.
#define SALES_LEAST 6u
#define SALES_MORE 8u
#define SALES_OWN 3u
#define GAP_MEDIAN 40000.0  // s
#define GAP_OWN 400000.0
#define GAP_SIGMA 0.8
#define OPENS 10u  // shop hours, brazen
#define CLOSES 21u
// Rupees below the threshold: 10 to 100, own 50 to 500, on the logarithmic scale.
#define BELOW_LEAST 10.0
#define BELOW_OWN 50.0
#define BELOW_RANGE 10.0
// Share of the sales that flow back in part, brazen and own, and how soon, s.
#define REFUNDED 0.3
#define REFUNDED_OWN 0.06
#define REFUND_MEDIAN 200000.0
// Rings of a shop that sells over the internet.
#define DISTANT SF_CHANCE(0.15)
// Shops looked at for one that is new and ill reputed: by the brazen end.
#define LOOKED_AT 10.0
#define SLOT_DAYS 45u
#define YEARS_QUARTER 90u  // days

// Kinds of shops that book large sums without anybody wondering; other rings use the
// shops that people buy at.
static const uint8_t dear[] = {SF_SUBCATEGORY_ELECTRONICS_STORE,  SF_SUBCATEGORY_MOBILE_PHONES,
                               SF_SUBCATEGORY_JEWELLERY,          SF_SUBCATEGORY_FURNITURE,
                               SF_SUBCATEGORY_HARDWARE,           SF_SUBCATEGORY_APPAREL,
                               SF_SUBCATEGORY_BUILDING_MATERIALS, SF_SUBCATEGORY_APPLIANCES};
#define DEAR SF_CHANCE(0.35)
// What traders of the country sell for as much without sending anything.
static const uint8_t remote[] = {SF_SUBCATEGORY_FLIGHT,        SF_SUBCATEGORY_HOTEL,
                                 SF_SUBCATEGORY_TRAVEL_AGENCY, SF_SUBCATEGORY_ONLINE_LEARNING,
                                 SF_SUBCATEGORY_COACHING,      SF_SUBCATEGORY_EVENTS,
                                 SF_SUBCATEGORY_CHARITY,       SF_SUBCATEGORY_VEHICLE_SERVICE};
static const struct sf_campaign campaign = {.kind = remote, .kinds = sizeof remote};
#define KINDS_TRIED 8u
// Sales at the customer's own amounts beside those that are just under a threshold: so
// many at the brazen end, all at the other.
#define ORDINARY SF_CHANCE(0.15)
// Monthly incomes that a threshold above the lowest may come to.
#define AFFORDED 0.6

static const int64_t threshold[] = {1000000, 5000000, 20000000};  // paise

// Where the sales are booked. The ring may change the shop, nothing else.
struct till {
  bool distant;
  uint32_t shop;
  uint8_t subcategory;
  float reputation;
  int32_t age;    // days at the first sale
  int64_t limit;  // paise, the threshold that the sales stay under
};

// What the rows tell in the end.
struct sums {
  uint32_t round, under;
  double distance;  // rupees below the threshold, over those under it
};

uint32_t sf_merchant_collusion_weight(const struct sf_customer *customer) {
  // Those who trade are twice as likely to help a shop.
  const bool trades = customer->occupation == SF_OCCUPATION_BUSINESS_OWNER ||
                      customer->occupation == SF_OCCUPATION_FREELANCER;
  return trades ? 110000 : 55000;
}

// Whether the shop sells over the internet.
static bool is_distant(const struct sf_story *story) {
  return sf_story_draw(story, 0, 16).word[1] < DISTANT;
}

// Home of those who may help the same shop.
static uint8_t cell_of(const struct sf_story *story) {
  return is_distant(story) ? SF_CITY_NONE : story->skeleton->customer.city;
}

static double cells_of(const struct sf_story *story) {
  return is_distant(story) ? 1 : SF_CITY_COUNT - 1;
}

bool sf_merchant_collusion_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  sf_nominate(story, nomination, cell_of(story), cells_of(story), SLOT_DAYS);
  return true;
}

// Draws of what all members of a ring share; accomplices who stand alone help the shop of
// the city (or country) and quarter, look-alikes any.
static struct sf_block common(const struct sf_story *story, uint32_t purpose) {
  const uint64_t key = story->member
                           ? story->member->key
                           : sf_meeting_key(story, cell_of(story), cells_of(story), YEARS_QUARTER,
                                            sf_story_draw(story, 0, 16).word[0]);
  return story->twin && !story->member
             ? sf_story_draw(story, 0, 17 + purpose)
             : sf_ring_draw(story->skeleton->world->config.seed, key, 2 + purpose);
}

static bool sells(uint8_t kind, bool distant) {
  const struct sf_subcategory_row *row = &sf_subcategories[kind];
  return (distant ? row->online > 0 : row->brick) && row->category != SF_CATEGORY_UTILITIES &&
         row->category != SF_CATEGORY_BILLS_RECHARGE;
}

static uint8_t choose_kind(const struct sf_story *story) {
  const struct sf_block draw = common(story, 0);
  const bool far = is_distant(story);
  if ((far || draw.word[0] < DEAR) && !sf_story_mimics(story, draw.word[1])) {
    return (far ? remote : dear)[draw.word[2] >> 29];
  }
  const struct sf_alias *law = &story->skeleton->world->laws.purchase[SF_FESTIVAL_NONE];
  for (uint32_t i = 0; i < KINDS_TRIED; i++) {
    const uint8_t kind = (uint8_t)sf_alias_pick(law, sf_redraw(draw.word[3], i));
    if (sells(kind, far)) {
      return kind;
    }
  }
  return SF_SUBCATEGORY_SUPERMARKET;
}

// How well a shop suits: new, little to lose, and few customers who would notice (`rank`:
// those of its kind in the city that are better known).
static int32_t suits(const struct sf_merchant *shop, int32_t day, uint32_t rank) {
  const int32_t age = day - shop->onboarding_date;
  return (int32_t)((1.0f - shop->reputation) * 2000.0f) + (age < 365 ? 600 - age : 0) +
         (int32_t)(rank < 20 ? 40 * rank : 800);
}

// A shop of the kind in the home city or the country that is open when the slot begins.
static uint32_t choose_shop(const struct sf_story *story, uint8_t subcategory) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_merchant_map *map = &skeleton->world->merchants;
  const uint8_t city = cell_of(story);
  const uint32_t slot = story->begin / (SLOT_DAYS * SF_DAY) * SLOT_DAYS;
  const int32_t day = skeleton->world->config.start_day + (int32_t)slot;
  // A trader with regulars is like any other.
  const uint32_t looks =
      story->twin ? 1 : (uint32_t)(sf_story_blend_log(story, LOOKED_AT, 1) + 0.5);
  const struct sf_block draw = common(story, 1);
  if (!city && !story->twin && !sf_story_mimics(story, draw.word[1])) {
    const uint32_t shop = sf_campaign_shop(story, &campaign, story->begin, 0);
    if (shop) {
      return shop;
    }
  }
  const uint32_t u = draw.word[0], first = sf_merchant_run(map, city, subcategory)->first;
  uint32_t chosen = first;
  int32_t best = -1;
  for (uint32_t i = 0; i < looks; i++) {
    const uint32_t id = sf_merchant_pick(map, city, subcategory, sf_redraw(u, i));
    const struct sf_merchant *shop = sf_merchant_get(skeleton->cache, map, id);
    const int32_t worth = suits(shop, day, id - first);
    if (sf_merchant_open(shop, day) && worth > best &&
        (city || (shop->accepts_online && sf_merchant_serves(shop, skeleton->customer.city)))) {
      best = worth;
      chosen = id;
    }
  }
  return chosen;
}

// The highest threshold that a customer of this income is not odd at.
static int64_t limit_of(const struct sf_story *story, uint32_t u) {
  const double income = (double)story->skeleton->customer.income * 100;
  const uint32_t wished = u < SF_CHANCE(0.68) ? 0 : u < SF_CHANCE(0.95) ? 1 : 2;
  uint32_t t = wished;
  while (t > 0 && income * AFFORDED < (double)threshold[t]) {
    t--;
  }
  return threshold[t];
}

static struct till begin(const struct sf_story *story) {
  const struct sf_world *world = story->skeleton->world;
  struct till till = {.distant = is_distant(story),
                      .subcategory = choose_kind(story),
                      .limit = limit_of(story, sf_story_draw(story, 0, 0).word[0])};
  till.shop = choose_shop(story, till.subcategory);
  till.subcategory = sf_campaign_sells(story, till.shop);
  const struct sf_merchant *shop =
      sf_merchant_get(story->skeleton->cache, &world->merchants, till.shop);
  till.reputation = shop->reputation;
  till.age = world->config.start_day + (int32_t)(story->begin / SF_DAY) - shop->onboarding_date;
  return till;
}

// A sum just under the threshold on the lattice of prices.
static int64_t just_under(const struct sf_story *story, const struct till *till,
                          const struct sf_event *event, uint32_t u, uint32_t v) {
  const double least = sf_story_blend_log(story, BELOW_LEAST, BELOW_OWN);
  const double below = 100 * least * sf_exp2(sf_log2(BELOW_RANGE) * (u * 0x1p-32));
  const double wished = (double)till->limit - below;
  for (uint32_t i = 0; i < 8; i++) {
    const int64_t paise = sf_amount_priced(event, wished, sf_redraw(v, i));
    if (paise < till->limit && till->limit - paise < 50000) {
      return paise;
    }
  }
  return till->limit - 100;
}

// Rupees below the next threshold, as the naive rule has it.
static double below_next(int64_t paise) {
  const int64_t limit = paise < 1000000    ? 1000000
                        : paise < 5000000  ? 5000000
                        : paise < 20000000 ? 20000000
                                           : 100000000;
  return (double)(limit - paise) / 100;
}

static void fix(struct sf_event *event, int64_t paise) {
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = paise;
}

static void pay(struct sf_story *story, const struct till *till, struct sf_event *event,
                int32_t level, uint32_t u) {
  if (till->distant) {
    sf_story_pay_online(story, event, level, u);
  } else {
    sf_story_pay_at_till(story, event, level, u);
  }
}

// A sale of the shop: just under the threshold, or as the customer buys.
static struct sf_event *sell(struct sf_story *story, const struct till *till, uint32_t i,
                             uint32_t time, struct sums *sums) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  struct sf_event *event =
      sf_story_purchase(story, time, story->twin ? SF_ROLE_NONE : SF_ROLE_MERCHANT_ACCOMPLICE,
                        till->subcategory, cell_of(story));
  if (!event) {
    return NULL;
  }
  if (draw.word[2] < ORDINARY || sf_story_mimics(story, draw.word[0])) {
    const int64_t paise = sf_event_paise(story->skeleton, event);
    pay(story, till, event, sf_level_of_paise(paise), draw.word[1]);
    fix(event, sf_amount_priced(event, (double)paise, more.word[1]));
  } else {
    pay(story, till, event, sf_level_of_paise(till->limit) - 1, draw.word[1]);
    fix(event, just_under(story, till, event, more.word[0], more.word[1]));
  }
  sf_story_at_merchant(story, event, till->shop);
  sf_story_walk(story, event);
  sums->round += event->paise % 10000 == 0;
  const double below = below_next(event->paise);
  if (below < 500) {
    sf_story_fires(story, event);
    sums->under++;
    sums->distance += below;
  }
  return event;
}

// Part of a sale flows back, mostly to another account than it came from.
static bool give_back(struct sf_story *story, uint32_t sale, uint32_t i) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 2);
  const uint32_t when = story->skeleton->event[sale].time + 7200 +
                        sf_lognormal_seconds(REFUND_MEDIAN, 0.8, draw.word[1]);
  if (when >= (uint32_t)story->skeleton->world->config.days * SF_DAY) {
    return true;  // it comes after the window
  }
  struct sf_event *event = sf_story_add(story, when, story->twin ? SF_ROLE_NONE : SF_ROLE_REFUND);
  if (!event) {
    return false;
  }
  struct sf_event *of = &story->skeleton->event[sale];
  of->flags |= SF_EVENT_COVERED;  // what is paid back must have been paid
  event->type = SF_TRANSACTION_TYPE_REFUND;
  event->direction = SF_DIRECTION_CREDIT;
  event->merchant = of->merchant;
  event->subcategory = of->subcategory;
  // To an account at will: refunds by card to another card would be unheard of.
  const bool elsewhere = !story->twin && sf_story_shows(story, draw.word[2]);
  event->mode = elsewhere ? SF_PAYMENT_MODE_UPI : of->mode;
  event->instrument = sf_instrument_of(event->mode);
  event->channel = SF_CHANNEL_ONLINE;
  event->amount_rule = SF_AMOUNT_OF_EVENT;
  event->link = sale;
  event->share = (uint16_t)(26214 + sf_below(draw.word[3], 36044));  // 40 to 95 %
  event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  return true;
}

// A sale from a time on: in shop hours, or when the customer is shopping anyway.
static uint32_t time_on(const struct sf_story *story, uint32_t i, uint32_t earliest) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 3);
  if (story->twin || sf_story_mimics(story, draw.word[1])) {
    const uint32_t online = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE;
    return sf_story_beside(story, earliest, is_distant(story) ? online : 1u << SF_CHANNEL_POS,
                           draw.word[2]);
  }
  const uint32_t second = OPENS * 3600 + sf_below(draw.word[2], (CLOSES - OPENS) * 3600);
  const uint32_t day = earliest / SF_DAY + (earliest % SF_DAY > second);
  return sf_story_home_time(story, day * SF_DAY + second);
}

static uint32_t first_time(const struct sf_story *story) {
  const uint32_t day = story->begin / SF_DAY * SF_DAY;
  return story->combination == SF_COMBINATION_COORDINATED
             ? sf_story_home_time(story, day + 12 * 3600 + story->begin % 7200)
             : time_on(story, SALES_LEAST + SALES_MORE, day);
}

static uint32_t next_time(const struct sf_story *story, uint32_t i, uint32_t time) {
  const double median = sf_story_blend_log(story, GAP_MEDIAN, GAP_OWN);
  const uint32_t u = sf_story_draw(story, 1 + i, 3).word[0];
  return time_on(story, i, time + 1800 + sf_lognormal_seconds(median, GAP_SIGMA, u));
}

static bool trade(struct sf_story *story, uint32_t sales, uint32_t refunded, struct till *till,
                  struct sums *sums, uint32_t *refunds) {
  *till = begin(story);
  uint32_t time = first_time(story);
  const uint32_t end = (uint32_t)story->skeleton->world->config.days * SF_DAY;
  for (uint32_t i = 0; i < sales && time < end; i++) {
    const uint32_t sale = story->skeleton->events;
    if (!sell(story, till, i, time, sums)) {
      return false;
    }
    if (sf_story_draw(story, 1 + i, 2).word[0] < refunded) {
      ++*refunds;
      if (!give_back(story, sale, i)) {
        return false;
      }
    }
    time = next_time(story, i, time);
  }
  return story->rows > 1;
}

bool sf_merchant_collusion_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 1);
  const double brazen = SALES_LEAST + sf_below(draw.word[0], SALES_MORE);
  const double own = SALES_OWN + sf_below(draw.word[1], 3);
  struct till till;
  struct sums sums = {0};
  uint32_t refunds = 0;
  const uint32_t sales = (uint32_t)(sf_story_blend_log(story, brazen, own) + 0.5);
  const double refunded = sf_story_blend_log(story, REFUNDED, REFUNDED_OWN);
  if (!trade(story, sales, (uint32_t)sf_threshold_q32(refunded), &till, &sums, &refunds)) {
    return false;
  }
  const double round = (double)sums.round / sales;
  const double distance = sums.under ? sums.distance / sums.under : NAN;
  const double members = story->member ? story->member->size : 1;
  sf_story_evidence(story, 0, round, round);
  sf_story_evidence(story, 1, distance, sums.under ? 1 - distance / 500 : 0);
  sf_story_evidence(story, 2, (double)till.reputation, (0.85 - (double)till.reputation) / 0.35);
  sf_story_evidence(story, 3, till.age, 1 - till.age / 730.0);
  sf_story_evidence(story, 4, members, members / 10);
  return true;
}

// A small trader whose prices stay just below round sums, and a regular of his: the
// month's goods, a fee, a chit paid in parts.
bool sf_merchant_collusion_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 1);
  struct till till;
  struct sums sums = {0};
  uint32_t refunds = 0;
  const double brazen = SALES_LEAST + sf_below(draw.word[0], SALES_MORE);
  const double own = SALES_OWN + sf_below(draw.word[1], 3);
  const uint32_t sales = (uint32_t)(sf_story_blend_log(story, brazen, own) + 0.5);
  return trade(story, sales, (uint32_t)sf_threshold_q32(REFUNDED_OWN), &till, &sums, &refunds);
}

#include "kernels/activity/spree.h"

#include "kernels/activity/months.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Ordinary life that looks odd, by the month.

// Customers who play games on the phone, by savviness; of their months, those with a
// run of purchases. A run has 4 to 15.
static const uint32_t plays[SF_SAVVINESS_COUNT] = {SF_CHANCE(0.01), SF_CHANCE(0.05),
                                                   SF_CHANCE(0.12)};
#define RUN SF_CHANCE(0.45)
#define RUN_LEAST 4u
#define RUN_MORE 12u
// Months with a new subscription that is tried with a rupee or two first, and months of
// holders with a large purchase by credit card.
#define TRIAL SF_CHANCE(0.02)
#define LARGE SF_CHANCE(0.05)
// Payments of a run that fail.
#define FAILS SF_CHANCE(0.09)

// Prices in games and of trials, rupees.
static const uint16_t game_price[16] = {10, 10, 19, 20, 25, 29, 30,  49,
                                        49, 50, 59, 79, 89, 99, 150, 299};
static const uint16_t trial_price[4] = {1, 2, 2, 5};

static uint32_t instant(const struct sf_skeleton *skeleton, const struct sf_month *month,
                        uint32_t u, uint32_t v) {
  const struct sf_world *world = skeleton->world;
  const int32_t day = month->first + (int32_t)sf_below(u, month->days);
  if (day < skeleton->first_day || day >= world->config.days ||
      sf_core_is_quiet(&skeleton->customer.core, world->config.start_day + day)) {
    return 0;
  }
  return (uint32_t)day * SF_DAY + sf_hours_pick(&world->hours, skeleton->customer.occupation,
                                                world->calendar.day[day].is_weekend,
                                                sf_redraw(u, 1), v);
}

// The first payment of a group, by the law of purchases; its index, or none.
#define NONE UINT32_MAX
static uint32_t add_first(struct sf_skeleton *skeleton, uint32_t time, uint32_t number,
                          uint8_t subcategory, int32_t shift) {
  bool moving;
  const struct sf_trip *trip = sf_skeleton_trip_at(skeleton, time, &moving);
  const uint32_t first = skeleton->events;
  if (time > 0 && !moving) {
    sf_purchase_add(skeleton, time, SF_SOURCE_SPREE, number, subcategory,
                    trip ? trip->city : skeleton->customer.city, shift);
  }
  return skeleton->events > first ? first : NONE;
}

// Another payment to the merchant of the event at another time, as it is but for what
// may come of it.
static struct sf_event *add_like(struct sf_skeleton *skeleton, uint32_t event, int64_t time,
                                 uint32_t source, uint32_t number) {
  struct sf_event *added = sf_skeleton_add(skeleton, time, source, number);
  if (!added) {
    return NULL;
  }
  const struct sf_event *like = &skeleton->event[event];
  const uint32_t ordinal = added->ordinal;
  const uint16_t trip = added->trip;
  *added = *like;
  added->time = (uint32_t)time;
  added->ordinal = ordinal;
  added->amount_key = ordinal;
  added->trip = trip;
  added->fail = 0;
  added->flags = like->flags & SF_EVENT_DELIVERED;
  return added;
}

// Where a PIN is asked.
static bool has_pin(const struct sf_event *event) {
  return event->mode == SF_PAYMENT_MODE_UPI || event->mode == SF_PAYMENT_MODE_CREDIT_CARD ||
         event->mode == SF_PAYMENT_MODE_DEBIT_CARD;
}

static uint8_t failure_of(const struct sf_event *event, uint32_t u) {
  static const uint8_t code[8] = {
      SF_RESPONSE_CODE_WRONG_PIN,       SF_RESPONSE_CODE_WRONG_PIN,
      SF_RESPONSE_CODE_LIMIT_EXCEEDED,  SF_RESPONSE_CODE_LIMIT_EXCEEDED,
      SF_RESPONSE_CODE_RISK_DECLINED,   SF_RESPONSE_CODE_RISK_DECLINED,
      SF_RESPONSE_CODE_NETWORK_TIMEOUT, SF_RESPONSE_CODE_ISSUER_UNAVAILABLE};
  return u < FAILS ? code[has_pin(event) ? u & 7 : (u & 7) | 2] : 0;
}

static void set_price(struct sf_event *event, uint32_t rupees) {
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = 100 * (int64_t)rupees;
}

// Purchases in a game within the hour, seconds to minutes apart.
static void add_run(struct sf_skeleton *skeleton, const struct sf_month *month, uint32_t number,
                    const struct sf_block *draw) {
  const uint32_t time = instant(skeleton, month, draw->word[1], draw->word[2]);
  const uint32_t first = add_first(skeleton, time, number, SF_SUBCATEGORY_DIGITAL_GAMES, 0);
  if (first == NONE) {
    return;
  }
  const uint32_t payments = RUN_LEAST + sf_below(sf_redraw(draw->word[2], 1), RUN_MORE);
  int64_t at = time;
  for (uint32_t i = 1; i < payments; i++) {
    const uint32_t u = sf_redraw(draw->word[3], i);
    at += 15 + (sf_quantile(&sf_law_exponential, u) * 170ll >> 16);
    struct sf_event *event = add_like(skeleton, first, at, SF_SOURCE_SPREE, number + i);
    if (event) {
      set_price(event, game_price[u & 15]);
      event->fail = failure_of(event, sf_redraw(u, 1));
    }
  }
}

// One to three checks of a rupee or two, and the subscription within a day.
static void add_trial(struct sf_skeleton *skeleton, const struct sf_month *month, uint32_t number,
                      const struct sf_block *draw) {
  const uint32_t time = instant(skeleton, month, draw->word[1], draw->word[2]);
  const uint8_t what = draw->word[3] & 1 ? SF_SUBCATEGORY_STREAMING : SF_SUBCATEGORY_DIGITAL_GAMES;
  const uint32_t first = add_first(skeleton, time, number, what, 0);
  if (first == NONE) {
    return;
  }
  const uint32_t checks = 1 + sf_below(draw->word[3], 3);
  const uint32_t wait = 60 + sf_below(sf_redraw(draw->word[3], 1), 3 * 3600);
  for (uint32_t i = 0; i < checks; i++) {
    struct sf_event *event =
        add_like(skeleton, first, (int64_t)time - wait - 40 * i, SF_SOURCE_SPREE, number + 1 + i);
    if (event) {
      set_price(event, trial_price[sf_redraw(draw->word[3], 2) & 3]);
      // All but the last check are there because they failed.
      event->fail = i == 0 ? 0
                    : event->instrument == SF_INSTRUMENT_CREDIT_CARD ||
                            event->instrument == SF_INSTRUMENT_DEBIT_CARD
                        ? SF_RESPONSE_CODE_EXPIRED_CARD
                    : has_pin(event) ? SF_RESPONSE_CODE_WRONG_PIN
                                     : SF_RESPONSE_CODE_NETWORK_TIMEOUT;
    }
  }
}

static void add_large(struct sf_skeleton *skeleton, const struct sf_month *month, uint32_t number,
                      const struct sf_block *draw) {
  static const uint8_t what[4] = {SF_SUBCATEGORY_JEWELLERY, SF_SUBCATEGORY_MOBILE_PHONES,
                                  SF_SUBCATEGORY_MOBILE_PHONES, SF_SUBCATEGORY_JEWELLERY};
  const uint32_t time = instant(skeleton, month, draw->word[1], draw->word[2]);
  add_first(skeleton, time, number, what[draw->word[3] & 3], 2 * SF_LOG2_UNIT);
}

// Numbers of a spree; the months tell the sprees of a kind apart.
#define NUMBERS 64u
#define KINDS 3u

void sf_sprees_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const uint64_t seed = world->config.seed;
  const uint32_t habit = sf_draw(seed, customer->id, 0, SF_STREAM_SPREE, 0).word[0];
  const bool player = habit < plays[customer->savviness];
  struct sf_month month = sf_month_first(&world->calendar);
  for (; month.first < world->config.days; month = sf_month_next(month)) {
    const struct sf_block draw = sf_draw(seed, customer->id, month.key, SF_STREAM_SPREE, 1);
    const uint32_t number = (month.key & 0xfffu) * KINDS * NUMBERS;
    if (player && draw.word[0] < RUN) {
      add_run(skeleton, &month, number, &draw);
    }
    if (sf_redraw(draw.word[0], 1) < TRIAL) {
      add_trial(skeleton, &month, number + NUMBERS, &draw);
    }
    if (customer->credit_limit > 0 && sf_redraw(draw.word[0], 2) < LARGE) {
      add_large(skeleton, &month, number + 2 * NUMBERS, &draw);
    }
  }
}

void sf_repeat_add(struct sf_skeleton *skeleton, uint32_t event, uint32_t u) {
  const struct sf_event *of = &skeleton->event[event];
  const uint32_t key = of->amount_key;
  struct sf_event *again =
      add_like(skeleton, event, (int64_t)of->time + 20 + sf_below(u, 460),
               SF_SOURCE_REPEAT + (of->ordinal >> 24), of->ordinal & 0xffffffu);
  if (again) {
    again->amount_key = key;
    again->trip = skeleton->event[event].trip;
  }
}

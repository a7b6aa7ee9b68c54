#include "kernels/activity/follow_ups.h"

#include "kernels/activity/skeleton.h"
#include "kernels/activity/spree.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Failed tries per 100,000 payments: the published business and technical decline
// rates of UPI less what follows from balances.
static const struct {
  uint16_t rate;
  uint8_t response;       // enum sf_response_code
  bool upi, card, other;  // rails that can fail so
} failures[] = {
    {2750, SF_RESPONSE_CODE_WRONG_PIN, true, true, false},
    {500, SF_RESPONSE_CODE_LIMIT_EXCEEDED, true, true, true},
    {300, SF_RESPONSE_CODE_RISK_DECLINED, true, true, true},
    {250, SF_RESPONSE_CODE_ISSUER_UNAVAILABLE, true, true, true},
    {250, SF_RESPONSE_CODE_NETWORK_TIMEOUT, true, true, true},
    {3000, SF_RESPONSE_CODE_EXPIRED_CARD, false, true, false},
    // Issuers refuse far more honest payments on suspicion than stolen ones.
    {1500, SF_RESPONSE_CODE_RISK_DECLINED, false, true, true},
};
#define FAILURES (sizeof failures / sizeof failures[0])
#define FAILURES_IN_ALL SF_FAILURES_PER_100000  // sum of the rates

// Of failed payments, those tried again at once with success.
#define RETRIED SF_CHANCE(0.72)

// Payments that hang or are taken back by the bank, half each.
#define HUNG 0.0012

// Chances per 100,000 that a purchase of the category is refunded: in the shop,
// online.
static const uint16_t refunds[SF_CATEGORY_COUNT][2] = {
    [SF_CATEGORY_GROCERIES] = {60, 700},      [SF_CATEGORY_FOOD_DINING] = {40, 500},
    [SF_CATEGORY_SHOPPING] = {900, 4000},     [SF_CATEGORY_CLOTHING] = {1500, 7000},
    [SF_CATEGORY_ELECTRONICS] = {700, 3500},  [SF_CATEGORY_HOME_GARDEN] = {400, 3000},
    [SF_CATEGORY_ENTERTAINMENT] = {50, 600},  [SF_CATEGORY_TRANSPORTATION] = {30, 900},
    [SF_CATEGORY_AUTOMOTIVE] = {60, 900},     [SF_CATEGORY_TRAVEL] = {300, 5000},
    [SF_CATEGORY_HEALTHCARE] = {150, 900},    [SF_CATEGORY_HEALTH_FITNESS] = {150, 900},
    [SF_CATEGORY_EDUCATION] = {150, 900},     [SF_CATEGORY_UTILITIES] = {20, 150},
    [SF_CATEGORY_BILLS_RECHARGE] = {50, 300}, [SF_CATEGORY_FINANCIAL] = {20, 100},
    [SF_CATEGORY_GIFTS] = {150, 1500},
};

// Chances per 100,000 that an online card purchase, any other online purchase,
// is disputed, and that a shop purchase is.
#define CHARGEBACK_CARD 800u
#define CHARGEBACK_ONLINE 100u
#define CHARGEBACK_SHOP 20u
// Chance per 100,000 that a purchase at a merchant with a loyalty programme is
// followed by a redemption of points.
#define REDEMPTION 1800u
// Chance per 100,000 that a purchase is made twice.
#define REPEAT 220u

void sf_attempt_add(struct sf_skeleton *skeleton, uint32_t event, uint8_t response, uint32_t i,
                    uint32_t u) {
  const struct sf_event *of = &skeleton->event[event];
  const uint32_t number = of->ordinal & 0xffffffu;
  const uint32_t source = SF_SOURCE_ATTEMPT + 32 * i + (of->ordinal >> 24);
  const int64_t ago = (i + 1) * (12 + (int64_t)(u >> 25));
  struct sf_event *attempt = sf_skeleton_add(skeleton, (int64_t)of->time - ago, source, number);
  if (!attempt) {
    return;
  }
  const uint32_t ordinal = attempt->ordinal;
  const uint32_t time = attempt->time;
  *attempt = *of;
  attempt->ordinal = ordinal;
  attempt->time = time;
  attempt->fail = response;
  attempt->flags = of->flags & SF_EVENT_DELIVERED;
}

uint8_t sf_failure_of(const struct sf_event *event, uint32_t u) {
  uint32_t at = (uint32_t)((uint64_t)u * 100000 >> 32);
  if (at >= FAILURES_IN_ALL || event->mode == SF_PAYMENT_MODE_CASH) {
    return 0;
  }
  uint32_t f = 0;
  while (f < FAILURES - 1 && at >= failures[f].rate) {
    at -= failures[f++].rate;
  }
  const bool upi = event->mode == SF_PAYMENT_MODE_UPI;
  const bool card =
      event->mode == SF_PAYMENT_MODE_CREDIT_CARD || event->mode == SF_PAYMENT_MODE_DEBIT_CARD;
  const bool possible = upi ? failures[f].upi : card ? failures[f].card : failures[f].other;
  return possible ? failures[f].response : 0;
}

void sf_credit_back(struct sf_skeleton *skeleton, struct sf_event *credit, uint32_t event,
                    uint8_t type, uint16_t share) {
  struct sf_event *of = &skeleton->event[event];
  of->flags |= SF_EVENT_COVERED;
  credit->type = type;
  credit->direction = SF_DIRECTION_CREDIT;
  credit->merchant = of->merchant;
  credit->subcategory = of->subcategory;
  credit->mode = of->mode;
  credit->instrument = of->instrument;
  credit->channel = SF_CHANNEL_ONLINE;
  credit->amount_rule = SF_AMOUNT_OF_EVENT;
  credit->link = event;
  credit->share = share;
  credit->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
}

// Appends a credit that pays back (part of) a payment, some days later.
static void add_credit(struct sf_skeleton *skeleton, uint32_t event, uint32_t source, uint8_t type,
                       uint32_t seconds, uint16_t share) {
  const uint32_t time = skeleton->event[event].time;
  const uint32_t number = skeleton->event[event].ordinal & 0xffffffu;
  struct sf_event *credit = sf_skeleton_add(
      skeleton, (int64_t)time + seconds, source + (skeleton->event[event].ordinal >> 24), number);
  if (credit) {
    sf_credit_back(skeleton, credit, event, type, share);
  }
}

// Points paid back at a merchant with a loyalty programme: 25 to 500 rupees.
static void add_redemption(struct sf_skeleton *skeleton, uint32_t event, uint32_t v) {
  const struct sf_event *of = &skeleton->event[event];
  const struct sf_merchant *shop =
      sf_merchant_get(skeleton->cache, &skeleton->world->merchants, of->merchant);
  if (!shop->loyalty_programme) {
    return;
  }
  struct sf_event *points =
      sf_skeleton_add(skeleton, (int64_t)of->time + 60 + v % 1800,
                      SF_SOURCE_REDEMPTION + (of->ordinal >> 24), of->ordinal & 0xffffffu);
  if (points) {
    points->type = SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION;
    points->direction = SF_DIRECTION_CREDIT;
    points->merchant = of->merchant;
    points->subcategory = of->subcategory;
    points->mode = SF_PAYMENT_MODE_WALLET;
    points->instrument = SF_INSTRUMENT_WALLET;
    points->channel = SF_CHANNEL_ONLINE;
    points->amount_rule = SF_AMOUNT_FIXED;
    points->paise = 2500 * (1 + (int64_t)((v >> 6) % 20));
    points->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  }
}

static uint32_t chargeback_rate(const struct sf_event *event) {
  const bool card =
      event->mode == SF_PAYMENT_MODE_CREDIT_CARD || event->mode == SF_PAYMENT_MODE_DEBIT_CARD;
  const bool online = event->channel != SF_CHANNEL_POS;
  return online ? (card ? CHARGEBACK_CARD : CHARGEBACK_ONLINE) : CHARGEBACK_SHOP;
}

// What comes after a payment; at most one thing.
static void add_after(struct sf_skeleton *skeleton, uint32_t event, uint32_t v) {
  const struct sf_event *of = &skeleton->event[event];
  const uint8_t category = sf_subcategories[of->subcategory].category;
  const uint32_t refund = refunds[category][of->channel != SF_CHANNEL_POS];
  const uint32_t chargeback = refund + chargeback_rate(of);
  const uint32_t at = (uint32_t)((uint64_t)v * 100000 >> 32);
  if (at >= chargeback + REDEMPTION) {
    if (at < chargeback + REDEMPTION + REPEAT && of->type == SF_TRANSACTION_TYPE_PURCHASE) {
      sf_repeat_add(skeleton, event, sf_redraw(v, 1));
    }
    return;
  }
  const uint32_t u = sf_redraw(v, 1);
  const uint32_t seconds = SF_DAY / 2 + u % SF_DAY;
  if (at >= chargeback) {
    add_redemption(skeleton, event, u);
  } else if (of->mode == SF_PAYMENT_MODE_CASH) {
    return;
  } else if (at < refund) {
    // Two to fifteen days; three in ten refunds are of a part of the purchase.
    const bool whole = (u >> 20) % 10 < 7;
    const uint16_t share = whole ? 0 : (uint16_t)(13107 + (u >> 8) % 45875);
    add_credit(skeleton, event, SF_SOURCE_REFUND, SF_TRANSACTION_TYPE_REFUND,
               (2 + (u >> 24) % 13) * SF_DAY + seconds, share);
  } else {
    // Claims mostly arrive ten to sixty days later.
    add_credit(skeleton, event, SF_SOURCE_CHARGEBACK, SF_TRANSACTION_TYPE_CHARGEBACK,
               (10 + (u >> 24) % 50) * SF_DAY + seconds, 0);
  }
}

bool sf_failure_is_final(uint8_t response) {
  return response == SF_RESPONSE_CODE_EXPIRED_CARD || response == SF_RESPONSE_CODE_LIMIT_EXCEEDED ||
         response == SF_RESPONSE_CODE_RISK_DECLINED;
}

// One failed try before the payment, or two or three.
static void add_attempts(struct sf_skeleton *skeleton, uint32_t event, uint8_t response, uint32_t u,
                         uint32_t v) {
  const uint32_t tries = 1u + (u < SF_CHANCE(0.22) ? 1u : 0u) + (u < SF_CHANCE(0.05) ? 1u : 0u);
  for (uint32_t i = 0; i < tries; i++) {
    sf_attempt_add(skeleton, event, response, i, v);
  }
}

void sf_follow_ups_add(struct sf_skeleton *skeleton, uint32_t event, uint32_t u, uint32_t v) {
  struct sf_event *of = &skeleton->event[event];
  const uint8_t response = sf_failure_of(of, u);
  if (response && (sf_failure_is_final(response) || sf_redraw(u, 1) >= RETRIED)) {
    of->fail = response;
    return;
  }
  if (response) {
    add_attempts(skeleton, event, response, sf_redraw(u, 2), sf_redraw(v, 3));
  } else if (u >= SF_CHANCE(1 - HUNG) && of->mode != SF_PAYMENT_MODE_CASH) {
    of->flags |= u & 1 ? SF_EVENT_PENDING : SF_EVENT_REVERSED;
    return;
  }
  add_after(skeleton, event, v);
}

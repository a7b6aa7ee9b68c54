#include "kernels/activity/skeleton.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Failed tries per payment, units of 2^-32 from 0 up: the published business and
// technical decline rates of UPI less what follows from balances.
static const struct {
  uint32_t below;
  uint8_t response;  // enum sf_response_code
} failures[] = {
    {118111600u, SF_RESPONSE_CODE_WRONG_PIN},           // 2.75 %
    {139586437u, SF_RESPONSE_CODE_LIMIT_EXCEEDED},      // 0.5 %
    {152471339u, SF_RESPONSE_CODE_RISK_DECLINED},       // 0.3 %
    {163208757u, SF_RESPONSE_CODE_ISSUER_UNAVAILABLE},  // 0.25 %
    {173946175u, SF_RESPONSE_CODE_NETWORK_TIMEOUT},     // 0.25 %
    {186831077u, SF_RESPONSE_CODE_EXPIRED_CARD},        // 0.3 %, cards only
};
#define FAILURES (sizeof failures / sizeof failures[0])

// Of failed payments, those tried again at once with success.
#define RETRIED 0.72

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
#define CHARGEBACK_CARD 500u
#define CHARGEBACK_ONLINE 60u
#define CHARGEBACK_SHOP 12u
// Chance per 100,000 that a purchase at a merchant with a loyalty programme is
// followed by a redemption of points.
#define REDEMPTION 1800u

void sf_attempt_add(struct sf_skeleton *skeleton, uint32_t event, uint8_t response, uint32_t u) {
  const struct sf_event *of = &skeleton->event[event];
  const uint32_t number = of->ordinal & 0xffffffu;
  const uint32_t source = SF_SOURCE_ATTEMPT + (of->ordinal >> 24);
  struct sf_event *attempt =
      sf_skeleton_add(skeleton, (int64_t)of->time - 12 - (int64_t)(u >> 25), source, number);
  if (!attempt) {
    return;
  }
  of = &skeleton->event[event];
  const uint32_t ordinal = attempt->ordinal;
  const uint32_t time = attempt->time;
  const uint16_t trip = attempt->trip;
  *attempt = *of;
  attempt->ordinal = ordinal;
  attempt->time = time;
  attempt->trip = trip;
  attempt->fail = response;
  attempt->flags = of->flags & SF_EVENT_DELIVERED;
}

uint8_t sf_failure_of(const struct sf_event *event, uint32_t u) {
  if (event->mode == SF_PAYMENT_MODE_CASH) {
    return 0;
  }
  for (uint32_t f = 0; f < FAILURES; f++) {
    if (u < failures[f].below) {
      const bool card =
          event->mode == SF_PAYMENT_MODE_CREDIT_CARD || event->mode == SF_PAYMENT_MODE_DEBIT_CARD;
      const bool has_pin = card || event->mode == SF_PAYMENT_MODE_UPI;
      const bool possible = failures[f].response == SF_RESPONSE_CODE_EXPIRED_CARD ? card
                            : failures[f].response == SF_RESPONSE_CODE_WRONG_PIN  ? has_pin
                                                                                  : true;
      return possible ? failures[f].response : 0;
    }
  }
  return 0;
}

// Appends a credit that pays back (part of) a payment, some days later.
static void add_credit(struct sf_skeleton *skeleton, uint32_t event, uint32_t source, uint8_t type,
                       uint32_t seconds, uint16_t share) {
  const uint32_t time = skeleton->event[event].time;
  const uint32_t number = skeleton->event[event].ordinal & 0xffffffu;
  struct sf_event *credit = sf_skeleton_add(
      skeleton, (int64_t)time + seconds, source + (skeleton->event[event].ordinal >> 24), number);
  if (!credit) {
    return;
  }
  struct sf_event *of = &skeleton->event[event];
  // What is paid back must have been paid.
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

static void add_after(struct sf_skeleton *skeleton, uint32_t event, uint32_t v) {
  const struct sf_event *of = &skeleton->event[event];
  const uint8_t category = sf_subcategories[of->subcategory].category;
  const bool online = of->channel != SF_CHANNEL_POS;
  const bool card =
      of->mode == SF_PAYMENT_MODE_CREDIT_CARD || of->mode == SF_PAYMENT_MODE_DEBIT_CARD;
  uint32_t at = (uint32_t)((uint64_t)v * 100000 >> 32);
  const uint32_t refund = refunds[category][online];
  if (at < refund + CHARGEBACK_CARD) {
    const uint32_t day_part = SF_DAY / 2 + v % SF_DAY;
    const uint32_t chargeback =
        online ? (card ? CHARGEBACK_CARD : CHARGEBACK_ONLINE) : CHARGEBACK_SHOP;
    if (of->mode == SF_PAYMENT_MODE_CASH) {
      return;
    }
    if (at < refund) {
      // Two to fifteen days; three in ten refunds are of part of the purchase.
      const uint16_t share = (v >> 3) % 10 < 7 ? 0 : (uint16_t)(13107 + (v >> 7) % 45875);
      add_credit(skeleton, event, SF_SOURCE_REFUND, SF_TRANSACTION_TYPE_REFUND,
                 (2 + (v >> 5) % 13) * SF_DAY + day_part, share);
      return;
    }
    if (at < refund + chargeback) {
      // Claims mostly arrive ten to sixty days later.
      add_credit(skeleton, event, SF_SOURCE_CHARGEBACK, SF_TRANSACTION_TYPE_CHARGEBACK,
                 (10 + (v >> 5) % 50) * SF_DAY + day_part, 0);
      return;
    }
  }
  if (at >= 90000 && at < 90000 + REDEMPTION) {
    const struct sf_merchant *shop =
        sf_merchant_get(skeleton->cache, &skeleton->world->merchants, of->merchant);
    if (shop->loyalty_programme) {
      const uint32_t time = of->time;
      const uint32_t number = of->ordinal & 0xffffffu;
      const uint32_t merchant = of->merchant;
      const uint8_t subcategory = of->subcategory;
      struct sf_event *points = sf_skeleton_add(skeleton, (int64_t)time + 60 + v % 1800,
                                                SF_SOURCE_REDEMPTION + (of->ordinal >> 24), number);
      if (points) {
        points->type = SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION;
        points->direction = SF_DIRECTION_CREDIT;
        points->merchant = merchant;
        points->subcategory = subcategory;
        points->mode = SF_PAYMENT_MODE_WALLET;
        points->instrument = SF_INSTRUMENT_WALLET;
        points->channel = SF_CHANNEL_ONLINE;
        points->amount_rule = SF_AMOUNT_FIXED;
        points->paise = 2500 * (1 + (int64_t)((v >> 6) % 20));
        points->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
      }
    }
  }
}

void sf_follow_ups_add(struct sf_skeleton *skeleton, uint32_t event, uint32_t u, uint32_t v) {
  struct sf_event *of = &skeleton->event[event];
  const uint8_t response = sf_failure_of(of, u);
  if (response) {
    // The low bits of u are uniform given that it is small.
    if ((u & 0xffff) < (uint32_t)(RETRIED * 65536)) {
      sf_attempt_add(skeleton, event, response, v);
    } else {
      of->fail = response;
      return;
    }
  } else if (u >= 0xfff00000u &&
             (of->mode == SF_PAYMENT_MODE_UPI || of->mode == SF_PAYMENT_MODE_NET_BANKING)) {
    // One payment in 4,096 hangs, one in 4,096 is taken back by the bank.
    of->flags |= u & 1 ? SF_EVENT_PENDING : SF_EVENT_REVERSED;
    return;
  }
  add_after(skeleton, event, v);
}

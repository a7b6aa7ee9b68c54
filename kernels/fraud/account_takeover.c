#include "kernels/activity/mode.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/campaign.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"

// Account takeover: somebody logs in from a device of his own, tries the account with
// one to three small payments, and then moves out what there is by the bank's rails and
// by orders, three to ten times the usual, within hours. Who takes care moves little, by UPI
// as the owner does: 5,000 rupees at most, since the device is new.

// Victims by savviness, Q16, of mean 1 over the population: 2, 1, 0.45 parts.
static const uint32_t weight_of[SF_SAVVINESS_COUNT] = {145000, 76000, 34500};

// Gaps of rows, s: the brazen end is through in an hour or two; at the other end they are
// those of a customer's own days.
#define GAP_MEDIAN 600.0
#define GAP_OWN 14000.0
#define GAP_SIGMA 0.9
#define NIGHT_FROM (22 * 3600u)
#define NIGHT_SECONDS (7 * 3600u)
// Payments that take money, brazen: 3 to 8; own: 1 or 2.
#define TAKES_LEAST 3u
#define TAKES_MORE 6u
// Times the usual amount, brazen: 3 to 10. Of a new device of one's own: 1.5 to 7.
#define RATIO_LEAST 3.0
#define RATIO_MOST 10.0
#define TWIN_LEAST 1.5
#define TWIN_MOST 7.0
#define BY_TRANSFER SF_CHANCE(0.6)
#define BY_IMPS SF_CHANCE(0.62)  // the rest by NEFT
#define IMPS_CAP 49000000        // paise, below the limit after rounding
#define SAME_PAYEE SF_CHANCE(0.6)
#define REFUSED SF_CHANCE(0.2)  // of the probes
// Thieves who mimic nothing work from another city in two cases of three.
#define AWAY SF_CHANCE(0.66)
#define AWAY_FROM 300u  // km
#define AWAY_TO 1600u
#define SLOT_DAYS 21u
#define BANK_MODES (1u << SF_PAYMENT_MODE_IMPS | 1u << SF_PAYMENT_MODE_NEFT)
#define UPI_PAYMENTS 3u        // of a login, to persons: SF_UPI_LOGIN_PAISE in all
#define BY_UPI SF_CHANCE(0.5)  // of transfers by who takes care
// Of the careful one's payments, those made as the owner makes them at tills, by UPI.
#define AS_OWNER SF_CHANCE(0.9)

// What sells again, and what tries an account.
static const uint8_t liquid[] = {SF_SUBCATEGORY_ELECTRONICS_STORE,
                                 SF_SUBCATEGORY_MOBILE_PHONES,
                                 SF_SUBCATEGORY_ONLINE_MARKETPLACE,
                                 SF_SUBCATEGORY_WALLET_LOAD,
                                 SF_SUBCATEGORY_DIGITAL_GAMES,
                                 SF_SUBCATEGORY_GIFT_SHOP,
                                 SF_SUBCATEGORY_FLIGHT,
                                 SF_SUBCATEGORY_WALLET_LOAD};
static const uint8_t trial[] = {SF_SUBCATEGORY_DIGITAL_GAMES, SF_SUBCATEGORY_TELECOM,
                                SF_SUBCATEGORY_WALLET_LOAD, SF_SUBCATEGORY_DIGITAL_GAMES};
static const uint8_t easy_trial[] = {SF_SUBCATEGORY_DIGITAL_GAMES, SF_SUBCATEGORY_FAST_FOOD,
                                     SF_SUBCATEGORY_STREAMING, SF_SUBCATEGORY_WALLET_LOAD};
static const uint8_t easy_order[] = {SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_WALLET_LOAD,
                                     SF_SUBCATEGORY_DIGITAL_GAMES, SF_SUBCATEGORY_MOBILE_PHONES};
static const struct sf_campaign trials = {.kind = easy_trial, .kinds = sizeof easy_trial};
static const struct sf_campaign orders = {.kind = easy_order, .kinds = sizeof easy_order};

// Payments to shops that the thieves of a campaign know to be easy, brazen.
#define AT_CAMPAIGN SF_CHANCE(0.85)
static uint32_t easy_shop(const struct sf_story *story, const struct sf_campaign *campaign,
                          uint32_t time, uint32_t u) {
  const bool turns = !story->twin && !sf_story_mimics(story, u) && sf_redraw(u, 1) < AT_CAMPAIGN;
  return turns ? sf_campaign_shop(story, campaign, time, campaign == &orders) : 0;
}

// Who is at the device, and what came of it so far.
struct login {
  bool foreign;   // device
  uint8_t city;   // 0: where the customer is
  uint16_t trip;  // the place there, once there is a row
  uint32_t place, payee;
  uint32_t first;  // time of the first row
  int64_t median[SF_TRANSACTION_TYPE_COUNT];
  double ratio;  // largest
  int64_t taken;
  int64_t upi;        // paise by UPI so far
  uint32_t payments;  // of these to persons
};

// Whether UPI takes a payment from the device beside what it has taken.
static bool upi_takes(const struct login *login, int64_t paise) {
  return login->upi + paise <= SF_UPI_LOGIN_PAISE;
}

uint32_t sf_account_takeover_weight(const struct sf_customer *customer) {
  return weight_of[customer->savviness];
}

bool sf_account_takeover_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  sf_nominate(story, nomination, 0, 1, SLOT_DAYS);
  return true;
}

static uint8_t role_of(const struct sf_story *story, uint8_t role) {
  return story->twin ? SF_ROLE_NONE : role;
}

// Puts a row on the device and in the place of the login, and counts it.
static void log_in(struct sf_story *story, struct login *login, struct sf_event *event) {
  if (login->foreign && event->mode == SF_PAYMENT_MODE_UPI) {
    // To a thief at a computer the owner is made to agree, on his phone.
    sf_story_borrow_device(story, event, true);
  } else if (login->foreign) {
    sf_story_log_in(story, event, sf_redraw(event->ordinal, 120));
  }
  login->first = login->first ? login->first : event->time;
  if (login->city && !login->trip) {
    sf_story_place(story, event, login->city, login->place);
    login->trip = event->trip;
  }
  event->trip = login->trip ? login->trip : event->trip;
}

static void count(struct sf_story *story, struct login *login, struct sf_event *event) {
  const int64_t paise = sf_event_paise(story->skeleton, event);
  login->taken += event->fail ? 0 : paise;
  int64_t *median = &login->median[event->type];
  *median = *median ? *median : sf_own_median(story, event->type, login->first);
  const double ratio = *median ? (double)paise / (double)*median : 0;
  login->ratio = ratio > login->ratio ? ratio : login->ratio;
  const bool upi = event->mode == SF_PAYMENT_MODE_UPI;  // maybe not from the new device
  if (login->foreign && !upi && ratio > 3 && event->time - login->first < SF_DAY) {
    sf_story_fires(story, event);
  }
}

// What is bought online: some kind, or like an own purchase.
static uint8_t kind_like_own(const struct sf_story *story, uint8_t kind, uint32_t u, bool mimics) {
  const struct sf_own_query own = {.channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE,
                                   .debit = true};
  const uint32_t like = mimics ? sf_own_event(story, &own, u) : SF_NO_EVENT;
  return like == SF_NO_EVENT ? kind : story->skeleton->event[like].subcategory;
}

static bool probe(struct sf_story *story, struct login *login, uint32_t i, uint32_t time) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  const uint32_t shop = easy_shop(story, &trials, time, more.word[2]);
  const uint8_t kind = kind_like_own(story, trial[draw.word[0] >> 30], more.word[3],
                                     sf_story_mimics(story, sf_redraw(more.word[3], 1)));
  struct sf_event *event = sf_campaign_order(story, time, role_of(story, SF_ROLE_TEST), shop, kind);
  if (!event) {
    return false;
  }
  const struct sf_own_query own = {.types = 1u << event->type, .debit = true};
  const int32_t brazen = sf_level_of_paise(1000 + (int64_t)sf_below(draw.word[1], 14000));
  const int32_t level =
      (int32_t)sf_story_blend(story, brazen, sf_own_level(story, &own, draw.word[2], brazen));
  sf_story_pay_order(story, event, more.word[0]);
  sf_story_price(story, event, level);
  if (draw.word[3] < REFUSED && !story->twin) {
    event->fail = sf_story_refusal(event, more.word[1]);
  }
  log_in(story, login, event);
  count(story, login, event);
  return true;
}

// Level of a payment: an own one of the kind times what is dared.
static int32_t dared(const struct sf_story *story, const struct sf_own_query *own, int32_t fallback,
                     uint32_t u, uint32_t v) {
  const double least = sf_log2(story->twin ? TWIN_LEAST : RATIO_LEAST);
  const double most = sf_log2(story->twin ? TWIN_MOST : RATIO_MOST);
  const int32_t level = sf_own_level(story, own, u, fallback);
  const int32_t more = (int32_t)((least + (most - least) * (v * 0x1p-32)) * SF_LOG2_UNIT);
  return (int32_t)sf_story_blend(story, level + more, level);
}

// A payment as one of the owner's by UPI at a till, but for its sum. False, without a row,
// where there is no such, and where UPI does not take it from the device.
static bool pay_as_owner(struct sf_story *story, struct login *login, uint32_t i, uint32_t time,
                         uint8_t role) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 3);
  const struct sf_own_query query = {
      .modes = 1u << SF_PAYMENT_MODE_UPI, .channels = 1u << SF_CHANNEL_POS, .before = time};
  const uint32_t own = sf_own_event(story, &query, draw.word[0]);
  if (login->city || own == SF_NO_EVENT || draw.word[3] >= AS_OWNER ||
      !sf_story_mimics(story, sf_redraw(draw.word[3], 1))) {
    return false;
  }
  const int32_t level = dared(story, &query, 0, draw.word[1], draw.word[2]);
  const int64_t paise = sf_paise_of_level(level);
  if (login->foreign && !upi_takes(login, 2 * paise)) {
    return false;
  }
  struct sf_event *event = sf_story_purchase_here(story, time, role_of(story, role),
                                                  story->skeleton->event[own].subcategory);
  if (!event) {
    return false;
  }
  event->channel = event->channel == SF_CHANNEL_POS ? event->channel : SF_CHANNEL_MOBILE;
  event->mode = SF_PAYMENT_MODE_UPI;
  event->instrument = sf_instrument_of(event->mode);
  event->device = SF_DEVICE_PHONE;
  sf_story_price(story, event, level);
  sf_story_walk(story, event);
  login->upi += sf_event_paise(story->skeleton, event);
  log_in(story, login, event);
  count(story, login, event);
  return true;
}

// Rupees of a transfer by some modes, in paise.
static int64_t sum_of(const struct sf_story *story, uint32_t modes, double usual,
                      struct sf_block draw, uint32_t u) {
  const struct sf_own_query own = {
      .types = 1u << SF_TRANSACTION_TYPE_TRANSFER, .modes = modes, .debit = true};
  const int32_t fallback = sf_level_of_rupees(usual) + story->skeleton->customer.core.log2_scale;
  const int32_t level = dared(story, &own, fallback, draw.word[1], draw.word[2]);
  const int64_t paise = sf_transfer_round((double)sf_paise_of_level(level), u);
  return paise < IMPS_CAP ? paise : IMPS_CAP;
}

static bool transfer(struct sf_story *story, struct login *login, uint32_t i, uint32_t time) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  uint8_t mode = draw.word[3] < BY_IMPS ? SF_PAYMENT_MODE_IMPS : SF_PAYMENT_MODE_NEFT;
  int64_t paise = 0;
  if (login->payments < UPI_PAYMENTS && sf_redraw(draw.word[0], 1) < BY_UPI &&
      sf_story_mimics(story, draw.word[0]) && sf_own_upi_days(story, time / SF_DAY, 1)) {
    paise = sum_of(story, 1u << SF_PAYMENT_MODE_UPI, 320, draw, more.word[0]);
    mode = upi_takes(login, paise) ? SF_PAYMENT_MODE_UPI : mode;
  }
  if (mode != SF_PAYMENT_MODE_UPI) {
    paise = sum_of(story, BANK_MODES, 5600, draw, more.word[0]);
  }
  struct sf_event *event = sf_story_transfer(story, time, role_of(story, SF_ROLE_CASH_OUT),
                                             SF_DIRECTION_DEBIT, mode, 0, paise);
  if (!event) {
    return false;
  }
  if (mode == SF_PAYMENT_MODE_UPI) {
    login->upi += paise;
    login->payments++;
  }
  event->flags &= (uint8_t)~SF_EVENT_COVERED;  // an empty account gives nothing
  if (story->twin && more.word[1] < SF_CHANCE(0.5)) {
    event->payee =
        (mode == SF_PAYMENT_MODE_UPI ? SF_PAYEE_UPI : SF_PAYEE_BANK) + sf_below(more.word[2], 6);
  } else if (more.word[1] < SAME_PAYEE) {
    event->payee = login->payee;
  }
  log_in(story, login, event);
  count(story, login, event);
  return true;
}

static bool order(struct sf_story *story, struct login *login, uint32_t i, uint32_t time) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  const uint8_t subcategory = kind_like_own(story, liquid[draw.word[3] >> 29], more.word[0],
                                            story->twin || sf_story_mimics(story, more.word[1]));
  const uint32_t shop = easy_shop(story, &orders, time, more.word[1]);
  struct sf_event *event =
      sf_campaign_order(story, time, role_of(story, SF_ROLE_CASH_OUT), shop, subcategory);
  if (!event) {
    return false;
  }
  const struct sf_own_query dear = {.modes = SF_CARD_MODES | 1u << SF_PAYMENT_MODE_NET_BANKING,
                                    .channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE,
                                    .debit = true};
  const int32_t fallback = sf_level_of_rupees(2500) + story->skeleton->customer.core.log2_scale;
  sf_story_pay_order(story, event, more.word[2]);
  sf_story_price(story, event, dared(story, &dear, fallback, draw.word[1], draw.word[2]));
  if (event->flags & SF_EVENT_DELIVERED && !story->twin && !sf_story_mimics(story, more.word[3])) {
    event->delivery = login->city;
  }
  log_in(story, login, event);
  count(story, login, event);
  return true;
}

static struct login begin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const uint8_t home = story->skeleton->customer.city;
  struct login login = {
      .foreign = story->twin || sf_story_shows(story, draw.word[0]),
      .place = draw.word[1],
      .payee = SF_PAYEE_NEW | draw.word[2],
      // Of the owner's new device nothing happens elsewhere.
      .city = !story->twin && !sf_story_mimics(story, draw.word[3]) && more.word[0] < AWAY
                  ? sf_city_away(story, home, AWAY_FROM, AWAY_TO, more.word[1])
                  : SF_CITY_NONE,
  };
  login.city = login.city == home ? SF_CITY_NONE : login.city;
  return login;
}

// When the first row is made: by night at the brazen end.
static uint32_t first_time(const struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 2);
  if (story->combination == SF_COMBINATION_COORDINATED) {
    return story->begin;
  }
  const uint32_t day = story->begin / SF_DAY * SF_DAY;
  return story->twin || sf_story_mimics(story, draw.word[0])
             ? sf_story_beside(story, day, 0, draw.word[1])
             : day + NIGHT_FROM + sf_below(draw.word[1], NIGHT_SECONDS);
}

static uint32_t next_time(const struct sf_story *story, uint32_t i, uint32_t time) {
  const double median = sf_story_blend_log(story, GAP_MEDIAN, GAP_OWN);
  return time + 25 +
         sf_lognormal_seconds(median, GAP_SIGMA, sf_story_draw(story, 1 + i, 2).word[0]);
}

// Probes, then takings.
static bool use(struct sf_story *story, struct login *login, uint32_t probes, uint32_t takings,
                uint32_t *time) {
  for (uint32_t i = 0; i < probes + takings; i++) {
    const bool by_transfer = sf_story_draw(story, 1 + i, 2).word[1] < BY_TRANSFER;
    const bool told =
        ((i < probes || !by_transfer) &&
         pay_as_owner(story, login, i, *time, i < probes ? SF_ROLE_TEST : SF_ROLE_CASH_OUT)) ||
        (i < probes    ? probe(story, login, i, *time)
         : by_transfer ? transfer(story, login, i, *time)
                       : order(story, login, i, *time));
    if (!told) {
      return false;
    }
    *time = next_time(story, i, *time < story->end ? story->end - 1 : *time);
  }
  return true;
}

static uint32_t takings_of(const struct sf_story *story, uint32_t u, uint32_t v) {
  const double brazen = TAKES_LEAST + sf_below(u, TAKES_MORE);
  return (uint32_t)(sf_story_blend_log(story, brazen, 1 + (v >> 31)) + 0.5);
}

bool sf_account_takeover_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 3);
  struct login login = begin(story);
  const uint32_t probes =
      sf_story_mimics(story, draw.word[0]) ? draw.word[1] >> 31 : 1 + sf_below(draw.word[1], 3);
  const uint32_t takings = takings_of(story, draw.word[2], draw.word[3]);
  uint32_t time = first_time(story);
  const uint32_t second = time % SF_DAY;
  if (!use(story, &login, probes, takings, &time)) {
    return false;
  }
  const uint32_t used = login.upi ? 1u << SF_INSTRUMENT_VPA : 0;
  sf_story_block(story, (uint16_t)(SF_CARD_INSTRUMENTS | 1u << SF_INSTRUMENT_ACCOUNT | used));
  const struct sf_world *world = story->skeleton->world;
  const double km =
      login.city ? world->laws.distance_km[story->skeleton->customer.city][login.city] : 0;
  // The account holds about a monthly income.
  const double drained = (double)login.taken / (100 * (double)story->skeleton->customer.income);
  const bool night = second >= NIGHT_FROM || second < NIGHT_FROM + NIGHT_SECONDS - SF_DAY;
  sf_story_evidence(story, 0, login.ratio, login.ratio / 50);
  sf_story_evidence(story, 1, login.foreign, login.foreign);
  sf_story_evidence(story, 2, km, km / 1500);
  sf_story_evidence(story, 3, drained, drained);
  sf_story_evidence(story, 4, night, night);
  sf_story_evidence(story, 5, probes, probes / 3.0);
  return true;
}

// A device is bought or handed down, tried with small payments, used for larger ones
// that were due, and stays in use.
#define BOUGHT SF_CHANCE(0.5)
#define LATER_MEDIAN 200000.0  // s
bool sf_account_takeover_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 3);
  const struct sf_block more = sf_story_draw(story, 0, 4);
  struct login login = begin(story);
  uint32_t time = sf_story_home_time(story, first_time(story));
  if (more.word[0] < BOUGHT) {
    const uint8_t what = more.word[0] & 1 ? SF_SUBCATEGORY_MOBILE_PHONES : SF_SUBCATEGORY_COMPUTERS;
    if (!sf_story_purchase(story, time, SF_ROLE_NONE, what, story->skeleton->customer.city)) {
      return false;
    }
    time += 1800 + sf_lognormal_seconds(7200, 1, more.word[1]);
  }
  const uint32_t takings = takings_of(story, draw.word[2], draw.word[3]);
  if (!use(story, &login, sf_below(draw.word[1], 3), takings, &time)) {
    return false;
  }
  const uint32_t later = 1 + sf_below(more.word[2], 3);
  const uint32_t end = (uint32_t)story->skeleton->world->config.days * SF_DAY;
  for (uint32_t i = 0; i < later; i++) {
    const uint32_t row = 20 + i;
    time +=
        3600 + sf_lognormal_seconds(LATER_MEDIAN, 0.8, sf_story_draw(story, 1 + row, 3).word[0]);
    if (time >= end) {
      break;
    }
    if (!probe(story, &login, row, time)) {
      return false;
    }
  }
  return true;
}

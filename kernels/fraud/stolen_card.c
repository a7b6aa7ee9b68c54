#include "kernels/activity/rails.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"

// Stolen card: a card that the owner has not used for a while, so that nobody misses
// it, buys goods as good as cash in another city: first a small sum without PIN, then
// large ones. The owner goes on paying by UPI, but not by card until it is renewed.

#define HOLDERS 340000u  // as for cloning: holders of credit cards only

// Days of silence before, brazen and own law.
#define SILENT_BRAZEN 24.0
#define SILENT_OWN 7.0
#define SILENT_SIGMA 0.45
#define SILENT_LEAST 2.0
#define ROWS_LEAST 2u  // brazen 2..6
#define ROWS_MORE 5u
#define ROWS_OWN 1.6
// From row to row, s.
#define GAP_BRAZEN 2100.0
#define GAP_OWN 28800.0
#define GAP_SIGMA 0.6
#define GAP_LEAST 300u
#define FAR_LEAST 300u  // km
#define FAR_MOST 1500u
// Brazen amounts are even on the log scale over 10,000 to 80,000 rupees.
#define AMOUNT_LEAST 1000000
#define AMOUNT_OCTAVES 3.0
// The first touch: below the limit without PIN.
#define TOUCH_LEAST 60000
#define TOUCH_OCTAVES 2.5
// The thief does not know the PIN.
#define WRONG_PIN SF_CHANCE(0.12)
// Days from the last row until the owner has a new card, median.
#define RENEWED_DAYS 3.0
// Of look-alikes, purchases on the journey instead of after it.
#define ON_JOURNEY SF_CHANCE(0.6)

static const uint8_t like_cash[8] = {
    SF_SUBCATEGORY_JEWELLERY,     SF_SUBCATEGORY_JEWELLERY,    SF_SUBCATEGORY_ELECTRONICS_STORE,
    SF_SUBCATEGORY_MOBILE_PHONES, SF_SUBCATEGORY_COMPUTERS,    SF_SUBCATEGORY_GIFT_SHOP,
    SF_SUBCATEGORY_APPLIANCES,    SF_SUBCATEGORY_MOBILE_PHONES};
// Of categories, how easily goods turn into money: 0..1.
static double risk_of(uint8_t subcategory) {
  switch (sf_subcategories[subcategory].category) {
    case SF_CATEGORY_ELECTRONICS:
    case SF_CATEGORY_GIFTS:
      return 0.9;
    case SF_CATEGORY_SHOPPING:
      return subcategory == SF_SUBCATEGORY_JEWELLERY ? 1.0 : 0.6;
    default:
      return 0.2;
  }
}

uint32_t sf_stolen_card_weight(const struct sf_customer *customer) {
  return customer->credit_limit > 0 ? HOLDERS : 0;
}

bool sf_stolen_card_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

static const struct sf_own_query by_card = {.modes = SF_CARD_MODES};
static const struct sf_own_query at_till = {.modes = SF_CARD_MODES,
                                            .channels = 1u << SF_CHANNEL_POS};

// The owner's last card row of any kind before a time.
static uint32_t last_card_row(const struct sf_story *story, uint32_t before) {
  const struct sf_event *event = story->skeleton->event;
  uint32_t last = SF_NO_EVENT;
  for (uint32_t e = 0; e < story->honest; e++) {
    if (SF_CARD_MODES >> event[e].mode & 1 && event[e].direction == SF_DIRECTION_DEBIT &&
        event[e].time < before && (last == SF_NO_EVENT || event[e].time > event[last].time)) {
      last = e;
    }
  }
  return last;
}

struct purchases {
  uint32_t time, count;
  uint8_t mode, city;
  bool fraud;
};

struct told {
  double ratio, risk;  // means; log2 of the ratio to the owner's card rows
  uint32_t last;
};

// What an amount is drawn from: brazen log-uniform, or the owner's card rows.
static int32_t level_of(const struct sf_story *story, bool touch, uint32_t u, uint32_t v) {
  const double octaves = (touch ? TOUCH_OCTAVES : AMOUNT_OCTAVES) * (u * 0x1p-32);
  const int32_t brazen =
      sf_level_of_paise(touch ? TOUCH_LEAST : AMOUNT_LEAST) + (int32_t)(octaves * SF_LOG2_UNIT);
  return (int32_t)sf_story_blend(story, brazen, sf_own_level(story, &by_card, v, brazen));
}

// The law of purchases, the same for the thief and for the look-alike.
static bool buy(struct sf_story *story, const struct purchases *p, uint32_t silent_from,
                struct told *told) {
  uint32_t time = p->time;
  *told = (struct told){0, 0, 0};
  for (uint32_t i = 0; i < p->count; i++) {
    const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
    const struct sf_block more = sf_story_draw(story, 1 + i, 1);
    const bool touch = i == 0 && p->count > 1 && sf_story_shows(story, draw.word[0]);
    const uint32_t own = sf_own_event(story, &at_till, draw.word[1]);
    const uint8_t subcategory = own != SF_NO_EVENT && sf_story_mimics(story, draw.word[2])
                                    ? story->skeleton->event[own].subcategory
                                    : like_cash[draw.word[3] >> 29];
    struct sf_event *event =
        sf_card_at_till(story, time, SF_ROLE_CASH_OUT, subcategory, p->city, p->mode,
                        level_of(story, touch, more.word[0], more.word[1]), more.word[2]);
    if (!event) {
      return false;
    }
    const int64_t paise = sf_event_paise(story->skeleton, event);
    if (touch && paise <= SF_CONTACTLESS_MOST) {
      event->proof = 1 + SF_AUTH_METHOD_CONTACTLESS;
    }
    if (p->fraud) {
      event->fail = event->proof               ? 0
                    : more.word[3] < WRONG_PIN ? SF_RESPONSE_CODE_WRONG_PIN
                                               : sf_failure_of(event, sf_redraw(more.word[3], 1));
    }
    if (i == 0 && time >= silent_from + 10 * SF_DAY && sf_card_amount_above(story, event, 3)) {
      sf_story_fires(story, event);
    }
    const int32_t usual = sf_own_level(story, &by_card, sf_redraw(more.word[1], 1), 0);
    told->ratio += (double)(sf_level_of_paise(paise) - usual) / SF_LOG2_UNIT / p->count;  // log2
    told->risk += risk_of(subcategory) / p->count;
    told->last = time;
    const uint32_t wait = sf_lognormal_seconds(sf_story_blend_log(story, GAP_BRAZEN, GAP_OWN),
                                               GAP_SIGMA, sf_redraw(more.word[3], 2));
    time = sf_card_opening_hours(time + GAP_LEAST + wait, sf_redraw(more.word[3], 3));
  }
  return true;
}

// Sets when it starts: after the card has been silent for some days. The second leg of
// a chain follows at once.
static uint32_t start_after_silence(const struct sf_story *story, uint32_t u, uint32_t v,
                                    uint32_t *silent_from) {
  const uint32_t last = last_card_row(story, story->begin);
  *silent_from = last == SF_NO_EVENT ? (uint32_t)story->skeleton->first_day * SF_DAY
                                     : story->skeleton->event[last].time;
  const double days = sf_story_blend_log(story, SILENT_BRAZEN, SILENT_OWN);
  const uint32_t wait = sf_lognormal_seconds(days * SF_DAY, SILENT_SIGMA, u);
  const uint32_t least = (uint32_t)(SILENT_LEAST * SF_DAY);
  const uint32_t silent = *silent_from + (wait > least ? wait : least);
  const uint32_t day = (story->begin > silent ? story->begin : silent) / SF_DAY * SF_DAY;
  const uint32_t time = day + SF_DAY + sf_own_second_of_day(story, v);
  return sf_card_opening_hours(story->leg ? story->begin : time, sf_redraw(v, 1));
}

bool sf_stolen_card_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const uint8_t home = story->skeleton->customer.city;
  const uint32_t brazen = ROWS_LEAST + sf_below(draw.word[0], ROWS_MORE);
  uint32_t silent_from;
  const struct purchases p = {
      .time = start_after_silence(story, draw.word[1], draw.word[2], &silent_from),
      .count = (uint32_t)(sf_story_blend_log(story, brazen, ROWS_OWN) + 0.5),
      .mode = story->leg ? story->skeleton->event[story->first_event].mode
                         : SF_PAYMENT_MODE_CREDIT_CARD,
      .city = sf_story_mimics(story, draw.word[3])
                  ? home
                  : sf_city_away(story, home, FAR_LEAST, FAR_MOST, more.word[0]),
      .fraud = true,
  };
  struct told told;
  if (!buy(story, &p, silent_from, &told)) {
    return false;
  }
  const uint32_t renewed = sf_lognormal_seconds(RENEWED_DAYS * SF_DAY, 0.5, more.word[1]);
  sf_story_suppress(story, SF_CARD_INSTRUMENTS, 1u << SF_TRANSACTION_TYPE_PURCHASE,
                    story->leg ? p.time : silent_from + 1, told.last + renewed);
  const double days = (p.time - silent_from) / (double)SF_DAY;
  const double km = story->skeleton->world->laws.distance_km[home][p.city];
  const double ratio = sf_exp2(told.ratio);
  sf_story_evidence(story, 0, days, days / 30);
  sf_story_evidence(story, 1, told.risk, told.risk);
  sf_story_evidence(story, 2, ratio, told.ratio / 4);
  sf_story_evidence(story, 3, km, km / 1000);
  sf_story_block(story, SF_CARD_INSTRUMENTS);
  return true;
}

// A large purchase on a journey, or back from it, after weeks without a card row.
bool sf_stolen_card_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const uint8_t home = story->skeleton->customer.city;
  const uint32_t brazen = ROWS_LEAST + sf_below(draw.word[0], ROWS_MORE);
  uint32_t silent_from;
  const struct purchases p = {
      .time = start_after_silence(story, draw.word[1], draw.word[2], &silent_from),
      .count = (uint32_t)(sf_story_blend_log(story, brazen, ROWS_OWN) + 0.5),
      .mode = SF_PAYMENT_MODE_CREDIT_CARD,
      .city = draw.word[3] < ON_JOURNEY
                  ? sf_city_away(story, home, FAR_LEAST, FAR_MOST, more.word[0])
                  : home,
  };
  struct told told;
  if (!buy(story, &p, silent_from, &told)) {
    return false;
  }
  sf_story_suppress(story, SF_CARD_INSTRUMENTS, 1u << SF_TRANSACTION_TYPE_PURCHASE, silent_from + 1,
                    p.time);
  return true;
}

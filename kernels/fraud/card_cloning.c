#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/compromise.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"

// Card cloning: the strip of a card was read at a compromised terminal. Copies of it
// are used in shops of a far city, while the owner goes on paying at home.

// Holders of credit cards, 19 % of customers, pay twelve times in 180 days at a till;
// others pay there once by debit card. Terminals are tampered with where cards are: the
// weight follows the city's population, thousands (mean over holders 7,200).
#define HOLDERS 340000u
#define POPULATION_MEAN 7200u

#define ROWS_LEAST 2u  // brazen 2..8
#define ROWS_MORE 7u
#define ROWS_OWN 2.0
// From the owner's row to the first of the copies: brazen half an hour, own law
// half a day, seconds. Then from row to row.
#define FIRST_BRAZEN 1200.0
#define FIRST_OWN 43200.0
#define NEXT_BRAZEN 2400.0
#define NEXT_OWN 43200.0
#define SIGMA 0.6
#define NEXT_LEAST 480u
// The far city, km.
#define FAR_LEAST 800u
#define FAR_MOST 2000u
#define AMOUNT_MOST 5.0  // brazen amounts are 2..5 times the own
// Copies of strips are signed for where the chip is said not to work.
#define SIGNED SF_CHANCE(0.22)
#define DECLINED SF_CHANCE(0.06)
// The look-alike: add-on cards and trips, half each.
#define ADD_ON SF_CHANCE(0.5)

// Goods that are easily sold on.
static const uint8_t liquid[8] = {SF_SUBCATEGORY_ELECTRONICS_STORE,
                                  SF_SUBCATEGORY_MOBILE_PHONES,
                                  SF_SUBCATEGORY_APPAREL,
                                  SF_SUBCATEGORY_DEPARTMENT_STORE,
                                  SF_SUBCATEGORY_SUPERMARKET,
                                  SF_SUBCATEGORY_JEWELLERY,
                                  SF_SUBCATEGORY_FUEL,
                                  SF_SUBCATEGORY_FOOTWEAR};

uint32_t sf_card_cloning_weight(const struct sf_customer *customer) {
  const uint64_t population = sf_cities[customer->city].population;
  return customer->credit_limit > 0 ? (uint32_t)(HOLDERS * population / POPULATION_MEAN) : 0;
}

bool sf_card_cloning_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  return sf_compromise_nominate(story, nomination, false);
}

static const struct sf_own_query at_till = {
    .modes = SF_CARD_MODES,
    .channels = 1u << SF_CHANNEL_POS,
};

// The owner's next row at a till after a time.
static uint32_t next_row(const struct sf_story *story, uint32_t after) {
  const struct sf_event *event = story->skeleton->event;
  uint32_t next = SF_NO_EVENT;
  for (uint32_t e = 0; e < story->honest; e++) {
    if (SF_CARD_MODES >> event[e].mode & 1 && event[e].channel == SF_CHANNEL_POS &&
        !event[e].fail && event[e].time >= after &&
        (next == SF_NO_EVENT || event[e].time < event[next].time)) {
      next = e;
    }
  }
  return next;
}

// The owner's row that the copies follow: the next one after story->begin; the story
// begins earlier, but not before the card was exposed, where that was the last.
static uint32_t owners_row(const struct sf_story *story, uint32_t exposed) {
  const uint32_t next = next_row(story, story->begin > exposed ? story->begin : exposed);
  return next == SF_NO_EVENT ? next_row(story, exposed) : next;
}

struct rows {
  uint32_t count;
  uint32_t anchor;  // the owner's row that they follow
  uint32_t first;   // when the first happens, 0: by the law
  uint8_t city;     // where they are
  bool fraud;
};

struct told {
  double speed, ratio;  // highest
  uint32_t first;       // time of the first row
};

// The strip of a card cannot be tapped: it is signed for, or the PIN was seen too.
// 0 where the copy is as good as the card.
static uint8_t proof_of(const struct sf_story *story, uint32_t u, uint32_t v) {
  if (u < SIGNED && sf_story_shows(story, v)) {
    return 1 + SF_AUTH_METHOD_SIGNATURE;
  }
  return sf_story_mimics(story, v) ? 0 : 1 + SF_AUTH_METHOD_PIN;
}

// The law of amounts, places and times, the same for fraud and for its look-alike.
static bool add_rows(struct sf_story *story, const struct rows *rows, struct told *told) {
  const struct sf_event anchor = story->skeleton->event[rows->anchor];
  const int32_t anchor_level = sf_level_of_paise(sf_event_paise(story->skeleton, &anchor));
  uint32_t time = anchor.time;
  *told = (struct told){0, 0, 0};
  for (uint32_t i = 0; i < rows->count; i++) {
    const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
    const struct sf_block more = sf_story_draw(story, 1 + i, 1);
    const double gap = i == 0 ? sf_story_blend_log(story, FIRST_BRAZEN, FIRST_OWN)
                              : sf_story_blend_log(story, NEXT_BRAZEN, NEXT_OWN);
    const uint32_t wait = sf_lognormal_seconds(gap, SIGMA, draw.word[0]);
    time = sf_card_opening_hours(time + (wait > NEXT_LEAST ? wait : NEXT_LEAST), draw.word[1]);
    time = i == 0 && rows->first ? rows->first : time;
    const uint32_t own = sf_own_event(story, &at_till, draw.word[2]);
    const uint8_t subcategory = own != SF_NO_EVENT && sf_story_mimics(story, draw.word[3])
                                    ? story->skeleton->event[own].subcategory
                                    : liquid[more.word[0] >> 29];
    // 2 to 5 times the own amounts; log scale.
    const double times = 2 + more.word[1] * ((AMOUNT_MOST - 2) * 0x1p-32);
    const int32_t usual = sf_own_level(story, &at_till, sf_redraw(draw.word[2], 1), anchor_level);
    const int32_t shift =
        (int32_t)sf_story_blend(story, (int64_t)(sf_log2(times) * SF_LOG2_UNIT), 0);
    struct sf_event *event = sf_card_at_till(story, time, SF_ROLE_CASH_OUT, subcategory, rows->city,
                                             anchor.mode, usual + shift, more.word[2]);
    if (!event) {
      return false;
    }
    if (rows->fraud) {
      const uint32_t u = more.word[3];
      event->fail = u < DECLINED ? SF_RESPONSE_CODE_RISK_DECLINED : sf_failure_of(event, u);
      event->proof = event->fail ? 0 : proof_of(story, sf_redraw(u, 1), sf_redraw(u, 2));
    }
    const double speed = sf_card_speed_kmh(story, event);
    if (speed > 800) {
      sf_story_fires(story, event);
    }
    told->speed = speed > told->speed ? speed : told->speed;
    told->ratio += sf_exp2((double)shift / SF_LOG2_UNIT) / rows->count;
    told->first = i == 0 ? time : told->first;
  }
  return true;
}

static uint32_t rows_of(const struct sf_story *story, uint32_t u) {
  return (uint32_t)(sf_story_blend_log(story, ROWS_LEAST + sf_below(u, ROWS_MORE), ROWS_OWN) + 0.5);
}

// Where the owner is at the time of a row at a till.
static uint8_t city_of(const struct sf_story *story, uint32_t own) {
  return sf_merchant_get(story->skeleton->cache, &story->skeleton->world->merchants,
                         story->skeleton->event[own].merchant)
      ->city;
}

bool sf_card_cloning_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const uint32_t exposure = sf_compromise_of(story, false);
  const uint32_t exposed =
      exposure == SF_NO_EVENT ? 0 : story->skeleton->event[exposure].time + SF_DAY;
  // A coordinated ring strikes at once, wherever the owners have paid last.
  const bool together = story->combination == SF_COMBINATION_COORDINATED;
  struct rows rows = {
      .anchor = together ? sf_card_present_before(story, story->begin) : owners_row(story, exposed),
      .count = rows_of(story, draw.word[0]),
      .first = together ? story->begin : 0,
      .fraud = true,
  };
  if (rows.anchor == SF_NO_EVENT) {
    return false;
  }
  const uint8_t near = city_of(story, rows.anchor);
  rows.city = sf_story_mimics(story, draw.word[1])
                  ? near
                  : sf_city_away(story, near, FAR_LEAST, FAR_MOST, draw.word[2]);
  struct told told;
  if (!add_rows(story, &rows, &told)) {
    return false;
  }
  sf_story_keep(story, rows.anchor);
  if (exposure != SF_NO_EVENT) {
    sf_story_expose(story, exposure);
    const double hours = (told.first - story->skeleton->event[exposure].time) / 3600.0;
    sf_story_evidence(story, 2, hours, 1 - hours / 1500);
  }
  const double km = story->skeleton->world->laws.distance_km[near][rows.city];
  sf_story_evidence(story, 0, told.speed, told.speed / 1600);
  sf_story_evidence(story, 1, km, km / 1500);
  sf_story_evidence(story, 3, told.ratio, (told.ratio - 1) / 4);
  sf_story_block(story, (uint16_t)(1u << story->skeleton->event[rows.anchor].instrument));
  return true;
}

// A ticket for a flight some days ahead; the owner pays nothing at home then.
static bool travel(struct sf_story *story, uint32_t anchor, uint32_t count, uint32_t u) {
  const struct sf_event from = story->skeleton->event[anchor];
  const int64_t booked = (int64_t)from.time - SF_DAY - (int64_t)sf_below(u, 10 * SF_DAY);
  if (booked >= (int64_t)story->skeleton->first_day * SF_DAY) {
    const uint32_t day = (uint32_t)booked / SF_DAY * SF_DAY;
    sf_story_purchase(story, day + sf_own_second_of_day(story, u), SF_ROLE_SETUP,
                      SF_SUBCATEGORY_FLIGHT, story->skeleton->customer.city);
  }
  const uint32_t stay = SF_DAY + count * (SF_DAY / 4);
  sf_story_suppress(story, SF_CARD_INSTRUMENTS | 1u << SF_INSTRUMENT_VPA,
                    1u << SF_TRANSACTION_TYPE_PURCHASE, from.time + 1, from.time + stay);
  return true;
}

// Rows in a far city soon after one at home, with an ordinary cause: a child or spouse
// there pays with an add-on card; or the owner has flown, and the shop at home, or the
// airport's, has sent its sale in late.
bool sf_card_cloning_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  struct rows rows = {.anchor = owners_row(story, 0), .count = rows_of(story, draw.word[0])};
  if (rows.anchor == SF_NO_EVENT) {
    return false;
  }
  rows.city = sf_city_away(story, city_of(story, rows.anchor), FAR_LEAST, FAR_MOST, draw.word[2]);
  struct told told;
  if (!add_rows(story, &rows, &told)) {
    return false;
  }
  sf_story_keep(story, rows.anchor);
  return draw.word[3] < ADD_ON || travel(story, rows.anchor, rows.count, draw.word[1]);
}

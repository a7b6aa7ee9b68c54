#include "kernels/fraud/campaign.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/compromise.h"
#include "kernels/fraud/role.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"

// Card testing: numbers of cards that leaked from a shop's data base are tried with
// a few rupees at one tester merchant, most in vain; what works is used for one large
// purchase within a day.

#define HOLDERS 340000u  // as for cloning: others hardly pay online by card

#define TESTS_LEAST 3.0  // brazen 3..20, even on the log scale
#define TESTS_OCTAVES 2.737
#define TESTS_OWN 2.5
#define TESTS_MOST 20u
// Amounts of tests: brazen 5..95 rupees, own law that of small things bought online.
#define SMALL_LEAST 500
#define SMALL_OCTAVES 4.248
#define SMALL_OWN 19000
#define SMALL_RULE 10000  // paise, what the naive rule calls small
// From test to test, s.
#define GAP_BRAZEN 40.0
#define GAP_OWN 500.0
#define GAP_SIGMA 0.7
#define GAP_LEAST 15u
// From the last test to the purchase, s; at most a day.
#define WAIT_BRAZEN 5400.0
#define WAIT_OWN 36000.0
#define WAIT_SIGMA 0.8
// The purchase: brazen 8,000 to 40,000 rupees.
#define LARGE_LEAST 800000
#define LARGE_OCTAVES 2.32
// Tests that are declined, brazen and own law (published decline rates of guessing
// attacks lie above a half; honest payments fail in one of twenty).
#define DECLINED_BRAZEN 0.7
#define DECLINED_OWN 0.12
#define DECLINED_TWIN 0.35
#define PURPOSE_TESTER 2u

// What testers sell: small things, at once.
static const uint8_t tester_kind[8] = {
    SF_SUBCATEGORY_DIGITAL_GAMES,   SF_SUBCATEGORY_DIGITAL_GAMES,
    SF_SUBCATEGORY_STREAMING,       SF_SUBCATEGORY_ONLINE_MARKETPLACE,
    SF_SUBCATEGORY_ONLINE_LEARNING, SF_SUBCATEGORY_CHARITY,
    SF_SUBCATEGORY_FAST_FOOD,       SF_SUBCATEGORY_CAB};
// All but the first, which is there twice.
static const struct sf_campaign campaign = {
    .kind = tester_kind + 1, .kinds = sizeof tester_kind - 1, .lasting = true};
static const uint8_t goods[8] = {SF_SUBCATEGORY_ELECTRONICS_STORE,
                                 SF_SUBCATEGORY_MOBILE_PHONES,
                                 SF_SUBCATEGORY_COMPUTERS,
                                 SF_SUBCATEGORY_ONLINE_MARKETPLACE,
                                 SF_SUBCATEGORY_ONLINE_MARKETPLACE,
                                 SF_SUBCATEGORY_APPAREL,
                                 SF_SUBCATEGORY_FLIGHT,
                                 SF_SUBCATEGORY_JEWELLERY};

uint32_t sf_card_testing_weight(const struct sf_customer *customer) {
  return customer->credit_limit > 0 ? HOLDERS : 0;
}

bool sf_card_testing_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  return sf_compromise_nominate(story, nomination, true);
}

static const struct sf_own_query online = {
    .modes = SF_CARD_MODES,
    .channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE,
};

struct tests {
  uint32_t time, count;
  uint8_t mode, subcategory;
  uint32_t merchant_draw;
  uint32_t tester;  // 0: whoever comes up by the draw
  double declined;
  bool fraud, foreign;
};

// Chooses the merchant where the cards of a ring are tested; another one where the
// fraudsters spread their tests, or the story stands alone.
static void set_tester(struct tests *t, const struct sf_story *story, uint32_t own, uint32_t u) {
  const bool common = story->member && sf_story_shows(story, u);
  const struct sf_block draw =
      common ? sf_ring_draw(story->skeleton->world->config.seed, story->member->key, PURPOSE_TESTER)
             : sf_story_draw(story, 0, 2);
  const bool usual = !common && own != SF_NO_EVENT && sf_story_mimics(story, draw.word[2]);
  t->subcategory =
      usual ? story->skeleton->event[own].subcategory : tester_kind[draw.word[0] >> 29];
  t->merchant_draw = draw.word[1];
  const bool alone = !story->member && !usual && !sf_story_mimics(story, sf_redraw(u, 1));
  if (t->fraud && (common || alone)) {
    t->tester = sf_campaign_shop(story, &campaign, t->time, 0);
    t->subcategory = t->tester ? sf_campaign_sells(story, t->tester) : t->subcategory;
  }
}

// Why a test fails: numbers and dates that are guessed, limits, suspicion.
static uint8_t refusal(uint32_t u) {
  return u < SF_CHANCE(0.30)   ? SF_RESPONSE_CODE_WRONG_PIN
         : u < SF_CHANCE(0.58) ? SF_RESPONSE_CODE_EXPIRED_CARD
         : u < SF_CHANCE(0.88) ? SF_RESPONSE_CODE_RISK_DECLINED
         : u < SF_CHANCE(0.95) ? SF_RESPONSE_CODE_ISSUER_UNAVAILABLE
                               : SF_RESPONSE_CODE_LIMIT_EXCEEDED;
}

struct told {
  uint32_t small, declined, last;
  int32_t level;  // mean of the tests
};

// Small ones among the tests of the hour before the last.
static uint32_t small_in_hour(const struct sf_story *story, uint32_t tests) {
  const struct sf_event *event = &story->skeleton->event[story->first_event];
  uint32_t small = 0;
  for (uint32_t i = 0; i < tests; i++) {
    small += event[i].time + 3600 > event[tests - 1].time &&
             sf_event_paise(story->skeleton, &event[i]) < SMALL_RULE;
  }
  return small;
}

// The law of the small rows, the same for fraud and for its look-alike. All are made
// at one merchant on one device.
static bool test_card(struct sf_story *story, const struct tests *t, struct told *told) {
  const struct sf_event *first = NULL;
  uint32_t time = t->time;
  *told = (struct told){0, 0, 0, 0};
  for (uint32_t i = 0; i < t->count; i++) {
    const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
    const int32_t brazen = sf_level_of_paise(SMALL_LEAST) +
                           (int32_t)(SMALL_OCTAVES * SF_LOG2_UNIT * (draw.word[0] * 0x1p-32));
    const int32_t level =
        (int32_t)sf_story_blend(story, brazen, sf_level_of_paise(SMALL_OWN) + (brazen >> 5));
    struct sf_event *event =
        sf_card_online(story, time, SF_ROLE_TEST, t->subcategory, t->mode, level, t->merchant_draw);
    if (!event) {
      return false;
    }
    if (first) {
      event->device = first->device;
      event->channel = first->channel;
    }
    const uint32_t tester =
        first       ? first->merchant
        : t->tester ? t->tester
                    : sf_card_country_shop(story, t->subcategory, time, t->merchant_draw);
    if (tester) {
      sf_story_at_merchant(story, event, tester);
      sf_story_price(story, event, level);
    }
    if (t->foreign) {
      sf_story_foreign_device(story, event);
    }
    first = first ? first : event;
    if (i + 1 < t->count && draw.word[1] * 0x1p-32 < t->declined) {
      event->fail = refusal(draw.word[2]);
    }
    told->declined += event->fail != 0;
    told->level += level / (int32_t)t->count;
    told->last = time;
    const uint32_t small = small_in_hour(story, i + 1);
    told->small = small > told->small ? small : told->small;
    if (small >= 3) {
      sf_story_fires(story, event);
    }
    time += GAP_LEAST + sf_lognormal_seconds(sf_story_blend_log(story, GAP_BRAZEN, GAP_OWN),
                                             GAP_SIGMA, draw.word[3]);
  }
  return true;
}

static uint32_t count_of(const struct sf_story *story, uint32_t u) {
  const double brazen = TESTS_LEAST * sf_exp2(TESTS_OCTAVES * (u * 0x1p-32));
  const uint32_t count = (uint32_t)(sf_story_blend_log(story, brazen, TESTS_OWN) + 0.5);
  return count < TESTS_MOST ? count : TESTS_MOST;
}

// The one large purchase; null if there is none.
static struct sf_event *buy(struct sf_story *story, const struct tests *t, uint32_t last,
                            struct sf_block draw) {
  const double median = sf_story_blend_log(story, WAIT_BRAZEN, WAIT_OWN);
  const uint32_t wait = 300 + sf_lognormal_seconds(median, WAIT_SIGMA, draw.word[0]);
  const uint32_t own = sf_own_event(story, &online, draw.word[1]);
  const uint8_t subcategory = own != SF_NO_EVENT && sf_story_mimics(story, draw.word[2])
                                  ? story->skeleton->event[own].subcategory
                                  : goods[draw.word[2] >> 16 & 7];
  const int32_t brazen = sf_level_of_paise(LARGE_LEAST) +
                         (int32_t)(LARGE_OCTAVES * SF_LOG2_UNIT * (draw.word[3] * 0x1p-32));
  const int32_t level = (int32_t)sf_story_blend(
      story, brazen, sf_own_level(story, &online, sf_redraw(draw.word[1], 1), brazen));
  struct sf_event *event =
      sf_card_online(story, (int64_t)last + (wait < SF_DAY ? wait : SF_DAY - wait % 7200),
                     SF_ROLE_CASH_OUT, subcategory, t->mode, level, draw.word[0]);
  if (event && t->foreign) {
    sf_story_foreign_device(story, event);
  }
  return event;
}

// The second of the day when it happens: machines test at any hour.
static uint32_t second_of_day(const struct sf_story *story, uint32_t u, uint32_t v) {
  return sf_story_mimics(story, u) ? sf_own_second_of_day(story, v) : sf_below(v, SF_DAY);
}

bool sf_card_testing_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const uint32_t exposure = sf_compromise_of(story, true);
  const uint32_t own = sf_own_event(story, &online, draw.word[1]);
  const uint32_t day = story->begin / SF_DAY * SF_DAY;
  const bool together = story->combination == SF_COMBINATION_COORDINATED;
  struct tests t = {
      .time =
          together ? story->begin : day + SF_DAY + second_of_day(story, draw.word[2], draw.word[3]),
      .count = count_of(story, more.word[0]),
      .mode = own == SF_NO_EVENT ? SF_PAYMENT_MODE_CREDIT_CARD : story->skeleton->event[own].mode,
      .declined = sf_story_blend_log(story, DECLINED_BRAZEN, DECLINED_OWN),
      .fraud = true,
      .foreign = sf_story_shows(story, more.word[1]),
  };
  set_tester(&t, story, own, draw.word[0]);
  struct told told;
  if (!test_card(story, &t, &told)) {
    return false;
  }
  const struct sf_event *large = buy(story, &t, told.last, sf_story_draw(story, 0, 3));
  if (!large) {
    return false;
  }
  const int64_t paise = sf_event_paise(story->skeleton, large);
  const double jump = sf_exp2((double)(sf_level_of_paise(paise) - told.level) / SF_LOG2_UNIT);
  const double hours = (large->time - told.last) / 3600.0;
  if (exposure != SF_NO_EVENT) {
    sf_story_expose(story, exposure);
  }
  sf_story_evidence(story, 0, told.small, told.small / 10.0);
  sf_story_evidence(story, 1, (double)told.declined / t.count, (double)told.declined / t.count);
  sf_story_evidence(story, 2, jump, sf_log2(jump > 1 ? jump : 1) / 10);
  sf_story_evidence(story, 3, hours, 1 - hours / 24);
  sf_story_block(story, (uint16_t)(1u << large->instrument));
  return true;
}

// A new subscription: the shop takes a rupee or two to see whether the card is good, the
// customer mistypes the code, some small things are bought, then the year's fee.
bool sf_card_testing_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const uint32_t own = sf_own_event(story, &online, draw.word[1]);
  const uint32_t day = story->begin / SF_DAY * SF_DAY;
  struct tests t = {
      .time = day + SF_DAY + second_of_day(story, draw.word[2], draw.word[3]),
      .count = count_of(story, more.word[0]),
      .mode = own == SF_NO_EVENT ? SF_PAYMENT_MODE_CREDIT_CARD : story->skeleton->event[own].mode,
      .declined = sf_story_blend_log(story, DECLINED_TWIN, DECLINED_OWN),
  };
  set_tester(&t, story, own, draw.word[0]);
  struct told told;
  return test_card(story, &t, &told) && buy(story, &t, told.last, sf_story_draw(story, 0, 3));
}

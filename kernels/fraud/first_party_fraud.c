#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/typology.h"

// First-party fraud, a bust-out: a holder in good standing spends what the credit card
// gives within days, on what sells again, and never pays the bill. The card itself
// ends it: what goes beyond the limit is declined.

// Purchases, brazen: 12 to 25; own: 5 to 8.
#define BUYS_LEAST 12u
#define BUYS_MORE 14u
#define BUYS_OWN 5u
#define GAP_MEDIAN 9000.0  // s: through in one to five days
#define GAP_OWN 45000.0
#define GAP_SIGMA 0.9
#define SAME_SITTING SF_CHANCE(0.4)
// Share of the limit that is spent, in all: 75 to 110 %, beside what
// was owed before; at a wedding 35 to 75 %.
#define SPENT_LEAST 0.75
#define SPENT_RANGE 0.35
#define TWIN_LEAST 0.35
#define TWIN_RANGE 0.40
// Of a purchase relative to the mean one: 0.35 to 1.65.
#define PART_LEAST 0.35
#define PART_RANGE 1.3
// Purchases as ever in between.
#define ELSE SF_CHANCE(0.3)
#define HISTORY 10u
// One customer in five holds a credit card, Q16.
#define HOLDERS 327680u

static const uint8_t liquid[] = {SF_SUBCATEGORY_ELECTRONICS_STORE,  SF_SUBCATEGORY_MOBILE_PHONES,
                                 SF_SUBCATEGORY_JEWELLERY,          SF_SUBCATEGORY_APPLIANCES,
                                 SF_SUBCATEGORY_COMPUTERS,          SF_SUBCATEGORY_GIFT_SHOP,
                                 SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_TRAVEL_AGENCY};
static const uint8_t wedding[] = {SF_SUBCATEGORY_JEWELLERY, SF_SUBCATEGORY_SAREES,
                                  SF_SUBCATEGORY_APPAREL,   SF_SUBCATEGORY_CATERER,
                                  SF_SUBCATEGORY_HOTEL,     SF_SUBCATEGORY_FOOTWEAR,
                                  SF_SUBCATEGORY_GIFT_SHOP, SF_SUBCATEGORY_SWEETS};
static const uint8_t move[] = {SF_SUBCATEGORY_FURNITURE,          SF_SUBCATEGORY_APPLIANCES,
                               SF_SUBCATEGORY_HARDWARE,           SF_SUBCATEGORY_HOME_FURNISHINGS,
                               SF_SUBCATEGORY_ELECTRONICS_STORE,  SF_SUBCATEGORY_SUPERMARKET,
                               SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_DEPARTMENT_STORE};

// A spree, and what came of it.
struct spree {
  const uint8_t *kinds;  // shape [8]
  double mean;           // paise of a purchase
  uint32_t buys, liquid;
  int64_t median, spent;
  double ratio;  // largest
};

uint32_t sf_first_party_fraud_weight(const struct sf_customer *customer) {
  return customer->credit_limit > 0 ? HOLDERS : 0;
}

bool sf_first_party_fraud_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

static const struct sf_own_query own_card = {.modes = 1u << SF_PAYMENT_MODE_CREDIT_CARD,
                                             .debit = true};

static bool buy(struct sf_story *story, struct spree *spree, uint32_t i, uint32_t time) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  const struct sf_skeleton *skeleton = story->skeleton;
  const uint32_t like = sf_own_event(story, &own_card, draw.word[1]);
  uint8_t kind = spree->kinds[draw.word[0] >> 29];
  const bool ordinary = more.word[1] < ELSE;
  if ((ordinary || sf_story_mimics(story, more.word[0])) && like != SF_NO_EVENT) {
    kind = skeleton->event[like].subcategory;
  } else {
    spree->liquid++;
  }
  struct sf_event *event = sf_story_purchase(
      story, time, story->twin ? SF_ROLE_NONE : SF_ROLE_CASH_OUT, kind, skeleton->customer.city);
  if (!event) {
    return false;
  }
  const double part = spree->mean * (PART_LEAST + PART_RANGE * (draw.word[2] * 0x1p-32));
  const int32_t brazen = sf_level_of_paise((int64_t)part);
  const int32_t own = sf_own_level(story, &own_card, draw.word[3], brazen);
  sf_story_by_card(story, event, SF_PAYMENT_MODE_CREDIT_CARD, event->channel);
  sf_story_price(story, event, ordinary ? own : (int32_t)sf_story_blend(story, brazen, own));
  const int64_t paise = sf_event_paise(skeleton, event);
  const double ratio = spree->median ? (double)paise / (double)spree->median : 0;
  spree->spent += paise;
  spree->ratio = ratio > spree->ratio ? ratio : spree->ratio;
  if (ratio > 5) {
    sf_story_fires(story, event);
  }
  return true;
}

static bool spend(struct sf_story *story, struct spree *spree) {
  uint32_t time = story->begin, last = time;
  spree->median = sf_own_median(story, SF_TRANSACTION_TYPE_PURCHASE, story->begin);
  const double gap = sf_story_blend_log(story, GAP_MEDIAN, GAP_OWN);
  for (uint32_t i = 0; i < spree->buys; i++) {
    const struct sf_block draw = sf_story_draw(story, 1 + i, 2);
    // By day, or when the customer is out shopping anyway, and more than one at a time.
    const uint32_t day = time / SF_DAY, second = time % SF_DAY;
    const uint32_t awake = second < 9 * 3600u ? day * SF_DAY + 9 * 3600 + second / 4 : time;
    time = i > 0 && draw.word[3] < SAME_SITTING   ? last + sf_sitting_gap(draw.word[1])
           : sf_story_mimics(story, draw.word[0]) ? sf_story_beside(story, time, 0, draw.word[1])
                                                  : sf_story_home_time(story, awake);
    if (!buy(story, spree, i, time)) {
      return false;
    }
    last = time;
    time += 120 + sf_lognormal_seconds(gap, GAP_SIGMA, draw.word[2]);
  }
  return true;
}

static struct spree begin(const struct sf_story *story, const uint8_t *kinds) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const double brazen = BUYS_LEAST + sf_below(draw.word[0], BUYS_MORE);
  const double own = BUYS_OWN + (draw.word[1] >> 30);
  const double share = story->twin ? TWIN_LEAST + TWIN_RANGE * (draw.word[2] * 0x1p-32)
                                   : SPENT_LEAST + SPENT_RANGE * (draw.word[2] * 0x1p-32);
  struct spree spree = {
      .kinds = kinds,
      .buys = (uint32_t)(sf_story_blend_log(story, brazen, own) + 0.5),
  };
  spree.mean = (double)story->skeleton->customer.credit_limit * 100 * share / spree.buys;
  return spree;
}

bool sf_first_party_fraud_fraud(struct sf_story *story) {
  const struct sf_customer *customer = &story->skeleton->customer;
  // Once in a life: the bill that is not paid is that of one spree.
  const bool first = story->number % SF_STORY_INDEX_MAX == 0;
  if (!first || customer->credit_limit <= 0 ||
      sf_own_events_before(story, story->begin, HISTORY) < HISTORY) {
    return false;
  }
  struct spree spree = begin(story, liquid);
  if (!spend(story, &spree)) {
    return false;
  }
  const bool stops = sf_story_shows(story, sf_story_draw(story, 0, 1).word[0]);
  if (stops) {
    sf_story_stop_repaying(story, story->start);
  }
  const double used = (double)spree.spent / (100 * (double)customer->credit_limit);
  const double share = (double)spree.liquid / spree.buys;
  sf_story_evidence(story, 0, spree.ratio, spree.ratio / 100);
  sf_story_evidence(story, 1, used, used);
  sf_story_evidence(story, 2, stops, stops);
  sf_story_evidence(story, 3, share, share);
  return true;
}

// A wedding or a house move: as much in as few days, and the bills are paid.
bool sf_first_party_fraud_twin(struct sf_story *story) {
  if (story->skeleton->customer.credit_limit <= 0 ||
      sf_own_events_before(story, story->begin, HISTORY) < HISTORY) {
    return false;
  }
  struct spree spree = begin(story, sf_story_draw(story, 0, 2).word[0] >> 31 ? wedding : move);
  return spend(story, &spree);
}

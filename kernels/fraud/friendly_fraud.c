#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"

// Friendly fraud: real online purchases that the customer later disputes as not made or not
// received, and goes on after the first claim has been paid. Nothing about the purchases
// themselves differs from honest ones but that they are somewhat dear.

#define ROWS_LEAST 4
#define ROWS_MOST 10
#define LN_ROWS 1.8  // ln 6
#define ROWS_SIGMA 0.3
#define HISTORY 9u
// Rupees: from 2,000 to 25,000 at the brazen end.
#define RUPEES_LEAST 2000.0
#define RUPEES_RATIO 3.64   // log2 (25,000 / 2,000)
#define RUPEES_WORTH 120.0  // nobody disputes less
// Days between purchases.
#define LN_GAP_BRAZEN 12.3  // s, 2.5 days
#define LN_GAP_OWN 13.2     // 6.3 days
#define GAP_SIGMA 0.6
// Days from a purchase to its claim: log-normal, of honest claims mostly 10 to 60.
#define CLAIM_DAYS 18.0
#define CLAIM_SIGMA 0.6
#define CLAIM_LEAST 5
#define CLAIM_MOST 60
// Purchases of what the customer buys anyway, and in the course of other purchases.
#define USUAL SF_CHANCE(0.35)
#define IN_A_SITTING SF_CHANCE(0.55)
// Purchases that are disputed.
#define DISPUTED SF_CHANCE(0.85)

uint32_t sf_friendly_fraud_weight(const struct sf_customer *customer) {
  return 30000 + (uint32_t)(customer->online * 55000.0f) + (customer->credit_limit > 0 ? 40000 : 0);
}

bool sf_friendly_fraud_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

static uint8_t kind_of(uint32_t u) {
  static const uint8_t kinds[8] = {
      SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_APPAREL,
      SF_SUBCATEGORY_MOBILE_PHONES,      SF_SUBCATEGORY_ONLINE_MARKETPLACE,
      SF_SUBCATEGORY_ELECTRONICS_STORE,  SF_SUBCATEGORY_DIGITAL_GAMES,
      SF_SUBCATEGORY_FOOTWEAR,           SF_SUBCATEGORY_EVENTS};
  return kinds[u >> 29];
}

static struct sf_event *buy(struct sf_story *story, int64_t time, uint32_t i) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  const struct sf_own_query query = {.channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE,
                                     .before = (uint32_t)time};
  const int32_t brazen = sf_level_of_paise((int64_t)(100 * RUPEES_LEAST)) +
                         (int32_t)(draw.word[0] * 0x1p-32 * RUPEES_RATIO * SF_LOG2_UNIT);
  const int32_t least = sf_level_of_paise((int64_t)(100 * RUPEES_WORTH));
  int32_t level =
      (int32_t)sf_story_blend(story, brazen, sf_own_level(story, &query, draw.word[1], brazen));
  level = level < least ? 2 * least - level : level;
  const bool usual = more.word[3] < USUAL || sf_story_mimics(story, more.word[0]);
  const uint32_t own = usual ? sf_own_event(story, &query, more.word[1]) : SF_NO_EVENT;
  if (own == SF_NO_EVENT) {
    return sf_story_buy_online(story, time, SF_ROLE_CASH_OUT, kind_of(draw.word[3]), level,
                               more.word[2]);
  }
  struct sf_event *event = sf_story_repeat(story, own, time, SF_ROLE_CASH_OUT);
  if (event) {
    sf_story_pay_online(story, event, level, more.word[2]);
  }
  return event;
}

// When one buys after `time`: at an hour of one's own, often among other purchases.
static int64_t moment(const struct sf_story *story, int64_t time, uint32_t u, uint32_t v) {
  const struct sf_own_query query = {.after = (uint32_t)time,
                                     .before = (uint32_t)time + 3 * SF_DAY};
  const uint32_t own = v < IN_A_SITTING ? sf_own_event(story, &query, u) : SF_NO_EVENT;
  if (own != SF_NO_EVENT) {
    return story->skeleton->event[own].time + 45 + sf_below(sf_redraw(v, 1), 600);
  }
  const int64_t at = time / SF_DAY * SF_DAY + sf_own_second_of_day(story, u);
  return at > time ? at : time;
}

struct tally {
  uint32_t purchases, claims;
  double days;
  uint32_t first_claim;  // time
};

// The claim, unless it comes after the end of the corpus.
static bool dispute(struct sf_story *story, struct sf_event *purchase, uint32_t u, uint32_t v,
                    struct tally *tally) {
  const double z = sf_quantile(&sf_law_normal, u) * 0x1p-16;
  const double days = sf_clamp(CLAIM_DAYS * sf_exp(CLAIM_SIGMA * z), CLAIM_LEAST, CLAIM_MOST - 1);
  const int64_t time =
      (int64_t)purchase->time + (int64_t)(days * SF_DAY) / SF_DAY * SF_DAY + sf_below(v, SF_DAY);
  tally->claims++;
  tally->days += days;
  tally->first_claim = (uint32_t)time < tally->first_claim ? (uint32_t)time : tally->first_claim;
  purchase->flags |= SF_EVENT_COVERED;
  return time >= (int64_t)story->skeleton->world->config.days * SF_DAY ||
         sf_story_pay_back(story, purchase, time, SF_ROLE_CHARGEBACK,
                           SF_TRANSACTION_TYPE_CHARGEBACK);
}

// Online rows of the story after its first claim.
static void mark_firing(struct sf_story *story, uint32_t first_claim) {
  for (uint32_t i = 0; i < story->rows; i++) {
    struct sf_event *event = &story->skeleton->event[story->first_event + i];
    if (event->type != SF_TRANSACTION_TYPE_CHARGEBACK && event->time > first_claim) {
      sf_story_fires(story, event);
    }
  }
}

// Purchases over weeks, of which `disputed` (Q32) are claimed; at least one is.
static bool shop(struct sf_story *story, uint32_t purchases, uint32_t disputed,
                 struct tally *tally) {
  const int64_t close = (int64_t)story->skeleton->world->config.days * SF_DAY;
  const double room = (double)(close - (int64_t)story->begin) / purchases;
  if (room < 2 * SF_DAY || sf_own_events_before(story, story->begin, HISTORY) < HISTORY) {
    return false;
  }
  tally->first_claim = UINT32_MAX;
  int64_t time = story->begin;
  for (uint32_t i = 0; i < purchases; i++) {
    sf_story_progress(story, i, purchases);
    const struct sf_block row = sf_story_draw(story, 1 + i, 2);
    const struct sf_block more = sf_story_draw(story, 1 + i, 3);
    time = moment(story, time, row.word[0], more.word[1]);
    struct sf_event *purchase = buy(story, time, i);
    if (!purchase) {
      return false;
    }
    tally->purchases++;
    if ((i == 0 || row.word[1] < disputed) &&
        !dispute(story, purchase, row.word[2], more.word[0], tally)) {
      return false;
    }
    const double ln_gap = (double)sf_story_blend(story, (int64_t)(LN_GAP_BRAZEN * 65536),
                                                 (int64_t)(LN_GAP_OWN * 65536)) *
                          0x1p-16;
    const double z = sf_quantile(&sf_law_normal, row.word[3]) * 0x1p-16;
    time += (int64_t)sf_clamp(sf_exp(ln_gap + GAP_SIGMA * z), SF_DAY / 4.0, room * 0.95);
  }
  mark_firing(story, tally->first_claim);
  return true;
}

static uint32_t purchases_of(const struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const double z = sf_quantile(&sf_law_normal, draw.word[0]) * 0x1p-16;
  return (uint32_t)sf_clamp(sf_exp(LN_ROWS + ROWS_SIGMA * z), ROWS_LEAST, ROWS_MOST);
}

bool sf_friendly_fraud_fraud(struct sf_story *story) {
  struct tally tally = {.purchases = 0};
  if (!shop(story, purchases_of(story), DISPUTED, &tally)) {
    return false;
  }
  sf_story_reported(story, tally.first_claim);
  const double rate = (double)tally.claims / tally.purchases;
  const double days = tally.days / tally.claims;
  sf_story_evidence(story, 0, tally.claims, tally.claims / 8.0);
  sf_story_evidence(story, 1, rate, rate);
  sf_story_evidence(story, 2, days, 1 - days / CLAIM_MOST);
  return true;
}

// One parcel that did not come, and a customer who goes on shopping.
bool sf_friendly_fraud_twin(struct sf_story *story) {
  struct tally tally = {.purchases = 0};
  return shop(story, purchases_of(story), 0, &tally);
}

#include "kernels/fraud/campaign.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"

// Refund fraud: goods bought online are claimed as not received, broken or returned, far
// more often than people return things (one online purchase of clothes in 14); some refunds
// exceed the purchase or go to another instrument. The purchases look honest; the refunds
// are the fraud.

#define ROWS_LEAST 3
#define ROWS_MOST 9
#define LN_ROWS 1.7  // ln 5.5
#define ROWS_SIGMA 0.3
#define HISTORY 6u
// Rupees of a purchase at the brazen end.
#define LN_RUPEES 8.85  // 7,000
#define RUPEES_SIGMA 0.7
// Days between purchases, and from a purchase to its refund: as of honest ones.
#define LN_GAP_BRAZEN 11.5  // s, 1.1 days
#define LN_GAP_OWN 12.9     // 4.6 days
#define GAP_SIGMA 0.6
// Refunds above the purchase and to another instrument, at the brazen end.
#define ABOVE 0.35
#define ELSEWHERE 0.25
// Share of the purchases that is claimed.
#define CLAIMED SF_CHANCE(0.8)

uint32_t sf_refund_fraud_weight(const struct sf_customer *customer) {
  return 30000 + (uint32_t)(customer->online * 70000.0f);
}

bool sf_refund_fraud_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

// What is returned: clothes and things from marketplaces, now and then electronics.
static uint8_t kind_of(const struct sf_story *story, uint32_t u) {
  static const uint8_t kinds[8] = {
      SF_SUBCATEGORY_APPAREL,           SF_SUBCATEGORY_ONLINE_MARKETPLACE,
      SF_SUBCATEGORY_FOOTWEAR,          SF_SUBCATEGORY_APPAREL,
      SF_SUBCATEGORY_COSMETICS,         SF_SUBCATEGORY_MOBILE_PHONES,
      SF_SUBCATEGORY_ELECTRONICS_STORE, SF_SUBCATEGORY_SAREES};
  const struct sf_own_query query = {.channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE};
  const uint32_t own = sf_story_mimics(story, sf_redraw(u, 1))
                           ? sf_own_event(story, &query, sf_redraw(u, 2))
                           : SF_NO_EVENT;
  return own != SF_NO_EVENT ? story->skeleton->event[own].subcategory : kinds[u >> 29];
}

// Shops known to take things back without asking, brazen.
static const uint8_t obliging[] = {SF_SUBCATEGORY_APPAREL,   SF_SUBCATEGORY_ONLINE_MARKETPLACE,
                                   SF_SUBCATEGORY_COSMETICS, SF_SUBCATEGORY_FOOTWEAR,
                                   SF_SUBCATEGORY_SAREES,    SF_SUBCATEGORY_HOME_FURNISHINGS};
static const struct sf_campaign campaign = {.kind = obliging, .kinds = sizeof obliging};
#define AT_CAMPAIGN SF_CHANCE(0.75)

static struct sf_event *buy(struct sf_story *story, int64_t time, uint32_t i) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_world *world = story->skeleton->world;
  const struct sf_block more = sf_story_draw(story, 1 + i, 4);
  const bool turns = !story->twin && !sf_story_mimics(story, more.word[0]);
  const uint32_t shop =
      turns && more.word[1] < AT_CAMPAIGN ? sf_campaign_shop(story, &campaign, time, 0) : 0;
  const uint8_t kind = shop ? sf_campaign_sells(story, shop) : kind_of(story, draw.word[0]);
  const int32_t z = sf_quantile(&sf_law_normal, draw.word[1]);
  const double rupees = sf_exp(LN_RUPEES + RUPEES_SIGMA * z * 0x1p-16);
  // Honest returns are of ordinary purchases of the kind, somewhat dearer ones.
  const int32_t own = world->laws.level[kind] + story->skeleton->customer.core.log2_scale +
                      (int32_t)((int64_t)world->laws.sigma[kind] * z >> 17) + SF_LOG2_UNIT;
  const int32_t level =
      (int32_t)sf_story_blend(story, sf_level_of_paise((int64_t)(100 * rupees)), own);
  return sf_campaign_buy_online(story, time, SF_ROLE_SETUP, shop, kind, level, draw.word[2]);
}

struct tally {
  uint32_t purchases, refunds, elsewhere, above;
  double ratio;  // refunds over purchases, together
};

static bool claim(struct sf_story *story, struct sf_event *purchase, uint32_t i,
                  struct tally *tally) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 1);
  const double brazen = 1 - story->camouflage * 0x1p-16;
  const int64_t time = (int64_t)purchase->time + SF_DAY * (2 + sf_below(draw.word[0], 13)) +
                       SF_DAY / 2 + sf_below(draw.word[1], SF_DAY);
  const int64_t paid = sf_event_paise(story->skeleton, purchase);
  struct sf_event *refund =
      sf_story_pay_back(story, purchase, time, SF_ROLE_REFUND, SF_TRANSACTION_TYPE_REFUND);
  if (!refund) {
    return false;
  }
  int64_t back = paid;
  if (!story->twin && draw.word[2] * 0x1p-32 < ABOVE * brazen) {
    // By a second item that was never bought, or its shipping.
    back = (int64_t)((double)paid * (1.08 + 0.9 * (draw.word[3] * 0x1p-32)) / 100) * 100;
    refund->amount_rule = SF_AMOUNT_FIXED;
    refund->paise = back;
    tally->above++;
  } else if (draw.word[2] % 10 >= 7) {
    refund->share = (uint16_t)(13107 + draw.word[3] % 45875);
    back = sf_event_paise(story->skeleton, refund);
  }
  const struct sf_block more = sf_story_draw(story, 1 + i, 2);
  if (!story->twin && more.word[0] * 0x1p-32 < ELSEWHERE * brazen &&
      refund->mode != SF_PAYMENT_MODE_UPI) {
    refund->mode = SF_PAYMENT_MODE_UPI;
    refund->instrument = sf_instrument_of(refund->mode);
    tally->elsewhere++;
  }
  tally->ratio += (double)back / (double)paid;
  tally->refunds++;
  return true;
}

static bool is_refund(const struct sf_event *event) {
  return event->type == SF_TRANSACTION_TYPE_REFUND;
}

// Refunds with another one of the story in the 30 days before.
static void mark_firing(struct sf_story *story) {
  struct sf_event *event = &story->skeleton->event[story->first_event];
  for (uint32_t i = 0; i < story->rows; i++) {
    uint32_t near = 0;
    for (uint32_t j = 0; j < story->rows; j++) {
      near += is_refund(&event[j]) && event[j].time <= event[i].time &&
              event[j].time + 30 * SF_DAY >= event[i].time;
    }
    if (is_refund(&event[i]) && near >= 2) {
      sf_story_fires(story, &event[i]);
    }
  }
}

static bool tell(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const double z = sf_quantile(&sf_law_normal, draw.word[0]) * 0x1p-16;
  const uint32_t claims =
      (uint32_t)sf_clamp(sf_exp(LN_ROWS + ROWS_SIGMA * z), ROWS_LEAST, ROWS_MOST);
  // Seventeen days pass from the last purchase to its refund at most.
  const int64_t close = (int64_t)story->skeleton->world->config.days * SF_DAY - 17 * SF_DAY;
  const double room = (double)(close - (int64_t)story->begin) / (2 * claims);
  if (room < SF_DAY / 2.0 || sf_own_events_before(story, story->begin, HISTORY) < HISTORY) {
    return false;
  }
  struct tally tally = {.purchases = 0};
  int64_t time = story->begin;
  for (uint32_t i = 0; tally.refunds < claims && i < 2 * claims; i++) {
    sf_story_progress(story, tally.refunds, claims);
    const struct sf_block row = sf_story_draw(story, 1 + i, 3);
    const int64_t at = time / SF_DAY * SF_DAY + sf_own_second_of_day(story, row.word[0]);
    time = i == 0 || at > time ? at : time;
    struct sf_event *purchase = buy(story, time, i);
    if (!purchase) {
      return false;
    }
    tally.purchases++;
    if (row.word[1] < CLAIMED && !claim(story, purchase, i, &tally)) {
      return false;
    }
    const double ln_gap = (double)sf_story_blend(story, (int64_t)(LN_GAP_BRAZEN * 65536),
                                                 (int64_t)(LN_GAP_OWN * 65536)) *
                          0x1p-16;
    const double gap =
        sf_exp(ln_gap + GAP_SIGMA * sf_quantile(&sf_law_normal, row.word[2]) * 0x1p-16);
    time += (int64_t)sf_clamp(gap, 3600, room * 0.95);
  }
  if (tally.refunds == 0) {
    return false;
  }
  mark_firing(story);
  const double rate = (double)tally.refunds / tally.purchases;
  const double ratio = tally.ratio / tally.refunds;
  const double elsewhere = (double)tally.elsewhere / tally.refunds;
  sf_story_evidence(story, 0, rate, rate);
  sf_story_evidence(story, 1, ratio, ratio - 0.5);
  sf_story_evidence(story, 2, elsewhere, elsewhere * 3);
  return true;
}

bool sf_refund_fraud_fraud(struct sf_story *story) { return tell(story); }

// Somebody who orders clothes in three sizes and sends two back, or a phone to try.
bool sf_refund_fraud_twin(struct sf_story *story) { return tell(story); }

#include "kernels/activity/mode.h"
#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/campaign.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/ring.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/alias.h"

// Shipping fraud: the address at a shop is changed, and some days later dear goods are
// ordered online and sent there: to a reshipper in another city, whose address serves
// many victims.

// Online shoppers weigh more: 0.5 of the weight is everybody's, 0.5 follows the leaning
// to buy online (mean 0.53).
#define WEIGHT_ALL 0.5
#define WEIGHT_ONLINE 0.95

#define ORDERS_LEAST 2.0  // brazen 2..6
#define ORDERS_OCTAVES 1.585
#define ORDERS_OWN 1.4
// Brazen amounts are even on the log scale over 20,000 to 150,000 rupees.
#define AMOUNT_LEAST 2000000
#define AMOUNT_OCTAVES 2.9
// Orders that need no address: vouchers and credits.
#define DIGITAL SF_CHANCE(0.2)
// Of payments that the victim's habits would make by UPI, those that go another way,
// since its PIN is not at hand.
#define NOT_UPI SF_CHANCE(0.9)
// From order to order, s.
#define GAP_BRAZEN 5400.0
#define GAP_OWN 129600.0
#define GAP_SIGMA 0.9
#define GAP_LEAST 240u
// From the change of address to the first order, days.
#define CHANGED_BRAZEN 2.0
#define CHANGED_OWN 60.0
#define CHANGED_SIGMA 0.6
// Rings of a month meet.
#define SLOT_DAYS 30u
#define PURPOSE_DROP 2u
#define DROP_TRIES 24u
#define RULE 1000000  // paise: what the naive rule calls dear

static const uint8_t goods[8] = {SF_SUBCATEGORY_ELECTRONICS_STORE,  SF_SUBCATEGORY_MOBILE_PHONES,
                                 SF_SUBCATEGORY_MOBILE_PHONES,      SF_SUBCATEGORY_COMPUTERS,
                                 SF_SUBCATEGORY_APPLIANCES,         SF_SUBCATEGORY_APPAREL,
                                 SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_JEWELLERY};
static const uint8_t digital[4] = {SF_SUBCATEGORY_DIGITAL_GAMES, SF_SUBCATEGORY_WALLET_LOAD,
                                   SF_SUBCATEGORY_FLIGHT, SF_SUBCATEGORY_ONLINE_LEARNING};

// Shops that send to any address.
static const uint8_t careless[] = {SF_SUBCATEGORY_MOBILE_PHONES, SF_SUBCATEGORY_ONLINE_MARKETPLACE,
                                   SF_SUBCATEGORY_APPAREL,       SF_SUBCATEGORY_COMPUTERS,
                                   SF_SUBCATEGORY_APPLIANCES,    SF_SUBCATEGORY_FURNITURE};
static const struct sf_campaign campaign = {.kind = careless, .kinds = sizeof careless};
#define AT_CAMPAIGN SF_CHANCE(0.75)

uint32_t sf_shipping_fraud_weight(const struct sf_customer *customer) {
  return (uint32_t)(65536 * (WEIGHT_ALL + WEIGHT_ONLINE * (double)customer->online));
}

// Drop addresses serve victims of one region and lie in another.
bool sf_shipping_fraud_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  sf_nominate(story, nomination, sf_city_region(story->skeleton->customer.city),
              SF_REGION_COUNT - 1, SLOT_DAYS);
  return true;
}

static uint8_t away_from(const struct sf_story *story, struct sf_block draw) {
  const uint8_t home = story->skeleton->customer.city;
  uint8_t city = home;
  for (uint32_t i = 0; i < DROP_TRIES; i++) {
    const uint8_t other = (uint8_t)sf_alias_pick(&story->skeleton->world->population.cities,
                                                 sf_redraw(draw.word[0], i));
    if (sf_city_region(other) != sf_city_region(home)) {
      return other;
    }
    city = other != home ? other : city;
  }
  return city;
}

// Where the goods go: the reshipper of the ring, who lives where none of its victims
// does; or of this story.
static uint8_t drop_city(const struct sf_story *story) {
  return away_from(story, story->member ? sf_ring_draw(story->skeleton->world->config.seed,
                                                       story->member->key, PURPOSE_DROP)
                                        : sf_story_draw(story, 0, 2));
}

static const struct sf_own_query bought_online = {
    .modes = SF_CARD_MODES | 1u << SF_PAYMENT_MODE_NET_BANKING | 1u << SF_PAYMENT_MODE_BNPL |
             1u << SF_PAYMENT_MODE_UPI,
    .channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE,
};

static bool is_sent(uint8_t subcategory) {
  return SF_DELIVERED_CATEGORIES >> sf_subcategories[subcategory].category & 1;
}

// An online purchase of the customer's that was sent, or was not; SF_NO_EVENT if none
// of a few is.
#define TRIES 6u
static uint32_t own_order(const struct sf_story *story, bool sent, uint32_t u) {
  for (uint32_t i = 0; i < TRIES; i++) {
    const uint32_t own = sf_own_event(story, &bought_online, sf_redraw(u, i));
    if (own != SF_NO_EVENT && is_sent(story->skeleton->event[own].subcategory) == sent) {
      return own;
    }
  }
  return SF_NO_EVENT;
}

// A kind of goods, sent or not, that the customer has bought online, or else one that
// sells on well.
static uint8_t goods_of(const struct sf_story *story, bool sent, uint32_t u, uint32_t v) {
  const uint32_t own = sf_story_mimics(story, u) ? own_order(story, sent, v) : SF_NO_EVENT;
  return own != SF_NO_EVENT ? story->skeleton->event[own].subcategory
         : sent             ? goods[v >> 29]
                            : digital[v >> 30];
}

// What the customer pays for goods that are sent, or online at all.
static int32_t usual_level(const struct sf_story *story, uint32_t u, int32_t fallback) {
  const uint32_t own = own_order(story, true, u);
  return own == SF_NO_EVENT
             ? sf_own_level(story, &bought_online, u, fallback)
             : sf_level_of_paise(sf_event_paise(story->skeleton, &story->skeleton->event[own]));
}

// Pays as the customer pays such sums online, less by UPI.
static void pay(struct sf_story *story, struct sf_event *event, int32_t level, uint32_t u) {
  const struct sf_skeleton *skeleton = story->skeleton;
  event->level = level;
  sf_mode_pick(&skeleton->customer, &skeleton->world->calendar.day[event->time / SF_DAY], event,
               true, u, sf_redraw(u, 1));
  if (event->mode == SF_PAYMENT_MODE_UPI && !sf_story_mimics(story, sf_redraw(u, 2)) &&
      sf_redraw(u, 3) < NOT_UPI) {
    const bool bank = skeleton->customer.credit_limit <= 0 && sf_redraw(u, 4) & 1;
    if (bank) {
      event->mode = SF_PAYMENT_MODE_NET_BANKING;
      event->instrument = sf_instrument_of(event->mode);
    } else {
      sf_story_by_card(story, event, SF_PAYMENT_MODE_CREDIT_CARD, event->channel);
    }
  }
  sf_story_price(story, event, level);
}

struct orders {
  uint32_t time, count;
  uint8_t city;
  bool fraud, foreign;
};

struct told {
  double ratio;  // log2, mean
  uint32_t elsewhere;
};

// The law of orders, the same for fraud and for its look-alike.
static bool order(struct sf_story *story, const struct orders *orders, struct told *told) {
  const struct sf_skeleton *skeleton = story->skeleton;
  uint32_t time = orders->time;
  *told = (struct told){0, 0};
  for (uint32_t i = 0; i < orders->count; i++) {
    const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
    const struct sf_block more = sf_story_draw(story, 1 + i, 1);
    const int32_t brazen = sf_level_of_paise(AMOUNT_LEAST) +
                           (int32_t)(AMOUNT_OCTAVES * SF_LOG2_UNIT * (draw.word[1] * 0x1p-32));
    const int32_t usual = usual_level(story, draw.word[0], brazen);
    const int32_t level = (int32_t)sf_story_blend(story, brazen, usual);
    // What cannot be hidden: that goods go to the drop. All of a look-alike is sent.
    const bool sent = !orders->fraud || (sf_story_shows(story, sf_redraw(more.word[2], 1)) &&
                                         more.word[2] >= DIGITAL);
    const bool turns = orders->fraud && sent &&
                       !sf_story_mimics(story, sf_redraw(draw.word[2], 1)) &&
                       sf_redraw(draw.word[2], 2) < AT_CAMPAIGN;
    const uint32_t shop = turns ? sf_campaign_shop(story, &campaign, time, 0) : 0;
    const uint8_t what =
        shop ? sf_campaign_sells(story, shop) : goods_of(story, sent, draw.word[2], draw.word[3]);
    struct sf_event *event = sf_card_online(story, time, SF_ROLE_CASH_OUT, what,
                                            SF_PAYMENT_MODE_CREDIT_CARD, level, more.word[0]);
    if (!event) {
      return false;
    }
    if (shop) {
      sf_story_at_merchant(story, event, shop);
    }
    pay(story, event, level, more.word[1]);
    if (orders->foreign) {
      sf_story_borrow_device(story, event, false);
    }
    if (event->flags & SF_EVENT_DELIVERED) {
      event->delivery = orders->city;
      told->elsewhere++;
    }
    const int64_t paise = sf_event_paise(skeleton, event);
    if (orders->fraud) {
      event->fail = sf_failure_of(event, more.word[3]);
    }
    if (event->delivery && paise > RULE) {
      sf_story_fires(story, event);
    }
    told->ratio += (double)(sf_level_of_paise(paise) - usual) / SF_LOG2_UNIT / orders->count;
    time += GAP_LEAST + sf_lognormal_seconds(sf_story_blend_log(story, GAP_BRAZEN, GAP_OWN),
                                             GAP_SIGMA, sf_redraw(more.word[3], 1));
  }
  return true;
}

static struct orders orders_of(const struct sf_story *story, struct sf_block draw, uint8_t city) {
  const double brazen = ORDERS_LEAST * sf_exp2(ORDERS_OCTAVES * (draw.word[0] * 0x1p-32));
  const uint32_t tomorrow = (story->begin / SF_DAY + 1) * SF_DAY;
  const bool together = story->combination == SF_COMBINATION_COORDINATED;
  const uint32_t online = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE;
  const uint32_t time = sf_story_mimics(story, draw.word[1])
                            ? sf_story_beside(story, tomorrow, online, draw.word[2])
                            : tomorrow + 6 * 3600 + sf_below(draw.word[2], 18 * 3600);
  return (struct orders){
      .time = together ? story->begin : time,
      .count = (uint32_t)(sf_story_blend_log(story, brazen, ORDERS_OWN) + 0.5),
      .city = city,
  };
}

bool sf_shipping_fraud_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  struct orders orders = orders_of(story, draw, drop_city(story));
  orders.fraud = true;
  orders.foreign = sf_story_shows(story, sf_redraw(draw.word[3], 1));
  struct told told;
  if (!order(story, &orders, &told)) {
    return false;
  }
  const double median = sf_story_blend_log(story, CHANGED_BRAZEN, CHANGED_OWN);
  const double days =
      sf_lognormal_seconds(median * SF_DAY, CHANGED_SIGMA, more.word[0]) / (double)SF_DAY;
  const double km =
      story->skeleton->world->laws.distance_km[story->skeleton->customer.city][orders.city];
  const double sharers = story->member ? story->member->size : 1;
  sf_story_evidence(story, 0, days, 1 - days / 30);
  sf_story_evidence(story, 1, told.elsewhere ? km : 0, told.elsewhere ? km / 1500 : 0);
  sf_story_evidence(story, 2, sharers, sf_log2(sharers) / 5);
  sf_story_evidence(story, 3, sf_exp2(told.ratio), told.ratio / 4);
  return true;
}

// Presents, or things for a child or parents, sent to their city.
bool sf_shipping_fraud_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct orders orders = orders_of(story, draw, away_from(story, sf_story_draw(story, 0, 2)));
  struct told told;
  return order(story, &orders, &told);
}

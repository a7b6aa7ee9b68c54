#include "kernels/activity/mode.h"
#include "kernels/flesh/amount.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/typology.h"

// Transaction replay: a recent payment to a merchant is sent again within
// minutes, or with care within the hour, the same amount (in a third of the cases within 2 %), from
// another device or over another channel.

// From one to the next, s: brazen at once; own law as honest repeats, which wait for
// the till, the next round or the next errand.
#define GAP_BRAZEN 150.0
#define GAP_OWN 1500.0
#define GAP_SIGMA 0.7
#define GAP_LEAST 20u
#define GAP_MOST 5400u
// Of repeats that are near and not the same; of honest ones few are.
#define NEAR SF_CHANCE(0.333)
#define NEAR_HONEST SF_CHANCE(0.12)
#define NEAR_MOST (uint32_t) SF_AMOUNT_SAME
// Where the match does not show, copies are off by more than what passes for the same.
#define OFF_MOST 32767u  // 3.1 %
// Second and third copies; honest ones are seldom more than one.
#define TWICE SF_CHANCE(0.4)
#define THRICE SF_CHANCE(0.15)
#define COPIES_MOST 3
#define TWICE_HONEST SF_CHANCE(0.1)
// Copies of a payment at the till that are made online, where the shop sells there.
#define OTHER_CHANNEL SF_CHANCE(0.25)
// What the naive rule calls a repeat.
#define RULE_SECONDS 900u
#define RULE_RATIO 0.02

uint32_t sf_transaction_replay_weight(const struct sf_customer *customer) {
  (void)customer;
  return 65536;
}

bool sf_transaction_replay_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

// A payment to a merchant after story->begin, by whatever but cash.
static uint32_t original(const struct sf_story *story, uint32_t u) {
  const struct sf_own_query query = {
      .types = 1u << SF_TRANSACTION_TYPE_PURCHASE,
      .modes = ((1u << SF_PAYMENT_MODE_COUNT) - 1) & ~(1u << SF_PAYMENT_MODE_CASH),
      .after = story->begin,
      .before = story->begin + 30u * SF_DAY,
  };
  return sf_own_event(story, &query, u);
}

static uint32_t gap_of(const struct sf_story *story, uint32_t u) {
  const double median = sf_story_blend_log(story, GAP_BRAZEN, GAP_OWN);
  const uint32_t gap = GAP_LEAST + sf_lognormal_seconds(median, GAP_SIGMA, u);
  return gap < GAP_MOST ? gap : GAP_MOST - u % 600;
}

static struct sf_event *again(struct sf_story *story, uint32_t own, uint32_t time) {
  struct sf_event *event = sf_story_repeat(story, own, time, SF_ROLE_CASH_OUT);
  if (!event) {
    return NULL;
  }
  event->amount_rule = SF_AMOUNT_OF_EVENT;
  event->link = own;
  event->share = 0;
  event->trip = story->skeleton->event[own].trip;
  return event;
}

struct copies {
  uint32_t own, count;
  uint32_t near;  // chance that a copy is near and not the same, Q32
  bool fraud;
};

// Whether a payment of paise is the same as one before it to the rule.
static bool is_same(int64_t paise, int64_t before) {
  const double ratio = (double)paise / (double)before;
  return ratio > 1 - RULE_RATIO && ratio < 1 + RULE_RATIO;
}

// Moves a copy to another device or channel, as the payment allows: what was made
// online comes from the thief's device, by UPI as far as a new one may and where nobody
// takes care; what was made at a till is sent online, where the shop sells there.
static bool move(struct sf_story *story, struct sf_event *event, int64_t paise, uint32_t u) {
  const struct sf_merchant *shop =
      sf_merchant_get(story->skeleton->cache, &story->skeleton->world->merchants, event->merchant);
  const bool at_till = event->channel == SF_CHANNEL_POS;
  if (at_till && (!shop->accepts_online || u >= OTHER_CHANNEL)) {
    return false;
  }
  if (at_till) {
    event->channel = SF_CHANNEL_MOBILE;
    event->device = SF_DEVICE_PHONE;
    if (SF_DELIVERED_CATEGORIES >> shop->category & 1) {
      event->flags |= SF_EVENT_DELIVERED;
    }
  }
  if (event->mode != SF_PAYMENT_MODE_UPI && event->mode != SF_PAYMENT_MODE_WALLET) {
    sf_story_foreign_device(story, event);
    return true;
  }
  const bool careless = !sf_story_mimics(story, sf_redraw(u, 1));
  const bool borrowed =
      careless && sf_story_borrow_device(story, event, paise <= SF_UPI_NEW_DEVICE / COPIES_MOST);
  return at_till || borrowed;
}

struct told {
  uint32_t seconds;  // from the payment to the last copy, s
  double match;      // mean likeness of the amounts
  bool moved;
};

// The law of copies, the same for fraud and for its look-alike.
static bool copy(struct sf_story *story, const struct copies *copies, uint32_t u,
                 struct told *told) {
  const struct sf_event from = story->skeleton->event[copies->own];
  const int64_t paid = sf_event_paise(story->skeleton, &from);
  const bool shows = copies->fraud && sf_story_shows(story, u);
  const bool matches = sf_story_shows(story, sf_redraw(u, 1));
  uint32_t time = from.time;
  int64_t before = paid;
  *told = (struct told){0, 0, false};
  for (uint32_t i = 0; i < copies->count; i++) {
    const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
    const uint32_t gap = gap_of(story, draw.word[0]);
    time += gap;
    struct sf_event *event = again(story, copies->own, time);
    if (!event) {
      return false;
    }
    if (!matches) {
      const uint32_t off = NEAR_MOST + 1 + sf_below(draw.word[2], OFF_MOST - NEAR_MOST);
      event->amount_rule = SF_AMOUNT_NEAR_EVENT;
      event->share = (uint16_t)(draw.word[1] & 1 ? 32768 + off : 32768 - off);
    } else if (draw.word[1] < copies->near) {
      event->amount_rule = SF_AMOUNT_NEAR_EVENT;
      event->share = (uint16_t)(32768 - NEAR_MOST + sf_below(draw.word[2], 2 * NEAR_MOST + 1));
    }
    told->moved |= shows && move(story, event, paid, draw.word[3]);
    const int64_t paise = sf_event_paise(story->skeleton, event);
    if (gap < RULE_SECONDS && is_same(paise, before)) {
      sf_story_fires(story, event);
    }
    told->match += (paise < paid ? (double)paise / (double)paid : (double)paid / (double)paise) /
                   copies->count;
    before = paise;
  }
  told->seconds = time - from.time;
  return true;
}

bool sf_transaction_replay_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const struct copies copies = {
      .own = original(story, draw.word[0]),
      .count = 1u + (more.word[0] < TWICE ? 1u : 0u) + (more.word[0] < THRICE ? 1u : 0u),
      .near = NEAR,
      .fraud = true,
  };
  struct told told;
  if (copies.own == SF_NO_EVENT || !copy(story, &copies, draw.word[3], &told)) {
    return false;
  }
  const double minutes = told.seconds / 60.0;
  sf_story_evidence(story, 0, minutes, 1 - minutes / 60);
  sf_story_evidence(story, 1, told.match, 1 - (1 - told.match) / RULE_RATIO);
  sf_story_evidence(story, 2, told.moved, told.moved);
  return true;
}

// A payment that hung and was made again, though both went through; or a second round.
bool sf_transaction_replay_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct copies copies = {
      .own = original(story, draw.word[0]),
      .count = 1u + (draw.word[2] < TWICE_HONEST ? 1u : 0u),
      .near = NEAR_HONEST,
  };
  struct told told;
  return copies.own != SF_NO_EVENT && copy(story, &copies, draw.word[3], &told);
}

#include "kernels/activity/mode.h"
#include "kernels/fraud/typology.h"

// Transaction replay: a recent payment to a merchant is sent again within
// minutes, the same amount (in a third of the cases within 2 %), from another
// device or over another channel.

#define GAP_MEDIAN 180.0  // s, brazen end; mimics wait as long as honest repeats do
#define GAP_OWN 540.0
#define GAP_SIGMA 0.7
#define GAP_MOST 1500u
#define NEAR SF_CHANCE(0.333)
// Of a terminal's retry the amount is the same; gaps of honest repeats.
#define TWIN_MEDIAN 150.0
// Within so many seconds the naive rule sees a repeat.
#define RULE_SECONDS 900u

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

static uint32_t gap_of(double median, uint32_t u) {
  const uint32_t gap = 20 + sf_lognormal_seconds(median, GAP_SIGMA, u);
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

bool sf_transaction_replay_fraud(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const uint32_t own = original(story, draw.word[0]);
  if (own == SF_NO_EVENT) {
    return false;
  }
  const struct sf_event from = story->skeleton->event[own];
  const uint32_t copies =
      1u + (more.word[0] < SF_CHANCE(0.4) ? 1u : 0u) + (more.word[0] < SF_CHANCE(0.15) ? 1u : 0u);
  const double median = (double)sf_story_blend(story, (int64_t)GAP_MEDIAN, (int64_t)GAP_OWN);
  uint32_t time = from.time;
  for (uint32_t i = 0; i < copies; i++) {
    const struct sf_block row = sf_story_draw(story, 1 + i, 0);
    const uint32_t before = time;
    time += gap_of(median, row.word[0]);
    struct sf_event *event = again(story, own, time);
    if (!event) {
      return false;
    }
    if (row.word[1] < NEAR) {
      event->amount_rule = SF_AMOUNT_NEAR_EVENT;
      event->share = (uint16_t)(32768 - 20971 + sf_below(row.word[2], 41943));
    } else if (time - before < RULE_SECONDS) {
      sf_story_fires(story, event);
    }
    // From afar only where the first payment was made online, and not by UPI.
    if (from.device && from.channel != SF_CHANNEL_POS && from.mode != SF_PAYMENT_MODE_UPI &&
        sf_story_shows(story, draw.word[3])) {
      sf_story_foreign_device(story, event);
    }
  }
  sf_story_evidence(story, 0, (time - from.time) / 60.0, 1 - (time - from.time) / 3600.0);
  sf_story_evidence(story, 1, 1.0, 1.0);
  sf_story_evidence(story, 2, story->device.id != 0, story->device.id != 0);
  return true;
}

bool sf_transaction_replay_twin(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const uint32_t own = original(story, draw.word[0]);
  if (own == SF_NO_EVENT) {
    return false;
  }
  const uint32_t gap = gap_of(TWIN_MEDIAN, draw.word[1]);
  struct sf_event *event = again(story, own, story->skeleton->event[own].time + gap);
  if (event && gap < RULE_SECONDS) {
    sf_story_fires(story, event);
  }
  return event != NULL;
}

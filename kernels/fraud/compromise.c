#include "kernels/fraud/compromise.h"

#include "kernels/fraud/ring.h"
#include "kernels/generator.h"
#include "kernels/math/elementary.h"

// Cards are used weeks after they leaked: payments of so many days before the
// story count as exposure.
#define EXPOSED_LEAST SF_DAY
#define EXPOSED_MOST (60u * SF_DAY)
// Skimmers and intruders go where many cards are: odds of a leak by (share of the
// block's purchases x weight of the subcategory)^POWER.
#define POWER 4.0
#define PURPOSE 2048u  // of the draw of a (merchant, slot)

static bool is_exposing(const struct sf_event *event, bool online) {
  const bool card =
      event->mode == SF_PAYMENT_MODE_CREDIT_CARD || event->mode == SF_PAYMENT_MODE_DEBIT_CARD;
  return card && event->merchant && !event->fail && event->type == SF_TRANSACTION_TYPE_PURCHASE &&
         (event->channel != SF_CHANNEL_POS) == online &&
         !(event->flags & (SF_EVENT_PENDING | SF_EVENT_REVERSED));
}

// When the merchant leaks next in a race of all merchants in the slot: exponential
// times, so that the first of any set of merchants is the same for all who share it.
static double leak_time(const struct sf_story *story, uint32_t merchant, uint32_t slot) {
  const struct sf_world *world = story->skeleton->world;
  const struct sf_block draw =
      sf_draw(world->config.seed, merchant, slot, SF_STREAM_RING, PURPOSE + story->typology);
  const struct sf_merchant *shop =
      sf_merchant_get(story->skeleton->cache, &world->merchants, merchant);
  const double odds = sf_log2((double)shop->popularity + 1e-9) +
                      sf_log2((double)sf_subcategories[shop->subcategory].weight + 1.0);
  const double u = (draw.word[0] + 0.5) * 0x1p-32;
  return sf_log2(-sf_log2(u)) - POWER * odds;
}

uint32_t sf_compromise_exposure(const struct sf_story *story, bool online) {
  const struct sf_event *event = story->skeleton->event;
  const uint32_t slot = story->begin / (SF_COMPROMISE_DAYS * SF_DAY);
  uint32_t found = SF_NO_EVENT;
  double first = 1e30;
  for (uint32_t e = 0; e < story->honest; e++) {
    if (!is_exposing(&event[e], online) || event[e].time + EXPOSED_LEAST > story->begin ||
        event[e].time + EXPOSED_MOST < story->begin) {
      continue;
    }
    const double time = leak_time(story, event[e].merchant, slot);
    if (time < first || (time == first && event[e].time > event[found].time)) {
      first = time;
      found = e;
    }
  }
  return found;
}

uint32_t sf_compromise_visit(const struct sf_story *story, bool online, uint32_t merchant,
                             uint32_t from, uint32_t before) {
  const struct sf_event *event = story->skeleton->event;
  uint32_t found = SF_NO_EVENT;
  for (uint32_t e = 0; e < story->honest; e++) {
    if (is_exposing(&event[e], online) && event[e].merchant == merchant && event[e].time >= from &&
        event[e].time < before && (found == SF_NO_EVENT || event[e].time > event[found].time)) {
      found = e;
    }
  }
  return found;
}

bool sf_compromise_nominate(struct sf_story *story, struct sf_nomination *nomination, bool online) {
  const uint32_t own = story->twin ? SF_NO_EVENT : sf_compromise_exposure(story, online);
  if (own == SF_NO_EVENT) {
    return false;
  }
  const struct sf_event *event = story->skeleton->event;
  const uint32_t merchant = event[own].merchant;
  const uint32_t begin = story->begin;
  sf_nominate(story, nomination, merchant, (double)story->skeleton->world->merchants.count,
              SF_COMPROMISE_DAYS);
  // The campaign of a coordinated ring may begin before the visit: then an earlier one counts.
  const uint32_t visit =
      story->begin == begin
          ? own
          : sf_compromise_visit(story, online, merchant, 0,
                                story->begin > EXPOSED_LEAST ? story->begin - EXPOSED_LEAST : 0);
  if (visit == SF_NO_EVENT) {
    story->begin = begin;
    return false;
  }
  nomination->merchant = merchant;
  nomination->exposure = event[visit].time;
  return true;
}

uint32_t sf_compromise_of(const struct sf_story *story, bool online) {
  if (story->member) {
    const uint32_t at = story->member->exposure;
    return sf_compromise_visit(story, online, story->member->merchant, at, at + 1);
  }
  return sf_compromise_exposure(story, online);
}

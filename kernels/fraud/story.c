#include "kernels/fraud/story.h"

#include <math.h>

#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"

struct sf_block sf_story_draw(const struct sf_story *story, uint32_t event, uint32_t block) {
  const struct sf_skeleton *skeleton = story->skeleton;
  return sf_draw(skeleton->world->config.seed, skeleton->customer.id, story->number,
                 sf_typologies[story->typology].stream, event << 12 | block);
}

bool sf_story_shows(const struct sf_story *story, uint32_t u) {
  return (u >> 15) >= story->camouflage;  // c/2 of 2^17
}

bool sf_story_mimics(const struct sf_story *story, uint32_t u) {
  return (u >> 16) < story->camouflage;
}

int64_t sf_story_blend(const struct sf_story *story, int64_t brazen, int64_t own) {
  return brazen + ((own - brazen) * (int64_t)story->camouflage) / 65536;
}

void sf_story_progress(struct sf_story *story, uint32_t i, uint32_t n) {
  if (story->combination == SF_COMBINATION_PROGRESSIVE && n > 1) {
    const int64_t c = story->episode_camouflage;
    story->camouflage = (uint32_t)(65536 - (65536 - c) * i / (n - 1));
  }
}

void sf_story_evidence(struct sf_story *story, uint32_t slot, double value, double strength) {
  if (story->leg) {
    return;  // an episode tells of its first leg
  }
  story->evidence[slot] = (float)value;
  story->strength += (float)sf_clamp(strength, 0, 1);
  story->strengths++;
}

void sf_story_suppress(struct sf_story *story, uint16_t instruments, uint16_t types, uint32_t from,
                       uint32_t to) {
  story->suppress = (struct sf_suppression){instruments, types, from, to, false};
  story->start = from < story->start ? from : story->start;
  story->end = to > story->end ? to : story->end;
}

void sf_story_stop_repaying(struct sf_story *story, uint32_t from) {
  const uint32_t end = (uint32_t)story->skeleton->world->config.days * SF_DAY;
  story->suppress = (struct sf_suppression){
      1u << SF_INSTRUMENT_ACCOUNT, 1u << SF_TRANSACTION_TYPE_BILL_PAYMENT, from, end, true};
}

void sf_story_keep(struct sf_story *story, uint32_t own) {
  const uint32_t time = story->skeleton->event[own].time;
  story->start = time < story->start ? time : story->start;
  story->end = time >= story->end ? time + 1 : story->end;
}

void sf_story_expose(struct sf_story *story, uint32_t own) {
  sf_story_keep(story, own);
  story->exposed = own + 1;
  if (story->index) {
    story->skeleton->event[own].story = story->index;
    story->skeleton->event[own].role = SF_ROLE_EXPOSURE;
  }
}

void sf_story_conceal(struct sf_story *story) {
  if (story->exposed && story->index) {
    story->skeleton->event[story->exposed - 1].story = 0;
    story->skeleton->event[story->exposed - 1].role = SF_ROLE_NONE;
  }
  story->exposed = 0;
}

void sf_story_block(struct sf_story *story, uint16_t instruments) { story->blocked = instruments; }

void sf_story_reported(struct sf_story *story, uint32_t time) { story->reported = time; }

uint32_t sf_lognormal_seconds(double median_seconds, double sigma, uint32_t u) {
  const double z = sf_quantile(&sf_law_normal, u) * 0x1p-16;
  const double seconds = median_seconds * sf_exp(sigma * z);
  return seconds < 0x1p31 ? (uint32_t)seconds : UINT32_C(1) << 31;
}

int32_t sf_level_of_paise(int64_t paise) {
  return (int32_t)(sf_log2((double)(paise > 1 ? paise : 1)) * SF_LOG2_UNIT);
}

int64_t sf_paise_of_level(int32_t level) { return (int64_t)sf_exp2((double)level / SF_LOG2_UNIT); }

// Own law.

static bool matches(const struct sf_event *event, const struct sf_own_query *query,
                    uint32_t before) {
  if (event->time < query->after || event->time >= before || event->fail ||
      event->amount_rule == SF_AMOUNT_OF_EVENT || event->amount_rule == SF_AMOUNT_STATEMENT ||
      event->flags & (SF_EVENT_PENDING | SF_EVENT_REVERSED)) {
    return false;
  }
  const uint32_t types = query->types ? query->types : 1u << SF_TRANSACTION_TYPE_PURCHASE;
  return types >> event->type & 1 && (!query->modes || query->modes >> event->mode & 1) &&
         (!query->channels || query->channels >> event->channel & 1) &&
         !(query->debit && event->direction != SF_DIRECTION_DEBIT);
}

// Random tries first, so that all that match are equally likely; where they are
// rare, the next one after a random place.
#define PROBES 24u

uint32_t sf_own_event(const struct sf_story *story, const struct sf_own_query *query, uint32_t u) {
  const struct sf_event *event = story->skeleton->event;
  const uint32_t before = query->before ? query->before : UINT32_MAX;
  for (uint32_t i = 0; i < PROBES && story->honest; i++) {
    const uint32_t e = sf_below(i ? sf_redraw(u, i) : u, story->honest);
    if (matches(&event[e], query, before)) {
      return e;
    }
  }
  uint32_t e = sf_below(sf_redraw(u, PROBES), story->honest);
  for (uint32_t i = 0; i < story->honest; i++, e = e + 1 < story->honest ? e + 1 : 0) {
    if (matches(&event[e], query, before)) {
      return e;
    }
  }
  return SF_NO_EVENT;
}

int32_t sf_own_level(const struct sf_story *story, const struct sf_own_query *query, uint32_t u,
                     int32_t fallback) {
  const uint32_t own = sf_own_event(story, query, u);
  return own == SF_NO_EVENT
             ? fallback
             : sf_level_of_paise(sf_event_paise(story->skeleton, &story->skeleton->event[own]));
}

uint32_t sf_own_second_of_day(const struct sf_story *story, uint32_t u) {
  const struct sf_own_query query = {.debit = true,
                                     .types = 1u << SF_TRANSACTION_TYPE_PURCHASE |
                                              1u << SF_TRANSACTION_TYPE_TRANSFER |
                                              1u << SF_TRANSACTION_TYPE_BILL_PAYMENT};
  const uint32_t own = sf_own_event(story, &query, u);
  // Not to the second, or the same second would show on both.
  const uint32_t second =
      own == SF_NO_EVENT ? 12 * 3600 : story->skeleton->event[own].time % SF_DAY;
  return (second + SF_DAY - 900 + sf_below(sf_redraw(u, 77), 1800)) % SF_DAY;
}

uint32_t sf_own_events_before(const struct sf_story *story, uint32_t time, uint32_t most) {
  uint32_t count = 0;
  for (uint32_t e = 0; e < story->honest && count < most; e++) {
    count += story->skeleton->event[e].time < time;
  }
  return count;
}

// The claim of a row of the story, or else the story's next claim after the row: time
// since local midnight of the first day, 0 = none.
static uint32_t claimed(const struct sf_story *story, const struct sf_event *event) {
  const struct sf_event *all = story->skeleton->event;
  uint32_t next = 0;
  for (uint32_t i = 0; i < story->rows; i++) {
    const struct sf_event *claim = &all[story->first_event + i];
    if (claim->role != SF_ROLE_CHARGEBACK || claim->time <= event->time) {
      continue;
    }
    if (&all[claim->link] == event) {
      return claim->time;
    }
    next = next && next < claim->time ? next : claim->time;
  }
  return next;
}

// When the bank learns of a fraud row, seconds since local midnight of the first
// day, 0 = never. Where the report blocks an instrument, attempts after it are
// known as they happen; where claims are the report, each row has its own.
uint32_t sf_story_report_of(const struct sf_story *story, const struct sf_event *event) {
  const uint32_t time = story->reported;
  if (time == 0) {
    return 0;
  }
  if (!story->blocked) {
    const uint32_t claim = claimed(story, event);
    return claim || time <= event->time ? claim : time;
  }
  return time < event->time ? event->time : time;
}

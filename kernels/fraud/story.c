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

#include "kernels/fraud/stories.h"

#include <math.h>
#include <string.h>

#include "kernels/fraud/camouflage.h"
#include "kernels/fraud/candidates.h"
#include "kernels/fraud/report.h"
#include "kernels/fraud/role.h"
#include "kernels/fraud/typology.h"

// Nominated candidates of typologies with rings; the others stand alone.
#define IN_RINGS SF_CHANCE(0.8)

// Combinations, as a share of the episodes that can be so: together the
// configured share (8 % by default) of all, about half of them coordinated rings.
#define CHAINED_FULL 0.20
#define PROGRESSIVE_FULL 0.12

static const uint8_t second_leg[SF_TYPOLOGY_COUNT] = {
    [SF_TYPOLOGY_CARD_TESTING] = SF_TYPOLOGY_STOLEN_CARD,
    [SF_TYPOLOGY_ACCOUNT_TAKEOVER] = SF_TYPOLOGY_MULE_ACCOUNT,
};
#define PROGRESSIVE                                                           \
  (1u << SF_TYPOLOGY_VELOCITY_ABUSE | 1u << SF_TYPOLOGY_AMOUNT_MANIPULATION | \
   1u << SF_TYPOLOGY_REFUND_FRAUD | 1u << SF_TYPOLOGY_LOYALTY_ABUSE |         \
   1u << SF_TYPOLOGY_FRIENDLY_FRAUD)

// Drift: the mean camouflage rises by this over the window.
#define DRIFT_CAMOUFLAGE 0.3

// Part of the window that has passed, 0..1.
static double passed(const struct sf_skeleton *skeleton, uint32_t time) {
  return (double)time / ((double)skeleton->world->config.days * SF_DAY);
}

static double mean_camouflage(const struct sf_story *story, uint32_t time) {
  const struct sf_fraud_config *fraud = &story->skeleton->world->config.fraud;
  const double own = fraud->camouflage[story->typology];
  const double mean = own >= 0 ? own : fraud->difficulty;
  return fraud->drift ? mean + DRIFT_CAMOUFLAGE * (passed(story->skeleton, time) - 0.5) : mean;
}

// Whether drift leaves a story that begins then.
static bool stays(const struct sf_story *story, uint32_t u) {
  const double x = 2 * passed(story->skeleton, story->begin) - 1;
  const double weight = 1 + (story->typology & 1 ? x : -x) * SF_DRIFT_SPAN;
  return !story->skeleton->world->config.fraud.drift || u * 0x1p-32 * (1 + SF_DRIFT_SPAN) < weight;
}

static uint8_t combination_of(const struct sf_story *story, uint32_t u) {
  const struct sf_fraud_config *fraud = &story->skeleton->world->config.fraud;
  const double full = fraud->combinations / SF_COMBINATIONS_SET;
  const double p = u * 0x1p-32;
  const uint8_t second = second_leg[story->typology];
  if (story->twin) {
    return SF_COMBINATION_SINGLE;
  }
  if (second) {
    return fraud->share[second] > 0 && p < full * CHAINED_FULL ? SF_COMBINATION_CHAINED
                                                               : SF_COMBINATION_SINGLE;
  }
  return PROGRESSIVE >> story->typology & 1 && p < full * PROGRESSIVE_FULL
             ? SF_COMBINATION_PROGRESSIVE
             : SF_COMBINATION_SINGLE;
}

// The story before its first row.
static void begin(struct sf_skeleton *skeleton, uint16_t number, struct sf_story *story) {
  memset(story, 0, sizeof *story);
  story->skeleton = skeleton;
  story->honest = skeleton->events;
  story->first_event = skeleton->events;
  story->number = number;
  story->typology = (uint8_t)sf_number_typology(number);
  story->twin = sf_number_is_twin(number);
  story->start = UINT32_MAX;
  for (int e = 0; e < SF_EVIDENCE_MAX; e++) {
    story->evidence[e] = NAN;
  }
  const struct sf_config *config = &skeleton->world->config;
  const struct sf_block draw =
      sf_draw(config->seed, skeleton->customer.id, number, SF_STREAM_STORY, 0);
  const uint32_t first = (uint32_t)skeleton->first_day * SF_DAY;
  story->begin = first + sf_below(draw.word[1], (uint32_t)config->days * SF_DAY - first);
  story->camouflage = sf_camouflage(mean_camouflage(story, story->begin), draw.word[0]);
  story->combination = combination_of(story, draw.word[2]);
}

// A member's story shares its camouflage with the ring.
static void join(struct sf_story *story, const struct sf_membership *member) {
  const uint64_t seed = story->skeleton->world->config.seed;
  story->member = member;
  const struct sf_block draw = sf_ring_draw(seed, member->key, 0);
  story->camouflage = sf_camouflage(mean_camouflage(story, story->begin), draw.word[0]);
  if (member->candidate.combination == SF_COMBINATION_COORDINATED) {
    story->combination = SF_COMBINATION_COORDINATED;
  }
}

static bool is_taken(const struct sf_event *event, const struct sf_suppression *suppress) {
  return suppress->instruments >> event->instrument & 1 && suppress->types >> event->type & 1 &&
         event->time >= suppress->from && event->time < suppress->to &&
         (!suppress->statements || event->amount_rule == SF_AMOUNT_STATEMENT);
}

static bool follows(const struct sf_event *event) {
  return event->amount_rule == SF_AMOUNT_OF_EVENT || event->amount_rule == SF_AMOUNT_NEAR_EVENT;
}

// Marks the honest rows that do not happen. What follows from an event comes
// after it in the list.
static void suppress(struct sf_story *story) {
  struct sf_event *event = story->skeleton->event;
  for (uint32_t e = 0; e < story->honest && story->suppress.to; e++) {
    const bool orphan = follows(&event[e]) && event[event[e].link].flags & SF_EVENT_SUPPRESSED;
    if (!(event[e].flags & SF_EVENT_SUPPRESSED) && !event[e].story &&
        (orphan || is_taken(&event[e], &story->suppress))) {
      event[e].flags |= SF_EVENT_SUPPRESSED;
      story->suppressed++;
      if (!story->suppress.statements) {
        story->end = event[e].time >= story->end ? event[e].time + 1 : story->end;
      }
    }
  }
}

static void restore(struct sf_story *story) {
  for (uint32_t e = 0; e < story->honest && story->suppressed; e++) {
    if (story->skeleton->event[e].flags & SF_EVENT_SUPPRESSED) {
      story->skeleton->event[e].flags &= (uint8_t)~SF_EVENT_SUPPRESSED;
      story->suppressed--;
    }
  }
}

// The span of a story begins with the honest rows that its own refer to.
static void reach_back(struct sf_story *story) {
  const struct sf_event *event = story->skeleton->event;
  for (uint32_t i = 0; i < story->rows; i++) {
    const struct sf_event *row = &event[story->first_event + i];
    if (follows(row) && row->link < story->honest && event[row->link].time < story->start) {
      story->start = event[row->link].time;
    }
  }
}

// All rows of the story; false, with nothing left behind, if it cannot be.
static bool tell(struct sf_story *story) {
  struct sf_skeleton *skeleton = story->skeleton;
  const uint32_t places = skeleton->places;
  const struct sf_typology_row *row = &sf_typologies[story->typology];
  story->episode_camouflage = story->camouflage;
  bool told = story->twin ? row->twin(story) : row->fraud(story);
  if (told && !story->in_vain && story->combination == SF_COMBINATION_CHAINED) {
    story->leg = 1;
    story->second = second_leg[story->typology];
    story->begin = story->end + 3600;
    story->typology = story->second;
    told = sf_typologies[story->second].fraud(story);
    story->typology = (uint8_t)sf_number_typology(story->number);
  }
  story->camouflage = story->episode_camouflage;
  told = told && !story->in_vain && story->rows;
  if (told) {
    reach_back(story);
    sf_report(story);
    suppress(story);
  } else {
    sf_story_conceal(story);
    skeleton->events = story->first_event;
    skeleton->places = places;
  }
  return told;
}

static void take_back(struct sf_story *story, uint32_t places) {
  restore(story);
  sf_story_conceal(story);
  story->skeleton->events = story->first_event;
  story->skeleton->places = places;
}

static struct sf_candidate candidate_of(const struct sf_story *story) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const uint32_t customer = skeleton->customer.id;
  const struct sf_block draw =
      sf_draw(skeleton->world->config.seed, customer, story->number, SF_STREAM_CANDIDATE, 1);
  return (struct sf_candidate){
      .priority = (uint64_t)draw.word[0] << 32 | draw.word[1],
      .customer = customer,
      .number = story->number,
      .second = story->second,
      .combination = story->combination,
      .start = story->start,
      .end = story->end,
      .exposure = story->exposed ? skeleton->event[story->exposed - 1].time : 0,
      .fraud_rows = {(uint16_t)story->fraud_rows[0], (uint16_t)story->fraud_rows[1]},
      .fires = (uint16_t)story->fires,
      .net = (int16_t)((int32_t)story->rows - (int32_t)story->suppressed),
      .takes_away = story->suppress.to > 0,
  };
}

static bool nominate(struct sf_story *story, struct sf_nomination *nomination) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_block draw = sf_draw(skeleton->world->config.seed, skeleton->customer.id,
                                       story->number, SF_STREAM_CANDIDATE, 2);
  memset(nomination, 0, sizeof *nomination);
  nomination->draw = draw.word[2];
  return sf_typologies[story->typology].nominate(story, nomination);
}

// Whether a row uses the device of the ring, or is sent to its drop.
static bool shows_shared(const struct sf_story *story, enum sf_ring_family family) {
  for (uint32_t i = 0; i < story->rows; i++) {
    const struct sf_event *row = &story->skeleton->event[story->first_event + i];
    if (family == SF_RING_FAMILY_SHARED_LOCATION ? row->delivery != 0
                                                 : row->device == SF_DEVICE_FOREIGN) {
      return true;
    }
  }
  return false;
}

// Lets a candidate be told, alone or as a member of a ring that is not yet
// there, and lists it.
static void propose(struct sf_skeleton *skeleton, uint16_t number, struct sf_story *story,
                    struct sf_candidates *list) {
  begin(skeleton, number, story);
  const uint64_t seed = skeleton->world->config.seed;
  const struct sf_block draw = sf_draw(seed, skeleton->customer.id, number, SF_STREAM_CANDIDATE, 2);
  if (!stays(story, draw.word[0])) {
    return;
  }
  const uint32_t places = skeleton->places;
  const struct sf_typology_row *row = &sf_typologies[story->typology];
  struct sf_nomination *nomination = &list->nomination[list->nominations];
  if (row->ring && draw.word[1] < IN_RINGS && nominate(story, nomination)) {
    struct sf_membership member = {.key = nomination->key,
                                   .ring = nomination->key,
                                   .size = SF_RING_MIN,
                                   .candidate = nomination->candidate,
                                   .merchant = nomination->merchant,
                                   .exposure = nomination->exposure};
    join(story, &member);
    nomination->camouflage = story->camouflage;
    nomination->city = skeleton->customer.city;
    if (row->ring == SF_RING_FAMILY_MULE) {
      // The ring deals out the rows, inside the span that the nomination keeps free.
      const uint32_t start = nomination->candidate.start, end = nomination->candidate.end;
      nomination->candidate = candidate_of(story);
      nomination->candidate.start = start;
      nomination->candidate.end = end;
      sf_trace_from(story, list, start, &list->nomination_trace[list->nominations++]);
    } else if (tell(story)) {
      nomination->candidate = candidate_of(story);
      nomination->shown = shows_shared(story, row->ring);
      if (row->ring == SF_RING_FAMILY_SHARED_MERCHANT) {
        nomination->merchant = skeleton->event[story->first_event].merchant;
      }
      sf_trace_of(story, list, &list->nomination_trace[list->nominations++]);
      take_back(story, places);
    }
    return;
  }
  if (tell(story)) {
    list->single[list->singles] = candidate_of(story);
    sf_trace_of(story, list, &list->single_trace[list->singles++]);
    take_back(story, places);
  }
}

static const struct sf_candidate *at(const struct sf_candidates *list, uint32_t i) {
  return i < list->nominations ? &list->nomination[i].candidate
                               : &list->single[i - list->nominations];
}

// Rings of transfers come first, since they need all their members. Fraud goes before
// look-alikes; of each, people who are invented, who must be among the few new
// accounts, then stories that take rows away, which find room hardest, then rings.
static uint32_t precedence(const struct sf_candidates *list, uint32_t i) {
  const bool single = i >= list->nominations;
  const struct sf_candidate *c = at(list, i);
  const enum sf_typology typology = sf_number_typology(c->number);
  if (!single && sf_typologies[typology].ring == SF_RING_FAMILY_MULE) {
    return 0;
  }
  const uint32_t class = typology == SF_TYPOLOGY_SYNTHETIC_IDENTITY ? 1
                         : c->takes_away                            ? 2
                         : !single                                  ? 3
                                                                    : 4;
  return sf_number_is_twin(c->number) ? 4 + class : class;
}

// Whether `a` takes away the row that exposed the victim of `b`.
static bool hides(const struct sf_candidate *a, const struct sf_candidate *b) {
  return a->takes_away && b->exposure && b->exposure >= a->start && b->exposure < a->end;
}

// Stories may run side by side, as long as neither takes away what the other is
// told from, they are not of the same kind, and one row exposed but one of them. A
// person is invented once.
static bool conflict(const struct sf_candidate *a, const struct sf_candidate *b) {
  const bool overlap = b->start < a->end && a->start < b->end;
  const enum sf_typology kind = sf_number_typology(a->number);
  const bool same = kind == sf_number_typology(b->number);
  return (overlap && (a->takes_away || b->takes_away || same)) || hides(a, b) || hides(b, a) ||
         (a->exposure && a->exposure == b->exposure) ||
         (same && kind == SF_TYPOLOGY_SYNTHETIC_IDENTITY);
}

static bool is_before(const struct sf_candidates *list, uint32_t i, uint32_t j) {
  const uint32_t class = precedence(list, i), other_class = precedence(list, j);
  const struct sf_candidate *own = at(list, i), *other = at(list, j);
  return class != other_class               ? class < other_class
         : own->priority != other->priority ? own->priority < other->priority
                                            : own->number < other->number;
}

// By precedence and priority, each stays that has no conflict with those that stay.
static void settle_conflicts(struct sf_candidates *list) {
  uint32_t order[2 * SF_STORIES_MAX], kept[2 * SF_STORIES_MAX], stay = 0;
  bool lost[2 * SF_STORIES_MAX];
  const uint32_t all = list->nominations + list->singles;
  for (uint32_t i = 0; i < all; i++) {
    uint32_t place = i;
    while (place > 0 && is_before(list, i, order[place - 1])) {
      order[place] = order[place - 1];
      place--;
    }
    order[place] = i;
  }
  for (uint32_t i = 0; i < all; i++) {
    const uint32_t c = order[i];
    lost[c] = false;
    for (uint32_t k = 0; k < stay && !lost[c]; k++) {
      lost[c] = conflict(at(list, c), at(list, kept[k]));
    }
    if (!lost[c]) {
      kept[stay++] = c;
    }
  }
  uint32_t nominations = 0, singles = 0;
  for (uint32_t i = 0; i < all; i++) {
    if (lost[i]) {
      continue;
    }
    if (i < list->nominations) {
      list->nomination_trace[nominations] = list->nomination_trace[i];
      list->nomination[nominations++] = list->nomination[i];
    } else {
      list->single_trace[singles] = list->single_trace[i - list->nominations];
      list->single[singles++] = list->single[i - list->nominations];
    }
  }
  list->nominations = nominations;
  list->singles = singles;
}

void sf_stories_list(struct sf_skeleton *skeleton, struct sf_story *story,
                     struct sf_candidates *list) {
  const struct sf_config *config = &skeleton->world->config;
  list->singles = list->nominations = list->touches = 0;
  list->overflow = false;
  if (skeleton->first_day >= config->days) {
    return;
  }
  if (list->traced) {
    sf_skeleton_device_days(skeleton, list->device_day);
  }
  // A member may be nominated for a second ring.
  const uint64_t overlap = sf_threshold_q32(config->fraud.ring_overlap);
  uint32_t count[SF_CANDIDATE_KINDS], word[SF_CANDIDATE_KINDS];
  sf_candidates_count(skeleton, count, word);
  for (uint32_t k = 2; k < SF_CANDIDATE_KINDS; k++) {
    const enum sf_typology typology = (enum sf_typology)(k / 2);
    const bool twin = k & 1;
    for (uint32_t i = 0; i < count[k] && list->singles < SF_STORIES_MAX - 2 &&
                         list->nominations < SF_STORIES_MAX - 2;
         i++) {
      propose(skeleton, sf_story_number(typology, twin, i), story, list);
      const bool again = sf_typologies[typology].ring && i < SF_STORY_INDEX_MAX / 2 &&
                         sf_redraw(word[k], i) < overlap;
      if (again) {
        propose(skeleton, sf_story_number(typology, twin, i + SF_STORY_INDEX_MAX / 2), story, list);
      }
    }
  }
  settle_conflicts(list);
}

bool sf_story_tell(struct sf_skeleton *skeleton, uint32_t honest,
                   const struct sf_assignment *assignment, uint32_t index, struct sf_story *story) {
  const struct sf_candidate *c = &assignment->candidate;
  begin(skeleton, c->number, story);
  story->honest = honest;
  story->index = (uint16_t)(index + 1);
  if (assignment->member) {
    // A coordinated ring begins at a time of its own, which the nomination finds.
    struct sf_nomination again;
    nominate(story, &again);
    join(story, assignment->member);
    story->link = assignment->link;
    story->links = assignment->links;
  }
  if (!tell(story)) {
    return false;
  }
  const struct sf_candidate now = candidate_of(story);
  return now.net == c->net && now.fires == c->fires && now.fraud_rows[0] == c->fraud_rows[0] &&
         now.fraud_rows[1] == c->fraud_rows[1];
}

#ifndef SF_TESTS_UNIT_TOLD_STORY_H
#define SF_TESTS_UNIT_TOLD_STORY_H

#include "kernels/fraud/stories.h"
#include "model.h"

// Telling a story of which nothing is known beforehand.

static struct sf_story story;  // the last one told

static inline uint32_t begin(struct model *m, uint32_t customer) {
  sf_skeleton_build(&m->skeleton, customer);
  return m->skeleton.events;
}

// Tells the i-th story of a typology; false if the customer cannot have it.
static inline bool tell_nth(struct model *m, uint32_t customer, enum sf_typology typology,
                            bool twin, uint32_t i, const struct sf_membership *member) {
  const uint32_t honest = begin(m, customer);
  if (m->skeleton.first_day >= m->world->config.days) {
    return false;
  }
  const struct sf_assignment assignment = {
      .candidate = {.customer = customer, .number = sf_story_number(typology, twin, i)},
      .member = member};
  sf_story_tell(&m->skeleton, honest, &assignment, 0, &story);
  return m->skeleton.events > honest;
}

static inline const struct sf_event *row(const struct model *m, uint32_t i) {
  return &m->skeleton.event[story.first_event + i];
}

#endif

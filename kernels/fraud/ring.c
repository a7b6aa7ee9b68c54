#include "kernels/fraud/ring.h"

#include "kernels/fraud/candidates.h"
#include "kernels/fraud/stories.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"

struct sf_block sf_ring_draw(uint64_t seed, uint64_t key, uint32_t purpose) {
  return sf_draw(seed, (uint32_t)key, (uint32_t)(key >> 32), SF_STREAM_RING, purpose);
}

// Honest people who share a device.
#define OF_A_HOUSE 2

uint64_t sf_ring_device_key(const struct sf_membership *member) {
  const double c = member->camouflage * 0x1p-16;
  const bool twin = sf_number_is_twin(member->candidate.number);
  const double group = twin ? OF_A_HOUSE : sf_exp2((1 - c * c) * sf_log2((double)member->size));
  return member->ring +
         (uint64_t)(member->position / (uint32_t)(group + 0.5)) * 0x51ED270B9F2AA1D7u;
}

uint64_t sf_ring_key(uint64_t seed, uint16_t number, uint32_t cell, uint32_t slot, uint32_t salt) {
  const uint32_t kind = number / SF_STORY_INDEX_MAX;  // typology and twin
  const struct sf_block draw =
      sf_draw(seed, cell, salt, SF_STREAM_RING, 1u << 31 | kind << 20 | slot);
  return (uint64_t)draw.word[0] << 32 | draw.word[1];
}

// Nominations that meet under one key: enough for several rings, few enough for
// the owners of keys to share the work.
#define MEETING 96.0
// Coordinated rings act within two hours. A quarter of a meeting at a time, so that no two
// hours hold much of what a typology does in the window.
#define COORDINATED_FULL 0.063
#define COORDINATED_SECONDS 7200u
#define COORDINATED_PARTS 4u

uint32_t sf_meetings(const struct sf_story *story, double cells, uint32_t slot_days) {
  const struct sf_config *config = &story->skeleton->world->config;
  const double all =
      story->skeleton->world->candidates[story->typology][story->twin] * config->customers;
  const double slots = (double)config->days / slot_days;
  const double keys = all / (MEETING * slots * cells);
  return keys > 1 ? (uint32_t)keys : 1;
}

uint64_t sf_meeting_key(const struct sf_story *story, uint32_t cell, double cells,
                        uint32_t slot_days, uint32_t u) {
  const struct sf_config *config = &story->skeleton->world->config;
  const uint32_t salt = sf_below(u, sf_meetings(story, cells, slot_days));
  return sf_ring_key(config->seed, story->number, cell, story->begin / (slot_days * SF_DAY), salt);
}

void sf_nominate(struct sf_story *story, struct sf_nomination *nomination, uint32_t cell,
                 double cells, uint32_t slot_days) {
  const struct sf_config *config = &story->skeleton->world->config;
  const uint32_t slot_seconds = slot_days * SF_DAY;
  const uint32_t slot = story->begin / slot_seconds;
  nomination->key = sf_meeting_key(story, cell, cells, slot_days, sf_redraw(nomination->draw, 11));
  const struct sf_block draw = sf_ring_draw(config->seed, nomination->key, 1);
  const double coordinated = COORDINATED_FULL * config->fraud.combinations / SF_COMBINATIONS_SET;
  if (!story->twin && draw.word[0] < sf_threshold_q32(coordinated)) {
    const uint32_t part = sf_below(sf_redraw(nomination->draw, 13), COORDINATED_PARTS);
    nomination->key += part * UINT64_C(0xD1B54A32D192ED03);
    nomination->candidate.combination = SF_COMBINATION_COORDINATED;
    story->begin = slot * slot_seconds +
                   sf_below(sf_redraw(draw.word[1], part), slot_seconds - SF_DAY) +
                   sf_below(sf_redraw(nomination->draw, 12), COORDINATED_SECONDS);
  }
  nomination->candidate.start = slot * slot_seconds;
  nomination->candidate.end = (slot + 1) * slot_seconds;
}

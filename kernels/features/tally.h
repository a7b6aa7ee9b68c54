#ifndef SF_KERNELS_FEATURES_TALLY_H
#define SF_KERNELS_FEATURES_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/activity/skeleton.h"
#include "kernels/features/knowledge_build.h"
#include "kernels/fraud/story.h"

// Counts of the plan that become the bank's knowledge (knowledge.h): they add
// over customers and ranks in any order.

struct sf_tally {
  uint32_t *rows;  // shape [merchants, days + 1]; [m - 1][d + 1] rows at m on day d
  uint32_t days;
  bool shared;  // several processes count into `rows` at once
};

static inline uint32_t *sf_tally_cell(const struct sf_tally *tally, uint32_t merchant,
                                      uint32_t day) {
  return &tally->rows[(size_t)(merchant - 1) * (tally->days + 1) + day + 1];
}

static inline void sf_tally_add(const struct sf_tally *tally, uint32_t merchant, uint32_t day,
                                uint32_t rows) {
  uint32_t *at = sf_tally_cell(tally, merchant, day);
  if (tally->shared) {
    __atomic_fetch_add(at, rows, __ATOMIC_RELAXED);
  } else {
    *at += rows;
  }
}

// Counts the rows of a customer at merchants.
void sf_tally_rows(const struct sf_tally *tally, const struct sf_skeleton *skeleton);

// First days of the customer on devices that others may use as well: those of a
// household, and those of the stories that have been told (shape [stories], may
// be null). Each device once; returns how many, at most SF_SIGHTINGS_MAX.
#define SF_SIGHTINGS_MAX 64u
uint32_t sf_tally_sightings(const struct sf_skeleton *skeleton, const struct sf_story *story,
                            uint32_t stories, struct sf_sighting sighting[SF_SIGHTINGS_MAX]);

#endif

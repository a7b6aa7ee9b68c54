#ifndef SF_KERNELS_FRAUD_LABELS_H
#define SF_KERNELS_FRAUD_LABELS_H

#include <stdint.h>

#include "kernels/fraud/story.h"
#include "kernels/schema/schema.h"
#include "kernels/world.h"

// Ground truth: the rows of /labels, and those of /episodes out of them.

// A story as the labels tell it, and what its rows add up to.
struct sf_episode {
  uint64_t id;  // customer << 16 | number of the story; 0: a benign twin
  uint32_t ring_id;
  float camouflage, confidence;
  uint8_t severity;   // enum sf_fraud_severity
  int64_t first_day;  // midnight of the first day, s since 1970-01-01 UTC
  // Of the rows filled so far; times in s since 1970-01-01 UTC, amount in paise
  // of approved fraud debits.
  uint32_t rows;
  int64_t start, end, amount;
};

// Sets the episode of a story that has been told, with no rows yet.
//
// confidence = 0.6 x strength + 0.25 x (1 - c) + 0.15 x history, where strength is
// the mean of the evidence scaled to 0..1, c the camouflage and history the
// honest events before the story, of 100 at most.
// severity: (fraud debits, attempted or approved, in monthly incomes) x confidence
// below 0.1 low, below 0.5 medium, below 2 high, else critical.
void sf_episode_begin(const struct sf_story *story, struct sf_episode *episode);

// Fills rows at .. at+count-1 of the labels of a customer's next rows, with the
// events event[0 .. count-1], and adds them to the episodes. `story` and
// `episode` are those of the customer, by sf_event.story - 1; `batch` holds the
// same rows of /transactions.
void sf_labels_fill(const struct sf_world *world, const struct sf_event *const *event,
                    const struct sf_story *story, struct sf_episode *episode, int64_t count,
                    const struct sf_transactions *batch, struct sf_labels *labels, int64_t at);

// Writes the episode, all of whose rows have been filled, to row `at` of a batch.
void sf_episode_write(const struct sf_story *story, const struct sf_episode *episode,
                      struct sf_episodes *batch, int64_t at);

// Part of the corpus (enum sf_split) that a row belongs to by its time, seconds
// since local midnight of the first of `days` days: the first 60 % of the window
// train, the next 20 % validation, the rest test. The first SF_SPLIT_GAP_DAYS days
// of validation and of test are a gap, in which most fraud of the part before is
// still unknown; at most half of each.
#define SF_SPLIT_GAP_DAYS 7
uint8_t sf_split_of(uint32_t time, int32_t days);

#endif

#include "kernels/fraud/labels.h"

#include <math.h>
#include <string.h>

#include "kernels/fraud/role.h"
#include "kernels/fraud/typology.h"

// Weights of the confidence, and the events of a full history.
#define STRENGTH_WEIGHT 0.6
#define OPENNESS_WEIGHT 0.25
#define HISTORY_WEIGHT 0.15
#define FULL_HISTORY 100u

static double confidence_of(const struct sf_story *story) {
  const double strength = story->strengths ? (double)story->strength / story->strengths : 0;
  const double camouflage = story->episode_camouflage * 0x1p-16;
  const double history =
      (double)sf_own_events_before(story, story->start, FULL_HISTORY) / FULL_HISTORY;
  return STRENGTH_WEIGHT * strength + OPENNESS_WEIGHT * (1 - camouflage) + HISTORY_WEIGHT * history;
}

static bool is_fraud(const struct sf_story *story, const struct sf_event *event) {
  return !story->twin && sf_role_is_fraud(event->role);
}

// Paise of all fraud debits, attempted or approved.
static int64_t loss_of(const struct sf_story *story) {
  int64_t loss = 0;
  for (uint32_t i = 0; i < story->rows; i++) {
    const struct sf_event *event = &story->skeleton->event[story->first_event + i];
    if (is_fraud(story, event) && event->direction == SF_DIRECTION_DEBIT) {
      loss += sf_event_paise(story->skeleton, event);
    }
  }
  return loss;
}

static uint8_t severity_of(double incomes, double confidence) {
  const double weight = incomes * confidence;
  return weight < 0.1   ? SF_FRAUD_SEVERITY_LOW
         : weight < 0.5 ? SF_FRAUD_SEVERITY_MEDIUM
         : weight < 2   ? SF_FRAUD_SEVERITY_HIGH
                        : SF_FRAUD_SEVERITY_CRITICAL;
}

void sf_episode_begin(const struct sf_story *story, struct sf_episode *episode) {
  memset(episode, 0, sizeof *episode);
  if (story->twin) {
    return;
  }
  const struct sf_customer *customer = &story->skeleton->customer;
  const double confidence = confidence_of(story);
  const double incomes = (double)loss_of(story) / (100.0 * (double)customer->income);
  episode->id = (uint64_t)customer->id << 16 | story->number;
  episode->ring_id = story->member ? story->member->ring_id : 0;
  episode->camouflage = (float)(story->episode_camouflage * 0x1p-16);
  episode->confidence = (float)confidence;
  episode->severity = severity_of(incomes, confidence);
  episode->first_day = sf_midnight_of(story->skeleton->world->config.start_day);
}

uint8_t sf_split_of(uint32_t time, int32_t days) {
  const int64_t window = (int64_t)days * SF_DAY;
  const int64_t validation = window / 5 * 3, test = window / 5 * 4;
  const int64_t half = window / 10;
  const int64_t gap = half < SF_SPLIT_GAP_DAYS * SF_DAY ? half : SF_SPLIT_GAP_DAYS * SF_DAY;
  if (time < validation) {
    return SF_SPLIT_TRAIN;
  }
  if (time < test) {
    return time < validation + gap ? SF_SPLIT_GAP : SF_SPLIT_VALIDATION;
  }
  return time < test + gap ? SF_SPLIT_GAP : SF_SPLIT_TEST;
}

static void fill_fraud(const struct sf_story *story, const struct sf_episode *episode,
                       const struct sf_event *event, struct sf_labels *labels, int64_t r) {
  const uint8_t first = (uint8_t)sf_number_typology(story->number);
  const uint32_t time = sf_story_report_of(story, event);
  labels->is_fraud[r] = 1;
  labels->fraud_type[r] = event->leg ? story->second : first;
  labels->secondary_fraud_type[r] = event->leg ? first : story->second;
  labels->fraud_confidence[r] = episode->confidence;
  labels->fraud_severity[r] = episode->severity;
  labels->reported_at[r] = time ? episode->first_day + time : 0;
}

static void fill_episode(const struct sf_story *story, struct sf_episode *episode,
                         const struct sf_event *event, const struct sf_transactions *batch,
                         struct sf_labels *labels, int64_t r) {
  const int64_t time = batch->timestamp[r];
  episode->start = episode->rows ? episode->start : time;
  episode->end = time;
  episode->rows++;
  labels->episode_id[r] = episode->id;
  labels->ring_id[r] = episode->ring_id;
  labels->role[r] = event->role;
  if (!is_fraud(story, event)) {
    return;
  }
  fill_fraud(story, episode, event, labels, r);
  if (batch->direction[r] == SF_DIRECTION_DEBIT && batch->status[r] == SF_STATUS_CODE_APPROVED) {
    episode->amount += llrint(batch->amount[r] * 100.0);
  }
}

static void clear(struct sf_labels *labels, int64_t at, int64_t count) {
  const struct sf_table *table = &sf_tables[SF_TABLE_LABELS];
  for (uint32_t c = 0; c < table->columns; c++) {
    const size_t bytes = sf_column_row_bytes(&table->column[c]);
    memset((char *)sf_batch_column(labels, &table->column[c]) + (size_t)at * bytes, 0,
           (size_t)count * bytes);
  }
}

void sf_labels_fill(const struct sf_world *world, const struct sf_event *const *event,
                    const struct sf_story *story, struct sf_episode *episode, int64_t count,
                    const struct sf_transactions *batch, struct sf_labels *labels, int64_t at) {
  clear(labels, at, count);
  for (int64_t i = 0; i < count; i++) {
    const int64_t r = at + i;
    labels->split[r] = sf_split_of(event[i]->time, world->config.days);
    labels->anomaly_type[r] = event[i]->anomaly;
    labels->anomaly_severity[r] = event[i]->anomaly ? (float)event[i]->severity / 255.0f : 0.0f;
    if (event[i]->story == 0) {
      continue;
    }
    const struct sf_story *told = &story[event[i]->story - 1];
    if (!told->twin) {
      fill_episode(told, &episode[event[i]->story - 1], event[i], batch, labels, r);
    } else {
      labels->benign_twin_of[r] = told->typology;
    }
  }
}

void sf_episode_write(const struct sf_story *story, const struct sf_episode *episode,
                      struct sf_episodes *batch, int64_t at) {
  batch->episode_id[at] = episode->id;
  batch->fraud_type[at] = (uint8_t)sf_number_typology(story->number);
  batch->combination[at] = story->combination;
  batch->customer_id[at] = (uint32_t)(episode->id >> 16);
  batch->ring_id[at] = episode->ring_id;
  batch->start[at] = episode->start;
  batch->end[at] = episode->end;
  batch->row_count[at] = episode->rows;
  batch->amount[at] = (double)episode->amount / 100.0;
  batch->camouflage[at] = episode->camouflage;
  batch->confidence[at] = episode->confidence;
  batch->severity[at] = episode->severity;
  memcpy(&batch->evidence[SF_EVIDENCE_ELEMENTS * at], story->evidence, sizeof story->evidence);
}

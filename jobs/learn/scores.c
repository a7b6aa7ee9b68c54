#include "jobs/learn/scores.h"

#include <stdlib.h>
#include <string.h>

static enum sf_status reserve(struct sf_scores *scores, int64_t rows, struct sf_error *error) {
  if (rows <= scores->capacity) {
    return SF_OK;
  }
  const int64_t capacity = rows + rows / 2 + SF_EXAMPLES_MAX;
  struct sf_scored *row = realloc(scores->row, (size_t)capacity * sizeof *row);
  scores->row = row ? row : scores->row;
  bool is_moved = row != NULL;
  for (int r = 0; r < scores->repeats; r++) {
    float *score = realloc(scores->score[r], (size_t)capacity * sizeof *score);
    scores->score[r] = score ? score : scores->score[r];
    is_moved = is_moved && score;
  }
  scores->capacity = is_moved ? capacity : scores->capacity;
  return is_moved ? SF_OK
                  : sf_fail(error, SF_MEMORY, "out of memory for %lld scores", (long long)capacity);
}

static enum sf_status append(struct sf_model *model, const struct sf_examples *examples,
                             struct sf_scores *scores, struct sf_error *error) {
  SF_TRY(reserve(scores, scores->rows + examples->count, error));
  for (int64_t i = 0; i < examples->count; i++) {
    scores->row[scores->rows + i] = (struct sf_scored){.amount = examples->amount[i],
                                                       .episode_id = examples->episode_id[i],
                                                       .ring_id = examples->ring_id[i],
                                                       .customer_id = examples->customer_id[i],
                                                       .day = examples->day[i],
                                                       .truth = examples->truth[i],
                                                       .known = examples->fraud[i],
                                                       .fraud_type = examples->fraud_type[i]};
  }
  for (int r = 0; r < scores->repeats; r++) {
    SF_TRY(sf_model_score(model, r, examples, scores->score[r] + scores->rows, error));
  }
  scores->rows += examples->count;
  return SF_OK;
}

enum sf_status sf_scores_make(struct sf_model *model, struct sf_dataset *dataset, int part,
                              struct sf_scores *scores, struct sf_error *error) {
  scores->repeats = model->repeats;
  for (int64_t at = 0; at < dataset->rows; at += SF_EXAMPLES_MAX) {
    SF_TRY(sf_dataset_read(dataset, at, 1u << part, true, error));
    SF_TRY(append(model, &dataset->examples, scores, error));
  }
  return SF_OK;
}

void sf_scores_free(struct sf_scores *scores) {
  free(scores->row);
  for (int r = 0; r < SF_REPEATS_MAX; r++) {
    free(scores->score[r]);
  }
  memset(scores, 0, sizeof *scores);
}

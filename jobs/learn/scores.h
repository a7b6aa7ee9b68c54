#ifndef SF_JOBS_LEARN_SCORES_H
#define SF_JOBS_LEARN_SCORES_H

#include <stdint.h>

#include "jobs/learn/dataset.h"
#include "jobs/learn/model.h"
#include "kernels/status.h"

// A scored row with what the measures need of it.
struct sf_scored {
  double amount;
  uint64_t episode_id;
  uint32_t ring_id, customer_id;
  int32_t day;
  uint8_t truth, known, fraud_type;
};

// The rows of a part, in file order, with the scores of every repeat. Zero-initialised
// before use.
struct sf_scores {
  int64_t rows, capacity;
  int repeats;
  struct sf_scored *row;
  float *score[SF_REPEATS_MAX];  // shape [rows] each
};

// Scores the rows of a part (enum sf_split). Errors: those of sf_dataset_read and
// sf_model_score, SF_MEMORY. The caller frees them, after a failure too.
enum sf_status sf_scores_make(struct sf_model *model, struct sf_dataset *dataset, int part,
                              struct sf_scores *scores, struct sf_error *error);
void sf_scores_free(struct sf_scores *scores);

#endif

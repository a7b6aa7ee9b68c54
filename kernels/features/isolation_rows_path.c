#include "kernels/features/passes.h"
#include "kernels/math/elementary.h"

// Group anomaly_unsupervised: the outlier score of isolation.h on the rows of a chunk.

static const struct {
  double low, scale;  // bins a unit
} columns[SF_ISOLATION_COLUMNS] = {
#define SF_ISOLATION_SCALE(constant, low, high) {low, SF_ISOLATION_BINS / ((high) - (low))},
    SF_ISOLATION_LIST(SF_ISOLATION_SCALE)
#undef SF_ISOLATION_SCALE
};

#define LAST_BIN ((int32_t)SF_ISOLATION_BINS - 1)

// Values of one column of the chunk to bins.
static void find_bins(struct sf_features *f, enum sf_isolation_column c, const double *x) {
  const double low = columns[c].low, scale = columns[c].scale;
  int32_t *restrict bin = f->bin[c];
  for (uint32_t i = 0; i < f->count; i++) {
    // No value is below its range.
    const int32_t at = (int32_t)((x[i] - low) * scale);
    bin[i] = at < LAST_BIN ? at : LAST_BIN;
  }
}

static void find_log_bins(struct sf_features *f, enum sf_isolation_column c, const double *x) {
  double y[SF_FEATURE_CHUNK];
  for (uint32_t i = 0; i < f->count; i++) {
    y[i] = sf_log(1.0 + x[i]);
  }
  find_bins(f, c, y);
}

void SF_FEATURE_PASS(bins)(struct sf_features *f) {
  const int64_t *time = f->history.time + f->first;
  double crowd[SF_FEATURE_CHUNK], gap[SF_FEATURE_CHUNK];
  for (uint32_t i = 0; i < f->count; i++) {
    f->bin[SF_ISOLATION_HOUR][i] = f->batch->hour[f->at + i];
    crowd[i] = sf_log_crowd(f, i);
    gap[i] = (double)(time[i] - time[(int64_t)i - 1]) / 60.0;
  }
  find_log_bins(f, SF_ISOLATION_AMOUNT, f->amount);
  find_bins(f, SF_ISOLATION_DISTANCE, f->log_distance);
  find_log_bins(f, SF_ISOLATION_SPEED, f->speed);
  find_bins(f, SF_ISOLATION_FREQUENCY, crowd);
  find_log_bins(f, SF_ISOLATION_GAP, gap);
  find_bins(f, SF_ISOLATION_BEHAVIORAL, f->component[SF_DETECTOR_BEHAVIORAL]);
  find_bins(f, SF_ISOLATION_DEVIATION, f->deviation);
  if (f->rows == 0) {
    f->bin[SF_ISOLATION_GAP][0] = LAST_BIN;  // no row before: the longest gap
  }
}

void SF_FEATURE_PASS(isolation)(struct sf_features *f) {
  const struct sf_isolation *model = f->isolation;
  const int32_t fitted = f->first_day + SF_ISOLATION_DAYS;
  for (uint32_t i = 0; i < f->count; i++) {
    double score = 0.0;
    f->probability[i] = 0.0;
    // On the rows that it is fitted on it would know later ones.
    if (model && f->batch->date[f->at + i] >= fitted) {
      for (int c = 0; c < SF_ISOLATION_COLUMNS; c++) {
        score += model->rarity[c][f->bin[c][i]];
      }
      f->probability[i] = model->quantile[sf_isolation_score_bin(score)];
    }
    f->column[SF_FEATURE_ISOLATION_SCORE][i] = (float)score;
    f->column[SF_FEATURE_ANOMALY_PROBABILITY][i] = (float)f->probability[i];
  }
}

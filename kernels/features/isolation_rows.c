#include "kernels/features/state.h"
#include "kernels/math/elementary.h"

// Group anomaly_unsupervised: the outlier score of isolation.h on the rows of a chunk.

static const struct {
  double low, scale;  // bins a unit
} columns[SF_ISOLATION_COLUMNS] = {
#define SF_ISOLATION_SCALE(constant, low, high) {low, SF_ISOLATION_BINS / ((high) - (low))},
    SF_ISOLATION_LIST(SF_ISOLATION_SCALE)
#undef SF_ISOLATION_SCALE
};

#define GAP_NONE 13.0  // the upper end of its range: no row before

// Values of one column of the chunk to bins.
static void write_bins(const struct sf_features *f, enum sf_isolation_column c, const double *x,
                       uint8_t (*bins)[SF_ISOLATION_COLUMNS]) {
  const double low = columns[c].low, scale = columns[c].scale;
  for (uint32_t i = 0; i < f->count; i++) {
    const double bin = sf_clamp((x[i] - low) * scale, 0.0, SF_ISOLATION_BINS - 1.0);
    bins[i][c] = (uint8_t)(int32_t)bin;
  }
}

static void write_log_bins(const struct sf_features *f, enum sf_isolation_column c, const double *x,
                           uint8_t (*bins)[SF_ISOLATION_COLUMNS]) {
  double y[SF_FEATURE_CHUNK];
  for (uint32_t i = 0; i < f->count; i++) {
    y[i] = sf_log(1.0 + x[i]);
  }
  write_bins(f, c, y, bins);
}

void sf_features_isolation_bins(struct sf_features *f, uint8_t (*bins)[SF_ISOLATION_COLUMNS]) {
  const int64_t *time = f->history.time + f->first;
  double x[SF_FEATURE_CHUNK];
  write_log_bins(f, SF_ISOLATION_AMOUNT, f->amount, bins);
  write_bins(f, SF_ISOLATION_DISTANCE, f->log_distance, bins);
  write_log_bins(f, SF_ISOLATION_SPEED, f->speed, bins);
  write_bins(f, SF_ISOLATION_BEHAVIORAL, f->component[SF_DETECTOR_BEHAVIORAL], bins);
  write_bins(f, SF_ISOLATION_DEVIATION, f->deviation, bins);
  for (uint32_t i = 0; i < f->count; i++) {
    x[i] = 1.0 + sf_window_rows(f, SF_WINDOW_1H, i);
    bins[i][SF_ISOLATION_HOUR] = f->batch->hour[f->at + i];
  }
  write_log_bins(f, SF_ISOLATION_FREQUENCY, x, bins);
  for (uint32_t i = 0; i < f->count; i++) {
    x[i] = sf_log(1.0 + (double)(time[i] - time[(int64_t)i - 1]) / 60.0);
  }
  if (f->rows == 0) {
    x[0] = GAP_NONE;
  }
  write_bins(f, SF_ISOLATION_GAP, x, bins);
}

void sf_features_isolation(struct sf_features *f) {
  uint8_t bins[SF_FEATURE_CHUNK][SF_ISOLATION_COLUMNS];
  const int32_t fitted = f->first_day + SF_ISOLATION_DAYS;
  sf_features_isolation_bins(f, bins);
  for (uint32_t i = 0; i < f->count; i++) {
    double score = 0.0;
    f->probability[i] = 0.0;
    // On the rows that it is fitted on it would know later ones.
    if (f->isolation && f->batch->date[f->at + i] >= fitted) {
      score = sf_isolation_score(f->isolation, bins[i]);
      f->probability[i] = f->isolation->quantile[sf_isolation_score_bin(score)];
    }
    f->column[SF_FEATURE_ISOLATION_SCORE][i] = (float)score;
    f->column[SF_FEATURE_ANOMALY_PROBABILITY][i] = (float)f->probability[i];
  }
}

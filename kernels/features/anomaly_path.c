#include <math.h>

#include "kernels/features/last_ten.h"
#include "kernels/features/passes.h"

// Groups anomaly_*: what the detector found in earlier rows.

#define HOUR 3600.0
#define QUIET_HOURS_MAX 720.0

static uint32_t flags_since(const struct sf_features *f, enum sf_feature_window w, uint32_t i) {
  return f->history.found[f->first + i].flags - f->history.found[f->start[w][i]].flags;
}

void SF_FEATURE_PASS(anomaly_frequency)(struct sf_features *f) {
  for (uint32_t i = 0; i < f->count; i++) {
    const int32_t week = (int32_t)flags_since(f, SF_WINDOW_7D, i);
    const int32_t fortnight = (int32_t)flags_since(f, SF_WINDOW_14D, i);
    const int32_t trend = week - (fortnight - week);
    f->column[SF_FEATURE_HOURLY_ANOMALY_COUNT][i] = (float)flags_since(f, SF_WINDOW_1H, i);
    f->column[SF_FEATURE_DAILY_ANOMALY_COUNT][i] = (float)flags_since(f, SF_WINDOW_24H, i);
    f->column[SF_FEATURE_WEEKLY_ANOMALY_COUNT][i] = (float)week;
    f->column[SF_FEATURE_ANOMALY_FREQUENCY_TREND][i] =
        (float)((double)trend / (fortnight > 1 ? fortnight : 1));
  }
}

void SF_FEATURE_PASS(anomaly_severity)(struct sf_features *f) {
  const double *score = f->history.score + f->first;
  const struct sf_detector_totals *found = f->history.found + f->first;
  double variance[SF_FEATURE_CHUNK];
  sf_last_ten(score, f->rows, f->count, f->mean_severity, variance);
  for (uint32_t i = 0; i < f->count; i++) {
    const uint32_t n = sf_last_rows(f, i, 10);
    double most = 0.0;  // as the scores before the first row are
    for (int k = 1; k <= 10; k++) {
      const double x = score[(int64_t)i - k];
      most = x > most ? x : most;
    }
    const uint32_t high = found[i].flags - found[(int64_t)i - 10].flags;
    f->column[SF_FEATURE_MEAN_SEVERITY_LAST_10][i] = (float)f->mean_severity[i];
    f->column[SF_FEATURE_MAX_SEVERITY_LAST_10][i] = (float)most;
    f->column[SF_FEATURE_SEVERITY_STD_LAST_10][i] = (float)sqrt(variance[i]);
    f->column[SF_FEATURE_HIGH_SEVERITY_RATE_LAST_10][i] = (float)((double)high / (n ? n : 1));
  }
}

// Entropy of the counts of the four components in units of its maximum, 2 bits.
static double kind_diversity(const struct sf_features *f, const uint32_t kind[SF_DETECTOR_COUNT]) {
  uint32_t all = 0;
  int64_t terms = 0;
  for (int c = 0; c < SF_DETECTOR_COUNT; c++) {
    all += kind[c];
    terms += f->entropy_term[kind[c]];
  }
  return all ? (double)(f->entropy_term[all] - terms) * 0x1p-33 / all : 0.0;
}

void SF_FEATURE_PASS(anomaly_type)(struct sf_features *f) {
  static const enum sf_feature rate[SF_DETECTOR_COUNT] = {
      [SF_DETECTOR_BEHAVIORAL] = SF_FEATURE_BEHAVIORAL_ANOMALY_RATE,
      [SF_DETECTOR_GEOGRAPHIC] = SF_FEATURE_GEOGRAPHIC_ANOMALY_RATE,
      [SF_DETECTOR_TEMPORAL] = SF_FEATURE_TEMPORAL_ANOMALY_RATE,
      [SF_DETECTOR_AMOUNT] = SF_FEATURE_AMOUNT_ANOMALY_RATE,
  };
  for (uint32_t i = 0; i < f->count; i++) {
    const struct sf_detector_totals *now = &f->history.found[f->first + i];
    const struct sf_detector_totals *then = now - SF_LAST_MAX;
    const uint32_t n = sf_last_rows(f, i, SF_LAST_MAX);
    const double share = 1.0 / (n ? n : 1);
    uint32_t kind[SF_DETECTOR_COUNT];
    for (int c = 0; c < SF_DETECTOR_COUNT; c++) {
      kind[c] = now->kind[c] - then->kind[c];
      f->column[rate[c]][i] = (float)(kind[c] * share);
    }
    f->geographic_rate[i] = kind[SF_DETECTOR_GEOGRAPHIC] * share;
    f->column[SF_FEATURE_ANOMALY_TYPE_DIVERSITY][i] = (float)kind_diversity(f, kind);
  }
}

static uint32_t longest_run(uint64_t flags) {
  uint32_t run = 0;
  for (; flags; flags &= flags << 1) {
    run++;
  }
  return run;
}

void SF_FEATURE_PASS(anomaly_persistence)(struct sf_features *f) {
  const struct sf_feature_history *history = &f->history;
  for (uint32_t i = 0; i < f->count; i++) {
    const uint32_t p = f->first + i;
    const int64_t t = history->time[p];
    const double quiet = (double)(t - f->last_flag) / HOUR;
    f->column[SF_FEATURE_TIME_SINCE_LAST_ANOMALY_HOURS][i] =
        (float)(f->was_flagged && quiet < QUIET_HOURS_MAX ? quiet : QUIET_HOURS_MAX);
    f->column[SF_FEATURE_CONSECUTIVE_ANOMALY_COUNT][i] = (float)f->flag_run;
    f->column[SF_FEATURE_ANOMALY_STREAK_LENGTH][i] =
        (float)longest_run(f->recent_flags & ((UINT64_C(1) << SF_LAST_MAX) - 1));
    f->column[SF_FEATURE_DAYS_SINCE_FIRST_ANOMALY][i] =
        f->was_flagged ? (float)((double)(t - f->first_flag) / (24 * HOUR)) : 0.0f;
    const bool flag = history->score[p] >= SF_DETECTOR_FLAG;
    f->recent_flags = f->recent_flags << 1 | flag;
    f->flag_run = flag ? f->flag_run + 1 : 0;
    if (flag) {
      f->first_flag = f->was_flagged ? f->first_flag : t;
      f->last_flag = t;
      f->was_flagged = true;
    }
  }
}

#include <math.h>

#include "kernels/features/passes.h"
#include "kernels/math/elementary.h"

// Group interaction: combinations of other features of the row.

static void write_components(struct sf_features *f) {
  float *restrict consistency = f->column[SF_FEATURE_BEHAVIORAL_CONSISTENCY_SCORE];
  float *restrict alignment = f->column[SF_FEATURE_PATTERN_ALIGNMENT_SCORE];
  for (uint32_t i = 0; i < f->count; i++) {
    double sum = 0.0, square = 0.0, high = 0.0;
    for (int c = 0; c < SF_DETECTOR_COUNT; c++) {
      const double x = f->component[c][i];
      sum += x;
      square += x * x;
      high += x >= 0.5 ? 1.0 : 0.0;
    }
    const double mean = sum / SF_DETECTOR_COUNT;
    const double variance = square / SF_DETECTOR_COUNT - mean * mean;
    consistency[i] = (float)(1.0 - 2.0 * sqrt(variance > 0.0 ? variance : 0.0));
    alignment[i] = (float)(high / SF_DETECTOR_COUNT);
  }
}

static void write_risks(struct sf_features *f) {
  const double *severity = f->history.score + f->first;
  const float *night = f->column[SF_FEATURE_IS_UNUSUAL_HOUR];
  const float *new_merchant = f->column[SF_FEATURE_NEW_MERCHANT_FLAG];
  float *restrict amplification = f->column[SF_FEATURE_RISK_AMPLIFICATION_SCORE];
  float *restrict weighting = f->column[SF_FEATURE_WEIGHTED_RISK_SCORE];
  float *restrict ensemble = f->column[SF_FEATURE_ENSEMBLE_RISK_SCORE];
  double odds[SF_FEATURE_CHUNK];
  for (uint32_t i = 0; i < f->count; i++) {
    odds[i] = 4.0 - 2.0 * severity[i] - 1.5 * f->proximity[i] - f->declined[i] -
              0.8 * (double)new_merchant[i] - 0.5 * (double)night[i] - 0.3 * sf_log_crowd(f, i);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    odds[i] = sf_exp(odds[i]);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const double amplified =
        1.0 - (1.0 - severity[i]) * (1.0 - f->proximity[i]) * (1.0 - f->declined[i]);
    const double weighted = 1.0 / (1.0 + odds[i]);
    amplification[i] = (float)amplified;
    weighting[i] = (float)weighted;
    ensemble[i] = (float)((weighted + f->probability[i] + amplified) / 3.0);
  }
}

static void write_products(struct sf_features *f) {
  const double *severity = f->history.score + f->first;
  const float *new_merchant = f->column[SF_FEATURE_NEW_MERCHANT_FLAG];
  float *restrict compound = f->column[SF_FEATURE_COMPOUND_SEVERITY_SCORE];
  float *restrict travel = f->column[SF_FEATURE_VELOCITY_SEVERITY_PRODUCT];
  float *restrict place = f->column[SF_FEATURE_GEOGRAPHIC_RISK_SCORE];
  float *restrict deviation = f->column[SF_FEATURE_AMOUNT_DEVIATION_NEW_MERCHANT];
  for (uint32_t i = 0; i < f->count; i++) {
    const double speed = f->speed[i] < 2000.0 ? f->speed[i] : 2000.0;
    const float z = (float)f->deviation[i];
    compound[i] = (float)(severity[i] * f->mean_severity[i]);
    travel[i] = (float)(speed / 800.0 * severity[i]);
    place[i] = (float)(f->log_distance[i] * (0.1 + f->geographic_rate[i]));
    // Not a product, which could be a negative zero.
    deviation[i] = new_merchant[i] > 0.0f ? z : 0.0f;
  }
}

// True if the row before is declined and one more in P(1 h).
static bool is_after_declines(const struct sf_features *f, uint32_t i) {
  const struct sf_row_totals *now = sf_totals_now(f, i);
  return sf_window_rows(f, SF_WINDOW_1H, i) > 0 && now->declined > (now - 1)->declined &&
         now->declined - sf_totals_then(f, SF_WINDOW_1H, i)->declined >= 2;
}

static void write_flags(struct sf_features *f) {
  for (uint32_t i = 0; i < f->count; i++) {
    const bool flag = f->history.score[f->first + i] >= SF_DETECTOR_FLAG;
    const bool new_merchant = f->column[SF_FEATURE_NEW_MERCHANT_FLAG][i] != 0.0f;
    const bool night = f->column[SF_FEATURE_IS_UNUSUAL_HOUR][i] != 0.0f;
    const bool new_device = f->column[SF_FEATURE_IS_NEW_DEVICE][i] != 0.0f;
    f->column[SF_FEATURE_HIGH_RISK_COMBINATION][i] =
        flag && new_merchant && 1 + sf_window_rows(f, SF_WINDOW_1H, i) >= 3;
    f->column[SF_FEATURE_CONFLICT_INDICATOR][i] =
        flag ? f->loyalty[i] > 0.8 : f->proximity[i] > 0.2;
    f->column[SF_FEATURE_DECLINE_THEN_APPROVE_FLAG][i] = is_after_declines(f, i);
    f->column[SF_FEATURE_NIGHT_NEW_DEVICE_FLAG][i] = night && new_device;
  }
}

void SF_FEATURE_PASS(interaction)(struct sf_features *f) {
  write_components(f);
  write_risks(f);
  write_products(f);
  write_flags(f);
}

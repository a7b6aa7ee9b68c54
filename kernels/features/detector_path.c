#include <math.h>

#include "kernels/features/passes.h"
#include "kernels/math/elementary.h"

// The detector behind the features of groups anomaly_*: how unusual a row is for
// its customer, judged by the customer's earlier rows. Four components in
// [0, 1]; their maximum is the score.

#define LOG10_E 0.43429448190325182765

// Rows that it takes to know a customer's habits.
#define HABIT_ROWS 20u
#define HOUR_HABIT_ROWS 50u

static double unit(double x) { return sf_clamp(x, 0.0, 1.0); }

// amount_zscore: the logarithm of the amount against those of earlier debits.
// Sums of up to 10,000 logarithms, none taken away again: their rounding stays
// below 1e-10 of the deviation.
void SF_FEATURE_PASS(deviation)(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  double x[SF_FEATURE_CHUNK], rows[SF_FEATURE_CHUNK], mean[SF_FEATURE_CHUNK],
      square[SF_FEATURE_CHUNK];
  for (uint32_t i = 0; i < f->count; i++) {
    x[i] = sf_log(f->amount[i]);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const bool debit = b->direction[f->at + i] == SF_DIRECTION_DEBIT;
    rows[i] = f->log_count;
    mean[i] = f->log_sum;
    square[i] = f->log_square;
    f->log_count += debit;
    f->log_sum += debit ? x[i] : 0.0;
    f->log_square += debit ? x[i] * x[i] : 0.0;
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const double n = rows[i] > 1.0 ? rows[i] : 1.0;
    const double m = mean[i] / n;
    const double variance = square[i] / n - m * m;
    const double spread = sqrt(variance > 0.01 ? variance : 0.01);
    const double z = sf_clamp((x[i] - m) / spread, -10.0, 10.0);
    f->deviation[i] = rows[i] >= 5.0 ? z : 0.0;
    f->column[SF_FEATURE_AMOUNT_ZSCORE][i] = (float)f->deviation[i];
  }
}

// How often the row's hour, category and payment mode came before; and the two
// columns of anomaly_evidence that say so.
void SF_FEATURE_PASS(habits)(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const uint32_t n = f->rows + i;
    const uint32_t n_hour = f->hour_rows[b->hour[r]]++;
    const uint32_t n_category = f->category_rows[b->category[r]]++;
    const uint32_t n_mode = f->mode_rows[b->payment_mode[r]]++;
    const double category = (n_category + 0.5) / (n + 9.0);
    const double mode = (n_mode + 0.5) / (n + 5.0);
    // Shares of 1 are not rare at all: what a customer not yet known gets.
    f->hour_share[i] = n < HABIT_ROWS ? 1.0 : (n_hour + 0.5) / (n + 12.0);
    f->habit_share[i] = n < HABIT_ROWS ? 1.0 : category < mode ? category : mode;
    f->column[SF_FEATURE_HAS_UNUSUAL_CATEGORY][i] = n >= HABIT_ROWS && 50 * n_category < n;
    f->column[SF_FEATURE_HAS_UNUSUAL_HOUR][i] = n >= HOUR_HABIT_ROWS && 100 * n_hour < n;
  }
}

// How rare a share is: 0 from 10^-1.5 up, 1 from 10^-3 down.
static double rarity(double share) { return unit((-LOG10_E * sf_log(share) - 1.5) / 1.5); }

static void find_components(struct sf_features *f) {
  double *restrict behavioral = f->component[SF_DETECTOR_BEHAVIORAL];
  double *restrict geographic = f->component[SF_DETECTOR_GEOGRAPHIC];
  double *restrict temporal = f->component[SF_DETECTOR_TEMPORAL];
  double *restrict amount = f->component[SF_DETECTOR_AMOUNT];
  for (uint32_t i = 0; i < f->count; i++) {
    behavioral[i] = rarity(f->habit_share[i]);
    temporal[i] = rarity(f->hour_share[i]);
    amount[i] = unit((fabs(f->deviation[i]) - 1.5) / 3.0);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const uint32_t n = sf_last_rows(f, i, SF_LAST_MAX);
    const struct sf_row_totals *now = sf_totals_now(f, i);
    const double sum = (double)(now->distance - (now - SF_LAST_MAX)->distance) * 0x1p-24;
    const double usual = sum / (n ? n : 1);
    const double speed = unit((f->speed[i] - 300.0) / 900.0);
    const double away = unit((f->history.distance[f->first + i] - 3.0 * usual - 50.0) / 500.0);
    geographic[i] = speed > away ? speed : away;
  }
}

void SF_FEATURE_PASS(detector)(struct sf_features *f) {
  find_components(f);
  struct sf_feature_history *history = &f->history;
  struct sf_detector_totals found = history->found[f->first];
  for (uint32_t i = 0; i < f->count; i++) {
    double score = 0.0;
    for (int c = 0; c < SF_DETECTOR_COUNT; c++) {
      const double component = f->component[c][i];
      score = component > score ? component : score;
      found.kind[c] += component >= SF_DETECTOR_FLAG;
    }
    found.flags += score >= SF_DETECTOR_FLAG;
    history->score[f->first + i] = score;
    history->found[f->first + i + 1] = found;
    f->column[SF_FEATURE_CURRENT_SEVERITY][i] = (float)score;
  }
}

void SF_FEATURE_PASS(evidence)(struct sf_features *f) {
  for (uint32_t i = 0; i < f->count; i++) {
    const struct sf_row_totals *now = sf_totals_now(f, i);
    const struct sf_row_totals *then = sf_totals_then(f, SF_WINDOW_30D, i);
    const int64_t debits = now->debit_count - then->debit_count;
    const int64_t paise = now->debits - then->debits;
    f->column[SF_FEATURE_HAS_IMPOSSIBLE_TRAVEL][i] = f->speed[i] > 800.0;
    f->column[SF_FEATURE_HAS_SPENDING_SPIKE][i] =
        debits >= 5 && f->history.paise[f->first + i] * debits > 3 * paise;
  }
}

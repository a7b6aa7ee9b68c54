#include "kernels/features/passes.h"

// Groups aggregate, velocity and temporal: counts and sums over windows.

#define RUPEES(paise) ((double)(paise) / 100.0)

static void write_approved(struct sf_features *f, enum sf_feature_window w, float *restrict rows,
                           float *restrict amount, float *restrict mean) {
  for (uint32_t i = 0; i < f->count; i++) {
    const struct sf_row_totals *now = sf_totals_now(f, i), *then = sf_totals_then(f, w, i);
    const int64_t paise =
        f->history.paise[f->first + i] + now->approved_debits - then->approved_debits;
    const uint32_t debits = now->approved_debit_count - then->approved_debit_count;
    rows[i] = (float)(1 + now->approved - then->approved);
    amount[i] = (float)RUPEES(paise);
    mean[i] = (float)(RUPEES(paise) / (1 + debits));
  }
}

void SF_FEATURE_PASS(aggregate)(struct sf_features *f) {
  write_approved(f, SF_WINDOW_24H, f->column[SF_FEATURE_DAILY_TXN_COUNT],
                 f->column[SF_FEATURE_DAILY_TXN_AMOUNT], f->column[SF_FEATURE_AVG_DAILY_AMOUNT]);
  write_approved(f, SF_WINDOW_7D, f->column[SF_FEATURE_WEEKLY_TXN_COUNT],
                 f->column[SF_FEATURE_WEEKLY_TXN_AMOUNT], f->column[SF_FEATURE_AVG_WEEKLY_AMOUNT]);
}

static void write_velocity(struct sf_features *f, enum sf_feature_window w, double minutes,
                           float *restrict rows, float *restrict velocity) {
  const double per_paisa = 100.0 * minutes;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t paise = f->history.paise[f->first + i] + sf_totals_now(f, i)->debits -
                          sf_totals_then(f, w, i)->debits;
    rows[i] = (float)(1 + sf_window_rows(f, w, i));
    velocity[i] = (float)((double)paise / per_paisa);
  }
}

void SF_FEATURE_PASS(velocity)(struct sf_features *f) {
  write_velocity(f, SF_WINDOW_1H, 60.0, f->column[SF_FEATURE_TXN_FREQUENCY_1H],
                 f->column[SF_FEATURE_AMOUNT_VELOCITY_1H]);
  write_velocity(f, SF_WINDOW_6H, 360.0, f->column[SF_FEATURE_TXN_FREQUENCY_6H],
                 f->column[SF_FEATURE_AMOUNT_VELOCITY_6H]);
  write_velocity(f, SF_WINDOW_24H, 1440.0, f->column[SF_FEATURE_TXN_FREQUENCY_24H],
                 f->column[SF_FEATURE_AMOUNT_VELOCITY_24H]);
}

void SF_FEATURE_PASS(temporal)(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    f->column[SF_FEATURE_IS_UNUSUAL_HOUR][i] = b->hour[r] <= 5;
    f->column[SF_FEATURE_IS_WEEKEND][i] = b->is_weekend[r];
    f->column[SF_FEATURE_IS_HOLIDAY][i] = b->festival[r] != SF_FESTIVAL_NONE;
    f->column[SF_FEATURE_HOUR_OF_DAY][i] = b->hour[r];
    f->column[SF_FEATURE_DAY_OF_WEEK][i] = b->day_of_week[r];
    f->column[SF_FEATURE_TEMPORAL_CLUSTER_FLAG][i] = sf_window_rows(f, SF_WINDOW_1H, i) >= 2;
  }
}

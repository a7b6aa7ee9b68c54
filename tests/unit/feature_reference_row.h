#ifndef SF_TESTS_UNIT_FEATURE_REFERENCE_ROW_H
#define SF_TESTS_UNIT_FEATURE_REFERENCE_ROW_H

#include "tests/unit/feature_reference.h"

// All features of one row by their definitions, group by group.

#define HOURS(n) ((int64_t)(n)*3600)
#define DAYS(n) ((int64_t)(n)*REF_DAY)

static inline void ref_aggregate(const struct reference *f, int64_t i, double *x) {
  const struct sf_transactions *b = f->b;
  const double a = b->amount[f->at + i];
  const int64_t w[2] = {DAYS(1), DAYS(7)};
  const int rows[2] = {SF_FEATURE_DAILY_TXN_COUNT, SF_FEATURE_WEEKLY_TXN_COUNT};
  const int sum[2] = {SF_FEATURE_DAILY_TXN_AMOUNT, SF_FEATURE_WEEKLY_TXN_AMOUNT};
  const int mean[2] = {SF_FEATURE_AVG_DAILY_AMOUNT, SF_FEATURE_AVG_WEEKLY_AMOUNT};
  for (int k = 0; k < 2; k++) {
    x[rows[k]] = 1 + REF_SUM(f, i, w[k], ref_approved(b, q));
    x[sum[k]] = a + REF_SUM(f, i, w[k], ref_approved(b, q) && ref_debit(b, q) ? b->amount[q] : 0);
    x[mean[k]] = x[sum[k]] / (1 + REF_SUM(f, i, w[k], ref_approved(b, q) && ref_debit(b, q)));
  }
  const int64_t v[3] = {HOURS(1), HOURS(6), HOURS(24)};
  for (int k = 0; k < 3; k++) {
    x[SF_FEATURE_TXN_FREQUENCY_1H + k] = 1 + REF_SUM(f, i, v[k], q >= 0);
    x[SF_FEATURE_AMOUNT_VELOCITY_1H + k] =
        (a + REF_SUM(f, i, v[k], ref_debit(b, q) ? b->amount[q] : 0)) / ((double)v[k] / 60);
  }
}

// Moments of x over the last k rows before i.
static inline int64_t ref_last(int64_t i, int64_t k) { return i > k ? i - k : 0; }

static inline void ref_geographic(const struct reference *f, int64_t i, double *x) {
  const struct sf_transactions *b = f->b;
  const int64_t from = ref_last(i, 10);
  const double n = (double)(i - from);
  double mean = 0, variance = 0;
  for (int64_t j = from; j < i; j++) {
    mean += (double)b->distance_from_home[f->at + j] / n;
  }
  for (int64_t j = from; j < i; j++) {
    variance += pow((double)b->distance_from_home[f->at + j] - mean, 2) / n;
  }
  x[SF_FEATURE_DISTANCE_FROM_HOME] = (double)b->distance_from_home[f->at + i];
  x[SF_FEATURE_AVG_DISTANCE_LAST_10] = mean;
  x[SF_FEATURE_DISTANCE_VARIANCE] = n < 2 ? 0 : variance;
  x[SF_FEATURE_UNIQUE_CITIES_7D] = ref_cities(f, i);
  x[SF_FEATURE_TRAVEL_VELOCITY_KMH] = ref_speed(f, i);
}

static inline void ref_temporal(const struct reference *f, int64_t i, double *x) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  x[SF_FEATURE_IS_UNUSUAL_HOUR] = b->hour[r] < 6;
  x[SF_FEATURE_IS_WEEKEND] = b->is_weekend[r];
  x[SF_FEATURE_IS_HOLIDAY] = b->festival[r] != 0;
  x[SF_FEATURE_HOUR_OF_DAY] = b->hour[r];
  x[SF_FEATURE_DAY_OF_WEEK] = b->day_of_week[r];
  x[SF_FEATURE_TEMPORAL_CLUSTER_FLAG] = REF_SUM(f, i, HOURS(1), q >= 0) >= 2;
}

static inline void ref_behavioral(const struct reference *f, int64_t i, double *x) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  double count[SF_CATEGORY_COUNT] = {0}, reputation = 0, reputed = 0;
  for (int64_t q = f->at; q <= r; q++) {
    const bool counts =
        ref_in(f, i, q - f->at, DAYS(30)) && ref_type(b, q, SF_TRANSACTION_TYPE_PURCHASE);
    count[b->category[q]] += counts && q < r;
    if (counts && !isnan(b->merchant_reputation[q])) {
      reputation += (double)b->merchant_reputation[q];
      reputed++;
    }
  }
#define PURCHASE ref_type(b, q, SF_TRANSACTION_TYPE_PURCHASE)
  const double purchases = REF_SUM(f, i, DAYS(30), PURCHASE);
  const double month = REF_SUM(f, i, DAYS(30), q >= 0), week = REF_SUM(f, i, DAYS(7), q >= 0);
  const double refunds = REF_SUM(f, i, DAYS(30), ref_type(b, q, SF_TRANSACTION_TYPE_REFUND));
  x[SF_FEATURE_CATEGORY_DIVERSITY_SCORE] =
      purchases > 0 ? ref_entropy(count, SF_CATEGORY_COUNT) : 0;
  x[SF_FEATURE_MERCHANT_LOYALTY_SCORE] =
      purchases > 0 ? REF_SUM(f, i, DAYS(30), PURCHASE && b->is_repeat_merchant[q]) / purchases : 0;
#undef PURCHASE
  x[SF_FEATURE_NEW_MERCHANT_FLAG] = b->is_first_transaction_with_merchant[r];
  x[SF_FEATURE_AVG_MERCHANT_REPUTATION] = reputed > 0 ? reputation / reputed : 0;
  x[SF_FEATURE_REFUND_RATE_30D] = month > 0 ? refunds / month : 0;
  x[SF_FEATURE_DECLINED_RATE_7D] = week > 0 ? REF_SUM(f, i, DAYS(7), ref_declined(b, q)) / week : 0;
}

static inline bool ref_flag(const struct reference *f, int64_t i) { return f->score[i] >= 0.7; }

static inline void ref_frequency(const struct reference *f, int64_t i, double *x) {
  const double week = REF_SUM(f, i, DAYS(7), ref_flag(f, j));
  const double before = REF_SUM(f, i, DAYS(14), ref_flag(f, j)) - week;
  x[SF_FEATURE_HOURLY_ANOMALY_COUNT] = REF_SUM(f, i, HOURS(1), ref_flag(f, j));
  x[SF_FEATURE_DAILY_ANOMALY_COUNT] = REF_SUM(f, i, HOURS(24), ref_flag(f, j));
  x[SF_FEATURE_WEEKLY_ANOMALY_COUNT] = week;
  x[SF_FEATURE_ANOMALY_FREQUENCY_TREND] = (week - before) / fmax(1, week + before);
  x[SF_FEATURE_TIME_SINCE_LAST_ANOMALY_HOURS] = 720;
  const int64_t *time = f->b->timestamp + f->at;
  for (int64_t j = 0; j < i; j++) {
    if (ref_flag(f, j)) {
      x[SF_FEATURE_TIME_SINCE_LAST_ANOMALY_HOURS] = fmin(720, (double)(time[i] - time[j]) / 3600);
    }
  }
  for (int64_t j = i - 1; j >= 0; j--) {
    if (ref_flag(f, j)) {
      x[SF_FEATURE_DAYS_SINCE_FIRST_ANOMALY] = (double)(time[i] - time[j]) / REF_DAY;
    }
  }
  for (int64_t j = i - 1; j >= 0 && ref_flag(f, j); j--) {
    x[SF_FEATURE_CONSECUTIVE_ANOMALY_COUNT]++;
  }
  double run = 0;
  for (int64_t j = ref_last(i, 50); j < i; j++) {
    run = ref_flag(f, j) ? run + 1 : 0;
    x[SF_FEATURE_ANOMALY_STREAK_LENGTH] = fmax(run, x[SF_FEATURE_ANOMALY_STREAK_LENGTH]);
  }
}

static inline void ref_severity(const struct reference *f, int64_t i, double *x) {
  const int64_t from = ref_last(i, 10), from50 = ref_last(i, 50);
  const double n = (double)(i - from), n50 = (double)(i - from50);
  double mean = 0, variance = 0, kind[4] = {0};
  for (int64_t j = from; j < i; j++) {
    mean += f->score[j] / n;
    x[SF_FEATURE_MAX_SEVERITY_LAST_10] = fmax(f->score[j], x[SF_FEATURE_MAX_SEVERITY_LAST_10]);
    x[SF_FEATURE_HIGH_SEVERITY_RATE_LAST_10] += ref_flag(f, j) / n;
  }
  for (int64_t j = from; j < i; j++) {
    variance += pow(f->score[j] - mean, 2) / n;
  }
  x[SF_FEATURE_MEAN_SEVERITY_LAST_10] = mean;
  x[SF_FEATURE_SEVERITY_STD_LAST_10] = sqrt(variance);
  x[SF_FEATURE_CURRENT_SEVERITY] = f->score[i];
  for (int64_t j = from50; j < i; j++) {
    for (int c = 0; c < 4; c++) {
      kind[c] += f->component[j][c] >= 0.7;
    }
  }
  for (int c = 0; c < 4; c++) {
    x[SF_FEATURE_BEHAVIORAL_ANOMALY_RATE + c] = n50 > 0 ? kind[c] / n50 : 0;
  }
  x[SF_FEATURE_ANOMALY_TYPE_DIVERSITY] = ref_entropy(kind, 4) / 2;
}

static inline void ref_evidence(const struct reference *f, int64_t i, double *x) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  const double n = (double)i;
  const double debits = REF_SUM(f, i, DAYS(30), ref_debit(b, q));
  // In paise, so that a mean that is met exactly is seen to be.
  const double paise = REF_SUM(f, i, DAYS(30), ref_debit(b, q) ? rint(b->amount[q] * 100) : 0);
  x[SF_FEATURE_HAS_IMPOSSIBLE_TRAVEL] = ref_speed(f, i) > 800;
  x[SF_FEATURE_HAS_UNUSUAL_CATEGORY] =
      i >= 20 && REF_SUM(f, i, REF_ALWAYS, b->category[q] == b->category[r]) * 50 < n;
  x[SF_FEATURE_HAS_UNUSUAL_HOUR] =
      i >= 50 && REF_SUM(f, i, REF_ALWAYS, b->hour[q] == b->hour[r]) * 100 < n;
  x[SF_FEATURE_HAS_SPENDING_SPIKE] = debits >= 5 && rint(b->amount[r] * 100) * debits > 3 * paise;
}

static inline void ref_isolation(const struct reference *f, int64_t i, double *x) {
  if (!f->isolation || f->b->date[f->at + i] - f->first_day < 30) {
    return;
  }
  int bin[8];
  ref_bins(f, i, bin);
  double score = 0;
  for (int c = 0; c < 8; c++) {
    score += f->isolation->rarity[c][bin[c]];
  }
  x[SF_FEATURE_ISOLATION_SCORE] = score;
  x[SF_FEATURE_ANOMALY_PROBABILITY] =
      f->isolation->quantile[(int)fmin(1023, floor(score / 40 * 1024))];
}

static inline void ref_interaction(const struct reference *f, int64_t i, double *x) {
  const double *c = f->component[i], s = f->score[i];
  const double mean = (c[0] + c[1] + c[2] + c[3]) / 4;
  double variance = 0, high = 0;
  for (int k = 0; k < 4; k++) {
    variance += pow(c[k] - mean, 2) / 4;
    high += c[k] >= 0.5;
  }
  const double risk = x[SF_FEATURE_CUSTOMER_PROXIMITY_SCORE];
  const double declined = x[SF_FEATURE_DECLINED_RATE_7D];
  const double fresh = x[SF_FEATURE_NEW_MERCHANT_FLAG];
  const double rows = x[SF_FEATURE_TXN_FREQUENCY_1H];
  x[SF_FEATURE_HIGH_RISK_COMBINATION] = ref_flag(f, i) && rows >= 3 && fresh > 0;
  x[SF_FEATURE_RISK_AMPLIFICATION_SCORE] = 1 - (1 - s) * (1 - risk) * (1 - declined);
  x[SF_FEATURE_COMPOUND_SEVERITY_SCORE] = s * x[SF_FEATURE_MEAN_SEVERITY_LAST_10];
  x[SF_FEATURE_BEHAVIORAL_CONSISTENCY_SCORE] = 1 - 2 * sqrt(variance);
  x[SF_FEATURE_PATTERN_ALIGNMENT_SCORE] = high / 4;
  x[SF_FEATURE_CONFLICT_INDICATOR] =
      ref_flag(f, i) ? x[SF_FEATURE_MERCHANT_LOYALTY_SCORE] > 0.8 : risk > 0.2;
  x[SF_FEATURE_VELOCITY_SEVERITY_PRODUCT] = fmin(ref_speed(f, i), 2000) / 800 * s;
  x[SF_FEATURE_GEOGRAPHIC_RISK_SCORE] =
      log1p(x[SF_FEATURE_DISTANCE_FROM_HOME]) * (0.1 + x[SF_FEATURE_GEOGRAPHIC_ANOMALY_RATE]);
  x[SF_FEATURE_AMOUNT_DEVIATION_NEW_MERCHANT] = ref_zscore(f, i) * fresh;
  x[SF_FEATURE_DECLINE_THEN_APPROVE_FLAG] = i > 0 && ref_in(f, i, i - 1, HOURS(1)) &&
                                            ref_declined(f->b, f->at + i - 1) &&
                                            REF_SUM(f, i, HOURS(1), ref_declined(f->b, q)) >= 2;
  x[SF_FEATURE_NIGHT_NEW_DEVICE_FLAG] =
      x[SF_FEATURE_IS_UNUSUAL_HOUR] > 0 && x[SF_FEATURE_IS_NEW_DEVICE] > 0;
  const double logit = -4 + 2 * s + 1.5 * risk + declined + 0.8 * fresh +
                       0.5 * x[SF_FEATURE_IS_UNUSUAL_HOUR] + 0.3 * log1p(rows);
  x[SF_FEATURE_WEIGHTED_RISK_SCORE] = 1 / (1 + exp(-logit));
  x[SF_FEATURE_ENSEMBLE_RISK_SCORE] =
      (x[SF_FEATURE_WEIGHTED_RISK_SCORE] + x[SF_FEATURE_ANOMALY_PROBABILITY] +
       x[SF_FEATURE_RISK_AMPLIFICATION_SCORE]) /
      3;
}

static inline double ref_balance_before(const struct reference *f, int64_t i) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  if (i > 0) {
    return b->balance_after[r - 1];
  }
  const uint8_t mode = b->payment_mode[r];
  const bool machine = b->channel[r] == SF_CHANNEL_ATM || b->channel[r] == SF_CHANNEL_BRANCH;
  const bool moves = ref_approved(b, r) && mode != SF_PAYMENT_MODE_CREDIT_CARD &&
                     mode != SF_PAYMENT_MODE_BNPL && (mode != SF_PAYMENT_MODE_CASH || machine);
  return b->balance_after[r] + (moves ? b->amount[r] * (ref_debit(b, r) ? 1 : -1) : 0);
}

static inline void ref_graph(const struct reference *f, int64_t i, double *x) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  const double a = b->amount[r], balance = rint((ref_balance_before(f, i) + 1) * 100) / 100;
  const uint32_t m = b->merchant_id[r];
  x[SF_FEATURE_AMOUNT_ZSCORE] = ref_zscore(f, i);
  x[SF_FEATURE_AMOUNT_TO_BALANCE_RATIO] = balance > 0 ? fmin(100, a / balance) : 100;
  x[SF_FEATURE_IS_NEW_DEVICE] =
      b->device_id[r] && REF_SUM(f, i, REF_ALWAYS, b->device_id[q] == b->device_id[r]) == 0 &&
      REF_SUM(f, i, REF_ALWAYS, b->device_id[q] != 0) > 0;
  x[SF_FEATURE_DEVICE_CUSTOMER_COUNT] = ref_device_customers(f, i);
  x[SF_FEATURE_MERCHANT_RISK_1D] = ref_risk(f->known, m, b->date[r], 1);
  x[SF_FEATURE_MERCHANT_RISK_7D] = ref_risk(f->known, m, b->date[r], 7);
  x[SF_FEATURE_MERCHANT_RISK_28D] = ref_risk(f->known, m, b->date[r], 28);
  x[SF_FEATURE_FAN_IN_7D] = ref_fan(f, i, false);
  x[SF_FEATURE_FAN_OUT_7D] = ref_fan(f, i, true);
#define FLOW(debit)                                                                             \
  (REF_SUM(f, i, DAYS(1), ref_approved(b, q) && ref_transfer(b, q, debit) ? b->amount[q] : 0) + \
   (ref_transfer(b, r, debit) ? a : 0))
  x[SF_FEATURE_PASS_THROUGH_RATIO_24H] = FLOW(false) > 0 ? fmin(10, FLOW(true) / FLOW(false)) : 0;
#undef FLOW
  x[SF_FEATURE_MINUTES_SINCE_LAST_INFLOW] = 43200;
  for (int64_t q = f->at; q < r; q++) {
    if (ref_approved(b, q) && ref_transfer(b, q, false)) {
      x[SF_FEATURE_MINUTES_SINCE_LAST_INFLOW] =
          fmin(43200, (double)(b->timestamp[r] - b->timestamp[q]) / 60);
    }
  }
  x[SF_FEATURE_NEW_PAYEE_FLAG] = b->is_first_payment_to_counterparty[r];
  x[SF_FEATURE_SAME_AMOUNT_MERCHANT_COUNT_24H] =
      m ? REF_SUM(f, i, DAYS(1),
                  b->merchant_id[q] == m && fabs(b->amount[q] - a) <= 0.02 * a + 1e-9)
        : 0;
  x[SF_FEATURE_CHARGEBACK_COUNT] =
      REF_SUM(f, i, REF_ALWAYS, ref_type(b, q, SF_TRANSACTION_TYPE_CHARGEBACK));
  x[SF_FEATURE_ACCOUNT_AGE_DAYS] = b->date[r] - f->open_date;
}

// Features of the customer's row i.
static inline void reference_row(const struct reference *f, int64_t i, double x[SF_FEATURE_COUNT]) {
  memset(x, 0, SF_FEATURE_COUNT * sizeof *x);
  ref_aggregate(f, i, x);
  ref_geographic(f, i, x);
  ref_temporal(f, i, x);
  ref_behavioral(f, i, x);
  ref_network(f, i, x);
  ref_frequency(f, i, x);
  ref_severity(f, i, x);
  ref_evidence(f, i, x);
  ref_isolation(f, i, x);
  ref_graph(f, i, x);
  ref_interaction(f, i, x);
}

#endif

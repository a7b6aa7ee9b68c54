#include <math.h>

#include "kernels/check/clock.h"
#include "kernels/check/holds.h"

// Predicates on /labels: on their own columns, and against the row and the episode.

SF_HOLDS(label_names_known) { return sf_values_have_names(row->values, row->t); }

SF_HOLDS(label_reals_plain) { return sf_values_are_plain(row->values, row->t); }

SF_HOLDS(fraud_has_type) { return (LABEL(is_fraud) != 0) == (LABEL(fraud_type) != 0); }

SF_HOLDS(fraud_has_severity) {
  return (LABEL(is_fraud) != 0) == (LABEL(fraud_severity) != SF_FRAUD_SEVERITY_NONE);
}

SF_HOLDS(fraud_of_role) {
  switch (LABEL(role)) {
    case SF_ROLE_NONE:
    case SF_ROLE_SETUP:
    case SF_ROLE_EXPOSURE:
    case SF_ROLE_CHARGEBACK:
    case SF_ROLE_REVERSAL:
      return !LABEL(is_fraud);
    default:
      return LABEL(is_fraud);
  }
}

SF_HOLDS(role_of_episode) { return (LABEL(role) != SF_ROLE_NONE) == (LABEL(episode_id) != 0); }

SF_HOLDS(second_type_of_fraud) {
  return LABEL(secondary_fraud_type) == 0 ||
         (LABEL(is_fraud) && LABEL(secondary_fraud_type) != LABEL(fraud_type));
}

SF_HOLDS(confidence_of_fraud) {
  const float confidence = LABEL(fraud_confidence);
  return LABEL(is_fraud) ? confidence >= 0.0f && confidence <= 1.0f
                         : sf_same_real((double)confidence, 0.0);
}

SF_HOLDS(twin_is_honest) { return LABEL(benign_twin_of) == 0 || LABEL(episode_id) == 0; }

SF_HOLDS(anomaly_is_honest) {
  const float severity = LABEL(anomaly_severity);
  return LABEL(anomaly_type) == SF_ANOMALY_TYPE_NONE
             ? sf_same_real((double)severity, 0.0)
             : !LABEL(is_fraud) && severity > 0.0f && severity <= 1.0f;
}

SF_HOLDS(reported_after_fraud) {
  return LABEL(reported_at) == 0 ||
         (LABEL(is_fraud) && LABEL(reported_at) >= row->ledger->timestamp);
}

SF_HOLDS(known_fraud_refused) {
  return !LABEL(is_fraud) || LABEL(reported_at) != row->ledger->timestamp ||
         (ROW(status) == SF_STATUS_CODE_DECLINED &&
          ROW(response_code) == SF_RESPONSE_CODE_RISK_DECLINED);
}

// The first seven days of validation and test, at most half of each, are a gap.
SF_HOLDS(split_of_time) {
  const int64_t day = SF_SECONDS_OF_DAY, window = row->config->days * day;
  const int64_t start = row->config->start_day * day - SF_LOCAL_OFFSET;
  const int64_t passed = row->ledger->timestamp - start;
  const int64_t gap = 10 * 7 * day < window ? 7 * day : window / 10;
  const int64_t validation = passed - 3 * (window / 5), test = passed - 4 * (window / 5);
  const int64_t into = test >= 0 ? test : validation;
  const uint8_t part = validation < 0 ? SF_SPLIT_TRAIN
                       : into < gap   ? SF_SPLIT_GAP
                       : test >= 0    ? SF_SPLIT_TEST
                                      : SF_SPLIT_VALIDATION;
  return LABEL(split) == part;
}

SF_HOLDS(episode_of_customer) {
  return LABEL(episode_id) == 0 || (row->e >= 0 && EPISODE(customer_id) == ROW(customer_id));
}

SF_HOLDS(type_of_episode) {
  return row->e < 0 || !LABEL(is_fraud) || LABEL(fraud_type) == EPISODE(fraud_type) ||
         LABEL(secondary_fraud_type) == EPISODE(fraud_type);
}

SF_HOLDS(confidence_of_episode) {
  return row->e < 0 || !LABEL(is_fraud) ||
         (sf_same_real((double)LABEL(fraud_confidence), (double)EPISODE(confidence)) &&
          LABEL(fraud_severity) == EPISODE(severity));
}

SF_HOLDS(ring_of_episode) {
  return row->e < 0 ? LABEL(ring_id) == 0 : LABEL(ring_id) == EPISODE(ring_id);
}

SF_HOLDS(row_in_ring_window) {
  const int64_t time = row->ledger->timestamp;
  return row->g < 0 || !LABEL(is_fraud) || LABEL(reported_at) == time ||
         (time >= RING(start) && time <= RING(end));
}

#include <math.h>

#include "kernels/check/holds.h"

// Predicates on /episodes, against what their labels add up to.

void sf_episode_tally_add(struct sf_episode_tally *tally, const struct sf_transactions *batch,
                          const struct sf_labels *labels, int64_t t) {
  tally->start = tally->rows ? tally->start : batch->timestamp[t];
  tally->end = batch->timestamp[t];
  tally->rows++;
  if (labels->is_fraud[t] && batch->direction[t] == SF_DIRECTION_DEBIT &&
      batch->status[t] == SF_STATUS_CODE_APPROVED && batch->amount[t] < 1e12) {
    tally->amount += llrint(batch->amount[t] * 100.0);
  }
}

SF_HOLDS(episode_names_known) { return sf_values_have_names(row->values, row->e); }

SF_HOLDS(episode_reals_plain) { return sf_values_are_plain(row->values, row->e); }

SF_HOLDS(episode_id_of_customer) {
  return EPISODE(episode_id) >> 16 == EPISODE(customer_id) && (EPISODE(episode_id) & 0xffff) != 0;
}

SF_HOLDS(episodes_in_order) {
  return row->e == 0 || row->episodes->episode_id[row->e - 1] < EPISODE(episode_id);
}

SF_HOLDS(episode_type_set) {
  return EPISODE(fraud_type) != 0 && EPISODE(severity) != SF_FRAUD_SEVERITY_NONE;
}

SF_HOLDS(episode_shares_in_unit) {
  return EPISODE(camouflage) >= 0.0f && EPISODE(camouflage) <= 1.0f &&
         EPISODE(confidence) >= 0.0f && EPISODE(confidence) <= 1.0f;
}

SF_HOLDS(episode_counts_rows) {
  return EPISODE(row_count) == row->tally->rows && row->tally->rows > 0;
}

SF_HOLDS(episode_spans_rows) {
  return EPISODE(start) == row->tally->start && EPISODE(end) == row->tally->end;
}

SF_HOLDS(episode_sums_debits) {
  return sf_same_real(EPISODE(amount), (double)row->tally->amount / 100.0);
}

SF_HOLDS(episode_in_ring) {
  return EPISODE(ring_id) == 0 || (row->g >= 0 && RING(fraud_type) == EPISODE(fraud_type));
}

SF_HOLDS(evidence_has_name) {
  const struct sf_domain *names = sf_domain(SF_DOMAIN_EVIDENCE);
  for (uint32_t k = 0; k < SF_EVIDENCE_ELEMENTS; k++) {
    const uint32_t member = EPISODE(fraud_type) * SF_EVIDENCE_ELEMENTS + k;
    char name[SF_MEMBER_NAME_SIZE] = "";
    if (member < names->count) {
      names->member(member, name);
    }
    const float value = row->episodes->evidence[row->e * (int64_t)SF_EVIDENCE_ELEMENTS + k];
    if (name[0] == '\0' && !isnan(value)) {
      return false;
    }
  }
  return true;
}

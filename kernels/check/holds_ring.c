#include <math.h>

#include "kernels/check/holds.h"
#include "kernels/fraud/fraud_config.h"

// Predicates on /rings, /ring_members and /ring_links.

SF_HOLDS(ring_names_known) { return sf_values_have_names(row->values, row->g); }

SF_HOLDS(ring_id_is_row) { return (int64_t)RING(ring_id) == row->number + 1; }

static bool is_of_mules(uint8_t type) {
  return type == SF_RING_TYPE_MULE_FAN_IN || type == SF_RING_TYPE_MULE_FAN_OUT ||
         type == SF_RING_TYPE_MULE_CYCLE || type == SF_RING_TYPE_MULE_CHAIN ||
         type == SF_RING_TYPE_SCATTER_GATHER;
}

SF_HOLDS(ring_type_of_fraud) {
  return RING(fraud_type) != SF_TYPOLOGY_NONE &&
         is_of_mules(RING(ring_type)) == (RING(fraud_type) == SF_TYPOLOGY_MULE_ACCOUNT);
}

SF_HOLDS(ring_size_of_members) {
  return (int64_t)RING(size) == row->k_end - row->k && RING(size) >= 2;
}

SF_HOLDS(ring_window_in_order) { return RING(end) >= RING(start); }

SF_HOLDS(ring_merchant_known) {
  return RING(shared_merchant_id) <= sf_config_merchants(row->config);
}

SF_HOLDS(ring_shares_what_it_says) {
  switch (RING(ring_type)) {
    case SF_RING_TYPE_SHARED_DEVICE:
      return RING(shared_device_id) != 0;
    case SF_RING_TYPE_SHARED_MERCHANT:
    case SF_RING_TYPE_COMPROMISE_POINT:
      return RING(shared_merchant_id) != 0;
    default:
      return true;
  }
}

SF_HOLDS(member_names_known) { return sf_values_have_names(row->values, row->k); }

SF_HOLDS(member_ring_known) { return row->g >= 0; }

SF_HOLDS(member_customer_known) {
  return MEMBER(customer_id) >= 1 && MEMBER(customer_id) <= row->config->customers;
}

SF_HOLDS(link_reals_plain) { return sf_values_are_plain(row->values, row->l); }

SF_HOLDS(link_ring_known) { return row->g >= 0; }

static bool is_member(const struct sf_checked_row *row, uint32_t customer) {
  for (int64_t k = row->k; k < row->k_end; k++) {
    if (row->members->customer_id[k] == customer) {
      return true;
    }
  }
  return customer == 0;
}

SF_HOLDS(link_ends_are_members) {
  return is_member(row, LINK(source_customer_id)) && is_member(row, LINK(target_customer_id));
}

SF_HOLDS(link_ends_differ) { return LINK(source_customer_id) != LINK(target_customer_id); }

SF_HOLDS(link_amount_whole_paise) {
  const double amount = LINK(amount);
  return amount >= 0.0 && amount < 1e12 &&
         sf_same_real(amount, (double)llrint(amount * 100.0) / 100.0);
}

SF_HOLDS(link_in_ring_window) {
  return row->g < 0 || (LINK(timestamp) >= RING(start) && LINK(timestamp) <= RING(end));
}

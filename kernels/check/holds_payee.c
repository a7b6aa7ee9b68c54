#include <math.h>

#include "kernels/check/holds.h"
#include "kernels/world/subcategory.h"

// Predicates on the keys, the merchant and the counterparty of /transactions.

SF_HOLDS(row_names_known) { return sf_values_have_names(row->values, row->t); }

SF_HOLDS(row_reals_plain) { return sf_values_are_plain(row->values, row->t); }

SF_HOLDS(transaction_id_is_row) { return ROW(transaction_id) == (uint64_t)row->number + 1; }

SF_HOLDS(merchant_id_known) { return ROW(merchant_id) <= sf_config_merchants(row->config); }

SF_HOLDS(counterparty_id_known) { return ROW(counterparty_id) <= row->config->customers; }

SF_HOLDS(counterparty_not_self) { return ROW(counterparty_id) != ROW(customer_id); }

static bool is_transfer(const struct sf_checked_row *row) {
  return ROW(transaction_type) == SF_TRANSACTION_TYPE_TRANSFER;
}

SF_HOLDS(counterparty_of_transfer) { return ROW(counterparty_id) == 0 || is_transfer(row); }

// Copies of the merchant's row.

SF_HOLDS(merchant_name_same) { return ROW(merchant_name) == (row->m < 0 ? 0 : MERCHANT(name)); }

SF_HOLDS(merchant_category_same) { return row->m < 0 || ROW(category) == MERCHANT(category); }

SF_HOLDS(merchant_subcategory_same) {
  return row->m < 0 || ROW(subcategory) == MERCHANT(subcategory);
}

SF_HOLDS(merchant_mcc_same) { return ROW(mcc) == (row->m < 0 ? 0 : MERCHANT(mcc)); }

SF_HOLDS(merchant_type_same) {
  return ROW(merchant_type) == (row->m < 0 ? SF_MERCHANT_TYPE_NONE : MERCHANT(type));
}

SF_HOLDS(merchant_reputation_same) {
  const float reputation = ROW(merchant_reputation);
  return row->m < 0
             ? isnan(reputation)
             : sf_same_real((double)reputation, (double)MERCHANT(reputation)) && !isnan(reputation);
}

SF_HOLDS(merchant_city_same) { return ROW(merchant_city) == (row->m < 0 ? 0 : MERCHANT(city)); }

SF_HOLDS(merchant_takes_orders) {
  return row->m < 0 || !ROW(is_online) || ROW(direction) == SF_DIRECTION_CREDIT ||
         MERCHANT(accepts_online);
}

SF_HOLDS(subcategory_of_category) {
  return ROW(subcategory) < SF_SUBCATEGORY_COUNT &&
         ROW(category) == sf_subcategories[ROW(subcategory)].category;
}

SF_HOLDS(transfers_are_transfers) {
  return (ROW(category) == SF_CATEGORY_TRANSFERS) == is_transfer(row) &&
         (!is_transfer(row) || ROW(merchant_id) == 0);
}

SF_HOLDS(purchase_has_merchant) {
  switch (ROW(transaction_type)) {
    case SF_TRANSACTION_TYPE_PURCHASE:
    case SF_TRANSACTION_TYPE_BILL_PAYMENT:
    case SF_TRANSACTION_TYPE_REFUND:
    case SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION:
      return ROW(merchant_id) != 0;
    case SF_TRANSACTION_TYPE_CASH_WITHDRAWAL:
    case SF_TRANSACTION_TYPE_CASH_DEPOSIT:
    case SF_TRANSACTION_TYPE_SALARY:
    case SF_TRANSACTION_TYPE_FEE:
      return ROW(merchant_id) == 0;
    default:
      return true;
  }
}

SF_HOLDS(redemption_of_programme) {
  return ROW(transaction_type) != SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION || row->m < 0 ||
         MERCHANT(loyalty_programme);
}

SF_HOLDS(first_merchant_row) {
  return ROW(is_first_transaction_with_merchant) == row->ledger->merchant_is_new;
}

SF_HOLDS(repeat_merchant_row) {
  return ROW(is_repeat_merchant) == (ROW(merchant_id) != 0 && !row->ledger->merchant_is_new);
}

// A payee outside the corpus has no id here, so only the type can be judged.
SF_HOLDS(first_payment_row) {
  if (!is_transfer(row) || ROW(direction) != SF_DIRECTION_DEBIT) {
    return !ROW(is_first_payment_to_counterparty);
  }
  return ROW(counterparty_id) == 0 ||
         ROW(is_first_payment_to_counterparty) == row->ledger->counterparty_is_new;
}

// Copies of the customer's row.

SF_HOLDS(home_city_of_customer) { return ROW(home_city) == CUSTOMER(home_city); }

SF_HOLDS(age_of_customer) { return ROW(customer_age) == CUSTOMER(age); }

SF_HOLDS(age_group_of_age) {
  static const uint8_t up_to[SF_AGE_GROUP_COUNT] = {25, 35, 45, 55, 65, UINT8_MAX};
  const uint8_t group = ROW(customer_age_group), age = ROW(customer_age);
  return group < SF_AGE_GROUP_COUNT && age <= up_to[group] && age > (group ? up_to[group - 1] : 17);
}

SF_HOLDS(bracket_of_customer) { return ROW(customer_income_bracket) == CUSTOMER(income_bracket); }

SF_HOLDS(segment_of_customer) { return ROW(customer_segment) == CUSTOMER(segment); }

SF_HOLDS(savviness_of_customer) {
  return ROW(customer_digital_savviness) == CUSTOMER(digital_savviness);
}

#include "kernels/check/holds.h"

// Predicates on payment modes and their limits; sources in docs/calibration.md.

#define LAKH 10000000  // 1,00,000 rupees in paise

SF_HOLDS(card_type_of_mode) {
  switch (ROW(payment_mode)) {
    case SF_PAYMENT_MODE_CREDIT_CARD:
      return ROW(card_type) == SF_CARD_TYPE_CREDIT;
    case SF_PAYMENT_MODE_DEBIT_CARD:
      return ROW(card_type) == SF_CARD_TYPE_DEBIT;
    default:
      return ROW(card_type) == SF_CARD_TYPE_NOT_APPLICABLE;
  }
}

SF_HOLDS(credit_card_has_limit) {
  return ROW(payment_mode) != SF_PAYMENT_MODE_CREDIT_CARD || CUSTOMER(credit_limit) > 0.0f;
}

static bool is_card(const struct sf_checked_row *row) {
  return ROW(payment_mode) == SF_PAYMENT_MODE_CREDIT_CARD ||
         ROW(payment_mode) == SF_PAYMENT_MODE_DEBIT_CARD;
}

SF_HOLDS(expired_is_card) {
  return ROW(response_code) != SF_RESPONSE_CODE_EXPIRED_CARD || is_card(row);
}

SF_HOLDS(wrong_pin_has_pin) {
  return ROW(response_code) != SF_RESPONSE_CODE_WRONG_PIN || is_card(row) ||
         ROW(payment_mode) == SF_PAYMENT_MODE_UPI || ROW(channel) == SF_CHANNEL_ATM;
}

static bool is_upi_transfer(const struct sf_checked_row *row) {
  return ROW(payment_mode) == SF_PAYMENT_MODE_UPI &&
         ROW(transaction_type) == SF_TRANSACTION_TYPE_TRANSFER;
}

SF_HOLDS(upi_person_limit) { return !is_upi_transfer(row) || row->ledger->amount <= LAKH; }

SF_HOLDS(upi_daily_limit) {
  return row->ledger->upi_transfers <= 20 && row->ledger->upi_transferred <= LAKH;
}

SF_HOLDS(rtgs_from_two_lakh) {
  return ROW(payment_mode) != SF_PAYMENT_MODE_RTGS || row->ledger->amount >= 2 * LAKH;
}

SF_HOLDS(imps_to_five_lakh) {
  return ROW(payment_mode) != SF_PAYMENT_MODE_IMPS || row->ledger->amount <= 5 * LAKH;
}

SF_HOLDS(contactless_limit) {
  return ROW(auth_method) != SF_AUTH_METHOD_CONTACTLESS || row->ledger->amount <= 500000;
}

static bool is_upi_debit(const struct sf_checked_row *row) {
  return ROW(payment_mode) == SF_PAYMENT_MODE_UPI && ROW(direction) == SF_DIRECTION_DEBIT;
}

// UPI Lite took 500 rupees without a PIN until 3 December 2024, 1,000 since.
#define LITE_RAISED_DAY 20061

SF_HOLDS(upi_lite_limit) {
  const int64_t limit = ROW(date) < LITE_RAISED_DAY ? 50000 : 100000;
  return !is_upi_debit(row) || ROW(auth_method) != SF_AUTH_METHOD_NONE ||
         row->ledger->amount <= limit;
}

SF_HOLDS(upi_pin_of_upi) {
  const uint8_t proof = ROW(auth_method);
  return is_upi_debit(row) ? proof == SF_AUTH_METHOD_UPI_PIN || proof == SF_AUTH_METHOD_NONE
                           : proof != SF_AUTH_METHOD_UPI_PIN;
}

SF_HOLDS(card_proof_at_terminal) {
  switch (ROW(auth_method)) {
    case SF_AUTH_METHOD_PIN:
    case SF_AUTH_METHOD_CONTACTLESS:
    case SF_AUTH_METHOD_SIGNATURE:
      return ROW(channel) == SF_CHANNEL_POS || ROW(channel) == SF_CHANNEL_ATM ||
             ROW(channel) == SF_CHANNEL_BRANCH;
    default:
      return true;
  }
}

SF_HOLDS(cash_in_person) {
  return ROW(payment_mode) != SF_PAYMENT_MODE_CASH || ROW(channel) == SF_CHANNEL_POS ||
         ROW(channel) == SF_CHANNEL_ATM || ROW(channel) == SF_CHANNEL_BRANCH;
}

SF_HOLDS(cash_rows_at_machine) {
  const uint8_t type = ROW(transaction_type);
  return (type != SF_TRANSACTION_TYPE_CASH_WITHDRAWAL &&
          type != SF_TRANSACTION_TYPE_CASH_DEPOSIT) ||
         ROW(channel) == SF_CHANNEL_ATM || ROW(channel) == SF_CHANNEL_BRANCH;
}

// 6 kinds of at most 42 generations.
SF_HOLDS(instrument_in_range) { return ROW(instrument_id) <= 252; }

SF_HOLDS(instrument_not_taken_back) {
  return ROW(instrument_id) == 0 || ROW(status) != SF_STATUS_CODE_APPROVED ||
         (ROW(instrument_id) - 1) / 6 >= row->ledger->generation_before;
}

#include <math.h>

#include "kernels/check/holds.h"

// Predicates on amounts and balances of /transactions.

// True if the stored rupees are exactly a whole number of paise as worked out.
static bool is_paise(double rupees, int64_t paise) {
  return sf_same_real(rupees, (double)paise / 100.0);
}

SF_HOLDS(amount_whole_paise) {
  return ROW(amount) > 0.0 && is_paise(ROW(amount), row->ledger->amount);
}

SF_HOLDS(balance_whole_paise) { return is_paise(ROW(balance_after), row->ledger->balance); }

SF_HOLDS(balance_moves) {
  return row->ledger->balance == row->ledger->balance_before + row->ledger->change;
}

// Opening balance in monthly incomes, and room for its rounding.
#define OPENING_LOW 0.3
#define OPENING_HIGH 2.0
#define OPENING_SLACK 1e-4

SF_HOLDS(opening_balance_of_income) {
  if (!row->ledger->is_first) {
    return true;
  }
  const double incomes =
      (double)row->ledger->balance_before / (100.0 * (double)CUSTOMER(monthly_income));
  return incomes >= OPENING_LOW - OPENING_SLACK && incomes <= OPENING_HIGH + OPENING_SLACK;
}

SF_HOLDS(overdraft_covered) {
  if (row->ledger->change >= 0 || row->ledger->balance >= 0) {
    return true;
  }
  switch (ROW(transaction_type)) {
    case SF_TRANSACTION_TYPE_PURCHASE:
    case SF_TRANSACTION_TYPE_TRANSFER:
    case SF_TRANSACTION_TYPE_BILL_PAYMENT:
    case SF_TRANSACTION_TYPE_FEE:
      return true;
    default:
      return false;
  }
}

SF_HOLDS(shortfall_is_real) {
  return ROW(response_code) != SF_RESPONSE_CODE_INSUFFICIENT_FUNDS ||
         (ROW(direction) == SF_DIRECTION_DEBIT &&
          sf_moves_balance(ROW(payment_mode), ROW(channel)) &&
          row->ledger->amount > row->ledger->balance_before);
}

SF_HOLDS(response_of_status) {
  return (ROW(response_code) == SF_RESPONSE_CODE_APPROVED) ==
         (ROW(status) == SF_STATUS_CODE_APPROVED);
}

SF_HOLDS(hanging_of_network) {
  const uint8_t response = ROW(response_code);
  return (ROW(status) != SF_STATUS_CODE_PENDING && ROW(status) != SF_STATUS_CODE_REVERSED) ||
         response == SF_RESPONSE_CODE_NETWORK_TIMEOUT ||
         response == SF_RESPONSE_CODE_ISSUER_UNAVAILABLE;
}

SF_HOLDS(direction_of_type) {
  switch (ROW(transaction_type)) {
    case SF_TRANSACTION_TYPE_TRANSFER:
      return true;
    case SF_TRANSACTION_TYPE_CASH_DEPOSIT:
    case SF_TRANSACTION_TYPE_SALARY:
    case SF_TRANSACTION_TYPE_REFUND:
    case SF_TRANSACTION_TYPE_CHARGEBACK:
    case SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION:
      return ROW(direction) == SF_DIRECTION_CREDIT;
    default:
      return ROW(direction) == SF_DIRECTION_DEBIT;
  }
}

SF_HOLDS(day_count_of_rows) { return ROW(daily_transaction_count) == row->ledger->day_rows; }

SF_HOLDS(day_amount_of_debits) {
  return is_paise(ROW(daily_transaction_amount), row->ledger->day_debits);
}

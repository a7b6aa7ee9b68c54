#ifndef SF_KERNELS_CHECK_LEDGER_H
#define SF_KERNELS_CHECK_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/schema/schema.h"
#include "kernels/status.h"

// What earlier rows of a customer say about the next one, worked out again from
// the stored columns.

// Payees that the current customer has had. Entries of earlier customers count
// as empty, so that a change of customer costs nothing.
struct sf_payees {
  uint64_t *slot;  // customer_id x 2^32 + payee, 0 = never used
  uint64_t mask;   // slots - 1, slots a power of two
  uint64_t used;   // by this customer
};

// Errors: SF_MEMORY. The caller frees.
enum sf_status sf_payees_create(struct sf_payees *payees, struct sf_error *error);
void sf_payees_free(struct sf_payees *payees);

struct sf_ledger {
  uint32_t customer_id;  // 0 before the first row
  bool is_first;         // the row is the customer's first
  int64_t timestamp, previous_timestamp;
  // In paise. What the row adds to the balance by the rules: 0 unless it is
  // approved and of a mode that moves it.
  int64_t amount, change;
  int64_t balance, balance_before;
  // The local day by timestamp, this row included.
  int64_t day;     // since 1970-01-01
  int64_t second;  // of the day
  int64_t day_rows;
  int64_t day_debits;       // approved, paise
  int64_t upi_transfers;    // approved debits by UPI to persons
  int64_t upi_transferred;  // paise
  // Newest generation of each kind of instrument on approved rows before this one, by
  // kind = (instrument_id - 1) mod 6 + 1.
  uint8_t generation[7], generation_before;  // the latter of this row's kind
  // First row with the merchant; first transfer debit to the counterparty.
  bool merchant_is_new, counterparty_is_new;

  struct sf_payees merchants, counterparties;
};

enum sf_status sf_ledger_create(struct sf_ledger *ledger, struct sf_error *error);
void sf_ledger_free(struct sf_ledger *ledger);

// Takes in the next row of the corpus, whose customer_id is not 0. Grows the sets of payees with
// the longest history. Errors: SF_MEMORY.
enum sf_status sf_ledger_advance(struct sf_ledger *ledger, const struct sf_transactions *batch,
                                 int64_t row, struct sf_error *error);

// True if approved rows of this mode and channel move the balance: all but
// credit cards, pay-later, and cash that is not at an ATM or branch.
bool sf_moves_balance(uint8_t payment_mode, uint8_t channel);

#endif

#include "kernels/check/ledger.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/check/clock.h"

#define FIRST_SLOTS 4096  // at first

enum sf_status sf_payees_create(struct sf_payees *payees, struct sf_error *error) {
  *payees = (struct sf_payees){.slot = calloc(FIRST_SLOTS, sizeof *payees->slot),
                               .mask = FIRST_SLOTS - 1};
  return payees->slot ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for payees");
}

void sf_payees_free(struct sf_payees *payees) {
  free(payees->slot);
  *payees = (struct sf_payees){0};
}

// Slot of a payee, or the free one where it would go.
static uint64_t *find_slot(const struct sf_payees *payees, uint32_t customer_id, uint32_t payee) {
  const uint64_t entry = (uint64_t)customer_id << 32 | payee;
  // Fibonacci hashing: Knuth, The Art of Computer Programming 3, section 6.4.
  uint64_t at = (payee * UINT64_C(0x9e3779b97f4a7c15)) >> 40;
  while (payees->slot[at & payees->mask] != entry &&
         payees->slot[at & payees->mask] >> 32 == customer_id) {
    at++;
  }
  return &payees->slot[at & payees->mask];
}

static enum sf_status double_slots(struct sf_payees *payees, uint32_t customer_id,
                                   struct sf_error *error) {
  struct sf_payees larger = {.mask = 2 * payees->mask + 1, .used = payees->used};
  larger.slot = calloc(larger.mask + 1, sizeof *larger.slot);
  if (!larger.slot) {
    return sf_fail(error, SF_MEMORY, "out of memory for payees");
  }
  for (uint64_t i = 0; i <= payees->mask; i++) {
    if (payees->slot[i] >> 32 == customer_id) {
      *find_slot(&larger, customer_id, (uint32_t)payees->slot[i]) = payees->slot[i];
    }
  }
  free(payees->slot);
  *payees = larger;
  return SF_OK;
}

// Adds a payee; `*is_new` is whether it was not there.
static enum sf_status add_payee(struct sf_payees *payees, uint32_t customer_id, uint32_t payee,
                                bool *is_new, struct sf_error *error) {
  uint64_t *slot = find_slot(payees, customer_id, payee);
  const uint64_t entry = (uint64_t)customer_id << 32 | payee;
  *is_new = *slot != entry;
  *slot = entry;
  payees->used += *is_new;
  return 2 * payees->used > payees->mask ? double_slots(payees, customer_id, error) : SF_OK;
}

enum sf_status sf_ledger_create(struct sf_ledger *ledger, struct sf_error *error) {
  *ledger = (struct sf_ledger){0};
  enum sf_status status = sf_payees_create(&ledger->merchants, error);
  if (status == SF_OK) {
    status = sf_payees_create(&ledger->counterparties, error);
  }
  if (status != SF_OK) {
    sf_ledger_free(ledger);
  }
  return status;
}

void sf_ledger_free(struct sf_ledger *ledger) {
  sf_payees_free(&ledger->merchants);
  sf_payees_free(&ledger->counterparties);
}

bool sf_moves_balance(uint8_t payment_mode, uint8_t channel) {
  switch (payment_mode) {
    case SF_PAYMENT_MODE_CREDIT_CARD:
    case SF_PAYMENT_MODE_BNPL:
      return false;
    case SF_PAYMENT_MODE_CASH:
      return channel == SF_CHANNEL_ATM || channel == SF_CHANNEL_BRANCH;
    default:
      return true;
  }
}

// No account holds more, and sums of so many paise stay far from overflow.
#define RUPEES_MAX 1e12

// Rupees to paise; what is no amount of money becomes one that fits nowhere.
static int64_t paise_of(double rupees) {
  return llrint((fabs(rupees) <= RUPEES_MAX ? rupees : RUPEES_MAX) * 100.0);
}

static void begin_customer(struct sf_ledger *ledger, uint32_t customer_id) {
  ledger->customer_id = customer_id;
  ledger->merchants.used = 0;
  ledger->counterparties.used = 0;
  ledger->day = INT64_MIN;
  memset(ledger->generation, 0, sizeof ledger->generation);
}

static void begin_day(struct sf_ledger *ledger, int64_t day) {
  ledger->day = day;
  ledger->day_rows = 0;
  ledger->day_debits = 0;
  ledger->upi_transfers = 0;
  ledger->upi_transferred = 0;
}

static void take_day(struct sf_ledger *ledger, const struct sf_transactions *batch, int64_t row) {
  const int64_t day = sf_local_day(ledger->timestamp);
  if (day != ledger->day) {
    begin_day(ledger, day);
  }
  ledger->second = sf_local_second(ledger->timestamp);
  const bool is_spent =
      batch->status[row] == SF_STATUS_CODE_APPROVED && batch->direction[row] == SF_DIRECTION_DEBIT;
  const bool is_upi_transfer = is_spent && batch->payment_mode[row] == SF_PAYMENT_MODE_UPI &&
                               batch->transaction_type[row] == SF_TRANSACTION_TYPE_TRANSFER;
  ledger->day_rows++;
  ledger->day_debits += is_spent ? ledger->amount : 0;
  ledger->upi_transfers += is_upi_transfer;
  ledger->upi_transferred += is_upi_transfer ? ledger->amount : 0;
}

static void take_balance(struct sf_ledger *ledger, const struct sf_transactions *batch,
                         int64_t row) {
  const bool moves = batch->status[row] == SF_STATUS_CODE_APPROVED &&
                     sf_moves_balance(batch->payment_mode[row], batch->channel[row]);
  const int64_t sign = batch->direction[row] == SF_DIRECTION_CREDIT ? 1 : -1;
  ledger->amount = paise_of(batch->amount[row]);
  ledger->change = moves ? sign * ledger->amount : 0;
  ledger->balance_before = ledger->balance;
  ledger->balance = paise_of(batch->balance_after[row]);
  if (ledger->is_first) {
    ledger->balance_before = ledger->balance - ledger->change;
  }
}

static void take_instrument(struct sf_ledger *ledger, const struct sf_transactions *batch,
                            int64_t row) {
  const uint8_t id = batch->instrument_id[row];
  if (id == 0) {
    ledger->generation_before = 0;
    return;
  }
  uint8_t *newest = &ledger->generation[(id - 1) % 6 + 1];
  const uint8_t generation = (uint8_t)((id - 1) / 6);
  ledger->generation_before = *newest;
  if (batch->status[row] == SF_STATUS_CODE_APPROVED && generation > *newest) {
    *newest = generation;
  }
}

enum sf_status sf_ledger_advance(struct sf_ledger *ledger, const struct sf_transactions *batch,
                                 int64_t row, struct sf_error *error) {
  const uint32_t customer_id = batch->customer_id[row];
  ledger->is_first = customer_id != ledger->customer_id;
  if (ledger->is_first) {
    begin_customer(ledger, customer_id);
  }
  ledger->previous_timestamp = ledger->timestamp;
  ledger->timestamp = batch->timestamp[row];
  take_balance(ledger, batch, row);
  take_day(ledger, batch, row);
  take_instrument(ledger, batch, row);

  ledger->merchant_is_new = ledger->counterparty_is_new = false;
  if (batch->merchant_id[row]) {
    SF_TRY(add_payee(&ledger->merchants, customer_id, batch->merchant_id[row],
                     &ledger->merchant_is_new, error));
  }
  if (batch->counterparty_id[row] && batch->direction[row] == SF_DIRECTION_DEBIT) {
    SF_TRY(add_payee(&ledger->counterparties, customer_id, batch->counterparty_id[row],
                     &ledger->counterparty_is_new, error));
  }
  return SF_OK;
}

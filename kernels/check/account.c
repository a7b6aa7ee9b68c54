#include "kernels/check/account.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/check/clock.h"

#define SEEN_SLOTS 4096  // at first

enum sf_status sf_seen_create(struct sf_seen *seen, struct sf_error *error) {
  *seen = (struct sf_seen){.slot = calloc(SEEN_SLOTS, sizeof *seen->slot), .mask = SEEN_SLOTS - 1};
  return seen->slot ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for payees");
}

void sf_seen_free(struct sf_seen *seen) {
  free(seen->slot);
  *seen = (struct sf_seen){0};
}

// Slot of a payee, or the free one where it would go.
static uint64_t *find_slot(const struct sf_seen *seen, uint32_t customer_id, uint32_t payee) {
  const uint64_t entry = (uint64_t)customer_id << 32 | payee;
  // Fibonacci hashing: Knuth, The Art of Computer Programming 3, section 6.4.
  uint64_t at = (payee * UINT64_C(0x9e3779b97f4a7c15)) >> 40;
  while (seen->slot[at & seen->mask] != entry && seen->slot[at & seen->mask] >> 32 == customer_id) {
    at++;
  }
  return &seen->slot[at & seen->mask];
}

static enum sf_status double_slots(struct sf_seen *seen, uint32_t customer_id,
                                   struct sf_error *error) {
  struct sf_seen larger = {.mask = 2 * seen->mask + 1, .used = seen->used};
  larger.slot = calloc(larger.mask + 1, sizeof *larger.slot);
  if (!larger.slot) {
    return sf_fail(error, SF_MEMORY, "out of memory for payees");
  }
  for (uint64_t i = 0; i <= seen->mask; i++) {
    if (seen->slot[i] >> 32 == customer_id) {
      *find_slot(&larger, customer_id, (uint32_t)seen->slot[i]) = seen->slot[i];
    }
  }
  free(seen->slot);
  *seen = larger;
  return SF_OK;
}

// Adds a payee; `*is_new` is whether it was not there.
static enum sf_status add_payee(struct sf_seen *seen, uint32_t customer_id, uint32_t payee,
                                bool *is_new, struct sf_error *error) {
  uint64_t *slot = find_slot(seen, customer_id, payee);
  const uint64_t entry = (uint64_t)customer_id << 32 | payee;
  *is_new = *slot != entry;
  *slot = entry;
  seen->used += *is_new;
  return 2 * seen->used > seen->mask ? double_slots(seen, customer_id, error) : SF_OK;
}

enum sf_status sf_account_create(struct sf_account *account, struct sf_error *error) {
  *account = (struct sf_account){0};
  enum sf_status status = sf_seen_create(&account->merchants, error);
  if (status == SF_OK) {
    status = sf_seen_create(&account->counterparties, error);
  }
  if (status != SF_OK) {
    sf_account_free(account);
  }
  return status;
}

void sf_account_free(struct sf_account *account) {
  sf_seen_free(&account->merchants);
  sf_seen_free(&account->counterparties);
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

static void begin_customer(struct sf_account *account, uint32_t customer_id) {
  account->customer_id = customer_id;
  account->merchants.used = 0;
  account->counterparties.used = 0;
  account->day = INT64_MIN;
}

static void begin_day(struct sf_account *account, int64_t day) {
  account->day = day;
  account->day_rows = 0;
  account->day_debits = 0;
  account->upi_transfers = 0;
  account->upi_transferred = 0;
}

static void take_day(struct sf_account *account, const struct sf_transactions *batch, int64_t row) {
  const int64_t day = sf_local_day(account->timestamp);
  if (day != account->day) {
    begin_day(account, day);
  }
  account->second = sf_local_second(account->timestamp);
  const bool is_spent =
      batch->status[row] == SF_STATUS_CODE_APPROVED && batch->direction[row] == SF_DIRECTION_DEBIT;
  const bool is_upi_transfer = is_spent && batch->payment_mode[row] == SF_PAYMENT_MODE_UPI &&
                               batch->transaction_type[row] == SF_TRANSACTION_TYPE_TRANSFER;
  account->day_rows++;
  account->day_debits += is_spent ? account->amount : 0;
  account->upi_transfers += is_upi_transfer;
  account->upi_transferred += is_upi_transfer ? account->amount : 0;
}

static void take_balance(struct sf_account *account, const struct sf_transactions *batch,
                         int64_t row) {
  const bool moves = batch->status[row] == SF_STATUS_CODE_APPROVED &&
                     sf_moves_balance(batch->payment_mode[row], batch->channel[row]);
  const int64_t sign = batch->direction[row] == SF_DIRECTION_CREDIT ? 1 : -1;
  account->amount = paise_of(batch->amount[row]);
  account->change = moves ? sign * account->amount : 0;
  account->balance_before = account->balance;
  account->balance = paise_of(batch->balance_after[row]);
  if (account->is_first) {
    account->balance_before = account->balance - account->change;
  }
}

enum sf_status sf_account_advance(struct sf_account *account, const struct sf_transactions *batch,
                                  int64_t row, struct sf_error *error) {
  const uint32_t customer_id = batch->customer_id[row];
  account->is_first = customer_id != account->customer_id;
  if (account->is_first) {
    begin_customer(account, customer_id);
  }
  account->previous_timestamp = account->timestamp;
  account->timestamp = batch->timestamp[row];
  take_balance(account, batch, row);
  take_day(account, batch, row);

  account->merchant_is_new = account->counterparty_is_new = false;
  if (batch->merchant_id[row]) {
    SF_TRY(add_payee(&account->merchants, customer_id, batch->merchant_id[row],
                     &account->merchant_is_new, error));
  }
  if (batch->counterparty_id[row] && batch->direction[row] == SF_DIRECTION_DEBIT) {
    SF_TRY(add_payee(&account->counterparties, customer_id, batch->counterparty_id[row],
                     &account->counterparty_is_new, error));
  }
  return SF_OK;
}

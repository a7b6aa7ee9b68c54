#include "kernels/check/pairing.h"

#include <math.h>
#include <xxhash.h>

void sf_pairing_add(struct sf_pairing *pairing, const struct sf_transactions *batch, int64_t row) {
  if (batch->transaction_type[row] != SF_TRANSACTION_TYPE_TRANSFER ||
      batch->counterparty_id[row] == 0 || batch->status[row] != SF_STATUS_CODE_APPROVED) {
    return;
  }
  const bool is_debit = batch->direction[row] == SF_DIRECTION_DEBIT;
  const uint64_t own = batch->customer_id[row], other = batch->counterparty_id[row];
  const double rupees = batch->amount[row];
  const struct {
    uint64_t from, to;
    int64_t timestamp, paise;
  } key = {
      .from = is_debit ? own : other,
      .to = is_debit ? other : own,
      .timestamp = batch->timestamp[row],
      .paise = rupees < 1e12 ? llrint(rupees * 100.0) : -1,
  };
  const uint64_t hash = XXH3_64bits(&key, sizeof key);
  pairing->debits += is_debit ? hash : 0;
  pairing->debit_rows += is_debit;
  pairing->credits += is_debit ? 0 : hash;
  pairing->credit_rows += !is_debit;
}

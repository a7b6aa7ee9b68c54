#include "kernels/check/pairing.h"

#include <math.h>
#include <xxhash.h>

void sf_pairing_add_side(struct sf_pairing *pairing, bool is_debit, uint64_t from, uint64_t to,
                         int64_t timestamp, double rupees) {
  const struct {
    uint64_t from, to;
    int64_t timestamp, paise;
  } key = {
      .from = from,
      .to = to,
      .timestamp = timestamp,
      .paise = rupees < 1e12 ? llrint(rupees * 100.0) : -1,
  };
  const uint64_t hash = XXH3_64bits(&key, sizeof key);
  pairing->debits += is_debit ? hash : 0;
  pairing->debit_rows += is_debit;
  pairing->credits += is_debit ? 0 : hash;
  pairing->credit_rows += !is_debit;
}

static bool is_approved_transfer(const struct sf_transactions *batch, int64_t row) {
  return batch->transaction_type[row] == SF_TRANSACTION_TYPE_TRANSFER &&
         batch->status[row] == SF_STATUS_CODE_APPROVED;
}

void sf_pairing_add(struct sf_pairing *pairing, const struct sf_transactions *batch, int64_t row) {
  if (!is_approved_transfer(batch, row) || batch->counterparty_id[row] == 0) {
    return;
  }
  const bool is_debit = batch->direction[row] == SF_DIRECTION_DEBIT;
  const uint64_t own = batch->customer_id[row], other = batch->counterparty_id[row];
  sf_pairing_add_side(pairing, is_debit, is_debit ? own : other, is_debit ? other : own,
                      batch->timestamp[row], batch->amount[row]);
}

static bool is_of_mules(uint8_t ring_type) {
  switch (ring_type) {
    case SF_RING_TYPE_MULE_FAN_IN:
    case SF_RING_TYPE_MULE_FAN_OUT:
    case SF_RING_TYPE_MULE_CYCLE:
    case SF_RING_TYPE_MULE_CHAIN:
    case SF_RING_TYPE_SCATTER_GATHER:
      return true;
    default:
      return false;
  }
}

void sf_link_pairing_add_row(struct sf_link_pairing *pairing, const struct sf_transactions *batch,
                             const struct sf_labels *labels, const struct sf_rings *rings,
                             int64_t row) {
  const uint64_t ring = labels->ring_id[row];
  if (ring == 0 || (int64_t)ring > rings->rows || !is_of_mules(rings->ring_type[ring - 1]) ||
      !labels->is_fraud[row] || !is_approved_transfer(batch, row)) {
    return;
  }
  const bool is_debit = batch->direction[row] == SF_DIRECTION_DEBIT;
  const uint64_t own = batch->customer_id[row], other = batch->counterparty_id[row];
  sf_pairing_add_side(is_debit ? &pairing->sources : &pairing->targets, true,
                      ring << 32 | (is_debit ? own : other), is_debit ? other : own,
                      batch->timestamp[row], batch->amount[row]);
}

void sf_link_pairing_add_link(struct sf_link_pairing *pairing, const struct sf_ring_links *links,
                              int64_t link) {
  const uint64_t ring = links->ring_id[link];
  const uint64_t source = links->source_customer_id[link];
  const uint64_t target = links->target_customer_id[link];
  if (!(links->amount[link] > 0.0)) {
    return;
  }
  if (source) {
    sf_pairing_add_side(&pairing->sources, false, ring << 32 | source, target,
                        links->timestamp[link], links->amount[link]);
  }
  if (target) {
    sf_pairing_add_side(&pairing->targets, false, ring << 32 | source, target,
                        links->timestamp[link], links->amount[link]);
  }
}

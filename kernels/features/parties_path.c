#include "kernels/features/passes.h"

// Group graph: payees, and time since money came in.

#define INFLOW_MINUTES_MAX 43200.0

// Counterparties of P(7 d), debits in the lower half of the sum and credits in the upper:
// each counts where the last row with it stands.
static uint64_t share_of(uint8_t direction) {
  return direction == SF_DIRECTION_CREDIT ? UINT64_C(1) << 32 : 1;
}

// The chunk's approved transfers to or from a counterparty.
static uint32_t list_parties(const struct sf_features *f, uint32_t row[SF_FEATURE_CHUNK]) {
  const struct sf_transactions *b = f->batch;
  uint32_t n = 0;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    row[n] = i;
    n += (b->transaction_type[r] == SF_TRANSACTION_TYPE_TRANSFER) &
         (b->status[r] == SF_STATUS_CODE_APPROVED) & (b->counterparty_id[r] != 0);
  }
  return n;
}

// Enters the chunk's counterparties into the history: each takes the place of its last row,
// if that has not left by then; `more`: by how much each row raises the sum.
static void enter_parties(struct sf_features *f, uint64_t more[SF_FEATURE_CHUNK]) {
  const struct sf_feature_history *history = &f->history;
  uint64_t *party = history->party + f->first, *share = history->party_share + f->first;
  for (uint32_t i = 0; i < f->count; i++) {
    party[i] = share[i] = more[i] = 0;
  }
  uint32_t row[SF_FEATURE_CHUNK];
  const uint32_t n = list_parties(f, row);
  for (uint32_t k = 0; k < n; k++) {
    const uint32_t i = row[k];
    const int64_t r = f->at + i;
    const uint8_t direction = f->batch->direction[r];
    const uint64_t key = (uint64_t)direction << 32 | f->batch->counterparty_id[r];
    struct sf_key_entry *entry = sf_key_map_find(&f->party_last, key);
    share[i] = more[i] = share_of(direction);
    if (sf_key_map_holds(&f->party_last, entry) &&
        entry->value >= f->start[SF_WINDOW_7D][i] + history->base) {
      history->party_share[entry->value - history->base] = 0;
      more[i] = 0;
    }
    sf_key_map_put(&f->party_last, entry, key, f->first + i + history->base);
    party[i] = key;
  }
}

// A step lets a row leave or takes one in, without a branch: which it is cannot be predicted.
static void write_fans(struct sf_features *f, const uint64_t more[SF_FEATURE_CHUNK]) {
  const uint64_t *share = f->history.party_share;
  const uint32_t *start = f->start[SF_WINDOW_7D];
  uint64_t sum = f->parties, before[SF_FEATURE_CHUNK];
  uint32_t tail = f->party_tail - f->history.base;
  for (uint32_t i = 0; i < f->count;) {
    const uint64_t leaves = tail < start[i];
    before[i] = sum;
    sum += (more[i] & (leaves - 1)) - (share[tail] & -leaves);
    tail += (uint32_t)leaves;
    i += 1 - (uint32_t)leaves;
  }
  f->parties = sum;
  f->party_tail = tail + f->history.base;
  float *restrict in = f->column[SF_FEATURE_FAN_IN_7D];
  float *restrict out = f->column[SF_FEATURE_FAN_OUT_7D];
  for (uint32_t i = 0; i < f->count; i++) {
    in[i] = (float)(int32_t)(before[i] >> 32);
    out[i] = (float)(int32_t)(before[i] & UINT32_MAX);
  }
}

static void write_inflow(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  float *restrict minutes = f->column[SF_FEATURE_MINUTES_SINCE_LAST_INFLOW];
  int64_t quiet[SF_FEATURE_CHUNK];
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const bool inflow = (b->transaction_type[r] == SF_TRANSACTION_TYPE_TRANSFER) &
                        (b->status[r] == SF_STATUS_CODE_APPROVED) &
                        (b->direction[r] == SF_DIRECTION_CREDIT);
    quiet[i] = b->timestamp[r] - f->last_inflow;
    f->last_inflow = inflow ? b->timestamp[r] : f->last_inflow;
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const double x = (double)quiet[i] / 60.0;
    minutes[i] = (float)(x < INFLOW_MINUTES_MAX ? x : INFLOW_MINUTES_MAX);
  }
}

void SF_FEATURE_PASS(parties)(struct sf_features *f) {
  uint64_t more[SF_FEATURE_CHUNK];
  enter_parties(f, more);
  write_fans(f, more);
  write_inflow(f);
}

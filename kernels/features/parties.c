#include "kernels/features/passes.h"

// Group graph: payees, and time since money came in.

#define INFLOW_MINUTES_MAX 43200.0

static bool is_transfer(const struct sf_transactions *b, int64_t r) {
  return b->transaction_type[r] == SF_TRANSACTION_TYPE_TRANSFER;
}

// Counterparties in P(7 d), credits in parties[SF_DIRECTION_CREDIT], debits in
// the other: a row counts while no later one with the same key has come.
static void drop_parties(struct sf_features *f, uint32_t start) {
  const struct sf_feature_history *history = &f->history;
  uint32_t tail = f->party_tail - history->base;
  for (; tail < start; tail++) {
    if (history->party[tail] && history->party_next[tail] == 0) {
      f->parties[history->party[tail] >> 32]--;
    }
  }
  f->party_tail = tail + history->base;
}

static void add_party(struct sf_features *f, uint32_t i, uint8_t direction, uint32_t counterparty) {
  struct sf_feature_history *history = &f->history;
  const uint64_t key = (uint64_t)direction << 32 | counterparty;
  const uint32_t ordinal = f->first + i + history->base;
  struct sf_key_entry *entry = sf_key_map_find(&f->party_last, key);
  if (sf_key_map_holds(&f->party_last, entry) && entry->value >= f->party_tail) {
    history->party_next[entry->value - history->base] = ordinal;
  } else {
    f->parties[direction]++;
  }
  sf_key_map_put(&f->party_last, entry, key, ordinal);
  history->party[f->first + i] = key;
}

enum sf_status sf_feature_parties_reserve(struct sf_features *f, struct sf_error *error) {
  if (sf_key_map_has_room(&f->party_last, f->count)) {
    return SF_OK;
  }
  const struct sf_feature_history *history = &f->history;
  const uint32_t needed = history->end - f->party_tail + f->count;
  sf_key_map_clear(&f->party_last);
  if (!sf_key_map_has_room(&f->party_last, 2 * needed)) {
    struct sf_key_map larger;
    SF_TRY(sf_key_map_create(&larger, 4 * needed, error));
    sf_key_map_free(&f->party_last);
    f->party_last = larger;
  }
  for (uint32_t ordinal = f->party_tail; ordinal < history->end; ordinal++) {
    const uint64_t key = history->party[ordinal - history->base];
    if (key) {
      sf_key_map_put(&f->party_last, sf_key_map_find(&f->party_last, key), key, ordinal);
    }
  }
  return SF_OK;
}

void sf_features_parties(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const int64_t t = b->timestamp[r];
    const bool transfer = is_transfer(b, r) && b->status[r] == SF_STATUS_CODE_APPROVED;
    const double quiet = (double)(t - f->last_inflow) / 60.0;
    drop_parties(f, f->start[SF_WINDOW_7D][i]);
    f->column[SF_FEATURE_FAN_IN_7D][i] = (float)f->parties[SF_DIRECTION_CREDIT];
    f->column[SF_FEATURE_FAN_OUT_7D][i] = (float)f->parties[SF_DIRECTION_DEBIT];
    f->column[SF_FEATURE_MINUTES_SINCE_LAST_INFLOW][i] =
        (float)(f->had_inflow && quiet < INFLOW_MINUTES_MAX ? quiet : INFLOW_MINUTES_MAX);
    f->history.party[f->first + i] = 0;
    f->history.party_next[f->first + i] = 0;
    if (transfer && b->counterparty_id[r]) {
      add_party(f, i, b->direction[r], b->counterparty_id[r]);
    }
    if (transfer && b->direction[r] == SF_DIRECTION_CREDIT) {
      f->had_inflow = true;
      f->last_inflow = t;
    }
  }
}

#include <string.h>

#include "kernels/features/passes.h"

// Distinct cities and counterparties of P(7 d). Each counts where its last row stands: what a
// row adds to the counts, its share, is final when the row leaves. So the counts of a window are
// the sum of what came in less the shares of the rows that have left.

// Shares and sums hold three counts of 21 bits, more than there are rows in seven days.
#define COUNT_BITS 21
#define COUNT_MASK ((UINT64_C(1) << COUNT_BITS) - 1)
#define ONE_DEBIT UINT64_C(1)                   // a counterparty of debits
#define ONE_CREDIT (UINT64_C(1) << COUNT_BITS)  // of credits
#define ONE_CITY (UINT64_C(1) << (2 * COUNT_BITS))

// The chunk's row i takes the place of the last row with its key, if that has not left by then;
// `last`: its ordinal, 0 = none. Returns what the counts rise by.
static uint64_t take_place(struct sf_features *f, uint32_t i, uint32_t last, uint64_t one) {
  const uint32_t base = f->history.base;
  f->history.share[f->first + i] += one;
  if (last < f->start[SF_WINDOW_7D][i] + base) {
    return one;
  }
  f->history.share[last - base] -= one;
  return 0;
}

static void enter_cities(struct sf_features *f, uint64_t rise[SF_FEATURE_CHUNK]) {
  for (uint32_t i = 0; i < f->count; i++) {
    uint32_t *last = &f->city_last[f->history.city[f->first + i]];
    f->history.share[f->first + i] = 0;
    rise[i] = take_place(f, i, *last, ONE_CITY);
    *last = f->first + i + f->history.base;
  }
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

static void enter_parties(struct sf_features *f, uint64_t rise[SF_FEATURE_CHUNK]) {
  uint64_t *party = f->history.party + f->first;
  memset(party, 0, f->count * sizeof *party);
  uint32_t row[SF_FEATURE_CHUNK] = {0};
  const uint32_t n = list_parties(f, row);
  for (uint32_t k = 0; k < n; k++) {
    const uint32_t i = row[k];
    const int64_t r = f->at + i;
    const uint8_t direction = f->batch->direction[r];
    const uint64_t key = (uint64_t)direction << 32 | f->batch->counterparty_id[r];
    struct sf_key_entry *entry = sf_key_map_find(&f->party_last, key);
    const uint32_t last = sf_key_map_holds(&f->party_last, entry) ? entry->value : 0;
    rise[i] += take_place(f, i, last, direction == SF_DIRECTION_CREDIT ? ONE_CREDIT : ONE_DEBIT);
    sf_key_map_put(&f->party_last, entry, key, f->first + i + f->history.base);
    party[i] = key;
  }
}

// Adds up the shares of the rows that leave within the chunk.
static void let_leave(struct sf_features *f) {
  const struct sf_feature_history *history = &f->history;
  const uint32_t end = f->start[SF_WINDOW_7D][f->count - 1];
  uint32_t tail = f->distinct_tail - history->base;
  for (; tail < end; tail++) {
    history->left[tail + 1] = history->left[tail] + history->share[tail];
  }
  f->distinct_tail = tail + history->base;
}

void SF_FEATURE_PASS(distinct)(struct sf_features *f) {
  uint64_t rise[SF_FEATURE_CHUNK] = {0}, came[SF_FEATURE_CHUNK];
  enter_cities(f, rise);
  enter_parties(f, rise);
  let_leave(f);
  uint64_t sum = f->came;
  for (uint32_t i = 0; i < f->count; i++) {
    came[i] = sum;
    sum += rise[i];
  }
  f->came = sum;
  const uint64_t *left = f->history.left;
  const uint32_t *start = f->start[SF_WINDOW_7D];
  float *restrict cities = f->column[SF_FEATURE_UNIQUE_CITIES_7D];
  float *restrict in = f->column[SF_FEATURE_FAN_IN_7D];
  float *restrict out = f->column[SF_FEATURE_FAN_OUT_7D];
  for (uint32_t i = 0; i < f->count; i++) {
    const uint64_t counts = came[i] - left[start[i]];  // of earlier rows
    out[i] = (float)(int32_t)(counts & COUNT_MASK);
    in[i] = (float)(int32_t)(counts >> COUNT_BITS & COUNT_MASK);
    cities[i] = (float)(int32_t)((counts + rise[i]) >> (2 * COUNT_BITS));
  }
}

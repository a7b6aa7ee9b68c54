#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "kernels/features/passes.h"
#include "kernels/schema/enums.h"

// The rows of a chunk into the history, and where the windows of each begin.

static const int64_t window_seconds[SF_WINDOW_COUNT] = {
    [SF_WINDOW_1H] = 3600,      [SF_WINDOW_6H] = 6 * 3600,    [SF_WINDOW_24H] = 86400,
    [SF_WINDOW_7D] = 7 * 86400, [SF_WINDOW_14D] = 14 * 86400, [SF_WINDOW_30D] = 30 * 86400,
};

#define UNIT_24 0x1p24

static void load_row(struct sf_features *f, uint32_t i, struct sf_row_totals *totals) {
  const struct sf_transactions *b = f->batch;
  struct sf_feature_history *history = &f->history;
  const int64_t r = f->at + i;
  const uint32_t p = f->first + i;
  const int64_t paise = (int64_t)(b->amount[r] * 100.0 + 0.5);
  const uint8_t type = b->transaction_type[r], status = b->status[r];
  const bool approved = status == SF_STATUS_CODE_APPROVED;
  const bool debit = b->direction[r] == SF_DIRECTION_DEBIT;
  // Selected by masks: what a row is cannot be predicted.
  const bool spent = approved & debit;
  const bool transfer = (type == SF_TRANSACTION_TYPE_TRANSFER) & approved;
  const bool purchase = type == SF_TRANSACTION_TYPE_PURCHASE;
  const double reputation = (double)b->merchant_reputation[r];
  const bool reputed = purchase & (reputation >= 0.0);  // not NaN: there is a merchant

  history->time[p] = b->timestamp[r];
  history->paise[p] = paise;
  history->distance[p] = (double)b->distance_from_home[r];
  history->city[p] = b->city[r];
  history->basket[p] = purchase ? b->category[r] : SF_NO_BASKET;
  f->amount[i] = b->amount[r];

  totals->approved_debits += paise & -(int64_t)spent;
  totals->debits += paise & -(int64_t)debit;
  totals->transfers_in += paise & -(int64_t)(transfer & !debit);
  totals->transfers_out += paise & -(int64_t)(transfer & debit);
  totals->reputation += reputed ? (int64_t)(reputation * UNIT_24 + 0.5) : 0;
  totals->distance += (int64_t)(history->distance[p] * UNIT_24 + 0.5);
  totals->approved += approved;
  totals->approved_debit_count += spent;
  totals->debit_count += debit;
  totals->declined += status == SF_STATUS_CODE_DECLINED;
  totals->refunds += type == SF_TRANSACTION_TYPE_REFUND;
  totals->purchases += purchase;
  totals->repeats += purchase & (b->is_repeat_merchant[r] != 0);
  totals->reputed += reputed;
  history->totals[p + 1] = *totals;
}

// How many of the LOOK_AHEAD times from `time` on, which are in order, are before `since`.
#if defined(__AVX512F__)
#define LOOK_AHEAD 8u
static inline uint32_t count_before(const int64_t *time, int64_t since) {
  return (uint32_t)__builtin_popcount(
      _mm512_cmplt_epi64_mask(_mm512_loadu_si512(time), _mm512_set1_epi64(since)));
}
#elif defined(__AVX2__)
#define LOOK_AHEAD 4u
static inline uint32_t count_before(const int64_t *time, int64_t since) {
  const __m256i times = _mm256_loadu_si256((const __m256i *)(const void *)time);
  const __m256i before = _mm256_cmpgt_epi64(_mm256_set1_epi64x(since), times);
  return (uint32_t)__builtin_popcount((uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(before)));
}
#else
#define LOOK_AHEAD 2u
static inline uint32_t count_before(const int64_t *time, int64_t since) {
  return (uint32_t)(time[0] < since) + (uint32_t)(time[1] < since);
}
#endif

// Each start only moves forward, over all rows of a customer: O(1) a row. The windows go side
// by side, and several rows leave at once without a branch, since how many do cannot be predicted.
static void find_starts(struct sf_features *f) {
  const int64_t *time = f->history.time;
  uint32_t start[SF_WINDOW_COUNT];
  for (int w = 0; w < SF_WINDOW_COUNT; w++) {
    start[w] = f->tail[w] - f->history.base;
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t now = time[f->first + i];
    for (int w = 0; w < SF_WINDOW_COUNT; w++) {
      uint32_t before;
      do {
        before = count_before(time + start[w], now - window_seconds[w]);
        start[w] += before;
      } while (before == LOOK_AHEAD);
      f->start[w][i] = start[w];
    }
  }
  for (int w = 0; w < SF_WINDOW_COUNT; w++) {
    f->tail[w] = start[w] + f->history.base;
  }
}

void SF_FEATURE_PASS(load)(struct sf_features *f) {
  struct sf_row_totals totals = f->history.totals[f->first];
  for (uint32_t i = 0; i < f->count; i++) {
    load_row(f, i, &totals);
  }
  // What is looked at beyond the last row is before no row.
  for (uint32_t k = 0; k < SF_HISTORY_BEYOND; k++) {
    f->history.time[f->first + f->count + k] = INT64_MAX;
  }
  find_starts(f);
}

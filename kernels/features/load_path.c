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

// Windows that go side by side.
#define TOGETHER 3

// Each start only moves forward, over all rows of a customer: O(1) a row. The times of rows are
// merged with the same times a window later: a step moves to the next start or to the next row,
// whichever is due, without a branch, since which one it is cannot be predicted.
static void find_starts(struct sf_features *f, int first_window) {
  const int64_t *time = f->history.time, *now = time + f->first;
  const uint32_t rows = f->count;
  uint32_t start[TOGETHER], row[TOGETHER] = {0};
  for (int k = 0; k < TOGETHER; k++) {
    start[k] = f->tail[first_window + k] - f->history.base;
  }
  while (row[0] + row[1] + row[2] < TOGETHER * rows) {
    for (int k = 0; k < TOGETHER; k++) {
      const int w = first_window + k;
      const int64_t left = time[start[k]] + window_seconds[w] - now[row[k]];
      const uint32_t has_left = (uint32_t)((uint64_t)left >> 63);
      f->start[w][row[k]] = start[k];
      start[k] += has_left;
      const uint32_t next = row[k] + 1 - has_left;
      row[k] = next < rows ? next : rows;
    }
  }
  for (int k = 0; k < TOGETHER; k++) {
    f->tail[first_window + k] = start[k] + f->history.base;
  }
}

void SF_FEATURE_PASS(load)(struct sf_features *f) {
  struct sf_row_totals totals = f->history.totals[f->first];
  for (uint32_t i = 0; i < f->count; i++) {
    load_row(f, i, &totals);
  }
  // What stands after the last row makes nothing leave.
  f->history.time[f->first + f->count] = INT64_MIN / 2;
  for (int w = 0; w < SF_WINDOW_COUNT; w += TOGETHER) {
    find_starts(f, w);
  }
}

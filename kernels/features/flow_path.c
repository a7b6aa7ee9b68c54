#include "kernels/check/ledger.h"
#include "kernels/features/passes.h"

// Group graph: the flow of money through the account.

#define INFLOW_MINUTES_MAX 43200.0
#define PASS_THROUGH_MAX 10.0
#define BALANCE_RATIO_MAX 100.0

static int64_t paise_of(double rupees) {
  return (int64_t)(rupees * 100.0 + (rupees < 0.0 ? -0.5 : 0.5));
}

// Balance before the customer's first row: what it moved is taken back.
static int64_t opening_balance(const struct sf_transactions *b, int64_t r) {
  const bool moves = b->status[r] == SF_STATUS_CODE_APPROVED &&
                     sf_moves_balance(b->payment_mode[r], b->channel[r]);
  const int64_t paise = moves ? paise_of(b->amount[r]) : 0;
  return paise_of(b->balance_after[r]) - (b->direction[r] == SF_DIRECTION_CREDIT ? paise : -paise);
}

static void write_balance_ratio(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  const int64_t *paise = f->history.paise + f->first;
  float *restrict ratio = f->column[SF_FEATURE_AMOUNT_TO_BALANCE_RATIO];
  int64_t balance[SF_FEATURE_CHUNK + 1];  // before the row
  balance[0] = f->rows == 0 ? opening_balance(b, f->at) : f->balance;
  for (uint32_t i = 0; i < f->count; i++) {
    balance[i + 1] = paise_of(b->balance_after[f->at + i]);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    // Paise; an account overdrawn by a rupee or more is beyond every ratio.
    const int64_t base = balance[i] + 100;
    const bool within = base > 0 && paise[i] < (int64_t)BALANCE_RATIO_MAX * base;
    const double value = (double)paise[i] / (double)(base > 0 ? base : 1);
    ratio[i] = (float)(within ? value : BALANCE_RATIO_MAX);
  }
  f->balance = balance[f->count];
}

static bool is_transfer(const struct sf_transactions *b, int64_t r) {
  return b->transaction_type[r] == SF_TRANSACTION_TYPE_TRANSFER;
}

static void write_pass_through(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const struct sf_row_totals *now = sf_totals_now(f, i);
    const struct sf_row_totals *then = sf_totals_then(f, SF_WINDOW_24H, i);
    const bool debit = b->direction[r] == SF_DIRECTION_DEBIT;
    const int64_t own = f->history.paise[f->first + i] & -(int64_t)is_transfer(b, r);
    const int64_t own_out = own & -(int64_t)debit;
    const int64_t in = now->transfers_in - then->transfers_in + own - own_out;
    const int64_t out = now->transfers_out - then->transfers_out + own_out;
    const double ratio = in ? (double)out / (double)in : 0.0;
    f->column[SF_FEATURE_PASS_THROUGH_RATIO_24H][i] =
        (float)(ratio < PASS_THROUGH_MAX ? ratio : PASS_THROUGH_MAX);
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

void SF_FEATURE_PASS(flow)(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  write_balance_ratio(f);
  write_pass_through(f);
  write_inflow(f);
  float *restrict chargebacks = f->column[SF_FEATURE_CHARGEBACK_COUNT];
  for (uint32_t i = 0; i < f->count; i++) {
    chargebacks[i] = (float)f->chargebacks;
    f->chargebacks += b->transaction_type[f->at + i] == SF_TRANSACTION_TYPE_CHARGEBACK;
  }
  float *restrict new_payee = f->column[SF_FEATURE_NEW_PAYEE_FLAG];
  float *restrict age = f->column[SF_FEATURE_ACCOUNT_AGE_DAYS];
  for (uint32_t i = 0; i < f->count; i++) {
    new_payee[i] = b->is_first_payment_to_counterparty[f->at + i];
    age[i] = (float)(b->date[f->at + i] - f->account_open_date);
  }
}

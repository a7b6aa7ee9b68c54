#include "kernels/features/passes.h"
#include "kernels/math/elementary.h"

// Group behavioral: what the customer buys, where, and what fails.

static int64_t entropy_term(const struct sf_features *f, uint32_t n) {
  return n < SF_ENTROPY_TERMS ? f->entropy_term[n] : sf_entropy_term(n);
}

// Sum of c log2 c over the categories of P(30 d), before each row, in integers. A step lets a
// row leave or takes one in, without a branch: which it is cannot be predicted. Rows that are
// no purchases change nothing.
static void find_sums(struct sf_features *f, int64_t sum[SF_FEATURE_CHUNK]) {
  const uint8_t *basket = f->history.basket;
  const uint32_t *start = f->start[SF_WINDOW_30D];
  int64_t now = f->basket_sum;
  uint32_t tail = f->basket_tail - f->history.base;
  for (uint32_t i = 0; i < f->count;) {
    const uint32_t leaves = tail < start[i];
    const uint32_t p = leaves ? tail : f->first + i;
    const uint32_t purchase = basket[p] != SF_NO_BASKET;
    const uint32_t fewer = f->basket_rows[basket[p]] - (leaves & purchase);
    const int64_t change = entropy_term(f, fewer + purchase) - entropy_term(f, fewer);
    sum[i] = now;
    now += leaves ? -change : change;
    f->basket_rows[basket[p]] = fewer + (purchase & ~leaves);
    tail += leaves;
    i += 1 - leaves;
  }
  f->basket_sum = now;
  f->basket_tail = tail + f->history.base;
}

// Entropy in bits of the categories of the n purchases in P(30 d): log2 n - sum / n.
static void write_diversity(struct sf_features *f) {
  float *restrict diversity = f->column[SF_FEATURE_CATEGORY_DIVERSITY_SCORE];
  int64_t sum[SF_FEATURE_CHUNK], term[SF_FEATURE_CHUNK];
  uint32_t rows[SF_FEATURE_CHUNK];
  find_sums(f, sum);
  for (uint32_t i = 0; i < f->count; i++) {
    rows[i] = sf_totals_now(f, i)->purchases - sf_totals_then(f, SF_WINDOW_30D, i)->purchases;
    term[i] = entropy_term(f, rows[i]);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const uint32_t n = rows[i] ? rows[i] : 1;
    diversity[i] = (float)((double)(term[i] - sum[i]) * 0x1p-32 / n);
  }
}

static double share(uint32_t part, uint32_t whole) { return (double)part / (whole ? whole : 1); }

static void write_shares(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const struct sf_row_totals *now = sf_totals_now(f, i), *next = now + 1;
    const struct sf_row_totals *month = sf_totals_then(f, SF_WINDOW_30D, i);
    const struct sf_row_totals *week = sf_totals_then(f, SF_WINDOW_7D, i);
    const uint32_t reputed = next->reputed - month->reputed;
    const double reputation = (double)(next->reputation - month->reputation) * 0x1p-24;
    f->loyalty[i] = share(now->repeats - month->repeats, now->purchases - month->purchases);
    f->declined[i] = share(now->declined - week->declined, sf_window_rows(f, SF_WINDOW_7D, i));
    const double refunds =
        share(now->refunds - month->refunds, sf_window_rows(f, SF_WINDOW_30D, i));
    f->column[SF_FEATURE_MERCHANT_LOYALTY_SCORE][i] = (float)f->loyalty[i];
    f->column[SF_FEATURE_NEW_MERCHANT_FLAG][i] = b->is_first_transaction_with_merchant[f->at + i];
    f->column[SF_FEATURE_AVG_MERCHANT_REPUTATION][i] =
        (float)(reputation / (reputed ? reputed : 1));
    f->column[SF_FEATURE_REFUND_RATE_30D][i] = (float)refunds;
    f->column[SF_FEATURE_DECLINED_RATE_7D][i] = (float)f->declined[i];
  }
}

void SF_FEATURE_PASS(behavioral)(struct sf_features *f) {
  write_diversity(f);
  write_shares(f);
}

#include "kernels/features/passes.h"
#include "kernels/math/elementary.h"

// Group behavioral: what the customer buys, where, and what fails.

static int64_t entropy_term(const struct sf_features *f, uint32_t n) {
  return n < SF_ENTROPY_TERMS ? f->entropy_term[n] : sf_entropy_term(n);
}

// Entropy in bits of the categories of the n purchases in P(30 d):
// log2 n - (sum of c log2 c) / n, whose sum is kept up in integers.
static void write_diversity(struct sf_features *f) {
  const struct sf_feature_history *history = &f->history;
  float *restrict diversity = f->column[SF_FEATURE_CATEGORY_DIVERSITY_SCORE];
  uint32_t tail = f->basket_tail - history->base;
  for (uint32_t i = 0; i < f->count; i++) {
    for (; tail < f->start[SF_WINDOW_30D][i]; tail++) {
      const uint8_t category = history->basket[tail];
      if (category != SF_NO_BASKET) {
        const uint32_t c = f->basket_rows[category]--;
        f->basket_entropy -= entropy_term(f, c) - entropy_term(f, c - 1);
      }
    }
    const uint32_t n =
        sf_totals_now(f, i)->purchases - sf_totals_then(f, SF_WINDOW_30D, i)->purchases;
    diversity[i] =
        n ? (float)((double)(entropy_term(f, n) - f->basket_entropy) * 0x1p-32 / n) : 0.0f;
    const uint8_t category = history->basket[f->first + i];
    if (category != SF_NO_BASKET) {
      const uint32_t c = f->basket_rows[category]++;
      f->basket_entropy += entropy_term(f, c + 1) - entropy_term(f, c);
    }
  }
  f->basket_tail = tail + history->base;
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

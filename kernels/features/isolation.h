#ifndef SF_KERNELS_FEATURES_ISOLATION_H
#define SF_KERNELS_FEATURES_ISOLATION_H

#include <stdint.h>

// Histogram-based outlier score (Goldstein and Dengel, "Histogram-based outlier
// score (HBOS)", KI-2012): how rare a row's value is in each of eight columns,
// as the sum of log10(height of the fullest bin / height of the row's bin),
// counts + 1. Fitted on a sample of customers in the first days of the corpus,
// in two steps whose counts are integers and so add up over ranks: first the
// histograms of the columns, then, with these frozen, that of the score.

//   X(constant, low, high): 32 bins over the range, values outside count as its ends
#define SF_ISOLATION_LIST(X)                                                    \
  X(AMOUNT, 0.0, 16.0)      /* log1p(amount) */                                 \
  X(HOUR, 0.0, 32.0)        /* hour */                                          \
  X(DISTANCE, 0.0, 8.0)     /* log1p(distance_from_home) */                     \
  X(SPEED, 0.0, 9.3)        /* log1p(travel_velocity_kmh) */                    \
  X(FREQUENCY, 0.0, 4.0)    /* log1p(txn_frequency_1h) */                       \
  X(GAP, 0.0, 13.0)         /* log1p(minutes since the last row); 13 if none */ \
  X(BEHAVIORAL, 0.0, 1.0)   /* behavioral component of the detector */          \
  X(DEVIATION, -10.0, 10.0) /* amount_zscore */

enum sf_isolation_column {
#define SF_ISOLATION_ENUM(constant, low, high) SF_ISOLATION_##constant,
  SF_ISOLATION_LIST(SF_ISOLATION_ENUM)
#undef SF_ISOLATION_ENUM
      SF_ISOLATION_COLUMNS
};

#define SF_ISOLATION_BINS 32u
#define SF_ISOLATION_SCORE_BINS 1024u
#define SF_ISOLATION_SCORE_MAX 40.0
#define SF_ISOLATION_DAYS 30  // first days of the corpus, on which it is fitted

// Counts over rows of the sample: all members are uint64 and add over ranks.
struct sf_isolation_fit {
  uint64_t bin[SF_ISOLATION_COLUMNS][SF_ISOLATION_BINS];
  uint64_t score[SF_ISOLATION_SCORE_BINS];
};

// Look-up tables of a fitted model.
struct sf_isolation {
  double rarity[SF_ISOLATION_COLUMNS][SF_ISOLATION_BINS];
  double quantile[SF_ISOLATION_SCORE_BINS];  // share of fitted rows in smaller bins
};

// First step: counts the rows with the given bins (sf_features_bins).
void sf_isolation_count_bins(struct sf_isolation_fit *fit,
                             const uint8_t (*bins)[SF_ISOLATION_COLUMNS], int64_t rows);

// Freezes fit->bin into model->rarity.
void sf_isolation_freeze_bins(const struct sf_isolation_fit *fit, struct sf_isolation *model);

// Second step: counts the scores of the same rows.
void sf_isolation_count_scores(struct sf_isolation_fit *fit, const struct sf_isolation *model,
                               const uint8_t (*bins)[SF_ISOLATION_COLUMNS], int64_t rows);

// Freezes fit->score into model->quantile; all 0 if nothing was counted.
void sf_isolation_freeze_scores(const struct sf_isolation_fit *fit, struct sf_isolation *model);

static inline double sf_isolation_score(const struct sf_isolation *model,
                                        const uint8_t bin[SF_ISOLATION_COLUMNS]) {
  double score = 0.0;
  for (uint32_t c = 0; c < SF_ISOLATION_COLUMNS; c++) {
    score += model->rarity[c][bin[c]];
  }
  return score;
}

static inline uint32_t sf_isolation_score_bin(double score) {
  const uint32_t bin = (uint32_t)(score * (SF_ISOLATION_SCORE_BINS / SF_ISOLATION_SCORE_MAX));
  return bin < SF_ISOLATION_SCORE_BINS ? bin : SF_ISOLATION_SCORE_BINS - 1;
}

// The sample: customers whose draw is a multiple of 64 or, if these are fewer
// than 2,000, the customers with the 2,000 smallest draws, or all customers.
#define SF_ISOLATION_SHARE 64u
#define SF_ISOLATION_LEAST 2000u

struct sf_isolation_sample {
  uint64_t seed;
  uint32_t mask;       // draws with no bit of it are in
  uint32_t threshold;  // and not above
};

// Looks at all draws where 2,000 might not be reached, at most 2^18 of them.
struct sf_isolation_sample sf_isolation_sample_of(uint64_t seed, uint32_t customers);
int sf_isolation_in_sample(const struct sf_isolation_sample *sample, uint32_t customer_id);

#endif

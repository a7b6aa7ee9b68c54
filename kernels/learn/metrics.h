#ifndef SF_KERNELS_LEARN_METRICS_H
#define SF_KERNELS_LEARN_METRICS_H

#include <stdint.h>

// Measures of scores against labels. Rows of equal score are never told apart: each
// measure is the same for any order of the rows.

// Labels of rows.
enum sf_outcome {
  SF_OUTCOME_HONEST,
  SF_OUTCOME_FRAUD,
  SF_OUTCOME_IGNORED  // counts for nothing
};

struct sf_ranked {
  float score;
  uint32_t row;
};

// Rows by falling score; `ranked` of shape [rows].
void sf_rank(const float *score, int64_t rows, struct sf_ranked *ranked);

// All below: `ranked` as sf_rank makes it, `outcome` of shape [rows] by row. NaN if there
// is no fraud, or no honest row where one is needed.

// Average precision: the sum over thresholds of precision times the recall gained.
double sf_average_precision(const struct sf_ranked *ranked, const uint8_t *outcome, int64_t rows);

// Area under the ROC curve: the chance that a fraud scores above an honest row, ties half.
double sf_roc_auc(const struct sf_ranked *ranked, const uint8_t *outcome, int64_t rows);

// A threshold: rows with a score of at least it are called fraud.
struct sf_threshold {
  float score;  // infinite: no row is called fraud
  double recall, precision, false_positive_rate, f1;
};

// The lowest threshold whose false positive rate is at most `most`.
struct sf_threshold sf_threshold_at(const struct sf_ranked *ranked, const uint8_t *outcome,
                                    int64_t rows, double most);

// The threshold of the largest F1; of several, the highest.
struct sf_threshold sf_threshold_best_f1(const struct sf_ranked *ranked, const uint8_t *outcome,
                                         int64_t rows);

// What a given threshold makes of the rows.
struct sf_threshold sf_threshold_measure(const struct sf_ranked *ranked, const uint8_t *outcome,
                                         int64_t rows, float score);

// Share of the groups (rings, episodes) of which at least one row was found.
struct sf_group_row {
  uint64_t group;  // 0: the row belongs to none
  uint32_t found;  // 0 or 1
};
double sf_group_recall(struct sf_group_row *row, int64_t rows);  // sorts the rows

// Card precision: each day the customers are ranked by their highest score; the share of
// defrauded ones among the first `alerts` (or all, if they are fewer), averaged over the
// days that have rows. Customers of equal score at the limit count by their share.
struct sf_card_row {
  int32_t day;
  uint32_t customer;
  float score;
  uint32_t fraud;  // 0 or 1
};
double sf_card_precision(struct sf_card_row *row, int64_t rows, int64_t alerts);  // sorts the rows

#endif

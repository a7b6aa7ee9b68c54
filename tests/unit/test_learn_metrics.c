// Measures against values worked out by hand, and their indifference to the order of rows.
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "kernels/learn/draw.h"
#include "kernels/learn/metrics.h"

#define NEAR 1e-12

// Two thresholds stand for several rows each.
static const float score[] = {0.9f, 0.8f, 0.8f, 0.5f, 0.5f, 0.5f, 0.1f, 0.0f};
static const uint8_t outcome[] = {1, 0, 1, 0, 0, 1, 0, 0};
#define ROWS 8

static struct sf_ranked ranked[ROWS];

static void rank_rows(void) { sf_rank(score, ROWS, ranked); }

Test(learn_metrics, average_precision_takes_ties_together, .init = rank_rows) {
  const double expected = (1.0 / 1 + 2.0 / 3 + 3.0 / 6) / 3;
  cr_assert_float_eq(sf_average_precision(ranked, outcome, ROWS), expected, NEAR);
}

Test(learn_metrics, auc_counts_ties_half, .init = rank_rows) {
  // Frauds beat 5, 4.5 and 3 of the five honest rows.
  cr_assert_float_eq(sf_roc_auc(ranked, outcome, ROWS), (5 + 4.5 + 3) / 15, NEAR);
}

Test(learn_metrics, ignored_rows_count_for_nothing, .init = rank_rows) {
  uint8_t partly[ROWS];
  for (int i = 0; i < ROWS; i++) {
    partly[i] = outcome[i];
  }
  partly[0] = SF_OUTCOME_IGNORED;
  cr_assert_float_eq(sf_average_precision(ranked, partly, ROWS), (1.0 / 2 + 2.0 / 5) / 2, NEAR);
  cr_assert_float_eq(sf_roc_auc(ranked, partly, ROWS), 7.5 / 10, NEAR);
}

Test(learn_metrics, the_threshold_keeps_within_false_positives, .init = rank_rows) {
  const struct sf_threshold none = sf_threshold_at(ranked, outcome, ROWS, 0);
  cr_assert_eq(none.score, 0.9f);
  cr_assert_float_eq(none.recall, 1.0 / 3, NEAR);
  const struct sf_threshold fifth = sf_threshold_at(ranked, outcome, ROWS, 0.2);
  cr_assert_eq(fifth.score, 0.8f);
  cr_assert_float_eq(fifth.recall, 2.0 / 3, NEAR);
  cr_assert_float_eq(fifth.precision, 2.0 / 3, NEAR);
  const struct sf_threshold below = sf_threshold_at(ranked, outcome, ROWS, 0.59);
  cr_assert_eq(below.score, 0.8f, "three of five honest rows are more than 59 %%");
  const struct sf_threshold all = sf_threshold_at(ranked, outcome, ROWS, 1);
  cr_assert_float_eq(all.false_positive_rate, 1, NEAR);
}

Test(learn_metrics, no_threshold_fits_if_the_best_row_is_honest) {
  const float top[] = {0.9f, 0.1f};
  const uint8_t reversed[] = {SF_OUTCOME_HONEST, SF_OUTCOME_FRAUD};
  struct sf_ranked two[2];
  sf_rank(top, 2, two);
  const struct sf_threshold threshold = sf_threshold_at(two, reversed, 2, 0.5);
  cr_assert(isinf(threshold.score));
  cr_assert_eq(threshold.recall, 0);
}

Test(learn_metrics, f1_is_best_where_it_is, .init = rank_rows) {
  const struct sf_threshold best = sf_threshold_best_f1(ranked, outcome, ROWS);
  cr_assert_eq(best.score, 0.8f);
  cr_assert_float_eq(best.f1, 2.0 * 2 / (3 + 3), NEAR);
  cr_assert_float_eq(sf_threshold_measure(ranked, outcome, ROWS, 0.6f).f1, best.f1, NEAR);
  cr_assert_eq(sf_threshold_measure(ranked, outcome, ROWS, 1.0f).f1, 0);
}

Test(learn_metrics, without_fraud_there_is_nothing_to_measure, .init = rank_rows) {
  const uint8_t honest[ROWS] = {0};
  cr_assert(isnan(sf_average_precision(ranked, honest, ROWS)));
  cr_assert(isnan(sf_roc_auc(ranked, honest, ROWS)));
  cr_assert(isnan(sf_threshold_at(ranked, honest, ROWS, 0.5).recall));
}

Test(learn_metrics, the_order_of_rows_does_not_matter) {
  enum { MANY = 1000 };
  static float value[2][MANY];
  static uint8_t label[2][MANY];
  static struct sf_ranked order[2][MANY];
  for (int i = 0; i < MANY; i++) {
    // 20 different scores: most rows are tied.
    value[0][i] = (float)floor(20 * sf_learn_draw(1, SF_LEARN_SAMPLE, (uint64_t)i));
    label[0][i] = sf_learn_draw(2, SF_LEARN_SAMPLE, (uint64_t)i) * 25 < (double)value[0][i] / 10;
    value[1][MANY - 1 - i] = value[0][i];
    label[1][MANY - 1 - i] = label[0][i];
  }
  sf_rank(value[0], MANY, order[0]);
  sf_rank(value[1], MANY, order[1]);
  cr_assert_eq(sf_average_precision(order[0], label[0], MANY),
               sf_average_precision(order[1], label[1], MANY));
  cr_assert_eq(sf_roc_auc(order[0], label[0], MANY), sf_roc_auc(order[1], label[1], MANY));
  cr_assert_gt(sf_roc_auc(order[0], label[0], MANY), 0.5);
}

Test(learn_metrics, a_group_is_found_by_any_of_its_rows) {
  struct sf_group_row row[] = {{7, 0}, {3, 0}, {7, 1}, {3, 0}, {0, 1}, {9, 1}};
  cr_assert_float_eq(sf_group_recall(row, 6), 2.0 / 3, NEAR);
  struct sf_group_row none[] = {{0, 1}};
  cr_assert(isnan(sf_group_recall(none, 1)));
}

Test(learn_metrics, card_precision_ranks_customers_by_day) {
  // Day 1: customer 5 (0.9, defrauded in a lower row), 6 (0.8), 7 (0.1, defrauded).
  // Day 2: customer 5 alone, honest.
  struct sf_card_row row[] = {
      {2, 5, 0.5f, 0}, {1, 7, 0.1f, 1}, {1, 5, 0.2f, 1}, {1, 6, 0.8f, 0}, {1, 5, 0.9f, 0}};
  cr_assert_float_eq(sf_card_precision(row, 5, 1), (1.0 + 0) / 2, NEAR);
  cr_assert_float_eq(sf_card_precision(row, 5, 2), (0.5 + 0) / 2, NEAR);
  cr_assert_float_eq(sf_card_precision(row, 5, 100), (2.0 / 3 + 0) / 2, NEAR);
}

Test(learn_metrics, customers_tied_at_the_limit_count_by_their_share) {
  struct sf_card_row row[] = {{1, 1, 0.9f, 1}, {1, 2, 0.5f, 1}, {1, 3, 0.5f, 0}, {1, 4, 0.5f, 0}};
  cr_assert_float_eq(sf_card_precision(row, 4, 2), (1 + 1.0 / 3) / 2, NEAR);
}

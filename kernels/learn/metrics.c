#include "kernels/learn/metrics.h"

#include <math.h>
#include <stdlib.h>

static int by_falling_score(const void *left, const void *right) {
  const struct sf_ranked *a = left, *b = right;
  return (a->score < b->score) - (a->score > b->score);
}

void sf_rank(const float *score, int64_t rows, struct sf_ranked *ranked) {
  for (int64_t i = 0; i < rows; i++) {
    ranked[i] = (struct sf_ranked){.score = score[i], .row = (uint32_t)i};
  }
  qsort(ranked, (size_t)rows, sizeof *ranked, by_falling_score);
}

struct counts {
  int64_t fraud, honest;
};

static struct counts count_all(const uint8_t *outcome, int64_t rows) {
  struct counts counts = {0};
  for (int64_t i = 0; i < rows; i++) {
    counts.fraud += outcome[i] == SF_OUTCOME_FRAUD;
    counts.honest += outcome[i] == SF_OUTCOME_HONEST;
  }
  return counts;
}

// Adds the rows from `at` on that share one score; returns the place behind them.
static int64_t add_ties(const struct sf_ranked *ranked, const uint8_t *outcome, int64_t rows,
                        int64_t at, struct counts *counts) {
  const float score = ranked[at].score;
  for (; at < rows && ranked[at].score == score; at++) {
    counts->fraud += outcome[ranked[at].row] == SF_OUTCOME_FRAUD;
    counts->honest += outcome[ranked[at].row] == SF_OUTCOME_HONEST;
  }
  return at;
}

double sf_average_precision(const struct sf_ranked *ranked, const uint8_t *outcome, int64_t rows) {
  const struct counts all = count_all(outcome, rows);
  struct counts above = {0};
  double sum = 0;
  for (int64_t at = 0; at < rows;) {
    const int64_t before = above.fraud;
    at = add_ties(ranked, outcome, rows, at, &above);
    if (above.fraud > before) {
      sum += (double)(above.fraud - before) * (double)above.fraud /
             (double)(above.fraud + above.honest);
    }
  }
  return all.fraud > 0 ? sum / (double)all.fraud : NAN;
}

double sf_roc_auc(const struct sf_ranked *ranked, const uint8_t *outcome, int64_t rows) {
  const struct counts all = count_all(outcome, rows);
  struct counts above = {0};
  double sum = 0;  // pairs in which the fraud scores higher, ties half
  for (int64_t at = 0; at < rows;) {
    const struct counts before = above;
    at = add_ties(ranked, outcome, rows, at, &above);
    const int64_t tied = above.honest - before.honest;
    sum += (double)(above.fraud - before.fraud) *
           ((double)(all.honest - above.honest) + 0.5 * (double)tied);
  }
  return all.fraud > 0 && all.honest > 0 ? sum / ((double)all.fraud * (double)all.honest) : NAN;
}

static struct sf_threshold measure(float score, struct counts above, struct counts all) {
  const double called = (double)(above.fraud + above.honest), found = (double)above.fraud;
  return (struct sf_threshold){
      .score = score,
      .recall = all.fraud > 0 ? found / (double)all.fraud : NAN,
      .precision = called > 0 ? found / called : 0,
      .false_positive_rate = all.honest > 0 ? (double)above.honest / (double)all.honest : NAN,
      .f1 = all.fraud > 0 ? 2 * found / (called + (double)all.fraud) : NAN};
}

struct sf_threshold sf_threshold_at(const struct sf_ranked *ranked, const uint8_t *outcome,
                                    int64_t rows, double most) {
  const struct counts all = count_all(outcome, rows);
  struct counts above = {0};
  struct sf_threshold threshold = measure(INFINITY, above, all);
  for (int64_t at = 0; at < rows;) {
    const float score = ranked[at].score;
    at = add_ties(ranked, outcome, rows, at, &above);
    if ((double)above.honest / (double)all.honest > most) {
      break;
    }
    threshold = measure(score, above, all);
  }
  return threshold;
}

struct sf_threshold sf_threshold_best_f1(const struct sf_ranked *ranked, const uint8_t *outcome,
                                         int64_t rows) {
  const struct counts all = count_all(outcome, rows);
  struct counts above = {0};
  struct sf_threshold best = measure(INFINITY, above, all);
  for (int64_t at = 0; at < rows;) {
    const float score = ranked[at].score;
    at = add_ties(ranked, outcome, rows, at, &above);
    const struct sf_threshold threshold = measure(score, above, all);
    best = threshold.f1 > best.f1 ? threshold : best;
  }
  return best;
}

struct sf_threshold sf_threshold_measure(const struct sf_ranked *ranked, const uint8_t *outcome,
                                         int64_t rows, float score) {
  const struct counts all = count_all(outcome, rows);
  struct counts above = {0};
  for (int64_t at = 0; at < rows && ranked[at].score >= score;) {
    at = add_ties(ranked, outcome, rows, at, &above);
  }
  return measure(score, above, all);
}

static int by_group(const void *left, const void *right) {
  const struct sf_group_row *a = left, *b = right;
  if (a->group != b->group) {
    return a->group < b->group ? -1 : 1;
  }
  return (a->found < b->found) - (a->found > b->found);  // found rows first
}

double sf_group_recall(struct sf_group_row *row, int64_t rows) {
  int64_t groups = 0, found = 0;
  qsort(row, (size_t)rows, sizeof *row, by_group);
  for (int64_t i = 0; i < rows; i++) {
    if (row[i].group > 0 && (i == 0 || row[i].group != row[i - 1].group)) {
      groups++;
      found += row[i].found;
    }
  }
  return groups > 0 ? (double)found / (double)groups : NAN;
}

static int by_customer(const void *left, const void *right) {
  const struct sf_card_row *a = left, *b = right;
  if (a->day != b->day) {
    return a->day < b->day ? -1 : 1;
  }
  return (a->customer > b->customer) - (a->customer < b->customer);
}

static int by_card_score(const void *left, const void *right) {
  const struct sf_card_row *a = left, *b = right;
  return (a->score < b->score) - (a->score > b->score);
}

// Joins the rows of each customer of a day, which stand together; returns how many
// customers there are.
static int64_t join_customers(struct sf_card_row *row, int64_t rows) {
  int64_t customers = 0;
  for (int64_t i = 0; i < rows; i++) {
    if (customers > 0 && row[customers - 1].customer == row[i].customer) {
      struct sf_card_row *customer = &row[customers - 1];
      customer->score = row[i].score > customer->score ? row[i].score : customer->score;
      customer->fraud |= row[i].fraud;
    } else {
      row[customers++] = row[i];
    }
  }
  return customers;
}

static double day_precision(struct sf_card_row *row, int64_t rows, int64_t alerts) {
  const int64_t customers = join_customers(row, rows);
  const int64_t places = alerts < customers ? alerts : customers;
  double found = 0;
  qsort(row, (size_t)customers, sizeof *row, by_card_score);
  for (int64_t at = 0; at < places;) {
    int64_t end = at, fraud = 0;
    for (; end < customers && row[end].score == row[at].score; end++) {
      fraud += row[end].fraud;
    }
    const int64_t taken = (end < places ? end : places) - at;
    found += (double)fraud * (double)taken / (double)(end - at);
    at = end;
  }
  return found / (double)places;
}

double sf_card_precision(struct sf_card_row *row, int64_t rows, int64_t alerts) {
  double sum = 0;
  int64_t days = 0;
  qsort(row, (size_t)rows, sizeof *row, by_customer);
  for (int64_t at = 0; at < rows; days++) {
    const int32_t day = row[at].day;
    int64_t end = at;
    while (end < rows && row[end].day == day) {
      end++;
    }
    sum += day_precision(row + at, end - at, alerts);
    at = end;
  }
  return days > 0 ? sum / (double)days : NAN;
}

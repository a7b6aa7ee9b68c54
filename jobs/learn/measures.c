#include "jobs/learn/measures.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/learn/metrics.h"

static const char *const names[][2] = {
#define SF_MEASURE_ROW(constant, name, text) {name, text},
    SF_MEASURE_LIST(SF_MEASURE_ROW)
#undef SF_MEASURE_ROW
};

const char *sf_measure_name(enum sf_measure measure) { return names[measure][0]; }

const char *sf_measure_text(enum sf_measure measure) { return names[measure][1]; }

// Room for the measures of one part.
struct room {
  struct sf_ranked *ranked;
  uint8_t *outcome;
  struct sf_group_row *group;
  struct sf_card_row *card;
};

static enum sf_status allocate(struct room *room, int64_t rows, struct sf_error *error) {
  const size_t n = (size_t)rows + 1;
  *room = (struct room){malloc(n * sizeof *room->ranked), malloc(n),
                        malloc(n * sizeof *room->group), malloc(n * sizeof *room->card)};
  return room->ranked && room->outcome && room->group && room->card
             ? SF_OK
             : sf_fail(error, SF_MEMORY, "out of memory for the measures of %lld rows",
                       (long long)rows);
}

static void release(struct room *room) {
  free(room->ranked);
  free(room->outcome);
  free(room->group);
  free(room->card);
}

static void measure_ranking(const struct room *room, int64_t rows, double f1_threshold,
                            double value[]) {
  const struct sf_ranked *ranked = room->ranked;
  const uint8_t *outcome = room->outcome;
  const struct sf_threshold one = sf_threshold_at(ranked, outcome, rows, 0.01);
  const struct sf_threshold five = sf_threshold_at(ranked, outcome, rows, 0.05);
  value[SF_MEASURE_AVERAGE_PRECISION] = sf_average_precision(ranked, outcome, rows);
  value[SF_MEASURE_ROC_AUC] = sf_roc_auc(ranked, outcome, rows);
  value[SF_MEASURE_RECALL_1] = one.recall;
  value[SF_MEASURE_RECALL_5] = five.recall;
  value[SF_MEASURE_PRECISION_1] = one.precision;
  value[SF_MEASURE_F1] = sf_threshold_measure(ranked, outcome, rows, (float)f1_threshold).f1;
  value[SF_MEASURE_F1_THRESHOLD] = isinf(f1_threshold) ? NAN : f1_threshold;
}

static double amount_recall(const struct sf_scores *scores, const float *score, float threshold) {
  double all = 0, found = 0;
  for (int64_t i = 0; i < scores->rows; i++) {
    const double amount = scores->row[i].truth ? scores->row[i].amount : 0;
    all += amount;
    found += score[i] >= threshold ? amount : 0;
  }
  return all > 0 ? found / all : NAN;
}

// Groups are rings or episodes with at least one row of fraud.
static double group_recall(const struct sf_scores *scores, const float *score, float threshold,
                           bool by_ring, struct sf_group_row *group) {
  int64_t rows = 0;
  for (int64_t i = 0; i < scores->rows; i++) {
    const struct sf_scored *row = &scores->row[i];
    if (row->truth) {
      group[rows++] = (struct sf_group_row){.group = by_ring ? row->ring_id : row->episode_id,
                                            .found = score[i] >= threshold};
    }
  }
  return sf_group_recall(group, rows);
}

static double card_precision(const struct sf_scores *scores, const float *score,
                             struct sf_card_row *card) {
  for (int64_t i = 0; i < scores->rows; i++) {
    const struct sf_scored *row = &scores->row[i];
    card[i] = (struct sf_card_row){
        .day = row->day, .customer = row->customer_id, .score = score[i], .fraud = row->truth};
  }
  return sf_card_precision(card, scores->rows, SF_CARD_ALERTS);
}

// Frauds of other typologies count for nothing.
static void measure_typologies(const struct sf_scores *scores, float threshold, struct room *room,
                               struct sf_measures *measures) {
  for (int type = 1; type < SF_TYPOLOGY_COUNT; type++) {
    int64_t count = 0;
    for (int64_t i = 0; i < scores->rows; i++) {
      const struct sf_scored *row = &scores->row[i];
      const bool is_type = row->truth && row->fraud_type == type;
      room->outcome[i] = is_type      ? SF_OUTCOME_FRAUD
                         : row->truth ? SF_OUTCOME_IGNORED
                                      : SF_OUTCOME_HONEST;
      count += is_type;
    }
    measures->typology_rows[type] = count;
    measures->typology_recall[type] =
        sf_threshold_measure(room->ranked, room->outcome, scores->rows, threshold).recall;
    measures->typology_precision[type] =
        sf_average_precision(room->ranked, room->outcome, scores->rows);
  }
}

static float best_threshold(const struct sf_scores *validation, int repeat, struct room *room) {
  for (int64_t i = 0; i < validation->rows; i++) {
    room->outcome[i] = validation->row[i].known ? SF_OUTCOME_FRAUD : SF_OUTCOME_HONEST;
  }
  sf_rank(validation->score[repeat], validation->rows, room->ranked);
  return sf_threshold_best_f1(room->ranked, room->outcome, validation->rows).score;
}

static void measure(const struct sf_scores *scores, int repeat, double f1_threshold,
                    struct room *room, struct sf_measures *measures) {
  const float *score = scores->score[repeat];
  for (int64_t i = 0; i < scores->rows; i++) {
    room->outcome[i] = scores->row[i].truth ? SF_OUTCOME_FRAUD : SF_OUTCOME_HONEST;
  }
  sf_rank(score, scores->rows, room->ranked);
  measure_ranking(room, scores->rows, f1_threshold, measures->value);
  const float one = sf_threshold_at(room->ranked, room->outcome, scores->rows, 0.01).score;
  measures->value[SF_MEASURE_AMOUNT_RECALL] = amount_recall(scores, score, one);
  measures->value[SF_MEASURE_EPISODE_RECALL] = group_recall(scores, score, one, false, room->group);
  measures->value[SF_MEASURE_RING_RECALL] = group_recall(scores, score, one, true, room->group);
  measures->value[SF_MEASURE_CARD_PRECISION] = card_precision(scores, score, room->card);
  measure_typologies(scores, one, room, measures);
}

enum sf_status sf_measures_take(const struct sf_scores *scores, const struct sf_scores *validation,
                                int repeat, struct sf_measures *measures, struct sf_error *error) {
  struct room room;
  const int64_t most = scores->rows > validation->rows ? scores->rows : validation->rows;
  const enum sf_status status = allocate(&room, most, error);
  if (status == SF_OK) {
    const float threshold = best_threshold(validation, repeat, &room);
    measure(scores, repeat, (double)threshold, &room, measures);
  }
  release(&room);
  return status;
}

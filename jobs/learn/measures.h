#ifndef SF_JOBS_LEARN_MEASURES_H
#define SF_JOBS_LEARN_MEASURES_H

#include "jobs/learn/scores.h"
#include "kernels/fraud/typology.h"
#include "kernels/status.h"

// What `synfin evaluate` measures, on true labels. Rows are found if their score is at
// least the threshold at which 1 % of the honest rows are called fraud.
//   X(constant, name in JSON, text)
#define SF_MEASURE_LIST(X)                                                               \
  X(AVERAGE_PRECISION, "average_precision", "average precision")                         \
  X(ROC_AUC, "roc_auc", "area under the ROC curve")                                      \
  X(RECALL_1, "recall_at_1_percent", "recall at 1 % false positives")                    \
  X(RECALL_5, "recall_at_5_percent", "recall at 5 % false positives")                    \
  X(PRECISION_1, "precision_at_1_percent", "precision at 1 % false positives")           \
  X(CARD_PRECISION, "card_precision_100", "card precision at 100 a day")                 \
  X(F1, "f1", "F1 at the threshold of the validation part")                              \
  X(F1_THRESHOLD, "f1_threshold", "that threshold")                                      \
  X(AMOUNT_RECALL, "amount_recall_at_1_percent", "share of the defrauded rupees found")  \
  X(EPISODE_RECALL, "episode_recall_at_1_percent", "share of episodes with a row found") \
  X(RING_RECALL, "ring_recall_at_1_percent", "share of rings with a row found")

enum sf_measure {
#define SF_MEASURE_ENUM(constant, name, text) SF_MEASURE_##constant,
  SF_MEASURE_LIST(SF_MEASURE_ENUM)
#undef SF_MEASURE_ENUM
      SF_MEASURE_COUNT
};

struct sf_measures {
  double value[SF_MEASURE_COUNT];  // NaN: cannot be measured
  // By typology: rows, recall of its rows, average precision of its rows against honest ones.
  int64_t typology_rows[SF_TYPOLOGY_COUNT];
  double typology_recall[SF_TYPOLOGY_COUNT], typology_precision[SF_TYPOLOGY_COUNT];
};

#define SF_CARD_ALERTS 100  // customers a day that can be looked at

// Measures one repeat; the threshold of F1 comes from the labels that are known in the
// validation part. Errors: SF_MEMORY.
enum sf_status sf_measures_take(const struct sf_scores *scores, const struct sf_scores *validation,
                                int repeat, struct sf_measures *measures, struct sf_error *error);

const char *sf_measure_name(enum sf_measure measure);
const char *sf_measure_text(enum sf_measure measure);

#endif

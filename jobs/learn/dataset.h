#ifndef SF_JOBS_LEARN_DATASET_H
#define SF_JOBS_LEARN_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "io/corpus_reader.h"
#include "io/feature_values.h"
#include "io/options.h"
#include "jobs/learn/inputs.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"

// A corpus as material to learn from: its rows divided into parts, with the labels
// that are known and the values of chosen inputs. Not collective.

// How rows become examples; part of every model.
struct sf_view {
  int32_t split;  // enum sf_split_choice
  uint64_t seed;  // of the split by customer or ring, and of sampling
  int32_t as_of;  // day whose start ends what is known, days since 1970-01-01; 0: the truth
};

// Rows of the parts asked for among those of one read, in file order.
struct sf_examples {
  int64_t count;
  int64_t *row;         // 0-based row of the corpus
  uint8_t *part;        // enum sf_split
  uint8_t *fraud;       // as known
  uint8_t *truth;       // whatever is known
  uint8_t *fraud_type;  // member of SF_DOMAIN_FRAUD_TYPE
  uint32_t *ring_id, *customer_id;
  uint64_t *episode_id;
  int32_t *day;    // local date, days since 1970-01-01
  double *amount;  // rupees
  double *value;   // shape [inputs, SF_EXAMPLES_MAX], as kernels/learn/fit.h has it
};

#define SF_EXAMPLES_MAX 8192  // rows of one read: their values stay in the cache

struct sf_dataset {
  struct sf_corpus *corpus;
  struct sf_feature_values *features;  // null if there are none among the inputs
  const char *path;
  int64_t rows;
  struct sf_view view;
  struct sf_inputs inputs;
  struct sf_examples examples;
  // Of the reader:
  uint8_t *part_of_customer;  // shape [customers + 1], null for the split by time
  union sf_batch raw, labels;
  float *feature_rows;  // shape [SF_EXAMPLES_MAX, feature columns]
  int32_t *chosen;      // rows of the read that are examples
  void *memory[4];
};

// Opens a corpus with all inputs of a kind (enum sf_input_choice). `path` must outlive
// the dataset. Errors: SF_FILE, SF_FORMAT (no corpus, without fraud or without features),
// SF_MEMORY. The caller closes it, after a failure too.
enum sf_status sf_dataset_open(struct sf_dataset *dataset, const char *path,
                               const struct sf_view *view, int choice, struct sf_error *error);
void sf_dataset_close(struct sf_dataset *dataset);

// Reads corpus rows first .. first+SF_EXAMPLES_MAX-1, as far as there are so many, and
// keeps those of `parts` (bit 1 << enum sf_split) in dataset->examples; values of the
// inputs only if `with_values`. Errors: SF_FILE, SF_FORMAT (a value that may not be).
enum sf_status sf_dataset_read(struct sf_dataset *dataset, int64_t first, uint32_t parts,
                               bool with_values, struct sf_error *error);

// Values of input `i` of the examples.
static inline double *sf_examples_value(const struct sf_examples *examples, int i) {
  return examples->value + (int64_t)i * SF_EXAMPLES_MAX;
}

#define SF_PARTS_ALL (1u << SF_SPLIT_TRAIN | 1u << SF_SPLIT_VALIDATION | 1u << SF_SPLIT_TEST)

#endif

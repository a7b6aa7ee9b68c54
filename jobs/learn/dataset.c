#include "jobs/learn/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "io/text_date.h"
#include "jobs/learn/parts.h"
#include "jobs/stop.h"
#include "kernels/fraud/typology.h"

#define DAY_SECONDS 86400

// The reader keeps arrays for examples in one block of memory.
static enum sf_status place_examples(struct sf_dataset *dataset, struct sf_error *error) {
  struct sf_examples *examples = &dataset->examples;
  const size_t n = SF_EXAMPLES_MAX;
  const size_t wide = (4 + (size_t)dataset->inputs.count) * n * 8, narrow = 4 * n * 4 + 4 * n;
  const uint32_t features = dataset->features ? sf_feature_values_columns(dataset->features) : 0;
  double *at = dataset->memory[2] = malloc(wide + narrow);
  dataset->feature_rows = dataset->memory[3] = malloc((features + 1) * n * sizeof(float));
  if (!at || !dataset->feature_rows) {
    return sf_fail(error, SF_MEMORY, "out of memory for the inputs of a model");
  }
  examples->value = at;
  examples->amount = at += (size_t)dataset->inputs.count * n;
  examples->row = (int64_t *)(at + n);
  examples->episode_id = (uint64_t *)(examples->row + n);
  examples->ring_id = (uint32_t *)(examples->episode_id + n);
  examples->customer_id = examples->ring_id + n;
  examples->day = (int32_t *)(examples->customer_id + n);
  dataset->chosen = examples->day + n;
  examples->part = (uint8_t *)(dataset->chosen + n);
  examples->fraud = examples->part + n;
  examples->truth = examples->fraud + n;
  examples->fraud_type = examples->truth + n;
  return SF_OK;
}

static enum sf_status open_parts(struct sf_dataset *dataset, int choice, struct sf_error *error) {
  SF_TRY(sf_corpus_open(dataset->path, &dataset->corpus, error));
  dataset->rows = sf_corpus_info(dataset->corpus)->rows[SF_TABLE_TRANSACTIONS];
  if (choice != SF_INPUTS_RAW) {
    SF_TRY(sf_feature_values_open(dataset->path, dataset->rows, &dataset->features, error));
  }
  sf_inputs_all(choice, dataset->features, &dataset->inputs);
  SF_TRY(sf_batch_create(SF_TABLE_TRANSACTIONS, SF_EXAMPLES_MAX, &dataset->raw, &dataset->memory[0],
                         error));
  SF_TRY(sf_batch_create(SF_TABLE_LABELS, SF_EXAMPLES_MAX, &dataset->labels, &dataset->memory[1],
                         error));
  SF_TRY(place_examples(dataset, error));
  return sf_parts_of_customers(dataset->corpus, &dataset->view, &dataset->part_of_customer, error);
}

enum sf_status sf_dataset_open(struct sf_dataset *dataset, const char *path,
                               const struct sf_view *view, int choice, struct sf_error *error) {
  memset(dataset, 0, sizeof *dataset);
  dataset->path = path;
  dataset->view = *view;
  return open_parts(dataset, choice, error);
}

void sf_dataset_close(struct sf_dataset *dataset) {
  for (size_t i = 0; i < sizeof dataset->memory / sizeof dataset->memory[0]; i++) {
    free(dataset->memory[i]);
  }
  free(dataset->part_of_customer);
  sf_feature_values_close(dataset->features);
  sf_corpus_close(dataset->corpus);
  memset(dataset, 0, sizeof *dataset);
}

static uint64_t column_bit(enum sf_table_id table, const char *name) {
  return UINT64_C(1) << sf_column_index(table, name);
}

// Columns of /transactions that are read for the examples, and for their values.
static uint64_t raw_columns(const struct sf_dataset *dataset, bool with_values) {
  const enum sf_table_id table = SF_TABLE_TRANSACTIONS;
  uint64_t set =
      column_bit(table, "customer_id") | column_bit(table, "date") | column_bit(table, "amount");
  for (int i = 0; with_values && i < dataset->inputs.count; i++) {
    const struct sf_input *input = &dataset->inputs.input[i];
    set |= input->is_feature ? 0 : UINT64_C(1) << input->column;
  }
  return set;
}

static uint64_t label_columns(void) {
  static const char *const names[] = {"is_fraud", "fraud_type",  "episode_id",
                                      "ring_id",  "reported_at", "split"};
  uint64_t set = 0;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    set |= column_bit(SF_TABLE_LABELS, names[i]);
  }
  return set;
}

static uint8_t is_known(const struct sf_view *view, uint8_t is_fraud, int64_t reported_at) {
  if (view->as_of == 0) {
    return is_fraud;
  }
  const int64_t end = (int64_t)view->as_of * DAY_SECONDS - SF_KOLKATA_OFFSET;
  return is_fraud && reported_at > 0 && reported_at <= end;
}

// What is used as an index must be one.
static enum sf_status check_row(const struct sf_dataset *dataset, int64_t first, int64_t r,
                                struct sf_error *error) {
  const uint32_t customer = dataset->raw.transactions.customer_id[r];
  const struct sf_labels *labels = &dataset->labels.labels;
  const bool fits = customer >= 1 &&
                    customer <= sf_corpus_info(dataset->corpus)->config.customers &&
                    labels->split[r] < SF_SPLIT_COUNT && labels->fraud_type[r] < SF_TYPOLOGY_COUNT;
  return fits ? SF_OK
              : sf_fail(error, SF_FORMAT,
                        "%s: row %lld (counted from 0) is damaged; see 'synfin verify'",
                        dataset->path, (long long)(first + r));
}

// Chooses the rows of the parts and copies what belongs to each.
static enum sf_status choose_rows(struct sf_dataset *dataset, int64_t first, int64_t count,
                                  uint32_t parts, struct sf_error *error) {
  const struct sf_transactions *raw = &dataset->raw.transactions;
  const struct sf_labels *labels = &dataset->labels.labels;
  struct sf_examples *examples = &dataset->examples;
  int64_t n = 0;
  for (int64_t r = 0; r < count; r++) {
    SF_TRY(check_row(dataset, first, r, error));
    const uint8_t part = dataset->part_of_customer ? dataset->part_of_customer[raw->customer_id[r]]
                                                   : labels->split[r];
    if (!(parts >> part & 1)) {
      continue;
    }
    examples->row[n] = first + r;
    examples->part[n] = part;
    examples->truth[n] = labels->is_fraud[r] != 0;
    examples->fraud[n] = is_known(&dataset->view, examples->truth[n], labels->reported_at[r]);
    examples->fraud_type[n] = labels->fraud_type[r];
    examples->ring_id[n] = labels->ring_id[r];
    examples->episode_id[n] = labels->episode_id[r];
    examples->customer_id[n] = raw->customer_id[r];
    examples->day[n] = raw->date[r];
    examples->amount[n] = raw->amount[r];
    dataset->chosen[n++] = (int32_t)r;
  }
  examples->count = n;
  return SF_OK;
}

// Copies the chosen rows of a raw column of any type.
static void gather(const struct sf_column *column, const void *data, const int32_t *chosen,
                   int64_t count, double *to) {
  switch (column->type) {
#define GATHER(constant, ctype, name)                   \
  case SF_TYPE_##constant:                              \
    for (int64_t i = 0; i < count; i++) {               \
      to[i] = (double)((const ctype *)data)[chosen[i]]; \
    }                                                   \
    break;
    SF_TYPE_LIST(GATHER)
#undef GATHER
    case SF_TYPE_COUNT:
      break;
  }
}

static void gather_feature(const float *rows, uint32_t columns, uint32_t column,
                           const int32_t *chosen, int64_t count, double *to) {
  for (int64_t i = 0; i < count; i++) {
    to[i] = (double)rows[(size_t)chosen[i] * columns + column];
  }
}

// A value of a category must be one of its members; a number must be finite, or NaN
// where the schema says what that means.
static enum sf_status check_values(const struct sf_dataset *dataset, int i,
                                   struct sf_error *error) {
  const struct sf_input *input = &dataset->inputs.input[i];
  const double *value = sf_examples_value(&dataset->examples, i);
  for (int64_t r = 0; r < dataset->examples.count; r++) {
    const bool is_number = value[r] - value[r] == 0;
    const bool fits = is_number ? input->levels == 0 || value[r] < input->levels
                                : value[r] != value[r] && input->may_miss;
    if (!fits) {
      return sf_fail(error, SF_FORMAT,
                     "%s: %s is %g in row %lld (counted from 0), which may not be", dataset->path,
                     input->name, value[r], (long long)dataset->examples.row[r]);
    }
  }
  return SF_OK;
}

static enum sf_status read_values(struct sf_dataset *dataset, int64_t first, int64_t count,
                                  struct sf_error *error) {
  uint32_t columns = 0;
  if (dataset->features) {
    columns = sf_feature_values_columns(dataset->features);
    SF_TRY(sf_feature_values_read(dataset->features, first, count, dataset->feature_rows, error));
  }
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  for (int i = 0; i < dataset->inputs.count; i++) {
    const struct sf_input *input = &dataset->inputs.input[i];
    double *to = sf_examples_value(&dataset->examples, i);
    if (input->is_feature) {
      gather_feature(dataset->feature_rows, columns, input->column, dataset->chosen,
                     dataset->examples.count, to);
    } else {
      const struct sf_column *column = &table->column[input->column];
      gather(column, sf_batch_column(&dataset->raw, column), dataset->chosen,
             dataset->examples.count, to);
    }
    SF_TRY(check_values(dataset, i, error));
  }
  return SF_OK;
}

enum sf_status sf_dataset_read(struct sf_dataset *dataset, int64_t first, uint32_t parts,
                               bool with_values, struct sf_error *error) {
  const int64_t left = dataset->rows - first;
  const int64_t count = left < SF_EXAMPLES_MAX ? left : SF_EXAMPLES_MAX;
  SF_TRY(sf_stop_check(error));
  SF_TRY(sf_corpus_read(dataset->corpus, SF_TABLE_LABELS, label_columns(), first, count,
                        &dataset->labels, error));
  SF_TRY(sf_corpus_read(dataset->corpus, SF_TABLE_TRANSACTIONS, raw_columns(dataset, with_values),
                        first, count, &dataset->raw, error));
  SF_TRY(choose_rows(dataset, first, count, parts, error));
  return with_values ? read_values(dataset, first, count, error) : SF_OK;
}

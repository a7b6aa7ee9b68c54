#include "jobs/learn/permutation.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/learn/draw.h"
#include "kernels/learn/metrics.h"
#include "kernels/learn/sampling.h"

// The sample, column by column.
struct sample {
  int64_t rows;
  double *value;  // shape [inputs, rows]
  uint8_t *outcome;
  uint32_t *order;  // the permutation
  float *score;
  struct sf_ranked *ranked;
};

static enum sf_status allocate(struct sample *sample, int64_t rows, int inputs,
                               struct sf_error *error) {
  const size_t n = (size_t)rows + 1;
  *sample = (struct sample){.rows = rows,
                            .value = calloc(n * (size_t)inputs, sizeof *sample->value),
                            .outcome = calloc(n, 1),
                            .order = malloc(n * sizeof *sample->order),
                            .score = malloc(n * sizeof *sample->score),
                            .ranked = malloc(n * sizeof *sample->ranked)};
  return sample->value && sample->outcome && sample->order && sample->score && sample->ranked
             ? SF_OK
             : sf_fail(error, SF_MEMORY, "out of memory for a sample of %lld rows",
                       (long long)rows);
}

static void release(struct sample *sample) {
  free(sample->value);
  free(sample->outcome);
  free(sample->order);
  free(sample->score);
  free(sample->ranked);
}

static enum sf_status draw_sample(struct sf_dataset *dataset, int part, int64_t rows, uint64_t seed,
                                  struct sample *sample, struct sf_error *error) {
  struct sf_subset subset = sf_subset_of(rows, sample->rows, seed, SF_LEARN_SAMPLE);
  const struct sf_examples *examples = &dataset->examples;
  int64_t used = 0;
  for (int64_t at = 0; at < dataset->rows; at += SF_EXAMPLES_MAX) {
    SF_TRY(sf_dataset_read(dataset, at, 1u << part, true, error));
    for (int64_t r = 0; r < examples->count; r++) {
      if (!sf_subset_next(&subset)) {
        continue;
      }
      for (int i = 0; i < dataset->inputs.count; i++) {
        sample->value[i * sample->rows + used] = sf_examples_value(examples, i)[r];
      }
      sample->outcome[used++] = examples->truth[r] ? SF_OUTCOME_FRAUD : SF_OUTCOME_HONEST;
    }
  }
  return SF_OK;
}

// Fisher and Yates.
static void shuffle(struct sample *sample, uint64_t seed, int input) {
  for (int64_t i = 0; i < sample->rows; i++) {
    sample->order[i] = (uint32_t)i;
  }
  for (int64_t i = sample->rows - 1; i > 0; i--) {
    const uint64_t index = (uint64_t)input << 32 | (uint64_t)i;
    const int64_t j = (int64_t)(sf_learn_draw(seed, SF_LEARN_SHUFFLE, index) * (double)(i + 1));
    const uint32_t other = sample->order[j];
    sample->order[j] = sample->order[i];
    sample->order[i] = other;
  }
}

// Average precision of the sample with input `shuffled` (-1: none) in another order.
static enum sf_status measure(struct sf_model *model, struct sf_dataset *dataset,
                              const struct sample *sample, int shuffled, double *precision,
                              struct sf_error *error) {
  struct sf_examples *examples = &dataset->examples;
  for (int64_t at = 0; at < sample->rows; at += SF_EXAMPLES_MAX) {
    const int64_t left = sample->rows - at;
    examples->count = left < SF_EXAMPLES_MAX ? left : SF_EXAMPLES_MAX;
    for (int i = 0; i < dataset->inputs.count; i++) {
      const double *value = sample->value + i * sample->rows;
      for (int64_t r = 0; r < examples->count; r++) {
        sf_examples_value(examples, i)[r] = value[i == shuffled ? sample->order[at + r] : at + r];
      }
    }
    SF_TRY(sf_model_score(model, 0, examples, sample->score + at, error));
  }
  sf_rank(sample->score, sample->rows, sample->ranked);
  *precision = sf_average_precision(sample->ranked, sample->outcome, sample->rows);
  return SF_OK;
}

static enum sf_status measure_all(struct sf_model *model, struct sf_dataset *dataset,
                                  struct sample *sample, uint64_t seed, json_t *json,
                                  struct sf_error *error) {
  double whole = 0;
  SF_TRY(measure(model, dataset, sample, -1, &whole, error));
  for (int i = 0; i < dataset->inputs.count; i++) {
    double without = 0;
    shuffle(sample, seed, i);
    SF_TRY(measure(model, dataset, sample, i, &without, error));
    json_object_set_new(json, dataset->inputs.input[i].name, json_real(whole - without));
  }
  return SF_OK;
}

enum sf_status sf_permutation_importance(struct sf_model *model, struct sf_dataset *dataset,
                                         int part, int64_t rows, uint64_t seed, json_t **json,
                                         struct sf_error *error) {
  struct sample sample;
  const int64_t wanted = rows < SF_PERMUTATION_ROWS ? rows : SF_PERMUTATION_ROWS;
  enum sf_status status = allocate(&sample, wanted, dataset->inputs.count, error);
  *json = json_object();
  if (status == SF_OK) {
    status = draw_sample(dataset, part, rows, seed, &sample, error);
  }
  if (status == SF_OK) {
    status = measure_all(model, dataset, &sample, seed, *json, error);
  }
  release(&sample);
  return status;
}

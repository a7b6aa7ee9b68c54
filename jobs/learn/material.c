#include "jobs/learn/material.h"

#include <stdlib.h>
#include <string.h>

#include "jobs/learn/training.h"
#include "jobs/stop.h"

// Rows of a part as XGBoost asks for them, again and again.
struct rows_in {
  struct sf_dataset *dataset;
  const struct sf_recipe *recipe;
  int part;
  struct sf_sampling first_sampling, sampling;  // of the training part
  struct sf_subset first_subset, subset;        // of the validation part
  double honest_weight;
  int64_t at;
  float *matrix;  // shape [SF_EXAMPLES_MAX, width]
  float label[SF_EXAMPLES_MAX], weight[SF_EXAMPLES_MAX];
};

static void rewind_rows(void *context) {
  struct rows_in *in = context;
  in->at = 0;
  in->sampling = in->first_sampling;
  in->subset = in->first_subset;
}

// Weight of the next row: how often it is taken.
static float next_weight(struct rows_in *in, uint8_t fraud) {
  if (in->part != SF_SPLIT_TRAIN) {
    return sf_subset_next(&in->subset);
  }
  const int64_t times = sf_sampling_times(&in->sampling, fraud);
  return (float)(fraud ? (double)times : (double)times * in->honest_weight);
}

// Drops the rows that are not taken.
static int64_t compress(struct rows_in *in) {
  const struct sf_examples *examples = &in->dataset->examples;
  const uint32_t width = in->recipe->width;
  int64_t kept = 0;
  for (int64_t r = 0; r < examples->count; r++) {
    const float weight = next_weight(in, examples->fraud[r]);
    if (weight > 0) {
      memmove(in->matrix + (size_t)kept * width, in->matrix + (size_t)r * width,
              width * sizeof *in->matrix);
      in->label[kept] = examples->fraud[r];
      in->weight[kept++] = weight;
    }
  }
  return kept;
}

static enum sf_status next_rows(void *context, struct sf_matrix_block *block,
                                struct sf_error *error) {
  struct rows_in *in = context;
  *block = (struct sf_matrix_block){.matrix = in->matrix, .label = in->label, .weight = in->weight};
  while (block->rows == 0 && in->at < in->dataset->rows) {
    SF_TRY(sf_dataset_read(in->dataset, in->at, 1u << in->part, true, error));
    in->at += SF_EXAMPLES_MAX;
    sf_recipe_apply(in->recipe, &in->dataset->examples, in->matrix);
    block->rows = compress(in);
  }
  return SF_OK;
}

// The labels of the validation rows that are taken.
static enum sf_status read_outcome(struct rows_in *in, struct sf_material *material,
                                   struct sf_error *error) {
  const int64_t rows = sf_matrix_rows(material->validation);
  int64_t used = 0, fraud = 0;
  material->outcome = malloc((size_t)rows + 1);
  material->ranked = malloc(((size_t)rows + 1) * sizeof *material->ranked);
  if (!material->outcome || !material->ranked) {
    return sf_fail(error, SF_MEMORY, "out of memory for the validation part");
  }
  rewind_rows(in);
  for (; in->at < in->dataset->rows; in->at += SF_EXAMPLES_MAX) {
    const struct sf_examples *examples = &in->dataset->examples;
    SF_TRY(sf_dataset_read(in->dataset, in->at, 1u << in->part, false, error));
    for (int64_t r = 0; r < examples->count; r++) {
      if (next_weight(in, examples->fraud[r]) > 0) {
        fraud += examples->fraud[r];
        material->outcome[used++] = examples->fraud[r] ? SF_OUTCOME_FRAUD : SF_OUTCOME_HONEST;
      }
    }
  }
  if (fraud == 0 || fraud == used) {
    return sf_fail(error, SF_FORMAT,
                   "%s: the validation part has %lld rows of which %lld are known as fraud; both "
                   "kinds are needed",
                   in->dataset->path, (long long)used, (long long)fraud);
  }
  return SF_OK;
}

static enum sf_status make_matrices(struct rows_in *in, bool is_linear, uint32_t threads,
                                    struct sf_material *material, struct sf_error *error) {
  const struct sf_matrix_source source = {in, rewind_rows, next_rows};
  const uint32_t width = material->recipe.width;
  in->part = SF_SPLIT_TRAIN;
  SF_TRY(sf_matrix_create(&source, width, !is_linear, NULL, threads, &material->train, error));
  in->part = SF_SPLIT_VALIDATION;
  SF_TRY(sf_matrix_create(&source, width, !is_linear, is_linear ? NULL : material->train, threads,
                          &material->validation, error));
  return read_outcome(in, material, error);
}

static void choose_rows(struct rows_in *in, const struct sf_fitted *fitted,
                        const struct sf_learn_options *learn, bool is_linear) {
  const int64_t most = is_linear ? SF_LINEAR_HONEST : SF_ALL_HONEST;
  const struct sf_sampling all = sf_sampling_of(fitted, learn, SF_ALL_HONEST);
  in->first_sampling = sf_sampling_of(fitted, learn, most);
  in->honest_weight = (double)all.balance.honest / (double)in->first_sampling.balance.honest;
  const int64_t rows = fitted->rows[SF_SPLIT_VALIDATION];
  in->first_subset =
      sf_subset_of(rows, is_linear ? SF_LINEAR_VALIDATION : rows, learn->seed, SF_LEARN_SAMPLE);
}

enum sf_status sf_material_make(struct sf_dataset *dataset, const struct sf_fitted *fitted,
                                const struct sf_learn_options *learn, int kind, uint32_t threads,
                                struct sf_material *material, struct sf_error *error) {
  const bool is_linear = kind == SF_MODEL_LINEAR;
  SF_TRY(sf_recipe_make(
      &dataset->inputs, fitted->fit, is_linear ? SF_ENCODING_TARGET : SF_ENCODING_ORDINAL,
      is_linear ? SF_SCALING_STANDARD : SF_SCALING_NONE, &material->recipe, error));
  if (!is_linear) {
    sf_recipe_fill(fitted->fit, &material->recipe);
  }
  struct rows_in *in = calloc(1, sizeof *in);
  float *matrix = malloc((size_t)SF_EXAMPLES_MAX * material->recipe.width * sizeof *matrix);
  enum sf_status status =
      in && matrix ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the training part");
  if (status == SF_OK) {
    in->dataset = dataset;
    in->recipe = &material->recipe;
    in->matrix = matrix;
    choose_rows(in, fitted, learn, is_linear);
    status = make_matrices(in, is_linear, threads, material, error);
  }
  free(matrix);
  free(in);
  return status;
}

void sf_material_free(struct sf_material *material) {
  sf_recipe_free(&material->recipe);
  sf_matrix_free(material->train);
  sf_matrix_free(material->validation);
  free(material->outcome);
  free(material->ranked);
  memset(material, 0, sizeof *material);
}

bool sf_material_shared(int kind, int other) {
  return (kind == SF_MODEL_LINEAR) == (other == SF_MODEL_LINEAR);
}

static enum sf_status train(const struct sf_material *material, uint32_t rounds, uint32_t patience,
                            struct sf_booster *booster, struct sf_trained *trained,
                            struct sf_error *error) {
  const int64_t rows = sf_matrix_rows(material->validation);
  *trained = (struct sf_trained){.average_precision = -1};
  for (int round = 0; round < (int)rounds && round < trained->rounds + (int)patience; round++) {
    const float *score = NULL;
    SF_TRY(sf_stop_check(error));
    SF_TRY(sf_booster_round(booster, round, material->train, error));
    SF_TRY(sf_booster_score(booster, material->validation, &score, error));
    sf_rank(score, rows, material->ranked);
    const double precision = sf_average_precision(material->ranked, material->outcome, rows);
    if (precision > trained->average_precision) {
      *trained = (struct sf_trained){.rounds = round + 1, .average_precision = precision};
      SF_TRY(sf_booster_keep(booster, round + 1, error));
    }
  }
  return sf_booster_finish(booster, error);
}

enum sf_status sf_material_train(const struct sf_material *material,
                                 const struct sf_parameters *parameters, uint32_t rounds,
                                 uint32_t patience, struct sf_booster **booster,
                                 struct sf_trained *trained, struct sf_error *error) {
  const char *list[SF_PARAMETERS_MAX + 1][2];
  struct sf_booster *created = NULL;
  sf_parameters_list(parameters, list);
  SF_TRY(sf_booster_create(material->train, material->validation, (const char *const(*)[2])list,
                           &created, error));
  const enum sf_status status = train(material, rounds, patience, created, trained, error);
  if (status != SF_OK) {
    sf_booster_free(created);
    return status;
  }
  *booster = created;
  return SF_OK;
}

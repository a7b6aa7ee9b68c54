#ifndef SF_JOBS_LEARN_MATERIAL_H
#define SF_JOBS_LEARN_MATERIAL_H

#include "jobs/learn/booster.h"
#include "jobs/learn/dataset.h"
#include "jobs/learn/parameters.h"
#include "jobs/learn/recipe.h"
#include "kernels/learn/metrics.h"
#include "kernels/status.h"

// What a kind of model is trained on: the training and validation parts in XGBoost's
// memory. Trees see numbers as they are and categories as numbers, linear models
// standardised numbers and target encodings. A linear model, whose matrices are not
// binned, takes all frauds but at most SF_LINEAR_HONEST honest rows, weighted to stand for
// all, and at most SF_LINEAR_VALIDATION random rows for validation.
#define SF_LINEAR_HONEST 150000
#define SF_LINEAR_VALIDATION 100000

// Zero-initialised before use.
struct sf_material {
  struct sf_recipe recipe;
  struct sf_matrix *train, *validation;
  uint8_t *outcome;          // of the validation rows, as known
  struct sf_ranked *ranked;  // room to rank them
};

// Reads the dataset several times. `kind`: enum sf_model_choice but the ensemble. Errors:
// those of sf_dataset_read; SF_FORMAT if the validation part lacks fraud that is known, or
// honest rows; SF_MEMORY, SF_INTERNAL.
enum sf_status sf_material_make(struct sf_dataset *dataset, const struct sf_fitted *fitted,
                                const struct sf_learn_options *learn, int kind, uint32_t threads,
                                struct sf_material *material, struct sf_error *error);
void sf_material_free(struct sf_material *material);

// True if both kinds learn from the same material.
bool sf_material_shared(int kind, int other);

struct sf_trained {
  int rounds;                // of the best state
  double average_precision;  // of it on the validation part
};

// Trains until the validation part has got no better for `patience` rounds, and goes back
// to the best. The caller frees the booster. Errors: SF_CONFIG, SF_STOPPED, SF_INTERNAL.
enum sf_status sf_material_train(const struct sf_material *material,
                                 const struct sf_parameters *parameters, uint32_t rounds,
                                 uint32_t patience, struct sf_booster **booster,
                                 struct sf_trained *trained, struct sf_error *error);

#endif

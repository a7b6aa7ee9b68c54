#ifndef SF_JOBS_LEARN_MODEL_H
#define SF_JOBS_LEARN_MODEL_H

#include <jansson.h>

#include "io/options.h"
#include "jobs/learn/booster.h"
#include "jobs/learn/dataset.h"
#include "jobs/learn/recipe.h"
#include "kernels/status.h"

// A trained model. In a registry it is a folder of its name with metadata.json and the
// files of XGBoost, <kind>-<repeat>.ubj. It has one member for each kind, each trained
// once for each repeat with a seed of its own. The score of a row is the mean over the
// members (soft voting); the repeats are alternatives, of which the first is the model.

#define SF_MEMBERS_MAX 3
#define SF_REPEATS_MAX 100

struct sf_member {
  int kind;  // enum sf_model_choice but the ensemble
  struct sf_recipe recipe;
  struct sf_booster *booster[SF_REPEATS_MAX];
};

// Zero-initialised before use.
struct sf_model {
  char folder[4096];
  json_t *metadata;
  struct sf_view view;
  int repeats, members;
  struct sf_member member[SF_MEMBERS_MAX];
  float *matrix;  // room for the examples of one read
};

// Kinds of an ensemble, or of a model by itself; returns how many.
int sf_model_kinds(int model, int kind[SF_MEMBERS_MAX]);
const char *sf_model_kind_name(int kind);
void sf_model_file(int kind, int repeat, char name[64]);

// Loads a model of a registry. Errors: SF_FILE (there is none of this name), SF_FORMAT,
// SF_MISMATCH, SF_MEMORY. The caller frees it, after a failure too.
enum sf_status sf_model_load(const char *registry, const char *name, uint32_t threads,
                             struct sf_model *model, struct sf_error *error);
void sf_model_free(struct sf_model *model);

// Opens a corpus as the model sees it: its view, its inputs. Errors: those of
// sf_dataset_open, SF_MISMATCH.
enum sf_status sf_model_dataset(const struct sf_model *model, const char *path,
                                struct sf_dataset *dataset, struct sf_error *error);

// Scores of the examples by one repeat, to `score` of shape [count]. Errors: SF_INTERNAL.
enum sf_status sf_model_score(struct sf_model *model, int repeat,
                              const struct sf_examples *examples, float *score,
                              struct sf_error *error);

#endif

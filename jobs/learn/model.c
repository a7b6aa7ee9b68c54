#include "jobs/learn/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/output_folder.h"
#include "jobs/learn/metadata.h"

static const char *const kind_names[] = {
    [SF_MODEL_TREES] = "trees", [SF_MODEL_FOREST] = "forest", [SF_MODEL_LINEAR] = "linear"};

int sf_model_kinds(int model, int kind[SF_MEMBERS_MAX]) {
  int count = 0;
  for (int k = SF_MODEL_TREES; k <= SF_MODEL_LINEAR; k++) {
    if (model == k || model == SF_MODEL_ENSEMBLE) {
      kind[count++] = k;
    }
  }
  return count;
}

const char *sf_model_kind_name(int kind) { return kind_names[kind]; }

void sf_model_file(int kind, int repeat, char name[64]) {
  snprintf(name, 64, "%s-%d.ubj", kind_names[kind], repeat + 1);
}

static enum sf_status read_metadata(struct sf_model *model, const char *registry, const char *name,
                                    struct sf_error *error) {
  char path[4200];
  json_error_t cause;
  if (name[0] == '\0' || strchr(name, '/') || name[0] == '.') {
    return sf_fail(error, SF_USAGE, "\"%.64s\" is not the name of a model; see 'synfin model list'",
                   name);
  }
  snprintf(model->folder, sizeof model->folder, "%.2000s/%.2000s", registry, name);
  snprintf(path, sizeof path, "%s/" SF_OUTPUT_FOLDER_MARK, model->folder);
  if (access(path, R_OK) != 0) {
    return sf_fail(error, SF_FILE, "%s: there is no model: %s", path, strerror(errno));
  }
  model->metadata = json_load_file(path, 0, &cause);
  if (!model->metadata) {
    return sf_fail(error, SF_FORMAT, "%s:%d: %s", path, cause.line, cause.text);
  }
  return sf_metadata_view(model->metadata, path, &model->view, error);
}

static int kind_of(const char *name) {
  int kind = SF_MODEL_TREES;
  while (kind <= SF_MODEL_LINEAR && strcmp(kind_names[kind], name) != 0) {
    kind++;
  }
  return kind;
}

static enum sf_status load_member(struct sf_model *model, const json_t *entry, uint32_t threads,
                                  struct sf_error *error) {
  struct sf_member *member = &model->member[model->members++];
  const char *name = json_string_value(json_object_get(entry, "kind"));
  member->kind = name ? kind_of(name) : SF_MODEL_ENSEMBLE;
  if (member->kind == SF_MODEL_ENSEMBLE) {
    return sf_fail(error, SF_FORMAT, "%s: has a member of an unknown kind", model->folder);
  }
  SF_TRY(sf_recipe_read(json_object_get(entry, "inputs"), &member->recipe, error));
  for (int r = 0; r < model->repeats; r++) {
    char file[64], path[4200];
    sf_model_file(member->kind, r, file);
    snprintf(path, sizeof path, "%s/%s", model->folder, file);
    SF_TRY(sf_booster_load(path, member->recipe.width, threads, &member->booster[r], error));
  }
  return SF_OK;
}

static bool same_inputs(const struct sf_inputs *a, const struct sf_inputs *b) {
  bool same = a->count == b->count;
  for (int i = 0; i < a->count && same; i++) {
    same = strcmp(a->input[i].name, b->input[i].name) == 0;
  }
  return same;
}

enum sf_status sf_model_load(const char *registry, const char *name, uint32_t threads,
                             struct sf_model *model, struct sf_error *error) {
  SF_TRY(sf_booster_available(error));
  SF_TRY(read_metadata(model, registry, name, error));
  const json_t *members = json_object_get(model->metadata, "members");
  const size_t count = json_array_size(members);
  const json_int_t repeats = json_integer_value(json_object_get(model->metadata, "repeats"));
  if (count < 1 || count > SF_MEMBERS_MAX || repeats < 1 || repeats > SF_REPEATS_MAX) {
    return sf_fail(error, SF_FORMAT, "%s: is not a trained model", model->folder);
  }
  model->repeats = (int)repeats;
  uint32_t width = 1;
  for (size_t m = 0; m < count; m++) {
    SF_TRY(load_member(model, json_array_get(members, m), threads, error));
    width = model->member[m].recipe.width > width ? model->member[m].recipe.width : width;
    if (!same_inputs(&model->member[0].recipe.inputs, &model->member[m].recipe.inputs)) {
      return sf_fail(error, SF_FORMAT, "%s: its members have different inputs", model->folder);
    }
  }
  model->matrix = malloc((size_t)SF_EXAMPLES_MAX * width * sizeof *model->matrix);
  return model->matrix ? SF_OK
                       : sf_fail(error, SF_MEMORY, "out of memory for the inputs of a model");
}

void sf_model_free(struct sf_model *model) {
  for (int m = 0; m < model->members; m++) {
    for (int r = 0; r < SF_REPEATS_MAX; r++) {
      sf_booster_free(model->member[m].booster[r]);
    }
    sf_recipe_free(&model->member[m].recipe);
  }
  json_decref(model->metadata);
  free(model->matrix);
  memset(model, 0, sizeof *model);
}

enum sf_status sf_model_dataset(const struct sf_model *model, const char *path,
                                struct sf_dataset *dataset, struct sf_error *error) {
  struct sf_inputs inputs = model->member[0].recipe.inputs;
  bool has_features = false;
  for (int i = 0; i < inputs.count; i++) {
    has_features = has_features || strchr(inputs.input[i].name, '/') == NULL;
  }
  SF_TRY(sf_dataset_open(dataset, path, &model->view, has_features ? SF_INPUTS_BOTH : SF_INPUTS_RAW,
                         error));
  SF_TRY(sf_inputs_match(&dataset->inputs, &inputs, error));
  dataset->inputs = inputs;
  return SF_OK;
}

enum sf_status sf_model_score(struct sf_model *model, int repeat,
                              const struct sf_examples *examples, float *score,
                              struct sf_error *error) {
  float one[SF_EXAMPLES_MAX];
  for (int m = 0; m < model->members; m++) {
    const struct sf_recipe *recipe = &model->member[m].recipe;
    sf_recipe_apply(recipe, examples, model->matrix);
    SF_TRY(sf_booster_predict(model->member[m].booster[repeat], model->matrix, examples->count,
                              recipe->width, one, error));
    for (int64_t r = 0; r < examples->count; r++) {
      score[r] = m == 0 ? one[r] : score[r] + one[r];
    }
  }
  for (int64_t r = 0; r < examples->count && model->members > 1; r++) {
    score[r] /= (float)model->members;
  }
  return SF_OK;
}

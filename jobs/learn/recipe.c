#include "jobs/learn/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum sf_status allocate(const struct sf_inputs *inputs, struct sf_recipe *recipe,
                               struct sf_error *error) {
  size_t levels = 1;
  for (int i = 0; i < inputs->count; i++) {
    levels += inputs->input[i].levels;
  }
  recipe->inputs = *inputs;
  recipe->level_values = calloc(levels, sizeof *recipe->level_values);
  return recipe->level_values
             ? SF_OK
             : sf_fail(error, SF_MEMORY, "out of memory for the inputs of a model");
}

enum sf_status sf_recipe_make(const struct sf_inputs *inputs, const struct sf_fit *fit,
                              enum sf_encoding encoding, enum sf_scaling scaling,
                              struct sf_recipe *recipe, struct sf_error *error) {
  SF_TRY(allocate(inputs, recipe, error));
  double *values = recipe->level_values;
  for (int i = 0; i < inputs->count; i++) {
    sf_transform_make(&fit[i], encoding, scaling, values, &recipe->transform[i]);
    recipe->width += recipe->transform[i].width;
    values += inputs->input[i].levels;
  }
  return SF_OK;
}

void sf_recipe_fill(const struct sf_fit *fit, struct sf_recipe *recipe) {
  for (int i = 0; i < recipe->inputs.count; i++) {
    if (recipe->inputs.input[i].may_miss) {
      sf_transform_fill(&fit[i], &recipe->transform[i]);
    }
  }
}

void sf_recipe_free(struct sf_recipe *recipe) {
  free(recipe->level_values);
  memset(recipe, 0, sizeof *recipe);
}

void sf_recipe_apply(const struct sf_recipe *recipe, const struct sf_examples *examples,
                     float *matrix) {
  uint32_t at = 0;
  for (int i = 0; i < recipe->inputs.count; i++) {
    sf_transform_apply(&recipe->transform[i], sf_examples_value(examples, i), examples->count,
                       matrix, recipe->width, at);
    at += recipe->transform[i].width;
  }
}

void sf_recipe_columns(const struct sf_recipe *recipe,
                       void (*visit)(void *context, uint32_t column, const char *name),
                       void *context) {
  uint32_t column = 0;
  for (int i = 0; i < recipe->inputs.count; i++) {
    const struct sf_transform *transform = &recipe->transform[i];
    const bool is_one_hot = transform->levels > 0 && !transform->level_value;
    for (uint32_t level = 0; level < transform->width; level++) {
      char name[SF_MATRIX_NAME_SIZE];
      sf_input_column_name(&recipe->inputs.input[i], is_one_hot ? (int64_t)level : -1, name);
      visit(context, column++, name);
    }
  }
}

json_t *sf_recipe_json(const struct sf_recipe *recipe) {
  json_t *list = json_array();
  for (int i = 0; i < recipe->inputs.count; i++) {
    const struct sf_input *input = &recipe->inputs.input[i];
    const struct sf_transform *transform = &recipe->transform[i];
    json_t *entry = json_pack("{s:s, s:I, s:I, s:f, s:f}", "name", input->name, "levels",
                              (json_int_t)input->levels, "width", (json_int_t)transform->width,
                              "shift", transform->shift, "scale", transform->scale);
    if (!isnan(transform->missing)) {
      json_object_set_new(entry, "missing", json_real(transform->missing));
    }
    if (transform->level_value) {
      json_t *values = json_array();
      for (uint32_t level = 0; level < input->levels; level++) {
        json_array_append_new(values, json_real(transform->level_value[level]));
      }
      json_object_set_new(entry, "level_values", values);
    }
    json_array_append_new(list, entry);
  }
  return list;
}

static bool read_names(const json_t *json, struct sf_inputs *inputs) {
  const size_t count = json_array_size(json);
  inputs->count = 0;
  for (size_t i = 0; i < count && count <= SF_INPUTS_MAX; i++) {
    const char *name = NULL;
    json_int_t levels = -1;
    if (json_unpack(json_array_get(json, i), "{s:s, s:I}", "name", &name, "levels", &levels) != 0 ||
        strlen(name) >= SF_INPUT_NAME_SIZE || levels < 0 || levels > UINT16_MAX) {
      return false;
    }
    struct sf_input *input = &inputs->input[inputs->count++];
    *input = (struct sf_input){.levels = (uint32_t)levels};
    snprintf(input->name, sizeof input->name, "%s", name);
  }
  return inputs->count > 0;
}

static bool read_transform(const json_t *entry, double *level_value,
                           struct sf_transform *transform) {
  json_int_t levels = 0, width = 0;
  json_t *values = json_object_get(entry, "level_values");
  if (json_unpack((json_t *)entry, "{s:I, s:I, s:F, s:F}", "levels", &levels, "width", &width,
                  "shift", &transform->shift, "scale", &transform->scale) != 0) {
    return false;
  }
  const json_t *missing = json_object_get(entry, "missing");
  transform->missing = missing ? json_number_value(missing) : NAN;
  transform->levels = (uint32_t)levels;
  transform->width = (uint32_t)width;
  if (width != (levels > 0 && !values ? levels : 1) ||
      (values && json_array_size(values) != (size_t)levels)) {
    return false;
  }
  transform->level_value = values ? level_value : NULL;
  for (json_int_t level = 0; values && level < levels; level++) {
    level_value[level] = json_number_value(json_array_get(values, (size_t)level));
  }
  return true;
}

enum sf_status sf_recipe_read(const json_t *json, struct sf_recipe *recipe,
                              struct sf_error *error) {
  struct sf_inputs inputs;
  if (!read_names(json, &inputs)) {
    return sf_fail(error, SF_FORMAT, "the model's metadata do not list its inputs");
  }
  SF_TRY(allocate(&inputs, recipe, error));
  double *values = recipe->level_values;
  for (int i = 0; i < inputs.count; i++) {
    if (!read_transform(json_array_get(json, (size_t)i), values, &recipe->transform[i])) {
      return sf_fail(error, SF_FORMAT, "the model's metadata do not say how %s is encoded",
                     inputs.input[i].name);
    }
    recipe->width += recipe->transform[i].width;
    values += inputs.input[i].levels;
  }
  return SF_OK;
}

#include "jobs/learn/parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/options.h"

struct pair {
  const char *name, *value;
};

static const struct pair trees[] = {{"booster", "gbtree"},
                                    {"objective", "binary:logistic"},
                                    {"tree_method", "hist"},
                                    {"eta", "0.1"},
                                    {"max_depth", "6"},
                                    {"min_child_weight", "5"},
                                    {"subsample", "0.8"},
                                    {"colsample_bytree", "0.8"},
                                    {NULL, NULL}};

// One round of trees on bootstrap-like samples. Squared error from a score of 0 makes the
// value of a leaf the share of fraud in it, as in Breiman's forests.
static const struct pair forest[] = {{"booster", "gbtree"},
                                     {"objective", "reg:squarederror"},
                                     {"base_score", "0"},
                                     {"tree_method", "hist"},
                                     {"num_parallel_tree", "100"},
                                     {"eta", "1"},
                                     {"lambda", "0"},
                                     {"max_depth", "12"},
                                     {"min_child_weight", "5"},
                                     {"subsample", "0.632"},
                                     {"colsample_bynode", "0.3"},
                                     {NULL, NULL}};

// Coordinate descent gives the same weights whatever the number of threads, unlike the
// parallel updates that are XGBoost's default.
static const struct pair linear[] = {{"booster", "gblinear"},
                                     {"objective", "binary:logistic"},
                                     {"updater", "coord_descent"},
                                     {"feature_selector", "cyclic"},
                                     {"eta", "0.5"},
                                     {"lambda", "0.0001"},
                                     {NULL, NULL}};

// What users may set; the rest would change what a score is, or which rounds count.
static const char *const allowed[] = {"alpha",
                                      "colsample_bylevel",
                                      "colsample_bynode",
                                      "colsample_bytree",
                                      "eta",
                                      "gamma",
                                      "grow_policy",
                                      "lambda",
                                      "learning_rate",
                                      "max_delta_step",
                                      "max_depth",
                                      "max_leaves",
                                      "min_child_weight",
                                      "num_parallel_tree",
                                      "reg_alpha",
                                      "reg_lambda",
                                      "scale_pos_weight",
                                      "subsample",
                                      "top_k",
                                      "tree_method"};

void sf_parameters_default(int kind, struct sf_parameters *parameters) {
  static const struct pair *const defaults[] = {
      [SF_MODEL_TREES] = trees, [SF_MODEL_FOREST] = forest, [SF_MODEL_LINEAR] = linear};
  parameters->count = 0;
  for (const struct pair *pair = defaults[kind]; pair->name; pair++) {
    sf_parameters_set(parameters, pair->name, pair->value);
  }
  sf_parameters_set(parameters, "verbosity", "0");
}

void sf_parameters_set(struct sf_parameters *parameters, const char *name, const char *value) {
  int at = 0;
  while (at < parameters->count && strcmp(parameters->name[at], name) != 0) {
    at++;
  }
  if (at == SF_PARAMETERS_MAX) {
    return;  // more than the table above and all that is allowed
  }
  parameters->count += at == parameters->count;
  snprintf(parameters->name[at], SF_PARAMETER_SIZE, "%s", name);
  snprintf(parameters->value[at], SF_PARAMETER_SIZE, "%s", value);
}

void sf_parameters_threads(struct sf_parameters *parameters, int kind, uint32_t threads) {
  char number[16];
  snprintf(number, sizeof number, "%u", kind == SF_MODEL_LINEAR ? 1 : threads);
  sf_parameters_set(parameters, "nthread", number);
}

enum sf_status sf_parameters_check(const char *name, struct sf_error *error) {
  const char *nearest = NULL;
  size_t least = strlen(name) / 2 + 1;
  for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
    if (strcmp(allowed[i], name) == 0) {
      return SF_OK;
    }
    const size_t distance = sf_name_distance(name, allowed[i]);
    if (distance < least) {
      least = distance;
      nearest = allowed[i];
    }
  }
  if (!nearest) {
    return sf_fail(error, SF_CONFIG, "there is no parameter \"%.40s\"", name);
  }
  return sf_fail(error, SF_CONFIG, "there is no parameter \"%.40s\", did you mean \"%s\"?", name,
                 nearest);
}

enum sf_status sf_parameters_read(struct sf_parameters *parameters, const char *text,
                                  struct sf_error *error) {
  char items[SF_PATH_SIZE];
  snprintf(items, sizeof items, "%s", text);
  struct sf_parameters given = {.count = 0};
  char *rest = items[0] == '\0' ? NULL : items, *item;
  while ((item = strsep(&rest, ",")) != NULL) {
    char *value = strchr(item, '=');
    if (!value || value[1] == '\0' || strlen(value) > SF_PARAMETER_SIZE) {
      return sf_fail(error, SF_CONFIG, "params: \"%.64s\" is not NAME=VALUE", item);
    }
    *value = '\0';
    SF_TRY(sf_parameters_check(item, error));
    const int before = given.count;
    sf_parameters_set(&given, item, "");
    if (given.count == before) {
      return sf_fail(error, SF_CONFIG, "params: %s is given twice", item);
    }
    sf_parameters_set(parameters, item, value + 1);
  }
  return SF_OK;
}

void sf_parameters_list(const struct sf_parameters *parameters,
                        const char *list[SF_PARAMETERS_MAX + 1][2]) {
  for (int i = 0; i < parameters->count; i++) {
    list[i][0] = parameters->name[i];
    list[i][1] = parameters->value[i];
  }
  list[parameters->count][0] = list[parameters->count][1] = NULL;
}

json_t *sf_parameters_json(const struct sf_parameters *parameters) {
  json_t *json = json_object();
  for (int i = 0; i < parameters->count; i++) {
    json_object_set_new(json, parameters->name[i], json_string(parameters->value[i]));
  }
  return json;
}

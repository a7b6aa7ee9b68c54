// synfin train: models of one kind or of all, early stopping on the validation part.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output_folder.h"
#include "jobs/command.h"
#include "jobs/learn/material.h"
#include "jobs/learn/metadata.h"
#include "jobs/learn/model.h"
#include "jobs/learn/training.h"

struct work {
  const struct sf_options *options;
  struct sf_dataset dataset;
  struct sf_fitted fitted;
  struct sf_material material;
  struct sf_output_folder folder;
  bool made_registry;
  json_t *metadata;
};

struct gains {
  json_t *json;
  const double *gain;
};

static void put_gain(void *context, uint32_t column, const char *name) {
  struct gains *gains = context;
  json_object_set_new(gains->json, name, json_real(gains->gain[column]));
}

// Gain of each column, as {name: gain}.
static enum sf_status gain_json(struct sf_booster *booster, const struct sf_recipe *recipe,
                                json_t **json, struct sf_error *error) {
  double *gain = calloc(recipe->width, sizeof *gain);
  if (!gain) {
    return sf_fail(error, SF_MEMORY, "out of memory for the gains");
  }
  const enum sf_status status = sf_booster_gain(booster, recipe->width, gain, error);
  if (status == SF_OK) {
    struct gains gains = {json_object(), gain};
    sf_recipe_columns(recipe, put_gain, &gains);
    *json = gains.json;
  }
  free(gain);
  return status;
}

static enum sf_status store(struct work *work, int kind, int repeat, struct sf_booster *booster,
                            const struct sf_trained *trained, json_t *list,
                            struct sf_error *error) {
  char file[64], path[4096];
  json_t *gain = NULL;
  sf_model_file(kind, repeat, file);
  sf_output_folder_file(&work->folder, file, path);
  SF_TRY(sf_booster_save(booster, path, error));
  SF_TRY(gain_json(booster, &work->material.recipe, &gain, error));
  json_array_append_new(
      list, json_pack("{s:s, s:I, s:i, s:f, s:o}", "file", file, "seed",
                      (json_int_t)work->options->learn.seed + repeat, "rounds", trained->rounds,
                      "validation_average_precision", trained->average_precision, "gain", gain));
  if (!work->options->quiet) {
    printf("%s: %d rounds, average precision %.4f on the validation part\n", file, trained->rounds,
           trained->average_precision);
    fflush(stdout);
  }
  return SF_OK;
}

// Trains the repeats of one kind; adds them to the metadata.
static enum sf_status train_member(struct work *work, int kind, struct sf_error *error) {
  const struct sf_learn_options *learn = &work->options->learn;
  struct sf_parameters parameters;
  char number[24];
  sf_parameters_default(kind, &parameters);
  SF_TRY(sf_parameters_read(&parameters, learn->parameters, error));
  sf_parameters_threads(&parameters, kind, learn->threads);
  json_t *repeats = json_array();
  enum sf_status status = SF_OK;
  for (int r = 0; r < (int)learn->repeats && status == SF_OK; r++) {
    struct sf_booster *booster = NULL;
    struct sf_trained trained;
    snprintf(number, sizeof number, "%llu", (unsigned long long)learn->seed + (unsigned)r);
    sf_parameters_set(&parameters, "seed", number);
    status =
        sf_material_train(&work->material, &parameters, kind == SF_MODEL_FOREST ? 1 : learn->rounds,
                          learn->patience, &booster, &trained, error);
    if (status == SF_OK) {
      status = store(work, kind, r, booster, &trained, repeats, error);
    }
    sf_booster_free(booster);
  }
  json_array_append_new(json_object_get(work->metadata, "members"),
                        json_pack("{s:s, s:o, s:o, s:o}", "kind", sf_model_kind_name(kind),
                                  "parameters", sf_parameters_json(&parameters), "inputs",
                                  sf_recipe_json(&work->material.recipe), "repeats", repeats));
  return status;
}

static enum sf_status train_members(struct work *work, struct sf_error *error) {
  int kind[SF_MEMBERS_MAX];
  const struct sf_learn_options *learn = &work->options->learn;
  const int kinds = sf_model_kinds(learn->model, kind);
  for (int k = 0; k < kinds; k++) {
    if (k == 0 || !sf_material_shared(kind[k], kind[k - 1])) {
      sf_material_free(&work->material);
      SF_TRY(sf_material_make(&work->dataset, &work->fitted, learn, kind[k], learn->threads,
                              &work->material, error));
    }
    SF_TRY(train_member(work, kind[k], error));
  }
  return SF_OK;
}

static enum sf_status begin_metadata(struct work *work, const char *name, struct sf_error *error) {
  char model[SF_PATH_SIZE];
  work->metadata = sf_metadata_begin(&work->dataset, &work->options->learn, &work->fitted, error);
  if (!work->metadata) {
    return error->status;
  }
  sf_options_value(work->options, SF_OPTION_LEARN_MODEL, model);
  json_object_set_new(work->metadata, "name", json_string(name));
  json_object_set_new(work->metadata, "model", json_string(model));
  json_object_set_new(work->metadata, "xgboost", json_string(sf_booster_version()));
  json_object_set_new(work->metadata, "repeats", json_integer(work->options->learn.repeats));
  json_object_set_new(work->metadata, "members", json_array());
  return SF_OK;
}

// Refuses a name that would not be one folder of the registry.
static enum sf_status model_name(const struct sf_options *options, char name[SF_PATH_SIZE],
                                 struct sf_error *error) {
  sf_options_value(options, SF_OPTION_LEARN_MODEL, name);
  if (options->learn.name[0] != '\0') {
    snprintf(name, SF_PATH_SIZE, "%.*s", SF_PATH_SIZE - 1, options->learn.name);
  }
  if (strchr(name, '/') || name[0] == '.' || strlen(name) > 200) {
    return sf_fail(error, SF_USAGE, "name: \"%.64s\" cannot be the name of a model", name);
  }
  return SF_OK;
}

// The last parts of a path are made; its parents must be there.
static enum sf_status open_folder(struct work *work, const char *name, struct sf_error *error) {
  char path[4096];
  const char *registry = work->options->learn.registry;
  work->made_registry = mkdir(registry, 0777) == 0;  // what prevents it shows at the next step
  snprintf(path, sizeof path, "%.2000s/%.200s", registry, name);
  return sf_output_folder_create(&work->folder, path, work->options->force, error);
}

static enum sf_status train(struct work *work, const char *path, struct sf_error *error) {
  const struct sf_options *options = work->options;
  const struct sf_view view = sf_view_of(&options->learn);
  struct sf_parameters parameters = {0};
  char name[SF_PATH_SIZE];
  SF_TRY(sf_booster_available(error));
  SF_TRY(model_name(options, name, error));
  SF_TRY(sf_parameters_read(&parameters, options->learn.parameters, error));
  SF_TRY(sf_dataset_open(&work->dataset, path, &view, options->learn.inputs, error));
  SF_TRY(sf_inputs_choose(&work->dataset.inputs, options->learn.columns, error));
  SF_TRY(open_folder(work, name, error));
  SF_TRY(sf_fitted_make(&work->dataset, &work->fitted, error));
  SF_TRY(begin_metadata(work, name, error));
  SF_TRY(train_members(work, error));
  SF_TRY(sf_metadata_write(&work->folder, work->metadata, error));
  SF_TRY(sf_output_folder_commit(&work->folder, error));
  if (!options->quiet) {
    printf("%s: model of %d inputs\n", work->folder.path, work->dataset.inputs.count);
  }
  return SF_OK;
}

static enum sf_status train_one(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_TRAIN, argc, argv, &options, &operands, error));
  struct work *work = calloc(1, sizeof *work);
  if (!work) {
    return sf_fail(error, SF_MEMORY, "out of memory to train");
  }
  work->options = &options;
  const enum sf_status status = train(work, operands.text[0], error);
  sf_output_folder_discard(&work->folder);
  if (status != SF_OK && work->made_registry) {
    rmdir(options.learn.registry);
  }
  json_decref(work->metadata);
  sf_material_free(&work->material);
  sf_fitted_free(&work->fitted);
  sf_dataset_close(&work->dataset);
  free(work);
  return status;
}

enum sf_status sf_job_train(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  SF_TRY(sf_one_rank(SF_COMMAND_TRAIN, comm, error));
  return train_one(argc, argv, error);
}

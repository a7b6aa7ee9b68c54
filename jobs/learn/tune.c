// synfin tune: a search for parameters, its trials dealt to the ranks.
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/reserve.h"
#include "jobs/command.h"
#include "jobs/learn/material.h"
#include "jobs/learn/metadata.h"
#include "jobs/learn/search.h"
#include "jobs/learn/training.h"
#include "mpi/agree.h"

#define TRIALS_MAX 100000

struct work {
  const struct sf_options *options;
  uint32_t threads;  // of this rank
  struct sf_search_space space;
  int64_t trials;
  struct sf_dataset dataset;
  struct sf_fitted fitted;
  struct sf_material material;
  double *precision;  // shape [trials], -1 where another rank tries
  int *rounds;
};

// The processors that a rank may use alone: those that it is bound to, or its share of
// the node's.
static uint32_t own_threads(MPI_Comm comm, uint32_t asked) {
  MPI_Comm node;
  int ranks;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_size(node, &ranks);
  MPI_Comm_free(&node);
  cpu_set_t set;
  const int online = (int)sysconf(_SC_NPROCESSORS_ONLN);
  const int mine = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : online;
  const int share = mine < online ? mine : online / ranks;
  return asked > 0 ? asked : share > 1 ? (uint32_t)share : 1;
}

static enum sf_status plan_trials(struct work *work, struct sf_error *error) {
  const struct sf_learn_options *learn = &work->options->learn;
  struct sf_parameters parameters = {0};
  if (learn->model == SF_MODEL_ENSEMBLE) {
    return sf_fail(error, SF_USAGE, "tune: an ensemble is tuned member by member");
  }
  SF_TRY(sf_parameters_read(&parameters, learn->parameters, error));
  SF_TRY(sf_search_read(learn->space, learn->search, &work->space, error));
  const bool is_grid = learn->search == SF_SEARCH_GRID;
  work->trials = is_grid ? sf_search_points(&work->space) : (int64_t)learn->trials;
  if (work->trials > TRIALS_MAX) {
    return sf_fail(error, SF_CONFIG, "space: more than %d combinations; try --search random",
                   TRIALS_MAX);
  }
  work->precision = malloc((size_t)work->trials * sizeof *work->precision);
  work->rounds = malloc((size_t)work->trials * sizeof *work->rounds);
  if (!work->precision || !work->rounds) {
    return sf_fail(error, SF_MEMORY, "out of memory for the trials");
  }
  for (int64_t t = 0; t < work->trials; t++) {
    work->precision[t] = -1;
    work->rounds[t] = -1;
  }
  return SF_OK;
}

static enum sf_status open_material(struct work *work, const char *path, struct sf_error *error) {
  const struct sf_learn_options *learn = &work->options->learn;
  const struct sf_view view = sf_view_of(learn);
  SF_TRY(sf_dataset_open(&work->dataset, path, &view, learn->inputs, error));
  SF_TRY(sf_inputs_choose(&work->dataset.inputs, learn->columns, error));
  SF_TRY(sf_fitted_make(&work->dataset, &work->fitted, error));
  return sf_material_make(&work->dataset, &work->fitted, learn, learn->model, work->threads,
                          &work->material, error);
}

// The parameters of a trial, all but the number of threads.
static void trial_parameters(const struct work *work, int64_t trial,
                             struct sf_parameters *parameters) {
  const struct sf_learn_options *learn = &work->options->learn;
  char number[24];
  sf_parameters_default(learn->model, parameters);
  sf_parameters_read(parameters, learn->parameters, NULL);
  sf_search_trial(&work->space, learn->search, learn->seed, trial, parameters);
  snprintf(number, sizeof number, "%llu", (unsigned long long)learn->seed);
  sf_parameters_set(parameters, "seed", number);
}

static enum sf_status try_one(struct work *work, int64_t trial, struct sf_error *error) {
  const struct sf_learn_options *learn = &work->options->learn;
  struct sf_parameters parameters;
  struct sf_booster *booster = NULL;
  struct sf_trained trained;
  trial_parameters(work, trial, &parameters);
  sf_parameters_threads(&parameters, learn->model, work->threads);
  SF_TRY(sf_material_train(&work->material, &parameters,
                           learn->model == SF_MODEL_FOREST ? 1 : learn->rounds, learn->patience,
                           &booster, &trained, error));
  sf_booster_free(booster);
  work->precision[trial] = trained.average_precision;
  work->rounds[trial] = trained.rounds;
  return SF_OK;
}

static enum sf_status try_mine(struct work *work, MPI_Comm comm, struct sf_error *error) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  for (int64_t trial = rank; trial < work->trials; trial += size) {
    SF_TRY(try_one(work, trial, error));
  }
  return SF_OK;
}

// The values of the axes, "max_depth=4,eta=0.1", as --params takes them.
static void trial_text(const struct work *work, int64_t trial, char text[SF_PATH_SIZE]) {
  struct sf_parameters parameters = {0};
  size_t used = 0;
  sf_search_trial(&work->space, work->options->learn.search, work->options->learn.seed, trial,
                  &parameters);
  text[0] = '\0';
  for (int i = parameters.count - 1; i >= 0; i--) {
    used += (size_t)snprintf(text + used, SF_PATH_SIZE - used, "%s=%s%s", parameters.name[i],
                             parameters.value[i], i > 0 ? "," : "");
    used = used < SF_PATH_SIZE ? used : SF_PATH_SIZE - 1;
  }
}

static json_t *result_json(const struct work *work, int64_t best) {
  json_t *trials = json_array();
  char text[SF_PATH_SIZE];
  for (int64_t t = 0; t < work->trials; t++) {
    trial_text(work, t, text);
    json_array_append_new(trials,
                          json_pack("{s:s, s:i, s:f}", "params", text, "rounds", work->rounds[t],
                                    "validation_average_precision", work->precision[t]));
  }
  trial_text(work, best, text);
  return json_pack("{s:s, s:s, s:o}", "program", "synfin " SYNFIN_VERSION, "best", text, "trials",
                   trials);
}

static enum sf_status report(const struct work *work, struct sf_error *error) {
  int64_t best = 0;
  char text[SF_PATH_SIZE];
  for (int64_t t = 0; t < work->trials; t++) {
    best = work->precision[t] > work->precision[best] ? t : best;
    if (!work->options->quiet) {
      trial_text(work, t, text);
      printf("%.4f  %5d rounds  %s\n", work->precision[t], work->rounds[t], text);
    }
  }
  trial_text(work, best, text);
  if (!work->options->quiet) {
    printf("best: --params %s\n", text);
  }
  if (work->options->output[0] == '\0') {
    return SF_OK;
  }
  json_t *json = result_json(work, best);
  const enum sf_status status =
      sf_json_write(work->options->output, json, work->options->force, error);
  json_decref(json);
  return status;
}

// Collective over `comm`; every rank has read the same line.
static enum sf_status tune(struct work *work, const char *path, MPI_Comm comm,
                           struct sf_error *error) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  work->threads = own_threads(comm, work->options->learn.threads);
  SF_TRY(sf_share_status(comm, 0, plan_trials(work, error), error));
  if (work->options->output[0] != '\0') {
    const char *output = work->options->output;
    enum sf_status checked = SF_OK;
    if (rank == 0) {
      checked = sf_output_check(output, work->options->force, error);
      checked = checked == SF_OK ? sf_output_apart(output, path, error) : checked;
    }
    SF_TRY(sf_share_status(comm, 0, checked, error));
  }
  SF_TRY(sf_agree(comm, open_material(work, path, error), error));
  SF_TRY(sf_agree(comm, try_mine(work, comm, error), error));
  const int count = (int)work->trials;
  MPI_Allreduce(MPI_IN_PLACE, work->precision, count, MPI_DOUBLE, MPI_MAX, comm);
  MPI_Allreduce(MPI_IN_PLACE, work->rounds, count, MPI_INT, MPI_MAX, comm);
  return sf_share_status(comm, 0, rank == 0 ? report(work, error) : SF_OK, error);
}

enum sf_status sf_job_tune(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_booster_available(error));
  // All ranks have the same line, and would all say the same.
  SF_TRY(sf_share_status(
      comm, 0, sf_options_load(SF_COMMAND_TUNE, argc, argv, &options, &operands, error), error));
  struct work work = {.options = &options};
  const enum sf_status status = tune(&work, operands.text[0], comm, error);
  free(work.precision);
  free(work.rounds);
  sf_material_free(&work.material);
  sf_fitted_free(&work.fitted);
  sf_dataset_close(&work.dataset);
  return status;
}

// synfin predict: a score for every transaction, as an array for NumPy.
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/npy.h"
#include "io/reserve.h"
#include "jobs/command.h"
#include "jobs/learn/model.h"
#include "jobs/learn/training.h"

struct work {
  struct sf_model model;
  struct sf_dataset dataset;
  struct sf_npy array;
};

static enum sf_status write_scores(struct work *work, struct sf_error *error) {
  float score[SF_EXAMPLES_MAX];
  const struct sf_examples *examples = &work->dataset.examples;
  for (int64_t at = 0; at < work->dataset.rows; at += SF_EXAMPLES_MAX) {
    SF_TRY(sf_dataset_read(&work->dataset, at, SF_PARTS_ALL | 1u << SF_SPLIT_GAP, true, error));
    SF_TRY(sf_model_score(&work->model, 0, examples, score, error));
    SF_TRY(sf_npy_write(&work->array, at, examples->count, score, error));
  }
  return SF_OK;
}

static enum sf_status write_file(struct work *work, const char *path, struct sf_error *error) {
  char partial[SF_PATH_SIZE + 16];
  snprintf(partial, sizeof partial, "%s.partial", path);
  SF_TRY(sf_npy_create(partial, SF_TYPE_F32, work->dataset.rows, 0, &work->array, error));
  enum sf_status status = write_scores(work, error);
  const enum sf_status closed = sf_npy_close(&work->array, error);
  status = status != SF_OK ? status : closed;
  if (status == SF_OK) {
    status = sf_file_rename(partial, path, error);
  }
  if (status != SF_OK) {
    unlink(partial);
  }
  return status;
}

static enum sf_status predict(struct work *work, const struct sf_options *options,
                              const struct sf_operands *operands, struct sf_error *error) {
  const struct sf_learn_options *learn = &options->learn;
  SF_TRY(sf_output_check(options->output, options->force, error));
  SF_TRY(sf_output_apart(options->output, operands->text[0], error));
  SF_TRY(sf_model_load(learn->registry, operands->text[1], learn->threads, &work->model, error));
  SF_TRY(sf_model_dataset(&work->model, operands->text[0], &work->dataset, error));
  SF_TRY(write_file(work, options->output, error));
  if (!options->quiet) {
    printf("%s: scores of %" PRId64 " transactions\n", options->output, work->dataset.rows);
  }
  return SF_OK;
}

static enum sf_status predict_one(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_PREDICT, argc, argv, &options, &operands, error));
  struct work *work = calloc(1, sizeof *work);
  if (!work) {
    return sf_fail(error, SF_MEMORY, "out of memory to predict");
  }
  const enum sf_status status = predict(work, &options, &operands, error);
  sf_dataset_close(&work->dataset);
  sf_model_free(&work->model);
  free(work);
  return status;
}

enum sf_status sf_job_predict(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  SF_TRY(sf_one_rank(SF_COMMAND_PREDICT, comm, error));
  return predict_one(argc, argv, error);
}

// synfin prepare: parts, labels and encoded inputs of a corpus, as arrays.
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/options.h"
#include "io/output_folder.h"
#include "jobs/command.h"
#include "jobs/learn/metadata.h"
#include "jobs/learn/prepared.h"
#include "jobs/learn/quality.h"
#include "jobs/learn/recipe.h"
#include "jobs/learn/training.h"
#include "kernels/learn/sampling.h"
#include "mpi/agree.h"

// A part on its way to the files.
struct rows_out {
  struct sf_prepared *prepared;
  int part;
  int64_t used;
  float *matrix;  // shape [SF_EXAMPLES_MAX, width]
  uint8_t y[SF_EXAMPLES_MAX], truth[SF_EXAMPLES_MAX];
  uint64_t id[SF_EXAMPLES_MAX];
};

static enum sf_status flush(struct rows_out *out, struct sf_error *error) {
  const void *const data[SF_PREPARED_ARRAYS] = {[SF_PREPARED_X] = out->matrix,
                                                [SF_PREPARED_Y] = out->y,
                                                [SF_PREPARED_TRUTH] = out->truth,
                                                [SF_PREPARED_ID] = out->id};
  const int64_t count = out->used;
  out->used = 0;
  return sf_prepared_append(out->prepared, out->part, count, data, error);
}

// Appends row r of the examples, whose row of the matrix is `from`, so many times.
static enum sf_status put_row(struct rows_out *out, const struct sf_examples *examples, int64_t r,
                              const float *from, int64_t times, struct sf_error *error) {
  const uint32_t width = out->prepared->width;
  for (int64_t copy = 0; copy < times; copy++) {
    if (out->used == SF_EXAMPLES_MAX) {
      SF_TRY(flush(out, error));
    }
    memcpy(out->matrix + (size_t)out->used * width, from, width * sizeof *from);
    out->y[out->used] = examples->fraud[r];
    out->truth[out->used] = examples->truth[r];
    out->id[out->used++] = (uint64_t)examples->row[r] + 1;
  }
  return SF_OK;
}

static enum sf_status write_part(struct sf_dataset *dataset, const struct sf_recipe *recipe,
                                 struct sf_sampling sampling, struct rows_out *out, float *matrix,
                                 struct sf_error *error) {
  const struct sf_examples *examples = &dataset->examples;
  for (int64_t at = 0; at < dataset->rows; at += SF_EXAMPLES_MAX) {
    SF_TRY(sf_dataset_read(dataset, at, 1u << out->part, true, error));
    sf_recipe_apply(recipe, examples, matrix);
    for (int64_t r = 0; r < examples->count; r++) {
      const int64_t times =
          out->part == SF_SPLIT_TRAIN ? sf_sampling_times(&sampling, examples->fraud[r]) : 1;
      SF_TRY(put_row(out, examples, r, matrix + (size_t)r * recipe->width, times, error));
    }
  }
  return flush(out, error);
}

static enum sf_status write_parts(struct sf_dataset *dataset, const struct sf_recipe *recipe,
                                  const struct sf_sampling *sampling, struct sf_prepared *prepared,
                                  struct sf_error *error) {
  struct rows_out *out = malloc(sizeof *out);
  float *matrix = malloc(2 * (size_t)SF_EXAMPLES_MAX * recipe->width * sizeof *matrix);
  enum sf_status status =
      out && matrix ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the matrix");
  for (int part = 0; part < SF_SPLIT_GAP && status == SF_OK; part++) {
    out->prepared = prepared;
    out->part = part;
    out->used = 0;
    out->matrix = matrix + (size_t)SF_EXAMPLES_MAX * recipe->width;
    status = write_part(dataset, recipe, *sampling, out, matrix, error);
  }
  free(matrix);
  free(out);
  return status;
}

static void put_column(void *context, uint32_t column, const char *name) {
  (void)column;
  json_array_append_new(context, json_string(name));
}

static enum sf_status describe(const struct sf_dataset *dataset, const struct sf_options *options,
                               const struct sf_recipe *recipe, const struct sf_fitted *fitted,
                               const int64_t rows[], json_t *quality, json_t **json,
                               struct sf_error *error) {
  json_t *columns = json_array();
  sf_recipe_columns(recipe, put_column, columns);
  *json = sf_metadata_begin(dataset, &options->learn, fitted, error);
  if (!*json) {
    json_decref(columns);
    return error->status;
  }
  json_object_set_new(*json, "written_rows", sf_parts_json(rows));
  json_object_set_new(*json, "columns", columns);
  json_object_set_new(*json, "inputs", sf_recipe_json(recipe));
  json_object_set(*json, "quality", quality);
  return SF_OK;
}

static void print_parts(const struct sf_fitted *fitted, const int64_t rows[]) {
  printf("%-12s%12s%12s%12s%12s\n", "part", "rows", "fraud", "known", "written");
  for (int part = 0; part < SF_SPLIT_GAP; part++) {
    char name[SF_MEMBER_NAME_SIZE];
    sf_domain(SF_DOMAIN_SPLIT)->member((uint32_t)part, name);
    printf("%-12s%12" PRId64 "%12" PRId64 "%12" PRId64 "%12" PRId64 "\n", name, fitted->rows[part],
           fitted->fraud[part], fitted->known[part], rows[part]);
  }
}

// All that is made on the way; released in one place.
struct work {
  struct sf_dataset dataset;
  struct sf_fitted fitted;
  struct sf_recipe recipe;
  struct sf_output_folder folder;
  struct sf_prepared prepared;
  json_t *quality, *metadata;
};

static enum sf_status write_folder(struct work *work, const struct sf_options *options,
                                   struct sf_error *error) {
  struct sf_sampling sampling = sf_sampling_of(&work->fitted, &options->learn, SF_ALL_HONEST);
  int64_t rows[SF_SPLIT_COUNT];
  memcpy(rows, work->fitted.rows, sizeof rows);
  rows[SF_SPLIT_TRAIN] = sampling.balance.honest + sampling.balance.fraud;
  enum sf_status status = sf_prepared_create(&work->prepared, &work->folder, options->learn.format,
                                             rows, &work->recipe, error);
  if (status == SF_OK) {
    status = write_parts(&work->dataset, &work->recipe, &sampling, &work->prepared, error);
  }
  const enum sf_status closed = sf_prepared_close(&work->prepared, error);
  SF_TRY(status != SF_OK ? status : closed);
  SF_TRY(describe(&work->dataset, options, &work->recipe, &work->fitted, rows, work->quality,
                  &work->metadata, error));
  SF_TRY(sf_metadata_write(&work->folder, work->metadata, error));
  SF_TRY(sf_output_folder_commit(&work->folder, error));
  if (!options->quiet) {
    print_parts(&work->fitted, rows);
    printf("%s: %" PRIu32 " columns of %d inputs\n", options->output, work->recipe.width,
           work->recipe.inputs.count);
  }
  return SF_OK;
}

static enum sf_status prepare(struct work *work, const char *path, const struct sf_options *options,
                              struct sf_error *error) {
  const struct sf_learn_options *learn = &options->learn;
  const struct sf_view view = sf_view_of(learn);
  SF_TRY(sf_dataset_open(&work->dataset, path, &view, learn->inputs, error));
  SF_TRY(sf_inputs_choose(&work->dataset.inputs, learn->columns, error));
  SF_TRY(sf_output_folder_create(&work->folder, options->output, options->force, error));
  SF_TRY(sf_fitted_make(&work->dataset, &work->fitted, error));
  SF_TRY(sf_quality_check(&work->dataset, &work->fitted, &work->quality, error));
  if (!options->quiet) {
    sf_quality_print(work->quality, stdout);
  }
  SF_TRY(sf_recipe_make(&work->dataset.inputs, work->fitted.fit, (enum sf_encoding)learn->encoding,
                        (enum sf_scaling)learn->scaling, &work->recipe, error));
  return write_folder(work, options, error);
}

static enum sf_status prepare_one(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_PREPARE, argc, argv, &options, &operands, error));
  struct work *work = calloc(1, sizeof *work);
  if (!work) {
    return sf_fail(error, SF_MEMORY, "out of memory to prepare");
  }
  const enum sf_status status = prepare(work, operands.text[0], &options, error);
  sf_output_folder_discard(&work->folder);
  json_decref(work->quality);
  json_decref(work->metadata);
  sf_recipe_free(&work->recipe);
  sf_fitted_free(&work->fitted);
  sf_dataset_close(&work->dataset);
  free(work);
  return status;
}

enum sf_status sf_job_prepare(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  SF_TRY(sf_one_rank(SF_COMMAND_PREPARE, comm, error));
  return prepare_one(argc, argv, error);
}

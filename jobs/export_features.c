#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/corpus_reader.h"
#include "io/feature_values.h"
#include "io/npy.h"
#include "io/reserve.h"
#include "io/text_output.h"
#include "io/text_value.h"
#include "jobs/export.h"

#define BATCH_ROWS 4096
#define ROW_KEY "transaction_id"

// What stands beside a value in a row: a name of JSON, quotes, a colon, a comma.
#define BESIDE_VALUE (SF_FEATURE_NAME_SIZE + 8)

struct job {
  const struct sf_options *options;
  struct sf_feature_values *values;
  int64_t rows;
  uint32_t count, columns;                  // chosen, of the corpus
  uint32_t column[SF_FEATURE_COLUMNS_MAX];  // chosen, in the order asked for
  float *read, *chosen;                     // shapes [BATCH_ROWS, columns], [BATCH_ROWS, count]
};

static const char *name_of(const struct job *job, uint32_t k) {
  return sf_feature_values_name(job->values, job->column[k]);
}

// 1. The choice.

static enum sf_status fail_unknown(const struct job *job, const char *name,
                                   struct sf_error *error) {
  const char *nearest = NULL;
  size_t least = strlen(name) / 2 + 1;
  for (uint32_t c = 0; c < job->columns; c++) {
    const char *known = sf_feature_values_name(job->values, c);
    const size_t distance = sf_name_distance(name, known);
    nearest = distance < least ? known : nearest;
    least = distance < least ? distance : least;
  }
  return nearest ? sf_fail(error, SF_USAGE,
                           "columns: the corpus has no feature \"%.64s\", did you mean \"%s\"?",
                           name, nearest)
                 : sf_fail(error, SF_USAGE, "columns: the corpus has no feature \"%.64s\"", name);
}

static enum sf_status choose(struct job *job, const char *name, struct sf_error *error) {
  uint32_t c = 0;
  while (c < job->columns && strcmp(sf_feature_values_name(job->values, c), name) != 0) {
    c++;
  }
  if (c == job->columns) {
    return fail_unknown(job, name, error);
  }
  for (uint32_t k = 0; k < job->count; k++) {
    if (job->column[k] == c) {
      return sf_fail(error, SF_USAGE, "columns: \"%s\" is named twice", name);
    }
  }
  job->column[job->count++] = c;
  return SF_OK;
}

// Reads "a,b,c"; nothing means all.
static enum sf_status choose_columns(struct job *job, const char *list, struct sf_error *error) {
  job->columns = sf_feature_values_columns(job->values);
  for (uint32_t c = 0; list[0] == '\0' && c < job->columns; c++) {
    job->column[job->count++] = c;
  }
  char names[SF_PATH_SIZE];
  snprintf(names, sizeof names, "%s", list);
  char *rest = names[0] ? names : NULL, *name;
  while ((name = strsep(&rest, ",")) != NULL) {
    SF_TRY(choose(job, name, error));
  }
  return SF_OK;
}

// 2. Rows.

// Reads rows first .. first+count-1 into job->chosen.
static enum sf_status read_rows(struct job *job, int64_t first, int64_t count,
                                struct sf_error *error) {
  SF_TRY(sf_feature_values_read(job->values, first, count, job->read, error));
  for (int64_t r = 0; r < count; r++) {
    for (uint32_t k = 0; k < job->count; k++) {
      job->chosen[r * job->count + k] = job->read[r * job->columns + job->column[k]];
    }
  }
  return SF_OK;
}

static char *put_text(char *at, const char *text) {
  const size_t length = strlen(text);
  memcpy(at, text, length);
  return at + length;
}

// "name": behind a comma or a brace.
static char *put_key(char *at, char before, const char *name) {
  *at++ = before;
  *at++ = '"';
  at = put_text(at, name);
  return put_text(at, "\":");
}

static char *put_row(const struct job *job, char *at, const struct sf_text_column *real,
                     int64_t row, const float *value) {
  const bool is_json = job->options->export_format == SF_EXPORT_JSONL;
  at = is_json ? put_key(at, '{', ROW_KEY) : at;
  at = sf_put_unsigned(at, (uint64_t)row + 1);
  for (uint32_t k = 0; k < job->count; k++) {
    if (is_json) {
      at = put_key(at, ',', name_of(job, k));
    } else {
      *at++ = ',';
    }
    if (!sf_text_is_missing(real, value, k)) {
      at = sf_put_element(at, real, value, k);
    } else if (is_json) {
      at = put_text(at, "null");
    }
  }
  return put_text(at, is_json ? "}\n" : "\n");
}

static enum sf_status write_text_rows(struct job *job, struct sf_text_output *output,
                                      struct sf_error *error) {
  const struct sf_column column = {.name = "feature",
                                   .unit = "",
                                   .range = "",
                                   .missing = "",
                                   .description = "",
                                   .elements = 1,
                                   .type = SF_TYPE_F32,
                                   .domain = SF_DOMAIN_NONE};
  const struct sf_name_tables no_names = {0};
  const size_t row_bytes = (job->count + 1) * (size_t)(BESIDE_VALUE + SF_ELEMENT_TEXT_MAX);
  struct sf_text_column real;
  sf_text_column_init(&real, &column, &no_names);
  if (job->options->export_format == SF_EXPORT_CSV) {
    SF_TRY(sf_text_output_room(output, row_bytes, error));
    char *at = put_text(output->buffer + output->used, ROW_KEY);
    for (uint32_t k = 0; k < job->count; k++) {
      *at++ = ',';
      at = put_text(at, name_of(job, k));
    }
    *at++ = '\n';
    output->used = (size_t)(at - output->buffer);
  }
  for (int64_t first = 0; first < job->rows; first += BATCH_ROWS) {
    const int64_t count = job->rows - first < BATCH_ROWS ? job->rows - first : BATCH_ROWS;
    SF_TRY(read_rows(job, first, count, error));
    for (int64_t r = 0; r < count; r++) {
      SF_TRY(sf_text_output_room(output, row_bytes, error));
      const char *end = put_row(job, output->buffer + output->used, &real, first + r,
                                job->chosen + r * job->count);
      output->used = (size_t)(end - output->buffer);
    }
  }
  return SF_OK;
}

static enum sf_status write_text(struct job *job, int64_t *bytes, struct sf_error *error) {
  struct sf_text_output output;
  SF_TRY(sf_text_output_create(&output, job->options->output, job->options->force, error));
  enum sf_status status = write_text_rows(job, &output, error);
  if (status == SF_OK) {
    status = sf_text_output_commit(&output, error);
  }
  *bytes = output.written;
  sf_text_output_free(&output);
  return status;
}

static enum sf_status write_array_rows(struct job *job, struct sf_npy *array,
                                       struct sf_error *error) {
  for (int64_t first = 0; first < job->rows; first += BATCH_ROWS) {
    const int64_t count = job->rows - first < BATCH_ROWS ? job->rows - first : BATCH_ROWS;
    SF_TRY(read_rows(job, first, count, error));
    SF_TRY(sf_npy_write(array, first, count, job->chosen, error));
  }
  return SF_OK;
}

static enum sf_status write_array(struct job *job, int64_t *bytes, struct sf_error *error) {
  const char *path = job->options->output;
  char partial[SF_PATH_SIZE + 16];
  struct sf_npy array;
  SF_TRY(sf_output_check(path, job->options->force, error));
  snprintf(partial, sizeof partial, "%s.partial", path);
  SF_TRY(sf_npy_create(partial, SF_TYPE_F32, job->rows, job->count, &array, error));
  enum sf_status status = write_array_rows(job, &array, error);
  *bytes = array.data_at + job->rows * (int64_t)array.row_bytes;
  const enum sf_status closed = sf_npy_close(&array, status == SF_OK ? error : NULL);
  status = status == SF_OK ? closed : status;
  if (status == SF_OK) {
    status = sf_file_rename(partial, path, error);
  }
  if (status != SF_OK) {
    unlink(partial);
  }
  return status;
}

// 3. The whole.

static enum sf_status export_chosen(struct job *job, struct sf_error *error) {
  SF_TRY(choose_columns(job, job->options->columns, error));
  job->read = malloc((size_t)BATCH_ROWS * job->columns * sizeof *job->read);
  job->chosen = malloc((size_t)BATCH_ROWS * job->count * sizeof *job->chosen);
  if (!job->read || !job->chosen) {
    return sf_fail(error, SF_MEMORY, "out of memory for features");
  }
  int64_t bytes = 0;
  SF_TRY(job->options->export_format == SF_EXPORT_NPY ? write_array(job, &bytes, error)
                                                      : write_text(job, &bytes, error));
  if (!job->options->quiet) {
    printf("%s: %" PRId64 " rows of features, %" PRId64 " bytes\n", job->options->output, job->rows,
           bytes);
  }
  return SF_OK;
}

enum sf_status sf_export_features(const char *path, const struct sf_options *options,
                                  struct sf_error *error) {
  struct job job = {.options = options};
  struct sf_corpus *corpus = NULL;
  SF_TRY(sf_corpus_open(path, &corpus, error));
  job.rows = sf_corpus_info(corpus)->rows[SF_TABLE_TRANSACTIONS];
  sf_corpus_close(corpus);
  enum sf_status status = sf_feature_values_open(path, job.rows, &job.values, error);
  if (status == SF_OK) {
    status = export_chosen(&job, error);
  }
  sf_feature_values_close(job.values);
  free(job.read);
  free(job.chosen);
  return status;
}

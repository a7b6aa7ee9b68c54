#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/corpus_reader.h"
#include "io/corpus_settings.h"
#include "io/options.h"
#include "io/text_value.h"
#include "jobs/command.h"
#include "jobs/diff_features.h"
#include "mpi/agree.h"

// Compares two corpora by the digests that they hold; rows are read only of
// columns whose digests differ, and only as far as the first that do.

#define ROWS_SHOWN 10     // of a column
#define BATCH_ROWS 65536  // read at one go
#define SIDES 2

struct comparison {
  const char *path[SIDES];
  struct sf_settings settings[SIDES];
  struct sf_corpus *corpus[SIDES];
  struct sf_name_tables names;
  union sf_batch batch[SIDES];  // of the table in work
  void *memory[SIDES];
  bool quiet;
  int different_settings, different_tables, different_columns;
};

// 1. Settings: the attributes of the root group, but for the digest.

// The digest, and how the rows are divided over files, are no settings of the data.
static bool is_of_data(const char *name) {
  return strcmp(name, SF_ATTR_DIGEST) != 0 && strcmp(name, SF_ATTR_SHARDS) != 0 &&
         strcmp(name, SF_ATTR_SHARD_FOLDER) != 0;
}

static void show_setting(struct comparison *comparison, const char *name, const char *a,
                         const char *b) {
  if (!is_of_data(name) || (a && b && strcmp(a, b) == 0)) {
    return;
  }
  comparison->different_settings++;
  if (!comparison->quiet) {
    printf("setting %s: %s | %s\n", name, a ? a : "(none)", b ? b : "(none)");
  }
}

static void compare_settings(struct comparison *comparison) {
  const struct sf_settings *a = &comparison->settings[0], *b = &comparison->settings[1];
  for (int i = 0; i < a->count; i++) {
    const char *name = a->setting[i].name;
    show_setting(comparison, name, a->setting[i].text, sf_setting_find(b, name));
  }
  for (int i = 0; i < b->count; i++) {
    const char *name = b->setting[i].name;
    if (!sf_setting_find(a, name)) {
      show_setting(comparison, name, NULL, b->setting[i].text);
    }
  }
}

// 2. Rows of a column.

// The first element in which two different rows differ.
static uint32_t first_element(const struct sf_column *column, const char *a, const char *b) {
  const size_t size = sf_type_size(column->type);
  uint32_t k = 0;
  while (k + 1 < column->elements && memcmp(a + k * size, b + k * size, size) == 0) {
    k++;
  }
  return k;
}

static void show_row(const struct comparison *comparison, enum sf_table_id t,
                     const struct sf_column *column, int64_t first, int64_t row) {
  struct sf_text_column text;
  sf_text_column_init(&text, column, &comparison->names);
  const char *data[SIDES];
  for (int s = 0; s < SIDES; s++) {
    data[s] = sf_batch_column(&comparison->batch[s], column);
  }
  const size_t offset = (size_t)row * sf_column_row_bytes(column);
  const uint32_t k = first_element(column, data[0] + offset, data[1] + offset);
  printf("  /%s/%s row %lld", sf_tables[t].name, column->name, (long long)(first + row));
  if (column->elements > 1) {
    printf(" element %u", k);
  }
  for (int s = 0; s < SIDES; s++) {
    char value[SF_ELEMENT_TEXT_MAX];
    const char *end = sf_put_element(value, &text, data[s], row * column->elements + k);
    printf("%s %.*s", s == 0 ? ":" : " |", (int)(end - value), value);
  }
  putchar('\n');
}

// Reads the rows that both have, until enough of them are shown.
static enum sf_status compare_rows(struct comparison *comparison, enum sf_table_id t, uint32_t c,
                                   int64_t rows, struct sf_error *error) {
  const struct sf_column *column = &sf_tables[t].column[c];
  const size_t bytes = sf_column_row_bytes(column);
  int shown = 0;
  for (int64_t first = 0; first < rows && shown < ROWS_SHOWN; first += BATCH_ROWS) {
    const int64_t count = rows - first < BATCH_ROWS ? rows - first : BATCH_ROWS;
    for (int s = 0; s < SIDES; s++) {
      SF_TRY(sf_corpus_read(comparison->corpus[s], t, UINT64_C(1) << c, first, count,
                            &comparison->batch[s], error));
    }
    const char *a = sf_batch_column(&comparison->batch[0], column);
    const char *b = sf_batch_column(&comparison->batch[1], column);
    for (int64_t row = 0; row < count && shown < ROWS_SHOWN; row++) {
      if (memcmp(a + (size_t)row * bytes, b + (size_t)row * bytes, bytes) != 0) {
        show_row(comparison, t, column, first, row);
        shown++;
      }
    }
  }
  if (shown == 0 && rows > 0) {
    printf("  /%s/%s: the first %lld rows are the same\n", sf_tables[t].name, column->name,
           (long long)rows);
  }
  return SF_OK;
}

// 3. Tables.

static enum sf_status compare_column(struct comparison *comparison, enum sf_table_id t, uint32_t c,
                                     int64_t common, struct sf_error *error) {
  struct sf_digest digest[SIDES];
  for (int s = 0; s < SIDES; s++) {
    SF_TRY(sf_corpus_digest(comparison->corpus[s], t, c, &digest[s], error));
  }
  if (sf_digest_equal(digest[0], digest[1])) {
    return SF_OK;
  }
  comparison->different_columns++;
  if (comparison->quiet) {
    return SF_OK;
  }
  char text[SIDES][SF_DIGEST_TEXT_SIZE];
  for (int s = 0; s < SIDES; s++) {
    sf_digest_text(digest[s], text[s]);
  }
  printf("column /%s/%s: digest %s | %s\n", sf_tables[t].name, sf_tables[t].column[c].name, text[0],
         text[1]);
  return compare_rows(comparison, t, c, common, error);
}

static enum sf_status compare_columns(struct comparison *comparison, enum sf_table_id t,
                                      struct sf_error *error) {
  int64_t rows[SIDES];
  for (int s = 0; s < SIDES; s++) {
    rows[s] = sf_corpus_info(comparison->corpus[s])->rows[t];
  }
  if (rows[0] != rows[1]) {
    comparison->different_tables++;
    if (!comparison->quiet) {
      printf("rows /%s: %lld | %lld\n", sf_tables[t].name, (long long)rows[0], (long long)rows[1]);
    }
  }
  for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
    SF_TRY(compare_column(comparison, t, c, rows[0] < rows[1] ? rows[0] : rows[1], error));
  }
  return SF_OK;
}

static enum sf_status compare_table(struct comparison *comparison, enum sf_table_id t,
                                    struct sf_error *error) {
  enum sf_status status = SF_OK;
  for (int s = 0; s < SIDES && status == SF_OK; s++) {
    status = sf_batch_create(t, BATCH_ROWS, &comparison->batch[s], &comparison->memory[s], error);
  }
  if (status == SF_OK) {
    status = compare_columns(comparison, t, error);
  }
  for (int s = 0; s < SIDES; s++) {
    free(comparison->memory[s]);
    comparison->memory[s] = NULL;
  }
  return status;
}

// 4. The whole.

static enum sf_status report(struct comparison *comparison, struct sf_error *error) {
  compare_settings(comparison);
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    SF_TRY(compare_table(comparison, t, error));
  }
  int64_t rows[SIDES];
  for (int s = 0; s < SIDES; s++) {
    rows[s] = sf_corpus_info(comparison->corpus[s])->rows[SF_TABLE_TRANSACTIONS];
  }
  SF_TRY(sf_diff_features(comparison->path, rows, comparison->quiet, &comparison->different_columns,
                          error));
  const char *kept = comparison->different_columns > 0
                         ? ""
                         : ": those of their columns are the same, one file was changed";
  return sf_fail(error, SF_MISMATCH,
                 "%s and %s differ: %d settings, rows of %d tables, %d columns%s",
                 comparison->path[0], comparison->path[1], comparison->different_settings,
                 comparison->different_tables, comparison->different_columns, kept);
}

static enum sf_status compare(struct comparison *comparison, struct sf_error *error) {
  struct sf_digest digest[SIDES];
  SF_TRY(sf_name_tables_create(&comparison->names, error));
  for (int s = 0; s < SIDES; s++) {
    SF_TRY(sf_corpus_open(comparison->path[s], &comparison->corpus[s], error));
    SF_TRY(sf_settings_read(comparison->path[s], &comparison->settings[s], error));
    SF_TRY(sf_corpus_root_digest(comparison->corpus[s], &digest[s], error));
  }
  if (!sf_digest_equal(digest[0], digest[1])) {
    return report(comparison, error);
  }
  if (!comparison->quiet) {
    char text[SF_DIGEST_TEXT_SIZE];
    sf_digest_text(digest[0], text);
    printf("%s and %s are the same: digest %s\n", comparison->path[0], comparison->path[1], text);
  }
  return SF_OK;
}

static enum sf_status diff(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_DIFF, argc, argv, &options, &operands, error));
  struct comparison *comparison = calloc(1, sizeof *comparison);
  if (!comparison) {
    return sf_fail(error, SF_MEMORY, "out of memory for a comparison");
  }
  comparison->quiet = options.quiet != 0;
  for (int s = 0; s < SIDES; s++) {
    comparison->path[s] = operands.text[s];
  }
  const enum sf_status status = compare(comparison, error);
  for (int s = 0; s < SIDES; s++) {
    sf_corpus_close(comparison->corpus[s]);
  }
  sf_name_tables_free(&comparison->names);
  free(comparison);
  return status;
}

enum sf_status sf_job_diff(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  const enum sf_status status = rank == 0 ? diff(argc, argv, error) : SF_OK;
  return sf_share_status(comm, 0, status, error);
}

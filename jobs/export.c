#include "jobs/export.h"

#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_reader.h"
#include "io/options.h"
#include "io/reserve.h"
#include "io/text_output.h"
#include "io/text_rows.h"
#include "jobs/command.h"
#include "mpi/agree.h"

#define BATCH_ROWS 8192  // a few MB: formatting finds them in the cache

// Columns to write, in the order asked for.
struct choice {
  int count;
  uint32_t index[SF_COLUMNS_MAX];
  uint64_t set;  // the same, bit c for column c
};

static enum sf_status choose(struct choice *choice, enum sf_table_id table, const char *name,
                             struct sf_error *error) {
  const uint32_t index = sf_column_index(table, name);
  if (index == sf_tables[table].columns) {
    return sf_fail(error, SF_USAGE, "columns: /%s has no column \"%s\"", sf_tables[table].name,
                   name);
  }
  if (choice->set >> index & 1) {
    return sf_fail(error, SF_USAGE, "columns: \"%s\" is named twice", name);
  }
  choice->set |= UINT64_C(1) << index;
  choice->index[choice->count++] = index;
  return SF_OK;
}

// Reads "a,b,c"; nothing means all columns of the table.
static enum sf_status choose_columns(struct choice *choice, enum sf_table_id table,
                                     const char *list, struct sf_error *error) {
  *choice = (struct choice){.count = 0};
  if (list[0] == 0) {
    for (uint32_t c = 0; c < sf_tables[table].columns; c++) {
      SF_TRY(choose(choice, table, sf_tables[table].column[c].name, error));
    }
    return SF_OK;
  }
  char names[SF_PATH_SIZE];
  snprintf(names, sizeof names, "%s", list);
  char *rest = names, *name;
  while ((name = strsep(&rest, ",")) != NULL) {
    SF_TRY(choose(choice, table, name, error));
  }
  return SF_OK;
}

// What sf_corpus_read must read: the columns chosen and, since it names evidence, the
// typology of episodes.
static uint64_t columns_to_read(const struct choice *choice, enum sf_table_id table) {
  if (table != SF_TABLE_EPISODES) {
    return choice->set;
  }
  return choice->set | UINT64_C(1) << sf_column_index(table, "fraud_type");
}

static enum sf_status write_table(const struct sf_corpus *corpus, enum sf_table_id table,
                                  const struct choice *choice, const struct sf_row_format *format,
                                  struct sf_text_output *output, struct sf_error *error) {
  union sf_batch batch;
  void *memory;
  const int64_t first = sf_corpus_info(corpus)->first[table];
  const int64_t rows = sf_corpus_info(corpus)->rows[table];
  const uint64_t columns = columns_to_read(choice, table);
  SF_TRY(sf_batch_create(table, BATCH_ROWS, &batch, &memory, error));
  enum sf_status status = sf_write_heading(format, output, error);
  for (int64_t at = 0; at < rows && status == SF_OK; at += BATCH_ROWS) {
    const int64_t count = rows - at < BATCH_ROWS ? rows - at : BATCH_ROWS;
    status = sf_corpus_read(corpus, table, columns, first + at, count, &batch, error);
    if (status == SF_OK) {
      status = sf_write_rows(format, &batch, count, output, error);
    }
  }
  free(memory);
  return status;
}

static enum sf_status export_corpus(const struct sf_corpus *corpus,
                                    const struct sf_options *options, const struct choice *choice,
                                    const struct sf_name_tables *names, struct sf_error *error) {
  const enum sf_table_id table = (enum sf_table_id)options->table;
  struct sf_row_format format;
  sf_row_format_init(&format, options->export_format == SF_EXPORT_CSV ? SF_ROWS_CSV : SF_ROWS_JSONL,
                     table, choice->index, choice->count, names);
  struct sf_text_output output;
  SF_TRY(sf_text_output_create(&output, options->output, options->force, error));
  enum sf_status status = write_table(corpus, table, choice, &format, &output, error);
  if (status == SF_OK) {
    status = sf_text_output_commit(&output, error);
  }
  if (status == SF_OK && !options->quiet) {
    printf("%s: %" PRId64 " rows of %s, %" PRId64 " bytes\n", options->output,
           sf_corpus_info(corpus)->rows[table], sf_tables[table].name, output.written);
  }
  sf_text_output_free(&output);
  return status;
}

static enum sf_status export_one(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  struct choice choice;
  SF_TRY(sf_options_load(SF_COMMAND_EXPORT, argc, argv, &options, &operands, error));
  if (options.table == SF_EXPORT_FEATURES) {
    return sf_export_features(operands.text[0], &options, error);
  }
  if (options.export_format == SF_EXPORT_NPY) {
    return sf_fail(error, SF_USAGE, "format: npy is for --table features only");
  }
  SF_TRY(choose_columns(&choice, (enum sf_table_id)options.table, options.columns, error));
  SF_TRY(sf_output_apart(options.output, operands.text[0], error));
  struct sf_name_tables names;
  struct sf_corpus *corpus = NULL;
  SF_TRY(sf_name_tables_create(&names, error));
  enum sf_status status = sf_corpus_open_part(operands.text[0], &corpus, error);
  if (status == SF_OK) {
    status = export_corpus(corpus, &options, &choice, &names, error);
  }
  sf_corpus_close(corpus);
  sf_name_tables_free(&names);
  return status;
}

enum sf_status sf_job_export(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  // One file in one order: one rank writes it.
  const enum sf_status status = rank == 0 ? export_one(argc, argv, error) : SF_OK;
  return sf_share_status(comm, 0, status, error);
}

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/text_table.h"
#include "jobs/inspect.h"

#define LINE_WIDTH 120
#define BATCH_ROWS 4096

// Longest text of a column's value in one row: all elements and separators.
#define VALUE_TEXT_MAX 512

// All elements of a row, separated by commas; "-" stands for a missing value.
static void value_text(const struct sf_text_column *text, const void *data, int64_t row,
                       char value[VALUE_TEXT_MAX]) {
  const uint32_t elements = text->column->elements;
  char *at = value;
  for (uint32_t e = 0; e < elements; e++) {
    const int64_t element = row * (int64_t)elements + (int64_t)e;
    if (e > 0 && sf_text_is_missing(text, data, element)) {
      continue;
    }
    if (e > 0) {
      *at++ = ',';
    }
    if (sf_text_is_missing(text, data, element)) {
      *at++ = '-';
    } else {
      at = sf_put_element(at, text, data, element);
    }
  }
  *at = 0;
}

// Appends one row of `batch`, those columns that are in the list.
static enum sf_status add_row(struct sf_text_table *table, const struct sf_text_column *column,
                              int count, const void *batch, int64_t row, struct sf_error *error) {
  for (int c = 0; c < count; c++) {
    char value[VALUE_TEXT_MAX];
    value_text(&column[c], sf_batch_column(batch, column[c].column), row, value);
    SF_TRY(sf_text_table_add(table, value, error));
  }
  return SF_OK;
}

static enum sf_status add_names(struct sf_text_table *table, const struct sf_text_column *column,
                                int count, struct sf_error *error) {
  for (int c = 0; c < count; c++) {
    SF_TRY(sf_text_table_add(table, column[c].column->name, error));
  }
  return SF_OK;
}

// Appends rows first .. first+rows-1 of a table of the corpus.
static enum sf_status add_rows(struct sf_text_table *text, const struct sf_corpus *corpus,
                               enum sf_table_id table, const struct sf_text_column *column,
                               int count, int64_t first, int64_t rows, struct sf_error *error) {
  uint64_t columns = 0;
  for (int c = 0; c < count; c++) {
    columns |= UINT64_C(1) << (column[c].column - sf_tables[table].column);
  }
  union sf_batch batch;
  void *memory;
  SF_TRY(sf_batch_create(table, BATCH_ROWS, &batch, &memory, error));
  enum sf_status status = add_names(text, column, count, error);
  for (int64_t at = 0; at < rows && status == SF_OK; at += BATCH_ROWS) {
    const int64_t n = rows - at < BATCH_ROWS ? rows - at : BATCH_ROWS;
    status = sf_corpus_read(corpus, table, columns, first + at, n, &batch, error);
    for (int64_t row = 0; row < n && status == SF_OK; row++) {
      status = add_row(text, column, count, &batch, row, error);
    }
  }
  free(memory);
  return status;
}

enum sf_status sf_inspect_head(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                               enum sf_table_id table, int64_t rows, struct sf_error *error) {
  struct sf_text_column column[SF_COLUMNS_MAX];
  const int count = (int)sf_tables[table].columns;
  for (int c = 0; c < count; c++) {
    sf_text_column_init(&column[c], &sf_tables[table].column[c], names);
  }
  const int64_t there = sf_corpus_info(corpus)->rows[table];
  struct sf_text_table text;
  sf_text_table_init(&text, count);
  enum sf_status status =
      add_rows(&text, corpus, table, column, count, 0, rows < there ? rows : there, error);
  if (status == SF_OK) {
    sf_text_table_print(&text, LINE_WIDTH, stdout);
  }
  sf_text_table_free(&text);
  return status;
}

static enum sf_status print_profile(const struct sf_corpus *corpus,
                                    const struct sf_name_tables *names, uint32_t customer_id,
                                    struct sf_error *error) {
  struct sf_customers customer;
  void *memory;
  SF_TRY(sf_batch_create(SF_TABLE_CUSTOMERS, 1, &customer, &memory, error));
  enum sf_status status = sf_corpus_read(corpus, SF_TABLE_CUSTOMERS, SF_COLUMNS_ALL,
                                         (int64_t)customer_id - 1, 1, &customer, error);
  for (uint32_t c = 0; c < sf_tables[SF_TABLE_CUSTOMERS].columns && status == SF_OK; c++) {
    const struct sf_column *column = &sf_tables[SF_TABLE_CUSTOMERS].column[c];
    struct sf_text_column text;
    char value[VALUE_TEXT_MAX];
    sf_text_column_init(&text, column, names);
    value_text(&text, sf_batch_column(&customer, column), 0, value);
    const bool has_unit = column->unit[0] && value[0] != '-';
    printf("%-26s %s%s%s\n", column->name, value, has_unit ? " " : "",
           has_unit ? column->unit : "");
  }
  free(memory);
  return status;
}

// What tells a customer's story; the other columns are for `head`.
static const char *const story[] = {
    "timestamp",    "transaction_type", "direction", "amount", "status",        "balance_after",
    "payment_mode", "channel",          "category",  "city",   "merchant_name",
};
#define STORY_COLUMNS ((int)(sizeof story / sizeof story[0]))
#define STORY_WIDTH 240

enum sf_status sf_inspect_customer(const struct sf_corpus *corpus,
                                   const struct sf_name_tables *names, uint32_t customer_id,
                                   struct sf_error *error) {
  struct sf_text_column column[STORY_COLUMNS];
  for (int c = 0; c < STORY_COLUMNS; c++) {
    const uint32_t index = sf_column_index(SF_TABLE_TRANSACTIONS, story[c]);
    sf_text_column_init(&column[c], &sf_tables[SF_TABLE_TRANSACTIONS].column[index], names);
  }
  int64_t first, end;
  SF_TRY(sf_corpus_first_row(corpus, customer_id, &first, error));
  SF_TRY(sf_corpus_first_row(corpus, customer_id + 1, &end, error));
  SF_TRY(print_profile(corpus, names, customer_id, error));
  struct sf_text_table text;
  sf_text_table_init(&text, STORY_COLUMNS);
  enum sf_status status = add_rows(&text, corpus, SF_TABLE_TRANSACTIONS, column, STORY_COLUMNS,
                                   first, end - first, error);
  if (status == SF_OK) {
    printf("\n%" PRId64 " transactions\n", end - first);
    sf_text_table_print(&text, STORY_WIDTH, stdout);
  }
  sf_text_table_free(&text);
  return status;
}

#include "jobs/inspect_rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/text_table.h"
#include "jobs/inspect.h"

#define HEAD_WIDTH 120
#define BATCH_ROWS 4096

// All elements of a row, separated by commas; "-" stands for a missing value.
static void value_text(const struct sf_text_column *text, const void *data, int64_t row,
                       char value[SF_SHOWN_TEXT_MAX]) {
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

void sf_shown_init(struct sf_shown *shown, enum sf_table_id table, const char *name,
                   const struct sf_name_tables *names) {
  shown->table = table;
  sf_text_column_init(&shown->text, &sf_tables[table].column[sf_column_index(table, name)], names);
}

void sf_show_record(enum sf_table_id table, const void *batch, int64_t row,
                    const struct sf_name_tables *names) {
  for (uint32_t c = 0; c < sf_tables[table].columns; c++) {
    const struct sf_column *column = &sf_tables[table].column[c];
    struct sf_text_column text;
    char value[SF_SHOWN_TEXT_MAX];
    if (column->type == SF_TYPE_F32 && column->domain != SF_DOMAIN_NONE) {
      continue;
    }
    sf_text_column_init(&text, column, names);
    value_text(&text, sf_batch_column(batch, column), row, value);
    // A time in local form says its own unit.
    const bool has_unit = column->unit[0] && value[0] != '-' && !sf_text_is_word(&text);
    printf("%-*s %s%s%s\n", SF_RECORD_NAME_WIDTH, column->name, value, has_unit ? " " : "",
           has_unit ? column->unit : "");
  }
}

// A batch of each table that the columns are of.
struct view {
  const struct sf_shown *shown;
  int count;
  uint64_t episode_id;
  uint64_t columns[SF_TABLE_COUNT];  // as sf_corpus_read takes them; 0: no batch
  union sf_batch batch[SF_TABLE_COUNT];
  void *memory[SF_TABLE_COUNT];
};

static void free_view(struct view *view) {
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    free(view->memory[t]);
  }
}

static enum sf_status create_view(struct view *view, const struct sf_shown *shown, int count,
                                  uint64_t episode_id, struct sf_error *error) {
  *view = (struct view){.shown = shown, .count = count, .episode_id = episode_id};
  for (int c = 0; c < count; c++) {
    const enum sf_table_id table = shown[c].table;
    view->columns[table] |= UINT64_C(1) << (shown[c].text.column - sf_tables[table].column);
  }
  if (episode_id) {
    view->columns[SF_TABLE_LABELS] |= UINT64_C(1) << sf_column_index(SF_TABLE_LABELS, "episode_id");
  }
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    if (view->columns[t]) {
      SF_TRY(sf_batch_create(t, BATCH_ROWS, &view->batch[t], &view->memory[t], error));
    }
  }
  return SF_OK;
}

static enum sf_status read_view(struct view *view, const struct sf_corpus *corpus, int64_t first,
                                int64_t rows, struct sf_error *error) {
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    if (view->columns[t]) {
      SF_TRY(sf_corpus_read(corpus, t, view->columns[t], first, rows, &view->batch[t], error));
    }
  }
  return SF_OK;
}

static enum sf_status add_row(struct sf_text_table *table, const struct view *view, int64_t row,
                              struct sf_error *error) {
  const struct sf_labels *labels = &view->batch[SF_TABLE_LABELS].labels;
  if (view->episode_id && labels->episode_id[row] != view->episode_id) {
    return SF_OK;
  }
  for (int c = 0; c < view->count; c++) {
    const struct sf_shown *shown = &view->shown[c];
    char value[SF_SHOWN_TEXT_MAX];
    value_text(&shown->text, sf_batch_column(&view->batch[shown->table], shown->text.column), row,
               value);
    SF_TRY(sf_text_table_add(table, value, error));
  }
  return SF_OK;
}

static enum sf_status add_rows(struct sf_text_table *table, struct view *view,
                               const struct sf_corpus *corpus, const struct sf_shown_rows *rows,
                               struct sf_error *error) {
  for (int c = 0; c < view->count; c++) {
    SF_TRY(sf_text_table_add(table, view->shown[c].text.column->name, error));
  }
  for (int64_t at = 0; at < rows->rows; at += BATCH_ROWS) {
    const int64_t n = rows->rows - at < BATCH_ROWS ? rows->rows - at : BATCH_ROWS;
    SF_TRY(read_view(view, corpus, rows->first + at, n, error));
    for (int64_t row = 0; row < n; row++) {
      SF_TRY(add_row(table, view, row, error));
    }
  }
  return SF_OK;
}

enum sf_status sf_show_rows(const struct sf_corpus *corpus, const struct sf_shown *shown, int count,
                            const struct sf_shown_rows *rows, int width, struct sf_error *error) {
  struct view view;
  struct sf_text_table table;
  sf_text_table_init(&table, count);
  enum sf_status status = create_view(&view, shown, count, rows->episode_id, error);
  if (status == SF_OK) {
    status = add_rows(&table, &view, corpus, rows, error);
  }
  if (status == SF_OK) {
    sf_text_table_print(&table, width, stdout);
  }
  sf_text_table_free(&table);
  free_view(&view);
  return status;
}

enum sf_status sf_inspect_head(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                               enum sf_table_id table, int64_t rows, struct sf_error *error) {
  struct sf_shown shown[SF_COLUMNS_MAX];
  const int count = (int)sf_tables[table].columns;
  for (int c = 0; c < count; c++) {
    sf_shown_init(&shown[c], table, sf_tables[table].column[c].name, names);
  }
  const int64_t there = sf_corpus_info(corpus)->rows[table];
  const struct sf_shown_rows range = {0, rows < there ? rows : there, 0};
  return sf_show_rows(corpus, shown, count, &range, HEAD_WIDTH, error);
}

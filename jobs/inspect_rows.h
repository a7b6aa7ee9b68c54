#ifndef SF_JOBS_INSPECT_ROWS_H
#define SF_JOBS_INSPECT_ROWS_H

#include "io/corpus_reader.h"
#include "io/text_value.h"
#include "kernels/status.h"

// Rows of a corpus as aligned text, for the views of `synfin inspect`.

// Longest text of a column's value in one row: all elements and separators.
#define SF_SHOWN_TEXT_MAX 512

// A column to print. Columns of /transactions and of /labels may stand in one list,
// since their rows belong together.
struct sf_shown {
  enum sf_table_id table;
  struct sf_text_column text;
};

// Looks up a column of the schema; `name` must be one of the table's.
void sf_shown_init(struct sf_shown *shown, enum sf_table_id table, const char *name,
                   const struct sf_name_tables *names);

// Rows to print: first .. first+rows-1 of the tables of the columns, and of these,
// if `episode_id` is not 0, only those whose label names the episode.
struct sf_shown_rows {
  int64_t first, rows;
  uint64_t episode_id;
};

// Prints a heading and the rows, in blocks of at most `width` characters.
enum sf_status sf_show_rows(const struct sf_corpus *corpus, const struct sf_shown *shown, int count,
                            const struct sf_shown_rows *rows, int width, struct sf_error *error);

// Prints row `row` of a batch of `table`, one line a column: name, value, unit.
// Columns of reals that are named by a dictionary are left out.
void sf_show_record(enum sf_table_id table, const void *batch, int64_t row,
                    const struct sf_name_tables *names);

// Columns of that name are padded to this in records.
#define SF_RECORD_NAME_WIDTH 26

#endif

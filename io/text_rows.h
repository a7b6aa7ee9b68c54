#ifndef SF_IO_TEXT_ROWS_H
#define SF_IO_TEXT_ROWS_H

#include "io/text_output.h"
#include "io/text_value.h"

// Rows as comma-separated values or as JSON Lines; values as text_value.h says.
//
// CSV (RFC 4180, but lines end in LF alone): a heading with the names of the
// columns; a field in quotes only where it must be; missing values are empty
// fields; a column of several elements is one field, members joined by '|',
// missing ones left out.
//
// Evidence of episodes: elements keep their places, missing ones are empty between
// the bars; which element is what depends on the row's typology.
//
// JSON Lines: an object per line, keys in the order of the columns; numbers and
// booleans bare, all else in quotes; missing values null; a column of several
// elements is an array without its missing members. 64-bit ids are bare
// numbers: readers that take all numbers for doubles lose their last digits.
// Evidence of episodes is an object: keys as /dictionaries/evidence names them for
// the row's typology, missing elements left out.

enum sf_row_kind { SF_ROWS_CSV, SF_ROWS_JSONL };

struct sf_row_format {
  enum sf_row_kind kind;
  int columns;
  struct sf_text_column column[SF_COLUMNS_MAX];
  size_t row_bytes_max;
  const struct sf_column *typology;  // what names evidence: fraud_type; null if none
  // What stands before a value in JSON: ,"name": and { before the first.
  char prefix[SF_COLUMNS_MAX][64];
  size_t prefix_length[SF_COLUMNS_MAX];
};

// The columns of `table` with the places index[0 .. count-1]. `names` must live
// as long as the format. For evidence as JSON, batches must hold fraud_type also if
// it is not among them.
void sf_row_format_init(struct sf_row_format *format, enum sf_row_kind kind, enum sf_table_id table,
                        const uint32_t *index, int count, const struct sf_name_tables *names);

// Writes the heading (CSV) or nothing (JSON Lines). Errors: SF_SPACE, SF_FILE.
enum sf_status sf_write_heading(const struct sf_row_format *format, struct sf_text_output *output,
                                struct sf_error *error);

// Writes rows 0 .. batch rows-1 of a batch (the table's struct). Errors:
// SF_SPACE, SF_FILE.
enum sf_status sf_write_rows(const struct sf_row_format *format, const void *batch, int64_t rows,
                             struct sf_text_output *output, struct sf_error *error);

#endif

#ifndef SF_IO_TEXT_TABLE_H
#define SF_IO_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "kernels/status.h"

// A table of text in memory, printed with aligned columns. Cells are added in
// row order; the first row is the heading.
struct sf_text_table {
  int columns;
  size_t cells, cells_max;
  size_t *offset;  // shape [cells], into `text`
  char *text;
  size_t length, length_max;
};

#define SF_TEXT_TABLE_COLUMNS_MAX 128

// An empty table of 1 to SF_TEXT_TABLE_COLUMNS_MAX columns; it owns no memory yet.
void sf_text_table_init(struct sf_text_table *table, int columns);
void sf_text_table_free(struct sf_text_table *table);

// Appends a cell; `text` is copied. Errors: SF_MEMORY.
enum sf_status sf_text_table_add(struct sf_text_table *table, const char *text,
                                 struct sf_error *error);

// The same with a format, at most 255 characters.
__attribute__((format(printf, 3, 4))) enum sf_status sf_text_table_format(
    struct sf_text_table *table, struct sf_error *error, const char *format, ...);

// Prints the rows, numbers to the right and words to the left. Columns that do
// not fit into `width` characters go into further blocks below, each with the
// first column repeated.
void sf_text_table_print(const struct sf_text_table *table, int width, FILE *stream);

#endif

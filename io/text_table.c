#include "io/text_table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2  // spaces between columns

void sf_text_table_init(struct sf_text_table *table, int columns) {
  *table = (struct sf_text_table){.columns = columns};
}

void sf_text_table_free(struct sf_text_table *table) {
  free(table->offset);
  free(table->text);
  *table = (struct sf_text_table){0};
}

static bool grow(void **memory, size_t *capacity, size_t needed, size_t size) {
  if (needed <= *capacity) {
    return true;
  }
  size_t larger = *capacity ? *capacity : 1024;
  while (larger < needed) {
    larger *= 2;
  }
  void *moved = realloc(*memory, larger * size);
  if (moved) {
    *memory = moved;
    *capacity = larger;
  }
  return moved != NULL;
}

enum sf_status sf_text_table_add(struct sf_text_table *table, const char *text,
                                 struct sf_error *error) {
  const size_t length = strlen(text) + 1;
  void *offset = table->offset, *content = table->text;
  const bool fits = grow(&offset, &table->cells_max, table->cells + 1, sizeof *table->offset) &&
                    grow(&content, &table->length_max, table->length + length, 1);
  table->offset = offset;
  table->text = content;
  if (!fits) {
    return sf_fail(error, SF_MEMORY, "out of memory for a table of text");
  }
  table->offset[table->cells++] = table->length;
  memcpy(table->text + table->length, text, length);
  table->length += length;
  return SF_OK;
}

enum sf_status sf_text_table_format(struct sf_text_table *table, struct sf_error *error,
                                    const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return sf_text_table_add(table, text, error);
}

static const char *cell(const struct sf_text_table *table, size_t row, int column) {
  return table->text + table->offset[row * (size_t)table->columns + (size_t)column];
}

static size_t row_count(const struct sf_text_table *table) {
  return table->cells / (size_t)table->columns;
}

// What printing needs to know of a column.
struct shape {
  int width;
  bool numeric;  // nothing but numbers and empty cells below the heading
};

static struct shape measure(const struct sf_text_table *table, int column) {
  struct shape shape = {.width = (int)strlen(cell(table, 0, column)), .numeric = true};
  for (size_t row = 1; row < row_count(table); row++) {
    const char *text = cell(table, row, column);
    const int length = (int)strlen(text);
    shape.width = length > shape.width ? length : shape.width;
    shape.numeric = shape.numeric && !text[strspn(text, "0123456789.,+-%")];
  }
  return shape;
}

static void print_cell(const char *text, struct shape shape, bool is_last, FILE *stream) {
  if (shape.numeric) {
    fprintf(stream, "%*s", shape.width, text);
  } else {
    fprintf(stream, "%-*s", is_last ? 0 : shape.width, text);
  }
  fprintf(stream, "%s", is_last ? "\n" : "  ");
}

// Columns 0 and first .. end-1.
static void print_block(const struct sf_text_table *table, const struct shape *shape, int first,
                        int end, FILE *stream) {
  for (size_t row = 0; row < row_count(table); row++) {
    print_cell(cell(table, row, 0), shape[0], end <= 1, stream);
    for (int c = first; c < end; c++) {
      print_cell(cell(table, row, c), shape[c], c == end - 1, stream);
    }
  }
}

void sf_text_table_print(const struct sf_text_table *table, int width, FILE *stream) {
  struct shape shape[SF_TEXT_TABLE_COLUMNS_MAX] = {measure(table, 0)};
  for (int c = 1; c < table->columns; c++) {
    shape[c] = measure(table, c);
  }
  int first = 1;
  do {
    int used = shape[0].width, end = first;
    while (end < table->columns && (end == first || used + GAP + shape[end].width <= width)) {
      used += GAP + shape[end].width;
      end++;
    }
    print_block(table, shape, first, end, stream);
    first = end;
    if (first < table->columns) {
      fputc('\n', stream);
    }
  } while (first < table->columns);
}

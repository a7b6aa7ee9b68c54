#include "io/text_rows.h"

#include <stdio.h>
#include <string.h>

// A character of a name becomes at most \u00xx; beside it separators and quotes.
#define ELEMENT_BYTES_MAX (6 * SF_ELEMENT_TEXT_MAX + 4)

// Reals whose elements a dictionary names by the typology of the row.
static bool is_evidence(const struct sf_column *column) {
  return column->type == SF_TYPE_F32 && column->domain == SF_DOMAIN_EVIDENCE;
}

void sf_row_format_init(struct sf_row_format *format, enum sf_row_kind kind, enum sf_table_id table,
                        const uint32_t *index, int count, const struct sf_name_tables *names) {
  *format = (struct sf_row_format){.kind = kind, .columns = count, .row_bytes_max = 8};
  for (uint32_t c = 0; c < sf_tables[table].columns; c++) {
    const struct sf_column *column = &sf_tables[table].column[c];
    format->typology = strcmp(column->name, "fraud_type") == 0 ? column : format->typology;
  }
  for (int i = 0; i < count; i++) {
    const struct sf_column *column = &sf_tables[table].column[index[i]];
    sf_text_column_init(&format->column[i], column, names);
    snprintf(format->prefix[i], sizeof format->prefix[i], "%c\"%s\":", i ? ',' : '{', column->name);
    format->prefix_length[i] = strlen(format->prefix[i]);
    format->row_bytes_max += sizeof format->prefix[i] + (size_t)column->elements *
                                                            (is_evidence(column) ? 2 : 1) *
                                                            ELEMENT_BYTES_MAX;
  }
}

// Copies a value with every quote doubled, in quotes.
static char *put_csv_quoted(char *at, const char *text, size_t length) {
  *at++ = '"';
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') {
      *at++ = '"';
    }
    *at++ = text[i];
  }
  *at++ = '"';
  return at;
}

// Copies a value with what JSON does not allow in strings escaped (RFC 8259).
static char *put_json_escaped(char *at, const char *text, size_t length) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < length; i++) {
    const unsigned char c = (unsigned char)text[i];
    if (c == '"' || c == '\\') {
      *at++ = '\\';
      *at++ = (char)c;
    } else if (c < 0x20) {
      memcpy(at, "\\u00", 4);
      at[4] = digits[c >> 4];
      at[5] = digits[c & 15];
      at += 6;
    } else {
      *at++ = (char)c;
    }
  }
  return at;
}

static char *put_csv_element(char *at, const struct sf_text_column *column, const void *data,
                             int64_t element) {
  if (column->is_plain) {
    return sf_put_element(at, column, data, element);
  }
  char text[SF_ELEMENT_TEXT_MAX];
  const size_t length = (size_t)(sf_put_element(text, column, data, element) - text);
  return put_csv_quoted(at, text, length);
}

static char *put_json_element(char *at, const struct sf_text_column *column, const void *data,
                              int64_t element) {
  if (!sf_text_is_word(column)) {
    return sf_put_element(at, column, data, element);
  }
  *at++ = '"';
  if (column->is_plain) {
    at = sf_put_element(at, column, data, element);
  } else {
    char text[SF_ELEMENT_TEXT_MAX];
    const size_t length = (size_t)(sf_put_element(text, column, data, element) - text);
    at = put_json_escaped(at, text, length);
  }
  *at++ = '"';
  return at;
}

typedef char *put_element(char *, const struct sf_text_column *, const void *, int64_t);

// The members of an array that are not missing, with a separator between them.
static char *put_members(char *at, const struct sf_text_column *column, const void *data,
                         int64_t row, char separator, put_element *put) {
  const int64_t elements = (int64_t)column->column->elements;
  bool is_first = true;
  for (int64_t element = row * elements; element < (row + 1) * elements; element++) {
    if (sf_text_is_missing(column, data, element)) {
      continue;
    }
    if (!is_first) {
      *at++ = separator;
    }
    is_first = false;
    at = put(at, column, data, element);
  }
  return at;
}

// All elements with bars between them, nothing for missing ones.
static char *put_csv_evidence(char *at, const struct sf_text_column *column, const void *data,
                              int64_t row) {
  const int64_t elements = (int64_t)column->column->elements;
  for (int64_t e = 0; e < elements; e++) {
    if (e > 0) {
      *at++ = '|';
    }
    if (!sf_text_is_missing(column, data, row * elements + e)) {
      at = sf_put_element(at, column, data, row * elements + e);
    }
  }
  return at;
}

// An object of the elements that are not missing. An element that the dictionary
// does not know has its place for a name.
static char *put_json_evidence(char *at, const struct sf_text_column *column, const void *data,
                               uint8_t typology, int64_t row) {
  const uint32_t elements = column->column->elements;
  char separator = '{';
  for (uint32_t e = 0; e < elements; e++) {
    const int64_t element = row * (int64_t)elements + (int64_t)e;
    const uint32_t member = SF_EVIDENCE_ELEMENTS * typology + e;
    if (sf_text_is_missing(column, data, element)) {
      continue;
    }
    *at++ = separator;
    *at++ = '"';
    if (member < column->names->count && column->names->length[member] > 0) {
      at = put_json_escaped(at, column->names->text[member], column->names->length[member]);
    } else {
      at = sf_put_unsigned(at, e);
    }
    *at++ = '"';
    *at++ = ':';
    at = sf_put_element(at, column, data, element);
    separator = ',';
  }
  if (separator == '{') {
    *at++ = '{';
  }
  *at++ = '}';
  return at;
}

static char *put_csv_row(char *at, const struct sf_row_format *format, const void *batch,
                         int64_t row) {
  for (int c = 0; c < format->columns; c++) {
    const struct sf_text_column *column = &format->column[c];
    const void *data = sf_batch_column(batch, column->column);
    if (c > 0) {
      *at++ = ',';
    }
    if (is_evidence(column->column)) {
      at = put_csv_evidence(at, column, data, row);
    } else if (column->column->elements > 1) {
      at = put_members(at, column, data, row, '|', put_csv_element);
    } else if (!sf_text_is_missing(column, data, row)) {
      at = put_csv_element(at, column, data, row);
    }
  }
  *at++ = '\n';
  return at;
}

static char *put_json_row(char *at, const struct sf_row_format *format, const void *batch,
                          int64_t row) {
  for (int c = 0; c < format->columns; c++) {
    const struct sf_text_column *column = &format->column[c];
    const void *data = sf_batch_column(batch, column->column);
    memcpy(at, format->prefix[c], sizeof format->prefix[c]);
    at += format->prefix_length[c];
    if (is_evidence(column->column) && format->typology) {
      const uint8_t *typology = sf_batch_column(batch, format->typology);
      at = put_json_evidence(at, column, data, typology[row], row);
    } else if (column->column->elements > 1) {
      *at++ = '[';
      at = put_members(at, column, data, row, ',', put_json_element);
      *at++ = ']';
    } else if (sf_text_is_missing(column, data, row)) {
      memcpy(at, "null", 4);
      at += 4;
    } else {
      at = put_json_element(at, column, data, row);
    }
  }
  memcpy(at, "}\n", 2);
  return at + 2;
}

enum sf_status sf_write_heading(const struct sf_row_format *format, struct sf_text_output *output,
                                struct sf_error *error) {
  if (format->kind != SF_ROWS_CSV) {
    return SF_OK;
  }
  SF_TRY(sf_text_output_room(output, SF_COLUMNS_MAX * 64, error));
  char *at = output->buffer + output->used;
  for (int c = 0; c < format->columns; c++) {
    at += sprintf(at, "%s%s", c ? "," : "", format->column[c].column->name);
  }
  *at++ = '\n';
  output->used = (size_t)(at - output->buffer);
  return SF_OK;
}

enum sf_status sf_write_rows(const struct sf_row_format *format, const void *batch, int64_t rows,
                             struct sf_text_output *output, struct sf_error *error) {
  for (int64_t row = 0; row < rows; row++) {
    SF_TRY(sf_text_output_room(output, format->row_bytes_max, error));
    char *at = output->buffer + output->used;
    at = format->kind == SF_ROWS_CSV ? put_csv_row(at, format, batch, row)
                                     : put_json_row(at, format, batch, row);
    output->used = (size_t)(at - output->buffer);
  }
  return SF_OK;
}

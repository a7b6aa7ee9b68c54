#ifndef SF_IO_TEXT_VALUE_H
#define SF_IO_TEXT_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/schema/schema.h"
#include "kernels/status.h"

// Values of columns as text, the same in every command that prints them:
//   enumerations, dictionaries  the name of the member
//   bool8                       true, false
//   date32                      2025-07-01
//   timestamps                  2025-07-01T09:05:59+05:30 (Asia/Kolkata)
//   seconds of the day          09:05:59
//   float64 rupees              two decimals, since they are whole paise
//   other reals                 the fewest digits that give back the same value
//   ids                         plain numbers, as in the file

// Names of a domain's members, made once so that a row costs no formatting.
struct sf_names {
  uint32_t count;
  bool is_plain;                      // no commas, quotes, backslashes, control characters
  uint8_t *length;                    // shape [count]
  char (*text)[SF_MEMBER_NAME_SIZE];  // shape [count], with final zeros
};

// All domains of the schema. Errors: SF_MEMORY. The caller frees.
struct sf_name_tables {
  struct sf_names domain[SF_DOMAIN_COUNT];
};
enum sf_status sf_name_tables_create(struct sf_name_tables *tables, struct sf_error *error);
void sf_name_tables_free(struct sf_name_tables *tables);

enum sf_text_kind {
  SF_TEXT_UNSIGNED,
  SF_TEXT_SIGNED,
  SF_TEXT_NAME,
  SF_TEXT_BOOLEAN,
  SF_TEXT_DATE,
  SF_TEXT_TIMESTAMP,
  SF_TEXT_TIME,
  SF_TEXT_PAISE,
  SF_TEXT_REAL
};

// How a column is written; derived from the schema.
struct sf_text_column {
  const struct sf_column *column;
  const struct sf_names *names;  // of SF_TEXT_NAME
  enum sf_text_kind kind;
  uint8_t size;  // bytes of an element
  bool zero_is_missing;
  bool is_plain;  // no name needs quotes or escapes in CSV or JSON
};

void sf_text_column_init(struct sf_text_column *text, const struct sf_column *column,
                         const struct sf_name_tables *tables);

// True if an element (not a whole array) holds the column's missing value, or
// no number.
// `element` = row x elements + place in the array.
bool sf_text_is_missing(const struct sf_text_column *text, const void *data, int64_t element);

// True if the text is a word for a person and not a number or boolean: JSON
// puts it in quotes.
bool sf_text_is_word(const struct sf_text_column *text);

// Bytes that sf_put_element may write at most.
#define SF_ELEMENT_TEXT_MAX SF_MEMBER_NAME_SIZE

// Writes an element, without a final zero; returns the place behind it. A name
// that is out of range is written as its number.
char *sf_put_element(char *at, const struct sf_text_column *text, const void *data,
                     int64_t element);

// Decimal digits of an integer.
char *sf_put_unsigned(char *at, uint64_t value);

#endif

#include "io/text_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/text_date.h"

static bool is_plain(const char *text) {
  for (; *text; text++) {
    if (*text == ',' || *text == '"' || *text == '\\' || (unsigned char)*text < 0x20) {
      return false;
    }
  }
  return true;
}

enum sf_status sf_name_tables_create(struct sf_name_tables *tables, struct sf_error *error) {
  memset(tables, 0, sizeof *tables);
  for (enum sf_domain_id id = 0; id < SF_DOMAIN_COUNT; id++) {
    const struct sf_domain *domain = sf_domain(id);
    struct sf_names *names = &tables->domain[id];
    names->count = domain->count;
    names->is_plain = true;
    names->length = calloc((size_t)domain->count + 1, sizeof *names->length);
    names->text = calloc((size_t)domain->count + 1, sizeof *names->text);
    if (!names->length || !names->text) {
      sf_name_tables_free(tables);
      return sf_fail(error, SF_MEMORY, "out of memory for the names of %s", domain->name);
    }
    sf_domain_members(domain, names->text);
    for (uint32_t i = 0; i < domain->count; i++) {
      names->length[i] = (uint8_t)strlen(names->text[i]);
      names->is_plain = names->is_plain && is_plain(names->text[i]);
    }
  }
  return SF_OK;
}

void sf_name_tables_free(struct sf_name_tables *tables) {
  for (int id = 0; id < SF_DOMAIN_COUNT; id++) {
    free(tables->domain[id].length);
    free(tables->domain[id].text);
  }
  memset(tables, 0, sizeof *tables);
}

static enum sf_text_kind kind_of(const struct sf_column *column) {
  switch (column->type) {
    case SF_TYPE_ENUM8:
    case SF_TYPE_DICT16:
      return SF_TEXT_NAME;
    case SF_TYPE_BOOL8:
      return SF_TEXT_BOOLEAN;
    case SF_TYPE_DATE32:
      return SF_TEXT_DATE;
    case SF_TYPE_F32:
      return SF_TEXT_REAL;
    case SF_TYPE_F64:
      return strcmp(column->unit, "INR") == 0 ? SF_TEXT_PAISE : SF_TEXT_REAL;
    case SF_TYPE_I64:
      return strcmp(column->unit, "s since 1970-01-01 UTC") == 0 ? SF_TEXT_TIMESTAMP
                                                                 : SF_TEXT_SIGNED;
    case SF_TYPE_U32:
      return strcmp(column->unit, "s since local midnight") == 0 ? SF_TEXT_TIME : SF_TEXT_UNSIGNED;
    default:
      return SF_TEXT_UNSIGNED;
  }
}

void sf_text_column_init(struct sf_text_column *text, const struct sf_column *column,
                         const struct sf_name_tables *tables) {
  const bool nan_is_missing = strncmp(column->missing, "NaN", 3) == 0;
  text->column = column;
  text->names = &tables->domain[column->domain];
  text->kind = kind_of(column);
  text->is_plain = text->kind != SF_TEXT_NAME || text->names->is_plain;
  text->size = (uint8_t)sf_type_size(column->type);
  text->zero_is_missing = column->missing[0] && !nan_is_missing;
}

static uint64_t load_unsigned(const struct sf_text_column *text, const void *data, int64_t i) {
  switch (text->size) {
    case 1:
      return ((const uint8_t *)data)[i];
    case 2:
      return ((const uint16_t *)data)[i];
    case 4:
      return ((const uint32_t *)data)[i];
    default:
      return ((const uint64_t *)data)[i];
  }
}

static double load_real(const struct sf_text_column *text, const void *data, int64_t i) {
  return text->size == 4 ? (double)((const float *)data)[i] : ((const double *)data)[i];
}

bool sf_text_is_missing(const struct sf_text_column *text, const void *data, int64_t element) {
  if (text->kind == SF_TEXT_REAL || text->kind == SF_TEXT_PAISE) {
    const double value = load_real(text, data, element);
    return !isfinite(value) || (text->zero_is_missing && fpclassify(value) == FP_ZERO);
  }
  return text->zero_is_missing && load_unsigned(text, data, element) == 0;
}

bool sf_text_is_word(const struct sf_text_column *text) {
  return text->kind == SF_TEXT_NAME || text->kind == SF_TEXT_DATE ||
         text->kind == SF_TEXT_TIMESTAMP || text->kind == SF_TEXT_TIME;
}

static const char two_digits[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

char *sf_put_unsigned(char *at, uint64_t value) {
  char digits[20];
  char *first = digits + sizeof digits;
  while (value >= 100) {
    first -= 2;
    memcpy(first, two_digits + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    first -= 2;
    memcpy(first, two_digits + 2 * value, 2);
  } else {
    *--first = (char)('0' + value);
  }
  const size_t length = (size_t)(digits + sizeof digits - first);
  memcpy(at, first, length);
  return at + length;
}

static char *put_signed(char *at, int64_t value) {
  if (value < 0) {
    *at++ = '-';
  }
  return sf_put_unsigned(at, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

// Writes scaled / 10^decimals, 0 <= decimals <= 9, with all its decimals.
static char *put_decimal(char *at, uint64_t scaled, int decimals) {
  static const uint64_t power[] = {1,      10,      100,      1000,      10000,
                                   100000, 1000000, 10000000, 100000000, 1000000000};
  at = sf_put_unsigned(at, scaled / power[decimals]);
  if (decimals == 0) {
    return at;
  }
  uint64_t fraction = scaled % power[decimals];
  *at = '.';
  for (int i = decimals; i > 0; i--) {
    at[i] = (char)('0' + fraction % 10);
    fraction /= 10;
  }
  return at + decimals + 1;
}

static char *put_any_real(char *at, double value, bool is_single) {
  return at + snprintf(at, SF_ELEMENT_TEXT_MAX, is_single ? "%.9g" : "%.17g", value);
}

// Below this, rupees in whole paise are exact and so is their product with 100
// after rounding.
#define PAISE_LIMIT 1e13

static char *put_paise(char *at, double rupees) {
  const double magnitude = fabs(rupees);
  if (!(magnitude < PAISE_LIMIT)) {
    return put_any_real(at, rupees, false);
  }
  const int64_t paise = llrint(magnitude * 100.0);
  if (magnitude < (double)paise / 100.0 || magnitude > (double)paise / 100.0) {
    return put_any_real(at, rupees, false);
  }
  if (signbit(rupees)) {
    *at++ = '-';
  }
  return put_decimal(at, (uint64_t)paise, 2);
}

// The fewest decimals, up to nine, that give back the same float32. A product
// below 2^53 rounds to the right integer or its neighbour, and the comparison
// with what the text stands for decides, so that no wrong text can come out.
static char *put_single(char *at, float value) {
  static const double power[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  const double magnitude = fabs((double)value);
  if (!(magnitude < 4e6)) {
    return put_any_real(at, (double)value, true);
  }
  for (int decimals = 0; decimals <= 9; decimals++) {
    const int64_t scaled = llrint(magnitude * power[decimals]);
    const float back = (float)((double)scaled / power[decimals]);
    if (!(back < fabsf(value)) && !(back > fabsf(value))) {
      if (signbit(value)) {
        *at++ = '-';
      }
      return put_decimal(at, (uint64_t)scaled, decimals);
    }
  }
  return put_any_real(at, (double)value, true);
}

static char *put_name(char *at, const struct sf_names *names, uint64_t index) {
  if (index >= names->count) {
    return sf_put_unsigned(at, index);
  }
  // A copy of fixed length is a few moves; of the true length, a call.
  memcpy(at, names->text[index], SF_MEMBER_NAME_SIZE);
  return at + names->length[index];
}

static char *put_boolean(char *at, uint64_t value) {
  memcpy(at, value ? "true " : "false", 5);
  return at + (value ? 4 : 5);
}

char *sf_put_element(char *at, const struct sf_text_column *text, const void *data,
                     int64_t element) {
  switch (text->kind) {
    case SF_TEXT_UNSIGNED:
      return sf_put_unsigned(at, load_unsigned(text, data, element));
    case SF_TEXT_SIGNED:
      return put_signed(at, ((const int64_t *)data)[element]);
    case SF_TEXT_NAME:
      return put_name(at, text->names, load_unsigned(text, data, element));
    case SF_TEXT_BOOLEAN:
      return put_boolean(at, ((const uint8_t *)data)[element]);
    case SF_TEXT_DATE:
      return sf_put_date(at, ((const int32_t *)data)[element]);
    case SF_TEXT_TIMESTAMP:
      return sf_put_timestamp(at, ((const int64_t *)data)[element]);
    case SF_TEXT_TIME:
      return sf_put_time(at, ((const uint32_t *)data)[element]);
    case SF_TEXT_PAISE:
      return put_paise(at, ((const double *)data)[element]);
    case SF_TEXT_REAL:
      return text->size == 4 ? put_single(at, ((const float *)data)[element])
                             : put_any_real(at, ((const double *)data)[element], false);
  }
  return at;
}

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_reader.h"
#include "io/text_date.h"
#include "io/text_rows.h"
#include "io/text_table.h"
#include "io/text_value.h"

static struct sf_name_tables names;

static void create_names(void) { cr_assert(sf_name_tables_create(&names, NULL) == SF_OK); }
static void free_names(void) { sf_name_tables_free(&names); }
TestSuite(text, .init = create_names, .fini = free_names);

static struct sf_text_column column_of(enum sf_table_id table, const char *name) {
  struct sf_text_column text;
  const uint32_t index = sf_column_index(table, name);
  cr_assert(index < sf_tables[table].columns);
  sf_text_column_init(&text, &sf_tables[table].column[index], &names);
  return text;
}

static void expect_text(enum sf_table_id table, const char *name, const void *value,
                        const char *expected) {
  const struct sf_text_column column = column_of(table, name);
  char text[SF_ELEMENT_TEXT_MAX + 1] = {0};
  *sf_put_element(text, &column, value, 0) = 0;
  cr_expect_str_eq(text, expected, "%s: %s instead of %s", name, text, expected);
}

static void expect_amount(double value, const char *expected) {
  expect_text(SF_TABLE_TRANSACTIONS, "balance_after", &value, expected);
}

Test(text, rupees_are_whole_paise) {
  expect_amount(0.0, "0.00");
  expect_amount(0.01, "0.01");
  expect_amount(-0.01, "-0.01");
  expect_amount(1234567.89, "1234567.89");
  expect_amount(-99.5, "-99.50");
  expect_amount(99999999999.99, "99999999999.99");
  expect_amount(0.005, "0.0050000000000000001");  // not whole paise: nothing is rounded away
  expect_amount(1e300, "1.0000000000000001e+300");
}

static void expect_single(float value, const char *expected) {
  expect_text(SF_TABLE_TRANSACTIONS, "latitude", &value, expected);
}

Test(text, reals_are_short) {
  expect_single(0.0f, "0");
  expect_single(28.6139f, "28.6139");
  expect_single(-0.5f, "-0.5");
  expect_single(100000.0f, "100000");
  expect_single(0.1f, "0.1");
  expect_single(1e-20f, "9.99999968e-21");
  expect_single(FLT_MAX, "3.40282347e+38");
}

Test(text, reals_read_back_as_stored) {
  const struct sf_text_column column = column_of(SF_TABLE_TRANSACTIONS, "latitude");
  uint32_t bits = 1;
  for (int i = 0; i < 2000000; i++) {
    bits = bits * 1664525u + 1013904223u;  // Numerical Recipes, section 7.1
    float value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value)) {
      continue;
    }
    char text[SF_ELEMENT_TEXT_MAX + 1];
    *sf_put_element(text, &column, &value, 0) = 0;
    const float back = strtof(text, NULL);
    cr_assert(memcmp(&back, &value, sizeof value) == 0, "%a is written %s", (double)value, text);
  }
}

Test(text, whole_numbers_at_their_edges) {
  const uint64_t id = UINT64_MAX;
  const uint16_t small[] = {0, 9, 10, 99, 100, UINT16_MAX};
  static const char *const text[] = {"0", "9", "10", "99", "100", "65535"};
  expect_text(SF_TABLE_TRANSACTIONS, "device_id", &id, "18446744073709551615");
  for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
    expect_text(SF_TABLE_TRANSACTIONS, "daily_transaction_count", &small[i], text[i]);
  }
}

Test(text, dates_and_times) {
  const int32_t day = 20270, leap = 19782, early = -1;
  expect_text(SF_TABLE_TRANSACTIONS, "date", &day, "2025-07-01");
  expect_text(SF_TABLE_TRANSACTIONS, "date", &leap, "2024-02-29");
  expect_text(SF_TABLE_TRANSACTIONS, "date", &early, "1969-12-31");
  const int64_t midnight = 20270 * INT64_C(86400) - 19800, second = -19801;
  expect_text(SF_TABLE_TRANSACTIONS, "timestamp", &midnight, "2025-07-01T00:00:00+05:30");
  expect_text(SF_TABLE_TRANSACTIONS, "timestamp", &second, "1969-12-31T23:59:59+05:30");
  const uint32_t last = 86399;
  expect_text(SF_TABLE_TRANSACTIONS, "time_of_day", &last, "23:59:59");
}

Test(text, names_and_what_has_none) {
  const uint8_t mode = SF_PAYMENT_MODE_IMPS, unknown = 250, flag = 1;
  expect_text(SF_TABLE_TRANSACTIONS, "payment_mode", &mode, "imps");
  expect_text(SF_TABLE_TRANSACTIONS, "payment_mode", &unknown, "250");
  expect_text(SF_TABLE_TRANSACTIONS, "is_online", &flag, "true");
}

static void expect_missing(const char *name, const void *value, bool expected) {
  const struct sf_text_column column = column_of(SF_TABLE_TRANSACTIONS, name);
  cr_expect(sf_text_is_missing(&column, value, 0) == expected, "%s", name);
}

Test(text, missing_values_are_those_of_the_schema) {
  const uint32_t none = 0, one = 1;
  const uint8_t first = 0;
  const float nan = NAN, zero = 0.0f;
  expect_missing("merchant_id", &none, true);
  expect_missing("merchant_id", &one, false);
  expect_missing("customer_id", &none, false);
  expect_missing("festival", &first, true);
  expect_missing("payment_mode", &first, false);  // upi
  expect_missing("auth_method", &first, false);   // no proof is a proof
  expect_missing("time_since_last_txn", &nan, true);
  expect_missing("time_since_last_txn", &zero, false);
}

// One row of one name that needs care, as both formats write it.
static void expect_row(enum sf_row_kind kind, const char *name, const char *expected) {
  char text[1][SF_MEMBER_NAME_SIZE] = {{0}};
  uint8_t length = (uint8_t)strlen(name);
  memcpy(text[0], name, length);
  const struct sf_names one = {.count = 1, .is_plain = false, .length = &length, .text = text};
  uint16_t value = 0;
  struct sf_merchants batch = {.rows = 1, .name = &value};
  const uint32_t index = sf_column_index(SF_TABLE_MERCHANTS, "name");
  struct sf_row_format format;
  sf_row_format_init(&format, kind, SF_TABLE_MERCHANTS, &index, 1, &names);
  format.column[0].names = &one;
  format.column[0].is_plain = false;

  char buffer[4096] = {0};
  struct sf_text_output output = {.buffer = buffer, .descriptor = -1};
  cr_assert(sf_write_rows(&format, &batch, 1, &output, NULL) == SF_OK);
  buffer[output.used] = 0;
  cr_expect_str_eq(buffer, expected);
}

Test(text, names_are_quoted_and_escaped) {
  expect_row(SF_ROWS_CSV, "Silks, \"Sons\"", "\"Silks, \"\"Sons\"\"\"\n");
  expect_row(SF_ROWS_JSONL, "Silks, \"Sons\"", "{\"name\":\"Silks, \\\"Sons\\\"\"}\n");
  expect_row(SF_ROWS_JSONL, "a\\b\n\x01", "{\"name\":\"a\\\\b\\u000a\\u0001\"}\n");
}

Test(text, tables_are_aligned_and_folded) {
  struct sf_text_table table;
  sf_text_table_init(&table, 3);
  static const char *const cells[] = {"id",    "name", "rupees", "7",   "Pune",
                                      "10.50", "12",   "Agra",   "9.00"};
  for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
    cr_assert(sf_text_table_add(&table, cells[i], NULL) == SF_OK);
  }
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&text, &length);
  sf_text_table_print(&table, 80, stream);
  fputc('|', stream);
  sf_text_table_print(&table, 8, stream);
  fclose(stream);
  cr_expect_str_eq(text,
                   "id  name  rupees\n 7  Pune   10.50\n12  Agra    9.00\n|"
                   "id  name\n 7  Pune\n12  Agra\n\n"
                   "id  rupees\n 7   10.50\n12    9.00\n");
  free(text);
  sf_text_table_free(&table);
}

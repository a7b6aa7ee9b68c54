// The table of options, and values to and from text.
#include <criterion/criterion.h>
#include <string.h>

#include "io/option_value.h"
#include "io/options.h"
#include "kernels/features/features.h"
#include "kernels/schema/schema.h"
#include "kernels/world/calendar.h"

static const struct sf_origin line = {.level = SF_LEVEL_LINE};

static enum sf_status set(struct sf_options *options, enum sf_option_id id, const char *text,
                          struct sf_error *error) {
  *error = (struct sf_error){.status = SF_OK};
  return sf_options_set(options, id, text, line, "--name", error);
}

static void refused(enum sf_option_id id, const char *text, const char *message) {
  struct sf_options options, before;
  struct sf_error error;
  sf_options_default(&options);
  before = options;
  cr_expect_eq(set(&options, id, text, &error), SF_CONFIG, "'%s' was taken", text);
  cr_expect(strstr(error.text, message), "'%s' has the message: %s", text, error.text);
  cr_expect_eq(memcmp(&before, &options, sizeof options), 0, "'%s' changed the options", text);
}

static void taken(enum sf_option_id id, const char *text) {
  struct sf_options options;
  struct sf_error error;
  char value[SF_PATH_SIZE];
  sf_options_default(&options);
  cr_expect_eq(set(&options, id, text, &error), SF_OK, "%s", error.text);
  sf_options_value(&options, id, value);
  cr_expect_str_eq(value, text);
}

Test(options, defaults) {
  struct sf_options options;
  sf_options_default(&options);
  cr_expect_eq(options.data.customers, 3000);
  cr_expect_eq(options.data.days, 180);
  cr_expect_eq(options.data.start_day, sf_day_from_date(2025, 7, 1));
  cr_expect_eq(options.data.seed, 1);
  cr_expect_eq(options.rows, 0);
  cr_expect_eq(options.batch, 32768);
  cr_expect_eq(options.check, SF_CHECK_SAMPLE);
  cr_expect_eq(options.vector, SF_VECTOR_CHOICE_AUTO);
  cr_expect_eq(options.table, SF_TABLE_TRANSACTIONS);
  cr_expect_eq(options.force + options.quiet + options.collective, 0);
}

// A default outside its own range, or a choice list that is not the enumeration.
Test(options, table_is_sound) {
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    const struct sf_option *option = &sf_option_table[id];
    cr_expect_neq(option->commands, 0, "%s", option->name);
    if (option->initial[0] != '\0') {
      taken((enum sf_option_id)id, option->initial);
    }
  }
  for (int table = 0; table < SF_TABLE_COUNT; table++) {
    struct sf_options options;
    struct sf_error error;
    cr_expect_eq(set(&options, SF_OPTION_TABLE, sf_tables[table].name, &error), SF_OK);
    cr_expect_eq(options.table, table);
  }
}

Test(options, bounds_are_those_of_the_model) {
  char range[SF_RANGE_SIZE], expected[SF_RANGE_SIZE];
  snprintf(expected, sizeof expected, "1 to %u", SF_CUSTOMERS_MAX);
  sf_option_range(&sf_option_table[SF_OPTION_CUSTOMERS], range);
  cr_expect_str_eq(range, expected);
  snprintf(expected, sizeof expected, "1 to %d", SF_CALENDAR_DAYS_MAX);
  sf_option_range(&sf_option_table[SF_OPTION_DAYS], range);
  cr_expect_str_eq(range, expected);
  char first[SF_DATE_SIZE], last[SF_DATE_SIZE];
  sf_date_print(SF_CALENDAR_FIRST_DAY, first);
  sf_date_print(SF_CALENDAR_LAST_DAY, last);
  snprintf(expected, sizeof expected, "%s to %s", first, last);
  sf_option_range(&sf_option_table[SF_OPTION_START], range);
  cr_expect_str_eq(range, expected);
}

Test(options, integers) {
  taken(SF_OPTION_CUSTOMERS, "1");
  taken(SF_OPTION_CUSTOMERS, "4000000000");
  taken(SF_OPTION_SEED, "0");
  taken(SF_OPTION_SEED, "18446744073709551615");
  taken(SF_OPTION_ROWS, "10000000000000");
  taken(SF_OPTION_BATCH, "16777216");
  refused(SF_OPTION_CUSTOMERS, "0", "--name: 0 is out of bounds, it must be 1 to 4000000000");
  refused(SF_OPTION_CUSTOMERS, "4000000001", "out of bounds");
  refused(SF_OPTION_CUSTOMERS, "4294967297", "out of bounds");
  refused(SF_OPTION_SEED, "18446744073709551616", "out of bounds");
  refused(SF_OPTION_SEED, "99999999999999999999999999", "out of bounds");
  refused(SF_OPTION_SEED, "-1", "--name: -1 is out of bounds");
  refused(SF_OPTION_SEED, "-99999999999999999999", "out of bounds");
  static const char *const texts[] = {"many", "12x", "1.5", "1e6",  "-",   "-1x",   "--1",
                                      "+1",   " 1",  "1 ",  "0x10", "010", "1_000", "1,000"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    refused(SF_OPTION_SEED, texts[i], "is not a whole number");
  }
  refused(SF_OPTION_SEED, "", "the value is empty");
}

Test(options, dates) {
  taken(SF_OPTION_START, "2023-01-01");
  taken(SF_OPTION_START, "2024-02-29");
  taken(SF_OPTION_START, "2027-12-31");
  refused(SF_OPTION_START, "2022-12-31", "out of bounds");
  refused(SF_OPTION_START, "2028-01-01", "out of bounds");
  static const char *const texts[] = {"2025-02-29", "2025-13-01", "2025-00-10", "2025-04-31",
                                      "2025-01-00", "2025-7-1",   "20250701",   "2025-07-01x",
                                      "01-07-2025", "2025/07/01", "2025-07"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    refused(SF_OPTION_START, texts[i], "is not a date YYYY-MM-DD");
  }
}

Test(options, choices_and_booleans) {
  taken(SF_OPTION_CHECK, "none");
  taken(SF_OPTION_CHECK, "full");
  taken(SF_OPTION_VECTOR, "avx512");
  taken(SF_OPTION_FORCE, "true");
  refused(SF_OPTION_CHECK, "ful", "must be none, sample or full");
  refused(SF_OPTION_CHECK, "none|sample", "must be none, sample or full");
  refused(SF_OPTION_FORCE, "yes", "must be true or false");
  refused(SF_OPTION_FORCE, "TRUE", "must be true or false");
}

Test(options, several_choices) {
  taken(SF_OPTION_FEATURE_GROUPS, "graph");
  taken(SF_OPTION_FEATURE_GROUPS, "aggregate,anomaly_type,graph");
  refused(SF_OPTION_FEATURE_GROUPS, "agregate",
          "'agregate' is not known, did you mean 'aggregate'?");
  refused(SF_OPTION_FEATURE_GROUPS, "graph,grap", "'grap' is not known, did you mean 'graph'?");
  refused(SF_OPTION_FEATURE_GROUPS, "graph,", "'' is not known, it must be aggregate, ");
  refused(SF_OPTION_FEATURE_GROUPS, ",graph", "'' is not known, it must be aggregate, ");
  refused(SF_OPTION_FEATURE_GROUPS, "zzzzzzzzz", "anomaly_unsupervised, interaction or graph");
  struct sf_options options;
  struct sf_error error;
  sf_options_default(&options);
  cr_expect_eq(set(&options, SF_OPTION_FEATURE_GROUPS, "graph,aggregate,graph", &error), SF_OK);
  cr_expect_eq(options.data.features,
               1u << SF_FEATURE_GROUP_AGGREGATE | 1u << SF_FEATURE_GROUP_GRAPH);
  // The list of the option is that of the table.
  for (int g = 0; g < SF_FEATURE_GROUP_COUNT; g++) {
    const char *name = sf_feature_group_names[g];
    cr_expect_eq(set(&options, SF_OPTION_FEATURE_GROUPS, name, &error), SF_OK, "%s", name);
    cr_expect_eq(options.data.features, 1u << g, "%s", name);
  }
}

Test(options, features_are_all_some_or_none) {
  struct sf_options options;
  struct sf_error error;
  sf_options_default(&options);
  cr_expect_eq(sf_options_finish(&options, &error), SF_OK);
  cr_expect_eq(options.data.features, SF_FEATURE_GROUPS_ALL);
  sf_options_default(&options);
  set(&options, SF_OPTION_FEATURE_GROUPS, "velocity", &error);
  cr_expect_eq(sf_options_finish(&options, &error), SF_OK);
  cr_expect_eq(options.data.features, 1u << SF_FEATURE_GROUP_VELOCITY);
  sf_options_default(&options);
  set(&options, SF_OPTION_NO_FEATURES, "true", &error);
  cr_expect_eq(sf_options_finish(&options, &error), SF_OK);
  cr_expect_eq(options.data.features, 0);
}

Test(options, paths) {
  char text[SF_PATH_SIZE + 1];
  memset(text, 'a', SF_PATH_SIZE);
  text[SF_PATH_SIZE] = '\0';
  refused(SF_OPTION_OUTPUT, text, "at most 1023 are possible");
  text[SF_PATH_SIZE - 1] = '\0';
  taken(SF_OPTION_OUTPUT, text);
  refused(SF_OPTION_OUTPUT, "", "the value is empty");
}

Test(options, window_ends_with_the_calendar) {
  struct sf_options options;
  struct sf_error error;
  sf_options_default(&options);
  cr_expect_eq(set(&options, SF_OPTION_START, "2027-12-01", &error), SF_OK);
  cr_expect_eq(set(&options, SF_OPTION_DAYS, "31", &error), SF_OK);
  cr_expect_eq(sf_options_finish(&options, &error), SF_OK);
  cr_expect_eq(set(&options, SF_OPTION_DAYS, "32", &error), SF_OK);
  cr_expect_eq(sf_options_finish(&options, &error), SF_CONFIG);
  cr_expect(strstr(error.text, "32 days from 2027-12-01 end on 2028-01-01"), "%s", error.text);
}

Test(options, names_by_edit_distance) {
  cr_expect_eq(sf_name_distance("", ""), 0);
  cr_expect_eq(sf_name_distance("seed", ""), 4);
  cr_expect_eq(sf_name_distance("kitten", "sitting"), 3);
  cr_expect_str_eq(sf_option_nearest("custmers", SF_COMMAND_GENERATE, SF_SCOPE_LINE), "customers");
  cr_expect_str_eq(sf_option_nearest("sed", SF_COMMAND_GENERATE, SF_SCOPE_LINE), "seed");
  cr_expect_null(sf_option_nearest("xyzzy", SF_COMMAND_GENERATE, SF_SCOPE_LINE));
  // Not an option of this command, hence not a help.
  cr_expect_null(sf_option_nearest("tabel", SF_COMMAND_GENERATE, SF_SCOPE_LINE));
  cr_expect_str_eq(sf_command_nearest("verfy"), "verify");
}

Test(options, reals) {
  taken(SF_OPTION_FRAUD_RATE, "0.00001");
  taken(SF_OPTION_FRAUD_RATE, "0.05");
  taken(SF_OPTION_SHARE_CARD_CLONING, "0");
  taken(SF_OPTION_SHARE_CARD_CLONING, "12.125");
  taken(SF_OPTION_CAMOUFLAGE_MULE_ACCOUNT, "0.3");
  refused(SF_OPTION_FRAUD_RATE, "0.0000099", "must be 0.00001 to 0.05");
  refused(SF_OPTION_FRAUD_RATE, "0.050001", "must be 0.00001 to 0.05");
  refused(SF_OPTION_ANOMALY_RATE, "-0.1", "is out of bounds");
  const char *const no_number[] = {"nan",   "inf",  "0x1p-7", ".01", "1e",
                                   "0.01 ", "0,01", "--1",    "1."};
  for (size_t i = 0; i < sizeof no_number / sizeof no_number[0]; i++) {
    refused(SF_OPTION_FRAUD_RATE, no_number[i], "is not a number");
  }
}

Test(options, real_with_names) {
  struct sf_options options;
  struct sf_error error;
  char value[SF_PATH_SIZE];
  sf_options_default(&options);
  cr_expect_float_eq(options.data.fraud.difficulty, 0.5, 0);
  taken(SF_OPTION_DIFFICULTY, "easy");
  taken(SF_OPTION_DIFFICULTY, "0.3");
  cr_expect_eq(set(&options, SF_OPTION_DIFFICULTY, "0.92", &error), SF_OK);
  sf_options_value(&options, SF_OPTION_DIFFICULTY, value);
  cr_expect_str_eq(value, "hard");
  refused(SF_OPTION_DIFFICULTY, "eas",
          "must be easy (0.08), standard (0.5), hard (0.92) or 0 to 1");
  refused(SF_OPTION_DIFFICULTY, "1.5", "is out of bounds");
}

// Each typology has both its options, in its place of the configuration.
Test(options, typologies) {
  struct sf_options options;
  struct sf_error error;
  sf_options_default(&options);
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    const enum sf_option_id share = (enum sf_option_id)(SF_OPTION_SHARE_CARD_CLONING + t - 1);
    const enum sf_option_id hidden = (enum sf_option_id)(SF_OPTION_CAMOUFLAGE_CARD_CLONING + t - 1);
    cr_expect(options.data.fraud.share[t] > 0 && options.data.fraud.camouflage[t] < 0);
    cr_expect_eq(set(&options, share, "50", &error), SF_OK);
    cr_expect_eq(set(&options, hidden, "0.25", &error), SF_OK);
    cr_expect_float_eq(options.data.fraud.share[t], 50, 0);
    cr_expect_float_eq(options.data.fraud.camouflage[t], 0.25, 0);
    for (int other = t + 1; other < SF_TYPOLOGY_COUNT; other++) {
      cr_expect(options.data.fraud.share[other] < 50);
    }
  }
}

Test(options, fraud_needs_a_share) {
  struct sf_options options;
  struct sf_error error = {.status = SF_OK};
  sf_options_default(&options);
  cr_expect_eq(sf_options_finish(&options, &error), SF_OK);
  cr_expect(options.data.fraud.enabled);
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    options.data.fraud.share[t] = 0;
  }
  cr_expect_eq(sf_options_finish(&options, &error), SF_CONFIG);
  cr_expect(strstr(error.text, "all typologies have the share 0"), "%s", error.text);
  options.no_fraud = 1;
  cr_expect_eq(sf_options_finish(&options, NULL), SF_OK);
  cr_expect_not(options.data.fraud.enabled);
}

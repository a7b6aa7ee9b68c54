// Command line and environment, and which level wins.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/options.h"
#include "kernels/generator.h"

#define WORDS_MAX 16

struct result {
  enum sf_status status;
  struct sf_options options;
  struct sf_operands operands;
  struct sf_error error;
};

// Words of a command line, the command first, a null last.
static struct result load(enum sf_command_id command, const char *const *words) {
  struct result result = {.status = SF_OK};
  char *argv[WORDS_MAX];
  int argc = 0;
  for (; words[argc]; argc++) {
    argv[argc] = (char *)(uintptr_t)words[argc];
  }
  argv[argc] = NULL;
  result.status =
      sf_options_load(command, argc, argv, &result.options, &result.operands, &result.error);
  return result;
}

#define LOAD(command, ...) \
  load(SF_COMMAND_##command, (const char *const[]){#command, ##__VA_ARGS__, NULL})

static void refused(struct result result, enum sf_status status, const char *message) {
  cr_expect_eq(result.status, status, "status %d, %s", result.status, result.error.text);
  cr_expect(strstr(result.error.text, message), "message: %s\nnot: %s", result.error.text, message);
}

Test(options_line, values) {
  struct result result = LOAD(GENERATE, "--customers", "5", "--seed=7", "--quiet", "--force=false",
                              "-o", "out.h5", "--check", "none");
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_expect_eq(result.options.data.customers, 5);
  cr_expect_eq(result.options.data.seed, 7);
  cr_expect_eq(result.options.quiet, 1);
  cr_expect_eq(result.options.force, 0);
  cr_expect_eq(result.options.check, SF_CHECK_NONE);
  cr_expect_str_eq(result.options.output, "out.h5");
  char origin[SF_ORIGIN_SIZE];
  sf_options_origin(&result.options, SF_OPTION_SEED, origin);
  cr_expect_str_eq(origin, "command line");
}

Test(options_line, operands_keep_their_order) {
  struct result result = LOAD(INSPECT, "a.h5", "customer", "--", "-5");
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_assert_eq(result.operands.count, 3);
  cr_expect_str_eq(result.operands.text[0], "a.h5");
  cr_expect_str_eq(result.operands.text[1], "customer");
  cr_expect_str_eq(result.operands.text[2], "-5");
  result = LOAD(EXPORT, "--format", "jsonl", "a.h5", "-o", "b", "--columns", "amount,hour");
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_expect_eq(result.options.export_format, SF_EXPORT_JSONL);
  cr_expect_str_eq(result.operands.text[0], "a.h5");
  cr_expect_str_eq(result.options.columns, "amount,hour");
}

// The same name is another option in another command.
Test(options_line, formats_by_command) {
  struct result result = LOAD(SCHEMA, "--format", "json");
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_expect_eq(result.options.schema_format, SF_SCHEMA_JSON);
  refused(LOAD(SCHEMA, "--format", "jsonl"), SF_CONFIG,
          "must be markdown, csv, json, typologies or features");
}

Test(options_line, wrong_use) {
  refused(LOAD(GENERATE), SF_USAGE, "missing -o");
  refused(LOAD(EXPORT, "a.h5"), SF_USAGE, "missing -o");
  refused(LOAD(VERIFY), SF_USAGE, "missing operand: CORPUS");
  refused(LOAD(VERIFY, "a", "b"), SF_USAGE, "unexpected 'b'");
  refused(LOAD(GENERATE, "-o", "a", "b"), SF_USAGE, "unexpected 'b'");
  refused(LOAD(GENERATE, "-o", "a", "--", "b"), SF_USAGE, "unexpected 'b'");
  refused(LOAD(GENERATE, "-o"), SF_USAGE, "option '-o' needs a value");
  refused(LOAD(GENERATE, "-o", "a", "--seed"), SF_USAGE, "option '--seed' needs a value");
  refused(LOAD(GENERATE, "-x"), SF_USAGE, "unknown option '-x'");
  refused(LOAD(GENERATE, "--sed", "5"), SF_USAGE, "'--sed', did you mean '--seed'?");
  // A unique beginning today may be ambiguous tomorrow.
  refused(LOAD(GENERATE, "--cust", "5"), SF_USAGE, "unknown option '--cust'");
  refused(LOAD(VERIFY, "a", "--seed", "5"), SF_USAGE, "unknown option '--seed'");
  refused(LOAD(GENERATE, "--customers=0"), SF_CONFIG, "--customers: 0 is out of bounds");
  refused(LOAD(GENERATE, "--output="), SF_CONFIG, "--output: the value is empty");
  refused(LOAD(GENERATE, "--rows", "5", "--customers", "5"), SF_CONFIG,
          "command line: customers and rows exclude each other");
  refused(LOAD(GENERATE, "--config", "/nonexistent.yaml", "-o", "a"), SF_CONFIG,
          "/nonexistent.yaml: No such file or directory");
}

Test(options_line, environment) {
  setenv("SYNFIN_SEED", "11", 1);
  setenv("SYNFIN_DAYS", "12", 1);
  struct result result = LOAD(PLAN, "--days", "13");
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_expect_eq(result.options.data.seed, 11);
  cr_expect_eq(result.options.data.days, 13);
  cr_expect_eq(result.options.origin[SF_OPTION_SEED].level, SF_LEVEL_ENVIRONMENT);
  cr_expect_eq(result.options.origin[SF_OPTION_DAYS].level, SF_LEVEL_LINE);
  // A key of another command is no mistake in an environment that all share.
  setenv("SYNFIN_CHECK", "full", 1);
  cr_expect_eq(LOAD(PLAN).status, SF_OK);
  setenv("SYNFIN_SEED", "x", 1);
  refused(LOAD(PLAN), SF_CONFIG, "SYNFIN_SEED: 'x' is not a whole number");
  unsetenv("SYNFIN_SEED");
  setenv("SYNFIN_ROWS", "5", 1);
  setenv("SYNFIN_CUSTOMERS", "5", 1);
  refused(LOAD(PLAN), SF_CONFIG, "environment: customers and rows exclude each other");
  unsetenv("SYNFIN_ROWS");
  setenv("SYNFIN_CUSTMERS", "5", 1);
  refused(LOAD(PLAN), SF_CONFIG, "SYNFIN_CUSTMERS, did you mean SYNFIN_CUSTOMERS?");
  unsetenv("SYNFIN_CUSTMERS");
  setenv("SYNFIN_seed", "5", 1);
  refused(LOAD(PLAN), SF_CONFIG, "SYNFIN_seed, did you mean SYNFIN_SEED?");
}

Test(options_line, variables_of_module_systems_are_not_the_programs) {
  setenv("SYNFIN_ROOT", "/opt/synfin", 1);
  setenv("SYNFIN_DIR", "/opt/synfin", 1);
  setenv("SYNFIN_HOME", "/opt/synfin", 1);
  setenv("SYNFIN_VERSION", "0.1.0", 1);
  const struct result result = LOAD(PLAN);
  cr_expect_eq(result.status, SF_OK, "%s", result.error.text);
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    cr_expect_eq(result.options.origin[id].level, SF_LEVEL_DEFAULT);
  }
  // Only these, and only so written.
  setenv("SYNFIN_ROOTS", "/opt/synfin", 1);
  refused(LOAD(PLAN), SF_CONFIG, "unknown variable SYNFIN_ROOTS");
  unsetenv("SYNFIN_ROOTS");
  setenv("SYNFIN_root", "/opt/synfin", 1);
  refused(LOAD(PLAN), SF_CONFIG, "unknown variable SYNFIN_root");
}

Test(options_line, all_levels) {
  char path[] = "/tmp/synfin_options_XXXXXX";
  const int file = mkstemp(path);
  cr_assert_geq(file, 0);
  static const char text[] = "customers: 5\nseed: 2\ndays: 2\nbatch: 2\n";
  cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  setenv("SYNFIN_CONFIG", path, 1);
  setenv("SYNFIN_DAYS", "3", 1);
  setenv("SYNFIN_BATCH", "3", 1);
  const struct result result = LOAD(PLAN, "--batch", "4");
  unlink(path);
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_expect_eq(result.options.data.customers, 5);
  cr_expect_eq(result.options.data.seed, 2);
  cr_expect_eq(result.options.data.days, 3);
  cr_expect_eq(result.options.batch, 4);
  cr_expect_str_eq(result.options.config, path);
}

// The least number of customers that is expected to make the rows.
Test(options_line, rows_become_customers) {
  const struct result result = LOAD(PLAN, "--rows", "1000000");
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  struct sf_config config = result.options.data;
  cr_expect_geq(sf_config_expected_rows(&config), 1e6);
  config.customers--;
  cr_expect_lt(sf_config_expected_rows(&config), 1e6);
  const struct result one = LOAD(PLAN, "--rows", "1");
  cr_expect_eq(one.options.data.customers, 1);
  refused(LOAD(PLAN, "--rows", "10000000000000", "--days", "1"), SF_CONFIG,
          "more than 4000000000 customers");
}

// A preset gives way to what its own level or a later one says.
Test(options_line, preset) {
  struct result result = LOAD(PLAN, "--preset", "natural");
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_expect_float_eq(result.options.data.fraud.rate, 1e-5, 0);
  cr_expect_float_eq(result.options.data.fraud.never_reported, 0.51, 0);
  char origin[SF_ORIGIN_SIZE];
  sf_options_origin(&result.options, SF_OPTION_FRAUD_RATE, origin);
  cr_expect_str_eq(origin, "command line");
  result = LOAD(PLAN, "--fraud-rate", "0.02", "--preset", "natural");
  cr_expect_float_eq(result.options.data.fraud.rate, 0.02, 0);
  cr_expect_float_eq(result.options.data.fraud.never_reported, 0.51, 0);
  setenv("SYNFIN_FRAUD_RATE", "0.03", 1);
  setenv("SYNFIN_SHARE_CARD_CLONING", "7", 1);
  result = LOAD(PLAN);
  cr_assert_eq(result.status, SF_OK, "%s", result.error.text);
  cr_expect_float_eq(result.options.data.fraud.rate, 0.03, 0);
  cr_expect_float_eq(result.options.data.fraud.share[SF_TYPOLOGY_CARD_CLONING], 7, 0);
  result = LOAD(PLAN, "--preset", "realistic");
  cr_expect_float_eq(result.options.data.fraud.rate, 0.001, 0);
  setenv("SYNFIN_PRESET", "natural", 1);
  result = LOAD(PLAN, "--fraud-rate=0.04");
  cr_expect_float_eq(result.options.data.fraud.rate, 0.04, 0);
  cr_expect_float_eq(result.options.data.fraud.never_reported, 0.51, 0);
  setenv("SYNFIN_FRAUD_RAT", "0.03", 1);
  refused(LOAD(PLAN), SF_CONFIG, "did you mean SYNFIN_FRAUD_RATE?");
  unsetenv("SYNFIN_FRAUD_RAT");
  unsetenv("SYNFIN_FRAUD_RATE");
  unsetenv("SYNFIN_SHARE_CARD_CLONING");
  unsetenv("SYNFIN_PRESET");
}

// Configuration files: what they may hold, and bases.
#include <criterion/criterion.h>
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/config_file.h"

static enum sf_status apply(const char *yaml, struct sf_options *options, struct sf_error *error) {
  static struct sf_config_text text;
  *error = (struct sf_error){.status = SF_OK};
  sf_options_default(options);
  enum sf_status status = sf_config_parse_text(yaml, strlen(yaml), "a.yaml", &text, error);
  if (status == SF_OK) {
    status = sf_config_apply(&text, "a.yaml", options, error);
  }
  return status;
}

static void refused(const char *yaml, const char *message) {
  struct sf_options options;
  struct sf_error error;
  cr_expect_eq(apply(yaml, &options, &error), SF_CONFIG, "taken: %s", yaml);
  cr_expect(strstr(error.text, message), "%s\nhas the message: %s\nnot: %s", yaml, error.text,
            message);
}

Test(options_file, values_and_origins) {
  struct sf_options options;
  struct sf_error error;
  char origin[SF_ORIGIN_SIZE];
  cr_assert_eq(
      apply("# comment\nseed: 7\n\nstart: \"2025-01-31\"\ncheck: full # all\nforce: true\n",
            &options, &error),
      SF_OK, "%s", error.text);
  cr_expect_eq(options.data.seed, 7);
  cr_expect_eq(options.check, SF_CHECK_FULL);
  cr_expect_eq(options.force, 1);
  sf_options_origin(&options, SF_OPTION_START, origin);
  cr_expect_str_eq(origin, "a.yaml:4");
  sf_options_origin(&options, SF_OPTION_DAYS, origin);
  cr_expect_str_eq(origin, "default");
}

Test(options_file, nothing_is_a_configuration) {
  struct sf_options options;
  struct sf_error error;
  static const char *const texts[] = {"", "\n", "# only a comment\n", "{}\n"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    cr_expect_eq(apply(texts[i], &options, &error), SF_OK, "%s", error.text);
    cr_expect_eq(options.data.customers, 3000);
  }
}

Test(options_file, keys) {
  refused("seed: 1\ncustmers: 5\n", "a.yaml:2: unknown key 'custmers', did you mean 'customers'?");
  refused("bse: b.yaml\n", "a.yaml:1: unknown key 'bse', did you mean 'base'?");
  refused("xyzzy: 5\n", "a.yaml:1: unknown key 'xyzzy'");
  // Options of the command line are not keys.
  refused("format: csv\n", "unknown key 'format'");
  refused("config: b.yaml\n", "unknown key 'config'");
  refused("seed: 1\ndays: 2\nseed: 1\n", "a.yaml:3: seed is given a second time, first in line 1");
  refused("base: a\nbase: b\n", "a.yaml:2: base is given a second time");
  refused("? [seed]\n: 1\n", "a.yaml:1: a key must be the name of an option");
}

Test(options_file, values) {
  refused("customers: many\n", "a.yaml:1: customers: 'many' is not a whole number");
  refused("\ncustomers: 0\n", "a.yaml:2: customers: 0 is out of bounds");
  refused("seed: [1]\n", "a.yaml:1: seed: must be a single value");
  refused("seed:\n  lower: 1\n", "seed: must be a single value");
  refused("seed: &a 1\ndays: *a\n", "a.yaml:2: days: must be a single value");
  refused("seed:\n", "a.yaml:1: seed: the value is empty");
  refused("base:\n", "a.yaml:1: base: the value is empty");
  refused("plan: \"a\\0b\"\n", "a.yaml:1: the text holds a zero byte");
  refused("customers: 5\nrows: 5\n", "a.yaml: customers and rows exclude each other");
}

Test(options_file, syntax) {
  refused("- seed\n", "a.yaml:1: must be lines of the form 'key: value'");
  refused("seed\n", "a.yaml:1: must be lines of the form 'key: value'");
  refused("seed: 1\n---\nseed: 2\n", "a.yaml:2: a second document");
  refused("seed: \"1\n", "a.yaml:1: not YAML");
  refused("seed: 1\nplan: [\n", "a.yaml:2: plan: must be a single value");
  refused("{seed: 1\n", "not YAML");
  refused("%YAML 1.2\n---\nseed: 1\n", "a.yaml:1: a line cannot begin with '%'");
  refused("seed: 1\nplan: \x01\n", "a.yaml:2: not YAML: control characters are not allowed (0x01)");
  refused("seed: 1\nplan: \xff\xfe\n", "a.yaml:2: not YAML: invalid leading UTF-8 octet (0xff)");
  refused("seed: 1\nplan\ndays: 2\n", "a.yaml:2: not YAML: could not find expected ':'");
  refused("seed: 1\nplan: \"a\n\n", "a.yaml:2: not YAML: found unexpected end of stream");
  refused("seed: 1\nplan: a\xe2\x80\xa8z\n", "a.yaml:2: U+0085, U+2028 and U+2029 must be");
}

// Nothing is made of a text: no number, date, truth or null, whatever its form.
Test(options_file, text_as_written) {
  struct sf_options options;
  struct sf_error error;
  static const char *const plain[] = {"0x1F", "1e3", "yes", "~", "2024-02-29", "null", "a:b#c"};
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
    char yaml[64];
    snprintf(yaml, sizeof yaml, "plan: %s\n", plain[i]);
    cr_assert_eq(apply(yaml, &options, &error), SF_OK, "%s", error.text);
    cr_expect_str_eq(options.plan, plain[i]);
  }
  cr_assert_eq(apply("plan: \"a\\u20ac\\x0a\\L\"\n", &options, &error), SF_OK, "%s", error.text);
  cr_expect_str_eq(options.plan, "a\xe2\x82\xac\n\xe2\x80\xa8");
  // A byte order mark, line ends of another system.
  cr_assert_eq(apply("\xef\xbb\xbfplan: a\r\nseed: 8\r\n", &options, &error), SF_OK, "%s",
               error.text);
  cr_expect_str_eq(options.plan, "a");
  cr_expect_eq(options.data.seed, 8);
}

// Inputs that have been fatal to a reader of YAML or are meant to be.
Test(options_file, hostile_files) {
  DIR *folder = opendir(SOURCE_DIR "/tests/fuzz/config_refused");
  cr_assert_not_null(folder);
  int files = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') {
      continue;
    }
    char path[SF_PATH_SIZE], where[SF_PATH_SIZE + 1];
    snprintf(path, sizeof path, SOURCE_DIR "/tests/fuzz/config_refused/%s", entry->d_name);
    snprintf(where, sizeof where, "%s:", path);
    struct sf_options options;
    struct sf_error error = {.status = SF_OK};
    sf_options_default(&options);
    cr_expect_eq(sf_config_load(path, &options, &error), SF_CONFIG, "taken: %s", path);
    cr_expect_eq(strncmp(error.text, where, strlen(where)), 0, "%s: %s", path, error.text);
    cr_expect_geq(atoi(error.text + strlen(where)), 1, "%s", error.text);
    for (const char *c = error.text; *c; c++) {
      cr_expect(!iscntrl((unsigned char)*c), "%s: %s", path, error.text);
    }
    files++;
  }
  closedir(folder);
  cr_expect_gt(files, 50);
}

// Files in a folder of the test's own, which is the current one.
static void enter_folder(void) {
  char folder[] = "/tmp/synfin_options_XXXXXX";
  cr_assert_not_null(mkdtemp(folder));
  cr_assert_eq(chdir(folder), 0);
}

static void leave_folder(void) {
  char folder[SF_PATH_SIZE], command[SF_PATH_SIZE + 16];
  cr_assert_not_null(getcwd(folder, sizeof folder));
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  cr_assert_eq(chdir("/"), 0);
  cr_assert_eq(system(command), 0);
}

static void write_file(const char *path, const char *text) {
  FILE *stream = fopen(path, "w");
  cr_assert_not_null(stream);
  cr_assert_geq(fputs(text, stream), 0);
  cr_assert_eq(fclose(stream), 0);
}

static enum sf_status load(const char *path, struct sf_options *options, struct sf_error *error) {
  *error = (struct sf_error){.status = SF_OK};
  sf_options_default(options);
  return sf_config_load(path, options, error);
}

TestSuite(options_base, .init = enter_folder, .fini = leave_folder);

Test(options_base, later_wins) {
  struct sf_options options;
  struct sf_error error;
  char origin[SF_ORIGIN_SIZE];
  cr_assert_eq(system("mkdir sub"), 0);
  write_file("top.yaml", "base: sub/middle.yaml\nseed: 1\n");
  // The path of a base is relative to the file that names it.
  write_file("sub/middle.yaml", "seed: 2\ndays: 20\nbase: bottom.yaml\n");
  write_file("sub/bottom.yaml", "seed: 3\ndays: 30\nbatch: 300\n");
  cr_assert_eq(load("top.yaml", &options, &error), SF_OK, "%s", error.text);
  cr_expect_eq(options.data.seed, 1);
  cr_expect_eq(options.data.days, 20);
  cr_expect_eq(options.batch, 300);
  sf_options_origin(&options, SF_OPTION_BATCH, origin);
  cr_expect_str_eq(origin, "sub/bottom.yaml:3");
  sf_options_origin(&options, SF_OPTION_SEED, origin);
  cr_expect_str_eq(origin, "top.yaml:2");
}

Test(options_base, rows_replace_customers_of_the_base) {
  struct sf_options options;
  struct sf_error error;
  write_file("top.yaml", "base: bottom.yaml\nrows: 1000\n");
  write_file("bottom.yaml", "customers: 77\n");
  cr_assert_eq(load("top.yaml", &options, &error), SF_OK, "%s", error.text);
  cr_expect_eq(options.rows, 1000);
  cr_expect_eq(options.data.customers, 3000);
  write_file("top.yaml", "base: bottom.yaml\ncustomers: 77\n");
  write_file("bottom.yaml", "rows: 1000\n");
  cr_assert_eq(load("top.yaml", &options, &error), SF_OK, "%s", error.text);
  cr_expect_eq(options.rows, 0);
  cr_expect_eq(options.data.customers, 77);
}

Test(options_base, cycles_and_missing_files) {
  struct sf_options options;
  struct sf_error error;
  write_file("a.yaml", "base: b.yaml\n");
  write_file("b.yaml", "seed: 1\nbase: ./a.yaml\n");
  cr_expect_eq(load("a.yaml", &options, &error), SF_CONFIG);
  cr_expect_str_eq(error.text,
                   "b.yaml:2: base: ./a.yaml is already one of the files that lead here");
  write_file("a.yaml", "base: a.yaml\n");
  cr_expect_eq(load("a.yaml", &options, &error), SF_CONFIG);
  write_file("a.yaml", "base: none.yaml\n");
  cr_expect_eq(load("a.yaml", &options, &error), SF_CONFIG);
  cr_expect_str_eq(error.text, "a.yaml:1: base: none.yaml: No such file or directory");
  cr_expect_eq(load("none.yaml", &options, &error), SF_CONFIG);
  cr_expect_str_eq(error.text, "none.yaml: No such file or directory");
  cr_expect_eq(load(".", &options, &error), SF_CONFIG);
  cr_expect_str_eq(error.text, ".: Is a directory");
}

Test(options_base, chain_has_an_end) {
  struct sf_options options;
  struct sf_error error;
  for (int i = 1; i <= SF_CONFIG_FILES_MAX; i++) {
    char name[32], text[32];
    snprintf(name, sizeof name, "%d.yaml", i);
    snprintf(text, sizeof text, "base: %d.yaml\n", i + 1);
    write_file(name, text);
  }
  write_file("9.yaml", "seed: 9\n");
  cr_expect_eq(load("1.yaml", &options, &error), SF_CONFIG);
  cr_expect(strstr(error.text, "more than 8 configuration files"), "%s", error.text);
  cr_expect_eq(load("2.yaml", &options, &error), SF_OK, "%s", error.text);
  cr_expect_eq(options.data.seed, 9);
}

Test(options_base, large_files) {
  struct sf_options options;
  struct sf_error error;
  char *text = malloc(SF_CONFIG_BYTES_MAX + 1);
  cr_assert_not_null(text);
  memset(text, '#', SF_CONFIG_BYTES_MAX);
  text[SF_CONFIG_BYTES_MAX] = '\0';
  write_file("a.yaml", text);
  cr_expect_eq(load("a.yaml", &options, &error), SF_CONFIG);
  cr_expect(strstr(error.text, "too many for a configuration"), "%s", error.text);
  text[SF_CONFIG_BYTES_MAX - 1] = '\0';
  write_file("a.yaml", text);
  cr_expect_eq(load("a.yaml", &options, &error), SF_OK, "%s", error.text);
  free(text);
}

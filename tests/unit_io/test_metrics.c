#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/metrics.h"

static char folder[] = "/tmp/synfin_metrics_XXXXXX";
static char path[64], partial[80];

static void make_folder(void) {
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/run.prom", folder);
  snprintf(partial, sizeof partial, "%s.partial", path);
}

static void remove_folder(void) {
  unlink(path);
  rmdir(path);
  cr_expect_eq(rmdir(folder), 0, "files are left");
}

static void expect_file(const char *expected) {
  char text[1024] = "";
  FILE *file = fopen(path, "r");
  cr_assert_not_null(file);
  const size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  cr_expect_str_eq(text, expected);
}

TestSuite(metrics, .init = make_folder, .fini = remove_folder);

Test(metrics, families_have_help_type_and_samples_with_labels) {
  struct sf_error error = {.status = SF_OK};
  const struct sf_label common[] = {{"run_id", "a\\b\"c\nd"}, {"task", ""}};
  const struct sf_label type = {"type", "x"};
  struct sf_metrics metrics;
  cr_assert_eq(sf_metrics_begin(&metrics, path, common, 2, &error), SF_OK);
  sf_metrics_family(&metrics, "n_total", SF_METRIC_COUNTER, "Number of n.");
  sf_metrics_sample(&metrics, 9007199254740991, &type, 1);
  sf_metrics_single(&metrics, "n_seconds", SF_METRIC_GAUGE, "Time.", 0.25);
  cr_assert_eq(sf_metrics_commit(&metrics, &error), SF_OK, "%s", error.text);
  expect_file(
      "# HELP n_total Number of n.\n# TYPE n_total counter\n"
      "n_total{run_id=\"a\\\\b\\\"c\\nd\",task=\"\",type=\"x\"} 9007199254740991\n"
      "# HELP n_seconds Time.\n# TYPE n_seconds gauge\n"
      "n_seconds{run_id=\"a\\\\b\\\"c\\nd\",task=\"\"} 0.25\n");
}

Test(metrics, samples_without_labels_have_no_braces) {
  struct sf_metrics metrics;
  cr_assert_eq(sf_metrics_begin(&metrics, path, NULL, 0, NULL), SF_OK);
  sf_metrics_single(&metrics, "n", SF_METRIC_GAUGE, "N.", 3);
  cr_assert_eq(sf_metrics_commit(&metrics, NULL), SF_OK);
  expect_file("# HELP n N.\n# TYPE n gauge\nn 3\n");
}

static enum sf_status write_one(double value, struct sf_error *error) {
  struct sf_metrics metrics;
  cr_assert_eq(sf_metrics_begin(&metrics, path, NULL, 0, error), SF_OK);
  sf_metrics_single(&metrics, "n", SF_METRIC_GAUGE, "N.", value);
  return sf_metrics_commit(&metrics, error);
}

// A reader that has the old file open keeps it whole.
Test(metrics, a_file_is_replaced_as_a_whole) {
  cr_assert_eq(write_one(1, NULL), SF_OK);
  FILE *reader = fopen(path, "r");
  cr_assert_eq(write_one(2, NULL), SF_OK);
  char text[64] = "";
  cr_assert_gt(fread(text, 1, sizeof text - 1, reader), 0);
  fclose(reader);
  cr_expect_not_null(strstr(text, "\nn 1\n"));
  expect_file("# HELP n N.\n# TYPE n gauge\nn 2\n");
  cr_expect_neq(access(partial, F_OK), 0);
}

Test(metrics, a_failure_names_the_file_and_leaves_nothing) {
  struct sf_error error = {.status = SF_OK};
  cr_assert_eq(mkdir(path, 0777), 0);  // which a file cannot replace
  cr_expect_eq(write_one(1, &error), SF_FILE);
  cr_expect_not_null(strstr(error.text, path));
  cr_expect_not_null(strstr(error.text, "cannot write the metrics"));
  cr_expect_neq(access(partial, F_OK), 0);
}

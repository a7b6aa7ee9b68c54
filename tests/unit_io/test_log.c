#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/log.h"

static char path[] = "/tmp/synfin_log_XXXXXX";

static void make_file(void) {
  const int descriptor = mkstemp(path);
  cr_assert_geq(descriptor, 0);
  close(descriptor);
  unsetenv("SLURM_JOB_ID");
  unsetenv("SLURM_ARRAY_JOB_ID");
  unsetenv("SLURM_ARRAY_TASK_ID");
}

static void remove_file(void) { unlink(path); }

static struct sf_log *opened(const char *run_id) {
  struct sf_error error = {.status = SF_OK};
  struct sf_log *log = NULL;
  cr_assert_eq(sf_log_open(path, 3, run_id, &log, &error), SF_OK, "%s", error.text);
  return log;
}

// Line `number` of the file, counted from 0; null if there is none.
static json_t *line(int number) {
  char text[8192];
  json_t *found = NULL;
  FILE *file = fopen(path, "r");
  for (int i = 0; i <= number && fgets(text, sizeof text, file); i++) {
    if (i == number) {
      found = json_loads(text, 0, NULL);
      cr_assert_not_null(found, "line %d is no JSON: %s", number, text);
    }
  }
  fclose(file);
  return found;
}

static const char *member(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

TestSuite(log, .init = make_file, .fini = remove_file);

Test(log, lines_have_the_common_members_and_their_own) {
  struct sf_log *log = opened("a \"quoted\"\nid");
  sf_log_event(log, SF_LOG_INFO, "start", NULL, json_pack("{s:i}", "ranks", 4));
  sf_log_event(log, SF_LOG_WARNING, "warning", "plan", json_pack("{s:s}", "message", "a\tb"));
  sf_log_event(log, SF_LOG_ERROR, "end", NULL, NULL);
  sf_log_close(log);
  json_t *start = line(0), *warning = line(1), *end = line(2);
  cr_expect_str_eq(member(start, "level"), "info");
  cr_expect_str_eq(member(start, "event"), "start");
  cr_expect_str_eq(member(start, "run_id"), "a \"quoted\"\nid");
  cr_expect_eq(json_integer_value(json_object_get(start, "rank")), 3);
  cr_expect_eq(json_integer_value(json_object_get(start, "ranks")), 4);
  cr_expect_null(json_object_get(start, "phase"));
  cr_expect_null(json_object_get(start, "job"));
  cr_expect_null(json_object_get(start, "task"));
  cr_expect_str_eq(member(warning, "level"), "warning");
  cr_expect_str_eq(member(warning, "phase"), "plan");
  cr_expect_str_eq(member(warning, "message"), "a\tb");
  cr_expect_str_eq(member(end, "level"), "error");
  cr_expect_null(line(3));
  json_decref(start);
  json_decref(warning);
  json_decref(end);
}

Test(log, a_task_of_an_array_is_named_by_the_array) {
  setenv("SLURM_JOB_ID", "18", 1);
  cr_expect_str_eq(sf_slurm_job_id(), "18");
  cr_expect_null(sf_slurm_task_id());
  setenv("SLURM_ARRAY_JOB_ID", "17", 1);
  setenv("SLURM_ARRAY_TASK_ID", "5", 1);
  struct sf_log *log = opened("id");
  sf_log_event(log, SF_LOG_INFO, "start", NULL, NULL);
  sf_log_close(log);
  json_t *start = line(0);
  cr_expect_str_eq(member(start, "job"), "17");
  cr_expect_str_eq(member(start, "task"), "5");
  json_decref(start);
}

Test(log, a_second_run_appends) {
  for (int i = 0; i < 2; i++) {
    struct sf_log *log = opened(i == 0 ? "first" : "second");
    sf_log_event(log, SF_LOG_INFO, "start", NULL, NULL);
    sf_log_close(log);
  }
  json_t *first = line(0), *second = line(1);
  cr_expect_str_eq(member(first, "run_id"), "first");
  cr_expect_str_eq(member(second, "run_id"), "second");
  json_decref(first);
  json_decref(second);
}

Test(log, no_log_takes_members_over) {
  json_t *members = json_object();
  json_incref(members);
  sf_log_event(NULL, SF_LOG_INFO, "start", NULL, members);
  cr_expect_eq(members->refcount, 1);
  json_decref(members);
  sf_log_close(NULL);
}

Test(log, a_file_in_no_folder_is_an_error_that_names_it) {
  struct sf_error error = {.status = SF_OK};
  struct sf_log *log = NULL;
  cr_expect_eq(sf_log_open("/nonexistent/log", 0, "id", &log, &error), SF_FILE);
  cr_expect_null(log);
  cr_expect_not_null(strstr(error.text, "/nonexistent/log: cannot write the log: No such file"));
}

Test(log, run_ids_are_different_uuids) {
  char a[SF_RUN_ID_SIZE], b[SF_RUN_ID_SIZE];
  cr_assert_eq(sf_run_id_make(a, NULL), SF_OK);
  cr_assert_eq(sf_run_id_make(b, NULL), SF_OK);
  cr_expect_str_neq(a, b);
  cr_expect_eq(strlen(a), 36);
  cr_expect_eq(a[14], '4');
  cr_expect_not_null(strchr("89ab", a[19]));
  cr_expect_eq(strspn(a, "0123456789abcdef-"), 36);
}

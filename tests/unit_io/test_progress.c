#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/progress.h"

static void expect_scaled(double value, const char *expected) {
  char text[SF_SCALED_SIZE];
  sf_scaled_text(value, text);
  cr_expect_str_eq(text, expected);
}

Test(progress, counts_have_three_digits_and_a_prefix) {
  expect_scaled(0, "0");
  expect_scaled(999, "999");
  expect_scaled(999.6, "1 k");
  expect_scaled(1069939, "1.07 M");
  expect_scaled(2.5e9, "2.5 G");
  expect_scaled(1e13, "10 T");
}

// What a run of `steps` updates prints when the stream is no terminal.
static char *printed(int64_t own, int64_t total, int64_t step) {
  char *text = NULL;
  size_t length;
  FILE *stream = tmpfile();
  struct sf_progress progress;
  sf_progress_start(&progress, stream, "generate", own, total, 142);
  for (int64_t done = step; done < own; done += step) {
    sf_progress_update(&progress, done);
  }
  sf_progress_update(&progress, own);
  sf_progress_end(&progress);
  length = (size_t)ftell(stream);
  rewind(stream);
  text = calloc(1, length + 1);
  cr_assert_eq(fread(text, 1, length, stream), length);
  fclose(stream);
  return text;
}

static int lines_of(const char *text) {
  int lines = 0;
  for (; *text; text++) {
    lines += *text == '\n';
  }
  return lines;
}

Test(progress, ends_with_all_rows_of_all_ranks) {
  char *text = printed(250, 1000, 10);
  const char *last = strstr(text, "generate: 100 %, 1 k rows, ");
  cr_assert_not_null(last, "%s", text);
  cr_expect_not_null(strstr(last, " rows/s, "));
  cr_expect_not_null(strstr(last, "B/s\n"));
  cr_expect_leq(lines_of(text), 10);
  cr_expect_null(strchr(text, '\r'));
  free(text);
}

Test(progress, shows_no_rows_while_they_are_not_known) {
  char *text = printed(100, 0, 1);
  cr_expect_not_null(strstr(text, "generate: 100 %\n"), "%s", text);
  cr_expect_null(strstr(text, "rows"));
  free(text);
}

Test(progress, of_no_rows_is_complete) {
  char *text = printed(0, 0, 1);
  cr_expect_str_eq(text, "generate: 100 %\n");
  free(text);
}

Test(progress, is_silent_without_a_stream) {
  struct sf_progress progress;
  sf_progress_start(&progress, NULL, "generate", 10, 10, 142);
  sf_progress_update(&progress, 10);
  sf_progress_end(&progress);
  cr_expect_eq(progress.tenths, 0);
}

struct heard {
  int calls;
  double last;
};

static void listen(void *context, double part) {
  struct heard *heard = context;
  heard->calls++;
  cr_expect_geq(part, heard->last);
  heard->last = part;
}

Test(progress, a_listener_hears_every_update_also_where_nothing_is_printed) {
  struct heard heard = {0};
  struct sf_progress progress;
  sf_progress_start(&progress, NULL, "plan", 8, 0, 0);
  progress.listener = listen;
  progress.context = &heard;
  for (int64_t done = 1; done <= 8; done++) {
    sf_progress_update(&progress, done);
  }
  cr_expect_eq(heard.calls, 8);
  cr_expect_eq(heard.last, 1);
  sf_progress_start(&progress, NULL, "plan", 0, 0, 0);  // a rank without work has done it
  progress.listener = listen;
  progress.context = &heard;
  sf_progress_update(&progress, 0);
  cr_expect_eq(heard.last, 1);
  cr_expect_eq(heard.calls, 9);
}

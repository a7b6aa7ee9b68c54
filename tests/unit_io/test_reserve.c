#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "io/reserve.h"

static char folder[] = "/tmp/synfin_reserve_XXXXXX";
static char path[64], other[64];

static void setup(void) {
  cr_assert_not_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/a.h5", folder);
  snprintf(other, sizeof other, "%s/b.h5", folder);
}

static void teardown(void) {
  unlink(path);
  unlink(other);
  rmdir(folder);
}

TestSuite(reserve, .init = setup, .fini = teardown);

static void write_text(const char *name, const char *text) {
  FILE *file = fopen(name, "w");
  cr_assert_not_null(file);
  fputs(text, file);
  fclose(file);
}

static void expect_text(const char *name, const char *text) {
  char found[64] = "";
  FILE *file = fopen(name, "r");
  cr_assert_not_null(file);
  cr_assert_not_null(fgets(found, sizeof found, file));
  fclose(file);
  cr_expect_str_eq(found, text);
}

Test(reserve, new_output_is_accepted_and_not_made) {
  cr_expect_eq(sf_output_check(path, 0, NULL), SF_OK);
  cr_expect_neq(access(path, F_OK), 0);
}

Test(reserve, existing_output_needs_force) {
  write_text(path, "precious");
  struct sf_error error = {.status = SF_OK};
  cr_expect_eq(sf_output_check(path, 0, &error), SF_USAGE);
  cr_expect_not_null(strstr(error.text, path));
  cr_expect_not_null(strstr(error.text, "--force"));
  cr_expect_eq(sf_output_check(path, 1, NULL), SF_OK);
  expect_text(path, "precious");
}

Test(reserve, outputs_that_cannot_be_are_refused) {
  char inside[96];
  snprintf(inside, sizeof inside, "%s/missing/a.h5", folder);
  cr_expect_eq(sf_output_check(inside, 0, NULL), SF_FILE);
  cr_expect_eq(sf_output_check(folder, 1, NULL), SF_USAGE);
  cr_expect_eq(sf_output_check("", 0, NULL), SF_USAGE);
  cr_expect_eq(sf_output_check("-", 1, NULL), SF_USAGE);
  cr_assert_eq(mkfifo(other, 0600), 0);
  cr_expect_eq(sf_output_check(other, 1, NULL), SF_USAGE);
}

Test(reserve, names_must_leave_room_for_what_is_added) {
  const long most = pathconf(folder, _PC_NAME_MAX) - (long)strlen(".manifest.json.partial");
  cr_assert_gt(most, 100);
  char text[512];
  const int start = snprintf(text, sizeof text, "%s/", folder);
  memset(text + start, 'a', (size_t)most + 1);
  text[start + most + 1] = '\0';
  struct sf_error error = {.status = SF_OK};
  cr_expect_eq(sf_output_check(text, 1, &error), SF_USAGE);
  cr_expect_not_null(strstr(error.text, "the name is too long"), "%s", error.text);
  text[start + most] = '\0';
  cr_expect_eq(sf_output_check(text, 1, NULL), SF_OK);
}

Test(reserve, room_is_compared_with_what_is_free) {
  struct statvfs system;
  cr_assert_eq(statvfs(folder, &system), 0);
  cr_expect_eq(sf_output_room(path, 1, NULL), SF_OK);
  // The whole file system and a byte.
  const int64_t all = (int64_t)(system.f_blocks * system.f_frsize);
  cr_expect_eq(sf_output_room(path, all + 1, NULL), SF_SPACE);
}

Test(reserve, blocks_are_taken_and_the_length_stays) {
  const int64_t bytes = 1 << 20;
  cr_assert_eq(sf_reserve_create(path, bytes, NULL), SF_OK);
  struct stat file;
  cr_assert_eq(stat(path, &file), 0);
  cr_expect_eq(file.st_size, 0);
  if (file.st_blocks == 0) {
    cr_skip_test("the file system of /tmp does not reserve");
  }
  cr_expect_geq(512 * file.st_blocks, bytes);
  cr_expect_eq(sf_reserve_more(path, 2 * bytes, NULL), SF_OK);
  cr_assert_eq(stat(path, &file), 0);
  cr_expect_eq(file.st_size, 0);
  cr_expect_geq(512 * file.st_blocks, 2 * bytes);
}

Test(reserve, sync_gives_back_what_is_not_used) {
  const int64_t bytes = 8 << 20;
  cr_assert_eq(sf_reserve_create(path, bytes, NULL), SF_OK);
  int descriptor = open(path, O_WRONLY);
  cr_assert_eq(write(descriptor, "text", 4), 4);
  close(descriptor);
  cr_expect_eq(sf_file_sync(path, NULL), SF_OK);
  struct stat file;
  cr_assert_eq(stat(path, &file), 0);
  cr_expect_eq(file.st_size, 4);
  cr_expect_lt(512 * file.st_blocks, bytes);
  expect_text(path, "text");
}

Test(reserve, too_much_is_refused_and_leaves_nothing) {
  struct sf_error error = {.status = SF_OK};
  cr_expect_eq(sf_reserve_create(path, (int64_t)1 << 60, &error), SF_SPACE);
  cr_expect_not_null(strstr(error.text, path));
  cr_expect_neq(access(path, F_OK), 0);
}

Test(reserve, create_begins_with_an_empty_file) {
  write_text(path, "left by a run that was killed");
  cr_assert_eq(sf_reserve_create(path, 4096, NULL), SF_OK);
  struct stat file;
  cr_assert_eq(stat(path, &file), 0);
  cr_expect_eq(file.st_size, 0);
}

Test(reserve, rename_replaces_whole_files) {
  write_text(path, "new");
  write_text(other, "old");
  cr_expect_eq(sf_file_rename(path, other, NULL), SF_OK);
  cr_expect_neq(access(path, F_OK), 0);
  expect_text(other, "new");
  cr_expect_eq(sf_file_rename(path, other, NULL), SF_FILE);
  expect_text(other, "new");
}

// Arrays as the description of NumPy's format has them.
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/npy.h"

static size_t read_file(const char *path, char *bytes, size_t size) {
  FILE *file = fopen(path, "rb");
  cr_assert_not_null(file);
  const size_t length = fread(bytes, 1, size, file);
  fclose(file);
  return length;
}

Test(npy, a_matrix_has_its_header_and_rows_in_any_order) {
  struct sf_npy array;
  struct sf_error error = {.status = SF_OK};
  const float first[2][3] = {{1, 2, 3}, {4, 5, 6}}, last[1][3] = {{7, 8, 9}};
  char bytes[512];
  cr_assert_eq(sf_npy_create("npy_test.npy", SF_TYPE_F32, 3, 3, &array, &error), SF_OK);
  cr_assert_eq(sf_npy_write(&array, 2, 1, last, &error), SF_OK);
  cr_assert_eq(sf_npy_write(&array, 0, 2, first, &error), SF_OK);
  cr_assert_eq(sf_npy_close(&array, &error), SF_OK);
  cr_assert_eq(read_file("npy_test.npy", bytes, sizeof bytes), 128 + 36);
  cr_assert_arr_eq(bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
  cr_assert_not_null(
      strstr(bytes + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }"));
  cr_assert_eq(bytes[127], '\n');
  cr_assert_arr_eq(bytes + 128, first, sizeof first);
  cr_assert_arr_eq(bytes + 152, last, sizeof last);
  unlink("npy_test.npy");
}

Test(npy, an_empty_list_is_an_array) {
  struct sf_npy array;
  struct sf_error error = {.status = SF_OK};
  char bytes[512];
  cr_assert_eq(sf_npy_create("npy_none.npy", SF_TYPE_U64, 0, 0, &array, &error), SF_OK);
  cr_assert_eq(sf_npy_close(&array, &error), SF_OK);
  cr_assert_eq(read_file("npy_none.npy", bytes, sizeof bytes), 128);
  cr_assert_not_null(
      strstr(bytes + 10, "{'descr': '<u8', 'fortran_order': False, 'shape': (0,), }"));
  unlink("npy_none.npy");
}

Test(npy, a_folder_that_is_missing_is_named) {
  struct sf_npy array;
  struct sf_error error = {.status = SF_OK};
  cr_assert_eq(sf_npy_create("no/such/folder.npy", SF_TYPE_U8, 1, 0, &array, &error), SF_FILE);
  cr_assert_not_null(strstr(error.text, "no/such/folder.npy"));
  cr_assert_eq(sf_npy_close(&array, &error), SF_OK);
}

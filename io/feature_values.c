#include "io/feature_values.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/h5_library.h"
#include "kernels/features/features.h"

#define DATASET "/features/values"
#define NAMES "names"

struct sf_feature_values {
  hid_t file, dataset;
  uint32_t columns;
  char name[SF_FEATURE_COLUMNS_MAX][SF_FEATURE_NAME_SIZE];
  char path[4096];
};

static hid_t open_dataset(hid_t file) {
  hid_t dataset = H5I_INVALID_HID;
  H5E_BEGIN_TRY {
    // The group first: a path through a missing group is an error of another kind.
    if (H5Lexists(file, "/features", H5P_DEFAULT) > 0) {
      dataset = H5Dopen2(file, DATASET, H5P_DEFAULT);
    }
  }
  H5E_END_TRY
  return dataset;
}

static bool shape_fits(struct sf_feature_values *values, int64_t rows) {
  hsize_t shape[2] = {0};
  hid_t space = H5Dget_space(values->dataset), type = H5Dget_type(values->dataset);
  const bool fits = H5Sget_simple_extent_ndims(space) == 2 &&
                    H5Sget_simple_extent_dims(space, shape, NULL) == 2 &&
                    shape[0] == (hsize_t)rows && shape[1] >= 1 &&
                    shape[1] <= SF_FEATURE_COLUMNS_MAX && H5Tequal(type, H5T_IEEE_F32LE) > 0;
  H5Tclose(type);
  H5Sclose(space);
  values->columns = fits ? (uint32_t)shape[1] : 0;
  return fits;
}

// Copies fixed-length strings of `size` bytes each, padded with zeros.
static bool copy_names(struct sf_feature_values *values, hid_t attribute, hid_t type) {
  const size_t size = H5Tget_size(type);
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 ||
      size > SF_FEATURE_NAME_SIZE) {
    return false;
  }
  char *text = calloc(values->columns, size);
  const bool is_read = text && H5Aread(attribute, type, text) >= 0;
  for (uint32_t c = 0; is_read && c < values->columns; c++) {
    snprintf(values->name[c], SF_FEATURE_NAME_SIZE, "%.*s", (int)size, text + c * size);
  }
  free(text);
  return is_read;
}

static bool read_names(struct sf_feature_values *values) {
  bool is_read = false;
  H5E_BEGIN_TRY {
    hid_t attribute = H5Aopen(values->dataset, NAMES, H5P_DEFAULT);
    if (attribute >= 0) {
      hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
      is_read = H5Sget_simple_extent_npoints(space) == (hssize_t)values->columns &&
                copy_names(values, attribute, type);
      H5Sclose(space);
      H5Tclose(type);
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  return is_read;
}

static enum sf_status open_values(struct sf_feature_values *values, int64_t rows,
                                  struct sf_error *error) {
  H5E_BEGIN_TRY { values->file = H5Fopen(values->path, H5F_ACC_RDONLY, H5P_DEFAULT); }
  H5E_END_TRY
  if (values->file < 0) {
    return sf_h5_open_fail(error, values->path);
  }
  values->dataset = open_dataset(values->file);
  if (values->dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: the corpus has no features (" DATASET ")", values->path);
  }
  if (!shape_fits(values, rows)) {
    return sf_fail(error, SF_FORMAT,
                   "%s: " DATASET " is not float32 of %lld rows and 1 to %u columns", values->path,
                   (long long)rows, SF_FEATURE_COLUMNS_MAX);
  }
  if (!read_names(values)) {
    return sf_fail(error, SF_FORMAT,
                   "%s: the attribute \"" NAMES "\" of " DATASET " does not name its columns",
                   values->path);
  }
  return SF_OK;
}

enum sf_status sf_feature_values_open(const char *path, int64_t rows,
                                      struct sf_feature_values **values, struct sf_error *error) {
  struct sf_feature_values *opened = malloc(sizeof *opened);
  if (!opened) {
    return sf_fail(error, SF_MEMORY, "out of memory for the features of %s", path);
  }
  memset(opened, 0, sizeof *opened);
  opened->file = opened->dataset = H5I_INVALID_HID;
  snprintf(opened->path, sizeof opened->path, "%s", path);
  const enum sf_status status = open_values(opened, rows, error);
  if (status != SF_OK) {
    sf_feature_values_close(opened);
    return status;
  }
  *values = opened;
  return SF_OK;
}

void sf_feature_values_close(struct sf_feature_values *values) {
  if (!values) {
    return;
  }
  if (values->dataset >= 0) {
    H5Dclose(values->dataset);
  }
  if (values->file >= 0) {
    H5Fclose(values->file);
  }
  free(values);
}

uint32_t sf_feature_values_columns(const struct sf_feature_values *values) {
  return values->columns;
}

const char *sf_feature_values_name(const struct sf_feature_values *values, uint32_t column) {
  return values->name[column];
}

enum sf_status sf_feature_values_groups(const struct sf_feature_values *values, uint32_t *groups,
                                        struct sf_error *error) {
  uint8_t feature[SF_FEATURE_COUNT];
  *groups = 0;
  for (uint32_t c = 0; c < values->columns; c++) {
    for (int f = 0; f < SF_FEATURE_COUNT; f++) {
      const bool is_it = strcmp(values->name[c], sf_feature_table[f].name) == 0;
      *groups |= is_it ? 1u << sf_feature_table[f].group : 0;
    }
  }
  bool fits = sf_feature_select(*groups, feature) == values->columns;
  for (uint32_t c = 0; fits && c < values->columns; c++) {
    fits = strcmp(values->name[c], sf_feature_table[feature[c]].name) == 0;
  }
  return fits ? SF_OK
              : sf_fail(error, SF_FORMAT,
                        "%s: the columns of " DATASET " are not the features of whole groups",
                        values->path);
}

enum sf_status sf_feature_values_read(const struct sf_feature_values *values, int64_t first,
                                      int64_t count, float *data, struct sf_error *error) {
  const hsize_t start[2] = {(hsize_t)first, 0}, block[2] = {(hsize_t)count, values->columns};
  hid_t in_file = H5Dget_space(values->dataset);
  hid_t in_memory = H5Screate_simple(2, block, NULL);
  herr_t outcome = H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start, NULL, block, NULL);
  if (outcome >= 0) {
    outcome = H5Dread(values->dataset, H5T_NATIVE_FLOAT, in_memory, in_file, H5P_DEFAULT, data);
  }
  H5Sclose(in_memory);
  H5Sclose(in_file);
  return outcome >= 0 ? SF_OK
                      : sf_h5_fail(error, SF_FILE, "%s: cannot read " DATASET, values->path);
}

bool sf_feature_values_exist(const char *path) {
  bool exist = false;
  H5E_BEGIN_TRY {
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file >= 0) {
      exist = H5Lexists(file, "/features", H5P_DEFAULT) > 0;
      H5Fclose(file);
    }
  }
  H5E_END_TRY
  return exist;
}

#define DIGITS (SF_DIGEST_TEXT_SIZE - 1)

enum sf_status sf_feature_values_digests(const struct sf_feature_values *values,
                                         struct sf_digest *digest, struct sf_error *error) {
  char text[SF_FEATURE_COLUMNS_MAX][DIGITS];
  bool is_read = false;
  H5E_BEGIN_TRY {
    const hid_t attribute = H5Aopen(values->dataset, "digests", H5P_DEFAULT);
    if (attribute >= 0) {
      const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
      is_read = H5Sget_simple_extent_npoints(space) == (hssize_t)values->columns &&
                H5Tget_class(type) == H5T_STRING && H5Tget_size(type) == DIGITS &&
                H5Aread(attribute, type, text) >= 0;
      H5Sclose(space);
      H5Tclose(type);
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  for (uint32_t c = 0; is_read && c < values->columns; c++) {
    char one[SF_DIGEST_TEXT_SIZE];
    snprintf(one, sizeof one, "%.*s", DIGITS, text[c]);
    is_read = sf_digest_parse(one, &digest[c]);
  }
  return is_read ? SF_OK
                 : sf_fail(error, SF_FORMAT, "%s: " DATASET " has no digests", values->path);
}

#include "io/feature_values.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/h5_attribute.h"
#include "io/h5_library.h"
#include "io/shard_list.h"
#include "kernels/features/features.h"

#define DATASET "/features/values"
#define FIRST_VIEW SF_GROUP_VIEWS "/00000" DATASET
#define NAMES "names"

// Changes while values are read, so they only point to it.
struct shards {
  struct sf_shard_list list;  // empty: the file holds all rows
  int open;                   // the shard that is open; -1: none
  hid_t file, dataset;
};

struct sf_feature_values {
  hid_t file, dataset;
  int64_t first;  // of a shard alone: number in the corpus of its first row
  struct shards *shards;
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
    } else if (H5Lexists(file, SF_GROUP_VIEWS, H5P_DEFAULT) > 0) {
      dataset = H5Dopen2(file, FIRST_VIEW, H5P_DEFAULT);
    }
  }
  H5E_END_TRY
  return dataset;
}

// Whether a dataset is float32 [rows, *columns]; of any number of columns if that
// is 0, and of any number of rows if that is negative.
static bool shape_fits(hid_t dataset, int64_t rows, uint32_t *columns) {
  hsize_t shape[2] = {0};
  hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
  const bool fits = H5Sget_simple_extent_ndims(space) == 2 &&
                    H5Sget_simple_extent_dims(space, shape, NULL) == 2 &&
                    (rows < 0 || shape[0] == (hsize_t)rows) && shape[1] >= 1 &&
                    shape[1] <= SF_FEATURE_COLUMNS_MAX && (*columns == 0 || shape[1] == *columns) &&
                    H5Tequal(type, H5T_IEEE_F32LE) > 0;
  H5Tclose(type);
  H5Sclose(space);
  *columns = fits ? (uint32_t)shape[1] : 0;
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
  values->file = sf_h5_open_file(values->path);
  if (values->file < 0) {
    return sf_h5_open_fail(error, values->path);
  }
  sf_h5_read_number(values->file, SF_ATTR_FIRST "transactions", H5T_NATIVE_INT64, &values->first);
  values->dataset = open_dataset(values->file);
  if (values->dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: the corpus has no features (" DATASET ")", values->path);
  }
  SF_TRY(sf_shard_list_read(values->file, values->path, &values->shards->list, error));
  const bool is_whole = values->shards->list.count <= SF_VIEW_SHARDS_MAX;
  if (!shape_fits(values->dataset, is_whole ? rows : -1, &values->columns)) {
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
  struct sf_feature_values *opened = calloc(1, sizeof *opened);
  struct shards *shards = calloc(1, sizeof *shards);
  if (!opened || !shards) {
    free(shards);
    free(opened);
    return sf_fail(error, SF_MEMORY, "out of memory for the features of %s", path);
  }
  opened->file = opened->dataset = H5I_INVALID_HID;
  opened->shards = shards;
  shards->open = -1;
  snprintf(opened->path, sizeof opened->path, "%s", path);
  const enum sf_status status = open_values(opened, rows, error);
  if (status != SF_OK) {
    sf_feature_values_close(opened);
    return status;
  }
  *values = opened;
  return SF_OK;
}

static void close_shard(struct shards *shards) {
  if (shards->open >= 0) {
    H5Dclose(shards->dataset);
    H5Fclose(shards->file);
  }
  shards->open = -1;
}

void sf_feature_values_close(struct sf_feature_values *values) {
  if (!values) {
    return;
  }
  close_shard(values->shards);
  sf_shard_list_free(&values->shards->list);
  free(values->shards);
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

static herr_t read_rows(hid_t dataset, uint32_t columns, int64_t first, int64_t count,
                        float *data) {
  const hsize_t start[2] = {(hsize_t)first, 0}, block[2] = {(hsize_t)count, columns};
  hid_t in_file = H5Dget_space(dataset);
  hid_t in_memory = H5Screate_simple(2, block, NULL);
  herr_t outcome = H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start, NULL, block, NULL);
  if (outcome >= 0) {
    outcome = H5Dread(dataset, H5T_NATIVE_FLOAT, in_memory, in_file, H5P_DEFAULT, data);
  }
  H5Sclose(in_memory);
  H5Sclose(in_file);
  return outcome;
}

static enum sf_status open_shard(struct shards *shards, int shard, uint32_t columns,
                                 struct sf_error *error) {
  if (shards->open == shard) {
    return SF_OK;
  }
  close_shard(shards);
  char path[SF_SHARD_LIST_PATH_SIZE];
  sf_shard_list_path(&shards->list, shard, path);
  shards->file = sf_h5_open_file(path);
  if (shards->file < 0) {
    return sf_h5_open_fail(error, path);
  }
  shards->dataset = open_dataset(shards->file);
  if (shards->dataset < 0 || !shape_fits(shards->dataset, shards->list.rows[shard], &columns)) {
    if (shards->dataset >= 0) {
      H5Dclose(shards->dataset);
    }
    H5Fclose(shards->file);
    return sf_fail(error, SF_FORMAT, "%s: " DATASET " is not that of its corpus", path);
  }
  shards->open = shard;
  return SF_OK;
}

static enum sf_status read_shards(const struct sf_feature_values *values, int64_t first,
                                  int64_t count, float *data, struct sf_error *error) {
  struct shards *shards = values->shards;
  for (int64_t at = 0; at < count;) {
    const int shard = sf_shard_list_find(&shards->list, first + at);
    const int64_t from = first + at - shards->list.first[shard];
    const int64_t left = shards->list.rows[shard] - from;
    const int64_t now = left < count - at ? left : count - at;
    SF_TRY(open_shard(shards, shard, values->columns, error));
    if (read_rows(shards->dataset, values->columns, from, now, data + at * values->columns) < 0) {
      char path[SF_SHARD_LIST_PATH_SIZE];
      sf_shard_list_path(&shards->list, shard, path);
      return sf_h5_fail(error, SF_FILE, "%s: cannot read " DATASET, path);
    }
    at += now;
  }
  return SF_OK;
}

enum sf_status sf_feature_values_read(const struct sf_feature_values *values, int64_t first,
                                      int64_t count, float *data, struct sf_error *error) {
  if (values->shards->list.count > 0) {
    return read_shards(values, first, count, data, error);
  }
  return read_rows(values->dataset, values->columns, first - values->first, count, data) >= 0
             ? SF_OK
             : sf_h5_fail(error, SF_FILE, "%s: cannot read " DATASET, values->path);
}

bool sf_feature_values_exist(const char *path) {
  bool exist = false;
  H5E_BEGIN_TRY {
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file >= 0) {
      exist = H5Lexists(file, "/features", H5P_DEFAULT) > 0 ||
              (H5Lexists(file, SF_GROUP_VIEWS, H5P_DEFAULT) > 0 &&
               H5Lexists(file, SF_GROUP_VIEWS "/00000", H5P_DEFAULT) > 0 &&
               H5Lexists(file, SF_GROUP_VIEWS "/00000/features", H5P_DEFAULT) > 0);
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

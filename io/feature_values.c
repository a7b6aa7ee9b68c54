#include "io/feature_values.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/feature_file.h"
#include "io/h5_attribute.h"
#include "io/shard_list.h"
#include "kernels/features/features.h"

#define NAMES "names"

// Changes while values are read, so they only point to it.
struct shards {
  struct sf_shard_list list;     // empty: the file holds all rows
  struct sf_feature_file *file;  // of the shard that is open; null: none
  int open;
};

struct sf_feature_values {
  struct sf_feature_file *file;
  int64_t first;  // of a shard alone: number in the corpus of its first row
  struct shards *shards;
  char name[SF_FEATURE_COLUMNS_MAX][SF_FEATURE_NAME_SIZE];
};

// Copies fixed-length strings of `size` bytes each, padded with zeros.
static bool copy_names(struct sf_feature_values *values, hid_t attribute, hid_t type) {
  const size_t size = H5Tget_size(type);
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 ||
      size > SF_FEATURE_NAME_SIZE) {
    return false;
  }
  char *text = calloc(values->file->columns, size);
  const bool is_read = text && H5Aread(attribute, type, text) >= 0;
  for (uint32_t c = 0; is_read && c < values->file->columns; c++) {
    snprintf(values->name[c], SF_FEATURE_NAME_SIZE, "%.*s", (int)size, text + c * size);
  }
  free(text);
  return is_read;
}

static bool read_names(struct sf_feature_values *values) {
  bool is_read = false;
  H5E_BEGIN_TRY {
    hid_t attribute = H5Aopen(values->file->dataset, NAMES, H5P_DEFAULT);
    if (attribute >= 0) {
      hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
      is_read = H5Sget_simple_extent_npoints(space) == (hssize_t)values->file->columns &&
                copy_names(values, attribute, type);
      H5Sclose(space);
      H5Tclose(type);
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  return is_read;
}

static enum sf_status open_values(struct sf_feature_values *values, const char *path, int64_t rows,
                                  struct sf_error *error) {
  SF_TRY(sf_feature_file_open(path, &values->file, error));
  const hid_t file = values->file->file;
  sf_h5_read_number(file, SF_ATTR_FIRST "transactions", H5T_NATIVE_INT64, &values->first);
  SF_TRY(sf_shard_list_read(file, path, &values->shards->list, error));
  // Of several views the file of the first has some of the rows only.
  const struct sf_shard_list *list = &values->shards->list;
  const bool is_whole = list->count <= SF_VIEW_SHARDS_MAX;
  const int last = list->count - 1;
  if (!sf_feature_file_fits(values->file, is_whole ? rows : -1, 0) ||
      (list->count > 0 && list->first[last] + list->rows[last] != rows)) {
    return sf_fail(error, SF_FORMAT,
                   "%s: " SF_FEATURES_VALUES " is not float32 of %lld rows and 1 to %u columns",
                   path, (long long)rows, SF_FEATURE_COLUMNS_MAX);
  }
  if (!read_names(values)) {
    return sf_fail(error, SF_FORMAT,
                   "%s: the attribute \"" NAMES "\" of " SF_FEATURES_VALUES
                   " does not name its columns",
                   path);
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
  opened->shards = shards;
  const enum sf_status status = open_values(opened, path, rows, error);
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
  sf_feature_file_close(values->shards->file);
  sf_shard_list_free(&values->shards->list);
  free(values->shards);
  sf_feature_file_close(values->file);
  free(values);
}

uint32_t sf_feature_values_columns(const struct sf_feature_values *values) {
  return values->file->columns;
}

const char *sf_feature_values_name(const struct sf_feature_values *values, uint32_t column) {
  return values->name[column];
}

enum sf_status sf_feature_values_groups(const struct sf_feature_values *values, uint32_t *groups,
                                        struct sf_error *error) {
  uint8_t feature[SF_FEATURE_COUNT];
  *groups = 0;
  for (uint32_t c = 0; c < values->file->columns; c++) {
    for (int f = 0; f < SF_FEATURE_COUNT; f++) {
      const bool is_it = strcmp(values->name[c], sf_feature_table[f].name) == 0;
      *groups |= is_it ? 1u << sf_feature_table[f].group : 0;
    }
  }
  bool fits = sf_feature_select(*groups, feature) == values->file->columns;
  for (uint32_t c = 0; fits && c < values->file->columns; c++) {
    fits = strcmp(values->name[c], sf_feature_table[feature[c]].name) == 0;
  }
  return fits ? SF_OK
              : sf_fail(error, SF_FORMAT,
                        "%s: the columns of " SF_FEATURES_VALUES
                        " are not the features of whole groups",
                        values->file->path);
}

static enum sf_status open_shard(struct shards *shards, int shard, uint32_t columns,
                                 struct sf_error *error) {
  if (shards->file && shards->open == shard) {
    return SF_OK;
  }
  sf_feature_file_close(shards->file);
  shards->file = NULL;
  char path[SF_SHARD_LIST_PATH_SIZE];
  sf_shard_list_path(&shards->list, shard, path);
  struct sf_feature_file *file;
  SF_TRY(sf_feature_file_open(path, &file, error));
  if (!sf_feature_file_fits(file, shards->list.rows[shard], columns)) {
    sf_feature_file_close(file);
    return sf_fail(error, SF_FORMAT, "%s: " SF_FEATURES_VALUES " is not that of its corpus", path);
  }
  shards->file = file;
  shards->open = shard;
  return SF_OK;
}

static enum sf_status read_shards(const struct sf_feature_values *values, int64_t first,
                                  int64_t count, float *data, struct sf_error *error) {
  struct shards *shards = values->shards;
  const uint32_t columns = values->file->columns;
  for (int64_t at = 0; at < count;) {
    const int shard = sf_shard_list_find(&shards->list, first + at);
    const int64_t from = first + at - shards->list.first[shard];
    const int64_t left = shards->list.rows[shard] - from;
    const int64_t now = left < count - at ? left : count - at;
    SF_TRY(open_shard(shards, shard, columns, error));
    SF_TRY(sf_feature_file_read(shards->file, from, now, data + at * columns, error));
    at += now;
  }
  return SF_OK;
}

enum sf_status sf_feature_values_read(const struct sf_feature_values *values, int64_t first,
                                      int64_t count, float *data, struct sf_error *error) {
  return values->shards->list.count > 0
             ? read_shards(values, first, count, data, error)
             : sf_feature_file_read(values->file, first - values->first, count, data, error);
}

bool sf_feature_values_exist(const char *path) {
  bool exist = false;
  H5E_BEGIN_TRY {
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file >= 0) {
      exist = H5Lexists(file, SF_GROUP_FEATURES, H5P_DEFAULT) > 0 ||
              (H5Lexists(file, SF_GROUP_VIEWS, H5P_DEFAULT) > 0 &&
               H5Lexists(file, SF_FIRST_VIEW, H5P_DEFAULT) > 0 &&
               H5Lexists(file, SF_FIRST_VIEW SF_GROUP_FEATURES, H5P_DEFAULT) > 0);
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
    const hid_t attribute = H5Aopen(values->file->dataset, "digests", H5P_DEFAULT);
    if (attribute >= 0) {
      const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
      is_read = H5Sget_simple_extent_npoints(space) == (hssize_t)values->file->columns &&
                H5Tget_class(type) == H5T_STRING && H5Tget_size(type) == DIGITS &&
                H5Aread(attribute, type, text) >= 0;
      H5Sclose(space);
      H5Tclose(type);
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  for (uint32_t c = 0; is_read && c < values->file->columns; c++) {
    char one[SF_DIGEST_TEXT_SIZE];
    snprintf(one, sizeof one, "%.*s", DIGITS, text[c]);
    is_read = sf_digest_parse(one, &digest[c]);
  }
  return is_read ? SF_OK
                 : sf_fail(error, SF_FORMAT, "%s: " SF_FEATURES_VALUES " has no digests",
                           values->file->path);
}

#include "io/shard_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/h5_attribute.h"
#include "io/h5_library.h"
#include "io/shard.h"

#define DIGITS (SF_DIGEST_TEXT_SIZE - 1)

static bool read_numbers(hid_t file, const char *name, int count, int64_t *number) {
  const hid_t dataset = sf_h5_open_dataset(file, name);
  if (dataset < 0) {
    return false;
  }
  const bool is_read =
      sf_h5_dataset_length(dataset) == count &&
      H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, number) >= 0;
  H5Dclose(dataset);
  return is_read;
}

static bool read_digests(hid_t file, int count, char *digest) {
  const hid_t dataset = sf_h5_open_dataset(file, SF_SHARDS_DIGEST);
  if (dataset < 0) {
    return false;
  }
  const hid_t type = H5Dget_type(dataset);
  const bool is_read = sf_h5_dataset_length(dataset) == count && H5Tget_class(type) == H5T_STRING &&
                       H5Tget_size(type) == DIGITS &&
                       H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, digest) >= 0;
  H5Tclose(type);
  H5Dclose(dataset);
  return is_read;
}

static bool is_contiguous(const struct sf_shard_list *list) {
  int64_t first = 0;
  for (int s = 0; s < list->count; s++) {
    // Below 2^62, so that no sum overflows.
    if (list->first[s] != first || list->rows[s] < 0 || list->rows[s] > INT64_MAX / 2 - first) {
      return false;
    }
    first += list->rows[s];
  }
  return true;
}

// The folder of the shards is beside the corpus, wherever that was moved to.
static bool read_folder(hid_t file, const char *path, struct sf_shard_list *list) {
  char name[SF_H5_TEXT_SIZE];
  if (!sf_h5_read_text(file, SF_ATTR_SHARD_FOLDER, name) || name[0] == '\0' || strchr(name, '/')) {
    return false;
  }
  const char *slash = strrchr(path, '/');
  const int length = snprintf(list->folder, sizeof list->folder, "%.*s%s",
                              slash ? (int)(slash - path + 1) : 0, path, name);
  return length < (int)sizeof list->folder;
}

enum sf_status sf_shard_list_read(hid_t file, const char *path, struct sf_shard_list *list,
                                  struct sf_error *error) {
  memset(list, 0, sizeof *list);
  int64_t shards = 0;
  if (H5Aexists(file, SF_ATTR_SHARD) > 0 ||
      !sf_h5_read_number(file, SF_ATTR_SHARDS, H5T_NATIVE_INT64, &shards)) {
    return SF_OK;
  }
  if (shards < 1 || shards > SF_SHARDS_MAX || !read_folder(file, path, list)) {
    return sf_fail(error, SF_FORMAT, "%s: its shards are not told as they should be", path);
  }
  list->count = (int)shards;
  list->first = malloc((size_t)shards * sizeof *list->first);
  list->rows = malloc((size_t)shards * sizeof *list->rows);
  list->customers = malloc((size_t)shards * sizeof *list->customers);
  list->digest = malloc((size_t)shards * DIGITS);
  if (!list->first || !list->rows || !list->customers || !list->digest) {
    return sf_fail(error, SF_MEMORY, "out of memory for the list of shards of %s", path);
  }
  if (!read_numbers(file, SF_SHARDS_FIRST, list->count, list->first) ||
      !read_numbers(file, SF_SHARDS_ROWS, list->count, list->rows) ||
      !read_numbers(file, SF_SHARDS_CUSTOMERS, list->count, list->customers) ||
      !read_digests(file, list->count, list->digest) || !is_contiguous(list)) {
    return sf_fail(error, SF_FORMAT, "%s: " SF_GROUP_SHARDS " is not as it should be", path);
  }
  return SF_OK;
}

void sf_shard_list_free(struct sf_shard_list *list) {
  free(list->digest);
  free(list->customers);
  free(list->rows);
  free(list->first);
  memset(list, 0, sizeof *list);
}

void sf_shard_list_path(const struct sf_shard_list *list, int shard,
                        char path[SF_SHARD_LIST_PATH_SIZE]) {
  snprintf(path, SF_SHARD_LIST_PATH_SIZE, "%s" SF_SHARD_FORMAT, list->folder, shard);
}

int sf_shard_list_find(const struct sf_shard_list *list, int64_t row) {
  int low = 0, high = list->count - 1;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (row >= list->first[middle] + list->rows[middle]) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static bool has_number(hid_t file, const char *name, uint64_t expected) {
  uint64_t value;
  return sf_h5_read_number(file, name, H5T_NATIVE_UINT64, &value) && value == expected;
}

static enum sf_status check_shard(const struct sf_shard_list *list, int s,
                                  const struct sf_config *config, struct sf_error *error) {
  char path[SF_SHARD_LIST_PATH_SIZE], digest[SF_H5_TEXT_SIZE];
  sf_shard_list_path(list, s, path);
  const hid_t file = sf_h5_open_file(path);
  if (file < 0) {
    return sf_h5_open_fail(error, path);
  }
  enum sf_status status = SF_OK;
  if (!has_number(file, SF_ATTR_SCHEMA_VERSION, SF_SCHEMA_VERSION) ||
      !has_number(file, SF_ATTR_SEED, config->seed) ||
      !has_number(file, SF_ATTR_CUSTOMERS, config->customers) ||
      !has_number(file, SF_ATTR_SHARD, (uint64_t)s) ||
      !has_number(file, SF_ATTR_SHARDS, (uint64_t)list->count)) {
    status = sf_fail(error, SF_MISMATCH, "%s: is not shard %d of %d of this corpus", path, s,
                     list->count);
  } else if (!sf_h5_read_text(file, SF_ATTR_DIGEST, digest) || strlen(digest) != DIGITS ||
             memcmp(digest, list->digest + (size_t)s * DIGITS, DIGITS) != 0) {
    status = sf_fail(error, SF_MISMATCH, "%s: holds other rows than this corpus had in shard %d",
                     path, s);
  }
  H5Fclose(file);
  return status;
}

enum sf_status sf_shard_list_check(const struct sf_shard_list *list, const struct sf_config *config,
                                   struct sf_error *error) {
  for (int s = 0; s < list->count; s++) {
    SF_TRY(check_shard(list, s, config, error));
  }
  return SF_OK;
}

#include "tests/mpi/h5_content.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

static void add(struct sf_digest *digest, const void *data, size_t bytes) {
  // Things are met in order of name, so that a sum of them tells them apart by place.
  const struct sf_digest one = sf_digest_of_bytes(data, bytes);
  digest->low = digest->low * 0x9e3779b97f4a7c15u + one.low;
  digest->high = digest->high * 0x9e3779b97f4a7c15u + one.high;
}

static herr_t add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
  (void)info;
  const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
  add(context, name, strlen(name));
  herr_t outcome = -1;
  if (H5Tis_variable_str(type) > 0) {
    char *text = NULL;
    outcome = H5Aread(attribute, type, &text);
    if (outcome >= 0 && text) {
      add(context, text, strlen(text));
    }
    H5free_memory(text);
  } else if (attribute >= 0) {
    const size_t bytes = (size_t)H5Aget_storage_size(attribute);
    void *data = calloc(bytes + 1, 1);
    outcome = H5Aread(attribute, type, data);
    add(context, data, bytes);
    free(data);
  }
  H5Tclose(type);
  H5Aclose(attribute);
  return outcome < 0 ? -1 : 0;
}

static herr_t add_values(hid_t dataset, struct sf_digest *digest) {
  const hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
  const size_t bytes = (size_t)H5Sget_simple_extent_npoints(space) * H5Tget_size(type);
  void *data = calloc(bytes + 1, 1);
  const herr_t outcome = H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
  add(digest, data, bytes);
  free(data);
  H5Sclose(space);
  H5Tclose(type);
  return outcome;
}

static herr_t add_object(hid_t file, const char *name, const H5O_info_t *info, void *context) {
  const hid_t object = H5Oopen(file, name, H5P_DEFAULT);
  if (object < 0) {
    return -1;
  }
  add(context, name, strlen(name));
  herr_t outcome = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, add_attribute, context);
  if (outcome >= 0 && info->type == H5O_TYPE_DATASET) {
    outcome = add_values(object, context);
  }
  H5Oclose(object);
  return outcome < 0 ? -1 : 0;
}

bool h5_content(const char *path, struct sf_digest *digest) {
  *digest = (struct sf_digest){0, 0};
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) {
    return false;
  }
  const herr_t outcome =
      H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, add_object, digest, H5O_INFO_BASIC);
  H5Fclose(file);
  return outcome >= 0;
}

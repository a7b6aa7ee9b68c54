#include "io/h5_attribute.h"

#include <stdio.h>
#include <string.h>

// Copies the text of a string attribute, of fixed or variable length.
static bool copy_text(hid_t attribute, hid_t type, char text[SF_H5_TEXT_SIZE]) {
  const hid_t space = H5Aget_space(attribute);
  const bool is_scalar = H5Sget_simple_extent_npoints(space) == 1;
  H5Sclose(space);
  if (!is_scalar || H5Tget_class(type) != H5T_STRING) {
    return false;
  }
  if (H5Tis_variable_str(type) == 0) {
    return H5Tget_size(type) < SF_H5_TEXT_SIZE && H5Aread(attribute, type, text) >= 0;
  }
  char *value = NULL;
  const bool is_read = H5Aread(attribute, type, &value) >= 0 && value;
  if (is_read) {
    snprintf(text, SF_H5_TEXT_SIZE, "%s", value);
  }
  H5free_memory(value);
  return is_read;
}

bool sf_h5_read_text(hid_t object, const char *name, char text[SF_H5_TEXT_SIZE]) {
  bool is_read = false;
  memset(text, 0, SF_H5_TEXT_SIZE);
  H5E_BEGIN_TRY {
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = attribute < 0 ? H5I_INVALID_HID : H5Aget_type(attribute);
    if (type >= 0) {
      is_read = copy_text(attribute, type, text);
      H5Tclose(type);
    }
    if (attribute >= 0) {
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  return is_read;
}

bool sf_h5_read_number(hid_t object, const char *name, hid_t type, void *value) {
  bool is_read = false;
  H5E_BEGIN_TRY {
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute >= 0) {
      const hid_t space = H5Aget_space(attribute);
      is_read = H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, type, value) >= 0;
      H5Sclose(space);
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  return is_read;
}

hid_t sf_h5_open_dataset(hid_t file, const char *name) {
  hid_t dataset = H5I_INVALID_HID;
  H5E_BEGIN_TRY { dataset = H5Dopen2(file, name, H5P_DEFAULT); }
  H5E_END_TRY
  return dataset;
}

int64_t sf_h5_dataset_length(hid_t dataset) {
  const hid_t space = H5Dget_space(dataset);
  hsize_t length = 0;
  const bool is_list = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                       H5Sget_simple_extent_dims(space, &length, NULL) == 1;
  if (space >= 0) {
    H5Sclose(space);
  }
  return is_list && length <= INT64_MAX ? (int64_t)length : -1;
}

hid_t sf_h5_open_file(const char *path) {
  // Whole ranges are read: a sieve of 64 KiB for each open dataset would be of no use.
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  hid_t file = H5I_INVALID_HID;
  H5Pset_sieve_buf_size(access, 0);
  H5E_BEGIN_TRY { file = H5Fopen(path, H5F_ACC_RDONLY, access); }
  H5E_END_TRY
  H5Pclose(access);
  return file;
}

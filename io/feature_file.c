#include "io/feature_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/chunk_writer.h"
#include "io/corpus_format.h"
#include "io/feature_values.h"
#include "io/h5_attribute.h"
#include "io/h5_library.h"

static hid_t open_dataset(hid_t file) {
  hid_t dataset = H5I_INVALID_HID;
  H5E_BEGIN_TRY {
    // The group first: a path through a missing group is an error of another kind.
    if (H5Lexists(file, SF_GROUP_FEATURES, H5P_DEFAULT) > 0) {
      dataset = H5Dopen2(file, SF_FEATURES_VALUES, H5P_DEFAULT);
    } else if (H5Lexists(file, SF_GROUP_VIEWS, H5P_DEFAULT) > 0) {
      dataset = H5Dopen2(file, SF_FIRST_VIEW SF_FEATURES_VALUES, H5P_DEFAULT);
    }
  }
  H5E_END_TRY
  return dataset;
}

// Rows and columns of a dataset of float32 of two dimensions.
static bool read_shape(hid_t dataset, hsize_t shape[2]) {
  const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
  const bool is_matrix = H5Sget_simple_extent_ndims(space) == 2 &&
                         H5Sget_simple_extent_dims(space, shape, NULL) == 2 &&
                         H5Tequal(type, H5T_IEEE_F32LE) > 0;
  H5Tclose(type);
  H5Sclose(space);
  return is_matrix;
}

static enum sf_status open_values(struct sf_feature_file *file, struct sf_error *error) {
  file->file = sf_h5_open_file(file->path);
  if (file->file < 0) {
    return sf_h5_open_fail(error, file->path);
  }
  file->dataset = open_dataset(file->file);
  if (file->dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: the corpus has no features (" SF_FEATURES_VALUES ")",
                   file->path);
  }
  hsize_t shape[2];
  if (!read_shape(file->dataset, shape) || shape[1] < 1 || shape[1] > SF_FEATURE_COLUMNS_MAX) {
    return sf_fail(error, SF_FORMAT, "%s: " SF_FEATURES_VALUES " is not float32 of 1 to %u columns",
                   file->path, SF_FEATURE_COLUMNS_MAX);
  }
  file->columns = (uint32_t)shape[1];
  SF_TRY(sf_chunk_reader_create(file->dataset, sizeof(float), &file->chunks, error));
  return file->chunks ? sf_deflate_create(SF_CHUNK_ROWS, sizeof(float), &file->deflate, error)
                      : SF_OK;
}

enum sf_status sf_feature_file_open(const char *path, struct sf_feature_file **result,
                                    struct sf_error *error) {
  struct sf_feature_file *file = calloc(1, sizeof *file);
  if (!file) {
    return sf_fail(error, SF_MEMORY, "out of memory for the features of %s", path);
  }
  file->file = file->dataset = H5I_INVALID_HID;
  snprintf(file->path, sizeof file->path, "%s", path);
  const enum sf_status status = open_values(file, error);
  if (status != SF_OK) {
    sf_feature_file_close(file);
    return status;
  }
  *result = file;
  return SF_OK;
}

void sf_feature_file_close(struct sf_feature_file *file) {
  if (!file) {
    return;
  }
  sf_chunk_reader_free(file->chunks);
  sf_deflate_free(file->deflate);
  if (file->dataset >= 0) {
    H5Dclose(file->dataset);
  }
  if (file->file >= 0) {
    H5Fclose(file->file);
  }
  free(file);
}

bool sf_feature_file_fits(const struct sf_feature_file *file, int64_t rows, uint32_t columns) {
  hsize_t shape[2];
  return read_shape(file->dataset, shape) && (rows < 0 || shape[0] == (hsize_t)rows) &&
         (columns == 0 || shape[1] == columns);
}

static herr_t read_plain(const struct sf_feature_file *file, int64_t first, int64_t count,
                         float *data) {
  const hsize_t start[2] = {(hsize_t)first, 0}, block[2] = {(hsize_t)count, file->columns};
  const hid_t in_file = H5Dget_space(file->dataset);
  const hid_t in_memory = H5Screate_simple(2, block, NULL);
  herr_t outcome = H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start, NULL, block, NULL);
  if (outcome >= 0) {
    outcome = H5Dread(file->dataset, H5T_NATIVE_FLOAT, in_memory, in_file, H5P_DEFAULT, data);
  }
  H5Sclose(in_memory);
  H5Sclose(in_file);
  return outcome;
}

enum sf_status sf_feature_file_read(struct sf_feature_file *file, int64_t first, int64_t count,
                                    float *data, struct sf_error *error) {
  struct sf_error cause = {.status = SF_OK};
  enum sf_status status = SF_OK;
  if (file->chunks) {
    status = sf_chunk_reader_rows(file->chunks, file->deflate, first, count, data, &cause);
  } else if (read_plain(file, first, count, data) < 0) {
    status = sf_h5_fail(&cause, SF_FILE, "not readable");
  }
  return status == SF_OK
             ? SF_OK
             : sf_fail(error, status,
                       "%s: cannot read rows %lld to %lld of " SF_FEATURES_VALUES ": %s",
                       file->path, (long long)first, (long long)(first + count - 1), cause.text);
}

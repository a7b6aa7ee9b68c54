#include "jobs/learn/prepared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/h5_library.h"

#define FILE_NAME "prepared.h5"

static const struct {
  const char *name;
  enum sf_type type;
  const char *description;
} arrays[SF_PREPARED_ARRAYS] = {
    [SF_PREPARED_X] = {"X", SF_TYPE_F32, "Inputs, encoded and scaled; NaN = missing"},
    [SF_PREPARED_Y] = {"y", SF_TYPE_U8, "1: known as fraud"},
    [SF_PREPARED_TRUTH] = {"truth", SF_TYPE_U8, "1: fraud, whether known or not"},
    [SF_PREPARED_ID] = {"id", SF_TYPE_U64, "transaction_id"},
};

static const char *part_name(int part, char text[SF_MEMBER_NAME_SIZE]) {
  sf_domain(SF_DOMAIN_SPLIT)->member((uint32_t)part, text);
  return text;
}

static enum sf_status create_arrays(struct sf_prepared *prepared,
                                    const struct sf_output_folder *folder, int part,
                                    struct sf_error *error) {
  for (int a = 0; a < SF_PREPARED_ARRAYS; a++) {
    char name[96], path[4096], text[SF_MEMBER_NAME_SIZE];
    snprintf(name, sizeof name, "%s_%s.npy", arrays[a].name, part_name(part, text));
    sf_output_folder_file(folder, name, path);
    SF_TRY(sf_npy_create(path, arrays[a].type, prepared->rows[part],
                         a == SF_PREPARED_X ? prepared->width : 0, &prepared->array[part][a],
                         error));
  }
  return SF_OK;
}

static hid_t type_of(int a) {
  const struct sf_column column = {.type = arrays[a].type, .elements = 1};
  return sf_h5_column_type(&column);
}

// Contiguous, allocated at once, never filled: every row is written.
static hid_t create_dataset(hid_t group, int a, int64_t rows, uint32_t width) {
  const hsize_t shape[2] = {(hsize_t)rows, width};
  hid_t space = H5Screate_simple(a == SF_PREPARED_X ? 2 : 1, shape, NULL);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE), type = type_of(a);
  H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
  hid_t dataset =
      H5Dcreate2(group, arrays[a].name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  H5Tclose(type);
  H5Pclose(creation);
  H5Sclose(space);
  return dataset;
}

struct name_list {
  char *text;  // shape [width, SF_MATRIX_NAME_SIZE]
};

static void put_name(void *context, uint32_t column, const char *name) {
  struct name_list *list = context;
  snprintf(list->text + (size_t)column * SF_MATRIX_NAME_SIZE, SF_MATRIX_NAME_SIZE, "%s", name);
}

// Names of the columns, as an attribute of the file: a list of fixed-length strings.
static bool write_names(hid_t file, const struct sf_recipe *recipe) {
  const hsize_t count = recipe->width;
  struct name_list list = {calloc(recipe->width, SF_MATRIX_NAME_SIZE)};
  if (!list.text) {
    return false;
  }
  sf_recipe_columns(recipe, put_name, &list);
  hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &count, NULL);
  H5Tset_size(type, SF_MATRIX_NAME_SIZE);
  // An attribute of more than 64 KiB does not fit into an object header: a dataset.
  hid_t names = H5Dcreate2(file, "names", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const bool is_written =
      names >= 0 && H5Dwrite(names, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, list.text) >= 0;
  if (names >= 0) {
    H5Dclose(names);
  }
  H5Sclose(space);
  H5Tclose(type);
  free(list.text);
  return is_written;
}

static bool create_group(struct sf_prepared *prepared, int part) {
  char name[SF_MEMBER_NAME_SIZE];
  hid_t group =
      H5Gcreate2(prepared->file, part_name(part, name), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  bool is_created = group >= 0;
  for (int a = 0; a < SF_PREPARED_ARRAYS && is_created; a++) {
    hid_t dataset = create_dataset(group, a, prepared->rows[part], prepared->width);
    prepared->dataset[part][a] = dataset;
    is_created = dataset >= 0 && sf_h5_set_text(dataset, "description", arrays[a].description) >= 0;
  }
  if (group >= 0) {
    H5Gclose(group);
  }
  return is_created;
}

static enum sf_status create_file(struct sf_prepared *prepared,
                                  const struct sf_output_folder *folder,
                                  const struct sf_recipe *recipe, struct sf_error *error) {
  char path[4096];
  sf_output_folder_file(folder, FILE_NAME, path);
  // One rank writes: the serial driver reports every failure where it happens.
  prepared->file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  bool is_created = prepared->file >= 0 && write_names(prepared->file, recipe);
  for (int part = 0; part < SF_SPLIT_GAP && is_created; part++) {
    is_created = create_group(prepared, part);
  }
  return is_created ? SF_OK : sf_h5_fail(error, SF_FILE, "%s: cannot write", path);
}

enum sf_status sf_prepared_create(struct sf_prepared *prepared,
                                  const struct sf_output_folder *folder, int format,
                                  const int64_t rows[], const struct sf_recipe *recipe,
                                  struct sf_error *error) {
  memset(prepared, 0, sizeof *prepared);
  prepared->width = recipe->width;
  prepared->npy = format != SF_PREPARE_HDF5;
  prepared->hdf5 = format != SF_PREPARE_NPY;
  prepared->file = H5I_INVALID_HID;
  for (int part = 0; part < SF_SPLIT_COUNT; part++) {
    prepared->rows[part] = rows[part];
    for (int a = 0; a < SF_PREPARED_ARRAYS; a++) {
      prepared->dataset[part][a] = H5I_INVALID_HID;
      prepared->array[part][a].descriptor = -1;
    }
  }
  for (int part = 0; part < SF_SPLIT_GAP && prepared->npy; part++) {
    SF_TRY(create_arrays(prepared, folder, part, error));
  }
  return prepared->hdf5 ? create_file(prepared, folder, recipe, error) : SF_OK;
}

static bool write_rows(const struct sf_prepared *prepared, int part, int a, int64_t count,
                       const void *data) {
  const hsize_t start[2] = {(hsize_t)prepared->done[part], 0};
  const hsize_t block[2] = {(hsize_t)count, prepared->width};
  hid_t dataset = prepared->dataset[part][a], in_file = H5Dget_space(dataset);
  hid_t memory = H5Screate_simple(a == SF_PREPARED_X ? 2 : 1, block, NULL), type = type_of(a);
  const bool is_written =
      H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start, NULL, block, NULL) >= 0 &&
      H5Dwrite(dataset, type, memory, in_file, H5P_DEFAULT, data) >= 0;
  H5Tclose(type);
  H5Sclose(memory);
  H5Sclose(in_file);
  return is_written;
}

enum sf_status sf_prepared_append(struct sf_prepared *prepared, int part, int64_t count,
                                  const void *const data[SF_PREPARED_ARRAYS],
                                  struct sf_error *error) {
  for (int a = 0; a < SF_PREPARED_ARRAYS && count > 0; a++) {
    if (prepared->npy) {
      SF_TRY(sf_npy_write(&prepared->array[part][a], prepared->done[part], count, data[a], error));
    }
    if (prepared->hdf5 && !write_rows(prepared, part, a, count, data[a])) {
      return sf_h5_fail(error, SF_SPACE, FILE_NAME ": cannot write");
    }
  }
  prepared->done[part] += count;
  return SF_OK;
}

enum sf_status sf_prepared_close(struct sf_prepared *prepared, struct sf_error *error) {
  enum sf_status status = SF_OK;
  bool is_closed = true;
  for (int part = 0; part < SF_SPLIT_GAP; part++) {
    for (int a = 0; a < SF_PREPARED_ARRAYS; a++) {
      const enum sf_status closed = sf_npy_close(&prepared->array[part][a], error);
      status = status == SF_OK ? closed : status;
      is_closed = (prepared->dataset[part][a] < 0 || H5Dclose(prepared->dataset[part][a]) >= 0) &&
                  is_closed;
      prepared->dataset[part][a] = H5I_INVALID_HID;
    }
  }
  is_closed = (prepared->file < 0 || H5Fclose(prepared->file) >= 0) && is_closed;
  prepared->file = H5I_INVALID_HID;
  if (status == SF_OK && !is_closed) {
    status = sf_h5_fail(error, SF_SPACE, FILE_NAME ": cannot write");
  }
  return status;
}

#include "io/h5_library.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum sf_status sf_h5_prepare(struct sf_error *error) {
  // Open MPI 4.1's read sieving can return wrong data; nothing here gains by it.
  setenv("OMPI_MCA_fbtl_posix_read_datasieving", "0", 0);
  // After a failed write the library can hang when it closes the file, and it
  // closes what is open at exit and in MPI_Finalize. Both hooks are avoided:
  // the first by name, the second by opening the library before MPI.
  if (H5dont_atexit() < 0 || H5open() < 0) {
    return sf_fail(error, SF_INTERNAL, "the HDF5 library cannot be started");
  }
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);  // messages are ours to print, once
  return SF_OK;
}

static herr_t take_innermost(unsigned n, const H5E_error2_t *entry, void *text) {
  (void)n;
  snprintf(text, 256, "%s", entry->desc ? entry->desc : "");
  return 1;  // stops the walk
}

enum sf_status sf_h5_fail(struct sf_error *error, enum sf_status status, const char *format, ...) {
  char text[sizeof error->text], cause[256] = "";
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_innermost, cause);
  return sf_fail(error, status, "%s%s%s", text, cause[0] ? ": HDF5: " : "", cause);
}

enum sf_status sf_h5_open_fail(struct sf_error *error, const char *path) {
  struct stat found;
  // Opened, since that fails as well where too many files are open.
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || fstat(descriptor, &found) != 0) {
    return sf_fail(error, SF_FILE, "%s: %s", path, strerror(errno));
  }
  close(descriptor);
  return S_ISDIR(found.st_mode)
             ? sf_fail(error, SF_FORMAT, "%s: is a folder", path)
             : sf_fail(error, SF_FORMAT, "%s: not an HDF5 file, or cut short", path);
}

// Closes `access`.
static hid_t create_file(const char *path, hid_t access) {
  hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  hid_t file = H5I_INVALID_HID;
  // Any HDF5 from 1.10 on reads the file, and newer ones write it no other.
  if (H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0 &&
      // A file is closed with all that is in it, or closing it fails.
      H5Pset_fclose_degree(access, H5F_CLOSE_SEMI) >= 0 &&
      // Equal corpora are equal bytes: no time stamps.
      H5Pset_obj_track_times(creation, false) >= 0) {
    file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
  }
  H5Pclose(creation);
  H5Pclose(access);
  return file;
}

hid_t sf_h5_create_file(MPI_Comm comm, const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (H5Pset_fapl_mpio(access, comm, MPI_INFO_NULL) < 0 ||
      // Many small metadata writes become one.
      H5Pset_coll_metadata_write(access, true) < 0) {
    H5Pclose(access);
    return H5I_INVALID_HID;
  }
  return create_file(path, access);
}

hid_t sf_h5_create_file_alone(const char *path) {
  return create_file(path, H5Pcreate(H5P_FILE_ACCESS));
}

hid_t sf_h5_create_group(hid_t file, const char *name) {
  hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
  hid_t group = H5I_INVALID_HID;
  if (H5Pset_obj_track_times(creation, false) >= 0) {
    group = H5Gcreate2(file, name, H5P_DEFAULT, creation, H5P_DEFAULT);
  }
  H5Pclose(creation);
  return group;
}

static hid_t create_dataset(hid_t file, const char *name, hid_t type, int dimensions,
                            const hsize_t *extent) {
  hid_t space = H5Screate_simple(dimensions, extent, NULL);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  hid_t dataset = H5I_INVALID_HID;
  if (H5Pset_obj_track_times(creation, false) >= 0 &&
      H5Pset_layout(creation, H5D_CONTIGUOUS) >= 0 &&
      // Place fixed at creation, so that no later write changes the metadata.
      H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) >= 0 &&
      // Every row is written; a fill would write the file twice.
      H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER) >= 0) {
    dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  }
  H5Pclose(creation);
  H5Sclose(space);
  return dataset;
}

hid_t sf_h5_create_dataset(hid_t file, const char *name, hid_t type, int64_t rows) {
  const hsize_t extent = (hsize_t)rows;
  return create_dataset(file, name, type, 1, &extent);
}

hid_t sf_h5_create_matrix(hid_t file, const char *name, hid_t type, int64_t rows, int64_t columns) {
  const hsize_t extent[2] = {(hsize_t)rows, (hsize_t)columns};
  return create_dataset(file, name, type, 2, extent);
}

hid_t sf_h5_create_chunked(hid_t file, const char *name, hid_t type, int64_t rows, int64_t columns,
                           int64_t chunk) {
  const hsize_t extent[2] = {(hsize_t)rows, (hsize_t)columns}, part[2] = {(hsize_t)chunk, 1};
  const int dimensions = columns ? 2 : 1;
  hid_t space = H5Screate_simple(dimensions, extent, NULL);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  hid_t dataset = H5I_INVALID_HID;
  if (H5Pset_obj_track_times(creation, false) >= 0 &&
      H5Pset_chunk(creation, dimensions, part) >= 0 && H5Pset_shuffle(creation) >= 0 &&
      H5Pset_deflate(creation, 1) >= 0 &&
      // Every chunk is written.
      H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER) >= 0) {
    dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  }
  H5Pclose(creation);
  H5Sclose(space);
  return dataset;
}

herr_t sf_h5_set_number(hid_t object, const char *name, hid_t type, const void *value) {
  hid_t space = H5Screate(H5S_SCALAR);
  hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  herr_t outcome = attribute < 0 ? -1 : H5Awrite(attribute, type, value);
  if (attribute >= 0 && H5Aclose(attribute) < 0) {
    outcome = -1;
  }
  H5Sclose(space);
  return outcome;
}

herr_t sf_h5_set_text_as(hid_t object, const char *name, enum sf_h5_text kind, const char *text) {
  hid_t type = H5Tcopy(H5T_C_S1);
  const bool is_fixed = kind == SF_H5_TEXT_FIXED;
  // There is no text of no bytes.
  const size_t length = text[0] ? strlen(text) : 1;
  herr_t outcome = -1;
  if (H5Tset_size(type, is_fixed ? length : H5T_VARIABLE) >= 0 &&
      H5Tset_cset(type, H5T_CSET_UTF8) >= 0 &&
      (!is_fixed || H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0)) {
    outcome = sf_h5_set_number(object, name, type, is_fixed ? (const void *)text : &text);
  }
  H5Tclose(type);
  return outcome;
}

herr_t sf_h5_set_text(hid_t object, const char *name, const char *text) {
  return sf_h5_set_text_as(object, name, SF_H5_TEXT_VARIABLE, text);
}

// The number that no member of an enumeration has.
#define MISSING_SHARD 255

static hid_t enumeration_type(const struct sf_domain *domain, bool is_view) {
  hid_t type = H5Tenum_create(H5T_STD_U8LE);
  for (uint32_t i = 0; i < domain->count; i++) {
    char name[SF_MEMBER_NAME_SIZE];
    uint8_t value = (uint8_t)i;
    domain->member(i, name);
    if (H5Tenum_insert(type, name, &value) < 0) {
      H5Tclose(type);
      return H5I_INVALID_HID;
    }
  }
  const uint8_t missing = MISSING_SHARD;
  if (is_view && H5Tenum_insert(type, "missing_shard", &missing) < 0) {
    H5Tclose(type);
    return H5I_INVALID_HID;
  }
  return type;
}

// As h5py writes numpy.bool_.
static hid_t boolean_type(void) {
  hid_t type = H5Tenum_create(H5T_STD_I8LE);
  static const int8_t no = 0, yes = 1;
  H5Tenum_insert(type, "FALSE", &no);
  H5Tenum_insert(type, "TRUE", &yes);
  return type;
}

static hid_t element_type(const struct sf_column *column, bool is_view) {
  switch (column->type) {
    case SF_TYPE_U8:
      return H5Tcopy(H5T_STD_U8LE);
    case SF_TYPE_U16:
    case SF_TYPE_DICT16:
      return H5Tcopy(H5T_STD_U16LE);
    case SF_TYPE_U32:
      return H5Tcopy(H5T_STD_U32LE);
    case SF_TYPE_U64:
      return H5Tcopy(H5T_STD_U64LE);
    case SF_TYPE_I64:
      return H5Tcopy(H5T_STD_I64LE);
    case SF_TYPE_DATE32:
      return H5Tcopy(H5T_STD_I32LE);
    case SF_TYPE_F32:
      return H5Tcopy(H5T_IEEE_F32LE);
    case SF_TYPE_F64:
      return H5Tcopy(H5T_IEEE_F64LE);
    case SF_TYPE_ENUM8:
      return enumeration_type(sf_domain(column->domain), is_view);
    case SF_TYPE_BOOL8:
      return boolean_type();
    case SF_TYPE_COUNT:
      break;
  }
  return H5I_INVALID_HID;
}

static hid_t column_type(const struct sf_column *column, bool is_view) {
  hid_t element = element_type(column, is_view);
  if (column->elements == 1 || element < 0) {
    return element;
  }
  hsize_t elements = column->elements;
  hid_t type = H5Tarray_create2(element, 1, &elements);
  H5Tclose(element);
  return type;
}

hid_t sf_h5_column_type(const struct sf_column *column) { return column_type(column, false); }

hid_t sf_h5_view_type(const struct sf_column *column) { return column_type(column, true); }

void sf_h5_fill_value(const struct sf_column *column, unsigned char value[SF_FILL_VALUE_SIZE]) {
  const enum sf_type type = column->type;
  const bool has_sign = type == SF_TYPE_I64 || type == SF_TYPE_DATE32 || type == SF_TYPE_BOOL8 ||
                        type == SF_TYPE_F32 || type == SF_TYPE_F64;
  const size_t size = sf_type_size(type);
  memset(value, 0xff, SF_FILL_VALUE_SIZE);
  for (size_t e = 0; has_sign && e < column->elements; e++) {
    value[(e + 1) * size - 1] = 0x7f;  // little endian: the byte with the sign
  }
}

static herr_t write_block(hid_t dataset, hid_t type, int dimensions, const hsize_t *start,
                          const hsize_t *count, const void *data, bool collective) {
  const hsize_t rows = count[0];
  if (rows == 0 && !collective) {
    return 0;
  }
  hid_t file = H5Dget_space(dataset);
  hid_t memory = H5Screate_simple(dimensions, count, NULL);
  hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
  herr_t outcome =
      H5Pset_dxpl_mpio(transfer, collective ? H5FD_MPIO_COLLECTIVE : H5FD_MPIO_INDEPENDENT);
  if (outcome >= 0) {
    outcome = rows == 0 ? H5Sselect_none(file)
                        : H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL);
  }
  if (outcome >= 0) {
    outcome = H5Dwrite(dataset, type, memory, file, transfer, data);
  }
  H5Pclose(transfer);
  H5Sclose(memory);
  H5Sclose(file);
  return outcome;
}

herr_t sf_h5_write_rows(hid_t dataset, hid_t type, int64_t first, int64_t rows, const void *data,
                        bool collective) {
  const hsize_t start = (hsize_t)first, count = (hsize_t)rows;
  return write_block(dataset, type, 1, &start, &count, data, collective);
}

herr_t sf_h5_write_matrix(hid_t dataset, hid_t type, int64_t first, int64_t rows, int64_t columns,
                          const void *data, bool collective) {
  const hsize_t start[2] = {(hsize_t)first, 0}, count[2] = {(hsize_t)rows, (hsize_t)columns};
  return write_block(dataset, type, 2, start, count, data, collective);
}

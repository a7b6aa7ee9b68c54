#include "io/npy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ALIGNMENT 64
#define HEADER_SIZE 256
#define PREFIX_SIZE 10  // magic string, version, length of the header

static const char *descr_of(enum sf_type type) {
  switch (type) {
    case SF_TYPE_U8:
    case SF_TYPE_ENUM8:
      return "|u1";
    case SF_TYPE_U16:
    case SF_TYPE_DICT16:
      return "<u2";
    case SF_TYPE_U32:
      return "<u4";
    case SF_TYPE_U64:
      return "<u8";
    case SF_TYPE_I64:
      return "<i8";
    case SF_TYPE_F32:
      return "<f4";
    case SF_TYPE_F64:
      return "<f8";
    case SF_TYPE_BOOL8:
      return "|b1";
    case SF_TYPE_DATE32:
      return "<i4";
    case SF_TYPE_COUNT:
      break;
  }
  return "|V1";
}

static enum sf_status write_failure(const struct sf_npy *array, struct sf_error *error) {
  const int cause = errno;
  const int is_full = cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
  return sf_fail(error, is_full ? SF_SPACE : SF_FILE, "%s: cannot write: %s", array->path,
                 strerror(cause));
}

static enum sf_status write_at(const struct sf_npy *array, int64_t at, const void *data,
                               size_t bytes, struct sf_error *error) {
  const char *from = data;
  while (bytes > 0) {
    const ssize_t n = pwrite(array->descriptor, from, bytes, (off_t)at);
    if (n < 0 && errno != EINTR) {
      return write_failure(array, error);
    }
    const size_t done = n > 0 ? (size_t)n : 0;
    from += done;
    bytes -= done;
    at += (int64_t)done;
  }
  return SF_OK;
}

static enum sf_status write_header(struct sf_npy *array, enum sf_type type, uint32_t columns,
                                   struct sf_error *error) {
  char header[HEADER_SIZE], shape[64];
  if (columns > 0) {
    snprintf(shape, sizeof shape, "(%" PRId64 ", %" PRIu32 ")", array->rows, columns);
  } else {
    snprintf(shape, sizeof shape, "(%" PRId64 ",)", array->rows);
  }
  int used =
      snprintf(header + PREFIX_SIZE, sizeof header - PREFIX_SIZE,
               "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr_of(type), shape) +
      PREFIX_SIZE;
  while ((used + 1) % ALIGNMENT != 0) {
    header[used++] = ' ';
  }
  header[used++] = '\n';
  const uint16_t length = (uint16_t)(used - PREFIX_SIZE);
  memcpy(header, "\x93NUMPY\x01\x00", 8);
  header[8] = (char)(length & 0xff);
  header[9] = (char)(length >> 8);
  array->data_at = used;
  SF_TRY(write_at(array, 0, header, (size_t)used, error));
  const off_t size = (off_t)(used + array->rows * (int64_t)array->row_bytes);
  return ftruncate(array->descriptor, size) == 0 ? SF_OK : write_failure(array, error);
}

enum sf_status sf_npy_create(const char *path, enum sf_type type, int64_t rows, uint32_t columns,
                             struct sf_npy *array, struct sf_error *error) {
  *array =
      (struct sf_npy){.rows = rows, .row_bytes = sf_type_size(type) * (columns > 0 ? columns : 1)};
  snprintf(array->path, sizeof array->path, "%s", path);
  array->descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (array->descriptor < 0) {
    return sf_fail(error, SF_FILE, "%s: cannot create: %s", path, strerror(errno));
  }
  const enum sf_status status = write_header(array, type, columns, error);
  if (status != SF_OK) {
    close(array->descriptor);
    array->descriptor = -1;
  }
  return status;
}

enum sf_status sf_npy_write(struct sf_npy *array, int64_t first, int64_t count, const void *data,
                            struct sf_error *error) {
  return write_at(array, array->data_at + first * (int64_t)array->row_bytes, data,
                  (size_t)count * array->row_bytes, error);
}

enum sf_status sf_npy_close(struct sf_npy *array, struct sf_error *error) {
  if (array->descriptor < 0) {
    return SF_OK;
  }
  // Delayed allocation and network file systems report a full disk only here.
  const enum sf_status synced = fsync(array->descriptor) == 0 ? SF_OK : write_failure(array, error);
  const int closed = close(array->descriptor);
  array->descriptor = -1;
  return synced != SF_OK || closed == 0 ? synced : write_failure(array, error);
}

#include "io/option_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// Reads 1 to `most` digits, at most 18, and moves on behind them.
static bool read_digits(const char **text, size_t most, int64_t *value) {
  const size_t digits = strspn(*text, "0123456789");
  if (digits == 0 || digits > most) {
    return false;
  }
  *value = 0;
  for (size_t i = 0; i < digits; i++) {
    *value = 10 * *value + ((*text)[i] - '0');
  }
  *text += digits;
  return true;
}

bool sf_slice_read(const char *text, struct sf_slice *slice) {
  struct sf_slice read;
  if (!read_digits(&text, 18, &read.begin) || *text++ != ':' ||
      !read_digits(&text, 18, &read.end) || *text != '\0' || read.begin >= read.end) {
    return false;
  }
  *slice = read;
  return true;
}

void sf_slice_print(struct sf_slice slice, char *text, size_t size) {
  snprintf(text, size, "%" PRId64 ":%" PRId64, slice.begin, slice.end);
}

bool sf_duration_read(const char *text, uint32_t *seconds) {
  int64_t days = 0, part[3];
  int parts = 0;
  const char *dash = strchr(text, '-');
  if (dash && (!read_digits(&text, 4, &days) || text++ != dash)) {
    return false;
  }
  do {
    if (parts == 3 || !read_digits(&text, 9, &part[parts++])) {
      return false;
    }
  } while (*text == ':' && text++);
  if (*text != '\0' || (dash && parts != 3)) {
    return false;
  }
  int64_t sum = 0;
  for (int i = 0; i < parts; i++) {
    if (i > 0 && part[i] > 59) {
      return false;
    }
    sum = 60 * sum + part[i];
  }
  sum += 86400 * days;
  if (sum > UINT32_MAX) {
    return false;
  }
  *seconds = (uint32_t)sum;
  return true;
}

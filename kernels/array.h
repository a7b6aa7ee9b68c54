#ifndef SF_KERNELS_ARRAY_H
#define SF_KERNELS_ARRAY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// Makes room for `needed` elements of `bytes` each in a malloc'ed array (null at
// first) of room for *capacity; grows by half. False without memory, with the
// array as it was.
static inline bool sf_array_reserve(void **data, int64_t *capacity, int64_t needed, size_t bytes) {
  if (needed <= *capacity) {
    return true;
  }
  int64_t more = *capacity + *capacity / 2;
  more = more > needed ? more : needed + 16;
  void *moved = realloc(*data, (size_t)more * bytes);
  if (!moved) {
    return false;
  }
  *data = moved;
  *capacity = more;
  return true;
}

// qsort, which takes no null array, also for arrays of nothing.
static inline void sf_array_sort(void *data, int64_t count, size_t bytes,
                                 int (*order)(const void *, const void *)) {
  if (count > 0) {
    qsort(data, (size_t)count, bytes, order);
  }
}

#endif

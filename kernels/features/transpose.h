#ifndef SF_KERNELS_FEATURES_TRANSPOSE_H
#define SF_KERNELS_FEATURES_TRANSPOSE_H

#include <stddef.h>
#include <string.h>

// Between columns and rows of features, four by four values at a time: any processor
// has registers of that width.
typedef float sf_four_floats __attribute__((vector_size(16)));
typedef int sf_four_ints __attribute__((vector_size(16)));

#ifdef __clang__
#define SF_SHUFFLE(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define SF_SHUFFLE(a, b, i, j, k, l) __builtin_shuffle(a, b, (sf_four_ints){i, j, k, l})
#endif

static inline sf_four_floats sf_load_four(const float *from) {
  sf_four_floats x;
  memcpy(&x, from, sizeof x);
  return x;
}

static inline void sf_store_four(float *to, sf_four_floats x) { memcpy(to, &x, sizeof x); }

// Row r, column c of `from` to row c, column r of `to`, for 0 <= r, c < 4; strides are
// the values from one row to the next.
static inline void sf_transpose_four(const float *from, size_t from_stride, float *to,
                                     size_t to_stride) {
  const sf_four_floats a = sf_load_four(from), b = sf_load_four(from + from_stride);
  const sf_four_floats c = sf_load_four(from + 2 * from_stride),
                       d = sf_load_four(from + 3 * from_stride);
  const sf_four_floats ab_low = SF_SHUFFLE(a, b, 0, 4, 1, 5);
  const sf_four_floats ab_high = SF_SHUFFLE(a, b, 2, 6, 3, 7);
  const sf_four_floats cd_low = SF_SHUFFLE(c, d, 0, 4, 1, 5);
  const sf_four_floats cd_high = SF_SHUFFLE(c, d, 2, 6, 3, 7);
  sf_store_four(to, SF_SHUFFLE(ab_low, cd_low, 0, 1, 4, 5));
  sf_store_four(to + to_stride, SF_SHUFFLE(ab_low, cd_low, 2, 3, 6, 7));
  sf_store_four(to + 2 * to_stride, SF_SHUFFLE(ab_high, cd_high, 0, 1, 4, 5));
  sf_store_four(to + 3 * to_stride, SF_SHUFFLE(ab_high, cd_high, 2, 3, 6, 7));
}

#endif

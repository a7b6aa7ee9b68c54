#ifndef SF_KERNELS_RANDOM_LANES_TRANSPOSE_H
#define SF_KERNELS_RANDOM_LANES_TRANSPOSE_H

#include <stddef.h>
#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

// Blocks of a transposition in registers. Part of lanes_path.c.

// Any processor has registers of four values.
typedef float four_floats __attribute__((vector_size(16)));
typedef int four_ints __attribute__((vector_size(16)));

#ifdef __clang__
#define SF_SHUFFLE(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define SF_SHUFFLE(a, b, i, j, k, l) __builtin_shuffle(a, b, (four_ints){i, j, k, l})
#endif

static inline four_floats load_four(const float *from) {
  four_floats x;
  memcpy(&x, from, sizeof x);
  return x;
}

static inline void store_four(float *to, four_floats x) { memcpy(to, &x, sizeof x); }

// Row r, column c of `from` to row c, column r of `to`, for 0 <= r, c < 4; strides are
// the values from one row to the next.
static inline void transpose_four(const float *from, size_t from_stride, float *to,
                                  size_t to_stride) {
  const four_floats a = load_four(from), b = load_four(from + from_stride);
  const four_floats c = load_four(from + 2 * from_stride), d = load_four(from + 3 * from_stride);
  const four_floats ab_low = SF_SHUFFLE(a, b, 0, 4, 1, 5);
  const four_floats ab_high = SF_SHUFFLE(a, b, 2, 6, 3, 7);
  const four_floats cd_low = SF_SHUFFLE(c, d, 0, 4, 1, 5);
  const four_floats cd_high = SF_SHUFFLE(c, d, 2, 6, 3, 7);
  store_four(to, SF_SHUFFLE(ab_low, cd_low, 0, 1, 4, 5));
  store_four(to + to_stride, SF_SHUFFLE(ab_low, cd_low, 2, 3, 6, 7));
  store_four(to + 2 * to_stride, SF_SHUFFLE(ab_high, cd_high, 0, 1, 4, 5));
  store_four(to + 3 * to_stride, SF_SHUFFLE(ab_high, cd_high, 2, 3, 6, 7));
}

#ifdef __AVX2__
// Four values of row r in the lower half, four of row r + 4 in the upper.
static inline __m256 load_rows(const float *from, size_t stride) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(from)),
                              _mm_loadu_ps(from + 4 * stride), 1);
}

// The same as transpose_four for 0 <= r < 8: both halves of a register at a time.
static inline void transpose_eight_by_four(const float *from, size_t from_stride, float *to,
                                           size_t to_stride) {
  const __m256 a = load_rows(from, from_stride);
  const __m256 b = load_rows(from + from_stride, from_stride);
  const __m256 c = load_rows(from + 2 * from_stride, from_stride);
  const __m256 d = load_rows(from + 3 * from_stride, from_stride);
  const __m256d ab_low = _mm256_castps_pd(_mm256_unpacklo_ps(a, b));
  const __m256d ab_high = _mm256_castps_pd(_mm256_unpackhi_ps(a, b));
  const __m256d cd_low = _mm256_castps_pd(_mm256_unpacklo_ps(c, d));
  const __m256d cd_high = _mm256_castps_pd(_mm256_unpackhi_ps(c, d));
  _mm256_storeu_ps(to, _mm256_castpd_ps(_mm256_unpacklo_pd(ab_low, cd_low)));
  _mm256_storeu_ps(to + to_stride, _mm256_castpd_ps(_mm256_unpackhi_pd(ab_low, cd_low)));
  _mm256_storeu_ps(to + 2 * to_stride, _mm256_castpd_ps(_mm256_unpacklo_pd(ab_high, cd_high)));
  _mm256_storeu_ps(to + 3 * to_stride, _mm256_castpd_ps(_mm256_unpackhi_pd(ab_high, cd_high)));
}
#endif

#endif

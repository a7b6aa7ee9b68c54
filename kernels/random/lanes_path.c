// gcc takes floating-point traps to be visible and so keeps branches in loops;
// values do not change. Must stand before the inline functions of the headers.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math")
#endif

#include "kernels/math/sphere.h"
#include "kernels/random/lanes.h"
#include "kernels/random/lanes_transpose.h"

// Compiled once per vector path, with SF_LANES_PATH = scalar, avx2 or avx512.
// Nothing here may call a function outside this file: the objects are built for
// different processors.

#define SF_JOIN_(a, b) a##b
#define SF_JOIN(a, b) SF_JOIN_(a, b)
#define SF_TEXT_(a) #a
#define SF_TEXT(a) SF_TEXT_(a)

#define SF_WIDTH_scalar 1
#define SF_WIDTH_avx2 8
#define SF_WIDTH_avx512 16
#define SF_WIDTH SF_JOIN(SF_WIDTH_, SF_LANES_PATH)  // 32-bit lanes

#if SF_WIDTH > 1
#include "kernels/random/lanes_vector.h"
#endif

static void philox(uint64_t seed, uint32_t w0, const uint32_t *restrict w1, enum sf_stream stream,
                   uint32_t w3, size_t n, uint32_t *restrict out0, uint32_t *restrict out1,
                   uint32_t *restrict out2, uint32_t *restrict out3) {
#if SF_WIDTH > 1
  for (size_t i = 0; i < n; i += SF_WIDTH) {
    const size_t count = n - i < SF_WIDTH ? n - i : SF_WIDTH;
    philox_vector(count, seed, SF_ALL32(w0), SF_LOAD(w1 + i, SF_MASK(count)), stream, SF_ALL32(w3),
                  out0 + i, out1 + i, out2 + i, out3 + i);
  }
#else
  for (size_t i = 0; i < n; ++i) {
    const struct sf_block block = sf_draw(seed, w0, w1[i], stream, w3);
    out0[i] = block.word[0];
    out1[i] = block.word[1];
    out2[i] = block.word[2];
    out3[i] = block.word[3];
  }
#endif
}

static void philox_pairs(uint64_t seed, const uint32_t *restrict w0, const uint32_t *restrict w1,
                         enum sf_stream stream, const uint32_t *restrict w3, size_t n,
                         uint32_t *restrict out0, uint32_t *restrict out1, uint32_t *restrict out2,
                         uint32_t *restrict out3) {
#if SF_WIDTH > 1
  for (size_t i = 0; i < n; i += SF_WIDTH) {
    const size_t count = n - i < SF_WIDTH ? n - i : SF_WIDTH;
    const sf_mask mask = SF_MASK(count);
    philox_vector(count, seed, SF_LOAD(w0 + i, mask), SF_LOAD(w1 + i, mask), stream,
                  SF_LOAD(w3 + i, mask), out0 + i, out1 + i, out2 + i, out3 + i);
  }
#else
  for (size_t i = 0; i < n; ++i) {
    const struct sf_block block = sf_draw(seed, w0[i], w1[i], stream, w3[i]);
    out0[i] = block.word[0];
    out1[i] = block.word[1];
    out2[i] = block.word[2];
    out3[i] = block.word[3];
  }
#endif
}

static void quantile(const struct sf_quantile *law, const uint32_t *restrict u, size_t n,
                     int32_t *restrict out) {
  size_t i = 0;
#if SF_WIDTH > 1
  for (; i + SF_WIDTH <= n; i += SF_WIDTH) {
    quantile_vector(SF_WIDTH, law, u + i, out + i);
  }
  if (i < n) {
    quantile_vector(n - i, law, u + i, out + i);
  }
#else
  for (; i < n; ++i) {
    out[i] = sf_quantile(law, u[i]);
  }
#endif
}

static void paise_from_log2(const int32_t *restrict log2_q16, const uint32_t *restrict jitter,
                            size_t n, double *restrict paise) {
  for (size_t i = 0; i < n; ++i) {
    // jitter * 2^-32 by way of the mantissa of 2^52: AVX2 converts no unsigned numbers.
    const double jitter_double = sf_double_of(jitter[i] | 0x4330000000000000u) - 0x1p52;
    paise[i] = sf_exp2((log2_q16[i] + jitter_double * 0x1p-32) * 0x1p-16);
  }
}

static void distance_km(const double home[3], const double *restrict x, const double *restrict y,
                        const double *restrict z, size_t n, float *restrict km) {
  const double hx = home[0], hy = home[1], hz = home[2];
  for (size_t i = 0; i < n; ++i) {
    km[i] = (float)sf_great_circle_km(hx, hy, hz, x[i], y[i], z[i]);
  }
}

// The first four columns of all rows.
static void transpose_columns(const float *from, size_t rows, size_t from_stride, float *to,
                              size_t to_stride) {
  size_t r = 0;
#if SF_WIDTH > 1
  for (; r + 8 <= rows; r += 8) {
    transpose_eight_by_four(from + r * from_stride, from_stride, to + r, to_stride);
  }
#endif
  for (; r + 4 <= rows; r += 4) {
    transpose_four(from + r * from_stride, from_stride, to + r, to_stride);
  }
  for (; r < rows; r++) {
    for (size_t c = 0; c < 4; c++) {
      to[c * to_stride + r] = from[r * from_stride + c];
    }
  }
}

static void transpose(const float *restrict from, size_t rows, size_t columns, size_t from_stride,
                      float *restrict to, size_t to_stride) {
  size_t c = 0;
  for (; c + 4 <= columns; c += 4) {
    transpose_columns(from + c, rows, from_stride, to + c * to_stride, to_stride);
  }
  for (; c < columns; c++) {
    for (size_t r = 0; r < rows; r++) {
      to[c * to_stride + r] = from[r * from_stride + c];
    }
  }
}

#define FOUND_AT_ONCE 32
static size_t find(const struct sf_filter *filter, const uint32_t *restrict word,
                   const uint32_t *restrict value, size_t n) {
  const struct sf_filter own = *filter;
  size_t i = 0;
  for (; i + FOUND_AT_ONCE <= n; i += FOUND_AT_ONCE) {
    uint32_t found = 0;
    for (size_t k = 0; k < FOUND_AT_ONCE; k++) {
      found |= sf_filter_fails(&own, word[i + k], value[i + k]) == 0;
    }
    if (found) {
      break;
    }
  }
  while (i < n && sf_filter_fails(&own, word[i], value[i])) {
    i++;
  }
  return i;
}

static uint32_t least(const struct sf_filter *filter, const uint32_t *restrict word,
                      const uint32_t *restrict value, size_t n) {
  const struct sf_filter own = *filter;
  uint32_t found = UINT32_MAX;
  for (size_t i = 0; i < n; i++) {
    // All bits set where it fails.
    const uint32_t fails = -(uint32_t)(sf_filter_fails(&own, word[i], value[i]) != 0);
    const uint32_t here = value[i] | fails;
    found = here < found ? here : found;
  }
  return found;
}

const struct sf_lanes SF_JOIN(sf_lanes_, SF_LANES_PATH) = {
    .name = SF_TEXT(SF_LANES_PATH),
    .philox = philox,
    .philox_pairs = philox_pairs,
    .quantile = quantile,
    .paise_from_log2 = paise_from_log2,
    .distance_km = distance_km,
    .transpose = transpose,
    .find = find,
    .least = least,
};

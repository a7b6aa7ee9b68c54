#ifndef SF_KERNELS_RANDOM_LANES_H
#define SF_KERNELS_RANDOM_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Paths other than "scalar" are built for this processor.
#if defined(__x86_64__) && !defined(SF_LANES_SCALAR_ONLY)
#define SF_LANES_X86 1
#endif

// What is asked of a word and its value: a bit of each of `any`, all bits of `all`, and a
// value of from .. to-1.
struct sf_filter {
  uint32_t any[3], all, from, to;
};

// Not 0 if the word or its value falls short. Without a branch, since the answer can seldom
// be foretold, and so that compilers see a vector in a loop of it.
static inline uint32_t sf_filter_fails(const struct sf_filter *filter, uint32_t word,
                                       uint32_t value) {
  return (uint32_t)((word & filter->any[0]) == 0) | (uint32_t)((word & filter->any[1]) == 0) |
         (uint32_t)((word & filter->any[2]) == 0) | (~word & filter->all) |
         (uint32_t)(value < filter->from) | (uint32_t)(value >= filter->to);
}

// Array kernels in one version per vector path of the processor. All paths give
// the same bits, which are those of the scalar functions named below. Arrays of
// one call must not overlap; no alignment is needed; n may be 0.
struct sf_lanes {
  const char *name;  // "scalar", "avx2" or "avx512"

  // {out0[i], out1[i], out2[i], out3[i]} = sf_draw(seed, w0, w1[i], stream, w3).
  void (*philox)(uint64_t seed, uint32_t w0, const uint32_t *w1, enum sf_stream stream, uint32_t w3,
                 size_t n, uint32_t *out0, uint32_t *out1, uint32_t *out2, uint32_t *out3);

  // The same with w0 and w3 of each lane's own.
  void (*philox_pairs)(uint64_t seed, const uint32_t *w0, const uint32_t *w1, enum sf_stream stream,
                       const uint32_t *w3, size_t n, uint32_t *out0, uint32_t *out1, uint32_t *out2,
                       uint32_t *out3);

  // out[i] = sf_quantile(law, u[i]), Q16.16.
  void (*quantile)(const struct sf_quantile *law, const uint32_t *u, size_t n, int32_t *out);

  // paise[i] = sf_exp2((log2_q16[i] + jitter[i] / 2^32) / 2^16): the amount whose
  // base-2 logarithm is given in Q16.16, the draw `jitter` filling the unit below.
  void (*paise_from_log2)(const int32_t *log2_q16, const uint32_t *jitter, size_t n, double *paise);

  // km[i] = sf_great_circle_km(home, {x[i], y[i], z[i]}) of unit vectors.
  void (*distance_km)(const double home[3], const double *x, const double *y, const double *z,
                      size_t n, float *km);

  // to[c * to_stride + r] = from[r * from_stride + c], 0 <= r < rows, 0 <= c < columns.
  void (*transpose)(const float *from, size_t rows, size_t columns, size_t from_stride, float *to,
                    size_t to_stride);

  // The first i with sf_filter_fails(filter, word[i], value[i]) = 0, n if there is none.
  size_t (*find)(const struct sf_filter *filter, const uint32_t *word, const uint32_t *value,
                 size_t n);

  // The least value[i] of those, UINT32_MAX if there is none.
  uint32_t (*least)(const struct sf_filter *filter, const uint32_t *word, const uint32_t *value,
                    size_t n);
};

// The named path, or null if this processor or build lacks it. Null or "auto"
// names the widest that there is, which always exists.
const struct sf_lanes *sf_lanes_select(const char *name);

#endif

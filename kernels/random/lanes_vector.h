#ifndef SF_KERNELS_RANDOM_LANES_VECTOR_H
#define SF_KERNELS_RANDOM_LANES_VECTOR_H

// One vector of SF_WIDTH lanes of the kernels that compilers do not vectorise
// by themselves. Part of lanes_path.c, for the paths avx2 and avx512.

#include <immintrin.h>

#if SF_WIDTH == 16
typedef __m512i sf_vector;
typedef __mmask16 sf_mask;
#define SF_MASK(count) ((__mmask16)((1u << (count)) - 1u))
#define SF_LOAD(from, mask) _mm512_maskz_loadu_epi32(mask, from)
#define SF_STORE(to, mask, v) _mm512_mask_storeu_epi32(to, mask, v)
#define SF_ALL32(x) _mm512_set1_epi32((int)(x))
#define SF_ALL64(x) _mm512_set1_epi64((long long)(x))
#define SF_MULTIPLY _mm512_mul_epu32
#define SF_MULTIPLY_SIGNED _mm512_mul_epi32
#define SF_AND _mm512_and_si512
#define SF_AND_NOT _mm512_andnot_si512
#define SF_OR _mm512_or_si512
#define SF_XOR _mm512_xor_si512
#define SF_ADD32 _mm512_add_epi32
#define SF_ADD64 _mm512_add_epi64
#define SF_SUBTRACT32 _mm512_sub_epi32
#define SF_LEFT32 _mm512_slli_epi32
#define SF_RIGHT32 _mm512_srli_epi32
#define SF_SIGN32(v) _mm512_srai_epi32(v, 31)
#define SF_LEFT64 _mm512_slli_epi64
#define SF_RIGHT64 _mm512_srli_epi64
#define SF_LEFT_EACH32 _mm512_sllv_epi32
#define SF_RIGHT_EACH32 _mm512_srlv_epi32
#define SF_EVEN_ODD(even, odd) _mm512_mask_blend_epi32(0xAAAA, even, odd)
#define SF_FLOAT_BITS(v) _mm512_castps_si512(_mm512_cvtepi32_ps(v))
#define SF_GATHER(base, index) gather_epi32(base, index)

// Without optimisation the intrinsic is a macro of gcc's that converts its own
// mask in the caller's name.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
static inline __m512i gather_epi32(const int32_t *base, __m512i index) {
  return _mm512_i32gather_epi32(index, base, 4);
}
#pragma GCC diagnostic pop
#else
typedef __m256i sf_vector;
typedef __m256i sf_mask;
#define SF_MASK(count) \
  _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define SF_LOAD(from, mask) _mm256_maskload_epi32((const int *)(const void *)(from), mask)
#define SF_STORE(to, mask, v) _mm256_maskstore_epi32((int *)(void *)(to), mask, v)
#define SF_ALL32(x) _mm256_set1_epi32((int)(x))
#define SF_ALL64(x) _mm256_set1_epi64x((long long)(x))
#define SF_MULTIPLY _mm256_mul_epu32
#define SF_MULTIPLY_SIGNED _mm256_mul_epi32
#define SF_AND _mm256_and_si256
#define SF_AND_NOT _mm256_andnot_si256
#define SF_OR _mm256_or_si256
#define SF_XOR _mm256_xor_si256
#define SF_ADD32 _mm256_add_epi32
#define SF_ADD64 _mm256_add_epi64
#define SF_SUBTRACT32 _mm256_sub_epi32
#define SF_LEFT32 _mm256_slli_epi32
#define SF_RIGHT32 _mm256_srli_epi32
#define SF_SIGN32(v) _mm256_srai_epi32(v, 31)
#define SF_LEFT64 _mm256_slli_epi64
#define SF_RIGHT64 _mm256_srli_epi64
#define SF_LEFT_EACH32 _mm256_sllv_epi32
#define SF_RIGHT_EACH32 _mm256_srlv_epi32
#define SF_EVEN_ODD(even, odd) _mm256_blend_epi32(even, odd, 0xAA)
#define SF_FLOAT_BITS(v) _mm256_castps_si256(_mm256_cvtepi32_ps(v))
#define SF_GATHER(base, index) _mm256_i32gather_epi32(base, index, 4)
#endif

// Four words of each even (or odd) lane, in the low halves of 64-bit lanes:
// the multiplier reads only those, so the high halves may hold anything and no
// word need be moved between rounds.
struct sf_philox_half {
  sf_vector c0, c1, c2, c3;
};

// One round. The keys of a vector are equal in all lanes.
#define SF_PHILOX_ROUND(half, key0, key1)                                   \
  do {                                                                      \
    const sf_vector product0_ = SF_MULTIPLY((half).c0, multiplier0);        \
    const sf_vector product1_ = SF_MULTIPLY((half).c2, multiplier1);        \
    (half).c0 = SF_XOR(SF_XOR(SF_RIGHT64(product1_, 32), key0), (half).c1); \
    (half).c2 = SF_XOR(SF_XOR(SF_RIGHT64(product0_, 32), key1), (half).c3); \
    (half).c1 = product1_;                                                  \
    (half).c3 = product0_;                                                  \
  } while (0)

// A round of both halves, with the key of round r (0 to 9).
#define SF_PHILOX_ROUND_BOTH(r)                                                              \
  do {                                                                                       \
    const sf_vector key0_ = SF_ALL64((uint32_t)((uint32_t)seed + (r)*PHILOX_W32_0));         \
    const sf_vector key1_ = SF_ALL64((uint32_t)((uint32_t)(seed >> 32) + (r)*PHILOX_W32_1)); \
    SF_PHILOX_ROUND(even, key0_, key1_);                                                     \
    SF_PHILOX_ROUND(odd, key0_, key1_);                                                      \
  } while (0)

#define SF_PHILOX_STORE(out, word) \
  SF_STORE(out, mask, SF_EVEN_ODD(even.word, SF_LEFT64(odd.word, 32)))

// sf_draw of the first `count` lanes, 1 to SF_WIDTH, of the counter's words.
static inline void philox_vector(size_t count, uint64_t seed, sf_vector w0, sf_vector w1,
                                 enum sf_stream stream, sf_vector w3, uint32_t *out0,
                                 uint32_t *out1, uint32_t *out2, uint32_t *out3) {
  const sf_vector multiplier0 = SF_ALL64(PHILOX_M4x32_0);
  const sf_vector multiplier1 = SF_ALL64(PHILOX_M4x32_1);
  const sf_mask mask = SF_MASK(count);
  struct sf_philox_half even = {w0, w1, SF_ALL64((uint32_t)stream), w3};
  struct sf_philox_half odd = {SF_RIGHT64(w0, 32), SF_RIGHT64(w1, 32), even.c2, SF_RIGHT64(w3, 32)};
  SF_PHILOX_ROUND_BOTH(0u);
  SF_PHILOX_ROUND_BOTH(1u);
  SF_PHILOX_ROUND_BOTH(2u);
  SF_PHILOX_ROUND_BOTH(3u);
  SF_PHILOX_ROUND_BOTH(4u);
  SF_PHILOX_ROUND_BOTH(5u);
  SF_PHILOX_ROUND_BOTH(6u);
  SF_PHILOX_ROUND_BOTH(7u);
  SF_PHILOX_ROUND_BOTH(8u);
  SF_PHILOX_ROUND_BOTH(9u);
  SF_PHILOX_STORE(out0, c0);
  SF_PHILOX_STORE(out1, c1);
  SF_PHILOX_STORE(out2, c2);
  SF_PHILOX_STORE(out3, c3);
}

// a * b of the even 32-bit lanes, rounded and shifted down as sf_quantile does.
// The low word of a logical shift is that of an arithmetic one.
static inline sf_vector scaled_product(sf_vector a, sf_vector b) {
  const sf_vector half = SF_ALL64(1 << (SF_QUANTILE_FRACTION_BITS - 1));
  return SF_RIGHT64(SF_ADD64(SF_MULTIPLY_SIGNED(a, b), half), SF_QUANTILE_FRACTION_BITS);
}

static inline void quantile_vector(size_t count, const struct sf_quantile *law, const uint32_t *u,
                                   int32_t *out) {
  const sf_mask mask = SF_MASK(count);
  const sf_vector draw = SF_LOAD(u, mask);
  const sf_vector upper = SF_SIGN32(draw);
  const sf_vector t = SF_XOR(draw, upper);
  // The octave is the exponent of t as a float. Clearing the bits below a set
  // one keeps the highest and lets no rounding carry into the exponent.
  const sf_vector least = SF_OR(t, SF_ALL32(1u << SF_QUANTILE_CELL_BITS));
  const sf_vector unrounded = SF_AND_NOT(SF_RIGHT32(least, 1), least);
  const sf_vector octave = SF_SUBTRACT32(SF_RIGHT32(SF_FLOAT_BITS(unrounded), 23),
                                         SF_ALL32(127 + SF_QUANTILE_CELL_BITS));
  const sf_vector side = SF_AND(upper, SF_ALL32(SF_QUANTILE_KNOTS));
  const sf_vector cell =
      SF_ADD32(SF_LEFT32(octave, SF_QUANTILE_CELL_BITS), SF_RIGHT_EACH32(t, octave));
  const sf_vector knot = SF_ADD32(side, cell);
  const sf_vector low = SF_GATHER(law->knot[0], knot);
  const sf_vector rise = SF_SUBTRACT32(SF_GATHER(law->knot[0] + 1, knot), low);
  const sf_vector to_fraction = SF_SUBTRACT32(SF_ALL32(SF_QUANTILE_FRACTION_BITS), octave);
  const sf_vector fraction =
      SF_AND(SF_LEFT_EACH32(t, to_fraction), SF_ALL32((1 << SF_QUANTILE_FRACTION_BITS) - 1));
  const sf_vector even = scaled_product(rise, fraction);
  const sf_vector odd = scaled_product(SF_RIGHT64(rise, 32), SF_RIGHT64(fraction, 32));
  SF_STORE(out, mask, SF_ADD32(low, SF_EVEN_ODD(even, SF_LEFT64(odd, 32))));
}

#endif

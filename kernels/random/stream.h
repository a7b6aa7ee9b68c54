#ifndef SF_KERNELS_RANDOM_STREAM_H
#define SF_KERNELS_RANDOM_STREAM_H

#include <Random123/philox.h>
#include <stdbool.h>
#include <stdint.h>

// Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random
// numbers: as easy as 1, 2, 3", SC11). The key is the corpus seed, the counter
// is {w0, w1, stream, w3}; equal counters give equal words everywhere, and there
// is no state. For what belongs to a customer w0 = customer, w1 = event and
// w3 = number of the draw block; for what belongs to a 64-bit entity
// (w0, w1) = entity and w3 = event * 2^12 + number of the draw block.

enum sf_stream {
#define SF_STREAM(name, number, purpose) SF_STREAM_##name = number,
#include "kernels/random/streams.def"
#undef SF_STREAM
};

// Values of w3 from here on are kept for the keys of permutations.
#define SF_DRAW_RESERVED_W3 0xFFFFFFC0u

// Four independent uniform 32-bit words.
struct sf_block {
  uint32_t word[4];
};

static inline struct sf_block sf_draw(uint64_t seed, uint32_t w0, uint32_t w1,
                                      enum sf_stream stream, uint32_t w3) {
  const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  const philox4x32_ctr_t counter = {{w0, w1, (uint32_t)stream, w3}};
  const philox4x32_ctr_t r = philox4x32_R(10, counter, key);
  return (struct sf_block){{r.v[0], r.v[1], r.v[2], r.v[3]}};
}

// Uniform in 0..n-1. Each value's probability is within 2^-32 of 1/n; n = 0 gives 0.
static inline uint32_t sf_below(uint32_t u, uint32_t n) {
  return (uint32_t)(((uint64_t)u * n) >> 32);
}

// Uniform in [0, 1), a multiple of 2^-53, of the 64 bits high:low.
static inline double sf_uniform(uint32_t high, uint32_t low) {
  return (double)((((uint64_t)high << 32) | low) >> 11) * 0x1p-53;
}

// Uniform in (0, 1), symmetric about one half, an odd multiple of 2^-53: for
// inverse distribution functions that have no value at 0 or 1.
static inline double sf_uniform_open(uint32_t high, uint32_t low) {
  return ((double)((((uint64_t)high << 32) | low) >> 12) + 0.5) * 0x1p-52;
}

// Probability p in [0, 1] as a threshold for sf_coin: round(p * 2^32), so that 1 is certain.
static inline uint64_t sf_threshold_q32(double p) { return (uint64_t)(p * 0x1p32 + 0.5); }

// A probability 0 <= p < 1 known when compiling, as a bound for a draw: the draw
// is below it with probability p.
#define SF_CHANCE(p) ((uint32_t)((p)*0x1p32))

// Another draw from a draw, by the finaliser of MurmurHash3: a bijection of the 32
// bits for each `salt`. For minor choices whose dependence on the first does not
// show; what matters has words of its own.
static inline uint32_t sf_redraw(uint32_t u, uint32_t salt) {
  u ^= salt * 0x9E3779B9u;
  u = (u ^ (u >> 16)) * 0x85EBCA6Bu;
  u = (u ^ (u >> 13)) * 0xC2B2AE35u;
  return u ^ (u >> 16);
}

// True with probability threshold_q32 / 2^32.
static inline bool sf_coin(uint32_t u, uint64_t threshold_q32) { return u < threshold_q32; }

#endif

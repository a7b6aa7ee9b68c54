#ifndef SF_KERNELS_RANDOM_PERMUTATION_H
#define SF_KERNELS_RANDOM_PERMUTATION_H

#include <stdint.h>

#include "kernels/random/stream.h"

// Keyed bijections of 0..n-1. Above SF_PERMUTATION_TABLE no table is kept: a
// Feistel network over the least number of bits that holds n is walked until it
// lands below n (Black and Rogaway, "Ciphers with arbitrary finite domains",
// CT-RSA 2002), fewer than two passes on average. On smaller ranges, where eight
// rounds show in the statistics of places, the order is drawn and kept.

#define SF_PERMUTATION_ROUNDS 8
#define SF_PERMUTATION_TABLE 256u

struct sf_permutation {
  uint64_t n;
  uint32_t left_bits, right_bits;  // right_bits - left_bits is 0 or 1
  union {
    uint32_t key[SF_PERMUTATION_ROUNDS];
    struct {
      uint8_t image[SF_PERMUTATION_TABLE], origin[SF_PERMUTATION_TABLE];
    } table;
  } of;
};

// The permutation of 0..n-1, 1 <= n <= 2^32, that belongs to (seed, stream,
// key). Costs two draws above SF_PERMUTATION_TABLE, n / 4 below, all at w3 >=
// SF_DRAW_RESERVED_W3.
struct sf_permutation sf_permutation_make(uint64_t seed, enum sf_stream stream, uint64_t key,
                                          uint64_t n);

// Image of i < n, and the i whose image is `image`.
uint32_t sf_permutation_apply(const struct sf_permutation *permutation, uint32_t i);
uint32_t sf_permutation_invert(const struct sf_permutation *permutation, uint32_t image);

#endif

#ifndef SF_KERNELS_RANDOM_PERMUTATION_H
#define SF_KERNELS_RANDOM_PERMUTATION_H

#include <stdint.h>

#include "kernels/random/stream.h"

// Keyed bijections of 0..n-1 without a table: a Feistel network over the least
// number of bits that holds n, walked until it lands below n (Black and
// Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002). Fewer than
// two passes are needed on average.

#define SF_PERMUTATION_ROUNDS 8

struct sf_permutation {
  uint64_t n;
  uint32_t left_bits, right_bits;  // right_bits - left_bits is 0 or 1
  uint32_t key[SF_PERMUTATION_ROUNDS];
};

// The permutation of 0..n-1, 1 <= n <= 2^32, that belongs to (seed, stream,
// key). Costs two draws, at w3 >= SF_DRAW_RESERVED_W3.
struct sf_permutation sf_permutation_make(uint64_t seed, enum sf_stream stream, uint64_t key,
                                          uint64_t n);

// Image of i < n, and the i whose image is `image`.
uint32_t sf_permutation_apply(const struct sf_permutation *permutation, uint32_t i);
uint32_t sf_permutation_invert(const struct sf_permutation *permutation, uint32_t image);

#endif

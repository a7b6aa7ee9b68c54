#include "kernels/random/permutation.h"

struct sf_permutation sf_permutation_make(uint64_t seed, enum sf_stream stream, uint64_t key,
                                          uint64_t n) {
  const uint32_t bits = n > 1 ? 64u - (uint32_t)__builtin_clzll(n - 1) : 0;
  struct sf_permutation permutation = {
      .n = n, .left_bits = bits / 2, .right_bits = bits - bits / 2};
  for (uint32_t i = 0; i < SF_PERMUTATION_ROUNDS; i += 4) {
    const struct sf_block block =
        sf_draw(seed, (uint32_t)key, (uint32_t)(key >> 32), stream, SF_DRAW_RESERVED_W3 + i / 4);
    for (uint32_t j = 0; j < 4; ++j) {
      permutation.key[i + j] = block.word[j];
    }
  }
  return permutation;
}

// `bits` (0 to 16) pseudo-random bits of (half, key): a multiplication by an
// odd constant after the key, and the best mixed bits of the product.
static inline uint32_t round_function(uint32_t half, uint32_t key, uint32_t bits) {
  uint32_t x = (half ^ key) * 0x9E3779B1u;
  x = (x ^ (x >> 15)) * 0x85EBCA77u;
  return (uint32_t)(((uint64_t)x << bits) >> 32);
}

// Rounds change the two halves in turn, so that they may differ in width and
// each round undoes itself.
static inline uint32_t forward(const struct sf_permutation *p, uint32_t i) {
  uint32_t left = (uint32_t)((uint64_t)i >> p->right_bits);
  uint32_t right = i & ((1u << p->right_bits) - 1u);
  for (int r = 0; r < SF_PERMUTATION_ROUNDS; r += 2) {
    right ^= round_function(left, p->key[r], p->right_bits);
    left ^= round_function(right, p->key[r + 1], p->left_bits);
  }
  return left << p->right_bits | right;
}

static inline uint32_t backward(const struct sf_permutation *p, uint32_t i) {
  uint32_t left = (uint32_t)((uint64_t)i >> p->right_bits);
  uint32_t right = i & ((1u << p->right_bits) - 1u);
  for (int r = SF_PERMUTATION_ROUNDS - 2; r >= 0; r -= 2) {
    left ^= round_function(right, p->key[r + 1], p->left_bits);
    right ^= round_function(left, p->key[r], p->right_bits);
  }
  return left << p->right_bits | right;
}

uint32_t sf_permutation_apply(const struct sf_permutation *permutation, uint32_t i) {
  do {
    i = forward(permutation, i);
  } while (i >= permutation->n);
  return i;
}

uint32_t sf_permutation_invert(const struct sf_permutation *permutation, uint32_t image) {
  do {
    image = backward(permutation, image);
  } while (image >= permutation->n);
  return image;
}

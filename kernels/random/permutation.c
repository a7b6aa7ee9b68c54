#include "kernels/random/permutation.h"

#include <string.h>

// The first `count` words, a multiple of 4, that belong to a permutation.
static void draw_words(uint64_t seed, enum sf_stream stream, uint64_t key, uint32_t count,
                       uint32_t *word) {
  for (uint32_t i = 0; i < count; i += 4) {
    const struct sf_block block =
        sf_draw(seed, (uint32_t)key, (uint32_t)(key >> 32), stream, SF_DRAW_RESERVED_W3 + i / 4);
    memcpy(word + i, block.word, sizeof block.word);
  }
}

// Fisher and Yates's shuffle.
static void draw_table(struct sf_permutation *p, uint64_t seed, enum sf_stream stream,
                       uint64_t key) {
  uint8_t *image = p->of.table.image;
  uint32_t word[SF_PERMUTATION_TABLE] = {0};
  draw_words(seed, stream, key, (uint32_t)(p->n + 3) & ~3u, word);
  for (uint32_t i = 0; i < p->n; ++i) {
    const uint32_t j = sf_below(word[i], i + 1);
    image[i] = image[j];
    image[j] = (uint8_t)i;
  }
  for (uint32_t i = 0; i < p->n; ++i) {
    p->of.table.origin[image[i]] = (uint8_t)i;
  }
}

struct sf_permutation sf_permutation_make(uint64_t seed, enum sf_stream stream, uint64_t key,
                                          uint64_t n) {
  struct sf_permutation permutation = {.n = n};
  if (n <= SF_PERMUTATION_TABLE) {
    draw_table(&permutation, seed, stream, key);
    return permutation;
  }
  const uint32_t bits = 64u - (uint32_t)__builtin_clzll(n - 1);
  permutation.left_bits = bits / 2;
  permutation.right_bits = bits - bits / 2;
  draw_words(seed, stream, key, SF_PERMUTATION_ROUNDS, permutation.of.key);
  return permutation;
}

// `bits` (1 to 16) pseudo-random bits of (half, key): a multiplication by an
// odd constant after the key, and the best mixed bits of the product.
static inline uint32_t round_function(uint32_t half, uint32_t key, uint32_t bits) {
  uint32_t x = (half ^ key) * 0x9E3779B1u;
  x = (x ^ (x >> 15)) * 0x85EBCA77u;
  return x >> (32 - bits);
}

// Rounds change the two halves in turn, so that they may differ in width and
// each round undoes itself.
static inline uint32_t forward(const struct sf_permutation *p, uint32_t i) {
  uint32_t left = i >> p->right_bits;
  uint32_t right = i & ((1u << p->right_bits) - 1u);
  for (int r = 0; r < SF_PERMUTATION_ROUNDS; r += 2) {
    right ^= round_function(left, p->of.key[r], p->right_bits);
    left ^= round_function(right, p->of.key[r + 1], p->left_bits);
  }
  return left << p->right_bits | right;
}

static inline uint32_t backward(const struct sf_permutation *p, uint32_t i) {
  uint32_t left = i >> p->right_bits;
  uint32_t right = i & ((1u << p->right_bits) - 1u);
  for (int r = SF_PERMUTATION_ROUNDS - 2; r >= 0; r -= 2) {
    left ^= round_function(right, p->of.key[r + 1], p->left_bits);
    right ^= round_function(left, p->of.key[r], p->right_bits);
  }
  return left << p->right_bits | right;
}

uint32_t sf_permutation_apply(const struct sf_permutation *permutation, uint32_t i) {
  if (permutation->n <= SF_PERMUTATION_TABLE) {
    return permutation->of.table.image[i];
  }
  do {
    i = forward(permutation, i);
  } while (i >= permutation->n);
  return i;
}

uint32_t sf_permutation_invert(const struct sf_permutation *permutation, uint32_t image) {
  if (permutation->n <= SF_PERMUTATION_TABLE) {
    return permutation->of.table.origin[image];
  }
  do {
    image = backward(permutation, image);
  } while (image >= permutation->n);
  return image;
}

#ifndef SF_KERNELS_LEARN_DRAW_H
#define SF_KERNELS_LEARN_DRAW_H

#include <stdint.h>
#include <xxhash.h>

// Draws of what learns from a corpus: hashes of an index, so that they depend on
// nothing that came before. They are no part of the data.

enum sf_learn_purpose {
  SF_LEARN_GROUPS,
  SF_LEARN_HONEST,   // honest rows that stay in the training part
  SF_LEARN_SAMPLE,   // rows that stand for all of them
  SF_LEARN_SHUFFLE,  // permutation of a column
  SF_LEARN_SEARCH    // parameters of a trial
};

// Uniform in [0, 1), 53 bits.
static inline double sf_learn_draw(uint64_t seed, enum sf_learn_purpose purpose, uint64_t index) {
  const uint64_t words[2] = {(uint64_t)purpose, index};
  return (double)(XXH3_64bits_withSeed(words, sizeof words, seed) >> 11) * 0x1p-53;
}

#endif

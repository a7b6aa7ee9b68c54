#ifndef SF_KERNELS_LEARN_SAMPLING_H
#define SF_KERNELS_LEARN_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/learn/draw.h"

// Choosing among rows that pass by once, in order, whose number is known.

// A random subset of exactly `wanted` of `population` members (selection
// sampling: Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm S).
struct sf_subset {
  uint64_t seed;
  enum sf_learn_purpose purpose;
  uint64_t index;
  int64_t population, wanted;  // still to come
};

// `wanted` beyond the population means all of it.
struct sf_subset sf_subset_of(int64_t population, int64_t wanted, uint64_t seed,
                              enum sf_learn_purpose purpose);

// True if the next member belongs to the subset.
bool sf_subset_next(struct sf_subset *subset);

// `total` copies dealt evenly to `population` > 0 members.
struct sf_copies {
  int64_t population, total, carry;
};
struct sf_copies sf_copies_of(int64_t population, int64_t total);

// Copies of the next member.
int64_t sf_copies_next(struct sf_copies *copies);

// How often the rows of the training part are taken.
struct sf_balance {
  int64_t honest;  // rows kept, each once
  int64_t fraud;   // copies, at least one of each row
};

// At most `under` honest rows per fraud row by leaving honest ones out, then at
// most `over` by repeating fraud rows; 0: not. Without any fraud all rows stay.
struct sf_balance sf_balance_of(int64_t honest, int64_t fraud, int64_t under, int64_t over);

#endif

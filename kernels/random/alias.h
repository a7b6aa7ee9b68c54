#ifndef SF_KERNELS_RANDOM_ALIAS_H
#define SF_KERNELS_RANDOM_ALIAS_H

#include <stdint.h>

#include "kernels/status.h"

// Discrete laws with given weights, by Walker's alias method. The table is
// built in exact integers by Vose's algorithm ("A linear algorithm for
// generating random numbers with a given distribution", IEEE TSE 17, 1991).

#define SF_ALIAS_MAX 65536u

// A draw that falls on the cell stays if its coin is below `threshold`, else
// it goes to `alias`.
struct sf_alias_cell {
  uint32_t threshold;
  uint32_t alias;
};

struct sf_alias {
  uint32_t n;
  const struct sf_alias_cell *cell;  // [n], borrowed
};

// Outcomes 0..n-1 with probabilities weight[i] / sum. `cell` [n] becomes the
// table and must outlive `alias`; `scratch` [n] is free afterwards and may be
// `weight` itself. Errors: SF_INTERNAL if n is 0 or above SF_ALIAS_MAX, if all
// weights are zero, or if n * sum reaches 2^63. An outcome of weight zero never
// comes; any other probability is exact to 2^-32 per cell that leads to it.
enum sf_status sf_alias_build(uint32_t n, const uint64_t *weight, struct sf_alias_cell *cell,
                              uint64_t *scratch, struct sf_alias *alias, struct sf_error *error);
enum sf_status sf_alias_build_u32(uint32_t n, const uint32_t *weight, struct sf_alias_cell *cell,
                                  uint64_t *scratch, struct sf_alias *alias,
                                  struct sf_error *error);

// One 32-bit draw gives the cell (high word of u * n) and the coin (low word).
static inline uint32_t sf_alias_pick(const struct sf_alias *alias, uint32_t u) {
  const uint64_t product = (uint64_t)u * alias->n;
  const uint32_t i = (uint32_t)(product >> 32);
  const struct sf_alias_cell cell = alias->cell[i];
  return (uint32_t)product < cell.threshold ? i : cell.alias;
}

#endif

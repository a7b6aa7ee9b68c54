#include "kernels/random/alias.h"

#include <stddef.h>

__extension__ typedef unsigned __int128 sf_uint128;

#define SF_NO_CELL UINT32_MAX

// In units of which every outcome has n times its weight and every cell holds
// `sum`, outcomes below `sum` are small and the others large. Until its cell is
// final, `alias` links an outcome to the next of its kind.
struct lists {
  uint32_t small, large;
};

static void push(struct sf_alias_cell *cell, uint32_t *head, uint32_t i) {
  cell[i].alias = *head;
  *head = i;
}

static uint32_t pop(const struct sf_alias_cell *cell, uint32_t *head) {
  const uint32_t i = *head;
  *head = cell[i].alias;
  return i;
}

static struct lists divide(uint32_t n, uint64_t sum, const uint64_t *share,
                           struct sf_alias_cell *cell) {
  struct lists lists = {SF_NO_CELL, SF_NO_CELL};
  for (uint32_t i = n; i-- > 0;) {
    push(cell, share[i] < sum ? &lists.small : &lists.large, i);
  }
  return lists;
}

// Fills each small outcome's cell up from a large one. All is exact, so the
// small ones cannot outlast the large ones, and what is large at the end is
// exactly full.
static void fill(uint64_t sum, uint64_t *share, struct sf_alias_cell *cell, struct lists lists) {
  while (lists.small != SF_NO_CELL) {
    const uint32_t small = pop(cell, &lists.small);
    const uint32_t large = pop(cell, &lists.large);
    cell[small].threshold = (uint32_t)(((sf_uint128)share[small] << 32) / sum);
    cell[small].alias = large;
    share[large] -= sum - share[small];
    push(cell, share[large] < sum ? &lists.small : &lists.large, large);
  }
  while (lists.large != SF_NO_CELL) {
    const uint32_t large = pop(cell, &lists.large);
    cell[large] = (struct sf_alias_cell){UINT32_MAX, large};
  }
}

// `share` holds the weights and is used up.
static enum sf_status build(uint32_t n, uint64_t *share, struct sf_alias_cell *cell,
                            struct sf_alias *alias, struct sf_error *error) {
  if (n == 0 || n > SF_ALIAS_MAX) {
    return sf_fail(error, SF_INTERNAL, "a discrete law of %u outcomes (1 to %u are possible)", n,
                   SF_ALIAS_MAX);
  }
  sf_uint128 sum = 0;
  for (uint32_t i = 0; i < n; ++i) {
    sum += share[i];
  }
  if (sum == 0 || sum * n >= (sf_uint128)1 << 63) {
    return sf_fail(error, SF_INTERNAL, "the weights of a discrete law of %u outcomes are %s", n,
                   sum == 0 ? "all zero" : "too large");
  }
  for (uint32_t i = 0; i < n; ++i) {
    share[i] *= n;
  }
  fill((uint64_t)sum, share, cell, divide(n, (uint64_t)sum, share, cell));
  *alias = (struct sf_alias){n, cell};
  return SF_OK;
}

enum sf_status sf_alias_build(uint32_t n, const uint64_t *weight, struct sf_alias_cell *cell,
                              uint64_t *scratch, struct sf_alias *alias, struct sf_error *error) {
  for (uint32_t i = 0; i < n; ++i) {
    scratch[i] = weight[i];
  }
  return build(n, scratch, cell, alias, error);
}

enum sf_status sf_alias_build_u32(uint32_t n, const uint32_t *weight, struct sf_alias_cell *cell,
                                  uint64_t *scratch, struct sf_alias *alias,
                                  struct sf_error *error) {
  for (uint32_t i = 0; i < n; ++i) {
    scratch[i] = weight[i];
  }
  return build(n, scratch, cell, alias, error);
}

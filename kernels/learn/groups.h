#ifndef SF_KERNELS_LEARN_GROUPS_H
#define SF_KERNELS_LEARN_GROUPS_H

#include <stdint.h>

// Parts of a corpus that share no customer, or no ring. Groups of customers are
// kept as a forest over their ids: parent[id] of shape [customers + 1], where a
// root is its own parent. The root of a group is its smallest id, whatever the
// order of the joins. Entry 0 belongs to nobody.
void sf_groups_init(uint32_t *parent, uint32_t customers);

// The root of a customer's group. Shortens the path to it.
uint32_t sf_groups_find(uint32_t *parent, uint32_t customer);

void sf_groups_join(uint32_t *parent, uint32_t a, uint32_t b);

// The part (enum sf_split) of a customer or group by a hash of its id: 60 of 100
// train, 20 validate, 20 test. There is no gap.
uint8_t sf_groups_part(uint32_t id, uint64_t seed);

#endif

#include "kernels/learn/groups.h"

#include "kernels/learn/draw.h"
#include "kernels/schema/schema.h"

#define TRAIN_SHARE 0.6
#define VALIDATION_SHARE 0.2

void sf_groups_init(uint32_t *parent, uint32_t customers) {
  for (uint32_t id = 0; id < customers; id++) {
    parent[id] = id;
  }
  parent[customers] = customers;
}

uint32_t sf_groups_find(uint32_t *parent, uint32_t customer) {
  while (parent[customer] != customer) {
    parent[customer] = parent[parent[customer]];
    customer = parent[customer];
  }
  return customer;
}

void sf_groups_join(uint32_t *parent, uint32_t a, uint32_t b) {
  const uint32_t root_a = sf_groups_find(parent, a), root_b = sf_groups_find(parent, b);
  if (root_a < root_b) {
    parent[root_b] = root_a;
  } else {
    parent[root_a] = root_b;
  }
}

uint8_t sf_groups_part(uint32_t id, uint64_t seed) {
  const double u = sf_learn_draw(seed, SF_LEARN_GROUPS, id);
  if (u < TRAIN_SHARE) {
    return SF_SPLIT_TRAIN;
  }
  return u < TRAIN_SHARE + VALIDATION_SHARE ? SF_SPLIT_VALIDATION : SF_SPLIT_TEST;
}

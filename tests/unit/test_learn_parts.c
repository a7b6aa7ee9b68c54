// Parts that share no group, and choosing among rows that pass by.
#include <criterion/criterion.h>

#include "kernels/learn/groups.h"
#include "kernels/learn/sampling.h"
#include "kernels/schema/schema.h"

#define CUSTOMERS 10000

Test(learn_parts, customers_that_are_joined_have_one_root_the_smallest) {
  static uint32_t parent[CUSTOMERS + 1], reversed[CUSTOMERS + 1];
  const uint32_t pairs[][2] = {{9, 4}, {4, 7}, {2, 3}, {3, 9}, {8, 5}};
  sf_groups_init(parent, CUSTOMERS);
  sf_groups_init(reversed, CUSTOMERS);
  for (int i = 0; i < 5; i++) {
    sf_groups_join(parent, pairs[i][0], pairs[i][1]);
    sf_groups_join(reversed, pairs[4 - i][1], pairs[4 - i][0]);
  }
  const uint32_t root[] = {0, 1, 2, 2, 2, 5, 6, 2, 5, 2, 10};
  for (uint32_t id = 0; id <= 10; id++) {
    cr_assert_eq(sf_groups_find(parent, id), root[id]);
    cr_assert_eq(sf_groups_find(reversed, id), root[id]);
  }
}

Test(learn_parts, parts_have_their_shares_and_follow_the_seed) {
  int count[SF_SPLIT_COUNT] = {0}, moved = 0;
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    count[sf_groups_part(id, 1)]++;
    moved += sf_groups_part(id, 1) != sf_groups_part(id, 2);
  }
  // Four standard deviations of a binomial law: 4 sqrt(10000 x 0.6 x 0.4) = 196.
  cr_assert(count[SF_SPLIT_TRAIN] > 5804 && count[SF_SPLIT_TRAIN] < 6196);
  cr_assert(count[SF_SPLIT_VALIDATION] > 1840 && count[SF_SPLIT_VALIDATION] < 2160);
  cr_assert_eq(count[SF_SPLIT_GAP], 0);
  cr_assert_gt(moved, CUSTOMERS / 2);
}

Test(learn_parts, a_subset_has_exactly_its_size_and_every_member_its_chance) {
  enum { MEMBERS = 50, WANTED = 10, TIMES = 4000 };
  int taken[MEMBERS] = {0};
  for (uint64_t seed = 0; seed < TIMES; seed++) {
    struct sf_subset subset = sf_subset_of(MEMBERS, WANTED, seed, SF_LEARN_HONEST);
    int count = 0;
    for (int i = 0; i < MEMBERS; i++) {
      const int is_taken = sf_subset_next(&subset);
      taken[i] += is_taken;
      count += is_taken;
    }
    cr_assert_eq(count, WANTED);
  }
  // Five standard deviations: 5 sqrt(4000 x 0.2 x 0.8) = 126.
  for (int i = 0; i < MEMBERS; i++) {
    cr_assert(taken[i] > 674 && taken[i] < 926, "member %d: %d times", i, taken[i]);
  }
}

Test(learn_parts, more_than_all_is_all) {
  struct sf_subset subset = sf_subset_of(3, 10, 1, SF_LEARN_HONEST);
  cr_assert(sf_subset_next(&subset) && sf_subset_next(&subset) && sf_subset_next(&subset));
}

Test(learn_parts, copies_add_up_and_differ_by_one_at_most) {
  struct sf_copies copies = sf_copies_of(7, 24);
  int64_t sum = 0;
  for (int i = 0; i < 7; i++) {
    const int64_t count = sf_copies_next(&copies);
    cr_assert(count == 3 || count == 4);
    sum += count;
  }
  cr_assert_eq(sum, 24);
}

static void balanced(int64_t honest, int64_t fraud, int64_t under, int64_t over,
                     int64_t honest_left, int64_t copies) {
  const struct sf_balance balance = sf_balance_of(honest, fraud, under, over);
  cr_assert_eq(balance.honest, honest_left);
  cr_assert_eq(balance.fraud, copies);
}

Test(learn_parts, a_balance_leaves_out_and_repeats) {
  balanced(1000, 10, 0, 0, 1000, 10);
  balanced(1000, 10, 20, 0, 200, 10);
  balanced(1000, 10, 0, 5, 1000, 200);
  balanced(1000, 10, 20, 5, 200, 40);
  balanced(1000, 10, 200, 200, 1000, 10);
  balanced(1000, 0, 20, 5, 1000, 0);
}

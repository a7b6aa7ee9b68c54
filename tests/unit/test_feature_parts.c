#include <criterion/criterion.h>

#include "kernels/features/history.h"
#include "kernels/features/key_map.h"
#include "kernels/features/last_ten.h"
#include "tests/unit/feature_history.h"

// What the features are made of.

Test(feature_parts, table_has_each_feature_once_in_its_group) {
  uint32_t groups = 0;
  for (int x = 0; x < SF_FEATURE_COUNT; x++) {
    const struct sf_feature_row *row = &sf_feature_table[x];
    cr_assert(row->group < SF_FEATURE_GROUP_COUNT);
    cr_assert(strlen(row->name) > 3 && strlen(row->unit) > 0 && strlen(row->definition) > 5);
    // The columns of a group stand together.
    cr_assert(x == 0 || row->group == row[-1].group || !(groups >> row->group & 1));
    groups |= 1u << row->group;
    for (int y = 0; y < x; y++) {
      cr_assert_str_neq(row->name, sf_feature_table[y].name);
    }
  }
  cr_expect_eq(SF_FEATURE_COUNT, 84);
  cr_expect_eq(groups, SF_FEATURE_GROUPS_ALL);
  uint8_t selected[SF_FEATURE_COUNT];
  cr_expect_eq(sf_feature_select(SF_FEATURE_GROUPS_ALL, selected), 84);
  cr_expect_eq(sf_feature_select(0, selected), 0);
  cr_expect_eq(sf_feature_select(1u << SF_FEATURE_GROUP_NETWORK, selected), 3);
  cr_expect_eq(selected[0], SF_FEATURE_SHARED_MERCHANT_COUNT);
}

Test(feature_parts, map_finds_what_was_put_and_forgets_all) {
  struct sf_key_map map;
  cr_assert(sf_key_map_create(&map, 300, NULL) == SF_OK);
  // Also when the count of generations starts anew.
  map.generation = UINT32_MAX - 2;
  for (uint64_t round = 0; round < 6; round++) {
    sf_key_map_clear(&map);
    cr_assert(sf_key_map_has_room(&map, 300));
    for (uint64_t key = 0; key < 300; key++) {
      struct sf_key_entry *entry = sf_key_map_find(&map, key * key * 7919);
      cr_assert(!sf_key_map_holds(&map, entry));
      sf_key_map_put(&map, entry, key * key * 7919, (uint32_t)(key + round));
    }
    for (uint64_t key = 0; key < 300; key++) {
      struct sf_key_entry *entry = sf_key_map_find(&map, key * key * 7919);
      cr_assert(sf_key_map_holds(&map, entry) && entry->value == key + round);
      sf_key_map_put(&map, entry, key * key * 7919, 0);
    }
    cr_assert_eq(map.used, 300);
  }
  cr_assert(!sf_key_map_has_room(&map, map.mask));
  sf_key_map_free(&map);
}

Test(feature_parts, history_keeps_what_is_not_too_old) {
  struct sf_feature_history history;
  cr_assert(sf_feature_history_create(&history, 256, NULL) == SF_OK);
  for (uint32_t window = 10; window <= 2000; window *= 14) {
    sf_feature_history_begin(&history);
    for (uint32_t row = SF_LAST_MAX; row < 9000; row++) {
      const uint32_t oldest = row > window + SF_LAST_MAX ? row - window : SF_LAST_MAX;
      cr_assert(sf_feature_history_reserve(&history, oldest, 1, NULL) == SF_OK);
      const uint32_t p = history.end++ - history.base;
      cr_assert_eq(p + history.base, row);
      cr_assert(p + SF_HISTORY_BEYOND < history.capacity);
      history.time[p] = row;
      history.city[p] = (uint8_t)row;
      history.totals[p + 1].debits = row;
      const uint32_t last = row - SF_LAST_MAX < oldest ? row - SF_LAST_MAX : oldest;
      cr_assert(last >= history.base);
      const uint32_t q = last - history.base;
      cr_assert_eq(history.time[q], last < SF_LAST_MAX ? 0 : last);
      cr_assert_eq(history.city[q], last < SF_LAST_MAX ? 0 : (uint8_t)last);
      cr_assert_eq(history.totals[q + 1].debits, last < SF_LAST_MAX ? 0 : last);
    }
    cr_expect(history.capacity <= 4 * (window + 256), "%u for %u", history.capacity, window);
  }
  sf_feature_history_free(&history);
}

Test(feature_parts, moments_of_ten_are_exact_enough) {
  const double scales[] = {0.0, 1e-6, 1e-3, 1.0};
  struct dice dice = {41, 0};
  for (int trial = 0; trial < 4000; trial++) {
    double x[10];
    for (int k = 0; k < 10; k++) {
      x[k] = 1500.0 + scales[trial % 4] * roll(&dice, 1000) + (roll(&dice, 50) ? 0 : 500);
    }
    const uint32_t n = roll(&dice, 11);
    long double sum = 0, square = 0;
    for (uint32_t k = 10 - n; k < 10; k++) {
      sum += (long double)x[k] / n;
    }
    for (uint32_t k = 10 - n; k < 10; k++) {
      square += (x[k] - sum) * (x[k] - sum) / n;
    }
    double mean, variance;
    sf_last_ten(x + 10, n, 1, &mean, &variance);
    cr_assert(fabs(mean - (double)sum) <= 1e-12 * 1500);
    // 1e-7 of the variance, or the rounding of 1,500 itself.
    cr_assert(fabs(variance - (double)square) <= 1e-7 * (double)square + 1e-24, "%g %g", variance,
              (double)square);
  }
}

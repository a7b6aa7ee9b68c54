#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/random/stream.h"
#include "kernels/world/merchant.h"
#include "kernels/world/merchant_name.h"

// Statistical tests here draw from fixed seeds; with other seeds each would
// raise a false alarm once in a million.
#define FALSE_ALARM 1e-6

static const struct sf_config standard = {
    .seed = 1, .customers = 3000, .start_day = 20270, .days = 180};

static struct sf_merchant_map map, other;

static const struct sf_merchant_map *map_of(struct sf_merchant_map *m, uint32_t customers) {
  struct sf_config config = standard;
  config.customers = customers;
  sf_merchant_map_init(m, &config);
  return m;
}

static double theory(uint32_t k) { return pow(k, -17.0 / 16.0); }

// Chi-square of draws in cells (first, last] against Zipf's law on 1 .. n.
static void expect_zipf(uint32_t n, const uint32_t *edge, int cells) {
  static struct sf_zipf zipf;
  sf_zipf_init(&zipf);
  double total = 0.0, mass[64] = {0.0};
  int cell = 0;
  for (uint32_t k = 1; k <= n; k++) {
    cell += k > edge[cell];
    mass[cell] += theory(k);
    total += theory(k);
  }
  const uint32_t sum = sf_zipf_sum(&zipf, n);
  const uint32_t draws = 1000000;
  uint32_t count[64] = {0};
  for (uint32_t i = 0; i < draws; i++) {
    const uint32_t u = sf_draw(7, i, n, SF_STREAM_SAMPLE, 0).word[0];
    const uint32_t k = sf_zipf_pick(&zipf, sum, u);
    cr_assert(k >= 1 && k <= n);
    for (cell = 0; k > edge[cell]; cell++) {
    }
    count[cell]++;
  }
  double chi2 = 0.0;
  for (cell = 0; cell < cells; cell++) {
    const double expected = draws * mass[cell] / total;
    chi2 += (count[cell] - expected) * (count[cell] - expected) / expected;
  }
  const double p = gsl_cdf_chisq_Q(chi2, cells - 1);
  cr_expect(p > FALSE_ALARM, "n = %u: chi-square %g of %d cells", n, chi2, cells);
}

Test(zipf, draws_follow_the_law) {
  uint32_t edge[64];
  for (uint32_t k = 0; k < 50; k++) {
    edge[k] = k + 1;
  }
  expect_zipf(2, edge, 2);
  expect_zipf(50, edge, 50);
  for (uint32_t k = 0; k < 20; k++) {
    edge[k] = 1u << k;
  }
  expect_zipf(1u << 10, edge, 11);
  // Cells that end between the points of the table.
  static const uint32_t uneven[] = {1, 10, 100, 1000, 1040, 3333, 10001, 77777, 333333, 1000003};
  expect_zipf(1000003, uneven, 10);
}

Test(zipf, shares_agree_with_the_law) {
  static struct sf_zipf zipf;
  sf_zipf_init(&zipf);
  double total = 0.0;
  for (uint32_t k = 1; k <= 100000; k++) {
    total += theory(k);
  }
  double shares = 0.0;
  for (uint32_t k = 1; k <= 100000; k++) {
    const double share = sf_zipf_share(&zipf, 100000, k);
    // Where the mass is spread evenly, half the change of the law across a step;
    // elsewhere what that does to the total; and two units of the sums.
    const double tolerance = (k <= SF_ZIPF_EXACT ? 1e-5 : 0.02) * theory(k) / total;
    cr_assert_float_eq(share, theory(k) / total, tolerance + 2.0 / (total * 0x1p28), "k = %u", k);
    shares += share;
  }
  cr_expect_float_eq(shares, 1.0, 1e-9);
}

Test(zipf, ends_and_monotony) {
  static struct sf_zipf zipf;
  sf_zipf_init(&zipf);
  static const uint32_t sizes[] = {1,    2,    3,     100,    1023,    1024,       1025,
                                   1056, 1057, 99999, 100000, 5000000, SF_ZIPF_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    const uint32_t n = sizes[i], sum = sf_zipf_sum(&zipf, n);
    cr_expect_eq(sf_zipf_pick(&zipf, sum, 0), 1);
    const uint32_t top = sf_zipf_pick(&zipf, sum, UINT32_MAX);
    cr_expect(top <= n && top >= n - n / 1000000, "n = %u reaches %u", n, top);
    uint32_t last = 1;
    for (uint64_t u = 0; u <= UINT32_MAX; u += 9973) {
      const uint32_t k = sf_zipf_pick(&zipf, sum, (uint32_t)u);
      cr_assert(k >= last && k <= n);
      last = k;
    }
  }
}

Test(merchant, ids_are_all_in_blocks_by_city_and_category) {
  static const uint32_t customers[] = {1, 3000, 4000000, SF_CUSTOMERS_MAX};
  for (size_t i = 0; i < sizeof customers / sizeof customers[0]; i++) {
    const struct sf_merchant_map *m = map_of(&map, customers[i]);
    uint64_t next = 1;
    int city = 0, category = 0;
    for (uint32_t r = 0; r < SF_MERCHANT_RUNS; r++) {
      const struct sf_merchant_run *run = &m->run[r];
      cr_assert_eq(run->first, next);
      next += run->count;
      if (run->count == 0) {
        continue;
      }
      cr_assert_eq(sf_merchant_run_of(m, run->first), r);
      cr_assert_eq(sf_merchant_run_of(m, run->first + run->count - 1), r);
      struct sf_merchant merchant;
      sf_merchant_at(m, run->first, &merchant);
      const int row = (int)(r / SF_SUBCATEGORY_COUNT);
      cr_assert(row > city || (row == city && merchant.category >= category),
                "blocks are in order of city and category");
      city = row;
      category = merchant.category;
    }
    cr_expect_eq(next, (uint64_t)m->count + 1);
  }
}

Test(merchant, every_city_has_every_shop_and_no_block_is_too_small) {
  const struct sf_merchant_map *m = map_of(&map, 1);
  for (uint8_t city = 1; city < SF_CITY_COUNT; city++) {
    uint32_t block[SF_CATEGORY_COUNT] = {0};
    for (uint8_t s = 1; s < SF_SUBCATEGORY_COUNT; s++) {
      const uint32_t count = sf_merchant_run(m, city, s)->count;
      cr_expect_eq(count > 0, sf_subcategories[s].brick, "%s", sf_subcategories[s].name);
      block[sf_subcategories[s].category] += count;
    }
    for (uint32_t c = 1; c < SF_CATEGORY_TRANSFERS; c++) {
      cr_expect(block[c] >= 2, "city %d, category %u", city, c);
    }
  }
  for (uint8_t s = 1; s < SF_SUBCATEGORY_COUNT; s++) {
    const uint32_t count = sf_merchant_run(m, SF_CITY_NONE, s)->count;
    const struct sf_subcategory_row *kind = &sf_subcategories[s];
    const uint32_t least = kind->mcc == 0 ? 0 : !kind->brick ? 3 : kind->online > 0;
    cr_expect(count >= least, "%u online-only merchants of %s", count, kind->name);
  }
}

Test(merchant, picks_are_of_the_city_and_the_subcategory) {
  const struct sf_merchant_map *m = map_of(&map, 3000);
  struct sf_merchant merchant;
  for (uint8_t s = 1; s < SF_SUBCATEGORY_COUNT; s++) {
    for (uint8_t city = 1; city < SF_CITY_COUNT; city++) {
      uint32_t last = 0;
      for (uint64_t u = 0; u <= UINT32_MAX; u += UINT32_MAX / 7) {
        const uint32_t id = sf_merchant_pick(m, city, s, (uint32_t)u);
        cr_assert_eq(id > 0, sf_subcategories[s].brick);
        cr_assert(id >= last);
        last = id;
        if (id > 0) {
          sf_merchant_at(m, id, &merchant);
          cr_assert(merchant.city == city && merchant.subcategory == s);
          cr_assert_neq(merchant.type, SF_MERCHANT_TYPE_ONLINE_ONLY);
        }
      }
    }
    const uint32_t id = sf_merchant_pick_online(m, s, 1u << 31);
    cr_assert_eq(id > 0, sf_subcategories[s].online > 0);
    if (id > 0) {
      sf_merchant_at(m, id, &merchant);
      cr_assert_eq(merchant.subcategory, s);
      cr_assert_eq(merchant.type, SF_MERCHANT_TYPE_ONLINE_ONLY);
    }
  }
}

Test(merchant, popularity_is_the_chance_of_a_pick_and_sums_to_one_in_a_block) {
  const struct sf_merchant_map *m = map_of(&map, 400000);
  double block = 0.0;
  int blocks = 0, category = 0, row = 0;
  for (uint32_t id = 1; id <= m->count; id++) {
    struct sf_merchant merchant;
    sf_merchant_at(m, id, &merchant);
    const int here = (int)(sf_merchant_run_of(m, id) / SF_SUBCATEGORY_COUNT);
    if (id > 1 && (merchant.category != category || here != row)) {
      cr_assert_float_eq(block, 1.0, 1e-5, "block before merchant %u: %g", id, block);
      block = 0.0;
      blocks++;
    }
    category = merchant.category;
    row = here;
    cr_assert(merchant.popularity > 0.0F);
    block += (double)merchant.popularity;
  }
  cr_expect_float_eq(block, 1.0, 1e-5);
  cr_expect_eq(blocks + 1, (SF_CITY_COUNT - 1) * 17 + 17, "17 categories have merchants");
}

static double distance_km(const struct sf_merchant *m, const struct sf_city_row *city) {
  const double degree = acos(-1.0) / 180.0;
  const double north = (m->latitude - city->latitude) * degree;
  const double east = (m->longitude - city->longitude) * degree * cos(city->latitude * degree);
  return 6371.0 * sqrt(north * north + east * east);
}

static bool is_one_of(double value, double low, double high) {
  return value >= low - 1e-6 && value <= high + 1e-6;
}

static void check_attributes(const struct sf_merchant *m) {
  const struct sf_subcategory_row *kind = &sf_subcategories[m->subcategory];
  cr_assert(m->category == kind->category && m->mcc == kind->mcc && m->mcc > 0);
  cr_assert(m->city > SF_CITY_NONE && m->city < SF_CITY_COUNT);
  cr_assert(distance_km(m, &sf_cities[m->city]) < 26.0);
  const double degree = acos(-1.0) / 180.0;
  cr_assert_float_eq(m->x, cos(m->latitude * degree) * cos(m->longitude * degree), 1e-12);
  cr_assert_float_eq(m->y, cos(m->latitude * degree) * sin(m->longitude * degree), 1e-12);
  cr_assert_float_eq(m->z, sin(m->latitude * degree), 1e-12);
  cr_assert(m->accepts_online <= 1 && m->loyalty_programme <= 1);
  cr_assert(!m->accepts_online || kind->online > 0);
  const bool branded = m->name <= SF_BRAND_COUNT;
  if (branded) {
    const struct sf_brand *brand = &sf_brands[m->name - 1];
    cr_assert(brand->subcategory == m->subcategory && brand->type == m->type);
    cr_assert(m->reputation == (float)brand->reputation);
    cr_assert(m->price_level == (float)brand->price_level);
  } else {
    cr_assert_neq(m->type, SF_MERCHANT_TYPE_CHAIN);
    cr_assert(is_one_of(m->reputation, 0.5, 0.85) && is_one_of(m->price_level, 0.36, 2.72));
    const uint32_t n = (uint32_t)(m->name - sf_local_name(m->subcategory, 0));
    cr_assert(n < sf_noun_count(m->subcategory) * SF_EPITHET_COUNT);
  }
  if (m->type == SF_MERCHANT_TYPE_CHAIN) {
    const struct sf_brand *brand = &sf_brands[m->name - 1];
    cr_assert(brand->regions >> sf_city_region(m->city) & 1);
    cr_assert(sf_cities[m->city].tier <= brand->lowest_tier);
    cr_assert(sf_merchant_serves(m, m->city));
  }
  cr_assert(m->type != SF_MERCHANT_TYPE_ONLINE_ONLY || m->accepts_online);
}

Test(merchant, attributes_agree_with_each_other) {
  const struct sf_merchant_map *m = map_of(&map, 1000000);
  uint32_t type[SF_MERCHANT_TYPE_COUNT] = {0};
  for (uint32_t id = 1; id <= m->count; id++) {
    struct sf_merchant merchant;
    sf_merchant_at(m, id, &merchant);
    cr_assert_eq(merchant.id, id);
    check_attributes(&merchant);
    type[merchant.type]++;
  }
  cr_expect(type[SF_MERCHANT_TYPE_CHAIN] > m->count / 20);
  cr_expect(type[SF_MERCHANT_TYPE_CHAIN] < m->count / 5);
  cr_expect(type[SF_MERCHANT_TYPE_ONLINE_ONLY] < m->count / 10);
}

// East and west of the coast at the latitude of the centre, degrees.
Test(merchant, none_lies_in_the_sea) {
  static const struct {
    uint8_t city;
    double west, east;
  } land[] = {{SF_CITY_MUMBAI, 72.81, 90.0},        {SF_CITY_CHENNAI, 70.0, 80.30},
              {SF_CITY_KOCHI, 76.23, 90.0},         {SF_CITY_KOZHIKODE, 75.76, 90.0},
              {SF_CITY_VISAKHAPATNAM, 70.0, 83.29}, {SF_CITY_THIRUVANANTHAPURAM, 76.88, 90.0}};
  const struct sf_merchant_map *m = map_of(&map, 1000000);
  for (uint32_t id = 1; id <= m->count; id++) {
    struct sf_merchant merchant;
    sf_merchant_at(m, id, &merchant);
    for (size_t i = 0; i < sizeof land / sizeof land[0]; i++) {
      cr_assert(merchant.city != land[i].city ||
                (merchant.longitude > land[i].west && merchant.longitude < land[i].east));
    }
  }
}

// Median 1 and standard deviation of the logarithm 0.25, as stated, to five
// standard errors (a false alarm in 1.7 million).
Test(merchant, local_prices_are_log_normal) {
  const struct sf_merchant_map *m = map_of(&map, 1000000);
  double sum = 0.0, squares = 0.0, n = 0.0;
  for (uint32_t id = 1; id <= m->count; id++) {
    struct sf_merchant merchant;
    sf_merchant_at(m, id, &merchant);
    if (merchant.type == SF_MERCHANT_TYPE_LOCAL) {
      const double x = log(merchant.price_level);
      sum += x;
      squares += x * x;
      n += 1.0;
    }
  }
  const double mean = sum / n, sigma = sqrt(squares / n - mean * mean);
  cr_expect_float_eq(mean, 0.0, 5.0 * 0.25 / sqrt(n));
  cr_expect_float_eq(sigma, 0.25, 5.0 * 0.25 / sqrt(2.0 * n));
}

static void expect_few_new(uint32_t customers) {
  struct sf_config config = standard;
  config.customers = customers;
  config.days = 365;
  sf_merchant_map_init(&map, &config);
  double opened = 0.0;
  for (uint32_t id = 1; id <= map.count; id++) {
    struct sf_merchant m;
    sf_merchant_at(&map, id, &m);
    cr_assert(m.onboarding_date >= config.start_day - 3650);
    cr_assert(m.onboarding_date < config.start_day + config.days);
    const bool is_new = m.onboarding_date >= config.start_day;
    opened += is_new;
    cr_assert_eq(sf_merchant_open(&m, config.start_day), m.onboarding_date <= config.start_day);
    cr_assert(sf_merchant_open(&m, m.onboarding_date));
    cr_assert_not(sf_merchant_open(&m, m.onboarding_date - 1));
    cr_assert(!is_new || id != map.run[sf_merchant_run_of(&map, id)].first);
  }
  const double wanted = 0.04 * map.count * 365.0 / 365.25;
  cr_expect_float_eq(opened, wanted, 5.0 * sqrt(wanted), "%g of %u", opened, map.count);
}

// Four per cent of the merchants open in a year of the window, to five standard
// errors, and never the first of a run.
Test(merchant, few_open_inside_the_window) {
  expect_few_new(3000);
  expect_few_new(4000000);
}

Test(merchant, first_online_merchant_serves_all_where_any_does) {
  const struct sf_merchant_map *m = map_of(&map, 3000);
  for (uint8_t s = 1; s < SF_SUBCATEGORY_COUNT; s++) {
    const struct sf_merchant_run *run = sf_merchant_run(m, SF_CITY_NONE, s);
    for (uint8_t city = 1; city < SF_CITY_COUNT && run->count > 0; city++) {
      struct sf_merchant first, any;
      sf_merchant_at(m, run->first, &first);
      bool served = false;
      for (uint32_t i = 0; i < run->count; i++) {
        sf_merchant_at(m, run->first + i, &any);
        served |= sf_merchant_serves(&any, city);
      }
      cr_expect_eq(sf_merchant_serves(&first, city), served, "%s", sf_subcategories[s].name);
    }
  }
}

Test(merchant, cache_gives_what_direct_work_gives) {
  const struct sf_merchant_map *m = map_of(&map, 3000);
  static struct sf_merchant entry[256];
  struct sf_merchant_cache cache;
  sf_merchant_cache_init(&cache, entry, 256);
  for (uint32_t i = 0; i < 100000; i++) {
    const uint32_t id = 1 + sf_below(sf_draw(3, i, 0, SF_STREAM_SAMPLE, 0).word[0], m->count);
    struct sf_merchant direct;
    sf_merchant_at(m, id, &direct);
    cr_assert(memcmp(&direct, sf_merchant_get(&cache, m, id), sizeof direct) == 0);
  }
}

static void *filled(const struct sf_merchant_map *m, struct sf_merchants *batch, int64_t piece) {
  const struct sf_table *table = &sf_tables[SF_TABLE_MERCHANTS];
  const size_t bytes = (sf_batch_bytes(table, m->count) + 63) & ~(size_t)63;
  void *memory = aligned_alloc(64, bytes);
  cr_assert(memory);
  memset(memory, 0, bytes);
  sf_batch_place(table, batch, m->count, memory);
  for (int64_t at = 0; at < m->count; at += piece) {
    const int64_t count = piece < m->count - at ? piece : m->count - at;
    sf_merchant_fill(m, (uint32_t)at + 1, count, batch, at);
  }
  return memory;
}

static bool column_differs(const struct sf_merchants *a, const struct sf_merchants *b,
                           const struct sf_column *column, uint32_t rows) {
  return memcmp(sf_batch_column(a, column), sf_batch_column(b, column),
                sf_column_row_bytes(column) * rows) != 0;
}

Test(merchant, table_does_not_depend_on_batches_but_on_the_seed) {
  struct sf_config config = standard;
  sf_merchant_map_init(&map, &config);
  config.seed = 2;
  sf_merchant_map_init(&other, &config);
  struct sf_merchants whole, pieces, reseeded;
  void *memory[] = {filled(&map, &whole, map.count), filled(&map, &pieces, 1000),
                    filled(&other, &reseeded, map.count)};
  const struct sf_table *table = &sf_tables[SF_TABLE_MERCHANTS];
  static const char *const layout[] = {"merchant_id", "category", "subcategory", "mcc",
                                       "popularity"};
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    cr_expect_not(column_differs(&whole, &pieces, column, map.count), "%s", column->name);
    bool fixed = false;
    for (size_t i = 0; i < sizeof layout / sizeof layout[0]; i++) {
      fixed |= strcmp(layout[i], column->name) == 0;
    }
    cr_expect_eq(column_differs(&whole, &reseeded, column, map.count), !fixed, "%s", column->name);
  }
  uint32_t same_name = 0, same_place = 0;
  for (uint32_t row = 0; row < map.count; row++) {
    same_name += whole.name[row] == reseeded.name[row];
    same_place += whole.latitude[row] == reseeded.latitude[row];
  }
  cr_expect(same_name < map.count / 10, "but for brands, names are drawn anew");
  cr_expect(same_place < map.count / 1000);
  for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++) {
    free(memory[i]);
  }
}

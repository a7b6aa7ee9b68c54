#include <string.h>

#include "kernels/math/elementary.h"
#include "kernels/world/merchant.h"
#include "kernels/world/merchant_name.h"

#define KM_PER_DEGREE 111.195  // of a great circle, mean radius
#define ONLINE_ROW (SF_CITY_COUNT - 1u)

// Merchants beyond the least numbers that are online only, per cent.
#define ONLINE_PERCENT 3u

// Merchants that open inside the window, per year of it, and the most in all.
#define OPENING_PER_YEAR 0.04
#define OPENING_MAX 0.20

static uint32_t kinds_in_shops(uint8_t category) {
  uint32_t kinds = 0;
  for (uint32_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
    kinds += sf_subcategories[s].category == category && sf_subcategories[s].brick;
  }
  return kinds;
}

static uint32_t online_brands(uint32_t subcategory) {
  uint32_t count = 0;
  for (uint32_t b = 0; b < SF_BRAND_COUNT; b++) {
    count += sf_brands[b].subcategory == subcategory &&
             sf_brands[b].type == SF_MERCHANT_TYPE_ONLINE_ONLY;
  }
  return count;
}

// Every city has a shop of every kind and no block has less than two shops;
// every online-only brand is there, and somebody sells online what can be sold so.
static uint32_t least_count(uint32_t row, uint32_t subcategory) {
  const struct sf_subcategory_row *kind = &sf_subcategories[subcategory];
  if (row != ONLINE_ROW) {
    return kind->brick ? (kinds_in_shops(kind->category) == 1 ? 2 : 1) : 0;
  }
  const uint32_t brands = online_brands(subcategory);
  return brands > 0 || kind->online == 0 ? brands : 1;
}

// Purchases that are made in shops, or online, of a subcategory; per million.
// What customers buy at times of its own (weight 0) has a least share.
static uint64_t purchases(uint32_t row, uint32_t subcategory) {
  const struct sf_subcategory_row *kind = &sf_subcategories[subcategory];
  const uint64_t weight = kind->weight > 0 ? kind->weight : 1;
  if (row == ONLINE_ROW) {
    return weight * kind->online;
  }
  return kind->brick ? weight * (100u - kind->online) : 0;
}

// Kinds that a licence or a network keeps to few companies in the country: the
// brands are all there are, however many customers.
static bool is_licensed(uint32_t subcategory) {
  switch (subcategory) {
    case SF_SUBCATEGORY_STREAMING:
    case SF_SUBCATEGORY_TOLL:
    case SF_SUBCATEGORY_FLIGHT:
    case SF_SUBCATEGORY_RAIL:
    case SF_SUBCATEGORY_ELECTRICITY:
    case SF_SUBCATEGORY_GOVERNMENT:
    case SF_SUBCATEGORY_TAXES:
    case SF_SUBCATEGORY_TELECOM:
    case SF_SUBCATEGORY_LOAN_COLLECTION:
    case SF_SUBCATEGORY_INSURANCE:
    case SF_SUBCATEGORY_INVESTMENTS:
    case SF_SUBCATEGORY_WALLET_LOAD:
    case SF_SUBCATEGORY_CARD_BILL:
      return true;
    default:
      return false;
  }
}

// Weight of a run among the rows of its kind: people times purchases.
static uint64_t run_weight(uint32_t row, uint32_t subcategory) {
  if (row == ONLINE_ROW && is_licensed(subcategory)) {
    return 0;
  }
  const uint64_t people = row == ONLINE_ROW ? 1 : sf_cities[row + 1].population;
  return people * purchases(row, subcategory);
}

// Shares `extra` merchants among rows first_row .. last_row by weight, each
// count on top of the least one. Rounding the cumulative shares keeps the total
// exact; extra * weight stays below 2^64 (1e8 merchants, weights of 1e11).
static void share_out(struct sf_merchant_map *map, uint32_t first_row, uint32_t last_row,
                      uint64_t extra) {
  uint64_t total = 0;
  for (uint32_t row = first_row; row <= last_row; row++) {
    for (uint32_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
      total += run_weight(row, s);
    }
  }
  uint64_t weight = 0, given = 0;
  for (uint32_t row = first_row; row <= last_row; row++) {
    for (uint32_t position = 0; position < SF_SUBCATEGORY_COUNT; position++) {
      const uint32_t s = map->subcategory_at[position];
      weight += run_weight(row, s);
      const uint64_t due = extra * weight / total;
      map->run[row * SF_SUBCATEGORY_COUNT + position].count =
          (uint32_t)(least_count(row, s) + due - given);
      given = due;
    }
  }
}

static void order_by_category(struct sf_merchant_map *map) {
  uint8_t position = 0;
  for (uint8_t category = 0; category < SF_CATEGORY_COUNT; category++) {
    for (uint8_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
      if (sf_subcategories[s].category == category) {
        map->subcategory_at[position] = s;
        map->position[s] = position++;
      }
    }
  }
}

static void lay_out(struct sf_merchant_map *map) {
  uint32_t least = 0;
  for (uint32_t r = 0; r < SF_MERCHANT_RUNS; r++) {
    least += least_count(r / SF_SUBCATEGORY_COUNT, r % SF_SUBCATEGORY_COUNT);
  }
  const uint64_t extra = map->count - least;
  const uint64_t online = extra * ONLINE_PERCENT / 100u;
  share_out(map, 0, ONLINE_ROW - 1, extra - online);
  share_out(map, ONLINE_ROW, ONLINE_ROW, online);
  uint32_t first = 1;
  for (uint32_t r = 0; r < SF_MERCHANT_RUNS; r++) {
    struct sf_merchant_run *run = &map->run[r];
    run->first = first;
    run->sum = sf_zipf_sum(&map->zipf, run->count);
    first += run->count;
  }
}

static void place_block_shares(struct sf_merchant_map *map) {
  for (uint32_t online = 0; online < 2; online++) {
    const uint32_t row = online ? ONLINE_ROW : 0;
    uint64_t total[SF_CATEGORY_COUNT] = {0};
    for (uint32_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
      total[sf_subcategories[s].category] += purchases(row, s);
    }
    for (uint32_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
      const uint64_t of_block = total[sf_subcategories[s].category];
      map->block_share[online][s] = of_block ? (double)purchases(row, s) / (double)of_block : 0.0;
    }
  }
}

static void place_names(struct sf_merchant_map *map) {
  uint16_t brand = 0;
  for (uint8_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
    map->first_brand[s] = brand;
    while (brand < SF_BRAND_COUNT && sf_brands[brand].subcategory == s) {
      brand++;
    }
    map->first_local_name[s] = sf_local_name(s, 0);
    map->local_names[s] = (uint16_t)(sf_noun_count(s) * SF_EPITHET_COUNT);
  }
  map->first_brand[SF_SUBCATEGORY_COUNT] = brand;
}

// The first of a run never opens inside the window: the others do more often,
// so that the share of all merchants is the wanted one.
static uint32_t opening_chance(const struct sf_merchant_map *map) {
  uint32_t others = 0;
  for (uint32_t r = 0; r < SF_MERCHANT_RUNS; r++) {
    others += map->run[r].count > 0 ? map->run[r].count - 1 : 0;
  }
  const double wanted = sf_clamp(OPENING_PER_YEAR * map->days / 365.25, 0.0, OPENING_MAX);
  const double chance = wanted * map->count / others;
  return (uint32_t)(sf_clamp(chance, 0.0, 0.5) * 0x1p32);
}

void sf_merchant_map_init(struct sf_merchant_map *map, const struct sf_config *config) {
  memset(map, 0, sizeof *map);
  map->seed = config->seed;
  map->start_day = config->start_day;
  map->days = config->days;
  map->count = sf_config_merchants(config);
  sf_zipf_init(&map->zipf);
  order_by_category(map);
  lay_out(map);
  place_block_shares(map);
  place_names(map);
  map->opening_chance = opening_chance(map);
  for (uint32_t c = 0; c < SF_CITY_COUNT; c++) {
    map->degrees_per_km_east[c] =
        1.0 / (KM_PER_DEGREE * sf_cos(sf_cities[c].latitude * (SF_PI / 180.0)));
  }
}

uint32_t sf_merchant_run_of(const struct sf_merchant_map *map, uint32_t id) {
  // The last run that begins at or before id; runs without merchants begin
  // where the next one does and so are never the last.
  uint32_t low = 0, size = SF_MERCHANT_RUNS;
  while (size > 1) {
    const uint32_t half = size / 2;
    low += map->run[low + half].first <= id ? half : 0;
    size -= half;
  }
  return low;
}

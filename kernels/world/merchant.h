#ifndef SF_KERNELS_WORLD_MERCHANT_H
#define SF_KERNELS_WORLD_MERCHANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/schema/schema.h"
#include "kernels/world/city.h"
#include "kernels/world/subcategory.h"
#include "kernels/world/zipf.h"

// Merchants. Ids are laid out in blocks: the shops of each (city, category),
// then the online-only merchants of the country by category. Inside a block the
// merchants of a subcategory are a run of consecutive ids in order of
// popularity, the most popular first. Thus every attribute follows from the id,
// the configuration and the seed alone, and nothing is stored per merchant.

// A run: the merchants of one subcategory in one city (or online).
struct sf_merchant_run {
  uint32_t first;  // id of the most popular one
  uint32_t count;  // may be 0
  uint32_t sum;    // sf_zipf_sum of count
};

// Runs are in order of first id: by row (row city - 1 holds the shops of a
// city, the last row the online-only merchants) and within it by category and
// subcategory.
#define SF_MERCHANT_RUN_ROWS SF_CITY_COUNT
#define SF_MERCHANT_RUNS (SF_MERCHANT_RUN_ROWS * SF_SUBCATEGORY_COUNT)

// What is worked out once per corpus; about 100 kB, whatever the number of merchants.
struct sf_merchant_map {
  uint64_t seed;
  int32_t start_day, days;
  uint32_t count;           // ids are 1 .. count
  uint32_t opening_chance;  // of opening inside the window, but for the first of a run; 2^-32
  struct sf_merchant_run run[SF_MERCHANT_RUNS];  // in order of first
  double block_share[2][SF_SUBCATEGORY_COUNT];   // of a run in its block: shops, online only
  uint8_t position[SF_SUBCATEGORY_COUNT];        // of a subcategory in a row
  uint8_t subcategory_at[SF_SUBCATEGORY_COUNT];  // the inverse
  double degrees_per_km_east[SF_CITY_COUNT];
  uint16_t first_brand[SF_SUBCATEGORY_COUNT + 1];  // brands of subcategory s: [s] .. [s + 1] - 1
  uint16_t first_local_name[SF_SUBCATEGORY_COUNT];
  uint16_t local_names[SF_SUBCATEGORY_COUNT];
  struct sf_zipf zipf;
};

// All attributes of a merchant; one cache line.
struct sf_merchant {
  double x, y, z;             // unit vector of the place, from the stored latitude and longitude
  float latitude, longitude;  // degrees
  float reputation;           // 0.5..0.95, two decimals
  float popularity;           // share of the block's purchases
  float price_level;          // two decimals
  uint32_t id;                // 0 = no merchant
  int32_t onboarding_date;    // days since 1970-01-01
  uint16_t name;              // index into the dictionary of names
  uint16_t mcc;
  uint8_t category, subcategory, type, city;  // enums sf_category, ..., sf_city
  uint8_t accepts_online, loyalty_programme;
};

// `map` is the caller's. The window of `config` decides which merchants are new.
void sf_merchant_map_init(struct sf_merchant_map *map, const struct sf_config *config);

// Run of the shops of a city, or of the online-only merchants (city 0).
static inline const struct sf_merchant_run *sf_merchant_run(const struct sf_merchant_map *map,
                                                            uint8_t city, uint8_t subcategory) {
  const uint32_t row = city ? city - 1u : SF_CITY_COUNT - 1u;
  return &map->run[row * SF_SUBCATEGORY_COUNT + map->position[subcategory]];
}

// Index into map->run of the run that holds an id, 1 <= id <= count.
uint32_t sf_merchant_run_of(const struct sf_merchant_map *map, uint32_t id);

// Works out a merchant, 1 <= id <= count. About 0.2 microseconds.
void sf_merchant_at(const struct sf_merchant_map *map, uint32_t id, struct sf_merchant *merchant);

// Chooses a shop of the subcategory in a city with the law of popularity: the
// k-th of a run with probability proportional to k^-s (sf_zipf). `u` is a
// uniform draw of 32 bits; a larger one never gives a smaller id. Every city
// has a shop of every subcategory with brick = 1; 0 if there is none.
// Merchants that open inside the window are chosen too: see sf_merchant_open.
static inline uint32_t sf_merchant_pick(const struct sf_merchant_map *map, uint8_t city,
                                        uint8_t subcategory, uint32_t u) {
  const struct sf_merchant_run *run = sf_merchant_run(map, city, subcategory);
  return run->count ? run->first + sf_zipf_pick(&map->zipf, run->sum, u) - 1 : 0;
}

// The same among the online-only merchants of the country: at least 3 where
// brick = 0, at least 1 where online > 0, else none and 0.
static inline uint32_t sf_merchant_pick_online(const struct sf_merchant_map *map,
                                               uint8_t subcategory, uint32_t u) {
  return sf_merchant_pick(map, SF_CITY_NONE, subcategory, u);
}

// True from the day on when the merchant can be paid. The first of a run is
// always open, so that a caller may fall back on it.
static inline bool sf_merchant_open(const struct sf_merchant *merchant, int32_t day) {
  return day >= merchant->onboarding_date;
}

// False if the merchant is a brand that does not sell to a city's region, such
// as the electricity company of another one. The first of a run of online-only
// merchants serves all, where any of them does.
bool sf_merchant_serves(const struct sf_merchant *merchant, uint8_t city);

// Direct-mapped cache of merchants in the caller's memory.
struct sf_merchant_cache {
  struct sf_merchant *entry;  // shape [mask + 1]
  uint32_t mask;
};

#define SF_MERCHANT_CACHE_ENTRIES 65536u

// `entry`: room for `entries` (a power of two), aligned to 64 bytes for speed.
void sf_merchant_cache_init(struct sf_merchant_cache *cache, struct sf_merchant *entry,
                            uint32_t entries);

const struct sf_merchant *sf_merchant_cache_load(struct sf_merchant_cache *cache,
                                                 const struct sf_merchant_map *map, uint32_t id);

// A merchant, 1 <= id <= count; valid until the next call with another id.
static inline const struct sf_merchant *sf_merchant_get(struct sf_merchant_cache *cache,
                                                        const struct sf_merchant_map *map,
                                                        uint32_t id) {
  const struct sf_merchant *entry = &cache->entry[id & cache->mask];
  return entry->id == id ? entry : sf_merchant_cache_load(cache, map, id);
}

// Fills rows at .. at+count-1 of a batch with merchants first_id, first_id+1, ...
void sf_merchant_fill(const struct sf_merchant_map *map, uint32_t first_id, int64_t count,
                      struct sf_merchants *batch, int64_t at);

#endif

#include "kernels/world/merchant.h"

#include <string.h>

#include "kernels/math/sphere.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"
#include "kernels/world/coast.h"
#include "kernels/world/merchant_name.h"

#define DEGREES_PER_KM_NORTH (1.0 / 111.195)

_Static_assert(sizeof(struct sf_merchant) == 64, "a merchant fills one cache line");

// A merchant's place in the layout, and the draws that decide about it.
struct origin {
  const struct sf_merchant_map *map;
  uint32_t id, rank;  // rank 1 is the most popular of the run
  uint8_t city;       // 0: online only
  uint8_t subcategory;
  struct sf_block draw, more;
};

// Head offices of online-only merchants, cumulative per cent (estimate: where
// the large platforms sit).
static const struct {
  uint8_t city, cumulative;
} head_offices[] = {{SF_CITY_BENGALURU, 32}, {SF_CITY_MUMBAI, 57},    {SF_CITY_GURUGRAM, 73},
                    {SF_CITY_DELHI, 82},     {SF_CITY_HYDERABAD, 89}, {SF_CITY_CHENNAI, 95},
                    {SF_CITY_NOIDA, 100}};

static uint8_t head_office(uint32_t u) {
  const uint32_t percent = sf_below(u, 100);
  uint32_t i = 0;
  while (head_offices[i].cumulative <= percent) {
    i++;
  }
  return head_offices[i].city;
}

// Standard deviation of the shops' distance from the centre, each way, km.
static double spread_km(uint8_t city) {
  switch (sf_cities[city].tier) {
    case SF_CITY_TIER_1:
      return 7.0;
    case SF_CITY_TIER_2:
      return 4.5;
    default:
      return 3.0;
  }
}

static double normal(uint32_t u, double limit) {
  return sf_clamp(sf_quantile(&sf_law_normal, u) * 0x1p-16, -limit, limit);
}

static float two_decimals(double x) { return (float)((double)(int32_t)(x * 100.0 + 0.5) / 100.0); }

static void set_place(struct sf_merchant *merchant, const struct origin *o) {
  const struct sf_block u = sf_draw(o->map->seed, o->id, 0, SF_STREAM_MERCHANT_PLACE, 0);
  merchant->city = o->city ? o->city : head_office(u.word[2]);
  const struct sf_city_row *city = &sf_cities[merchant->city];
  const double spread = spread_km(merchant->city);
  const double north_km = spread * normal(u.word[0], 2.5);
  const double east_km = sf_coast_fold(merchant->city, spread * normal(u.word[1], 2.5));
  merchant->latitude = (float)(city->latitude + north_km * DEGREES_PER_KM_NORTH);
  merchant->longitude =
      (float)(city->longitude + east_km * o->map->degrees_per_km_east[merchant->city]);
  double at[3];
  sf_unit_vector(merchant->latitude, merchant->longitude, at);
  merchant->x = at[0];
  merchant->y = at[1];
  merchant->z = at[2];
}

// Share of chains among the shops of a rank, 2^-32: chains are among the
// largest of a city. Fuel, gas agencies and multiplexes are mostly of a brand.
static uint32_t chain_threshold(uint8_t subcategory, uint32_t rank) {
  switch (subcategory) {
    case SF_SUBCATEGORY_FUEL:
    case SF_SUBCATEGORY_COOKING_GAS:
      return (uint32_t)(0.95 * 0x1p32);
    case SF_SUBCATEGORY_CINEMA:
      return (uint32_t)(0.60 * 0x1p32);
    default:
      return (uint32_t)(0.20 * 0x1p32 / (1.0 + (rank - 1.0) / 8.0));
  }
}

static bool has_shops_in(const struct sf_brand *brand, uint8_t city) {
  return brand->type == SF_MERCHANT_TYPE_CHAIN && (brand->regions >> sf_city_region(city) & 1) &&
         sf_cities[city].tier <= brand->lowest_tier;
}

// One of the chains with shops in the city, 1 + its index; 0 if there are none.
static uint16_t choose_chain(const struct origin *o, uint32_t u) {
  const uint16_t begin = o->map->first_brand[o->subcategory];
  const uint16_t end = o->map->first_brand[o->subcategory + 1];
  uint32_t eligible = 0;
  for (uint16_t b = begin; b < end; b++) {
    eligible += has_shops_in(&sf_brands[b], o->city);
  }
  uint32_t skip = sf_below(u, eligible);
  for (uint16_t b = begin; b < end; b++) {
    if (has_shops_in(&sf_brands[b], o->city) && skip-- == 0) {
      return (uint16_t)(b + 1);
    }
  }
  return 0;
}

// The online-only brands of a subcategory are its first online-only merchants.
static uint16_t online_brand(const struct origin *o) {
  uint32_t rank = 0;
  for (uint16_t b = o->map->first_brand[o->subcategory];
       b < o->map->first_brand[o->subcategory + 1]; b++) {
    rank += sf_brands[b].type == SF_MERCHANT_TYPE_ONLINE_ONLY;
    if (sf_brands[b].type == SF_MERCHANT_TYPE_ONLINE_ONLY && rank == o->rank) {
      return (uint16_t)(b + 1);
    }
  }
  return 0;
}

// 1 + index of the merchant's brand, or 0.
static uint16_t choose_brand(const struct origin *o) {
  if (o->city == SF_CITY_NONE) {
    return online_brand(o);
  }
  const bool chain = sf_coin(o->more.word[2], chain_threshold(o->subcategory, o->rank));
  return chain ? choose_chain(o, o->more.word[3]) : 0;
}

static bool percent(uint32_t u, uint32_t chance) { return sf_below(u, 100) < chance; }

// What a chain decides is the same in all its shops, so it is drawn for the brand.
static void set_branded(struct sf_merchant *merchant, const struct origin *o, uint16_t name) {
  const struct sf_brand *brand = &sf_brands[name - 1];
  const struct sf_block u = sf_draw(o->map->seed, name, 1, SF_STREAM_MERCHANT_ATTRIBUTES, 0);
  const uint32_t online = sf_subcategories[o->subcategory].online;
  merchant->name = name;
  merchant->type = brand->type;
  merchant->reputation = (float)brand->reputation;
  merchant->price_level = (float)brand->price_level;
  merchant->accepts_online = brand->type == SF_MERCHANT_TYPE_ONLINE_ONLY ||
                             sf_subcategories[o->subcategory].when == SF_WHEN_MONTHLY ||
                             (online > 0 && percent(u.word[0], 50u + online / 2u));
  merchant->loyalty_programme = percent(u.word[1], 60);
}

static void set_local(struct sf_merchant *merchant, const struct origin *o) {
  const struct sf_merchant_map *map = o->map;
  const struct sf_block u = sf_draw(map->seed, o->id, 0, SF_STREAM_MERCHANT_NAME, 0);
  merchant->name = (uint16_t)(map->first_local_name[o->subcategory] +
                              sf_below(u.word[0], map->local_names[o->subcategory]));
  merchant->type = o->city ? SF_MERCHANT_TYPE_LOCAL : SF_MERCHANT_TYPE_ONLINE_ONLY;
  // 0.5..0.85, triangular about 0.675: the mean of two uniform draws.
  const uint32_t two_uniform = (o->draw.word[0] >> 16) + (o->draw.word[0] & 0xFFFFu);
  merchant->reputation = two_decimals(0.5 + 0.35 * two_uniform * 0x1p-17);
  merchant->price_level = two_decimals(sf_exp(0.25 * normal(o->draw.word[1], 4.0)));
  // Half of what can be sold online is sold so by the small ones too.
  merchant->accepts_online = sf_subcategories[o->subcategory].when == SF_WHEN_MONTHLY || !o->city ||
                             percent(o->draw.word[2], sf_subcategories[o->subcategory].online / 2u);
  merchant->loyalty_programme = percent(o->draw.word[3], 5);
}

// Days since 1970-01-01: up to ten years before the window, or inside it.
static int32_t choose_onboarding(const struct origin *o) {
  const struct sf_merchant_map *map = o->map;
  if (o->rank > 1 && sf_coin(o->more.word[0], map->opening_chance)) {
    return map->start_day + (int32_t)sf_below(o->more.word[1], (uint32_t)map->days);
  }
  return map->start_day - 1 - (int32_t)sf_below(o->more.word[1], 3650);
}

void sf_merchant_at(const struct sf_merchant_map *map, uint32_t id, struct sf_merchant *merchant) {
  const uint32_t r = sf_merchant_run_of(map, id);
  const struct sf_merchant_run *run = &map->run[r];
  const uint32_t row = r / SF_SUBCATEGORY_COUNT;
  const struct origin o = {
      .map = map,
      .id = id,
      .rank = id - run->first + 1,
      .city = (uint8_t)(row == SF_CITY_COUNT - 1u ? SF_CITY_NONE : row + 1),
      .subcategory = map->subcategory_at[r % SF_SUBCATEGORY_COUNT],
      .draw = sf_draw(map->seed, id, 0, SF_STREAM_MERCHANT_ATTRIBUTES, 0),
      .more = sf_draw(map->seed, id, 0, SF_STREAM_MERCHANT_ATTRIBUTES, 1),
  };
  memset(merchant, 0, sizeof *merchant);
  merchant->id = id;
  merchant->subcategory = o.subcategory;
  merchant->category = sf_subcategories[o.subcategory].category;
  merchant->mcc = sf_subcategories[o.subcategory].mcc;
  merchant->popularity = (float)(map->block_share[o.city == SF_CITY_NONE][o.subcategory] *
                                 sf_zipf_share(&map->zipf, run->count, o.rank));
  merchant->onboarding_date = choose_onboarding(&o);
  set_place(merchant, &o);
  const uint16_t brand = choose_brand(&o);
  if (brand) {
    set_branded(merchant, &o, brand);
  } else {
    set_local(merchant, &o);
  }
}

bool sf_merchant_serves(const struct sf_merchant *merchant, uint8_t city) {
  if (merchant->name == 0 || merchant->name > SF_BRAND_COUNT) {
    return true;
  }
  return sf_brands[merchant->name - 1].regions >> sf_city_region(city) & 1;
}

void sf_merchant_cache_init(struct sf_merchant_cache *cache, struct sf_merchant *entry,
                            uint32_t entries) {
  memset(entry, 0, sizeof *entry * entries);
  cache->entry = entry;
  cache->mask = entries - 1;
}

const struct sf_merchant *sf_merchant_cache_load(struct sf_merchant_cache *cache,
                                                 const struct sf_merchant_map *map, uint32_t id) {
  struct sf_merchant *entry = &cache->entry[id & cache->mask];
  sf_merchant_at(map, id, entry);
  return entry;
}

void sf_merchant_fill(const struct sf_merchant_map *map, uint32_t first_id, int64_t count,
                      struct sf_merchants *batch, int64_t at) {
  for (int64_t i = 0; i < count; i++) {
    struct sf_merchant m;
    sf_merchant_at(map, first_id + (uint32_t)i, &m);
    const int64_t row = at + i;
    batch->merchant_id[row] = m.id;
    batch->name[row] = m.name;
    batch->category[row] = m.category;
    batch->subcategory[row] = m.subcategory;
    batch->mcc[row] = m.mcc;
    batch->type[row] = m.type;
    batch->city[row] = m.city;
    batch->latitude[row] = m.latitude;
    batch->longitude[row] = m.longitude;
    batch->reputation[row] = m.reputation;
    batch->popularity[row] = m.popularity;
    batch->price_level[row] = m.price_level;
    batch->accepts_online[row] = m.accepts_online;
    batch->loyalty_programme[row] = m.loyalty_programme;
    batch->onboarding_date[row] = m.onboarding_date;
  }
}

#include "kernels/population/household.h"

#include "kernels/math/sphere.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"
#include "kernels/world/city.h"
#include "kernels/world/coast.h"

// Standard deviation of home points around the city centre by tier, km.
static const double spread_km[SF_CITY_TIER_COUNT] = {9.0, 6.0, 4.0};
// Consecutive ids of one branch.
#define NEIGHBOURS 16

// Patterns of a group of four ids as the index of each member's household
// head, two bits a member, the first member lowest; chances per 256.
static const struct {
  uint8_t chance, heads;
} household_patterns[] = {
    {64, 0xe4},  // four singles: 0 1 2 3
    {84, 0xe0},  // a couple and two singles: 0 0 2 3
    {52, 0xa0},  // two couples: 0 0 2 2
    {38, 0xc0},  // three and one: 0 0 0 3
    {18, 0x00},  // a family of four
};

uint32_t sf_household_head(const struct sf_population *population, uint32_t id) {
  const uint32_t group = (id - 1) / 4;
  const struct sf_block draw = sf_draw(population->config.seed, group, 0, SF_STREAM_HOUSEHOLD, 0);
  uint32_t u = draw.word[0] >> 24;
  uint32_t p = 0;
  while (u >= household_patterns[p].chance) {
    u -= household_patterns[p++].chance;
  }
  return group * 4 + 1 + (household_patterns[p].heads >> (2 * ((id - 1) % 4)) & 3);
}

void sf_household_place(const struct sf_population *population, struct sf_customer *customer) {
  const struct sf_block draw =
      sf_draw(population->config.seed, customer->head, 0, SF_STREAM_CUSTOMER_PLACE, 0);
  // Ids are given out by branches: four households in five of a tile live in its
  // city, so that the nearest circle of contacts is mostly local.
  const struct sf_block branch = sf_draw(population->config.seed, (customer->head - 1) / NEIGHBOURS,
                                         0, SF_STREAM_CUSTOMER_PLACE, 1);
  const bool local = draw.word[3] < SF_CHANCE(0.8);
  customer->city =
      (uint8_t)sf_alias_pick(&population->cities, local ? branch.word[0] : draw.word[0]);
  const struct sf_city_row *city = &sf_cities[customer->city];
  const double spread = spread_km[city->tier] / (SF_KM_A_DEGREE * 65536.0);
  const double north = sf_quantile(&sf_law_normal, draw.word[1]) * spread;
  const double east_km = sf_quantile(&sf_law_normal, draw.word[2]) * spread * SF_KM_A_DEGREE;
  const double east =
      sf_coast_fold(customer->city, east_km) * population->degrees_a_km[customer->city];
  customer->latitude = (float)(city->latitude + north);
  customer->longitude = (float)(city->longitude + east);
  sf_unit_vector((double)customer->latitude, (double)customer->longitude, customer->home);
}

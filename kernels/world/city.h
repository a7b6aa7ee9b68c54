#ifndef SF_KERNELS_WORLD_CITY_H
#define SF_KERNELS_WORLD_CITY_H

#include "kernels/schema/enums.h"

enum sf_state {
#define SF_STATE(constant, name, region) SF_STATE_##constant,
#include "kernels/world/states.def"
#undef SF_STATE
  SF_STATE_COUNT
};

enum sf_city {
#define SF_CITY(constant, name, state, tier, latitude, longitude, population) SF_CITY_##constant,
#include "kernels/world/cities.def"
#undef SF_CITY
  SF_CITY_COUNT
};

struct sf_state_row {
  const char *name;
  uint8_t region;  // enum sf_region
};

struct sf_city_row {
  const char *name;
  uint8_t state;               // enum sf_state
  uint8_t tier;                // enum sf_city_tier
  double latitude, longitude;  // degrees
  uint32_t population;         // thousands, 2011
};

extern const struct sf_state_row sf_states[SF_STATE_COUNT];
extern const struct sf_city_row sf_cities[SF_CITY_COUNT];

static inline uint8_t sf_city_region(uint8_t city) {
  return sf_states[sf_cities[city].state].region;
}

#endif

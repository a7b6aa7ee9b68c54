#include "kernels/world/city.h"

const struct sf_state_row sf_states[SF_STATE_COUNT] = {
#define SF_STATE(constant, name, region) {name, SF_REGION_##region},
#include "kernels/world/states.def"
#undef SF_STATE
};

const struct sf_city_row sf_cities[SF_CITY_COUNT] = {
#define SF_CITY(constant, name, state, tier, latitude, longitude, population) \
  {name, SF_STATE_##state, SF_CITY_TIER_##tier, latitude, longitude, population},
#include "kernels/world/cities.def"
#undef SF_CITY
};

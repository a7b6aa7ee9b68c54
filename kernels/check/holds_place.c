#include <math.h>

#include "kernels/check/holds.h"
#include "kernels/world/city.h"

// Predicates on the places of /transactions.

#define EARTH_RADIUS_KM 6371.0088  // mean radius of WGS 84 (IUGG)
#define RADIANS 0.017453292519943295

bool sf_is_in_city(double latitude, double longitude, uint8_t city) {
  return city != SF_CITY_NONE && city < SF_CITY_COUNT &&
         fabs(latitude - sf_cities[city].latitude) <= SF_CITY_DEGREES &&
         fabs(longitude - sf_cities[city].longitude) <= SF_CITY_DEGREES;
}

// Haversine formula, exact for near points (R. W. Sinnott, Virtues of the
// Haversine, Sky and Telescope 68, 1984); on purpose not the model's way.
double sf_distance_km(double latitude_a, double longitude_a, double latitude_b,
                      double longitude_b) {
  const double north = sin(0.5 * RADIANS * (latitude_b - latitude_a));
  const double east = sin(0.5 * RADIANS * (longitude_b - longitude_a));
  const double square =
      north * north + cos(RADIANS * latitude_a) * cos(RADIANS * latitude_b) * east * east;
  return 2.0 * EARTH_RADIUS_KM * asin(sqrt(square < 1.0 ? square : 1.0));
}

bool sf_is_distance(double stored, double km) {
  return fabs(stored - km) <= 0.01 + 1e-6 * km && stored >= 0.0;
}

SF_HOLDS(state_of_city) {
  return ROW(city) != SF_CITY_NONE && ROW(city) < SF_CITY_COUNT &&
         ROW(state) == sf_cities[ROW(city)].state;
}

SF_HOLDS(region_of_state) {
  return ROW(state) < SF_STATE_COUNT && ROW(region) == sf_states[ROW(state)].region;
}

SF_HOLDS(tier_of_city) {
  return ROW(city) < SF_CITY_COUNT && ROW(city_tier) == sf_cities[ROW(city)].tier;
}

SF_HOLDS(point_in_city) {
  return sf_is_in_city((double)ROW(latitude), (double)ROW(longitude), ROW(city));
}

SF_HOLDS(terminal_at_merchant) {
  return ROW(channel) != SF_CHANNEL_POS || row->m < 0 ||
         (ROW(city) == MERCHANT(city) &&
          sf_same_real((double)ROW(latitude), (double)MERCHANT(latitude)) &&
          sf_same_real((double)ROW(longitude), (double)MERCHANT(longitude)));
}

SF_HOLDS(terminal_has_shop) {
  return ROW(channel) != SF_CHANNEL_POS || row->m < 0 ||
         MERCHANT(type) != SF_MERCHANT_TYPE_ONLINE_ONLY;
}

static bool is_at_home(const struct sf_checked_row *row) {
  return sf_same_real((double)ROW(latitude), (double)CUSTOMER(home_latitude)) &&
         sf_same_real((double)ROW(longitude), (double)CUSTOMER(home_longitude));
}

SF_HOLDS(at_home_point) {
  return !ROW(is_online) || ROW(city) != CUSTOMER(home_city) || is_at_home(row);
}

SF_HOLDS(distance_of_points) {
  // Most rows are at home: no need for the formula then.
  const double km = is_at_home(row) ? 0.0
                                    : sf_distance_km((double)CUSTOMER(home_latitude),
                                                     (double)CUSTOMER(home_longitude),
                                                     (double)ROW(latitude), (double)ROW(longitude));
  return sf_is_distance((double)ROW(distance_from_home), km);
}

#define NEARBY_KM 300.0f

SF_HOLDS(location_of_distance) {
  const uint8_t expected = ROW(city) == CUSTOMER(home_city)       ? SF_LOCATION_TYPE_HOME
                           : ROW(distance_from_home) <= NEARBY_KM ? SF_LOCATION_TYPE_NEARBY
                                                                  : SF_LOCATION_TYPE_TRAVEL;
  return ROW(location_type) == expected;
}

SF_HOLDS(distance_category_of_location) {
  switch (ROW(location_type)) {
    case SF_LOCATION_TYPE_HOME:
      return ROW(distance_category) == SF_DISTANCE_CATEGORY_LOCAL;
    case SF_LOCATION_TYPE_NEARBY:
      return ROW(distance_category) == SF_DISTANCE_CATEGORY_REGIONAL;
    default:
      return ROW(distance_category) == SF_DISTANCE_CATEGORY_LONG_DISTANCE;
  }
}

SF_HOLDS(delivery_is_whole) {
  return (ROW(delivery_city) == SF_CITY_NONE) == (isnan(ROW(delivery_distance)) != 0);
}

SF_HOLDS(delivery_of_online) {
  return ROW(delivery_city) == SF_CITY_NONE ||
         (ROW(is_online) && ROW(transaction_type) == SF_TRANSACTION_TYPE_PURCHASE);
}

SF_HOLDS(delivery_distance_of_city) {
  const uint8_t city = ROW(delivery_city);
  if (city == SF_CITY_NONE || city >= SF_CITY_COUNT) {
    return city == SF_CITY_NONE;
  }
  const double km =
      sf_distance_km((double)CUSTOMER(home_latitude), (double)CUSTOMER(home_longitude),
                     sf_cities[city].latitude, sf_cities[city].longitude);
  return sf_is_distance((double)ROW(delivery_distance), km);
}

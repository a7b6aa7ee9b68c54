#include "kernels/world/coast.h"

#include <stddef.h>

#include "kernels/world/city.h"

// Distance of the coast east of the centre in km, read off a map at the
// centre's latitude.
static const struct {
  uint8_t city;
  double east_km;
} coasts[] = {
    {SF_CITY_MUMBAI, -5.0},    {SF_CITY_CHENNAI, 2.5},       {SF_CITY_KOCHI, -3.0},
    {SF_CITY_KOZHIKODE, -1.5}, {SF_CITY_VISAKHAPATNAM, 7.0}, {SF_CITY_THIRUVANANTHAPURAM, -5.0},
};

double sf_coast_fold(uint8_t city, double east_km) {
  for (size_t i = 0; i < sizeof coasts / sizeof coasts[0]; i++) {
    const double coast = coasts[i].east_km;
    if (coasts[i].city == city && (coast > 0.0 ? east_km > coast : east_km < coast)) {
      return 2.0 * coast - east_km;
    }
  }
  return east_km;
}

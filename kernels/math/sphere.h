#ifndef SF_KERNELS_MATH_SPHERE_H
#define SF_KERNELS_MATH_SPHERE_H

#include "kernels/math/elementary.h"

#define SF_EARTH_RADIUS_KM 6371.0088  // mean radius of WGS 84 (IUGG)

// Unit vector of a point given in degrees: x to (0, 0), z to the north pole.
static inline void sf_unit_vector(double latitude_deg, double longitude_deg, double out[3]) {
  const double latitude = latitude_deg * (SF_PI / 180.0);
  const double longitude = longitude_deg * (SF_PI / 180.0);
  const double ring = sf_cos(latitude);
  out[0] = ring * sf_cos(longitude);
  out[1] = ring * sf_sin(longitude);
  out[2] = sf_sin(latitude);
}

// Great-circle distance of two unit vectors in km, by their chord: exact for
// near points, where the arc cosine of a dot product is not.
static inline double sf_great_circle_km(double ax, double ay, double az, double bx, double by,
                                        double bz) {
  const double dx = ax - bx;
  const double dy = ay - by;
  const double dz = az - bz;
  const double square = 0.25 * (dx * dx + dy * dy + dz * dz);
  return 2.0 * SF_EARTH_RADIUS_KM * sf_asin_of_root(square < 1.0 ? square : 1.0);
}

#endif

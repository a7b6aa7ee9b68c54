#ifndef SF_KERNELS_CHECK_HOLDS_H
#define SF_KERNELS_CHECK_HOLDS_H

#include "kernels/check/invariant.h"

// Private to kernels/check: one predicate per row of invariants.def, and the
// stored values as they are called there.

#define SF_HOLDS(name) bool sf_holds_##name(const struct sf_checked_row *row)

#define SF_INVARIANT(table, name, text) SF_HOLDS(name);
#include "kernels/check/invariants.def"
#undef SF_INVARIANT

#define CUSTOMER(column) (row->customers->column[row->c])
#define MERCHANT(column) (row->merchants->column[row->m])
#define ROW(column) (row->transactions->column[row->t])
#define LABEL(column) (row->labels->column[row->t])
#define EPISODE(column) (row->episodes->column[row->e])
#define RING(column) (row->rings->column[row->g])
#define MEMBER(column) (row->members->column[row->k])
#define LINK(column) (row->links->column[row->l])

// Equality of reals as stored, without a compiler's warning: both are copies of
// one value, or they are not.
static inline bool sf_same_real(double a, double b) { return !(a < b) && !(a > b); }

// Last day of the window.
static inline int32_t sf_last_day(const struct sf_config *config) {
  return config->start_day + config->days - 1;
}

// A place belongs to a city if it is not farther from its centre than this,
// either way: homes and shops scatter by a few kilometres.
#define SF_CITY_DEGREES 0.75

bool sf_is_in_city(double latitude, double longitude, uint8_t city);

// Great circle of two points in degrees, on the mean radius of the Earth, km.
double sf_distance_km(double latitude_a, double longitude_a, double latitude_b, double longitude_b);

// A stored distance agrees with a true one: 10 m, and the rounding of float32.
bool sf_is_distance(double stored, double km);

#endif

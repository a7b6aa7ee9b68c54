#ifndef SF_KERNELS_POPULATION_HOUSEHOLD_H
#define SF_KERNELS_POPULATION_HOUSEHOLD_H

#include <stdint.h>

#include "kernels/population/customer.h"

#define SF_KM_A_DEGREE 111.195  // of latitude, on a sphere of the earth's mean radius

// First customer of the household of `id`. Households are runs of one to four
// neighbours inside a group of four ids.
uint32_t sf_household_head(const struct sf_population *population, uint32_t id);

// Sets city and home point of a customer whose household head is known: all
// members of a household live at one point.
void sf_household_place(const struct sf_population *population, struct sf_customer *customer);

#endif

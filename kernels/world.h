#ifndef SF_KERNELS_WORLD_H
#define SF_KERNELS_WORLD_H

#include "kernels/activity/laws.h"
#include "kernels/config.h"
#include "kernels/population/customer.h"
#include "kernels/population/hours.h"
#include "kernels/random/lanes.h"
#include "kernels/world/calendar.h"
#include "kernels/world/merchant.h"

// Everything that all customers share; read only once made (generator.h).
struct sf_world {
  struct sf_config config;
  const struct sf_lanes *lanes;
  struct sf_calendar calendar;
  struct sf_merchant_map merchants;
  struct sf_population population;
  struct sf_hours hours;
  struct sf_laws laws;
  // Mean numbers of possible stories of a customer (kernels/fraud/candidates.h).
  double candidates[SF_TYPOLOGY_COUNT][2];
};

#endif

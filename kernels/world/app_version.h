#ifndef SF_KERNELS_WORLD_APP_VERSION_H
#define SF_KERNELS_WORLD_APP_VERSION_H

#include <stdint.h>

#include "kernels/schema/schema.h"

// Releases of the payment app from November 2022 to the end of 2027. The
// dictionary's entry 0 is "none"; the releases follow in order of time.
#define SF_APP_VERSION_COUNT 33

// Member function of the dictionary; index < SF_APP_VERSION_COUNT.
void sf_app_version_name(uint32_t index, char text[SF_MEMBER_NAME_SIZE]);

// Local day of a release, 1 <= version < SF_APP_VERSION_COUNT.
int32_t sf_app_version_release_day(uint32_t version);

// Version that a device runs on a day. `u` is the device's place among all
// devices in order of how soon they update (0 the first, 2^32 - 1 the last): a
// uniform draw per device, kept for its life, so that it never goes back to an
// older version. At least 1.
uint16_t sf_app_version(int32_t day, uint32_t u);

// Days from a release until the device at quantile u / 2^32 has it.
int32_t sf_app_version_lag(uint32_t u);

#endif

#ifndef SF_KERNELS_POPULATION_HOURS_H
#define SF_KERNELS_POPULATION_HOURS_H

#include <stdint.h>

#include "kernels/random/alias.h"
#include "kernels/schema/enums.h"
#include "kernels/status.h"

// When in the day people pay: one law over 24 hours for each occupation and
// kind of day (0 weekday, 1 weekend).
struct sf_hours {
  struct sf_alias law[SF_OCCUPATION_COUNT][2];
  struct sf_alias_cell cell[SF_OCCUPATION_COUNT][2][24];
};

// Errors: those of sf_alias_build, for weights that are no law.
enum sf_status sf_hours_init(struct sf_hours *hours, struct sf_error *error);

// Weight of an hour; the same sum for all occupations and kinds of day.
uint32_t sf_hours_weight(uint8_t occupation, uint8_t weekend, uint32_t hour);

// Bit h set: hour h of a weekday is busier than the average hour.
uint32_t sf_hours_preferred(uint8_t occupation);

// Second of the day from two draws.
static inline uint32_t sf_hours_pick(const struct sf_hours *hours, uint8_t occupation,
                                     uint8_t weekend, uint32_t u, uint32_t v) {
  const uint32_t hour = sf_alias_pick(&hours->law[occupation][weekend], u);
  return hour * 3600u + (uint32_t)((uint64_t)v * 3600u >> 32);
}

#endif

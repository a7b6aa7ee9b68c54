#ifndef SF_KERNELS_ACTIVITY_LAWS_H
#define SF_KERNELS_ACTIVITY_LAWS_H

#include <stdint.h>

#include "kernels/random/alias.h"
#include "kernels/schema/enums.h"
#include "kernels/status.h"
#include "kernels/world/calendar.h"
#include "kernels/world/city.h"
#include "kernels/world/subcategory.h"

// Laws of activity that all customers share, as tables; figures and sources in
// docs/model.md.

// Levels are amounts on a logarithmic scale: base-2 logarithms of paise in Q16.
#define SF_LOG2_UNIT 65536

int32_t sf_level_of_rupees(double rupees);

#define SF_NEAR_CITIES_MAX 12

struct sf_laws {
  // What is bought in a sitting, by festival (SF_FESTIVAL_NONE: ordinary days).
  struct sf_alias purchase[SF_FESTIVAL_COUNT];
  struct sf_alias_cell purchase_cell[SF_FESTIVAL_COUNT][SF_SUBCATEGORY_COUNT];
  // Median amount and standard deviation of a subcategory, levels.
  int32_t level[SF_SUBCATEGORY_COUNT];
  int32_t sigma[SF_SUBCATEGORY_COUNT];
  // Shift of amounts: by day of the month (salary cycle), by festival and category.
  int32_t month_shift[32];
  int32_t festival_shift[SF_FESTIVAL_COUNT][SF_CATEGORY_COUNT];
  // Shift of amounts by price level, index in hundredths.
  int32_t price_shift[1024];
  // Rate of the day relative to the average day, Q16: [0] ordinary customers,
  // [1] weekend shoppers; shape [2][days of the calendar].
  uint32_t day_rate[2][SF_CALENDAR_DAYS_MAX];
  // The same for transfers, below SF_TRANSFER_RATE_MAX.
  uint32_t transfer_rate[SF_CALENDAR_DAYS_MAX];
  // Cities near enough for a visit and back (centres up to 270 km apart), and
  // great-circle distances of the centres, km.
  uint8_t near_count[SF_CITY_COUNT];
  uint8_t near[SF_CITY_COUNT][SF_NEAR_CITIES_MAX];
  uint16_t distance_km[SF_CITY_COUNT][SF_CITY_COUNT];
  double center[SF_CITY_COUNT][3];  // unit vectors of the city centres
};

// Shift of amounts at a merchant's price level. Two decimals of a price level are
// few values: the logarithm is a table's.
static inline int32_t sf_price_shift(const struct sf_laws *laws, float price_level) {
  return laws->price_shift[(int)(price_level * 100.0f + 0.5f) & 1023];
}

// Largest value of transfer_rate, Q16.
#define SF_TRANSFER_RATE_MAX 81920u

// Errors: those of sf_alias_build, for weights that are no law.
enum sf_status sf_laws_init(struct sf_laws *laws, const struct sf_calendar *calendar,
                            struct sf_error *error);

#endif

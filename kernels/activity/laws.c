#include "kernels/activity/laws.h"

#include <stddef.h>

#include "kernels/math/elementary.h"
#include "kernels/math/sphere.h"

// What the spread of customers, price levels and impulses adds to the mean of a
// payment, levels.
#define SESSION_EXCESS 29700
#define MONTHLY_EXCESS 13800
#define LOG2_E 1.4426950408889634

int32_t sf_level_of_rupees(double rupees) {
  return (int32_t)(sf_log2(rupees * 100.0) * SF_LOG2_UNIT);
}

// Rate of a weekday relative to the mean weekday, per cent (docs/model.md,
// "Days"): ordinary customers, weekend shoppers. Monday first.
static const uint8_t weekday_rate[2][7] = {{99, 99, 100, 101, 103, 100, 98},
                                           {95, 95, 96, 97, 102, 110, 105}};

// Amounts by day of the month relative to the mean, per cent: salaries come
// around the first, the middle of the month is lean.
static const uint8_t month_amount[32] = {0,  124, 124, 122, 121, 120, 112, 110, 107, 105, 101,
                                         97, 91,  76,  74,  73,  74,  76,  86,  90,  92,  92,
                                         93, 94,  95,  95,  96,  96,  98,  100, 104, 108};

static enum sf_status init_purchases(struct sf_laws *laws, struct sf_error *error) {
  for (uint32_t f = 0; f < SF_FESTIVAL_COUNT; f++) {
    uint64_t weight[SF_SUBCATEGORY_COUNT];
    uint64_t scratch[SF_SUBCATEGORY_COUNT];
    for (uint32_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
      const struct sf_subcategory_row *row = &sf_subcategories[s];
      weight[s] =
          row->when == SF_WHEN_SESSION
              ? (uint64_t)row->weight * sf_festival_category_weight((uint8_t)f, row->category)
              : 0;
    }
    SF_TRY(sf_alias_build(SF_SUBCATEGORY_COUNT, weight, laws->purchase_cell[f], scratch,
                          &laws->purchase[f], error));
  }
  return SF_OK;
}

static void init_amounts(struct sf_laws *laws) {
  for (uint32_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
    const struct sf_subcategory_row *row = &sf_subcategories[s];
    laws->sigma[s] = (int32_t)(row->sigma * LOG2_E * SF_LOG2_UNIT);
    // Median of the log-normal law with the given mean; the spread of customers
    // and of price levels and impulses raise the mean again.
    laws->level[s] = row->ticket
                         ? sf_level_of_rupees(row->ticket) -
                               (int32_t)(row->sigma * row->sigma / 2 * LOG2_E * SF_LOG2_UNIT) -
                               (row->when == SF_WHEN_SESSION ? SESSION_EXCESS : MONTHLY_EXCESS)
                         : 0;
  }
  for (uint32_t d = 1; d < 32; d++) {
    laws->month_shift[d] = (int32_t)(sf_log2(month_amount[d] / 100.0) * SF_LOG2_UNIT);
  }
  laws->price_shift[0] = 0;
  for (uint32_t p = 1; p < 1024; p++) {
    laws->price_shift[p] = (int32_t)(sf_log2(p / 100.0) * SF_LOG2_UNIT);
  }
  for (uint32_t f = 0; f < SF_FESTIVAL_COUNT; f++) {
    for (uint32_t c = 0; c < SF_CATEGORY_COUNT; c++) {
      const double factor =
          sf_festival_category_amount((uint8_t)f, (uint8_t)c) / (double)SF_FACTOR_ONE;
      laws->festival_shift[f][c] = (int32_t)(sf_log2(factor) * SF_LOG2_UNIT);
    }
  }
}

static void init_days(struct sf_laws *laws, const struct sf_calendar *calendar) {
  for (int32_t d = 0; d < calendar->days; d++) {
    const struct sf_day *day = &calendar->day[d];
    for (uint32_t kind = 0; kind < 2; kind++) {
      const uint64_t rate = (uint64_t)day->count_factor * weekday_rate[kind][day->weekday] / 100;
      laws->day_rate[kind][d] = (uint32_t)rate;
    }
    const uint32_t rate = day->count_factor;
    laws->transfer_rate[d] = rate < SF_TRANSFER_RATE_MAX ? rate : SF_TRANSFER_RATE_MAX;
  }
}

static void init_distances(struct sf_laws *laws) {
  double(*point)[3] = laws->center;
  for (uint32_t c = 1; c < SF_CITY_COUNT; c++) {
    sf_unit_vector(sf_cities[c].latitude, sf_cities[c].longitude, point[c]);
  }
  for (uint32_t a = 1; a < SF_CITY_COUNT; a++) {
    laws->near_count[a] = 0;
    for (uint32_t b = 1; b < SF_CITY_COUNT; b++) {
      const double km = sf_great_circle_km(point[a][0], point[a][1], point[a][2], point[b][0],
                                           point[b][1], point[b][2]);
      laws->distance_km[a][b] = (uint16_t)(km + 0.5);
      if (a != b && km <= 270 && laws->near_count[a] < SF_NEAR_CITIES_MAX) {
        laws->near[a][laws->near_count[a]++] = (uint8_t)b;
      }
    }
  }
}

enum sf_status sf_laws_init(struct sf_laws *laws, const struct sf_calendar *calendar,
                            struct sf_error *error) {
  SF_TRY(init_purchases(laws, error));
  init_amounts(laws);
  init_days(laws, calendar);
  init_distances(laws);
  return SF_OK;
}

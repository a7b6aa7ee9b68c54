#include "kernels/world/app_version.h"

#include <stdio.h>

// Day number of a date after year 0, as a constant (see sf_day_from_date).
#define YEAR_FROM_MARCH(year, month) ((year) - ((month) <= 2))
#define DAYS_TO_YEAR(y) (365 * (y) + (y) / 4 - (y) / 100 + (y) / 400)
#define DAYS_TO_MONTH(month) ((153 * ((month) > 2 ? (month)-3 : (month) + 9) + 2) / 5)
#define DAY(year, month, day) \
  (DAYS_TO_YEAR(YEAR_FROM_MARCH(year, month)) + DAYS_TO_MONTH(month) + (day)-1 - 719468)

// An invented payment app: a release about every eight weeks, as apps of the
// kind make, and a new major version a year.
static const struct {
  const char *name;
  int32_t day;
} releases[SF_APP_VERSION_COUNT] = {
    {"none", 0},
    {"3.10.0", DAY(2022, 11, 8)},
    {"3.11.0", DAY(2023, 1, 10)},
    {"4.0.0", DAY(2023, 3, 6)},
    {"4.1.0", DAY(2023, 5, 2)},
    {"4.2.0", DAY(2023, 6, 27)},
    {"4.3.0", DAY(2023, 8, 22)},
    {"4.4.0", DAY(2023, 10, 17)},
    {"4.5.0", DAY(2023, 12, 12)},
    {"5.0.0", DAY(2024, 2, 6)},
    {"5.1.0", DAY(2024, 4, 2)},
    {"5.2.0", DAY(2024, 5, 28)},
    {"5.3.0", DAY(2024, 7, 23)},
    {"5.4.0", DAY(2024, 9, 17)},
    {"5.5.0", DAY(2024, 11, 12)},
    {"6.0.0", DAY(2025, 1, 7)},
    {"6.1.0", DAY(2025, 3, 4)},
    {"6.2.0", DAY(2025, 4, 29)},
    {"6.3.0", DAY(2025, 6, 24)},
    {"6.4.0", DAY(2025, 8, 19)},
    {"6.4.1", DAY(2025, 9, 2)},
    {"6.5.0", DAY(2025, 11, 11)},
    {"7.0.0", DAY(2026, 1, 13)},
    {"7.1.0", DAY(2026, 3, 10)},
    {"7.2.0", DAY(2026, 5, 5)},
    {"7.3.0", DAY(2026, 6, 30)},
    {"7.4.0", DAY(2026, 8, 25)},
    {"7.5.0", DAY(2026, 10, 27)},
    {"8.0.0", DAY(2027, 1, 5)},
    {"8.1.0", DAY(2027, 3, 23)},
    {"8.2.0", DAY(2027, 6, 8)},
    {"8.3.0", DAY(2027, 8, 24)},
    {"8.4.0", DAY(2027, 11, 16)},
};

// Lag by quantile of the devices, linear in between. Stores roll a release out
// over a week, half of the devices have it in twelve days, and the last ones
// wait for nearly two years (estimates).
static const struct {
  uint32_t quantile;   // 2^-32
  uint8_t width_bits;  // the next quantile is 2^width_bits on
  int16_t days, more;  // lag here, and what is added up to the next
} lags[] = {
    {0u, 29, 0, 2},             // 0
    {1u << 29, 29, 2, 3},       // 1/8
    {1u << 30, 30, 5, 7},       // 1/4
    {1u << 31, 30, 12, 18},     // 1/2
    {3u << 30, 29, 30, 35},     // 3/4
    {7u << 29, 28, 65, 55},     // 7/8
    {15u << 28, 27, 120, 60},   // 15/16
    {31u << 27, 26, 180, 100},  // 31/32
    {63u << 26, 26, 280, 420},  // 63/64
};

#define LAGS (sizeof lags / sizeof lags[0])

void sf_app_version_name(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) {
  snprintf(text, SF_MEMBER_NAME_SIZE, "%s", releases[index].name);
}

int32_t sf_app_version_release_day(uint32_t version) { return releases[version].day; }

// Both searches below take the same steps for every device: a branch on a random
// draw costs more than they do.
int32_t sf_app_version_lag(uint32_t u) {
  uint32_t i = 0;
  for (uint32_t next = 1; next < LAGS; next++) {
    i += lags[next].quantile <= u;
  }
  const uint64_t inside = u - lags[i].quantile;
  return lags[i].days + (int32_t)((inside * (uint64_t)lags[i].more) >> lags[i].width_bits);
}

uint16_t sf_app_version(int32_t day, uint32_t u) {
  const int32_t newest_day = day - sf_app_version_lag(u);
  uint32_t version = 1, size = SF_APP_VERSION_COUNT - 1;
  while (size > 1) {
    const uint32_t half = size / 2;
    version += releases[version + half].day <= newest_day ? half : 0;
    size -= half;
  }
  return (uint16_t)version;
}

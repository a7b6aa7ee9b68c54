#ifndef SF_KERNELS_WORLD_CALENDAR_H
#define SF_KERNELS_WORLD_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/schema/enums.h"
#include "kernels/status.h"

// Days are counted since 1970-01-01, in local time (Asia/Kolkata). All integer.

// Local time is ahead of UTC by this, all the year, seconds.
#define SF_UTC_OFFSET 19800

// Local midnight of a day, s since 1970-01-01 UTC.
static inline int64_t sf_midnight_of(int32_t day) { return (int64_t)day * 86400 - SF_UTC_OFFSET; }

struct sf_date {
  int32_t year;
  uint8_t month;  // 1..12
  uint8_t day;    // 1..31
};

// Proleptic Gregorian calendar.
struct sf_date sf_date_from_day(int32_t day);
int32_t sf_day_from_date(int32_t year, int32_t month, int32_t day_of_month);
uint8_t sf_month_days(int32_t year, int32_t month);
uint8_t sf_weekday(int32_t day);  // enum sf_weekday

// The years whose festivals are known.
#define SF_CALENDAR_FIRST_YEAR 2023
#define SF_CALENDAR_LAST_YEAR 2027
#define SF_CALENDAR_FIRST_DAY 19358  // 2023-01-01
#define SF_CALENDAR_LAST_DAY 21183   // 2027-12-31
#define SF_CALENDAR_DAYS_MAX (SF_CALENDAR_LAST_DAY - SF_CALENDAR_FIRST_DAY + 1)

// Festival whose season holds the day (enum sf_festival). A season is the seven
// days up to and including the festival; Diwali's goes on to Bhai Duj. Where
// seasons overlap, the first in the order of the enumeration. None outside the
// years above.
uint8_t sf_festival_on(int32_t day);

// True on the days when the festival of sf_festival_on is kept (Dhanteras to
// Bhai Duj, Saptami to Dashami, ...), false on the rest of its season.
bool sf_festival_is_main(int32_t day);

// Factors in units of 2^-16; 65,536 leaves things as they are.
#define SF_FACTOR_ONE 65536u

// Factors of the day's festival: on the number of payments of an average
// customer, and on the number by credit card.
void sf_festival_effect(int32_t day, uint32_t *count_factor, uint32_t *card_factor);

// Factors of a festival's season on the share of a category among purchases and
// on its amounts. 65,536 where the festival has no effect, and for
// SF_FESTIVAL_NONE.
uint32_t sf_festival_category_weight(uint8_t festival, uint8_t category);
uint32_t sf_festival_category_amount(uint8_t festival, uint8_t category);

// 26 January, 15 August, 2 October.
bool sf_is_national_holiday(int32_t day);

// Sundays, second and fourth Saturdays, national holidays.
bool sf_banks_closed(int32_t day);

// Last day of the month that is neither Saturday, Sunday nor national holiday:
// when most salaries are paid.
int32_t sf_last_working_day(int32_t year, int32_t month);

// One day of a corpus.
struct sf_day {
  uint32_t count_factor;  // festival's, 2^-16
  uint32_t card_factor;   // festival's, 2^-16
  int16_t year;
  uint8_t month;         // 1..12
  uint8_t day_of_month;  // 1..31
  uint8_t month_days;    // 28..31
  uint8_t weekday;       // enum sf_weekday
  uint8_t festival;      // enum sf_festival
  uint8_t is_main_festival_day;
  uint8_t is_weekend;
  uint8_t is_national_holiday;
  uint8_t banks_closed;
  uint8_t is_salary_day;  // last working day of the month
};

// All days of a corpus window, so that a look-up is one load.
struct sf_calendar {
  int32_t start_day;
  int32_t days;
  struct sf_day day[SF_CALENDAR_DAYS_MAX];  // shape [days], day[0] is start_day
};

// Errors: SF_CONFIG if the window is empty or not within the years above.
enum sf_status sf_calendar_init(struct sf_calendar *calendar, int32_t start_day, int32_t days,
                                struct sf_error *error);

// `day` within the window.
static inline const struct sf_day *sf_calendar_day(const struct sf_calendar *calendar,
                                                   int32_t day) {
  return &calendar->day[day - calendar->start_day];
}

#endif

#include "kernels/world/calendar.h"

#define SEASON_DAYS 7  // up to and including the festival
#define YEARS (SF_CALENDAR_LAST_YEAR - SF_CALENDAR_FIRST_YEAR + 1)

// Conversions count years from 1 March, so that the leap day is the last of a
// year, in eras of 400 years = 146,097 days. Hinnant, "chrono-Compatible
// Low-Level Date Algorithms".
#define ERA_DAYS 146097
#define ERA_BEFORE_EPOCH 719468  // days from 0000-03-01 to 1970-01-01

struct sf_date sf_date_from_day(int32_t day) {
  const int32_t shifted = day + ERA_BEFORE_EPOCH;
  const int32_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
  const int32_t of_era = shifted - era * ERA_DAYS;
  const int32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const int32_t month = (5 * of_year + 2) / 153;  // 0 = March
  return (struct sf_date){.year = year + era * 400 + (month >= 10),
                          .month = (uint8_t)(month < 10 ? month + 3 : month - 9),
                          .day = (uint8_t)(of_year - (153 * month + 2) / 5 + 1)};
}

int32_t sf_day_from_date(int32_t year, int32_t month, int32_t day_of_month) {
  const int32_t from_march = year - (month <= 2);
  const int32_t era = (from_march >= 0 ? from_march : from_march - 399) / 400;
  const int32_t of_era = from_march - era * 400;
  const int32_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
  return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - ERA_BEFORE_EPOCH;
}

uint8_t sf_month_days(int32_t year, int32_t month) {
  const int32_t next =
      month < 12 ? sf_day_from_date(year, month + 1, 1) : sf_day_from_date(year + 1, 1, 1);
  return (uint8_t)(next - sf_day_from_date(year, month, 1));
}

uint8_t sf_weekday(int32_t day) {
  const int32_t from_monday = (day % 7 + 10) % 7;  // 1970-01-01 was a Thursday
  return (uint8_t)from_monday;
}

struct festival_date {
  int16_t month_day;   // mmdd
  int16_t days_after;  // that are kept too
};

static const struct {
  int32_t days_before;  // that are kept too
  struct festival_date year[YEARS];
} festivals[SF_FESTIVAL_COUNT] = {
#define SF_FESTIVAL_DATES(constant, before, d0, a0, d1, a1, d2, a2, d3, a3, d4, a4) \
  [SF_FESTIVAL_##constant] = {before, {{d0, a0}, {d1, a1}, {d2, a2}, {d3, a3}, {d4, a4}}},
#include "kernels/world/festivals.def"
#undef SF_FESTIVAL_DATES
};

// Whether `day` lies in the season of a festival, and whether it is a main day.
static bool in_season(uint8_t festival, int32_t day, bool *is_main) {
  const int32_t year = sf_date_from_day(day).year;
  if (year < SF_CALENDAR_FIRST_YEAR || year > SF_CALENDAR_LAST_YEAR) {
    return false;
  }
  const struct festival_date *date = &festivals[festival].year[year - SF_CALENDAR_FIRST_YEAR];
  const int32_t kept = sf_day_from_date(year, date->month_day / 100, date->month_day % 100);
  *is_main = day >= kept - festivals[festival].days_before;
  return day > kept - SEASON_DAYS && day <= kept + date->days_after;
}

static uint8_t find_festival(int32_t day, bool *is_main) {
  for (uint8_t f = SF_FESTIVAL_NONE + 1; f < SF_FESTIVAL_COUNT; f++) {
    if (in_season(f, day, is_main)) {
      return f;
    }
  }
  *is_main = false;
  return SF_FESTIVAL_NONE;
}

uint8_t sf_festival_on(int32_t day) {
  bool is_main;
  return find_festival(day, &is_main);
}

bool sf_festival_is_main(int32_t day) {
  bool is_main;
  return find_festival(day, &is_main) != SF_FESTIVAL_NONE && is_main;
}

static uint32_t factor_of_percent(uint32_t percent) {
  return (percent * SF_FACTOR_ONE + 50u) / 100u;
}

// Per cent: [festival][0 season, 1 main days].
static const struct {
  uint8_t count[2], card[2];
} effects[SF_FESTIVAL_COUNT] = {
    [SF_FESTIVAL_NONE] = {{100, 100}, {100, 100}},
#define SF_FESTIVAL_EFFECT(constant, count, count_main, card, card_main) \
  [SF_FESTIVAL_##constant] = {{count, count_main}, {card, card_main}},
#include "kernels/world/festivals.def"
#undef SF_FESTIVAL_EFFECT
};

void sf_festival_effect(int32_t day, uint32_t *count_factor, uint32_t *card_factor) {
  bool is_main;
  const uint8_t festival = find_festival(day, &is_main);
  *count_factor = factor_of_percent(effects[festival].count[is_main]);
  *card_factor = factor_of_percent(effects[festival].card[is_main]);
}

// Per cent; 0 where a festival leaves a category as it is.
static const struct {
  uint8_t weight, amount;
} emphasis[SF_FESTIVAL_COUNT][SF_CATEGORY_COUNT] = {
#define SF_FESTIVAL_CATEGORY(festival, category, weight, amount) \
  [SF_FESTIVAL_##festival][SF_CATEGORY_##category] = {weight, amount},
#include "kernels/world/festivals.def"
#undef SF_FESTIVAL_CATEGORY
};

uint32_t sf_festival_category_weight(uint8_t festival, uint8_t category) {
  const uint32_t percent = emphasis[festival][category].weight;
  return percent ? factor_of_percent(percent) : SF_FACTOR_ONE;
}

uint32_t sf_festival_category_amount(uint8_t festival, uint8_t category) {
  const uint32_t percent = emphasis[festival][category].amount;
  return percent ? factor_of_percent(percent) : SF_FACTOR_ONE;
}

bool sf_is_national_holiday(int32_t day) {
  const struct sf_date date = sf_date_from_day(day);
  return (date.month == 1 && date.day == 26) || (date.month == 8 && date.day == 15) ||
         (date.month == 10 && date.day == 2);
}

bool sf_banks_closed(int32_t day) {
  const uint8_t weekday = sf_weekday(day);
  const int32_t nth = (sf_date_from_day(day).day + 6) / 7;  // of its weekday in the month
  return weekday == SF_WEEKDAY_SUNDAY ||
         (weekday == SF_WEEKDAY_SATURDAY && (nth == 2 || nth == 4)) || sf_is_national_holiday(day);
}

int32_t sf_last_working_day(int32_t year, int32_t month) {
  int32_t day = sf_day_from_date(year, month, sf_month_days(year, month));
  while (sf_weekday(day) >= SF_WEEKDAY_SATURDAY || sf_is_national_holiday(day)) {
    day--;
  }
  return day;
}

static struct sf_day describe(int32_t day) {
  const struct sf_date date = sf_date_from_day(day);
  const uint8_t weekday = sf_weekday(day);
  struct sf_day d = {.year = (int16_t)date.year,
                     .month = date.month,
                     .day_of_month = date.day,
                     .month_days = sf_month_days(date.year, date.month),
                     .weekday = weekday,
                     .festival = sf_festival_on(day),
                     .is_main_festival_day = sf_festival_is_main(day),
                     .is_weekend = weekday >= SF_WEEKDAY_SATURDAY,
                     .is_national_holiday = sf_is_national_holiday(day),
                     .banks_closed = sf_banks_closed(day),
                     .is_salary_day = sf_last_working_day(date.year, date.month) == day};
  sf_festival_effect(day, &d.count_factor, &d.card_factor);
  return d;
}

enum sf_status sf_calendar_init(struct sf_calendar *calendar, int32_t start_day, int32_t days,
                                struct sf_error *error) {
  if (days < 1 || start_day < SF_CALENDAR_FIRST_DAY || start_day > SF_CALENDAR_LAST_DAY ||
      days > SF_CALENDAR_LAST_DAY - start_day + 1) {
    return sf_fail(error, SF_CONFIG, "the window must be a day or more from %d to %d",
                   SF_CALENDAR_FIRST_YEAR, SF_CALENDAR_LAST_YEAR);
  }
  calendar->start_day = start_day;
  calendar->days = days;
  for (int32_t d = 0; d < days; d++) {
    calendar->day[d] = describe(start_day + d);
  }
  return SF_OK;
}

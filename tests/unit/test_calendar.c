#include <criterion/criterion.h>
#include <time.h>

#include "kernels/world/app_version.h"
#include "kernels/world/calendar.h"

static int32_t day_of(int32_t year, int32_t month, int32_t day) {
  return sf_day_from_date(year, month, day);
}

// The C library's conversion is the oracle, over 800 years.
Test(calendar, dates_agree_with_the_c_library) {
  for (int32_t day = -146097; day <= 146097; day++) {
    const time_t seconds = (time_t)day * 86400;
    struct tm tm;
    gmtime_r(&seconds, &tm);
    const struct sf_date date = sf_date_from_day(day);
    cr_assert(
        date.year == tm.tm_year + 1900 && date.month == tm.tm_mon + 1 && date.day == tm.tm_mday,
        "day %d is %d-%d-%d", day, date.year, date.month, date.day);
    cr_assert_eq(day_of(date.year, date.month, date.day), day);
    cr_assert_eq(sf_weekday(day), (tm.tm_wday + 6) % 7, "weekday of day %d", day);
  }
}

Test(calendar, known_dates) {
  cr_expect_eq(day_of(1970, 1, 1), 0);
  cr_expect_eq(day_of(2023, 1, 1), SF_CALENDAR_FIRST_DAY);
  cr_expect_eq(day_of(2027, 12, 31), SF_CALENDAR_LAST_DAY);
  cr_expect_eq(sf_weekday(day_of(2025, 7, 1)), SF_WEEKDAY_TUESDAY);
  cr_expect_eq(sf_weekday(day_of(2025, 10, 20)), SF_WEEKDAY_MONDAY);
  cr_expect_eq(sf_month_days(2024, 2), 29);
  cr_expect_eq(sf_month_days(2025, 2), 28);
  cr_expect_eq(sf_month_days(2025, 12), 31);
}

Test(calendar, diwali_goes_from_a_week_before_to_bhai_duj) {
  static const struct {
    int year, month, first, diwali, last_month, last;
  } seasons[] = {{2023, 11, 6, 12, 11, 14},
                 {2024, 10, 25, 31, 11, 3},
                 {2025, 10, 14, 20, 10, 23},
                 {2026, 11, 2, 8, 11, 11},
                 {2027, 10, 23, 29, 10, 31}};
  for (size_t i = 0; i < sizeof seasons / sizeof seasons[0]; i++) {
    const int32_t first = day_of(seasons[i].year, seasons[i].month, seasons[i].first);
    const int32_t diwali = day_of(seasons[i].year, seasons[i].month, seasons[i].diwali);
    const int32_t last = day_of(seasons[i].year, seasons[i].last_month, seasons[i].last);
    for (int32_t day = first; day <= last; day++) {
      cr_expect_eq(sf_festival_on(day), SF_FESTIVAL_DIWALI);
      cr_expect_eq(sf_festival_is_main(day), day >= diwali - 2);
    }
    cr_expect_neq(sf_festival_on(first - 1), SF_FESTIVAL_DIWALI);
    cr_expect_neq(sf_festival_on(last + 1), SF_FESTIVAL_DIWALI);
  }
}

Test(calendar, seasons_end_with_the_festival) {
  static const struct {
    int year, month, day;
    uint8_t festival;
  } dates[] = {
      {2025, 10, 2, SF_FESTIVAL_DUSSEHRA},      {2024, 3, 25, SF_FESTIVAL_HOLI},
      {2026, 3, 21, SF_FESTIVAL_EID},           {2023, 12, 25, SF_FESTIVAL_CHRISTMAS},
      {2025, 8, 9, SF_FESTIVAL_RAKSHA_BANDHAN}, {2024, 9, 15, SF_FESTIVAL_ONAM},
      {2025, 1, 14, SF_FESTIVAL_PONGAL},        {2026, 9, 14, SF_FESTIVAL_GANESH_CHATURTHI},
      {2027, 5, 17, SF_FESTIVAL_BAKRID},        {2025, 10, 28, SF_FESTIVAL_CHHATH},
      {2023, 3, 22, SF_FESTIVAL_UGADI},
  };
  for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
    const int32_t day = day_of(dates[i].year, dates[i].month, dates[i].day);
    cr_expect_eq(sf_festival_on(day), dates[i].festival);
    cr_expect(sf_festival_is_main(day));
    cr_expect_neq(sf_festival_on(day + 1), dates[i].festival);
    cr_expect_neq(sf_festival_on(day - 7), dates[i].festival);
  }
}

Test(calendar, overlapping_seasons_go_to_the_first_of_the_enumeration) {
  // Eid-ul-Fitr 31 March and Ugadi 30 March 2025.
  cr_expect_eq(sf_festival_on(day_of(2025, 3, 24)), SF_FESTIVAL_UGADI);
  cr_expect_eq(sf_festival_on(day_of(2025, 3, 30)), SF_FESTIVAL_EID);
  // Chhath's week begins inside Diwali's season.
  cr_expect_eq(sf_festival_on(day_of(2025, 10, 23)), SF_FESTIVAL_DIWALI);
  cr_expect_eq(sf_festival_on(day_of(2025, 10, 24)), SF_FESTIVAL_CHHATH);
}

Test(calendar, no_festival_outside_the_known_years) {
  cr_expect_eq(sf_festival_on(day_of(2022, 12, 25)), SF_FESTIVAL_NONE);
  cr_expect_eq(sf_festival_on(day_of(2028, 1, 14)), SF_FESTIVAL_NONE);
  cr_expect_eq(sf_festival_on(day_of(2025, 7, 1)), SF_FESTIVAL_NONE);
}

Test(calendar, every_festival_has_days_in_every_year) {
  for (int32_t year = SF_CALENDAR_FIRST_YEAR; year <= SF_CALENDAR_LAST_YEAR; year++) {
    int days[SF_FESTIVAL_COUNT] = {0};
    for (int32_t day = day_of(year, 1, 1); day < day_of(year + 1, 1, 1); day++) {
      days[sf_festival_on(day)]++;
    }
    for (uint8_t f = SF_FESTIVAL_NONE + 1; f < SF_FESTIVAL_COUNT; f++) {
      cr_expect(days[f] >= 1, "festival %d has no day in %d", f, year);
      cr_expect(days[f] <= (f == SF_FESTIVAL_DIWALI ? 10 : 7));
    }
  }
}

Test(calendar, festivals_raise_counts_and_cards_as_published) {
  uint32_t count, card;
  sf_festival_effect(day_of(2025, 7, 1), &count, &card);
  cr_expect(count == SF_FACTOR_ONE && card == SF_FACTOR_ONE);
  // UPI 1.10 to 1.25, credit cards 1.76 on the days of Diwali.
  sf_festival_effect(day_of(2025, 10, 20), &count, &card);
  cr_expect(count >= 1.10 * SF_FACTOR_ONE && count <= 1.25 * SF_FACTOR_ONE);
  cr_expect_float_eq(card / (double)SF_FACTOR_ONE, 1.94, 0.005);
  uint32_t season_count, season_card;
  sf_festival_effect(day_of(2025, 10, 15), &season_count, &season_card);
  cr_expect(season_count > SF_FACTOR_ONE && season_count < count);
  cr_expect(season_card > SF_FACTOR_ONE && season_card < card);
  for (int32_t day = SF_CALENDAR_FIRST_DAY; day <= SF_CALENDAR_LAST_DAY; day++) {
    sf_festival_effect(day, &count, &card);
    cr_expect((count > SF_FACTOR_ONE) == (sf_festival_on(day) != SF_FESTIVAL_NONE));
    cr_expect(card >= count && card <= 2 * SF_FACTOR_ONE);
  }
}

Test(calendar, festivals_favour_some_categories) {
  for (uint8_t c = 0; c < SF_CATEGORY_COUNT; c++) {
    cr_expect_eq(sf_festival_category_weight(SF_FESTIVAL_NONE, c), SF_FACTOR_ONE);
    cr_expect_eq(sf_festival_category_amount(SF_FESTIVAL_NONE, c), SF_FACTOR_ONE);
  }
  cr_expect_eq(sf_festival_category_weight(SF_FESTIVAL_DIWALI, SF_CATEGORY_GIFTS),
               2 * SF_FACTOR_ONE);
  cr_expect_eq(sf_festival_category_weight(SF_FESTIVAL_DIWALI, SF_CATEGORY_UTILITIES),
               SF_FACTOR_ONE);
  for (uint8_t f = SF_FESTIVAL_NONE + 1; f < SF_FESTIVAL_COUNT; f++) {
    int favoured = 0;
    for (uint8_t c = 0; c < SF_CATEGORY_COUNT; c++) {
      favoured += sf_festival_category_weight(f, c) > SF_FACTOR_ONE;
      cr_expect(sf_festival_category_amount(f, c) >= SF_FACTOR_ONE);
    }
    cr_expect(favoured >= 2, "festival %d favours %d categories", f, favoured);
  }
}

Test(calendar, banks_close_on_sundays_second_and_fourth_saturdays_and_holidays) {
  cr_expect_not(sf_banks_closed(day_of(2025, 8, 2)));   // first Saturday
  cr_expect(sf_banks_closed(day_of(2025, 8, 9)));       // second
  cr_expect_not(sf_banks_closed(day_of(2025, 8, 16)));  // third
  cr_expect(sf_banks_closed(day_of(2025, 8, 23)));      // fourth
  cr_expect_not(sf_banks_closed(day_of(2025, 8, 30)));  // fifth
  cr_expect(sf_banks_closed(day_of(2025, 8, 31)));      // Sunday
  cr_expect(sf_banks_closed(day_of(2025, 8, 15)));      // Independence Day, a Friday
  cr_expect_not(sf_banks_closed(day_of(2025, 8, 14)));
}

Test(calendar, salaries_come_on_the_last_working_day) {
  cr_expect_eq(sf_last_working_day(2025, 8), day_of(2025, 8, 29));  // 31st is a Sunday
  cr_expect_eq(sf_last_working_day(2025, 10), day_of(2025, 10, 31));
  cr_expect_eq(sf_last_working_day(2026, 1), day_of(2026, 1, 30));  // 31st is a Saturday
  cr_expect_eq(sf_last_working_day(2024, 2), day_of(2024, 2, 29));
}

Test(calendar, window_holds_what_the_functions_say) {
  static struct sf_calendar calendar;
  struct sf_error error = {0};
  const int32_t start = day_of(2025, 7, 1);
  cr_assert_eq(sf_calendar_init(&calendar, start, 180, &error), SF_OK);
  int salary_days = 0;
  for (int32_t day = start; day < start + 180; day++) {
    const struct sf_day *d = sf_calendar_day(&calendar, day);
    const struct sf_date date = sf_date_from_day(day);
    cr_expect(d->year == date.year && d->month == date.month && d->day_of_month == date.day);
    cr_expect_eq(d->month_days, sf_month_days(date.year, date.month));
    cr_expect_eq(d->weekday, sf_weekday(day));
    cr_expect_eq(d->is_weekend,
                 sf_weekday(day) == SF_WEEKDAY_SATURDAY || sf_weekday(day) == SF_WEEKDAY_SUNDAY);
    cr_expect_eq(d->festival, sf_festival_on(day));
    cr_expect_eq(d->is_main_festival_day, sf_festival_is_main(day));
    cr_expect_eq(d->banks_closed, sf_banks_closed(day));
    uint32_t count, card;
    sf_festival_effect(day, &count, &card);
    cr_expect(d->count_factor == count && d->card_factor == card);
    salary_days += d->is_salary_day;
  }
  cr_expect_eq(salary_days, 5, "last working days of July to November, and not yet December's");
}

Test(calendar, window_must_lie_in_the_known_years) {
  static struct sf_calendar calendar;
  static const struct {
    int32_t start, days;
    enum sf_status status;
  } windows[] = {
      {SF_CALENDAR_FIRST_DAY, SF_CALENDAR_DAYS_MAX, SF_OK},
      {SF_CALENDAR_LAST_DAY, 1, SF_OK},
      {SF_CALENDAR_FIRST_DAY, SF_CALENDAR_DAYS_MAX + 1, SF_CONFIG},
      {SF_CALENDAR_FIRST_DAY - 1, 10, SF_CONFIG},
      {SF_CALENDAR_LAST_DAY, 2, SF_CONFIG},
      {SF_CALENDAR_FIRST_DAY, 0, SF_CONFIG},
      {SF_CALENDAR_FIRST_DAY, INT32_MAX, SF_CONFIG},
  };
  for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
    struct sf_error error = {0};
    cr_expect_eq(sf_calendar_init(&calendar, windows[i].start, windows[i].days, &error),
                 windows[i].status);
    cr_expect_eq(error.status, windows[i].status);
  }
}

Test(app_version, releases_are_in_order_and_cover_the_known_years) {
  cr_expect(sf_app_version_release_day(1) < SF_CALENDAR_FIRST_DAY);
  cr_expect(sf_app_version_release_day(SF_APP_VERSION_COUNT - 1) <= SF_CALENDAR_LAST_DAY);
  cr_expect_eq(sf_app_version_release_day(15), day_of(2025, 1, 7));
  for (uint32_t v = 2; v < SF_APP_VERSION_COUNT; v++) {
    cr_expect(sf_app_version_release_day(v) > sf_app_version_release_day(v - 1));
  }
}

Test(app_version, lag_grows_with_the_quantile) {
  cr_expect_eq(sf_app_version_lag(0), 0);
  cr_expect_eq(sf_app_version_lag(1u << 31), 12);
  cr_expect_eq(sf_app_version_lag(UINT32_MAX), 699);
  int32_t last = 0;
  for (uint64_t u = 0; u <= UINT32_MAX; u += 65537) {
    const int32_t lag = sf_app_version_lag((uint32_t)u);
    cr_assert(lag >= last && lag <= 700);
    last = lag;
  }
  // The pieces meet where they join.
  static const uint32_t eighths[] = {1, 2, 4, 6, 7};
  for (size_t i = 0; i < sizeof eighths / sizeof eighths[0]; i++) {
    const uint32_t u = eighths[i] << 29;
    cr_expect_eq(sf_app_version_lag(u) - sf_app_version_lag(u - 1), 1);
  }
}

Test(app_version, devices_only_move_forward) {
  for (uint64_t u = 0; u <= UINT32_MAX; u += 42949673) {
    uint16_t last = 1;
    for (int32_t day = SF_CALENDAR_FIRST_DAY; day <= SF_CALENDAR_LAST_DAY; day++) {
      const uint16_t version = sf_app_version(day, (uint32_t)u);
      cr_assert(version >= last && version < SF_APP_VERSION_COUNT);
      cr_assert(version == 1 || sf_app_version_release_day(version) <= day);
      last = version;
    }
  }
}

// Twelve days after a release half of the devices have it, after a year 98 %.
Test(app_version, releases_roll_out_as_stated) {
  const uint32_t release = 18;
  const int32_t day = sf_app_version_release_day(release);
  int after_12 = 0, after_365 = 0;
  for (uint32_t i = 0; i < 1000; i++) {
    const uint32_t u = (uint32_t)(((uint64_t)i << 32) / 1000);
    after_12 += sf_app_version(day + 12, u) >= release;
    after_365 += sf_app_version(day + 365, u) >= release;
  }
  cr_expect_eq(sf_app_version(day, 0), release);
  cr_expect_eq(sf_app_version(day - 1, 0), release - 1);
  cr_expect(after_12 > 495 && after_12 < 560, "%d of 1000 after 12 days", after_12);
  cr_expect(after_365 > 980 && after_365 < 1000, "%d of 1000 after a year", after_365);
}

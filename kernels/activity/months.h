#ifndef SF_KERNELS_ACTIVITY_MONTHS_H
#define SF_KERNELS_ACTIVITY_MONTHS_H

#include "kernels/world/calendar.h"

// A calendar month that the window touches.
struct sf_month {
  uint32_t key;   // year * 12 + month: the same whatever the window
  int32_t first;  // day of the window on which it starts; may be negative
  uint8_t month;  // 1..12
  uint8_t days;   // 28..31
};

// The month of the first day of the window, and the month after another; a loop
// ends when `first` is no longer inside the window.
static inline struct sf_month sf_month_first(const struct sf_calendar *calendar) {
  const struct sf_day *day = &calendar->day[0];
  return (struct sf_month){(uint32_t)day->year * 12u + day->month, 1 - day->day_of_month,
                           day->month, day->month_days};
}

static inline struct sf_month sf_month_next(struct sf_month month) {
  const int32_t year = (int32_t)(month.key / 12u) - (month.month == 12 ? 1 : 0);
  struct sf_month next = {month.key + 1, month.first + month.days, (uint8_t)(month.month % 12 + 1),
                          0};
  next.days = sf_month_days(month.month == 12 ? year + 1 : year, next.month);
  return next;
}

#endif

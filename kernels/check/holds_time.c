#include <math.h>

#include "kernels/check/clock.h"
#include "kernels/check/holds.h"
#include "kernels/world/calendar.h"

// Predicates on the time columns of /transactions.

SF_HOLDS(timestamp_sorted) {
  return row->ledger->is_first || row->ledger->timestamp >= row->ledger->previous_timestamp;
}

SF_HOLDS(date_in_window) {
  const int64_t day = row->ledger->day;
  return day >= row->config->start_day && day <= sf_last_day(row->config);
}

SF_HOLDS(date_of_timestamp) { return ROW(date) == row->ledger->day; }

SF_HOLDS(time_of_timestamp) { return ROW(time_of_day) == row->ledger->second; }

SF_HOLDS(hour_of_time) { return ROW(hour) == ROW(time_of_day) / 3600; }

SF_HOLDS(weekday_of_date) {
  // 1970-01-01 was a Thursday.
  const int weekday = (int)((ROW(date) % 7 + 7 + SF_WEEKDAY_THURSDAY) % 7);
  return ROW(day_of_week) == weekday;
}

SF_HOLDS(weekend_of_weekday) {
  const uint8_t weekday = ROW(day_of_week);
  return ROW(is_weekend) == (weekday == SF_WEEKDAY_SATURDAY || weekday == SF_WEEKDAY_SUNDAY);
}

SF_HOLDS(festival_of_date) { return ROW(festival) == sf_festival_on(ROW(date)); }

SF_HOLDS(account_is_open) { return ROW(date) >= CUSTOMER(account_open_date); }

SF_HOLDS(merchant_is_open) { return row->m < 0 || ROW(date) >= MERCHANT(onboarding_date); }

SF_HOLDS(time_since_last_row) {
  const float stored = ROW(time_since_last_txn);
  if (row->ledger->is_first) {
    return isnan(stored);
  }
  const double minutes =
      ((double)row->ledger->timestamp - (double)row->ledger->previous_timestamp) / 60.0;
  return fabs((double)stored - minutes) <= 1e-6 * minutes;  // rounding of float32: 6e-8
}

#ifndef SF_IO_TEXT_DATE_H
#define SF_IO_TEXT_DATE_H

#include <stdint.h>

// Local dates and times as text, ISO 8601, years 0 to 9999.

#define SF_DATE_TEXT 10       // characters of 2025-07-01
#define SF_TIME_TEXT 8        // characters of 09:05:59
#define SF_TIMESTAMP_TEXT 25  // characters of 2025-07-01T09:05:59+05:30

// Asia/Kolkata is ahead of UTC by this many seconds all year.
#define SF_KOLKATA_OFFSET 19800

// Each writes its number of characters, without a final zero, and returns the
// place behind them.
char *sf_put_date(char *at, int32_t day);             // days since 1970-01-01
char *sf_put_time(char *at, uint32_t second);         // of the day, 0 .. 86399
char *sf_put_timestamp(char *at, int64_t timestamp);  // s since 1970-01-01 UTC

#endif

#ifndef SF_KERNELS_CHECK_CLOCK_H
#define SF_KERNELS_CHECK_CLOCK_H

#include <stdint.h>

// Local time (Asia/Kolkata, UTC+5:30 all year) of seconds since 1970-01-01 UTC.

#define SF_LOCAL_OFFSET 19800  // s
#define SF_SECONDS_OF_DAY 86400

// Both are defined for any value that a file may hold.
static inline int64_t sf_local_second(int64_t timestamp) {
  const int64_t local = (int64_t)((uint64_t)timestamp + SF_LOCAL_OFFSET);
  const int64_t second = local % SF_SECONDS_OF_DAY;
  return second < 0 ? second + SF_SECONDS_OF_DAY : second;
}

// Days since 1970-01-01, rounded down.
static inline int64_t sf_local_day(int64_t timestamp) {
  const int64_t local = (int64_t)((uint64_t)timestamp + SF_LOCAL_OFFSET);
  return local / SF_SECONDS_OF_DAY - (local % SF_SECONDS_OF_DAY < 0);
}

#endif

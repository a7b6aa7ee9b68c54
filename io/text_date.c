#include "io/text_date.h"

#include <string.h>

#include "kernels/world/calendar.h"

static char *put_two(char *at, uint32_t value) {
  at[0] = (char)('0' + value / 10);
  at[1] = (char)('0' + value % 10);
  return at + 2;
}

char *sf_put_date(char *at, int32_t day) {
  const struct sf_date date = sf_date_from_day(day);
  at = put_two(at, (uint32_t)date.year / 100 % 100);
  at = put_two(at, (uint32_t)date.year % 100);
  *at++ = '-';
  at = put_two(at, date.month);
  *at++ = '-';
  return put_two(at, date.day);
}

char *sf_put_time(char *at, uint32_t second) {
  at = put_two(at, second / 3600 % 100);
  *at++ = ':';
  at = put_two(at, second / 60 % 60);
  *at++ = ':';
  return put_two(at, second % 60);
}

char *sf_put_timestamp(char *at, int64_t timestamp) {
  const int64_t local = timestamp + SF_KOLKATA_OFFSET;
  const int64_t day = local >= 0 ? local / 86400 : -((-local + 86399) / 86400);
  at = sf_put_date(at, (int32_t)day);
  *at++ = 'T';
  at = sf_put_time(at, (uint32_t)(local - day * 86400));
  memcpy(at, "+05:30", 6);
  return at + 6;
}

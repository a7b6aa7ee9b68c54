#include "kernels/flesh/flesh.h"

void sf_flesh_calendar(const struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                       int64_t at) {
  const struct sf_calendar *calendar = &flesh->world->calendar;
  const int64_t midnight = sf_midnight_of(calendar->start_day);
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t time = flesh->event[i]->time;
    const uint32_t d = time / SF_DAY;
    const uint32_t second = time % SF_DAY;
    const struct sf_day *day = &calendar->day[d];
    const int64_t r = at + i;
    batch->timestamp[r] = midnight + time;
    batch->date[r] = calendar->start_day + (int32_t)d;
    batch->time_of_day[r] = second;
    batch->hour[r] = (uint8_t)(second / 3600);
    batch->day_of_week[r] = day->weekday;
    batch->is_weekend[r] = day->is_weekend;
    batch->festival[r] = day->festival;
  }
}

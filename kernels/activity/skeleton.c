#include "kernels/activity/skeleton.h"

#include <stdlib.h>
#include <string.h>

// Most events of a customer on one day: 15 sittings of 4 purchases, each with
// a failed try and a follow-up, and the transfers that the rails' limits allow.
#define EVENTS_A_DAY 256u
#define EVENTS_BESIDE 4096u

// Spans of time that events are sorted by.
#define SPAN_BITS 14  // 2^14 s
static uint32_t spans_of(int32_t days) { return ((uint32_t)days * SF_DAY >> SPAN_BITS) + 1; }

enum sf_status sf_skeleton_create(const struct sf_world *world, struct sf_merchant_cache *cache,
                                  struct sf_skeleton *skeleton, struct sf_error *error) {
  const size_t days = (size_t)world->config.days;
  memset(skeleton, 0, sizeof *skeleton);
  skeleton->world = world;
  skeleton->cache = cache;
  skeleton->capacity = EVENTS_A_DAY * (uint32_t)days + EVENTS_BESIDE;
  skeleton->event = malloc(skeleton->capacity * sizeof *skeleton->event);
  skeleton->order = malloc(skeleton->capacity * sizeof *skeleton->order);
  skeleton->own_kind = malloc(skeleton->capacity * sizeof *skeleton->own_kind);
  skeleton->own_time = malloc(skeleton->capacity * sizeof *skeleton->own_time);
  skeleton->trip = malloc((days + SF_PLACES_MAX) * sizeof *skeleton->trip);
  skeleton->trip_on = malloc(days * sizeof *skeleton->trip_on);
  skeleton->span_start = malloc((spans_of(world->config.days) + 1) * sizeof *skeleton->span_start);
  skeleton->sort_key = malloc(skeleton->capacity * sizeof *skeleton->sort_key);
  skeleton->day_index = malloc(days * sizeof *skeleton->day_index);
  bool complete = skeleton->event && skeleton->order && skeleton->own_kind && skeleton->own_time &&
                  skeleton->trip && skeleton->trip_on && skeleton->span_start &&
                  skeleton->sort_key && skeleton->day_index;
  for (int w = 0; w < 4; w++) {
    skeleton->day_word[w] = malloc(days * sizeof *skeleton->day_word[w]);
    complete = complete && skeleton->day_word[w];
  }
  if (!complete) {
    sf_skeleton_free(skeleton);
    return sf_fail(error, SF_MEMORY, "no memory for the events of %zu days", days);
  }
  for (size_t d = 0; d < days; d++) {
    skeleton->day_index[d] = (uint32_t)world->config.start_day + (uint32_t)d;
  }
  return SF_OK;
}

void sf_skeleton_free(struct sf_skeleton *skeleton) {
  free(skeleton->event);
  free(skeleton->order);
  free(skeleton->own_kind);
  free(skeleton->own_time);
  free(skeleton->trip);
  free(skeleton->trip_on);
  free(skeleton->span_start);
  free(skeleton->sort_key);
  free(skeleton->day_index);
  for (int w = 0; w < 4; w++) {
    free(skeleton->day_word[w]);
  }
  memset(skeleton, 0, sizeof *skeleton);
}

void sf_skeleton_begin(struct sf_skeleton *skeleton, uint32_t customer_id) {
  const struct sf_world *world = skeleton->world;
  struct sf_customer *customer = &skeleton->customer;
  sf_customer_of(&world->population, customer_id,
                 sf_core_get(&skeleton->cores, &world->population, customer_id), customer);
  const int32_t opening = customer->core.open_day - world->config.start_day;
  skeleton->first_day = opening > 0 ? opening : 0;
  skeleton->events = 0;
  skeleton->owned = 0;
  skeleton->places = 0;
  skeleton->overflow = false;
  const size_t first = (size_t)skeleton->first_day;
  world->lanes->philox(world->config.seed, customer_id, skeleton->day_index + first, SF_STREAM_DAY,
                       0, (size_t)world->config.days - first, skeleton->day_word[0] + first,
                       skeleton->day_word[1] + first, skeleton->day_word[2] + first,
                       skeleton->day_word[3] + first);
}

static inline const struct sf_trip *trip_at(const struct sf_skeleton *skeleton, uint32_t time,
                                            bool *moving) {
  const uint32_t under_way = skeleton->trip_on[time / SF_DAY];
  *moving = false;
  if (!under_way) {
    return NULL;
  }
  const struct sf_trip *trip = &skeleton->trip[under_way - 1];
  if (time < trip->depart || time >= trip->back) {
    return NULL;
  }
  if (time < trip->arrive) {
    *moving = true;
    return time - trip->depart < trip->arrive - time ? NULL : trip;
  }
  if (time >= trip->leave) {
    *moving = true;
    return time - trip->leave < trip->back - time ? trip : NULL;
  }
  return trip;
}

const struct sf_trip *sf_skeleton_trip_at(const struct sf_skeleton *skeleton, uint32_t time,
                                          bool *moving) {
  return trip_at(skeleton, time, moving);
}

struct sf_event *sf_skeleton_add(struct sf_skeleton *skeleton, int64_t time, uint32_t source,
                                 uint32_t number) {
  const int64_t end = (int64_t)skeleton->world->config.days * SF_DAY;
  if (time < (int64_t)skeleton->first_day * SF_DAY || time >= end) {
    return NULL;
  }
  if (skeleton->events == skeleton->capacity) {
    skeleton->overflow = true;
    return NULL;
  }
  struct sf_event *event = &skeleton->event[skeleton->events++];
  memset(event, 0, sizeof *event);
  event->time = (uint32_t)time;
  event->ordinal = source << 24 | number;
  event->amount_key = event->ordinal;
  bool moving;
  const struct sf_trip *trip = trip_at(skeleton, event->time, &moving);
  event->trip = trip ? (uint16_t)(1 + (trip - skeleton->trip)) : 0;
  return event;
}

// Counting sort by spans of some hours, then insertion within a span, where few events are
// and most were made in order: the cost per event does not depend on the length of the window.
uint32_t sf_skeleton_sort(struct sf_skeleton *skeleton) {
  const uint32_t spans = spans_of(skeleton->world->config.days);
  uint32_t *start = skeleton->span_start, *order = skeleton->order;
  uint64_t *key = skeleton->sort_key;
  memset(start, 0, (spans + 1) * sizeof *start);
  for (uint32_t e = 0; e < skeleton->events; e++) {
    const struct sf_event *event = &skeleton->event[e];
    start[(event->time >> SPAN_BITS) + 1] += !(event->flags & SF_EVENT_SUPPRESSED);
  }
  for (uint32_t s = 0; s < spans; s++) {
    start[s + 1] += start[s];
  }
  const uint32_t count = start[spans];
  for (uint32_t e = 0; e < skeleton->events; e++) {
    const struct sf_event *event = &skeleton->event[e];
    if (!(event->flags & SF_EVENT_SUPPRESSED)) {
      const uint32_t at = start[event->time >> SPAN_BITS]++;
      key[at] = (uint64_t)event->time << 32 | event->ordinal;
      order[at] = e;
    }
  }
  // Spans are in order now, so that insertion never moves an event past its span.
  for (uint32_t i = 1; i < count; i++) {
    const uint64_t own = key[i];
    const uint32_t e = order[i];
    uint32_t j = i;
    for (; j > 0 && own < key[j - 1]; j--) {
      key[j] = key[j - 1];
      order[j] = order[j - 1];
    }
    key[j] = own;
    order[j] = e;
  }
  return count;
}

void sf_skeleton_device_days(const struct sf_skeleton *skeleton,
                             uint32_t first[SF_DEVICE_FOREIGN]) {
  // Times first: their order is that of days.
  for (uint32_t kind = 0; kind < SF_DEVICE_FOREIGN; kind++) {
    first[kind] = UINT32_MAX;
  }
  for (uint32_t e = 0; e < skeleton->events; e++) {
    const struct sf_event *event = &skeleton->event[e];
    if (!(event->flags & SF_EVENT_SUPPRESSED) && event->device < SF_DEVICE_FOREIGN &&
        event->time < first[event->device]) {
      first[event->device] = event->time;
    }
  }
  for (uint32_t kind = 0; kind < SF_DEVICE_FOREIGN; kind++) {
    first[kind] = first[kind] == UINT32_MAX ? UINT32_MAX : first[kind] / SF_DAY;
  }
}

uint8_t sf_instrument_of(uint8_t mode) {
  static const uint8_t instrument[SF_PAYMENT_MODE_COUNT] = {
      [SF_PAYMENT_MODE_UPI] = SF_INSTRUMENT_VPA,
      [SF_PAYMENT_MODE_CREDIT_CARD] = SF_INSTRUMENT_CREDIT_CARD,
      [SF_PAYMENT_MODE_DEBIT_CARD] = SF_INSTRUMENT_DEBIT_CARD,
      [SF_PAYMENT_MODE_NET_BANKING] = SF_INSTRUMENT_ACCOUNT,
      [SF_PAYMENT_MODE_WALLET] = SF_INSTRUMENT_WALLET,
      [SF_PAYMENT_MODE_CASH] = SF_INSTRUMENT_NONE,
      [SF_PAYMENT_MODE_BNPL] = SF_INSTRUMENT_CREDIT_LINE,
      [SF_PAYMENT_MODE_IMPS] = SF_INSTRUMENT_ACCOUNT,
      [SF_PAYMENT_MODE_NEFT] = SF_INSTRUMENT_ACCOUNT,
      [SF_PAYMENT_MODE_RTGS] = SF_INSTRUMENT_ACCOUNT,
  };
  return instrument[mode];
}

#include "kernels/activity/skeleton_store.h"

#include <string.h>

#define LINE 64u  // bytes; all parts begin at a multiple

struct entry {
  size_t next;  // where the following entry begins
  struct sf_customer customer;
  uint32_t events, trips;
  int32_t first_day;
};

static size_t lines(size_t bytes) { return (bytes + LINE - 1) / LINE * LINE; }

// What stands behind an entry: offsets from its beginning.
struct parts {
  size_t event, trip, trip_on, end;
};

static struct parts parts_of(const struct sf_skeleton *skeleton, uint32_t events, uint32_t trips) {
  const size_t days = (size_t)skeleton->world->config.days;
  struct parts parts = {.event = lines(sizeof(struct entry))};
  parts.trip = parts.event + lines(events * sizeof *skeleton->event);
  parts.trip_on = parts.trip + lines(trips * sizeof *skeleton->trip);
  parts.end = parts.trip_on + lines(days * sizeof *skeleton->trip_on);
  return parts;
}

void sf_skeleton_store_init(struct sf_skeleton_store *store, void *memory, size_t bytes) {
  *store = (struct sf_skeleton_store){.memory = memory, .bytes = memory ? bytes : 0};
}

void sf_skeleton_store_put(struct sf_skeleton_store *store, const struct sf_skeleton *skeleton) {
  const struct parts parts = parts_of(skeleton, skeleton->events, skeleton->trips);
  const uint32_t customer = skeleton->customer.id;
  if (customer <= store->last || skeleton->overflow || parts.end > store->bytes - store->used) {
    return;
  }
  char *at = store->memory + store->used;
  const size_t days = (size_t)skeleton->world->config.days;
  store->used += parts.end;
  store->last = customer;
  *(struct entry *)(void *)at = (struct entry){.next = store->used,
                                               .customer = skeleton->customer,
                                               .events = skeleton->events,
                                               .trips = skeleton->trips,
                                               .first_day = skeleton->first_day};
  memcpy(at + parts.event, skeleton->event, skeleton->events * sizeof *skeleton->event);
  memcpy(at + parts.trip, skeleton->trip, skeleton->trips * sizeof *skeleton->trip);
  memcpy(at + parts.trip_on, skeleton->trip_on, days * sizeof *skeleton->trip_on);
}

// The entry of a customer, null if it is not kept.
static const struct entry *find(struct sf_skeleton_store *store, uint32_t customer_id) {
  if (customer_id > store->last) {
    return NULL;
  }
  if (customer_id <= store->before) {
    store->cursor = 0;
    store->before = 0;
  }
  const struct entry *entry = (const void *)(store->memory + store->cursor);
  while (entry->customer.id < customer_id) {
    store->before = entry->customer.id;
    store->cursor = entry->next;
    entry = (const void *)(store->memory + store->cursor);
  }
  return entry->customer.id == customer_id ? entry : NULL;
}

bool sf_skeleton_store_get(struct sf_skeleton_store *store, uint32_t customer_id,
                           struct sf_skeleton *skeleton) {
  const struct entry *entry = find(store, customer_id);
  if (!entry) {
    return false;
  }
  const struct parts parts = parts_of(skeleton, entry->events, entry->trips);
  const char *at = (const char *)entry;
  const size_t days = (size_t)skeleton->world->config.days;
  skeleton->customer = entry->customer;
  skeleton->events = entry->events;
  skeleton->trips = entry->trips;
  skeleton->first_day = entry->first_day;
  skeleton->owned = 0;
  skeleton->places = 0;
  skeleton->overflow = false;
  memcpy(skeleton->event, at + parts.event, entry->events * sizeof *skeleton->event);
  memcpy(skeleton->trip, at + parts.trip, entry->trips * sizeof *skeleton->trip);
  memcpy(skeleton->trip_on, at + parts.trip_on, days * sizeof *skeleton->trip_on);
  return true;
}

// Journeys of the average customer in a month, at most.
#define TRIPS_A_DAY 0.12

double sf_skeleton_store_bytes(double events, int32_t days) {
  return (double)lines(sizeof(struct entry)) + 2.0 * LINE +
         events * (double)sizeof(struct sf_event) +
         days * (TRIPS_A_DAY * sizeof(struct sf_trip) + sizeof(uint16_t));
}

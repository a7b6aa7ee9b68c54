#ifndef SF_KERNELS_ACTIVITY_SKELETON_H
#define SF_KERNELS_ACTIVITY_SKELETON_H

#include <stdint.h>

#include "kernels/activity/contacts.h"
#include "kernels/activity/event.h"
#include "kernels/activity/mode.h"
#include "kernels/population/customer.h"
#include "kernels/random/stream.h"
#include "kernels/status.h"
#include "kernels/world.h"

// The skeleton of one customer's life: which transactions exist. Sources append
// events in any order; sf_skeleton_sort then puts them in time order.
struct sf_skeleton {
  const struct sf_world *world;
  struct sf_merchant_cache *cache;
  struct sf_customer customer;

  struct sf_contacts contacts;
  struct sf_core_cache cores;

  struct sf_event *event;  // shape [capacity], in order of creation
  uint32_t *order;         // shape [capacity], indices of events in order of time
  // What stories ask of honest events (kernels/fraud): shapes [capacity].
  uint32_t *own_kind;  // bits
  uint32_t *own_time;  // as in the event
  uint32_t events, capacity;
  uint32_t owned;  // events that these hold
  bool overflow;   // an event was lost for want of room

  struct sf_trip *trip;  // shape [days + SF_PLACES_MAX]: journeys, then places of stories
  uint32_t trips;
  uint32_t places;    // of stories, where the customer is not
  uint16_t *trip_on;  // shape [days], 1 + trip under way on the day, 0 = none

  int32_t first_day;      // of the account inside the window: 0 .. days
  uint32_t *day_index;    // shape [days], local day number since 1970-01-01
  uint32_t *day_word[4];  // shape [days], draws of the days
  // Scratch of the sort: shapes [spans of time + 1], [capacity].
  uint32_t *span_start;
  uint64_t *sort_key;
};

// Scratch for customers of `world`; freed by sf_skeleton_free. Its size depends
// on the number of days only. Errors: SF_MEMORY.
enum sf_status sf_skeleton_create(const struct sf_world *world, struct sf_merchant_cache *cache,
                                  struct sf_skeleton *skeleton, struct sf_error *error);
void sf_skeleton_free(struct sf_skeleton *skeleton);

// Takes up a customer: who it is, from which day on, and the draws of the days.
// No events yet.
void sf_skeleton_begin(struct sf_skeleton *skeleton, uint32_t customer_id);

// Places that the stories of one customer may add.
#define SF_PLACES_MAX 1024u

// Fills skeleton->order by (time, ordinal) with the events that happen: all but
// suppressed ones. Returns their number.
uint32_t sf_skeleton_sort(struct sf_skeleton *skeleton);

// First day on which the events that happen use each kind of device of the customer
// (SF_DEVICE_NONE too), UINT32_MAX if none does.
void sf_skeleton_device_days(const struct sf_skeleton *skeleton, uint32_t first[SF_DEVICE_FOREIGN]);

// What the sources (one file each) share.

// Appends an event, zero but for time and ordinal, unless it lies outside the
// window or before the account opens; then returns null.
struct sf_event *sf_skeleton_add(struct sf_skeleton *skeleton, int64_t time, uint32_t source,
                                 uint32_t number);

// Trip under way at an instant, null when at home; `*moving` is set on the road.
const struct sf_trip *sf_skeleton_trip_at(const struct sf_skeleton *skeleton, uint32_t time,
                                          bool *moving);

// A purchase of a subcategory at an instant: chooses merchant, amount, mode,
// channel, device, retries, refunds and the like. `number` is unique for the source.
void sf_purchase_add(struct sf_skeleton *skeleton, uint32_t time, uint32_t source, uint32_t number,
                     uint8_t subcategory, uint8_t city, int32_t shift);

// The same of up to SF_PURCHASES_MAX at once, with the two blocks of draws of their ordinals
// at hand.
struct sf_purchase {
  uint32_t time, number;
  int32_t shift;  // of the level
  uint8_t subcategory, city;
  struct sf_block draw[2];
};
#define SF_PURCHASES_MAX 256u
void sf_purchases_add(struct sf_skeleton *skeleton, uint32_t source,
                      const struct sf_purchase *purchase, uint32_t count);

// Time that a customer takes from the till of one merchant to that of another, s.
uint32_t sf_walk_seconds(const struct sf_skeleton *skeleton, uint32_t from, uint32_t to);

// Adds what may come after or before a payment to a merchant: a failed try, a
// refund, a chargeback, a redemption of points. `u` are two draws of its own.
void sf_follow_ups_add(struct sf_skeleton *skeleton, uint32_t event, uint32_t u, uint32_t v);

// Makes `credit` pay back event `event` (all of it, or `share` of 65,536), which then
// has been paid.
void sf_credit_back(struct sf_skeleton *skeleton, struct sf_event *credit, uint32_t event,
                    uint8_t type, uint16_t share);

// Why a payment fails by the draw `u` (enum sf_response_code), 0 if it does not.
uint8_t sf_failure_of(const struct sf_event *event, uint32_t u);

// Trying again does not help with a card that has expired, a limit or a suspicion.
bool sf_failure_is_final(uint8_t response);

// Failed try `i` (0, 1 or 2, counted back) of the event, i + 1 times some seconds
// before it.
void sf_attempt_add(struct sf_skeleton *skeleton, uint32_t event, uint8_t response, uint32_t i,
                    uint32_t u);

// Instruments of a customer.
enum sf_instrument {
  SF_INSTRUMENT_NONE,
  SF_INSTRUMENT_VPA,
  SF_INSTRUMENT_DEBIT_CARD,
  SF_INSTRUMENT_CREDIT_CARD,
  SF_INSTRUMENT_ACCOUNT,
  SF_INSTRUMENT_WALLET,
  SF_INSTRUMENT_CREDIT_LINE,
};

// Instrument that a payment mode uses.
uint8_t sf_instrument_of(uint8_t mode);

// Seconds in a day.
#define SF_DAY 86400

#endif

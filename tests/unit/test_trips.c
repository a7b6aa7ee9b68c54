#include "kernels/math/sphere.h"
#include "tests/unit/model.h"

enum { CUSTOMERS = 150, DAYS = 200 };

// Calls `check` on every trip of a population; returns how many there are.
static uint32_t for_trips(void (*check)(const struct sf_skeleton *, uint32_t trip)) {
  struct model m;
  uint32_t trips = 0;
  model_make(&m, 3, CUSTOMERS, MODEL_START, DAYS);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    for (uint32_t t = 0; t < m.skeleton.trips; t++) {
      check(&m.skeleton, t);
    }
    trips += m.skeleton.trips;
  }
  model_free(&m);
  return trips;
}

static void check_times(const struct sf_skeleton *s, uint32_t t) {
  const struct sf_trip *trip = &s->trip[t];
  cr_assert(trip->depart < trip->arrive && trip->arrive < trip->leave && trip->leave < trip->back);
  cr_assert(trip->depart / SF_DAY >= (uint32_t)s->first_day, "before the account opens");
  cr_assert(trip->depart / SF_DAY < DAYS);
  // A day at home between trips is not asked for, but one trip ends before the next.
  cr_assert(t == 0 || trip->depart / SF_DAY > s->trip[t - 1].back / SF_DAY);
  const double km = s->world->laws.distance_km[s->customer.city][trip->city];
  const double out = km * 3600 / (trip->arrive - trip->depart);
  const double home = km * 3600 / (trip->back - trip->leave);
  cr_assert(out > 5 && out < 650 && home > 5 && home < 650, "%g km in %u s", km,
            trip->arrive - trip->depart);
  cr_assert(trip->leave - trip->depart < 14 * SF_DAY);
}

static void check_places(const struct sf_skeleton *s, uint32_t t) {
  const struct sf_trip *trip = &s->trip[t];
  const double km = s->world->laws.distance_km[s->customer.city][trip->city];
  cr_assert(trip->city != SF_CITY_NONE && trip->city < SF_CITY_COUNT);
  cr_assert(trip->city != s->customer.city);
  cr_assert(trip->far ? km > 320 : km <= 270, "%g km", km);
  double centre[3], point[3];
  sf_unit_vector(sf_cities[trip->city].latitude, sf_cities[trip->city].longitude, centre);
  sf_unit_vector((double)trip->latitude, (double)trip->longitude, point);
  const double off = sf_great_circle_km(centre[0], centre[1], centre[2], trip->point[0],
                                        trip->point[1], trip->point[2]);
  // Standard deviation 4 km each way.
  cr_assert(off < 30, "stays %g km from the centre", off);
  cr_assert(memcmp(point, trip->point, sizeof point) == 0);
}

// What sf_skeleton_trip_at says at the turning points of a trip, and the days on
// which the trip is under way.
static void check_instants(const struct sf_skeleton *s, uint32_t t) {
  const struct sf_trip *trip = &s->trip[t];
  const uint32_t half_out = trip->depart + (trip->arrive - trip->depart + 1) / 2;
  const uint32_t half_back = trip->leave + (trip->back - trip->leave + 1) / 2;
  const struct {
    uint32_t time;
    bool away, moving;
  } instants[] = {
      {trip->depart - 1, false, false}, {trip->depart, false, true},    {half_out - 1, false, true},
      {half_out, true, true},           {trip->arrive - 1, true, true}, {trip->arrive, true, false},
      {trip->leave - 1, true, false},   {trip->leave, true, true},      {half_back - 1, true, true},
      {half_back, false, true},         {trip->back - 1, false, true},  {trip->back, false, false},
  };
  for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
    if (instants[i].time < DAYS * SF_DAY) {
      bool moving;
      const struct sf_trip *at = sf_skeleton_trip_at(s, instants[i].time, &moving);
      cr_assert_eq(at, instants[i].away ? trip : NULL, "instant %zu", i);
      cr_assert_eq(moving, instants[i].moving, "instant %zu", i);
    }
  }
  for (uint32_t d = trip->depart / SF_DAY; d <= trip->back / SF_DAY && d < DAYS; d++) {
    cr_assert_eq(s->trip_on[d], t + 1);
  }
}

Test(trips, are_possible_journeys_one_after_the_other) { cr_expect(for_trips(check_times) > 2000); }

Test(trips, go_to_near_or_far_cities) { cr_expect(for_trips(check_places) > 2000); }

Test(trips, know_where_the_customer_is) { cr_expect(for_trips(check_instants) > 2000); }

// Days without a trip are marked so, and nothing is left of the customer before.
Test(trips, mark_no_other_days) {
  struct model m;
  uint32_t at_home = 0;
  model_make(&m, 3, CUSTOMERS, MODEL_START, DAYS);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    uint32_t away = 0, marked = 0;
    for (uint32_t t = 0; t < m.skeleton.trips; t++) {
      const struct sf_trip *trip = &m.skeleton.trip[t];
      const uint32_t last = trip->back / SF_DAY < DAYS ? trip->back / SF_DAY : DAYS - 1;
      away += last - trip->depart / SF_DAY + 1;
    }
    for (uint32_t d = 0; d < DAYS; d++) {
      marked += m.skeleton.trip_on[d] != 0;
      at_home += m.skeleton.trip_on[d] == 0;
    }
    cr_assert_eq(away, marked, "customer %u: %u days away, %u marked", id, away, marked);
  }
  cr_expect(at_home > CUSTOMERS * DAYS / 2);
  model_free(&m);
}

// Far journeys are flown from 700 km on and booked from home before they begin;
// hotels are paid at the destination after the arrival.
Test(trips, are_booked_at_home_and_stayed_at_there) {
  struct model m;
  uint32_t booked = 0, hotels = 0;
  model_make(&m, 4, CUSTOMERS, MODEL_START, DAYS);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      if (source_of(event) != SF_SOURCE_TRIP) {
        continue;
      }
      // The number names the day of departure and the purchase: 4 a day.
      const uint32_t day = (event->ordinal & 0xffffff) / 4 - MODEL_START;
      const struct sf_trip *trip = &m.skeleton.trip[m.skeleton.trip_on[day] - 1];
      cr_assert(m.skeleton.trip_on[day] && trip->depart / SF_DAY == day);
      const uint16_t km = m.world->laws.distance_km[m.skeleton.customer.city][trip->city];
      if (event->subcategory == SF_SUBCATEGORY_HOTEL) {
        cr_assert(event->time > trip->arrive && event->time < trip->leave);
        cr_assert_eq(event->trip, m.skeleton.trip_on[day]);
        hotels++;
      } else {
        cr_assert(event->time < trip->depart && event->trip == 0);
        cr_assert(!trip->far || (event->subcategory == SF_SUBCATEGORY_FLIGHT) == (km > 700));
        booked += trip->far;
      }
    }
  }
  cr_expect(booked > 100 && hotels > 100, "%u booked, %u hotels", booked, hotels);
  model_free(&m);
}

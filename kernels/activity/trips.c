#include "kernels/activity/life.h"
#include "kernels/math/elementary.h"
#include "kernels/math/sphere.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Chances a day of setting out from home, Q32: a visit to a near city, a journey
// to a far one. With mean stays of 1.35 and 4.5 days they put about 15 % and
// 5 % of payments there (reference shares of nearby and travel).
#define NEAR_CHANCE 0.215
#define FAR_CHANCE 0.0125
// Three customers in twenty go to the near city every other day or so.
#define COMMUTER_CHANCE 0.15
#define COMMUTER_FACTOR 2.6
#define HOMEBODY_FACTOR 0.72
// Visits that begin with fuel or a bus ticket, that go on to the next day, and
// that are not to the usual city; journeys with a hotel paid on arrival.
#define BUYS_NEAR SF_CHANCE(0.09)
#define STAYS_OVER SF_CHANCE(0.35)
#define OTHER_CITY SF_CHANCE(0.375)
#define BUYS_HOTEL SF_CHANCE(0.5)
#define SPREAD_DEGREES (4.0 / 111.195)

static uint32_t hours(double h) { return (uint32_t)(h * 3600.0); }

static void place_stay(struct sf_trip *trip, struct sf_block draw) {
  const struct sf_city_row *city = &sf_cities[trip->city];
  const double unit = SPREAD_DEGREES / 65536.0;
  trip->latitude = (float)(city->latitude + sf_quantile(&sf_law_normal, draw.word[2]) * unit);
  trip->longitude = (float)(city->longitude + sf_quantile(&sf_law_normal, draw.word[3]) * unit /
                                                  sf_cos(city->latitude * (SF_PI / 180)));
  sf_unit_vector((double)trip->latitude, (double)trip->longitude, trip->point);
}

// A far city by population, 0 if three draws gave only near ones.
static uint8_t pick_far(const struct sf_skeleton *skeleton, struct sf_block draw) {
  const struct sf_world *world = skeleton->world;
  for (int i = 0; i < 3; i++) {
    const uint32_t city = sf_alias_pick(&world->population.cities, draw.word[i]);
    if (world->laws.distance_km[skeleton->customer.city][city] > 320) {
      return (uint8_t)city;
    }
  }
  return 0;
}

// By road at 55 km/h; from 700 km on by air: three hours and 650 km/h.
static uint32_t travel_seconds(uint32_t km) {
  return km < 700 ? hours(0.4 + km / 55.0) : hours(3.0 + km / 650.0);
}

static void buy_passage(struct sf_skeleton *skeleton, const struct sf_trip *trip, uint32_t day,
                        struct sf_block draw) {
  const uint8_t home = skeleton->customer.city;
  const uint32_t km = skeleton->world->laws.distance_km[home][trip->city];
  const uint32_t number = (uint32_t)(skeleton->world->config.start_day + (int32_t)day) * 4;
  if (!trip->far) {
    if (draw.word[0] < BUYS_NEAR) {
      sf_purchase_add(skeleton, trip->depart - 600, SF_SOURCE_TRIP, number,
                      draw.word[0] & 1 ? SF_SUBCATEGORY_FUEL : SF_SUBCATEGORY_BUS, home, 0);
    }
    return;
  }
  const int64_t ahead = SF_DAY + (int64_t)sf_below(draw.word[0], 20 * SF_DAY);
  const uint8_t passage = km > 700           ? SF_SUBCATEGORY_FLIGHT
                          : draw.word[1] & 1 ? SF_SUBCATEGORY_RAIL
                                             : SF_SUBCATEGORY_BUS;
  const int64_t booked = (int64_t)trip->depart - ahead;
  if (booked >= (int64_t)skeleton->first_day * SF_DAY && !skeleton->trip_on[booked / SF_DAY]) {
    sf_purchase_add(skeleton, (uint32_t)booked, SF_SOURCE_TRIP, number + 1, passage, home, 0);
  }
  if (draw.word[2] < BUYS_HOTEL) {
    sf_purchase_add(skeleton, trip->arrive + 1800 + draw.word[2] % 7200, SF_SOURCE_TRIP, number + 2,
                    SF_SUBCATEGORY_HOTEL, trip->city, 0);
  }
}

static void set_out(struct sf_skeleton *skeleton, uint32_t day, uint8_t city, uint8_t far,
                    struct sf_block draw) {
  const uint32_t km = skeleton->world->laws.distance_km[skeleton->customer.city][city];
  const int32_t long_stay = sf_quantile(&sf_law_exponential, draw.word[0]) * 5 >> 17;
  const uint32_t nights = far ? 2u + (uint32_t)long_stay : draw.word[0] < STAYS_OVER;
  struct sf_trip *trip = &skeleton->trip[skeleton->trips];
  const uint32_t morning = day * SF_DAY + hours(far ? 6.0 : 6.5);
  trip->city = city;
  trip->far = far;
  trip->depart = morning + sf_below(draw.word[1], hours(far ? 10.0 : 2.0));
  trip->arrive = trip->depart + travel_seconds(km);
  trip->leave = (day + (nights < 12 ? nights : 12)) * SF_DAY + hours(18.0) +
                sf_below(draw.word[1] << 12, hours(3.0));
  if (trip->leave < trip->arrive + hours(1.0)) {
    trip->leave = trip->arrive + hours(1.0);
  }
  trip->back = trip->leave + travel_seconds(km);
  place_stay(trip, draw);
  skeleton->trips++;
  const uint32_t days = (uint32_t)skeleton->world->config.days;
  for (uint32_t d = day; d <= trip->back / SF_DAY && d < days; d++) {
    skeleton->trip_on[d] = (uint16_t)skeleton->trips;
  }
}

// Days whose draws come together from the vector path of the processor.
#define AT_ONCE 32u
static void draw_days(const struct sf_skeleton *skeleton, const uint32_t *day, uint32_t count,
                      struct sf_block draw[2][AT_ONCE]) {
  const struct sf_world *world = skeleton->world;
  uint32_t key[AT_ONCE], word[4][AT_ONCE];
  for (uint32_t i = 0; i < count; i++) {
    key[i] = skeleton->day_index[day[i]];
  }
  for (uint32_t block = 0; block < 2; block++) {
    world->lanes->philox(world->config.seed, skeleton->customer.id, key, SF_STREAM_TRIP, 1 + block,
                         count, word[0], word[1], word[2], word[3]);
    for (uint32_t i = 0; i < count; i++) {
      draw[block][i] = (struct sf_block){{word[0][i], word[1][i], word[2][i], word[3][i]}};
    }
  }
}

void sf_trips_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const uint64_t seed = world->config.seed;
  const uint32_t days = (uint32_t)world->config.days;
  const struct sf_block habit = sf_draw(seed, customer->id, 0, SF_STREAM_TRIP, 0);
  const uint32_t near_cities = world->laws.near_count[customer->city];
  const double restless =
      habit.word[0] < sf_threshold_q32(COMMUTER_CHANCE) ? COMMUTER_FACTOR : HOMEBODY_FACTOR;
  const uint64_t near = near_cities ? sf_threshold_q32(NEAR_CHANCE * restless) : 0;
  const uint64_t far = near + sf_threshold_q32(FAR_CHANCE * (customer->travel ? 1.5 : 0.6));
  const uint8_t usual =
      near_cities ? world->laws.near[customer->city][sf_below(habit.word[1], near_cities)] : 0;

  skeleton->trips = 0;
  for (uint32_t d = 0; d < days; d++) {
    skeleton->trip_on[d] = 0;
  }
  // On which days, then their draws together, then the journeys, each of which takes days.
  uint32_t number = 0;
  for (uint32_t d = (uint32_t)skeleton->first_day; d < days; d++) {
    const bool quiet = sf_core_is_quiet(&customer->core, world->config.start_day + (int32_t)d);
    skeleton->order[number] = d;  // free until the events are sorted
    number += (skeleton->day_word[2][d] < far) & !quiet;
  }
  for (uint32_t first = 0, free_from = 0; first < number; first += AT_ONCE) {
    const uint32_t count = number - first < AT_ONCE ? number - first : AT_ONCE;
    const uint32_t *day = skeleton->order + first;
    struct sf_block draw[2][AT_ONCE];
    draw_days(skeleton, day, count, draw);
    for (uint32_t i = 0; i < count; i++) {
      const uint32_t d = day[i];
      if (d < free_from) {
        continue;
      }
      const struct sf_block other = draw[1][i];
      const bool is_near = skeleton->day_word[2][d] < near;
      uint8_t city = usual;
      if (is_near && other.word[3] < OTHER_CITY) {
        city = world->laws.near[customer->city][sf_below(other.word[3] << 3, near_cities)];
      } else if (!is_near) {
        city = pick_far(skeleton, other);
      }
      if (city) {
        set_out(skeleton, d, city, !is_near, draw[0][i]);
        const struct sf_trip trip = skeleton->trip[skeleton->trips - 1];
        buy_passage(skeleton, &trip, d, other);
        free_from = trip.back / SF_DAY + 1;  // the day after the customer is home again
      }
    }
  }
}

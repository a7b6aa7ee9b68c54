#include <math.h>

#include "kernels/flesh/flesh.h"
#include "kernels/math/elementary.h"
#include "kernels/math/sphere.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Where rows happen and what is known of their merchants.

#define NEARBY_KM 300.0f
// Cash machines and branches lie around where the customer is: standard
// deviation 1.5 km each way, in degrees a unit of Q16.
#define TERMINAL_UNIT (1.5 / (111.195 * 65536.0))

struct place {
  float latitude, longitude;
  double x, y, z;
  uint8_t city;
};

static struct place place_of_customer(const struct sf_flesh *flesh, const struct sf_event *event) {
  if (event->trip) {
    const struct sf_trip *trip = &flesh->skeleton->trip[event->trip - 1];
    return (struct place){trip->latitude, trip->longitude, trip->point[0],
                          trip->point[1], trip->point[2],  trip->city};
  }
  const struct sf_customer *customer = &flesh->skeleton->customer;
  return (struct place){customer->latitude, customer->longitude, customer->home[0],
                        customer->home[1],  customer->home[2],   customer->city};
}

static struct place place_of_terminal(const struct sf_flesh *flesh, const struct sf_event *event) {
  struct place place = place_of_customer(flesh, event);
  const struct sf_block draw = sf_draw(flesh->world->config.seed, flesh->skeleton->customer.id,
                                       event->ordinal, SF_STREAM_PLACE, 0);
  const double latitude = (double)place.latitude;
  place.latitude = (float)(latitude + sf_quantile(&sf_law_normal, draw.word[0]) * TERMINAL_UNIT);
  place.longitude =
      (float)((double)place.longitude + sf_quantile(&sf_law_normal, draw.word[1]) * TERMINAL_UNIT /
                                            sf_cos(latitude * (SF_PI / 180)));
  double point[3];
  sf_unit_vector((double)place.latitude, (double)place.longitude, point);
  place.x = point[0];
  place.y = point[1];
  place.z = point[2];
  return place;
}

static void write_merchant(struct sf_flesh *flesh, const struct sf_merchant *shop,
                           struct sf_transactions *batch, int64_t r, uint32_t i) {
  batch->merchant_id[r] = shop->id;
  batch->merchant_name[r] = shop->name;
  batch->category[r] = shop->category;
  batch->subcategory[r] = shop->subcategory;
  batch->mcc[r] = shop->mcc;
  batch->merchant_type[r] = shop->type;
  batch->merchant_reputation[r] = shop->reputation;
  batch->merchant_city[r] = shop->city;
  flesh->level[i] = flesh->event[i]->level + sf_price_shift(&flesh->world->laws, shop->price_level);
}

static void write_no_merchant(struct sf_transactions *batch, int64_t r, uint8_t subcategory) {
  batch->merchant_id[r] = 0;
  batch->merchant_name[r] = 0;
  batch->category[r] = sf_subcategories[subcategory].category;
  batch->subcategory[r] = subcategory;
  batch->mcc[r] = 0;
  batch->merchant_type[r] = SF_MERCHANT_TYPE_NONE;
  batch->merchant_reputation[r] = NAN;
  batch->merchant_city[r] = SF_CITY_NONE;
}

// Where online goods go: home, where the customer is, or to someone elsewhere.
static void write_delivery(const struct sf_flesh *flesh, const struct sf_event *event, uint8_t city,
                           struct sf_transactions *batch, int64_t r) {
  const struct sf_customer *customer = &flesh->skeleton->customer;
  if (!(event->flags & SF_EVENT_DELIVERED)) {
    batch->delivery_city[r] = SF_CITY_NONE;
    batch->delivery_distance[r] = NAN;
    return;
  }
  const struct sf_block draw =
      sf_draw(flesh->world->config.seed, customer->id, event->amount_key, SF_STREAM_PLACE, 1);
  uint8_t to = customer->city;
  if (draw.word[0] < SF_CHANCE(1.0 / 16)) {  // one parcel in sixteen is a gift or for family
    to = (uint8_t)sf_alias_pick(&flesh->world->population.cities, draw.word[1]);
  } else if (draw.word[0] >= SF_CHANCE(7.0 / 8)) {
    to = city;
  }
  to = event->delivery ? event->delivery : to;
  batch->delivery_city[r] = to;
  if (to == customer->city) {
    batch->delivery_distance[r] = flesh->home_delivery_km;
    return;
  }
  const double *point = flesh->world->laws.center[to];
  batch->delivery_distance[r] = (float)sf_great_circle_km(
      customer->home[0], customer->home[1], customer->home[2], point[0], point[1], point[2]);
}

static void write_place(struct sf_flesh *flesh, const struct place *place,
                        struct sf_transactions *batch, int64_t r, uint32_t i) {
  batch->latitude[r] = place->latitude;
  batch->longitude[r] = place->longitude;
  batch->city[r] = place->city;
  flesh->x[i] = place->x;
  flesh->y[i] = place->y;
  flesh->z[i] = place->z;
}

void sf_flesh_places(struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                     int64_t at) {
  const struct sf_world *world = flesh->world;
  for (uint32_t i = 0; i < count; i++) {
    const struct sf_event *event = flesh->event[i];
    const int64_t r = at + i;
    struct place place;
    flesh->level[i] = event->level;
    if (event->merchant) {
      const struct sf_merchant *shop =
          sf_merchant_get(flesh->skeleton->cache, &world->merchants, event->merchant);
      write_merchant(flesh, shop, batch, r, i);
      place = event->channel == SF_CHANNEL_POS
                  ? (struct place){shop->latitude, shop->longitude, shop->x,
                                   shop->y,        shop->z,         shop->city}
                  : place_of_customer(flesh, event);
    } else {
      write_no_merchant(batch, r, event->subcategory);
      place = event->channel == SF_CHANNEL_ATM || event->channel == SF_CHANNEL_BRANCH
                  ? place_of_terminal(flesh, event)
                  : place_of_customer(flesh, event);
    }
    write_place(flesh, &place, batch, r, i);
    write_delivery(flesh, event, place.city, batch, r);
  }
  const struct sf_customer *customer = &flesh->skeleton->customer;
  world->lanes->distance_km(customer->home, flesh->x, flesh->y, flesh->z, count,
                            batch->distance_from_home + at);
  for (uint32_t i = 0; i < count; i++) {
    const int64_t r = at + i;
    const struct sf_city_row *city = &sf_cities[batch->city[r]];
    batch->state[r] = city->state;
    batch->region[r] = sf_states[city->state].region;
    batch->city_tier[r] = city->tier;
    // location_type and distance_category have the same three steps.
    const uint8_t away = batch->distance_from_home[r] <= NEARBY_KM ? SF_LOCATION_TYPE_NEARBY
                                                                   : SF_LOCATION_TYPE_TRAVEL;
    const uint8_t location = batch->city[r] == customer->city ? SF_LOCATION_TYPE_HOME : away;
    batch->location_type[r] = location;
    batch->distance_category[r] = location;
  }
}

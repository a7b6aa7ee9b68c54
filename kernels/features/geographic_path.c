#include <math.h>
#include <string.h>

#include "kernels/features/last_ten.h"
#include "kernels/features/passes.h"
#include "kernels/math/sphere.h"

// Group geographic: how far, how fast, how many places.

void SF_FEATURE_PASS(distances)(struct sf_features *f) {
  float *restrict home = f->column[SF_FEATURE_DISTANCE_FROM_HOME];
  float *restrict mean = f->column[SF_FEATURE_AVG_DISTANCE_LAST_10];
  float *restrict variance = f->column[SF_FEATURE_DISTANCE_VARIANCE];
  const double *distance = f->history.distance + f->first;
  double m[SF_FEATURE_CHUNK], v[SF_FEATURE_CHUNK];
  sf_last_ten(distance, f->rows, f->count, m, v);
  for (uint32_t i = 0; i < f->count; i++) {
    home[i] = (float)distance[i];
    mean[i] = (float)m[i];
    variance[i] = (float)v[i];
  }
  for (uint32_t i = 0; i < f->count; i++) {
    f->log_distance[i] = sf_log(1.0 + distance[i]);
  }
}

static bool is_card_present(uint8_t channel) {
  return channel == SF_CHANNEL_POS || channel == SF_CHANNEL_ATM || channel == SF_CHANNEL_BRANCH;
}

#define SPEED_MAX 10000.0
#define LEAST_SECONDS 60

// Card-present rows of the chunk, after the last one before it: latitude and
// longitude in radians, cosine of the latitude.
struct presence {
  uint32_t count;
  uint32_t row[SF_FEATURE_CHUNK + 1];
  int64_t time[SF_FEATURE_CHUNK + 1];
  double latitude[SF_FEATURE_CHUNK + 1], longitude[SF_FEATURE_CHUNK + 1];
  double ring[SF_FEATURE_CHUNK + 1];
};

static void gather_presence(const struct sf_features *f, struct presence *present) {
  const struct sf_transactions *b = f->batch;
  uint32_t n = 1;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    present->row[n] = i;
    present->time[n] = b->timestamp[r];
    present->latitude[n] = (double)b->latitude[r] * (SF_PI / 180.0);
    present->longitude[n] = (double)b->longitude[r] * (SF_PI / 180.0);
    n += is_card_present(b->channel[r]);
  }
  present->count = n;
  present->time[0] = f->present_time;
  present->latitude[0] = f->present_latitude;
  present->longitude[0] = f->present_longitude;
  present->ring[0] = f->present_ring;
  for (uint32_t k = 1; k < n; k++) {
    present->ring[k] = sf_cos(present->latitude[k]);
  }
}

// Speeds by the haversine formula, from the card-present row before.
static void speeds(const struct presence *present, double *restrict speed) {
  for (uint32_t k = 1; k < present->count; k++) {
    const double north = sf_sin(0.5 * (present->latitude[k] - present->latitude[k - 1]));
    const double east = sf_sin(0.5 * (present->longitude[k] - present->longitude[k - 1]));
    const double square = north * north + present->ring[k] * present->ring[k - 1] * (east * east);
    const double km = 2.0 * SF_EARTH_RADIUS_KM * sf_asin_of_root(square < 1.0 ? square : 1.0);
    const int64_t gap = present->time[k] - present->time[k - 1];
    const double hours = (double)(gap > LEAST_SECONDS ? gap : LEAST_SECONDS) / 3600.0;
    const double kmh = km / hours;
    speed[k] = kmh < SPEED_MAX ? kmh : SPEED_MAX;
  }
}

void SF_FEATURE_PASS(travel)(struct sf_features *f) {
  struct presence present;
  double speed[SF_FEATURE_CHUNK + 1];
  gather_presence(f, &present);
  speeds(&present, speed);
  memset(f->speed, 0, f->count * sizeof *f->speed);
  // There is no speed from nowhere to the customer's first card-present row.
  for (uint32_t k = f->was_present ? 1 : 2; k < present.count; k++) {
    f->speed[present.row[k]] = speed[k];
  }
  for (uint32_t i = 0; i < f->count; i++) {
    f->column[SF_FEATURE_TRAVEL_VELOCITY_KMH][i] = (float)f->speed[i];
  }
  const uint32_t last = present.count - 1;
  f->was_present |= last > 0;
  f->present_time = present.time[last];
  f->present_latitude = present.latitude[last];
  f->present_longitude = present.longitude[last];
  f->present_ring = present.ring[last];
}

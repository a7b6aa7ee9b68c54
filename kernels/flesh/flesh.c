#include "kernels/flesh/flesh.h"

#include <string.h>

#include "kernels/math/sphere.h"

void sf_flesh_begin(struct sf_flesh *flesh) {
  const struct sf_world *world = flesh->world;
  const struct sf_customer *customer = &flesh->skeleton->customer;
  sf_account_begin(&flesh->account, world->config.seed, customer, flesh->skeleton->events);
  sf_devices_begin(&flesh->devices, &world->config, customer);
  sf_instruments_begin(&flesh->instruments, &world->config, customer->id, flesh->story,
                       flesh->stories);
  const double *center = world->laws.center[customer->city];
  flesh->home_delivery_km = (float)sf_great_circle_km(
      customer->home[0], customer->home[1], customer->home[2], center[0], center[1], center[2]);
}

static uint8_t age_group(uint8_t age) {
  return (uint8_t)((age > 25) + (age > 35) + (age > 45) + (age > 55) + (age > 65));
}

// Columns that are the same on every row of a customer.
static void write_customer(const struct sf_customer *customer, uint32_t count,
                           struct sf_transactions *batch, int64_t at) {
  for (uint32_t i = 0; i < count; i++) {
    batch->customer_id[at + i] = customer->id;
  }
  memset(batch->currency + at, SF_CURRENCY_INR, count);
  memset(batch->home_city + at, customer->city, count);
  memset(batch->customer_age + at, customer->age, count);
  memset(batch->customer_age_group + at, age_group(customer->age), count);
  memset(batch->customer_income_bracket + at, customer->core.bracket, count);
  memset(batch->customer_segment + at, customer->core.segment, count);
  memset(batch->customer_digital_savviness + at, customer->savviness, count);
}

static uint8_t card_type_of(uint8_t mode) {
  return mode == SF_PAYMENT_MODE_CREDIT_CARD  ? SF_CARD_TYPE_CREDIT
         : mode == SF_PAYMENT_MODE_DEBIT_CARD ? SF_CARD_TYPE_DEBIT
                                              : SF_CARD_TYPE_NOT_APPLICABLE;
}

// Columns that the skeleton fixes as they are.
static void write_skeleton(const struct sf_flesh *flesh, uint32_t count,
                           struct sf_transactions *batch, int64_t at) {
  for (uint32_t i = 0; i < count; i++) {
    const struct sf_event *event = flesh->event[i];
    const int64_t r = at + i;
    batch->counterparty_id[r] = event->counterparty;
    batch->direction[r] = event->direction;
    batch->transaction_type[r] = event->type;
    batch->payment_mode[r] = event->mode;
    batch->card_type[r] = card_type_of(event->mode);
    batch->channel[r] = event->channel;
    batch->is_online[r] =
        event->channel == SF_CHANNEL_ONLINE || event->channel == SF_CHANNEL_MOBILE;
    batch->instrument_id[r] = sf_instrument_at(&flesh->instruments, event, flesh->story);
  }
}

void sf_flesh_rows(struct sf_flesh *flesh, uint32_t first, uint32_t count, uint64_t transaction_id,
                   struct sf_transactions *batch, int64_t at) {
  const struct sf_skeleton *skeleton = flesh->skeleton;
  for (uint32_t i = 0; i < count; i++) {
    flesh->index[i] = skeleton->order[first + i];
    flesh->event[i] = &skeleton->event[flesh->index[i]];
    batch->transaction_id[at + i] = transaction_id + i;
  }
  write_customer(&skeleton->customer, count, batch, at);
  write_skeleton(flesh, count, batch, at);
  sf_flesh_calendar(flesh, count, batch, at);
  sf_flesh_places(flesh, count, batch, at);
  sf_flesh_amounts(flesh, count);
  sf_flesh_account(flesh, count, batch, at);
  sf_flesh_devices(flesh, count, batch, at);
}

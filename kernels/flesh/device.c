#include "kernels/flesh/device.h"

#include "kernels/activity/rails.h"
#include "kernels/flesh/flesh.h"
#include "kernels/random/stream.h"
#include "kernels/world/app_version.h"

// A phone lasts three years on average.
#define PHONE_DAYS 1095.0
// A device new to UPI moves at most 5,000 rupees in its first 24 hours; larger
// payments are made from the old phone, which is still at hand.
#define NEW_DEVICE_SECONDS SF_DAY
// Members of a household who share the head's computer or tablet.
#define SHARED_DEVICE SF_CHANCE(0.35)

// Networks of households and of mobile operators come from the range shared by
// carriers (100.64.0.0/10, RFC 6598); offices from the benchmarking range
// (198.18.0.0/15, RFC 2544); open wireless networks from the documentation
// ranges (RFC 5737). None can be somebody's address.
#define CARRIER_FIRST 0x644000u
#define CARRIER_COUNT 16384u
#define OFFICE_FIRST 0xc61200u
#define OFFICE_COUNT 512u
static const uint32_t open_network[4] = {0xc00002u, 0xc63364u, 0xcb0071u, 0xcb0071u};

static uint8_t phone_os(const struct sf_customer *owner, uint32_t u) {
  const uint32_t apple = owner->core.bracket >= SF_INCOME_BRACKET_HIGH           ? SF_CHANCE(0.25)
                         : owner->core.bracket >= SF_INCOME_BRACKET_UPPER_MIDDLE ? SF_CHANCE(0.09)
                                                                                 : SF_CHANCE(0.02);
  return u < apple ? SF_OS_IOS : SF_OS_ANDROID;
}

static uint8_t computer_os(uint32_t u) {
  return u < SF_CHANCE(0.81)    ? SF_OS_WINDOWS
         : u < SF_CHANCE(0.94)  ? SF_OS_MACOS
         : u < SF_CHANCE(0.985) ? SF_OS_LINUX
                                : SF_OS_OTHER;
}

static uint8_t browser_of(uint8_t os, uint32_t u) {
  if (os == SF_OS_MACOS || os == SF_OS_IOS) {
    return u < SF_CHANCE(0.5)    ? SF_BROWSER_SAFARI
           : u < SF_CHANCE(0.94) ? SF_BROWSER_CHROME
                                 : SF_BROWSER_FIREFOX;
  }
  if (os == SF_OS_ANDROID) {
    return u < SF_CHANCE(0.75) ? SF_BROWSER_CHROME : SF_BROWSER_SAMSUNG;
  }
  return u < SF_CHANCE(0.69)   ? SF_BROWSER_CHROME
         : u < SF_CHANCE(0.81) ? SF_BROWSER_EDGE
         : u < SF_CHANCE(0.95) ? SF_BROWSER_FIREFOX
                               : SF_BROWSER_OTHER;
}

static struct sf_device make_device(uint64_t seed, const struct sf_customer *customer,
                                    uint32_t owner, uint32_t kind, uint32_t generation) {
  const uint32_t key = kind * 16 + generation;
  const struct sf_block name = sf_draw(seed, owner, key, SF_STREAM_DEVICE, 0);
  const struct sf_block habit = sf_draw(seed, owner, key, SF_STREAM_DEVICE, 1);
  struct sf_device device = {
      .id = ((uint64_t)name.word[1] << 32 | name.word[0]) | 1u,
      .lag = habit.word[1],
  };
  device.os = kind == SF_DEVICE_COMPUTER ? computer_os(habit.word[0])
              : kind == SF_DEVICE_TABLET
                  ? (habit.word[0] < SF_CHANCE(0.3) ? SF_OS_IOS : SF_OS_ANDROID)
                  : phone_os(customer, habit.word[0]);
  device.browser = browser_of(device.os, habit.word[2]);
  return device;
}

// Two devices of fraudsters in three are phones, mostly cheap ones.
#define FOREIGN_PHONE SF_CHANCE(0.66)
#define FOREIGN_APPLE SF_CHANCE(0.05)

void sf_device_foreign(struct sf_device *device, uint64_t seed, uint64_t key) {
  const struct sf_block name =
      sf_draw(seed, (uint32_t)key, (uint32_t)(key >> 32), SF_STREAM_DEVICE, 3);
  const struct sf_block habit =
      sf_draw(seed, (uint32_t)key, (uint32_t)(key >> 32), SF_STREAM_DEVICE, 4);
  *device = (struct sf_device){
      .id = ((uint64_t)name.word[1] << 32 | name.word[0]) | 1u,
      .lag = habit.word[1],
      .app_day = INT32_MIN,
  };
  device->os = habit.word[0] >= FOREIGN_PHONE  ? computer_os(habit.word[3])
               : habit.word[3] < FOREIGN_APPLE ? SF_OS_IOS
                                               : SF_OS_ANDROID;
  device->browser = browser_of(device->os, habit.word[2]);
}

// First prefix of a region's share of the carriers' range.
#define REGION_COUNT (CARRIER_COUNT / (SF_REGION_COUNT - 1))
static uint32_t carrier_prefix(uint8_t city, uint32_t u) {
  return CARRIER_FIRST + (sf_city_region(city) - 1u) * REGION_COUNT + sf_below(u, REGION_COUNT);
}

void sf_devices_begin(struct sf_devices *devices, const struct sf_config *config,
                      const struct sf_customer *customer) {
  const struct sf_block draw = sf_draw(config->seed, customer->id, 0, SF_STREAM_DEVICE, 2);
  for (uint32_t kind = SF_DEVICE_PHONE; kind <= customer->devices; kind++) {
    const bool shared =
        (kind == SF_DEVICE_COMPUTER || kind == SF_DEVICE_TABLET) && draw.word[0] < SHARED_DEVICE;
    devices->device[kind] =
        make_device(config->seed, customer, shared ? customer->head : customer->id, kind, 0);
  }
  devices->new_phone_paid = 0;
  devices->replaced = INT64_MAX / 2;
  // Uniform over a span that the window covers in part.
  const double when = draw.word[1] * (PHONE_DAYS * SF_DAY * 0x1p-32);
  if (when < (double)config->days * SF_DAY) {
    devices->replaced = (int64_t)when;
    devices->new_phone = make_device(config->seed, customer, customer->id, SF_DEVICE_PHONE, 1);
  }
  devices->span = UINT32_MAX;
  const struct sf_block home = sf_draw(config->seed, customer->head, 1, SF_STREAM_NETWORK, 0);
  devices->home_prefix = carrier_prefix(customer->city, home.word[0]);
}

// The phone that a payment comes from.
static struct sf_device *phone_for(struct sf_devices *devices, const struct sf_event *event,
                                   int64_t paise) {
  if (event->time < devices->replaced) {
    return &devices->device[SF_DEVICE_PHONE];
  }
  if (event->mode == SF_PAYMENT_MODE_UPI && event->time < devices->replaced + NEW_DEVICE_SECONDS) {
    if (devices->new_phone_paid + paise > SF_UPI_NEW_DEVICE) {
      return &devices->device[SF_DEVICE_PHONE];
    }
    devices->new_phone_paid += paise;
  }
  return &devices->new_phone;
}

static bool works_in_office(const struct sf_customer *customer) {
  return customer->occupation == SF_OCCUPATION_SALARIED ||
         customer->occupation == SF_OCCUPATION_PROFESSIONAL ||
         customer->occupation == SF_OCCUPATION_GOVERNMENT;
}

// Networks change by spans of three hours: at home mostly that of the home, in
// the office on weekdays from 9 to 18, else a carrier's of the region.
#define SPAN_SECONDS 10800u
#define OFFICE_FROM 3u  // spans of a day
#define OFFICE_TO 6u
static uint32_t prefix_of(struct sf_devices *devices, const struct sf_world *world,
                          const struct sf_customer *customer, const struct sf_event *event,
                          uint8_t city) {
  const uint32_t span = event->time / SPAN_SECONDS;
  if (span != devices->span) {
    devices->span = span;
    const uint32_t key = (uint32_t)world->config.start_day * (SF_DAY / SPAN_SECONDS) + span;
    const struct sf_block draw =
        sf_draw(world->config.seed, customer->id, key, SF_STREAM_NETWORK, 1);
    devices->network = draw.word[0];
    devices->carrier = draw.word[1];
  }
  const uint32_t u = devices->network;
  const uint32_t of_day = span % (SF_DAY / SPAN_SECONDS);
  const bool at_work = works_in_office(customer) && !event->trip && of_day >= OFFICE_FROM &&
                       of_day < OFFICE_TO && !world->calendar.day[event->time / SF_DAY].is_weekend;
  if (u < SF_CHANCE(0.012)) {
    return open_network[u & 3];
  }
  if (at_work && u < SF_CHANCE(0.45)) {
    return OFFICE_FIRST + (sf_redraw(customer->id, 1) >> 23) % OFFICE_COUNT;
  }
  return !event->trip && u < SF_CHANCE(0.62) ? devices->home_prefix
                                             : carrier_prefix(city, devices->carrier);
}

// The network of a device that is not the customer's own: like theirs mostly a fixed one,
// else an open one or a carrier's where the customer is.
static uint32_t foreign_prefix(const struct sf_world *world, uint64_t device, uint32_t time,
                               uint8_t city) {
  const uint32_t span =
      (uint32_t)world->config.start_day * (SF_DAY / SPAN_SECONDS) + time / SPAN_SECONDS;
  const struct sf_block draw = sf_draw(world->config.seed, (uint32_t)device,
                                       (uint32_t)(device >> 32), SF_STREAM_NETWORK, 2 + span);
  const uint32_t u = draw.word[0];
  if (u < SF_CHANCE(0.012)) {
    return open_network[u & 3];
  }
  return carrier_prefix(city, u < SF_CHANCE(0.62) ? (uint32_t)(device >> 32) : draw.word[1]);
}

// UPI Lite needs no PIN: limit of a payment by date, paise.
static int64_t lite_most(int32_t day) { return day >= SF_LITE_NEW_DAY ? SF_LITE_NEW : SF_LITE_OLD; }

static uint8_t proof_of(const struct sf_event *event, int64_t paise, int32_t day, uint32_t u) {
  const uint32_t kind = u >> 24;
  switch (event->mode) {
    case SF_PAYMENT_MODE_UPI:
      return event->channel == SF_CHANNEL_POS && !event->fail && kind < 20 &&
                     paise <= lite_most(day)
                 ? SF_AUTH_METHOD_NONE
                 : SF_AUTH_METHOD_UPI_PIN;
    case SF_PAYMENT_MODE_CREDIT_CARD:
    case SF_PAYMENT_MODE_DEBIT_CARD:
      if (event->channel != SF_CHANNEL_POS) {
        return SF_AUTH_METHOD_OTP;
      }
      if (event->fail == SF_RESPONSE_CODE_WRONG_PIN) {
        return SF_AUTH_METHOD_PIN;
      }
      return paise <= SF_CONTACTLESS_MOST && kind < 140 ? SF_AUTH_METHOD_CONTACTLESS
             : kind >= 246                              ? SF_AUTH_METHOD_SIGNATURE
                                                        : SF_AUTH_METHOD_PIN;
    case SF_PAYMENT_MODE_CASH:
      return event->channel == SF_CHANNEL_ATM      ? SF_AUTH_METHOD_PIN
             : event->channel == SF_CHANNEL_BRANCH ? SF_AUTH_METHOD_SIGNATURE
                                                   : SF_AUTH_METHOD_NONE;
    case SF_PAYMENT_MODE_WALLET:
      return kind < 120   ? SF_AUTH_METHOD_NONE
             : kind < 220 ? SF_AUTH_METHOD_BIOMETRIC
                          : SF_AUTH_METHOD_OTP;
    default:
      return event->channel == SF_CHANNEL_BRANCH                ? SF_AUTH_METHOD_SIGNATURE
             : event->channel == SF_CHANNEL_MOBILE && kind < 90 ? SF_AUTH_METHOD_BIOMETRIC
                                                                : SF_AUTH_METHOD_OTP;
  }
}

static uint8_t device_type_of(const struct sf_event *event) {
  switch (event->channel) {
    case SF_CHANNEL_ONLINE:
      return SF_DEVICE_TYPE_WEB;
    case SF_CHANNEL_MOBILE:
      return SF_DEVICE_TYPE_MOBILE;
    case SF_CHANNEL_ATM:
      return SF_DEVICE_TYPE_ATM;
    case SF_CHANNEL_BRANCH:
      return SF_DEVICE_TYPE_BRANCH;
    default:
      // A code at the till is scanned with one's own phone.
      return event->device ? SF_DEVICE_TYPE_MOBILE : SF_DEVICE_TYPE_POS;
  }
}

void sf_flesh_devices(struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                      int64_t at) {
  const struct sf_world *world = flesh->world;
  const struct sf_customer *customer = &flesh->skeleton->customer;
  struct sf_devices *devices = &flesh->devices;
  for (uint32_t i = 0; i < count; i++) {
    flesh->key[i] = flesh->event[i]->ordinal;
  }
  world->lanes->philox(world->config.seed, customer->id, flesh->key, SF_STREAM_AUTHENTICATION, 0,
                       count, flesh->word[4], flesh->word[5], flesh->word[6], flesh->word[7]);
  for (uint32_t i = 0; i < count; i++) {
    const struct sf_event *event = flesh->event[i];
    const int64_t r = at + i;
    const int32_t day = world->config.start_day + (int32_t)(event->time / SF_DAY);
    const uint8_t type = device_type_of(event);
    batch->device_type[r] = type;
    batch->device_id[r] = 0;
    batch->app_version[r] = 0;
    batch->browser[r] = SF_BROWSER_NONE;
    batch->os[r] = SF_OS_NONE;
    batch->ip_prefix[r] = 0;
    batch->auth_method[r] = event->flags & SF_EVENT_UNATTENDED ? SF_AUTH_METHOD_NONE
                            : event->proof
                                ? (uint8_t)(event->proof - 1)
                                : proof_of(event, flesh->paise[i], day, flesh->word[4][i]);
    if (!event->device) {
      continue;
    }
    struct sf_device *device =
        event->device == SF_DEVICE_FOREIGN ? &flesh->story[event->story - 1].device
        : event->device == SF_DEVICE_PHONE ? phone_for(devices, event, flesh->paise[i])
                                           : &devices->device[event->device];
    batch->device_id[r] = device->id;
    batch->os[r] = device->os;
    if (type == SF_DEVICE_TYPE_WEB) {
      batch->browser[r] = device->browser;
    } else {
      if (device->app_day != day) {
        device->app_day = day;
        device->app_version = sf_app_version(day, device->lag);
      }
      batch->app_version[r] = device->app_version;
    }
    const uint32_t prefix = event->device == SF_DEVICE_FOREIGN
                                ? foreign_prefix(world, device->id, event->time, batch->city[r])
                                : prefix_of(devices, world, customer, event, batch->city[r]);
    batch->ip_prefix[r] = prefix;
  }
}

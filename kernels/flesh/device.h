#ifndef SF_KERNELS_FLESH_DEVICE_H
#define SF_KERNELS_FLESH_DEVICE_H

#include <stdint.h>

#include "kernels/activity/mode.h"
#include "kernels/population/customer.h"

// One device as the payment systems see it.
struct sf_device {
  uint64_t id;           // not 0
  uint32_t lag;          // quantile of how late it takes up app versions
  uint8_t os;            // enum sf_os
  uint8_t browser;       // enum sf_browser, of web sessions
  uint16_t app_version;  // on `app_day`
  int32_t app_day;       // days since 1970-01-01
};

#define SF_DEVICE_KINDS (SF_DEVICE_TABLET + 1)

// The devices of a customer. The phone may be replaced once in the window.
struct sf_devices {
  struct sf_device device[SF_DEVICE_KINDS];
  struct sf_device new_phone;
  int64_t replaced;        // when, s since local midnight of the first day; past the end: never
  int64_t new_phone_paid;  // paise by UPI from the new phone in its first day
  // Network in use, kept for a span of hours: draws of its kind and of the carrier's.
  uint32_t span, network, carrier;
  uint32_t home_prefix;
};

// A device that belongs to none of the customers: a fraudster's, by a key that
// those who meet it share.
void sf_device_foreign(struct sf_device *device, uint64_t seed, uint64_t key);

void sf_devices_begin(struct sf_devices *devices, const struct sf_config *config,
                      const struct sf_customer *customer);

#endif

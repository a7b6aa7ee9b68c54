#ifndef SF_KERNELS_ACTIVITY_MODE_H
#define SF_KERNELS_ACTIVITY_MODE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/activity/event.h"
#include "kernels/population/customer.h"
#include "kernels/world/calendar.h"

// Categories whose online purchases are goods that are sent to an address.
#define SF_DELIVERED_CATEGORIES                                                            \
  (1u << SF_CATEGORY_GROCERIES | 1u << SF_CATEGORY_SHOPPING | 1u << SF_CATEGORY_CLOTHING | \
   1u << SF_CATEGORY_ELECTRONICS | 1u << SF_CATEGORY_HOME_GARDEN | 1u << SF_CATEGORY_GIFTS)

// Chooses how a payment to a merchant is made from its amount (event->level),
// the customer and the place of sale, and sets mode, channel, instrument and
// device. `u` and `v` are two draws.
void sf_mode_pick(const struct sf_customer *customer, const struct sf_day *date,
                  struct sf_event *event, bool online, uint32_t u, uint32_t v);

// Sets channel and device of a payment that is made without a merchant's
// terminal: on the phone, or on the web where the customer has a computer.
void sf_device_pick(const struct sf_customer *customer, struct sf_event *event, uint32_t v);

// Devices of a customer by index.
enum {
  SF_DEVICE_NONE,
  SF_DEVICE_PHONE,
  SF_DEVICE_COMPUTER,
  SF_DEVICE_SECOND_PHONE,
  SF_DEVICE_TABLET,
  SF_DEVICE_FOREIGN  // that of a story: somebody else's
};

#endif

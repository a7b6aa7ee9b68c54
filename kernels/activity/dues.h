#ifndef SF_KERNELS_ACTIVITY_DUES_H
#define SF_KERNELS_ACTIVITY_DUES_H

#include "kernels/activity/skeleton.h"

// Sources of event.h for what the members of a circle pay, and what the collector gets
// and passes on.
enum {
  SF_SOURCE_DUES_OUT = 14,
  SF_SOURCE_DUES_IN = 15,
  SF_SOURCE_DUES_SPENT = 16,
};

// What a sender moves by UPI in dues on one day at most, paise; one payment.
#define SF_DUES_UPI_MOST 1000000

// Appends the dues that the customer pays or collects.
void sf_dues_build(struct sf_skeleton *skeleton);

#endif

#ifndef SF_KERNELS_ACTIVITY_SPREE_H
#define SF_KERNELS_ACTIVITY_SPREE_H

#include "kernels/activity/skeleton.h"

// Sources of event.h: purchases of a spree; and, added to that of another event, the
// same payment made twice.
enum {
  SF_SOURCE_SPREE = 17,
  SF_SOURCE_REPEAT = 224,
};

// Appends runs of small payments to one merchant (games), checks of a card before a
// subscription, and large purchases on a card that was not used for long.
void sf_sprees_build(struct sf_skeleton *skeleton);

// Appends the same payment as the event once more, 20 s to eight minutes later: a
// terminal that timed out, or the same again. `u` is a draw.
void sf_repeat_add(struct sf_skeleton *skeleton, uint32_t event, uint32_t u);

#endif

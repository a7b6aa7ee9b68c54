#ifndef SF_KERNELS_FRAUD_COMPROMISE_H
#define SF_KERNELS_FRAUD_COMPROMISE_H

#include <stdbool.h>

#include "kernels/fraud/story.h"

// Points of compromise: merchants whose card payments leaked for a time, at a
// skimmed terminal or from a shop's data base.

// Days for which a merchant leaks, and in which those who were there may meet.
#define SF_COMPROMISE_DAYS 180u

// The honest card payment that exposed the customer, before story->begin: at a
// terminal, or online. Customers who have visited the same merchants mostly agree on
// the one that leaked. SF_NO_EVENT if there is none.
uint32_t sf_compromise_exposure(const struct sf_story *story, bool online);

// The last payment of the kind to a merchant inside from <= time < before.
uint32_t sf_compromise_visit(const struct sf_story *story, bool online, uint32_t merchant,
                             uint32_t from, uint32_t before);

// Nominates the story for the ring of the merchant that exposed it; false, with the
// story unchanged, where none did.
bool sf_compromise_nominate(struct sf_story *story, struct sf_nomination *nomination, bool online);

// The exposure of a story as told: that of the membership, or of a story that stands
// alone. SF_NO_EVENT if there is none.
uint32_t sf_compromise_of(const struct sf_story *story, bool online);

#endif

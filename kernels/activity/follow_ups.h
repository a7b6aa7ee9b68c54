#ifndef SF_KERNELS_ACTIVITY_FOLLOW_UPS_H
#define SF_KERNELS_ACTIVITY_FOLLOW_UPS_H

#include "kernels/random/stream.h"

// Failures per 100,000 payments that sf_failure_of gives at most; draws from
// SF_FAILURE on are none.
#define SF_FAILURES_PER_100000 8550u
#define SF_FAILURE (SF_CHANCE(SF_FAILURES_PER_100000 / 100000.0) + 1u)

#endif

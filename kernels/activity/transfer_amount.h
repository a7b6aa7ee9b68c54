#ifndef SF_KERNELS_ACTIVITY_TRANSFER_AMOUNT_H
#define SF_KERNELS_ACTIVITY_TRANSFER_AMOUNT_H

#include <stdint.h>

// What people send: hundreds from 500 rupees up, tens below, sometimes the exact
// sum. `paise` is what they have in mind, `u` a draw; at least one rupee, whole
// rupees in paise.
int64_t sf_transfer_round(double paise, uint32_t u);

#endif

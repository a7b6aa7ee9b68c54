#ifndef SF_KERNELS_ACTIVITY_TRANSFER_AMOUNT_H
#define SF_KERNELS_ACTIVITY_TRANSFER_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

// Level (log2 of paise, Q16) of what is sent at a draw `u`: of a large transfer from
// 2,000 rupees to the level `most`, of a small one up to 2,000. `shift` is added to the
// median.
int32_t sf_transfer_level(int32_t shift, int32_t most, bool large, uint32_t u);

// What people send: hundreds from 500 rupees up, tens below, sometimes the exact
// sum. `paise` is what they have in mind, less than 2^38, `u` a draw; at least one
// rupee, whole rupees in paise.
int64_t sf_transfer_round(double paise, uint32_t u);

#endif

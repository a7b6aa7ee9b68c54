#ifndef SF_KERNELS_FLESH_AMOUNT_H
#define SF_KERNELS_FLESH_AMOUNT_H

#include <stdint.h>

#include "kernels/activity/event.h"

// The price of a payment to a merchant on the lattice that people meet: from
// the amount in paise before rounding and a draw (word 1 of the event's block of
// SF_STREAM_AMOUNT; word 0 rounds 2^level).
int64_t sf_amount_priced(const struct sf_event *event, double paise, uint32_t u);

// Part `share` of 65,536 of an amount that was paid, in whole rupees, at least one
// paisa; 0 stands for all.
static inline int64_t sf_amount_part(int64_t paise, uint16_t share) {
  const int64_t part = (paise * share >> 16) / 100 * 100;
  return share == 0 || part == 0 ? paise : part;
}

// Shares up to this one from 32,768 are within 2 %.
#define SF_AMOUNT_SAME 20971

// An amount near another that was paid, which ends as that one does where the difference
// allows: off by (share - 32768) / 2^20 of it rounded down if that is at most 2 %, else up, to
// 6.2 % at most above 50 rupees.
int64_t sf_amount_near(int64_t paise, uint16_t share);

#endif

#ifndef SF_KERNELS_ACTIVITY_TRANSFER_DAYS_H
#define SF_KERNELS_ACTIVITY_TRANSFER_DAYS_H

#include <stdint.h>

#include "kernels/activity/contacts.h"

// Whose day it is: each day of a sender belongs to one contact or, as slot SF_CONTACTS,
// to payees outside the corpus. A block of draws of sender and group decides 32 days.
#define SF_DAY_GROUP 32u

// Days of a contact, of 16: first sixteenth and number, about as its transfers.
static const uint8_t sf_day_share[SF_CONTACTS + 1][2] = {{0, 3},  {3, 2},  {5, 2},  {7, 2}, {9, 1},
                                                         {10, 1}, {11, 1}, {12, 1}, {13, 3}};

// Owners of a group's 32 days, sixteen days to a word and four bits to a day.
struct sf_day_owners {
  uint64_t word[2];
};
#define SF_EVERY_DAY 0x1111111111111111u

// Days of a slot's contact: bit 4 d + 3 of a word for its day d.
static inline struct sf_day_owners sf_days_of(uint32_t slot, struct sf_day_owners owners) {
  struct sf_day_owners own = {{0, 0}};
  for (uint32_t w = 0; w < 2; w++) {
    for (uint32_t i = 0; i < sf_day_share[slot][1]; i++) {
      // A nibble of x is zero where the day's owner is the one asked for.
      const uint64_t x = owners.word[w] ^ (sf_day_share[slot][0] + i) * SF_EVERY_DAY;
      own.word[w] |= ~(((x & 7 * SF_EVERY_DAY) + 7 * SF_EVERY_DAY) | x | 7 * SF_EVERY_DAY);
    }
  }
  return own;
}

// The first day of the set from day `from` on, around the end; the set is not empty.
static inline uint32_t sf_next_day(const struct sf_day_owners *own, uint32_t from) {
  const uint32_t w = from / 16;
  const uint64_t rest = own->word[w] & ~(uint64_t)0 << 4 * (from % 16);
  if (rest) {
    return 16 * w + (uint32_t)__builtin_ctzll(rest) / 4;
  }
  const uint32_t other = own->word[1 - w] ? 1 - w : w;
  return 16 * other + (uint32_t)__builtin_ctzll(own->word[other]) / 4;
}

#endif

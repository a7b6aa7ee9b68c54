#ifndef SF_KERNELS_ACTIVITY_TRANSFER_ROWS_H
#define SF_KERNELS_ACTIVITY_TRANSFER_ROWS_H

#include <stdint.h>

#include "kernels/activity/skeleton.h"

// A transfer from customer to customer, or to a payee outside the corpus, by the draws
// that both sides know.
struct sf_transfer {
  int32_t day;
  uint32_t second;
  uint8_t mode;
  int64_t paise;
  uint32_t u;  // a draw for what becomes of it
};

// Appends the row of the skeleton's customer, who is one of both sides; `to` is 0 for a
// payee outside. `number` is unique for the pair. The receiver has no row of what fails
// or hangs.
void sf_transfer_add(struct sf_skeleton *skeleton, uint32_t from, uint32_t to, uint32_t number,
                     const struct sf_transfer *transfer);

#endif

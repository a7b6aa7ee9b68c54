#ifndef SF_KERNELS_CHECK_PAIRING_H
#define SF_KERNELS_CHECK_PAIRING_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/schema/schema.h"

// Transfers between two customers have a row on each side. Whether they agree is
// seen in constant memory: the sum of hash(from, to, timestamp, paise) over the
// approved debits must equal that over the credits. A wrong corpus passes with
// a chance of 2^-64.
struct sf_pairing {
  uint64_t debits, credits;  // sums of hashes modulo 2^64
  uint64_t debit_rows, credit_rows;
};

// Takes in a row; only approved transfers with a counterparty count. Sums of
// parts add up.
void sf_pairing_add(struct sf_pairing *pairing, const struct sf_transactions *batch, int64_t row);

static inline bool sf_pairing_agrees(const struct sf_pairing *pairing) {
  return pairing->debits == pairing->credits && pairing->debit_rows == pairing->credit_rows;
}

#endif

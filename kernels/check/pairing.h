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

// Takes in one side of something that two hold: on the side of the debits, or of
// the credits.
void sf_pairing_add_side(struct sf_pairing *pairing, bool is_debit, uint64_t from, uint64_t to,
                         int64_t timestamp, double rupees);

// Takes in a row; only approved transfers with a counterparty count. Sums of
// parts add up.
void sf_pairing_add(struct sf_pairing *pairing, const struct sf_transactions *batch, int64_t row);

// The two sides of the links of rings: the transfers of fraud in a ring of mules,
// and the edges of /ring_links. `rings` are all rings, row i is ring i + 1.
struct sf_link_pairing {
  struct sf_pairing sources, targets;  // debits: rows; credits: links
};
void sf_link_pairing_add_row(struct sf_link_pairing *pairing, const struct sf_transactions *batch,
                             const struct sf_labels *labels, const struct sf_rings *rings,
                             int64_t row);
void sf_link_pairing_add_link(struct sf_link_pairing *pairing, const struct sf_ring_links *links,
                              int64_t link);

static inline bool sf_pairing_agrees(const struct sf_pairing *pairing) {
  return pairing->debits == pairing->credits && pairing->debit_rows == pairing->credit_rows;
}

#endif

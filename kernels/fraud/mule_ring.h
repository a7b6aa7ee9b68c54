#ifndef SF_KERNELS_FRAUD_MULE_RING_H
#define SF_KERNELS_FRAUD_MULE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/fraud/ring.h"

// Rings of mules: money of victims comes in from outside the corpus (stage 0),
// passes through the members by transfers and leaves it again. Shapes:
//
//   mule_fan_in      outside -> each mule -> the collector -> outside
//   mule_fan_out     outside -> the source -> each mule -> outside
//   mule_chain       outside -> source -> mule -> ... -> beneficiary, up to 3 times
//   mule_cycle       outside -> collector -> mule -> ... -> the collector -> outside
//   scatter_gather   outside -> source -> each mule -> the collector -> outside
//
// Members who pass money on keep 2 to 18 % of what came in before; nobody sends
// what has not come. Chains and cycles have at most SF_MULE_CHAIN_MAX members.
#define SF_MULE_CHAIN_MAX 12u

// Most links of a ring of n members, and most of one member (n up to SF_RING_MAX).
#define SF_MULE_LINKS_MAX(n) (8u * (n))
#define SF_MULE_SIDES_MAX 250u

// Most links of a mule that stands alone.
#define SF_MULE_ALONE_MAX 24u

// Deals a ring to n = SF_RING_MIN .. SF_RING_MAX nominations of one key: shape,
// roles, and links in order of time with distinct seconds in start .. end-1 (at
// least a day, cut at the end of the corpus). `nomination_key` is the key under
// which the members met and `ring_key` the ring's own. A twin is a benign ring of
// the same shapes: dues of a housing society, a savings group, a family that shares
// what one of them gets.
//
// Fills member[i] for nomination[i], shape [n]: all but ring_id, with a candidate
// whose rows, firing rows and span are those of its links; and link, room for
// SF_MULE_LINKS_MAX(n). Returns the number of links. Pure.
uint32_t sf_mule_ring_deal(const struct sf_config *config, uint64_t ring_key,
                           uint64_t nomination_key, bool twin,
                           const struct sf_nomination *nomination, uint32_t n, uint32_t start,
                           uint32_t end, struct sf_membership *member, struct sf_link *link);

// The same for a customer alone, all of whose counterparties are outside the corpus:
// several inflows, each sent on. Of the nomination customer, number, camouflage and upi_days
// are asked.
uint32_t sf_mule_alone_deal(const struct sf_config *config, const struct sf_nomination *nomination,
                            bool twin, uint32_t start, uint32_t end,
                            struct sf_link link[SF_MULE_ALONE_MAX]);

// Whether the debit link[i] of a customer fires the naive rule: with it, the
// customer has sent more than 0.8 of what came in over the links of the last 24 hours.
// `link` are at least the customer's links, in order of time.
bool sf_mule_link_fires(const struct sf_link *link, uint32_t i, uint32_t customer);

#endif

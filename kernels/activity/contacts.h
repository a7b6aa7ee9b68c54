#ifndef SF_KERNELS_ACTIVITY_CONTACTS_H
#define SF_KERNELS_ACTIVITY_CONTACTS_H

#include <stdint.h>

#include "kernels/config.h"

// Who sends money to whom. Every customer has SF_CONTACTS contacts to send to,
// one in each slot, and one customer who sends through each slot: slot k is a
// keyed permutation of the ids of a community, so that both ends of a transfer
// can name the other without asking. Communities are runs of 16, 256 and 4,096
// ids (the last short one joins its neighbour), and everybody.
#define SF_CONTACTS 8u

struct sf_contact_pair {
  uint32_t receiver;  // whom the customer sends to, 0 = nobody
  uint32_t sender;    // who sends to the customer, 0 = nobody
};

// `slot` < SF_CONTACTS.
struct sf_contact_pair sf_contact(const struct sf_config *config, uint32_t customer, uint32_t slot);

#endif

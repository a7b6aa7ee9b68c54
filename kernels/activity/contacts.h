#ifndef SF_KERNELS_ACTIVITY_CONTACTS_H
#define SF_KERNELS_ACTIVITY_CONTACTS_H

#include <stdint.h>

#include "kernels/activity/circles.h"
#include "kernels/config.h"
#include "kernels/random/permutation.h"

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

// The permutations in use: neighbours share them, so that they are made once
// for a run of customers. Zero before the first use.
struct sf_contacts {
  struct sf_contact_ring {
    struct sf_permutation permutation;
    uint32_t first, members;  // the community holds the ids first .. first+members-1
  } ring[SF_CONTACTS];
  struct sf_circles circles;
};

// `slot` < SF_CONTACTS. `contacts` changes nothing but the time it takes; it
// must be used with one configuration only.
struct sf_contact_pair sf_contact(struct sf_contacts *contacts, const struct sf_config *config,
                                  uint32_t customer, uint32_t slot);

#endif

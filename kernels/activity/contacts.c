#include "kernels/activity/contacts.h"

#include "kernels/random/permutation.h"

static const uint32_t community_size[SF_CONTACTS] = {16, 16, 16, 256, 256, 256, 4096, 0};

static void enter_community(struct sf_contact_ring *ring, const struct sf_config *config,
                            uint32_t customer, uint32_t slot) {
  const uint32_t all = config->customers;
  const uint32_t size = community_size[slot] ? community_size[slot] : all;
  const uint32_t communities = all / size ? all / size : 1;
  const uint32_t own = (customer - 1) / size;
  const uint32_t community = own < communities ? own : communities - 1;
  ring->first = community * size + 1;
  ring->members = community == communities - 1 ? all - ring->first + 1 : size;
  ring->permutation = sf_permutation_make(config->seed, SF_STREAM_CONTACT,
                                          (uint64_t)slot << 32 | community, ring->members);
}

struct sf_contact_pair sf_contact(struct sf_contacts *contacts, const struct sf_config *config,
                                  uint32_t customer, uint32_t slot) {
  struct sf_contact_ring *ring = &contacts->ring[slot];
  if (customer - ring->first >= ring->members) {
    enter_community(ring, config, customer, slot);
  }
  const uint32_t member = customer - ring->first;
  struct sf_contact_pair pair = {
      ring->first + sf_permutation_apply(&ring->permutation, member),
      ring->first + sf_permutation_invert(&ring->permutation, member),
  };
  // A fixed point has nobody in this slot, in either direction.
  pair.receiver = pair.receiver == customer ? 0 : pair.receiver;
  pair.sender = pair.sender == customer ? 0 : pair.sender;
  return pair;
}

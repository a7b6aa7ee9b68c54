#include "kernels/activity/contacts.h"

#include "kernels/random/permutation.h"

static const uint32_t community_size[SF_CONTACTS] = {16, 16, 16, 256, 256, 256, 4096, 0};

struct sf_contact_pair sf_contact(const struct sf_config *config, uint32_t customer,
                                  uint32_t slot) {
  const uint32_t all = config->customers;
  const uint32_t size = community_size[slot] ? community_size[slot] : all;
  const uint32_t communities = all / size ? all / size : 1;
  const uint32_t own = (customer - 1) / size;
  const uint32_t community = own < communities ? own : communities - 1;
  const uint32_t first = community * size;
  const uint32_t members = community == communities - 1 ? all - first : size;
  const struct sf_permutation permutation = sf_permutation_make(
      config->seed, SF_STREAM_CONTACT, (uint64_t)slot << 32 | community, members);
  const uint32_t member = customer - 1 - first;
  struct sf_contact_pair pair = {
      first + 1 + sf_permutation_apply(&permutation, member),
      first + 1 + sf_permutation_invert(&permutation, member),
  };
  // A fixed point has nobody in this slot, in either direction.
  pair.receiver = pair.receiver == customer ? 0 : pair.receiver;
  pair.sender = pair.sender == customer ? 0 : pair.sender;
  return pair;
}

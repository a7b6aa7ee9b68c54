#ifndef SF_KERNELS_FRAUD_RING_ASSEMBLY_H
#define SF_KERNELS_FRAUD_RING_ASSEMBLY_H

#include "kernels/fraud/mule_ring.h"
#include "kernels/fraud/ring.h"
#include "kernels/status.h"
#include "kernels/world.h"

// What the owner of some ring keys makes of all nominations for them. A pure
// function of the set of nominations: the order they arrive in changes nothing.

// A ring. One of size 1 is a candidate that found no others: its story stands
// alone, without a ring_id.
struct sf_ring {
  uint64_t ring, key;
  uint64_t priority;
  uint32_t ring_id;  // 0 until accepted, and for twins and rings of size 1
  uint16_t number;   // of a member's story, for typology and twin
  uint8_t type;      // enum sf_ring_type
  bool accepted;
  uint32_t size;
  int64_t first_member;  // in sf_assembly.member
  int64_t first_link, links;
  uint32_t start, end;     // span of the rows of all members
  uint32_t fraud_rows[2];  // sums over members
  uint32_t fires;
  int64_t net;
  uint64_t shared_device;  // 0 = none
  uint32_t shared_merchant;
};

struct sf_assembly {
  struct sf_ring *ring;  // in order of (key, place under the key)
  struct sf_membership *member;
  struct sf_link *link;
  int64_t rings, members, links;
  int64_t ring_room, member_room, link_room;
};

// Sorts `nomination` (shape [count], may be reordered) and fills `assembly`,
// zero before; freed by sf_assembly_free. Errors: SF_MEMORY.
enum sf_status sf_rings_assemble(const struct sf_world *world, struct sf_nomination *nomination,
                                 int64_t count, struct sf_assembly *assembly,
                                 struct sf_error *error);
void sf_assembly_free(struct sf_assembly *assembly);

#endif

#ifndef SF_KERNELS_FRAUD_RING_H
#define SF_KERNELS_FRAUD_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/random/stream.h"
#include "kernels/schema/enums.h"

// Rings: several customers in one campaign. Customers live on different ranks,
// so a ring is formed by an exchange of fixed records (mpi/fraud_plan.h):
// nominations go to the owner of their key, which cuts them into rings and deals
// out memberships and links; these go back to the owners of the customers. All
// functions here are pure: the exchange only carries.

// What kind of ring a typology forms. Mules choose among the five shapes of
// transfer graphs (enum sf_ring_type).
enum sf_ring_family {
  SF_RING_FAMILY_NONE,
  SF_RING_FAMILY_SHARED_DEVICE,
  SF_RING_FAMILY_SHARED_MERCHANT,
  SF_RING_FAMILY_SHARED_LOCATION,
  SF_RING_FAMILY_MULE,
  SF_RING_FAMILY_SYNTHETIC_FAMILY,
  SF_RING_FAMILY_COMPROMISE_POINT,
};

// Times are seconds since local midnight of the first day.
#define SF_RING_MIN 3u
#define SF_RING_MAX 50u  // but for compromise points

// What the plan knows of a story that a customer may have.
struct sf_candidate {
  uint64_t priority;  // smaller ones are accepted first
  uint32_t customer;
  uint16_t number;         // of the story (typology.h): typology and twin too
  uint8_t second;          // typology of the second leg of a chain, 0 = none
  uint8_t combination;     // enum sf_combination
  uint32_t start, end;     // span of its rows, of what they refer to and of what it takes away
  uint32_t exposure;       // time of the honest row that exposed the victim, 0 = none
  uint16_t fraud_rows[2];  // by leg; 0 for twins
  uint16_t fires;          // rows that fire the naive rule
  int16_t net;             // rows added less honest rows taken away
  uint8_t takes_away;      // 1: honest rows do not happen
  uint8_t unused[3];
};

// A candidate that wants to be in a ring, and what the ring must know of it.
// The ring's shared things (device, merchant, drop city, whether it is
// coordinated and when) follow from its key (sf_ring_draw), so that a story can be
// told, and its rows counted, before the ring is assembled; but for
// mules, whose transfers the ring deals out inside start .. end.
struct sf_nomination {
  struct sf_candidate candidate;
  uint64_t key;         // of rings that it may join
  uint32_t draw;        // order among those of a key
  uint32_t merchant;    // compromised merchant, 0 = none
  uint32_t exposure;    // when it was visited
  uint32_t camouflage;  // of the story, Q16
  uint8_t city;         // home
  uint8_t shown;        // 1: the story shows what its ring shares
  uint8_t unused[2];
  uint32_t upi_days;  // of the slot, bit by day: those that leave room by UPI (sf_own_upi_days)
};

// A member's part in a ring. Fixed layout, no padding.
struct sf_membership {
  uint64_t key;   // of the nominations: all that decides how many rows there are
  uint64_t ring;  // of the ring itself: its device, its merchant
  struct sf_candidate candidate;
  uint32_t ring_id;         // row of `rings` + 1; 0 for twins and before acceptance
  uint32_t size, position;  // members, and which one this is: 0 .. size-1
  uint32_t start, end;      // window of the ring: of all its rows
  uint32_t camouflage;      // of the ring, Q16
  uint32_t merchant;        // compromised or shared merchant, 0 = none
  uint32_t exposure;        // when this member visited it
  uint32_t links;           // of this member
  uint32_t head;            // customer of the first member, whose home a family shares
  uint32_t spare;           // 0
  uint8_t type;             // enum sf_ring_type
  uint8_t role;             // enum sf_member_role
  uint8_t city;             // shared place, 0 = none
  uint8_t shown;            // 1: the story shows what the ring shares
};

// A directed edge of a ring. Both ends compute their row from it.
struct sf_link {
  uint64_t ring;
  uint32_t source, target;  // customers; 0 = outside the corpus (no row there)
  uint32_t time;
  uint32_t number;                        // of the link in its ring: 0, 1, ...
  int64_t paise;                          // 0 = not a transfer
  uint16_t source_number, target_number;  // of the stories at both ends
  uint8_t mode;                           // enum sf_payment_mode
  uint8_t stage;                          // 0 = into the ring, rising towards the beneficiary
  uint8_t source_role, target_role;       // enum sf_role of the two rows
};

struct sf_story;

// Key of rings: 64 bits that agree for those who may meet. Typologies that form
// the same kind of ring never meet.
uint64_t sf_ring_key(uint64_t seed, uint16_t number, uint32_t cell, uint32_t slot, uint32_t salt);

// Sets key and window of a nomination from story->begin: those of the same
// typology, cell (a city, a merchant; one of about `cells`) and slot of
// `slot_days` days may meet. Makes the story one of a coordinated ring, with a new
// story->begin, if the key says so.
void sf_nominate(struct sf_story *story, struct sf_nomination *nomination, uint32_t cell,
                 double cells, uint32_t slot_days);

// How often some 96 candidates of the story's typology meet in a cell and slot, where there
// are `cells` cells like it; at least 1.
uint32_t sf_meetings(const struct sf_story *story, double cells, uint32_t slot_days);

// A key that candidates of the story's typology, cell and slot have in common, chosen by the
// draw `u`: some 96 of them where there are `cells` cells like it, more where fewer are used.
uint64_t sf_meeting_key(const struct sf_story *story, uint32_t cell, double cells,
                        uint32_t slot_days, uint32_t u);

// Key of the device that a member's fraudster uses: one device serves
// size^(1 - c^2) members, neighbours by position.
uint64_t sf_ring_device_key(const struct sf_membership *member);

// Draw block of a ring, by its key and purpose (0 .. 4095).
struct sf_block sf_ring_draw(uint64_t seed, uint64_t key, uint32_t purpose);

#endif

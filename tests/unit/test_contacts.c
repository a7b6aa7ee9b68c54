#include <criterion/criterion.h>
#include <stdlib.h>

#include "kernels/activity/contacts.h"

static const uint32_t sizes[] = {1, 2, 3, 15, 16, 17, 31, 32, 33, 100, 255, 256, 511, 512, 5000};
#define SIZES (sizeof sizes / sizeof sizes[0])

// Customers of a community of the slot, by the words of contacts.h.
static const uint32_t community[SF_CONTACTS] = {16, 16, 16, 256, 256, 256, 4096, UINT32_MAX};

// With no memory of other customers.
static struct sf_contact_pair contact(const struct sf_config *config, uint32_t customer,
                                      uint32_t slot) {
  struct sf_contacts contacts = {0};
  return sf_contact(&contacts, config, customer, slot);
}

// First and last id of the community of a customer.
static void bounds(uint32_t customers, uint32_t customer, uint32_t slot, uint32_t *first,
                   uint32_t *last) {
  const uint32_t size = community[slot];
  *first = (customer - 1) / size * size + 1;
  *last = customers - *first < size ? customers : *first + size - 1;
  // The last short one joins its neighbour.
  if (*last == customers && customers - *first + 1 < size && *first > size) {
    *first -= size;
  } else if (customers - *last < size) {
    *last = customers;
  }
}

Test(contacts, sender_and_receiver_name_each_other) {
  for (size_t n = 0; n < SIZES; n++) {
    const struct sf_config config = {.seed = 7, .customers = sizes[n]};
    for (uint32_t slot = 0; slot < SF_CONTACTS; slot++) {
      for (uint32_t id = 1; id <= sizes[n]; id++) {
        const struct sf_contact_pair pair = contact(&config, id, slot);
        cr_assert(pair.receiver <= sizes[n] && pair.sender <= sizes[n]);
        cr_assert(pair.receiver != id && pair.sender != id, "%u pays himself in slot %u", id, slot);
        cr_assert((pair.receiver == 0) == (pair.sender == 0), "%u is half a fixed point", id);
        if (pair.receiver) {
          cr_assert_eq(contact(&config, pair.receiver, slot).sender, id, "N %u slot %u id %u",
                       sizes[n], slot, id);
          cr_assert_eq(contact(&config, pair.sender, slot).receiver, id, "N %u slot %u id %u",
                       sizes[n], slot, id);
        }
      }
    }
  }
}

Test(contacts, stay_in_their_community) {
  for (size_t n = 0; n < SIZES; n++) {
    const struct sf_config config = {.seed = 7, .customers = sizes[n]};
    for (uint32_t slot = 0; slot < SF_CONTACTS; slot++) {
      for (uint32_t id = 1; id <= sizes[n]; id++) {
        const struct sf_contact_pair pair = contact(&config, id, slot);
        uint32_t first, last;
        bounds(sizes[n], id, slot, &first, &last);
        cr_assert(!pair.receiver || (pair.receiver >= first && pair.receiver <= last),
                  "N %u slot %u: %u pays %u outside %u..%u", sizes[n], slot, id, pair.receiver,
                  first, last);
      }
    }
  }
}

// Nearly everybody has somebody in every slot, and contacts of a slot tell
// nothing of those of another slot, community or seed: of n equal places one is
// hit by chance.
Test(contacts, of_slots_communities_and_seeds_are_unlike) {
  const struct sf_config config = {.seed = 7, .customers = 4096};
  const struct sf_config other = {.seed = 8, .customers = 4096};
  for (uint32_t slot = 0; slot < SF_CONTACTS; slot++) {
    uint32_t alone = 0, next_slot = 0, neighbours = 0, seeds = 0;
    for (uint32_t id = 1; id <= config.customers; id++) {
      const uint32_t to = contact(&config, id, slot).receiver;
      alone += to == 0;
      next_slot += to && to == contact(&config, id, (slot + 1) % SF_CONTACTS).receiver;
      seeds += to && to == contact(&other, id, slot).receiver;
      if (slot < 6 && to && id + community[slot] <= config.customers) {
        neighbours += contact(&config, id + community[slot], slot).receiver == to + community[slot];
      }
    }
    // One in 16 or fewer: 256 of 4,096 and six standard deviations.
    cr_expect(alone < 350, "slot %u: %u have nobody", slot, alone);
    cr_expect(next_slot < 350, "slot %u: %u contacts are those of the next", slot, next_slot);
    cr_expect(neighbours < 350, "slot %u: %u contacts repeat next door", slot, neighbours);
    cr_expect(seeds < 350, "slot %u: %u contacts do not depend on the seed", slot, seeds);
  }
}

// The permutations kept from customers before change nothing, in any order.
Test(contacts, do_not_depend_on_customers_asked_for_before) {
  for (size_t n = 0; n < SIZES; n++) {
    const struct sf_config config = {.seed = 7, .customers = sizes[n]};
    struct sf_contacts contacts = {0};
    for (uint32_t i = 0; i < 2000; i++) {
      const uint32_t id = 1 + (i % 3 ? i : i * 2654435761u >> 8) % sizes[n];
      const uint32_t slot = i / 3 % SF_CONTACTS;
      const struct sf_contact_pair kept = sf_contact(&contacts, &config, id, slot);
      const struct sf_contact_pair fresh = contact(&config, id, slot);
      cr_assert(kept.receiver == fresh.receiver && kept.sender == fresh.sender,
                "N %u slot %u id %u", sizes[n], slot, id);
    }
  }
}

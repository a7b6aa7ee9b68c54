#ifndef SF_KERNELS_FLESH_ACCOUNT_H
#define SF_KERNELS_FLESH_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/activity/event.h"
#include "kernels/population/customer.h"

// The state of a customer's account between two rows; money in paise.
struct sf_account {
  int64_t balance;
  int64_t card_used, card_limit;
  int64_t previous_time;  // of the row before, s since local midnight of the first day; < 0: none
  uint32_t day;           // of the running totals
  uint32_t day_rows;
  int64_t day_debits;
  // Set of merchants and payees seen, open addressing; entries of another
  // generation are empty, so that nothing need be cleared between customers.
  struct sf_seen {
    uint64_t key;
    uint32_t generation;
  } * seen;  // shape [mask + 1 at most `capacity`]
  uint32_t mask, capacity, generation;
  int64_t *paid;  // shape [events]: amount of each event, by creation
};

// Starts a customer with `events` rows. Needs capacity >= 2 * events, a power of two.
void sf_account_begin(struct sf_account *account, uint64_t seed, const struct sf_customer *customer,
                      uint32_t events);

// True if the key was not in the set; puts it there.
bool sf_account_is_new(struct sf_account *account, uint64_t key);

// Keys of the set.
static inline uint64_t sf_seen_merchant(uint32_t merchant) { return 1ull << 32 | merchant; }
static inline uint64_t sf_seen_contact(uint32_t customer) { return 2ull << 32 | customer; }
static inline uint64_t sf_seen_payee(uint32_t payee) { return 3ull << 32 | payee; }

// Outcome of a row (enum sf_response_code, enum sf_status_code), by the account
// before it; the account is then as after it.
void sf_account_settle(struct sf_account *account, const struct sf_event *event, int64_t paise,
                       uint8_t *status, uint8_t *response);

#endif

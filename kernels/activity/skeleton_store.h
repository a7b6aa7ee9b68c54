#ifndef SF_KERNELS_ACTIVITY_SKELETON_STORE_H
#define SF_KERNELS_ACTIVITY_SKELETON_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/activity/skeleton.h"

// Skeletons as sf_skeleton_build left them, one customer behind the other: to copy one
// back takes a fifteenth of the time of building it again.
struct sf_skeleton_store {
  char *memory;  // shape [bytes], borrowed; null: nothing is kept
  size_t bytes, used;
  size_t cursor;    // of the first entry that is not before the customer asked for last
  uint32_t before;  // the customer of the entry before the cursor, 0 = none
  uint32_t last;    // the customer kept last, 0 = none
};

// An empty store. `memory`, shape [bytes], begins at a multiple of 64.
void sf_skeleton_store_init(struct sf_skeleton_store *store, void *memory, size_t bytes);

// Keeps a skeleton that has been built and has no stories, if there is room and its
// customer comes after those that are kept.
void sf_skeleton_store_put(struct sf_skeleton_store *store, const struct sf_skeleton *skeleton);

// Makes the skeleton that of a customer who is kept, and returns true; false, with
// nothing changed, for others. Constant time on average where customers are asked for in
// order of their ids, as often as one likes.
bool sf_skeleton_store_get(struct sf_skeleton_store *store, uint32_t customer_id,
                           struct sf_skeleton *skeleton);

// Whether a customer is kept, if none after it is.
static inline bool sf_skeleton_store_has_last(const struct sf_skeleton_store *store,
                                              uint32_t customer_id) {
  return store->last == customer_id;
}

// Mean bytes of a customer with so many events, in a window of so many days.
double sf_skeleton_store_bytes(double events, int32_t days);

#endif

#ifndef SF_KERNELS_FLESH_FLESH_H
#define SF_KERNELS_FLESH_FLESH_H

#include <stdint.h>

#include "kernels/activity/skeleton.h"
#include "kernels/flesh/account.h"
#include "kernels/flesh/device.h"
#include "kernels/flesh/instrument.h"
#include "kernels/fraud/story.h"
#include "kernels/schema/schema.h"
#include "kernels/world.h"

// The flesh: all columns of a customer's rows from their skeleton, in time
// order. It works in chunks that fit the first-level cache; a chunk's arrays
// live here, the account's state lives on from chunk to chunk.
#define SF_CHUNK 256

struct sf_flesh {
  const struct sf_world *world;
  struct sf_skeleton *skeleton;
  struct sf_story *story;  // shape [stories], of the customer
  uint32_t stories;
  struct sf_account account;
  struct sf_devices devices;
  struct sf_instruments instruments;
  float home_delivery_km;  // from the home to the centre of its city

  // The chunk: shape [SF_CHUNK] each.
  const struct sf_event *event[SF_CHUNK];
  uint32_t index[SF_CHUNK];    // of the event in order of creation
  uint32_t key[SF_CHUNK];      // ordinals that key the draws
  uint32_t word[8][SF_CHUNK];  // draws: 0-3 amount, 4-7 authentication
  int32_t level[SF_CHUNK];     // log2 of paise, Q16
  double priced[SF_CHUNK];     // amount before rounding, paise
  int64_t paise[SF_CHUNK];
  double x[SF_CHUNK], y[SF_CHUNK], z[SF_CHUNK];  // place, unit vector
};

// Before the first row of the customer in flesh->skeleton.
void sf_flesh_begin(struct sf_flesh *flesh);

// Writes rows first .. first+count-1 of the customer (count <= SF_CHUNK) to rows
// at .. of the batch. Must go through a customer's rows in order.
void sf_flesh_rows(struct sf_flesh *flesh, uint32_t first, uint32_t count, uint64_t transaction_id,
                   struct sf_transactions *batch, int64_t at);

// The groups of columns, one file each. All take the chunk in `flesh`.
void sf_flesh_places(struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                     int64_t at);
void sf_flesh_calendar(const struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                       int64_t at);
void sf_flesh_amounts(struct sf_flesh *flesh, uint32_t count);
void sf_flesh_account(struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                      int64_t at);
void sf_flesh_devices(struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                      int64_t at);

#endif

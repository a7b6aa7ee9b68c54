#ifndef SF_KERNELS_FEATURES_HISTORY_H
#define SF_KERNELS_FEATURES_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/schema/enums.h"
#include "kernels/status.h"

// What features keep of a customer's rows: those of the last 30 days and the
// last 50, in a buffer whose front is dropped when it is full. A row has an
// ordinal, which counts from SF_LAST_MAX at the customer's first row, and a
// position in the buffer, ordinal - base. The SF_LAST_MAX rows before the first
// are all zero, so that looking k <= SF_LAST_MAX rows back is always possible.
#define SF_LAST_MAX 50u

// Positions after the last row that may be written and read too.
#define SF_HISTORY_BEYOND 8u

// Sums over all rows of the customer before one: the sum over a window is a
// difference, exact because everything is an integer.
struct sf_row_totals {
  int64_t approved_debits, debits;      // paise
  int64_t transfers_in, transfers_out;  // paise, approved
  int64_t reputation;                   // of purchases, 2^-24
  int64_t distance;                     // from home, km 2^-24
  uint32_t approved, approved_debit_count, debit_count, declined;
  uint32_t refunds, purchases, repeats, reputed;  // reputed: purchases with a reputation
};

// The same for what the detector found.
struct sf_detector_totals {
  uint32_t flags;
  uint32_t kind[4];  // rows with a component of at least SF_DETECTOR_FLAG
};

//   X(type, name): columns of the buffer. The totals of position p are those before p.
#define SF_HISTORY_LIST(X)                                                              \
  X(int64_t, time)  /* s since 1970-01-01 UTC */                                        \
  X(int64_t, paise) /* amount */                                                        \
  X(struct sf_row_totals, totals)                                                       \
  X(struct sf_detector_totals, found)                                                   \
  X(double, distance)        /* from home, km */                                        \
  X(double, score)           /* of the detector */                                      \
  X(uint64_t, party)         /* key of an approved transfer's counterparty, 0 = none */ \
  X(uint64_t, share)         /* what it adds to the counts of distinct_path.c */        \
  X(uint64_t, left)          /* shares of the rows before, if these have left */        \
  X(uint32_t, visit)         /* ordinal of the first visit from the row on */           \
  X(uint32_t, shop_previous) /* ordinal of the row before at the merchant, 0 = none */  \
  X(uint8_t, city)           /* where the customer is */                                \
  X(uint8_t, basket)         /* category of a purchase, SF_NO_BASKET for other rows */

#define SF_NO_BASKET ((uint8_t)SF_CATEGORY_COUNT)

struct sf_feature_history {
  uint32_t capacity;  // rows
  uint32_t base;      // ordinal of position 0
  uint32_t end;       // ordinal of the next row
  void *memory;
#define SF_HISTORY_MEMBER(type, name) type *name;
  SF_HISTORY_LIST(SF_HISTORY_MEMBER)
#undef SF_HISTORY_MEMBER
};

// Bytes of a column of a memory that holds several: each begins at a multiple of 64.
static inline size_t sf_history_column_bytes(size_t size, uint32_t capacity) {
  return (size * capacity + 63) & ~(size_t)63;
}

// Errors: SF_MEMORY. Freed by sf_feature_history_free.
enum sf_status sf_feature_history_create(struct sf_feature_history *history, uint32_t capacity,
                                         struct sf_error *error);
void sf_feature_history_free(struct sf_feature_history *history);
size_t sf_feature_history_bytes(const struct sf_feature_history *history);

// No rows yet.
void sf_feature_history_begin(struct sf_feature_history *history);

// Makes room for `count` more rows and SF_HISTORY_BEYOND positions, dropping rows before the
// ordinal `oldest` but for the last SF_LAST_MAX; grows if these do not fit into
// half of the buffer, so that dropping costs O(1) a row. Errors: SF_MEMORY.
enum sf_status sf_feature_history_reserve(struct sf_feature_history *history, uint32_t oldest,
                                          uint32_t count, struct sf_error *error);

#endif

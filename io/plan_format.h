#ifndef SF_IO_PLAN_FORMAT_H
#define SF_IO_PLAN_FORMAT_H

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/config.h"

// What a plan in a file consists of, for its writer and its reader (plan_file.h).

// What must be the same for a plan to fit.
struct sf_plan_identity {
  const char *name;
  int64_t value;
};
#define SF_PLAN_IDENTITIES 6
void sf_plan_identities(const struct sf_config *config,
                        struct sf_plan_identity out[SF_PLAN_IDENTITIES]);

//   X(constant, name, type of an element, enum sf_plan_kind)
// The first five are offsets by tile: into the transactions and episodes of the corpus, and
// into the fourth list from them on.
#define SF_PLAN_LISTS(X)                                           \
  X(ROWS, "/row_offset", int64_t, I64)                             \
  X(EPISODES_AT, "/episode_offset", int64_t, I64)                  \
  X(SINGLES_AT, "/single_offset", int64_t, I64)                    \
  X(MEMBERS_AT, "/member_offset", int64_t, I64)                    \
  X(LINKS_AT, "/link_offset", int64_t, I64)                        \
  X(SINGLES, "/singles", struct sf_candidate, OPAQUE)              \
  X(MEMBERS, "/members", struct sf_membership, OPAQUE)             \
  X(LINKS, "/links", struct sf_link, OPAQUE)                       \
  X(RINGS, "/rings", struct sf_ring, OPAQUE)                       \
  X(RING_MEMBERS, "/ring_members", struct sf_membership, OPAQUE)   \
  X(RING_LINKS, "/ring_links", struct sf_link, OPAQUE)             \
  X(TOTALS, "/totals", struct sf_fraud_totals, OPAQUE)             \
  /* the knowledge of the bank and the fit of the outlier score */ \
  X(ROWS_BEFORE, "/rows_before", uint32_t, U32)                    \
  X(REPORT_OFFSET, "/report_offset", uint32_t, U32)                \
  X(REPORT_DAY, "/report_day", uint16_t, U16)                      \
  X(CELL_FLAGGED, "/cell_flagged", uint64_t, U64)                  \
  X(DEVICE_ID, "/device_id", uint64_t, U64)                        \
  X(DEVICE_OFFSET, "/device_offset", uint32_t, U32)                \
  X(DEVICE_DAY, "/device_day", uint16_t, U16)                      \
  X(ISOLATION, "/isolation_fit", uint64_t, U64)

enum sf_plan_kind {
  SF_PLAN_I64,
  SF_PLAN_U64,
  SF_PLAN_U32,
  SF_PLAN_U16,
  SF_PLAN_OPAQUE,  // a struct as it is in memory
};

enum sf_plan_list {
#define SF_PLAN_ENUM(constant, name, type, kind) SF_PLAN_##constant,
  SF_PLAN_LISTS(SF_PLAN_ENUM)
#undef SF_PLAN_ENUM
      SF_PLAN_LIST_COUNT
};
#define SF_PLAN_OFFSETS SF_PLAN_SINGLES

struct sf_plan_list_row {
  const char *name;
  size_t bytes;  // of an element
  enum sf_plan_kind kind;
};
extern const struct sf_plan_list_row sf_plan_lists[SF_PLAN_LIST_COUNT];

// Type of the elements in the file and in memory; the caller's to close.
hid_t sf_plan_list_type(enum sf_plan_list list);

// 64-bit counts of the fit of the outlier score.
#define SF_PLAN_FIT_COUNTS (sizeof(struct sf_isolation_fit) / sizeof(uint64_t))

#endif

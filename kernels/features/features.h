#ifndef SF_KERNELS_FEATURES_FEATURES_H
#define SF_KERNELS_FEATURES_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/features/isolation.h"
#include "kernels/features/knowledge.h"
#include "kernels/random/lanes.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"

// Features of transactions for models that detect fraud. They look at the past
// only: at the row itself, at earlier rows of the same customer (those with a
// smaller row number), and at what the bank knew at the start of the row's
// local day. No label is read.
//
// P(w): the customer's earlier rows with t - t_j <= w. L(k): the last k earlier
// rows. a: the row's amount, t: its timestamp. Rows count whatever their status
// unless a definition names one. Standard deviations are population ones.
// Everything is worked out in integers and doubles from the columns as stored
// and rounded to float32 at the end; every value is finite.

enum sf_feature_group {
#define SF_FEATURE_GROUP(constant, name) SF_FEATURE_GROUP_##constant,
#include "kernels/features/features.def"
#undef SF_FEATURE_GROUP
  SF_FEATURE_GROUP_COUNT
};

enum sf_feature {
#define SF_FEATURE(constant, name, group, unit, definition) SF_FEATURE_##constant,
#include "kernels/features/features.def"
#undef SF_FEATURE
  SF_FEATURE_COUNT
};

struct sf_feature_row {
  const char *name, *unit, *definition;
  uint8_t group;  // enum sf_feature_group
};

extern const struct sf_feature_row sf_feature_table[SF_FEATURE_COUNT];  // file order
extern const char *const sf_feature_group_names[SF_FEATURE_GROUP_COUNT];

// Sets of groups: bit g for group g.
#define SF_FEATURE_GROUPS_ALL ((1u << SF_FEATURE_GROUP_COUNT) - 1u)

// Writes the features of a set of groups, in file order, and returns how many.
uint32_t sf_feature_select(uint32_t groups, uint8_t feature[SF_FEATURE_COUNT]);

// Features of a set of groups.
uint32_t sf_feature_width(uint32_t groups);

// The running state of one customer's features. Made once and used for one
// customer after the other. It grows to the rows that the busiest customer has
// in 30 days (about 200 bytes each), whatever the length of the history.
struct sf_features;

// `lanes`: the vector path, which does not change a value. `groups`: what sf_features_rows writes.
// `first_day`: first local day of the corpus, days since 1970-01-01. Errors: SF_MEMORY. `*features`
// is the caller's to free.
enum sf_status sf_features_create(const struct sf_lanes *lanes, uint32_t groups, int32_t first_day,
                                  struct sf_features **features, struct sf_error *error);
void sf_features_free(struct sf_features *features);

// Features a row: SF_FEATURE_COUNT if all groups were asked for.
uint32_t sf_features_width(const struct sf_features *features);

// Bytes that the state holds at present.
size_t sf_features_bytes(const struct sf_features *features);

// Takes up a customer, before the first row.
void sf_features_begin(struct sf_features *features, int32_t account_open_date);

// Writes the features of rows at .. at+count-1 of the batch, the customer's next
// ones in order of time, to `values` of shape [count, width], row-major. How a
// customer's rows are divided over calls does not change them. `knowledge` null
// stands for a bank that knows nothing; `isolation` null for a model not fitted:
// then what follows from them is 0. Errors: SF_MEMORY.
enum sf_status sf_features_rows(struct sf_features *features, const struct sf_transactions *batch,
                                int64_t at, int64_t count, const struct sf_knowledge *knowledge,
                                const struct sf_isolation *isolation, float *values,
                                struct sf_error *error);

// The bins of the outlier score instead of features: for the rows of the first
// SF_ISOLATION_DAYS days of the corpus among the given ones, shape
// [count, SF_ISOLATION_COLUMNS]; `*rows` says how many rows that is, always the
// first ones. Otherwise as sf_features_rows; no knowledge enters. Errors: SF_MEMORY.
enum sf_status sf_features_bins(struct sf_features *features, const struct sf_transactions *batch,
                                int64_t at, int64_t count, uint8_t (*bins)[SF_ISOLATION_COLUMNS],
                                int64_t *rows, struct sf_error *error);

#endif

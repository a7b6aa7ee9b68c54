#ifndef SF_KERNELS_CHECK_VALUES_H
#define SF_KERNELS_CHECK_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/schema/schema.h"

// The columns of a batch by what their values may be, so that checks of single
// values are loops without a look at the schema.

struct sf_value_names {
  const void *data;  // shape [capacity, elements], uint8_t or uint16_t
  uint32_t elements;
  uint32_t count;  // values are 0 .. count-1
};

struct sf_value_reals {
  const void *data;  // shape [capacity, elements], float or double
  uint32_t elements;
  bool may_be_nan;
};

struct sf_values {
  int names8, names16, reals32, reals64;
  struct sf_value_names name8[SF_COLUMNS_MAX], name16[SF_COLUMNS_MAX];
  struct sf_value_reals real32[SF_COLUMNS_MAX], real64[SF_COLUMNS_MAX];
};

// `batch` is the table's struct; its columns must stay where they are.
void sf_values_bind(struct sf_values *values, const struct sf_table *table, const void *batch);

// Every enumeration, flag and dictionary index of the row has a name.
bool sf_values_have_names(const struct sf_values *values, int64_t row);

// Every real of the row is finite, or the one pattern of NaN where the schema
// allows it; no zero has a sign.
bool sf_values_are_plain(const struct sf_values *values, int64_t row);

#endif

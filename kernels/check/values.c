#include "kernels/check/values.h"

#include <string.h>

static void add_column(struct sf_values *values, const struct sf_column *column, const void *data) {
  const struct sf_value_names names = {data, column->elements, sf_domain(column->domain)->count};
  const struct sf_value_reals reals = {data, column->elements,
                                       strncmp(column->missing, "NaN", 3) == 0};
  switch (column->type) {
    case SF_TYPE_ENUM8:
      values->name8[values->names8++] = names;
      break;
    case SF_TYPE_BOOL8:
      values->name8[values->names8++] = (struct sf_value_names){data, column->elements, 2};
      break;
    case SF_TYPE_DICT16:
      values->name16[values->names16++] = names;
      break;
    case SF_TYPE_F32:
      values->real32[values->reals32++] = reals;
      break;
    case SF_TYPE_F64:
      values->real64[values->reals64++] = reals;
      break;
    default:
      break;
  }
}

void sf_values_bind(struct sf_values *values, const struct sf_table *table, const void *batch) {
  *values = (struct sf_values){0};
  for (uint32_t c = 0; c < table->columns; c++) {
    add_column(values, &table->column[c], sf_batch_column(batch, &table->column[c]));
  }
}

bool sf_values_have_names(const struct sf_values *values, int64_t row) {
  bool named = true;
  for (int i = 0; i < values->names8; i++) {
    const struct sf_value_names *names = &values->name8[i];
    const uint8_t *value = (const uint8_t *)names->data + row * (int64_t)names->elements;
    for (uint32_t e = 0; e < names->elements; e++) {
      named &= value[e] < names->count;
    }
  }
  for (int i = 0; i < values->names16; i++) {
    named &= ((const uint16_t *)values->name16[i].data)[row] < values->name16[i].count;
  }
  return named;
}

// Bits of IEEE 754 reals.
#define EXPONENT_32 UINT32_C(0x7f800000)
#define NEGATIVE_ZERO_32 UINT32_C(0x80000000)
#define NAN_32 UINT32_C(0x7fc00000)
#define EXPONENT_64 UINT64_C(0x7ff0000000000000)
#define NEGATIVE_ZERO_64 UINT64_C(0x8000000000000000)
#define NAN_64 UINT64_C(0x7ff8000000000000)

static bool is_plain_32(const float *value, bool may_be_nan) {
  uint32_t bits;
  memcpy(&bits, value, sizeof bits);
  return ((bits & EXPONENT_32) != EXPONENT_32 && bits != NEGATIVE_ZERO_32) ||
         (bits == NAN_32 && may_be_nan);
}

static bool is_plain_64(const double *value, bool may_be_nan) {
  uint64_t bits;
  memcpy(&bits, value, sizeof bits);
  return ((bits & EXPONENT_64) != EXPONENT_64 && bits != NEGATIVE_ZERO_64) ||
         (bits == NAN_64 && may_be_nan);
}

bool sf_values_are_plain(const struct sf_values *values, int64_t row) {
  bool plain = true;
  for (int i = 0; i < values->reals32; i++) {
    const struct sf_value_reals *reals = &values->real32[i];
    const float *value = (const float *)reals->data + row * (int64_t)reals->elements;
    for (uint32_t e = 0; e < reals->elements; e++) {
      plain &= is_plain_32(&value[e], reals->may_be_nan);
    }
  }
  for (int i = 0; i < values->reals64; i++) {
    const struct sf_value_reals *reals = &values->real64[i];
    const double *value = (const double *)reals->data + row * (int64_t)reals->elements;
    for (uint32_t e = 0; e < reals->elements; e++) {
      plain &= is_plain_64(&value[e], reals->may_be_nan);
    }
  }
  return plain;
}

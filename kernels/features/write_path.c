#include "kernels/features/passes.h"
#include "kernels/features/transpose.h"

// The chunk's columns to rows: a transposition, by blocks of 4 x 4 in registers
// where the selected features are consecutive, which takes a third of the time of
// single values.

static void write_column(const struct sf_features *f, uint32_t s, uint32_t from, uint32_t to,
                         float *values) {
  const float *column = f->column[f->selected[s]];
  for (uint32_t i = from; i < to; i++) {
    values[(size_t)i * f->width + s] = column[i];
  }
}

// Four features from s on, which stand together.
static void write_columns(const struct sf_features *f, uint32_t s, uint32_t from, uint32_t to,
                          float *values) {
  uint32_t i = from;
  for (; i + 4 <= to; i += 4) {
    sf_transpose_four(f->column[f->selected[s]] + i, SF_FEATURE_STRIDE,
                      values + (size_t)i * f->width + s, f->width);
  }
  for (uint32_t k = 0; k < 4; k++) {
    write_column(f, s + k, i, to, values);
  }
}

// Rows whose output stays in the nearest cache until all columns are written.
#define BLOCK_ROWS 16u

void SF_FEATURE_PASS(write)(const struct sf_features *f, float *values) {
  for (uint32_t from = 0; from < f->count; from += BLOCK_ROWS) {
    const uint32_t to = from + BLOCK_ROWS < f->count ? from + BLOCK_ROWS : f->count;
    for (uint32_t s = 0; s < f->width;) {
      if (s + 4 <= f->width && f->selected[s + 3] == f->selected[s] + 3) {
        write_columns(f, s, from, to, values);
        s += 4;
      } else {
        write_column(f, s++, from, to, values);
      }
    }
  }
}

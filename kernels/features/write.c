#include "kernels/features/state.h"

// The chunk's columns to rows.

// Rows whose output stays in the nearest cache until all columns are written: a cache line of
// each column.
#define BLOCK_ROWS 16u

void sf_features_write(const struct sf_features *f, float *values) {
  for (uint32_t from = 0; from < f->count; from += BLOCK_ROWS) {
    const uint32_t rows = f->count - from < BLOCK_ROWS ? f->count - from : BLOCK_ROWS;
    for (uint32_t s = 0, next; s < f->width; s = next) {
      // Features that stand together.
      next = s + 1;
      while (next < f->width && f->selected[next] == f->selected[s] + (next - s)) {
        next++;
      }
      f->lanes->transpose(f->column[f->selected[s]] + from, next - s, rows, SF_FEATURE_STRIDE,
                          values + (size_t)from * f->width + s, f->width);
    }
  }
}

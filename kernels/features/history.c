#include "kernels/features/history.h"

#include <stdlib.h>
#include <string.h>

static size_t bytes_of(uint32_t capacity) {
  size_t bytes = 0;
#define SF_HISTORY_BYTES(type, name) bytes += sf_history_column_bytes(sizeof(type), capacity);
  SF_HISTORY_LIST(SF_HISTORY_BYTES)
#undef SF_HISTORY_BYTES
  return bytes;
}

enum sf_status sf_feature_history_create(struct sf_feature_history *history, uint32_t capacity,
                                         struct sf_error *error) {
  *history = (struct sf_feature_history){.capacity = capacity};
  history->memory = aligned_alloc(64, bytes_of(capacity));
  if (!history->memory) {
    return sf_fail(error, SF_MEMORY, "out of memory for %u rows of a customer", capacity);
  }
  char *at = history->memory;
#define SF_HISTORY_PLACE(type, name)  \
  history->name = (type *)(void *)at; \
  at += sf_history_column_bytes(sizeof(type), capacity);
  SF_HISTORY_LIST(SF_HISTORY_PLACE)
#undef SF_HISTORY_PLACE
  return SF_OK;
}

void sf_feature_history_free(struct sf_feature_history *history) {
  free(history->memory);
  history->memory = NULL;
}

size_t sf_feature_history_bytes(const struct sf_feature_history *history) {
  return bytes_of(history->capacity);
}

void sf_feature_history_begin(struct sf_feature_history *history) {
  history->base = 0;
  history->end = SF_LAST_MAX;
  // One more: the totals before the first row.
#define SF_HISTORY_ZERO(type, name) memset(history->name, 0, (SF_LAST_MAX + 1) * sizeof(type));
  SF_HISTORY_LIST(SF_HISTORY_ZERO)
#undef SF_HISTORY_ZERO
}

// Moves the rows from position `from` on, and the totals after the last, to the
// front of `to`, which may be the same buffer.
static void move_rows(struct sf_feature_history *to, const struct sf_feature_history *history,
                      uint32_t from) {
  const size_t rows = (size_t)(history->end - history->base) + 1 - from;
#define SF_HISTORY_MOVE(type, name) memmove(to->name, history->name + from, rows * sizeof(type));
  SF_HISTORY_LIST(SF_HISTORY_MOVE)
#undef SF_HISTORY_MOVE
  to->base = history->base + from;
  to->end = history->end;
}

enum sf_status sf_feature_history_reserve(struct sf_feature_history *history, uint32_t oldest,
                                          uint32_t count, struct sf_error *error) {
  if (history->end - history->base + count + SF_HISTORY_BEYOND <= history->capacity) {
    return SF_OK;
  }
  const uint32_t last = history->end - SF_LAST_MAX;
  const uint32_t from = (oldest < last ? oldest : last) - history->base;
  const uint32_t needed = history->end - history->base - from + count + SF_HISTORY_BEYOND;
  if (needed <= history->capacity / 2) {
    move_rows(history, history, from);
    return SF_OK;
  }
  uint32_t capacity = history->capacity;
  while (capacity < 2 * needed) {
    capacity *= 2;
  }
  struct sf_feature_history larger;
  SF_TRY(sf_feature_history_create(&larger, capacity, error));
  move_rows(&larger, history, from);
  sf_feature_history_free(history);
  *history = larger;
  return SF_OK;
}

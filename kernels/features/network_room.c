#include <stdlib.h>
#include <string.h>

#include "kernels/features/state.h"

// Visits of a customer before there are any, and room for those of a chunk.

// Visits for which there is room at first.
#define FIRST_VISITS 512u

static size_t bytes_of(uint32_t capacity) {
  size_t bytes = 0;
#define SF_VISIT_BYTES(type, name) bytes += sf_history_column_bytes(sizeof(type), capacity);
  SF_VISIT_LIST(SF_VISIT_BYTES)
#undef SF_VISIT_BYTES
  return bytes;
}

size_t sf_feature_network_bytes(const struct sf_feature_network *network) {
  return bytes_of(network->capacity);
}

// The visits that have not left come first, in memory that may be the same.
static void move_visits(struct sf_feature_network *network, void *memory, uint32_t capacity) {
  const uint32_t from = network->tail - network->base, visits = network->end - network->tail;
  char *at = memory;
#define SF_VISIT_MOVE(type, name)                             \
  if (visits > 0) {                                           \
    memmove(at, network->name + from, visits * sizeof(type)); \
  }                                                           \
  network->name = (type *)(void *)at;                         \
  at += sf_history_column_bytes(sizeof(type), capacity);
  SF_VISIT_LIST(SF_VISIT_MOVE)
#undef SF_VISIT_MOVE
  network->base = network->tail;
  network->capacity = capacity;
}

static enum sf_status grow(struct sf_feature_network *network, uint32_t capacity,
                           struct sf_error *error) {
  void *memory = aligned_alloc(64, bytes_of(capacity));
  if (!memory) {
    return sf_fail(error, SF_MEMORY, "out of memory for %u visits of a customer", capacity);
  }
  move_visits(network, memory, capacity);
  free(network->memory);
  network->memory = memory;
  return SF_OK;
}

enum sf_status sf_feature_network_create(struct sf_feature_network *network,
                                         struct sf_error *error) {
  SF_TRY(sf_key_map_create(&network->visit_of, 4 * SF_FEATURE_CHUNK, error));
  return grow(network, FIRST_VISITS, error);
}

void sf_feature_network_free(struct sf_feature_network *network) {
  sf_key_map_free(&network->visit_of);
  free(network->memory);
  network->memory = NULL;
}

void sf_feature_network_begin(struct sf_feature_network *network) {
  sf_key_map_clear(&network->visit_of);
  memset(network->cell_visit, 0, sizeof network->cell_visit);
  network->base = network->tail = network->end = 1;
  network->date = INT32_MIN;
  network->word = UINT32_MAX;
  network->flagged_count = network->cells_flagged = 0;
  network->largest_risk = 0.0;
}

// Forgets the merchants that have left; for twice as many keys if need be.
static enum sf_status renew_map(struct sf_feature_network *network, uint32_t needed,
                                struct sf_error *error) {
  struct sf_key_map *map = &network->visit_of;
  sf_key_map_clear(map);
  if (!sf_key_map_has_room(map, 2 * needed)) {
    struct sf_key_map larger;
    SF_TRY(sf_key_map_create(&larger, 4 * needed, error));
    sf_key_map_free(map);
    *map = larger;
  }
  for (uint32_t ordinal = network->tail; ordinal < network->end; ordinal++) {
    const uint32_t merchant = network->merchant[ordinal - network->base];
    if (merchant) {
      sf_key_map_put(map, sf_key_map_find(map, merchant), merchant, ordinal);
    }
  }
  return SF_OK;
}

enum sf_status sf_feature_network_reserve(struct sf_features *f, struct sf_error *error) {
  struct sf_feature_network *network = &f->network;
  const uint32_t live = network->end - network->tail, more = f->count + SF_VISITS_BEYOND;
  if (!sf_key_map_has_room(&network->visit_of, f->count)) {
    SF_TRY(renew_map(network, live + f->count, error));
  }
  if (network->end - network->base + more > network->capacity) {
    // Dropping costs O(1) a visit: it makes half of the room.
    if (live + more <= network->capacity / 2) {
      move_visits(network, network->memory, network->capacity);
    } else {
      SF_TRY(grow(network, 4 * (live + more), error));
    }
  }
  const uint32_t end = network->end - network->base;
  memset(network->flagged + end, 0, more * sizeof *network->flagged);
  memset(network->risky + end, 0, more * sizeof *network->risky);
  memset(network->cell_flagged + end, 0, more * sizeof *network->cell_flagged);
  return SF_OK;
}

#include <stdlib.h>

#include "kernels/features/state.h"

// Merchants of a customer before there are any, and room for those of a chunk.

void sf_feature_network_begin(struct sf_feature_network *network) {
  sf_key_map_clear(&network->slot_of);
  for (uint32_t k = 0; k < network->cell_live_count; k++) {
    network->cell_shops[network->cell_live[k]] = 0;
  }
  network->cell_live_count = 0;
  network->live_count = 0;
  network->risky_count = 0;
  network->tail = SF_LAST_MAX;
  network->date = INT32_MIN;
  network->soonest = UINT32_MAX;
  network->flags_word = UINT32_MAX;
  network->flagged = network->cells_flagged = 0;
  network->risk_reports = 0;
  network->risk_rows = 1;
  network->risk = 0.0;
  network->risk_is_stale = false;
}

// The two lists of numbers are one block of memory, headed by `live`.
static enum sf_status grow_shops(struct sf_feature_network *network, uint32_t capacity,
                                 struct sf_error *error) {
  struct sf_shop *shop = realloc(network->shop, capacity * sizeof *shop);
  network->shop = shop ? shop : network->shop;
  struct sf_risky_shop *risky = shop ? realloc(network->risky, capacity * sizeof *risky) : NULL;
  network->risky = risky ? risky : network->risky;
  uint32_t *lists = risky ? malloc(2 * (size_t)capacity * sizeof *lists) : NULL;
  if (!lists) {
    return sf_fail(error, SF_MEMORY, "out of memory for %u merchants of a customer", capacity);
  }
  for (uint32_t k = 0; k < network->capacity; k++) {
    lists[k] = network->live[k];
    lists[capacity + k] = network->change[k];
  }
  for (uint32_t slot = network->capacity; slot < capacity; slot++) {
    lists[slot] = slot;
    shop[slot].live_at = slot;
  }
  free(network->live);
  network->live = lists;
  network->change = lists + capacity;
  network->capacity = capacity;
  return SF_OK;
}

// Forgets the merchants that have left; for twice as many keys if need be.
static enum sf_status renew_slots(struct sf_feature_network *network, uint32_t needed,
                                  struct sf_error *error) {
  struct sf_key_map *map = &network->slot_of;
  sf_key_map_clear(map);
  if (!sf_key_map_has_room(map, 2 * needed)) {
    struct sf_key_map larger;
    SF_TRY(sf_key_map_create(&larger, 4 * needed, error));
    sf_key_map_free(map);
    *map = larger;
  }
  for (uint32_t k = 0; k < network->live_count; k++) {
    const uint32_t slot = network->live[k];
    const uint32_t merchant = network->shop[slot].merchant;
    sf_key_map_put(map, sf_key_map_find(map, merchant), merchant, slot);
  }
  return SF_OK;
}

enum sf_status sf_feature_network_reserve(struct sf_features *f, struct sf_error *error) {
  struct sf_feature_network *network = &f->network;
  const uint32_t needed = network->live_count + f->count;
  if (!sf_key_map_has_room(&network->slot_of, f->count)) {
    SF_TRY(renew_slots(network, needed, error));
  }
  return needed > network->capacity ? grow_shops(network, 2 * needed, error) : SF_OK;
}

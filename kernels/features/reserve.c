#include <stdlib.h>

#include "kernels/features/state.h"

// Room for a chunk in the maps of counterparties and devices.

enum sf_status sf_feature_parties_reserve(struct sf_features *f, struct sf_error *error) {
  if (sf_key_map_has_room(&f->party_last, f->count)) {
    return SF_OK;
  }
  const struct sf_feature_history *history = &f->history;
  const uint32_t needed = history->end - f->distinct_tail + f->count;
  sf_key_map_clear(&f->party_last);
  if (!sf_key_map_has_room(&f->party_last, 2 * needed)) {
    struct sf_key_map larger;
    SF_TRY(sf_key_map_create(&larger, 4 * needed, error));
    sf_key_map_free(&f->party_last);
    f->party_last = larger;
  }
  for (uint32_t ordinal = f->distinct_tail; ordinal < history->end; ordinal++) {
    const uint64_t key = history->party[ordinal - history->base];
    if (key) {
      sf_key_map_put(&f->party_last, sf_key_map_find(&f->party_last, key), key, ordinal);
    }
  }
  return SF_OK;
}

enum sf_status sf_feature_devices_reserve(struct sf_features *f, struct sf_error *error) {
  const uint32_t needed = f->devices + f->count;
  if (needed > f->device_capacity) {
    struct sf_feature_device *device = realloc(f->device, 2 * needed * sizeof *device);
    if (!device) {
      return sf_fail(error, SF_MEMORY, "out of memory for %u devices of a customer", 2 * needed);
    }
    f->device = device;
    f->device_capacity = 2 * needed;
  }
  if (sf_key_map_has_room(&f->device_slot, f->count)) {
    return SF_OK;
  }
  struct sf_key_map larger;
  SF_TRY(sf_key_map_create(&larger, 2 * needed, error));
  for (uint32_t k = 0; k <= f->device_slot.mask; k++) {
    const struct sf_key_entry *entry = &f->device_slot.entry[k];
    if (sf_key_map_holds(&f->device_slot, entry)) {
      sf_key_map_put(&larger, sf_key_map_find(&larger, entry->key), entry->key, entry->value);
    }
  }
  sf_key_map_free(&f->device_slot);
  f->device_slot = larger;
  return SF_OK;
}

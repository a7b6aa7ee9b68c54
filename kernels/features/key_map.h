#ifndef SF_KERNELS_FEATURES_KEY_MAP_H
#define SF_KERNELS_FEATURES_KEY_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/status.h"

// Map from keys to numbers, open addressing with linear probing. Entries of
// another generation are empty, so that nothing need be cleared. Keys are not
// removed: an owner whose keys go stale clears the map and puts the live ones
// back when it fills.
struct sf_key_entry {
  uint64_t key;
  uint32_t generation;
  uint32_t value;
};

struct sf_key_map {
  struct sf_key_entry *entry;  // shape [mask + 1]
  uint32_t mask, used, generation;
};

// Room for `keys` keys. Errors: SF_MEMORY. Freed by sf_key_map_free.
enum sf_status sf_key_map_create(struct sf_key_map *map, uint32_t keys, struct sf_error *error);
void sf_key_map_free(struct sf_key_map *map);

// Forgets all keys.
void sf_key_map_clear(struct sf_key_map *map);

// True if `more` keys can be put at a load of at most one half.
static inline bool sf_key_map_has_room(const struct sf_key_map *map, uint32_t more) {
  return map->used + more <= (map->mask + 1) / 2;
}

// Entry of a key: the one that holds it, or an empty one where it may be put.
static inline struct sf_key_entry *sf_key_map_find(const struct sf_key_map *map, uint64_t key) {
  // Fibonacci hashing: Knuth, The Art of Computer Programming 3, section 6.4.
  uint64_t at = key * UINT64_C(0x9e3779b97f4a7c15) >> 32;
  for (;; at++) {
    struct sf_key_entry *entry = &map->entry[at & map->mask];
    if (entry->generation != map->generation || entry->key == key) {
      return entry;
    }
  }
}

static inline bool sf_key_map_holds(const struct sf_key_map *map,
                                    const struct sf_key_entry *entry) {
  return entry->generation == map->generation;
}

// Sets the value of the entry that sf_key_map_find returned for `key`.
static inline void sf_key_map_put(struct sf_key_map *map, struct sf_key_entry *entry, uint64_t key,
                                  uint32_t value) {
  map->used += entry->generation != map->generation;
  *entry = (struct sf_key_entry){key, map->generation, value};
}

#endif

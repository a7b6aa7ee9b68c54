#include "kernels/features/key_map.h"

#include <stdlib.h>

enum sf_status sf_key_map_create(struct sf_key_map *map, uint32_t keys, struct sf_error *error) {
  uint32_t size = 16;
  while (size < 2 * keys) {
    size *= 2;
  }
  *map = (struct sf_key_map){
      .entry = calloc(size, sizeof *map->entry), .mask = size - 1, .generation = 1};
  return map->entry ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for a map of %u keys", keys);
}

void sf_key_map_free(struct sf_key_map *map) {
  free(map->entry);
  map->entry = NULL;
}

void sf_key_map_clear(struct sf_key_map *map) {
  map->used = 0;
  // After 2^32 generations old entries would come back to life.
  if (++map->generation == 0) {
    for (uint32_t i = 0; i <= map->mask; i++) {
      map->entry[i].generation = 0;
    }
    map->generation = 1;
  }
}

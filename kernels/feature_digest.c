#include "kernels/feature_digest.h"

#include <stdlib.h>
#include <string.h>

// The library as such, which takes the widest vectors that the processor has: runs are long.
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

#include "kernels/generator.h"
#include "kernels/random/lanes.h"

// Rows whose values are gathered at one go: with all features they stay in the
// second-level cache, and the runs of a feature are long enough for XXH3.
#define GATHER_ROWS 1024

// Values from one feature to the next: a cache line more, so that the same row of all
// features does not fall into a few sets of the cache.
#define GATHER_STRIDE (GATHER_ROWS + 16)

// Rows that stay in the nearest cache until all their features are gathered: a cache line
// of each.
#define BLOCK_ROWS 16u

struct sf_feature_digester {
  const struct sf_lanes *lanes;
  uint32_t width;
  bool open;
  uint64_t tile;                     // the open one
  XXH3_state_t **state;              // shape [width]
  struct sf_digest *sum;             // shape [width]
  float (*gathered)[GATHER_STRIDE];  // shape [width]
};

enum sf_status sf_feature_digester_create(uint32_t width, struct sf_feature_digester **digester,
                                          struct sf_error *error) {
  struct sf_feature_digester *made = calloc(1, sizeof *made);
  if (made) {
    made->lanes = sf_lanes_select(NULL);
    made->width = width;
    made->state = calloc(width, sizeof(XXH3_state_t *));
    made->sum = calloc(width, sizeof *made->sum);
    made->gathered = aligned_alloc(64, width * sizeof *made->gathered);
  }
  bool good = made && made->state && made->sum && made->gathered;
  for (uint32_t f = 0; good && f < width; f++) {
    made->state[f] = XXH3_createState();
    good = made->state[f] != NULL;
  }
  if (!good) {
    sf_feature_digester_free(made);
    return sf_fail(error, SF_MEMORY, "no memory for the digests of %u features", width);
  }
  *digester = made;
  return SF_OK;
}

void sf_feature_digester_free(struct sf_feature_digester *digester) {
  if (digester) {
    for (uint32_t f = 0; digester->state && f < digester->width; f++) {
      XXH3_freeState(digester->state[f]);
    }
    free(digester->state);
    free(digester->sum);
    free(digester->gathered);
    free(digester);
  }
}

static void close_tile(struct sf_feature_digester *digester) {
  for (uint32_t f = 0; digester->open && f < digester->width; f++) {
    const XXH128_hash_t hash = XXH3_128bits_digest(digester->state[f]);
    digester->sum[f] =
        sf_digest_sum(digester->sum[f], (struct sf_digest){.low = hash.low64, .high = hash.high64});
  }
  digester->open = false;
}

static void open_tile(struct sf_feature_digester *digester, uint64_t tile) {
  close_tile(digester);
  for (uint32_t f = 0; f < digester->width; f++) {
    XXH3_128bits_reset_withSeed(digester->state[f], tile);
  }
  digester->open = true;
  digester->tile = tile;
}

static void gather(struct sf_feature_digester *digester, const float *values, uint32_t rows) {
  for (uint32_t from = 0; from < rows; from += BLOCK_ROWS) {
    const uint32_t part = rows - from < BLOCK_ROWS ? rows - from : BLOCK_ROWS;
    digester->lanes->transpose(values + (size_t)from * digester->width, part, digester->width,
                               digester->width, digester->gathered[0] + from, GATHER_STRIDE);
  }
}

static void add_rows(struct sf_feature_digester *digester, const float *values, uint32_t rows) {
  gather(digester, values, rows);
  for (uint32_t f = 0; f < digester->width; f++) {
    XXH3_128bits_update(digester->state[f], digester->gathered[f], rows * sizeof(float));
  }
}

static uint64_t tile_of(uint32_t customer_id) {
  return (uint64_t)(customer_id - 1u) / SF_TILE_CUSTOMERS;
}

void sf_feature_digester_add(struct sf_feature_digester *digester, const float *values,
                             const uint32_t *customer_id, int64_t rows) {
  for (int64_t row = 0; row < rows;) {
    const uint64_t tile = tile_of(customer_id[row]);
    uint32_t count = 1;
    while (count < GATHER_ROWS && row + count < rows && tile_of(customer_id[row + count]) == tile) {
      count++;
    }
    if (!digester->open || digester->tile != tile) {
      open_tile(digester, tile);
    }
    add_rows(digester, values + (size_t)row * digester->width, count);
    row += count;
  }
}

void sf_feature_digester_end(struct sf_feature_digester *digester, struct sf_digest *digest) {
  close_tile(digester);
  for (uint32_t f = 0; f < digester->width; f++) {
    digest[f] = sf_digest_sum(digest[f], digester->sum[f]);
  }
  memset(digester->sum, 0, digester->width * sizeof *digester->sum);
}

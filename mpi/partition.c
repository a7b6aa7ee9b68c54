#include "mpi/partition.h"

#include "kernels/digest.h"
#include "kernels/generator.h"

struct sf_range sf_partition(int64_t items, int rank, int size) {
  // Rounded up, so that the first ranks have work when items are few.
  return (struct sf_range){.begin = (items * rank + size - 1) / size,
                           .end = (items * (rank + 1) + size - 1) / size};
}

// The ids 1 .. count that lie in a range of groups of `group` consecutive ids.
static struct sf_range ids_of(struct sf_range groups, int64_t group, int64_t count) {
  struct sf_range ids = {groups.begin * group + 1, groups.end * group + 1};
  ids.begin = ids.begin > count + 1 ? count + 1 : ids.begin;
  ids.end = ids.end > count + 1 ? count + 1 : ids.end;
  return ids;
}

struct sf_share sf_share_within(const struct sf_config *config, struct sf_range tiles, int rank,
                                int size) {
  struct sf_range part = sf_partition(sf_range_length(tiles), rank, size);
  part.begin += tiles.begin;
  part.end += tiles.begin;
  return (struct sf_share){part, ids_of(part, SF_TILE_CUSTOMERS, config->customers), {1, 1}};
}

struct sf_share sf_share_of(const struct sf_config *config, int rank, int size) {
  struct sf_share share;
  share.tiles = sf_partition(sf_config_tiles(config), rank, size);
  share.customers = ids_of(share.tiles, SF_TILE_CUSTOMERS, config->customers);
  int64_t merchants = sf_config_merchants(config);
  int64_t runs = (merchants + SF_MERCHANT_RUN - 1) / SF_MERCHANT_RUN;
  share.merchants = ids_of(sf_partition(runs, rank, size), SF_MERCHANT_RUN, merchants);
  return share;
}

#include "io/shard.h"

enum sf_status sf_shard_check(const char *path, const struct sf_config *config,
                              const struct sf_shard *shard, enum sf_check level,
                              struct sf_shard_facts *facts, struct sf_error *error) {
  (void)config;
  (void)shard;
  (void)level;
  (void)facts;
  return sf_fail(error, SF_FILE, "%s: shards cannot be checked", path);
}

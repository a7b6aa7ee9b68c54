#include "io/shard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/corpus_format.h"

struct sf_shard sf_shard_of(const struct sf_config *config, int shards, int index) {
  // Cut as the customers of ranks are.
  const struct sf_share share = sf_share_of(config, index, shards);
  return (struct sf_shard){index, shards, share.tiles, share.customers};
}

bool sf_table_is_divided(enum sf_table_id table) {
  return table == SF_TABLE_CUSTOMERS || table == SF_TABLE_TRANSACTIONS ||
         table == SF_TABLE_LABELS || table == SF_TABLE_EPISODES;
}

// Length of the extension .h5, 0: the corpus has none.
static size_t extension_of(const char *corpus) {
  const size_t length = strlen(corpus);
  return length > 3 && strcmp(corpus + length - 3, ".h5") == 0 ? 3 : 0;
}

void sf_shard_folder(const char *corpus, char path[SF_SHARD_PATH_SIZE]) {
  snprintf(path, SF_SHARD_PATH_SIZE, "%.*s.shards", (int)(strlen(corpus) - extension_of(corpus)),
           corpus);
}

enum sf_status sf_shard_corpus_check(const char *corpus, struct sf_error *error) {
  char path[SF_SHARD_PATH_SIZE];
  sf_shard_folder(corpus, path);
  return extension_of(corpus) ? SF_OK
                              : sf_fail(error, SF_USAGE,
                                        "%s: a corpus of shards must be named *.h5, since %s is "
                                        "the folder of %s.h5",
                                        corpus, path, corpus);
}

void sf_shard_path(const char *corpus, int index, char path[SF_SHARD_PATH_SIZE]) {
  sf_shard_folder(corpus, path);
  const size_t length = strlen(path);
  snprintf(path + length, SF_SHARD_PATH_SIZE - length, SF_SHARD_FORMAT, index);
}

void sf_shard_plan_path(const char *corpus, char path[SF_SHARD_PATH_SIZE]) {
  sf_shard_folder(corpus, path);
  const size_t length = strlen(path);
  snprintf(path + length, SF_SHARD_PATH_SIZE - length, "/plan.h5");
}

enum sf_status sf_shard_folder_create(const char *corpus, struct sf_error *error) {
  char path[SF_SHARD_PATH_SIZE];
  sf_shard_folder(corpus, path);
  if (mkdir(path, 0777) != 0 && errno != EEXIST) {
    return sf_fail(error, SF_FILE, "%s: cannot make the folder: %s", path, strerror(errno));
  }
  return SF_OK;
}

void sf_corpus_digests_add(struct sf_corpus_digests *sum, const struct sf_corpus_digests *digests) {
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      sum->column[t][c] = sf_digest_sum(sum->column[t][c], digests->column[t][c]);
    }
  }
  for (uint32_t f = 0; f < SF_FEATURE_COUNT; f++) {
    sum->feature[f] = sf_digest_sum(sum->feature[f], digests->feature[f]);
  }
  sum->features |= digests->features;
}

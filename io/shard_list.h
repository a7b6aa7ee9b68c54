#ifndef SF_IO_SHARD_LIST_H
#define SF_IO_SHARD_LIST_H

#include <hdf5.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/digest.h"
#include "kernels/status.h"

// What a corpus says of its shards (group /shards). Not collective.
struct sf_shard_list {
  int count;                          // 0: the corpus has no shards
  int64_t *first, *rows, *customers;  // shape [count]; of /transactions, and how many
  char *digest;                       // shape [count, SF_DIGEST_TEXT_SIZE - 1]
  char folder[4096];                  // with the folder of the corpus in front
};

#define SF_SHARD_LIST_PATH_SIZE (4096 + 32)

// Reads the list of an open corpus, which lies at `path`; an empty one if it has no
// shards. `*list` is the caller's to free, after an error too. Errors: SF_FORMAT
// (its shards do not follow each other), SF_MEMORY.
enum sf_status sf_shard_list_read(hid_t file, const char *path, struct sf_shard_list *list,
                                  struct sf_error *error);
void sf_shard_list_free(struct sf_shard_list *list);

void sf_shard_list_path(const struct sf_shard_list *list, int shard,
                        char path[SF_SHARD_LIST_PATH_SIZE]);

// The shard that holds a row of /transactions, 0 <= row < all rows.
int sf_shard_list_find(const struct sf_shard_list *list, int64_t row);

// Opens each shard, one after the other, and checks that it is the one of this
// corpus by its root attributes, its digest among them. Errors: SF_FILE, SF_FORMAT,
// SF_MISMATCH; the text names the shard.
enum sf_status sf_shard_list_check(const struct sf_shard_list *list, const struct sf_config *config,
                                   struct sf_error *error);

#endif

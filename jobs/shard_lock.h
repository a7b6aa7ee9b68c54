#ifndef SF_JOBS_SHARD_LOCK_H
#define SF_JOBS_SHARD_LOCK_H

#include <stdbool.h>

#include "io/shard.h"
#include "kernels/status.h"
#include "mpi/partition.h"

// A claim on shards of a corpus: a file lock.<first>-<end> in the folder of the shards,
// made by O_EXCL, that names its owner: user, host, process, batch job. Of two claims
// that overlap one at least fails. Nothing here is collective: one rank calls.

struct sf_shard_lock {
  char path[SF_SHARD_PATH_SIZE];
  bool held;
};

// What may be done about a lock in the way. A run that has provably ended: its
// process is gone from this host, this host has been started anew since, or it was an
// earlier run of the same batch job.
struct sf_shard_lock_means {
  bool take_ended;    // take over from runs that have provably ended
  bool take_unknown;  // and from runs on other hosts
};

// Claims shards begin .. end-1; the folder must be there. Errors: SF_FILE; the text
// names the lock in the way and its owner.
enum sf_status sf_shard_lock_take(const char *corpus, struct sf_range shards,
                                  const struct sf_shard_lock_means *means,
                                  struct sf_shard_lock *lock, struct sf_error *error);

// Does nothing for a lock that is not held.
void sf_shard_lock_release(struct sf_shard_lock *lock);

#endif

#ifndef SF_IO_MANIFEST_H
#define SF_IO_MANIFEST_H

#include <mpi.h>
#include <stdint.h>

#include "io/options.h"
#include "kernels/config.h"
#include "kernels/digest.h"
#include "kernels/status.h"
#include "mpi/fraud_plan.h"
#include "mpi/timer.h"

// corpus.manifest.json: how a corpus came about (program, ranks, hosts, times)
// beside what it is (configuration, counts, digests). What decides the data is
// in the corpus itself; the manifest can be lost without loss of data.

struct sf_manifest {
  const struct sf_options *options;
  const char *vector_path;  // in force on rank 0
  struct sf_config config;
  const int64_t *rows;                  // shape [SF_TABLE_COUNT]
  int shards;                           // 0: the corpus is one file
  const int64_t *shard_rows;            // transactions of each, shape [shards]
  const char *run_id;                   // of the runs that made them
  int starts;                           // how many runs there were
  const struct sf_fraud_totals *fraud;  // used if the configuration has fraud
  const struct sf_corpus_digests *digests;
  const struct sf_timer *timer;  // this rank's
  int64_t knowledge_bytes;       // of what the bank knows, on a node; 0 without features
};

// "corpus.manifest.json" for "corpus.h5"; other names get the suffix added.
void sf_manifest_path(const char *corpus, char path[SF_PATH_SIZE + 32]);

// Collective over `comm`. Rank 0 writes the file under a temporary name and
// renames it. Errors, the same on all ranks: SF_FILE, SF_MEMORY.
enum sf_status sf_manifest_write(MPI_Comm comm, const char *corpus,
                                 const struct sf_manifest *manifest, struct sf_error *error);

#endif

#ifndef SF_JOBS_VERIFY_H
#define SF_JOBS_VERIFY_H

#include <stdbool.h>

#include "io/corpus_reader.h"
#include "kernels/check/invariant.h"
#include "kernels/check/pairing.h"
#include "kernels/digest.h"
#include "mpi/partition.h"

// What is found out about a corpus. Parts found by ranks add up.
struct sf_findings {
  struct sf_verdict invariant[SF_INVARIANT_COUNT];
  struct sf_verdict order;  // rows of /transactions by customer; ids that exist
  struct sf_pairing pairing;
  struct sf_link_pairing links;      // of rings: rows and edges
  struct sf_pairing membership;      // of rings: members, all but exposed ones, and episodes
  struct sf_verdict finite;          // rows of features
  struct sf_corpus_digests digests;  // recomputed
};

// Checks the customers, merchants, transactions, labels and episodes of a rank's
// share, and the rings rings.begin+1 .. rings.end. Not collective. Errors: SF_FILE,
// SF_MEMORY; a violation is a finding, not an error.
enum sf_status sf_verify_share(const struct sf_corpus *corpus, const struct sf_share *share,
                               struct sf_range rings, struct sf_findings *findings,
                               struct sf_error *error);

// Prints one line per check, unless `quiet`. Errors: SF_MISMATCH if a check
// failed, naming the first; SF_FORMAT if digests are missing.
enum sf_status sf_verify_report(const struct sf_corpus *corpus, const char *path,
                                const struct sf_findings *findings, bool quiet,
                                struct sf_error *error);

#endif

#ifndef SF_JOBS_VERIFY_PARTS_H
#define SF_JOBS_VERIFY_PARTS_H

#include "jobs/verify.h"

// Private to verify: the parts of a share.

// Checks the rings share.begin+1 .. share.end with their members and links. Not
// collective. Errors: SF_FILE, SF_MEMORY.
enum sf_status sf_verify_rings(const struct sf_corpus *corpus, struct sf_range share,
                               struct sf_findings *findings, struct sf_error *error);

// Digests the features of a share, if there are any, and counts rows with values that are
// not finite. Not collective. Errors: SF_FILE, SF_FORMAT, SF_MEMORY.
enum sf_status sf_verify_features(const struct sf_corpus *corpus, const char *path,
                                  const struct sf_share *share, struct sf_findings *findings,
                                  struct sf_error *error);

// Compares the digests found with those stored; `*differing` takes the name of the first
// feature that differs. Errors: SF_FILE, SF_FORMAT.
enum sf_status sf_verify_feature_digests(const char *path, int64_t rows,
                                         const struct sf_findings *findings,
                                         struct sf_verdict *verdict, const char **differing,
                                         struct sf_error *error);

#endif

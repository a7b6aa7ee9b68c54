#ifndef SF_JOBS_VERIFY_PARTS_H
#define SF_JOBS_VERIFY_PARTS_H

#include "jobs/verify.h"

// Private to verify: the parts of a share.

// Checks the rings share.begin+1 .. share.end with their members and links. Not
// collective. Errors: SF_FILE, SF_MEMORY.
enum sf_status sf_verify_rings(const struct sf_corpus *corpus, struct sf_range share,
                               struct sf_findings *findings, struct sf_error *error);

#endif

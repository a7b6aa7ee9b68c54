#ifndef SF_JOBS_DIFF_FEATURES_H
#define SF_JOBS_DIFF_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/status.h"

// Compares the features of two corpora with `rows[0]` and `rows[1]` transactions by
// name: by their digests, and where these differ by their first rows, as `synfin diff`
// does with columns. Prints unless `quiet`; adds to *different the features that differ or
// that only one has. Not collective. Errors: SF_FILE, SF_FORMAT, SF_MEMORY.
enum sf_status sf_diff_features(const char *const path[2], const int64_t rows[2], bool quiet,
                                int *different, struct sf_error *error);

#endif

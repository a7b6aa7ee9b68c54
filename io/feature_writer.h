#ifndef SF_IO_FEATURE_WRITER_H
#define SF_IO_FEATURE_WRITER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernels/digest.h"
#include "kernels/features/isolation.h"
#include "kernels/status.h"

// /features of a corpus that is being written: the dataset /features/values, float32
// [rows, features], with the attributes names, units, groups and definitions
// (fixed-length strings, one a feature) and later digests; and on the group the fit of
// the outlier score as isolation_bins, isolation_ranges and isolation_scores.

// Collective over the file's communicator. Creates group, dataset and attributes;
// *dataset is the caller's to close. Errors: SF_FILE, SF_MEMORY.
// `groups`: of features, as everywhere here (kernels/features/features.h).
// `chunk`: rows of a compressed chunk, 0: none.
enum sf_status sf_feature_writer_create(hid_t file, int64_t rows, uint32_t groups, int64_t chunk,
                                        const struct sf_isolation_fit *fit, hid_t *dataset,
                                        struct sf_error *error);

// Collective. Gives the attributes to a group and a dataset, as above; negative on
// failure.
herr_t sf_feature_describe(hid_t group, hid_t dataset, uint32_t groups,
                           const struct sf_isolation_fit *fit);

// Writes rows first .. first+rows-1, shape [rows, features]. Independent, or
// collective with at most `most` rows on any rank. Negative on failure.
herr_t sf_feature_writer_rows(hid_t dataset, int64_t first, int64_t rows, int64_t most,
                              uint32_t groups, const float *values, bool collective);

// Collective. Stores the digests, one a feature, as an attribute; negative on failure.
herr_t sf_feature_writer_digests(hid_t dataset, uint32_t groups, const struct sf_digest *digest);

// Bytes that the attributes and headers of /features take at most.
#define SF_FEATURE_METADATA_BYTES ((int64_t)128 << 10)

#endif

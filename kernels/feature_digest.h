#ifndef SF_KERNELS_FEATURE_DIGEST_H
#define SF_KERNELS_FEATURE_DIGEST_H

#include "kernels/digest.h"
#include "kernels/status.h"

// Digests of /features/values, one a feature: as of a column of /transactions
// (digest.h), with the values of each feature gathered. Rows pass by in file order, in
// pieces of any size.
struct sf_feature_digester;

// For rows of so many features. Errors: SF_MEMORY. The caller's to free.
enum sf_status sf_feature_digester_create(uint32_t width, struct sf_feature_digester **digester,
                                          struct sf_error *error);
void sf_feature_digester_free(struct sf_feature_digester *digester);

// Takes in `values`, shape [rows, width], of the transactions of customers
// `customer_id`, shape [rows].
void sf_feature_digester_add(struct sf_feature_digester *digester, const float *values,
                             const uint32_t *customer_id, int64_t rows);

// Closes the last tile and adds the sums to `digest`, shape [width]. What comes then is
// digested anew.
void sf_feature_digester_end(struct sf_feature_digester *digester, struct sf_digest *digest);

#endif

#ifndef SF_IO_FEATURE_VALUES_H
#define SF_IO_FEATURE_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/digest.h"
#include "kernels/status.h"

// /features/values of a corpus, float32 [rows, columns], open for reading, with the
// names of its columns from the attribute "names" (fixed-length strings). Values that
// lie in shards are read from them, one of which is open at a time. Not collective.
struct sf_feature_values;

#define SF_FEATURE_NAME_SIZE 64  // with its final zero
#define SF_FEATURE_COLUMNS_MAX 256u

// Opens those of a corpus or of a shard alone. Errors: SF_FILE, SF_FORMAT (there are no
// features, or not as they should be; their number of rows is not `rows`), SF_MEMORY. `*values` is
// the caller's to close.
enum sf_status sf_feature_values_open(const char *path, int64_t rows,
                                      struct sf_feature_values **values, struct sf_error *error);
void sf_feature_values_close(struct sf_feature_values *values);

uint32_t sf_feature_values_columns(const struct sf_feature_values *values);
const char *sf_feature_values_name(const struct sf_feature_values *values, uint32_t column);

// The groups of features that the columns are (kernels/features/features.h). Errors:
// SF_FORMAT, unless they are those of whole groups in file order.
enum sf_status sf_feature_values_groups(const struct sf_feature_values *values, uint32_t *groups,
                                        struct sf_error *error);

// Whether a file has features at all; false as well if it cannot be read.
bool sf_feature_values_exist(const char *path);

// Digests of the columns, shape [columns], as stored. Errors: SF_FORMAT.
enum sf_status sf_feature_values_digests(const struct sf_feature_values *values,
                                         struct sf_digest *digest, struct sf_error *error);

// Reads rows first .. first+count-1, counted in the whole corpus, to `data`, shape [count,
// columns], row-major.
enum sf_status sf_feature_values_read(const struct sf_feature_values *values, int64_t first,
                                      int64_t count, float *data, struct sf_error *error);

#endif

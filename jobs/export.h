#ifndef SF_JOBS_EXPORT_H
#define SF_JOBS_EXPORT_H

#include "io/options.h"
#include "kernels/status.h"

// What --table says behind the tables of the schema: the features.
#define SF_EXPORT_FEATURES ((int32_t)SF_TABLE_COUNT)

// Writes features of all transactions of the corpus at `path` as `options` say: as text,
// after the transaction_id of each row, or as one array of float32 [rows, features].
// Not collective: one rank writes. Errors: SF_USAGE (a name, the output), SF_FORMAT,
// SF_FILE, SF_SPACE, SF_MEMORY.
enum sf_status sf_export_features(const char *path, const struct sf_options *options,
                                  struct sf_error *error);

#endif

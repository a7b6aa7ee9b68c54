#ifndef SF_JOBS_LEARN_METADATA_H
#define SF_JOBS_LEARN_METADATA_H

#include <jansson.h>

#include "io/options.h"
#include "io/output_folder.h"
#include "jobs/learn/dataset.h"
#include "jobs/learn/recipe.h"
#include "kernels/status.h"

// metadata.json, beside prepared arrays and models.

// Program, corpus (digest, schema version) and view (split, seed, as_of), and the rows
// of each part; null with `error` set on failure. The caller's to release.
json_t *sf_metadata_begin(const struct sf_dataset *dataset, const struct sf_learn_options *learn,
                          const struct sf_fitted *fitted, struct sf_error *error);

// {train: n, validation: n, test: n} of counts of shape [SF_SPLIT_COUNT].
json_t *sf_parts_json(const int64_t count[]);

// Reads back the view that sf_metadata_begin stored. Errors: SF_FORMAT, SF_MISMATCH (a
// corpus of another schema version).
enum sf_status sf_metadata_view(const json_t *metadata, const char *path, struct sf_view *view,
                                struct sf_error *error);

// Writes metadata.json into a folder. Errors: SF_FILE.
enum sf_status sf_metadata_write(const struct sf_output_folder *folder, const json_t *metadata,
                                 struct sf_error *error);

// Writes a JSON file that gets its name when it is whole; `force` replaces one. Errors:
// SF_USAGE, SF_FILE, SF_SPACE, SF_MEMORY.
enum sf_status sf_json_write(const char *path, const json_t *json, int force,
                             struct sf_error *error);

#endif

#ifndef SF_JOBS_SHARD_FOLDER_H
#define SF_JOBS_SHARD_FOLDER_H

#include <stdbool.h>

#include "io/options.h"
#include "io/shard.h"
#include "kernels/status.h"

// The folder of the shards before and between the writing of shards: what is there,
// what stays, what goes. Nothing here is collective: one rank calls.

// Before anything is touched: whether the corpus may be made, with room for it, and makes
// the folder. Shards of the range that are there want --resume or --force. Errors: those of
// sf_output_check and sf_output_room; SF_USAGE, SF_FILE.
enum sf_status sf_shard_folder_check(const char *corpus, const struct sf_options *options,
                                     struct sf_range shards, struct sf_error *error);

// Removes unfinished files of the range, and with --force the finished ones as well, and
// with the first of these the corpus that would show them. The range is locked. Errors: SF_FILE.
enum sf_status sf_shard_folder_clean(const char *corpus, const struct sf_options *options,
                                     struct sf_range shards, struct sf_error *error);

// The file "run" in the folder: by which name all runs that work on the corpus are known, and
// a line for each of them.

// The name that the first run has left, and how many runs there were; false if there is none.
bool sf_shard_folder_read_run(const char *corpus, char run_id[SF_PATH_SIZE], int *starts);

// Adds a run. Errors: SF_FILE.
enum sf_status sf_shard_folder_note_run(const char *corpus, const char *run_id,
                                        struct sf_range shards, struct sf_error *error);

// Sees to the plan in the folder: one that is there is held against the configuration, one
// that is given is linked or copied. `*there` is 0 if it is still to be made. Errors: SF_CONFIG
// for the plan of another configuration, SF_FILE, SF_FORMAT, SF_MEMORY.
enum sf_status sf_shard_folder_plan(const char *corpus, const struct sf_options *options,
                                    const struct sf_config *config, int *there,
                                    struct sf_error *error);

// The groups of features that a shard has. Errors: SF_FILE, SF_FORMAT, SF_MEMORY.
enum sf_status sf_shard_folder_features(const char *path, uint32_t *groups, struct sf_error *error);

// Whether a shard is there and whole, by its digest; says on the standard error stream
// what is wrong with one that is not. Errors: SF_CONFIG if it is one of another number of
// shards or has other features.
enum sf_status sf_shard_folder_keep(const char *path, const struct sf_config *config,
                                    const struct sf_shard *shard, int *stays,
                                    struct sf_error *error);

#endif

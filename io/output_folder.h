#ifndef SF_IO_OUTPUT_FOLDER_H
#define SF_IO_OUTPUT_FOLDER_H

#include "kernels/status.h"

// A folder of files that gets its name only when all of them are whole: it is made as
// "<path>.partial". Not collective: one rank writes.
struct sf_output_folder {
  char path[4096], partial[4096];  // partial[0] == 0: there is nothing to discard
};

// The file that every such folder holds, and without which none is replaced.
#define SF_OUTPUT_FOLDER_MARK "metadata.json"

// Creates the partial folder; leftovers of an earlier run are removed. What exists at
// `path` is refused unless `force` and it is a folder of plain files with the mark.
// Errors: SF_USAGE, SF_FILE; then there is nothing to discard.
enum sf_status sf_output_folder_create(struct sf_output_folder *folder, const char *path, int force,
                                       struct sf_error *error);

// Path of a file in the partial folder.
void sf_output_folder_file(const struct sf_output_folder *folder, const char *name,
                           char path[4096]);

// Gives the folder its name, in place of an earlier one. Errors: SF_FILE.
enum sf_status sf_output_folder_commit(struct sf_output_folder *folder, struct sf_error *error);

// Removes the partial folder unless it was committed.
void sf_output_folder_discard(struct sf_output_folder *folder);

#endif

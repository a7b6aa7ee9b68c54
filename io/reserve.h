#ifndef SF_IO_RESERVE_H
#define SF_IO_RESERVE_H

#include <stdint.h>

#include "kernels/status.h"

// Space and names of output files. Nothing here is collective: one rank calls.
//
// A file is made as "<path>.partial" and gets its name only when it is whole.

// Refuses an output that cannot be: a folder, a device or a pipe, an existing
// file (unless `force`), a folder that is missing or cannot be written, a name
// too long for what is added to it, standard output ("-"). Nothing is written.
// Errors: SF_USAGE, SF_FILE.
enum sf_status sf_output_check(const char *path, int force, struct sf_error *error);

// Refuses an output that is the file that is read, by whatever name. Errors: SF_USAGE.
enum sf_status sf_output_apart(const char *path, const char *input, struct sf_error *error);

// Refuses an output of `bytes` bytes if its file system has less free. Errors:
// SF_SPACE, SF_FILE.
enum sf_status sf_output_room(const char *path, int64_t bytes, struct sf_error *error);

// Creates an empty file, in place of any, and reserves the disk blocks of its
// first `bytes` bytes without changing its size. Where the file system cannot
// reserve, checks that so much is free. Errors: SF_SPACE, SF_FILE; then there
// is no file.
enum sf_status sf_reserve_create(const char *path, int64_t bytes, struct sf_error *error);

// Extends the reservation of an existing file.
enum sf_status sf_reserve_more(const char *path, int64_t bytes, struct sf_error *error);

// The same for bytes from .. to-1, as a file grows. Where the file system cannot
// reserve, only these have to be free.
enum sf_status sf_reserve_ahead(const char *path, int64_t from, int64_t to, struct sf_error *error);

// Brings a file to the disk, and gives back what was reserved beyond its end.
enum sf_status sf_file_sync(const char *path, struct sf_error *error);

// Renames, and brings the name to the disk.
enum sf_status sf_file_rename(const char *from, const char *to, struct sf_error *error);

#endif

#ifndef SF_IO_TEXT_OUTPUT_H
#define SF_IO_TEXT_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/status.h"

// A text file that is written through a large buffer as "<path>.partial" and
// gets its name only when it is whole. Not collective: one rank writes.
struct sf_text_output {
  char *buffer;
  size_t used;
  int64_t written;  // bytes that have left the buffer
  int descriptor;   // negative: closed
  char path[4096], partial[4096];
};

// Bytes that may be asked for at once.
#define SF_TEXT_ROOM_MAX ((size_t)1 << 18)

// Creates the partial file; an existing output is refused unless `force`.
// Errors: SF_USAGE, SF_FILE, SF_MEMORY; then there is nothing to discard.
enum sf_status sf_text_output_create(struct sf_text_output *output, const char *path, int force,
                                     struct sf_error *error);

// Makes room for `bytes` <= SF_TEXT_ROOM_MAX behind output->buffer +
// output->used; the caller writes there and raises `used`. Errors: SF_SPACE,
// SF_FILE.
enum sf_status sf_text_output_room(struct sf_text_output *output, size_t bytes,
                                   struct sf_error *error);

// Brings the file to the disk under its name. Errors: SF_SPACE, SF_FILE.
enum sf_status sf_text_output_commit(struct sf_text_output *output, struct sf_error *error);

// Frees the buffer; removes the partial file unless it was committed.
void sf_text_output_free(struct sf_text_output *output);

#endif

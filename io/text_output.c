#include "io/text_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/reserve.h"

// Large enough that a call of the system costs nothing per row, small enough to
// stay in the cache.
#define BUFFER_SIZE ((size_t)1 << 20)

enum sf_status sf_text_output_create(struct sf_text_output *output, const char *path, int force,
                                     struct sf_error *error) {
  *output = (struct sf_text_output){.descriptor = -1};
  SF_TRY(sf_output_check(path, force, error));
  const int length = snprintf(output->partial, sizeof output->partial, "%s.partial", path);
  if (length < 0 || (size_t)length >= sizeof output->partial) {
    return sf_fail(error, SF_USAGE, "%.64s...: the path is too long", path);
  }
  snprintf(output->path, sizeof output->path, "%s", path);
  output->buffer = malloc(BUFFER_SIZE);
  if (!output->buffer) {
    return sf_fail(error, SF_MEMORY, "out of memory for the output");
  }
  output->descriptor =
      open(output->partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (output->descriptor < 0) {
    const int cause = errno;
    free(output->buffer);
    output->buffer = NULL;
    return sf_fail(error, SF_FILE, "%s: cannot create: %s", output->partial, strerror(cause));
  }
  return SF_OK;
}

static enum sf_status write_failure(const struct sf_text_output *output, struct sf_error *error) {
  const bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
  return sf_fail(error, is_full ? SF_SPACE : SF_FILE, "%s: cannot write: %s", output->partial,
                 strerror(errno));
}

static enum sf_status drain(struct sf_text_output *output, struct sf_error *error) {
  size_t done = 0;
  while (done < output->used) {
    const ssize_t n = write(output->descriptor, output->buffer + done, output->used - done);
    if (n < 0 && errno != EINTR) {
      return write_failure(output, error);
    }
    done += n > 0 ? (size_t)n : 0;
  }
  output->written += (int64_t)done;
  output->used = 0;
  return SF_OK;
}

enum sf_status sf_text_output_room(struct sf_text_output *output, size_t bytes,
                                   struct sf_error *error) {
  return output->used + bytes <= BUFFER_SIZE ? SF_OK : drain(output, error);
}

enum sf_status sf_text_output_commit(struct sf_text_output *output, struct sf_error *error) {
  SF_TRY(drain(output, error));
  // Delayed allocation and network file systems report a full disk only here.
  const bool failed = fsync(output->descriptor) != 0;
  const enum sf_status synced = failed ? write_failure(output, error) : SF_OK;
  const bool closed = close(output->descriptor) == 0;
  output->descriptor = -1;
  SF_TRY(synced);
  if (!closed) {
    return write_failure(output, error);
  }
  SF_TRY(sf_file_rename(output->partial, output->path, error));
  output->partial[0] = 0;
  return SF_OK;
}

void sf_text_output_free(struct sf_text_output *output) {
  if (output->descriptor >= 0) {
    close(output->descriptor);
  }
  if (output->buffer && output->partial[0]) {
    unlink(output->partial);
  }
  free(output->buffer);
  *output = (struct sf_text_output){.descriptor = -1};
}

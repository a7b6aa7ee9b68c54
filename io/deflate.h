#ifndef SF_IO_DEFLATE_H
#define SF_IO_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/status.h"

// Chunks as HDF5's filters shuffle and deflate store and read them, ten times as
// fast as those: ISA-L instead of zlib. Bytes of equal significance of all elements
// come together (shuffle), and are written as a zlib stream (RFC 1950, level 1).
// The same values may become other bytes with another version of ISA-L or on
// another kind of processor; read back they are always the same.
struct sf_deflate;

// Workspace for chunks of up to `most` bytes. `*result` is the caller's to free.
// Errors: SF_MEMORY.
enum sf_status sf_deflate_create(size_t most, struct sf_deflate **result, struct sf_error *error);
void sf_deflate_free(struct sf_deflate *deflate);

struct sf_deflated {
  const void *data;  // in the workspace until its next use, or as given
  size_t bytes;
  uint32_t skipped;  // filters that were left out, bit i for filter i (H5Dwrite_chunk)
};

// Compresses `count` elements of `size` bytes. What does not become smaller stays as
// it is, with both filters left out.
struct sf_deflated sf_deflate_chunk(struct sf_deflate *deflate, const void *data, size_t count,
                                    size_t size);

// Room for a compressed chunk to be read into, until the workspace is used again.
void *sf_deflate_room(struct sf_deflate *deflate, size_t *bytes);

// The inverse: fills `data`, shape [count, size], from a chunk,
// which may lie in that room. Errors: SF_FORMAT
// (the chunk is damaged; its checksum tells).
enum sf_status sf_inflate_chunk(struct sf_deflate *deflate, struct sf_deflated chunk, void *data,
                                size_t count, size_t size, struct sf_error *error);

#endif

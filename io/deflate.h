#ifndef SF_IO_DEFLATE_H
#define SF_IO_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/status.h"

// Chunks as HDF5's filters shuffle and deflate store and read them, many times as fast
// as those. What is compressed are planes (io/byte_planes.h), each in the way that suits
// it: matches and codes by ISA-L at level 1, a code alone (io/literal_code.h), or bytes as
// they are; the chunk is one zlib stream (RFC 1950) of them all.
// The same values may become other bytes with another version of ISA-L or on
// another kind of processor; read back they are always the same.
struct sf_deflate;

// Workspace for chunks of up to `count` elements of up to `size` bytes. `*result` is the
// caller's to free. Errors: SF_MEMORY.
enum sf_status sf_deflate_create(size_t count, size_t size, struct sf_deflate **result,
                                 struct sf_error *error);
void sf_deflate_free(struct sf_deflate *deflate);

// How the planes of one column are compressed, from its first chunk on: that depends on
// the chunks of the column so far, and on nothing else.
struct sf_deflate_column;

// For elements of `size` bytes. `*result` is the caller's to free. Errors: SF_MEMORY.
enum sf_status sf_deflate_column_create(size_t size, struct sf_deflate_column **result,
                                        struct sf_error *error);
void sf_deflate_column_free(struct sf_deflate_column *column);

struct sf_deflated {
  const void *data;  // in the workspace until its next use, or as given
  size_t bytes;
  uint32_t skipped;  // filters that were left out, bit i for filter i (H5Dread_chunk)
};

// Compresses the next chunk of a column, `count` elements. `planes`, shape [size, count],
// are only read. No filter is left out.
struct sf_deflated sf_deflate_chunk(struct sf_deflate *deflate, struct sf_deflate_column *column,
                                    unsigned char *planes, size_t count);

// Room for a compressed chunk to be read into, until the workspace is used again.
void *sf_deflate_room(struct sf_deflate *deflate, size_t *bytes);

// The inverse: fills `data`, shape [count, size], from a chunk,
// which may lie in that room. Errors: SF_FORMAT
// (the chunk is damaged; its checksum tells).
enum sf_status sf_inflate_chunk(struct sf_deflate *deflate, struct sf_deflated chunk, void *data,
                                size_t count, size_t size, struct sf_error *error);

#endif

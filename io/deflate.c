#include "io/deflate.h"

#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct sf_deflate {
  size_t most, room;
  unsigned char *shuffled;  // shape [most]
  unsigned char *deflated;  // shape [room]
  unsigned char *level;     // ISA-L's own memory
  struct isal_zstream stream;
};

#define LEVEL 1
#define LEVEL_BYTES ISAL_DEF_LVL1_DEFAULT

// The places of the two filters in the pipeline of a dataset.
enum { SHUFFLE = 1u << 0, DEFLATE = 1u << 1 };

enum sf_status sf_deflate_create(size_t most, struct sf_deflate **result, struct sf_error *error) {
  struct sf_deflate *made = calloc(1, sizeof *made);
  if (made) {
    made->most = most;
    // Stored blocks of 64 KiB with 5 bytes each, header and checksum.
    made->room = most + most / 8192 + 64;
    made->shuffled = malloc(most + 1);
    made->deflated = malloc(made->room);
    made->level = malloc(LEVEL_BYTES);
  }
  if (!made || !made->shuffled || !made->deflated || !made->level) {
    sf_deflate_free(made);
    return sf_fail(error, SF_MEMORY, "out of memory to compress");
  }
  *result = made;
  return SF_OK;
}

void sf_deflate_free(struct sf_deflate *deflate) {
  if (deflate) {
    free(deflate->level);
    free(deflate->deflated);
    free(deflate->shuffled);
    free(deflate);
  }
}

// Elements that are shuffled at a time: what lies between stays in the nearest cache.
#define BLOCK 512

// Every other byte to `even`, the rest to `odd`: compilers make vectors of it.
static void split(const unsigned char *restrict from, size_t pairs, unsigned char *restrict even,
                  unsigned char *restrict odd) {
  for (size_t i = 0; i < pairs; i++) {
    uint16_t pair;
    memcpy(&pair, from + 2 * i, sizeof pair);
    even[i] = (unsigned char)pair;
    odd[i] = (unsigned char)(pair >> 8);
  }
}

static void join(const unsigned char *restrict even, const unsigned char *restrict odd,
                 size_t pairs, unsigned char *restrict to) {
  for (size_t i = 0; i < pairs; i++) {
    const uint16_t pair = (uint16_t)(even[i] | odd[i] << 8);
    memcpy(to + 2 * i, &pair, sizeof pair);
  }
}

// Byte b of `count` <= BLOCK elements of `size`, 2, 4 or 8, to `to` + b * stride. Even
// bytes of elements are elements of half the size.
static void shuffle_block(const unsigned char *from, size_t count, size_t size, unsigned char *to,
                          size_t stride) {
  if (size == 2) {
    split(from, count, to, to + stride);
    return;
  }
  unsigned char even[4 * BLOCK], odd[4 * BLOCK];
  split(from, count * size / 2, even, odd);
  shuffle_block(even, count, size / 2, to, 2 * stride);
  shuffle_block(odd, count, size / 2, to + stride, 2 * stride);
}

static void unshuffle_block(const unsigned char *from, size_t stride, size_t count, size_t size,
                            unsigned char *to) {
  if (size == 2) {
    join(from, from + stride, count, to);
    return;
  }
  unsigned char half[2][4 * BLOCK] = {0};
  unshuffle_block(from, 2 * stride, count, size / 2, half[0]);
  unshuffle_block(from + stride, 2 * stride, count, size / 2, half[1]);
  join(half[0], half[1], count * size / 2, to);
}

static bool is_split(size_t size) { return size == 2 || size == 4 || size == 8; }

static void shuffle(const unsigned char *from, size_t count, size_t size, unsigned char *to) {
  for (size_t i = 0; i < count && is_split(size); i += BLOCK) {
    shuffle_block(from + i * size, count - i < BLOCK ? count - i : BLOCK, size, to + i, count);
  }
  for (size_t b = 0; b < size && !is_split(size); b++) {
    for (size_t i = 0; i < count; i++) {
      to[b * count + i] = from[i * size + b];
    }
  }
}

static void unshuffle(const unsigned char *from, size_t count, size_t size, unsigned char *to) {
  for (size_t i = 0; i < count && is_split(size); i += BLOCK) {
    unshuffle_block(from + i, count, count - i < BLOCK ? count - i : BLOCK, size, to + i * size);
  }
  for (size_t b = 0; b < size && !is_split(size); b++) {
    for (size_t i = 0; i < count; i++) {
      to[i * size + b] = from[b * count + i];
    }
  }
}

struct sf_deflated sf_deflate_chunk(struct sf_deflate *deflate, const void *data, size_t count,
                                    size_t size) {
  const size_t bytes = count * size;
  unsigned char *input = deflate->shuffled;
  if (size > 1) {
    shuffle(data, count, size, input);
  } else {
    memcpy(input, data, bytes);  // ISA-L takes no const
  }
  struct isal_zstream *stream = &deflate->stream;
  isal_deflate_stateless_init(stream);
  // Places of earlier matches: what another chunk left would be tried as well, and the
  // bytes would depend on it.
  memset(deflate->level, 0, ISAL_DEF_LVL1_REQ);
  stream->level = LEVEL;
  stream->level_buf = deflate->level;
  stream->level_buf_size = LEVEL_BYTES;
  stream->gzip_flag = IGZIP_ZLIB;
  stream->end_of_stream = 1;
  stream->next_in = input;
  stream->avail_in = (uint32_t)bytes;
  stream->next_out = deflate->deflated;
  stream->avail_out = (uint32_t)deflate->room;
  if (isal_deflate_stateless(stream) == COMP_OK && stream->total_out < bytes) {
    return (struct sf_deflated){deflate->deflated, stream->total_out, 0};
  }
  return (struct sf_deflated){data, bytes, SHUFFLE | DEFLATE};
}

void *sf_deflate_room(struct sf_deflate *deflate, size_t *bytes) {
  *bytes = deflate->room;
  return deflate->deflated;
}

static bool inflate(const struct sf_deflated *chunk, void *to, size_t bytes) {
  struct inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_ZLIB;                    // header and checksum are looked at
  state.next_in = (unsigned char *)chunk->data;  // ISA-L takes no const
  state.avail_in = (uint32_t)chunk->bytes;
  state.next_out = to;
  state.avail_out = (uint32_t)bytes;
  return isal_inflate(&state) == ISAL_DECOMP_OK && state.block_state == ISAL_BLOCK_FINISH &&
         state.total_out == bytes;
}

enum sf_status sf_inflate_chunk(struct sf_deflate *deflate, struct sf_deflated chunk, void *data,
                                size_t count, size_t size, struct sf_error *error) {
  const size_t bytes = count * size;
  const bool deflated = !(chunk.skipped & DEFLATE),
             shuffled = size > 1 && !(chunk.skipped & SHUFFLE);
  if (deflated ? !inflate(&chunk, shuffled ? deflate->shuffled : data, bytes)
               : chunk.bytes != bytes) {
    return sf_fail(error, SF_FORMAT, "a compressed chunk is damaged");
  }
  const void *from = deflated ? deflate->shuffled : chunk.data;
  if (shuffled) {
    unshuffle(from, count, size, data);
  } else if (!deflated) {
    memcpy(data, chunk.data, bytes);
  }
  return SF_OK;
}

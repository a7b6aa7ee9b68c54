#include "io/deflate.h"

#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "io/byte_planes.h"
#include "io/literal_code.h"

struct sf_deflate {
  size_t room;
  unsigned char *planes;    // for chunks that are read, shape [count * size]
  unsigned char *deflated;  // shape [room]
  unsigned char *level;     // ISA-L's own memory
  struct isal_zstream stream;
};

#define LEVEL 1
#define LEVEL_BYTES ISAL_DEF_LVL1_DEFAULT

// The places of the two filters in the pipeline of a dataset.
enum { SHUFFLE = 1u << 0, DEFLATE = 1u << 1 };

// Most bytes of a stored block, a whole number of pages.
#define STORED_MOST ((size_t)61440)

// A plane that is not made smaller: blocks of its bytes, 5 bytes before each. ISA-L's own
// blocks are longer, and one more brings the next plane to a whole byte.
static size_t stored_room(size_t count) { return count + 5 * (count / STORED_MOST + 1) + 16; }

enum sf_status sf_deflate_create(size_t count, size_t size, struct sf_deflate **result,
                                 struct sf_error *error) {
  struct sf_deflate *made = calloc(1, sizeof *made);
  if (made) {
    // A plane may be tried with a code that makes it larger.
    made->room = size * stored_room(count) + sf_literal_code_room(count);
    made->planes = malloc(count * size + 1);
    made->deflated = malloc(made->room);
    made->level = malloc(LEVEL_BYTES);
  }
  if (!made || !made->planes || !made->deflated || !made->level) {
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
    free(deflate->planes);
    free(deflate);
  }
}

enum way { STORED, MATCHED, CODED };

struct plane {
  enum way way;
  uint32_t chunks;  // since the way was chosen; 0: it is to be chosen
  size_t bytes;     // of the chunk that it was chosen for
  struct sf_literal_code code;
};

struct sf_deflate_column {
  size_t size;
  struct plane plane[];  // shape [size]
};

// What a chunk shows of a plane holds for so many.
#define CHUNKS_OF_A_CHOICE 32

enum sf_status sf_deflate_column_create(size_t size, struct sf_deflate_column **result,
                                        struct sf_error *error) {
  struct sf_deflate_column *made = calloc(1, sizeof *made + size * sizeof made->plane[0]);
  if (!made) {
    return sf_fail(error, SF_MEMORY, "out of memory to compress");
  }
  made->size = size;
  *result = made;
  return SF_OK;
}

void sf_deflate_column_free(struct sf_deflate_column *column) { free(column); }

// The writers of planes return where the next begins, at a whole byte.

static unsigned char *write_stored(const unsigned char *bytes, size_t count, unsigned char *to) {
  for (size_t at = 0; at < count; at += STORED_MOST) {
    const size_t now = count - at < STORED_MOST ? count - at : STORED_MOST;
    const uint16_t length = (uint16_t)now, inverse = (uint16_t)~now;
    *to = 0;  // a stored block, not the last
    memcpy(to + 1, &length, sizeof length);
    memcpy(to + 3, &inverse, sizeof inverse);
    memcpy(to + 5, bytes + at, now);
    to += 5 + now;
  }
  return to;
}

static unsigned char *write_matched(struct sf_deflate *deflate, unsigned char *bytes, size_t count,
                                    unsigned char *to) {
  struct isal_zstream *stream = &deflate->stream;
  isal_deflate_stateless_init(stream);
  // Places of earlier matches: what another plane left would be tried as well, and the
  // bytes would depend on it.
  memset(deflate->level, 0, ISAL_DEF_LVL1_REQ);
  stream->level = LEVEL;
  stream->level_buf = deflate->level;
  stream->level_buf_size = LEVEL_BYTES;
  stream->gzip_flag = IGZIP_DEFLATE;
  stream->flush = FULL_FLUSH;
  stream->next_in = bytes;
  stream->avail_in = (uint32_t)count;
  stream->next_out = to;
  stream->avail_out = (uint32_t)stored_room(count);
  return isal_deflate_stateless(stream) == COMP_OK && stream->total_out < count
             ? to + stream->total_out
             : write_stored(bytes, count, to);
}

// A code alone takes a fifth of the time of matches (0.5 and 2.5 ns a byte that hardly repeats),
// and stored bytes hardly any: fewer bytes are worth it from a third and from an eighth on.
#define WORTH_MATCHES 3
#define WORTH_A_CODE 8

// Whether `few` is less than `many` by more than one part of so many.
static bool is_less(size_t few, size_t many, size_t parts) { return few < many - many / parts; }

// Bytes in the middle of a plane that show what matches leave of it.
#define SAMPLE ((size_t)8192)

// The way that suits a plane. Overwrites what is at `room`, where the plane is to be written.
static enum way choose(struct sf_deflate *deflate, struct plane *plane, unsigned char *bytes,
                       size_t count, unsigned char *room) {
  const size_t sample = count < SAMPLE ? count : SAMPLE;
  const unsigned char *end = write_matched(deflate, bytes + (count - sample) / 2, sample, room);
  const size_t matched = (size_t)(end - room) * count / sample;
  if (matched <= count / 8) {
    return MATCHED;  // a code alone takes a bit a byte
  }
  uint32_t frequency[256];
  sf_literal_counts(bytes, count, frequency);
  sf_literal_code_make(frequency, &plane->code);
  const size_t coded = sf_literal_code_bytes(&plane->code, frequency);
  const enum way way = is_less(matched, coded, WORTH_MATCHES) ? MATCHED : CODED;
  return is_less(way == CODED ? coded : matched, count, WORTH_A_CODE) ? way : STORED;
}

static unsigned char *write_plane(struct sf_deflate *deflate, struct plane *plane,
                                  unsigned char *bytes, size_t count, unsigned char *to) {
  if (plane->chunks == 0) {
    plane->way = choose(deflate, plane, bytes, count, to);
  }
  unsigned char *end = NULL;
  switch (plane->way) {
    case STORED:
      end = write_stored(bytes, count, to);
      break;
    case MATCHED:
      end = write_matched(deflate, bytes, count, to);
      break;
    case CODED:
      end = sf_literal_code_write(&plane->code, bytes, count, to);
      end = (size_t)(end - to) < count ? end : write_stored(bytes, count, to);
      break;
  }
  const size_t written = (size_t)(end - to);
  plane->bytes = plane->chunks == 0 ? written : plane->bytes;
  const bool is_worse = plane->way != STORED && is_less(plane->bytes, written, WORTH_A_CODE);
  plane->chunks = is_worse ? 0 : (plane->chunks + 1) % CHUNKS_OF_A_CHOICE;
  return end;
}

struct sf_deflated sf_deflate_chunk(struct sf_deflate *deflate, struct sf_deflate_column *column,
                                    unsigned char *planes, size_t count) {
  unsigned char *to = deflate->deflated;
  *to++ = 0x78;  // deflate, a window of 32 KiB
  *to++ = 0x01;  // the fastest level, and a check sum of both bytes
  for (size_t b = 0; b < column->size; b++) {
    to = write_plane(deflate, &column->plane[b], planes + b * count, count, to);
  }
  static const unsigned char last[5] = {1, 0, 0, 0xff, 0xff};  // a stored block of nothing
  memcpy(to, last, sizeof last);
  to += sizeof last;
  const uint32_t sum = isal_adler32(1, planes, count * column->size);
  for (int shift = 24; shift >= 0; shift -= 8) {
    *to++ = (unsigned char)(sum >> shift);
  }
  return (struct sf_deflated){deflate->deflated, (size_t)(to - deflate->deflated), 0};
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
  const bool is_deflated = !(chunk.skipped & DEFLATE),
             is_shuffled = size > 1 && !(chunk.skipped & SHUFFLE);
  if (is_deflated ? !inflate(&chunk, is_shuffled ? deflate->planes : data, bytes)
                  : chunk.bytes != bytes) {
    return sf_fail(error, SF_FORMAT, "a compressed chunk is damaged");
  }
  const void *from = is_deflated ? deflate->planes : chunk.data;
  if (is_shuffled) {
    sf_planes_join(from, count, count, size, data);
  } else if (!is_deflated) {
    memcpy(data, chunk.data, bytes);
  }
  return SF_OK;
}

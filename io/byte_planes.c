#include "io/byte_planes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Elements that are split at a time: what lies between stays in the nearest cache.
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

// `count` <= BLOCK elements of 2, 4 or 8 bytes. Even bytes of elements are elements of
// half the size.
static void split_block(const unsigned char *from, size_t count, size_t size, unsigned char *to,
                        size_t stride) {
  if (size == 2) {
    split(from, count, to, to + stride);
    return;
  }
  unsigned char even[4 * BLOCK], odd[4 * BLOCK];
  split(from, count * size / 2, even, odd);
  split_block(even, count, size / 2, to, 2 * stride);
  split_block(odd, count, size / 2, to + stride, 2 * stride);
}

static void join_block(const unsigned char *from, size_t stride, size_t count, size_t size,
                       unsigned char *to) {
  if (size == 2) {
    join(from, from + stride, count, to);
    return;
  }
  unsigned char half[2][4 * BLOCK] = {0};
  join_block(from, 2 * stride, count, size / 2, half[0]);
  join_block(from + stride, 2 * stride, count, size / 2, half[1]);
  join(half[0], half[1], count * size / 2, to);
}

static bool has_halves(size_t size) { return size == 2 || size == 4 || size == 8; }

void sf_planes_split(const void *elements, size_t count, size_t size, unsigned char *planes,
                     size_t stride) {
  const unsigned char *from = elements;
  if (size == 1) {
    memcpy(planes, from, count);
    return;
  }
  for (size_t i = 0; i < count && has_halves(size); i += BLOCK) {
    split_block(from + i * size, count - i < BLOCK ? count - i : BLOCK, size, planes + i, stride);
  }
  for (size_t b = 0; b < size && !has_halves(size); b++) {
    for (size_t i = 0; i < count; i++) {
      planes[b * stride + i] = from[i * size + b];
    }
  }
}

void sf_planes_join(const unsigned char *planes, size_t stride, size_t count, size_t size,
                    void *elements) {
  unsigned char *to = elements;
  if (size == 1) {
    memcpy(to, planes, count);
    return;
  }
  for (size_t i = 0; i < count && has_halves(size); i += BLOCK) {
    join_block(planes + i, stride, count - i < BLOCK ? count - i : BLOCK, size, to + i * size);
  }
  for (size_t b = 0; b < size && !has_halves(size); b++) {
    for (size_t i = 0; i < count; i++) {
      to[i * size + b] = planes[b * stride + i];
    }
  }
}

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "io/deflate.h"

#define COUNT 5000
#define WIDEST 40

static struct sf_deflate *deflate;
static unsigned char data[COUNT * WIDEST], back[COUNT * WIDEST], copy[2 * COUNT * WIDEST];

static void setup(void) { cr_assert_eq(sf_deflate_create(sizeof data, &deflate, NULL), SF_OK); }

static void teardown(void) { sf_deflate_free(deflate); }

TestSuite(deflate, .init = setup, .fini = teardown);

static void fill_small(void) {
  for (size_t i = 0; i < sizeof data; i++) {
    data[i] = (unsigned char)(i / 97 % 7);
  }
}

// Bits that nothing makes smaller.
static void fill_random(void) {
  uint64_t state = 1;
  for (size_t i = 0; i < sizeof data; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    data[i] = (unsigned char)(state >> 56);
  }
}

// Compressed bytes outlive the workspace's next use only as a copy.
static struct sf_deflated keep(struct sf_deflated chunk) {
  cr_assert_leq(chunk.bytes, sizeof copy);
  memcpy(copy, chunk.data, chunk.bytes);
  chunk.data = copy;
  return chunk;
}

static void expect_round_trip(size_t count, size_t size) {
  const struct sf_deflated chunk = keep(sf_deflate_chunk(deflate, data, count, size));
  memset(back, 0xee, sizeof back);
  cr_expect_eq(sf_inflate_chunk(deflate, chunk, back, count, size, NULL), SF_OK);
  cr_expect_eq(memcmp(back, data, count * size), 0, "%zu elements of %zu bytes", count, size);
}

Test(deflate, elements_of_any_size_come_back) {
  static const size_t sizes[] = {1, 2, 4, 5, 8, 32, WIDEST};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    fill_small();
    expect_round_trip(COUNT, sizes[i]);
    expect_round_trip(1, sizes[i]);
    fill_random();
    expect_round_trip(COUNT, sizes[i]);
  }
}

Test(deflate, makes_smaller_what_can_be_smaller) {
  fill_small();
  const struct sf_deflated chunk = sf_deflate_chunk(deflate, data, COUNT, 8);
  cr_expect_eq(chunk.skipped, 0);
  cr_expect_lt(chunk.bytes, COUNT * 8 / 4);
}

Test(deflate, leaves_alone_what_cannot) {
  fill_random();
  const struct sf_deflated chunk = sf_deflate_chunk(deflate, data, COUNT, 8);
  cr_expect_eq(chunk.skipped, 3);
  cr_expect_eq(chunk.bytes, COUNT * 8);
  cr_expect_eq(memcmp(chunk.data, data, chunk.bytes), 0);
}

// A shuffle as HDF5 defines it: first bytes of all elements, then second bytes.
static void expect_shuffled(size_t size) {
  const struct sf_deflated chunk = keep(sf_deflate_chunk(deflate, data, COUNT, size));
  cr_assert_eq(chunk.skipped, 0);
  cr_expect_eq(copy[0] & 0x0f, 8);  // RFC 1950: deflate
  cr_expect_eq((copy[0] << 8 | copy[1]) % 31, 0);
  // Read as bytes, without the second filter undone.
  cr_assert_eq(sf_inflate_chunk(deflate, chunk, back, COUNT * size, 1, NULL), SF_OK);
  for (size_t i = 0; i < COUNT; i++) {
    for (size_t b = 0; b < size; b++) {
      cr_assert_eq(back[b * COUNT + i], data[size * i + b], "byte %zu of %zu", b, size);
    }
  }
}

Test(deflate, is_a_zlib_stream_of_shuffled_bytes) {
  static const size_t sizes[] = {1, 2, 4, 5, 8, 32};
  fill_small();
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    expect_shuffled(sizes[i]);
  }
}

Test(deflate, bytes_do_not_depend_on_what_was_compressed_before) {
  fill_small();
  const struct sf_deflated chunk = keep(sf_deflate_chunk(deflate, data, COUNT, 8));
  fill_random();
  sf_deflate_chunk(deflate, data, 10, 1);
  for (size_t i = 0; i < sizeof data; i++) {
    data[i] = (unsigned char)(i / 41 % 5 + i % 3);
  }
  sf_deflate_chunk(deflate, data, COUNT, 8);
  fill_small();
  const struct sf_deflated again = sf_deflate_chunk(deflate, data, COUNT, 8);
  cr_assert_eq(again.bytes, chunk.bytes);
  cr_expect_eq(memcmp(again.data, chunk.data, chunk.bytes), 0);
}

Test(deflate, damage_is_seen) {
  fill_small();
  struct sf_deflated chunk = keep(sf_deflate_chunk(deflate, data, COUNT, 8));
  for (size_t i = 0; i < chunk.bytes; i++) {
    copy[i] ^= 0x20;
    // A bit between the last block and the checksum may mean nothing.
    cr_expect(sf_inflate_chunk(deflate, chunk, back, COUNT, 8, NULL) == SF_FORMAT ||
                  memcmp(back, data, COUNT * 8) == 0,
              "byte %zu", i);
    copy[i] ^= 0x20;
  }
  chunk.bytes--;
  cr_expect_eq(sf_inflate_chunk(deflate, chunk, back, COUNT, 8, NULL), SF_FORMAT);
  chunk.bytes++;
  cr_expect_eq(sf_inflate_chunk(deflate, chunk, back, COUNT + 1, 8, NULL), SF_FORMAT);
}

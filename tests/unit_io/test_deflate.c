#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "io/byte_planes.h"
#include "io/deflate.h"

#define COUNT 5000
#define WIDEST 40

static struct sf_deflate *deflate;
static unsigned char data[COUNT * WIDEST], planes[COUNT * WIDEST], back[COUNT * WIDEST],
    copy[2 * COUNT * WIDEST];

static void setup(void) { cr_assert_eq(sf_deflate_create(COUNT, WIDEST, &deflate, NULL), SF_OK); }

static void teardown(void) { sf_deflate_free(deflate); }

TestSuite(deflate, .init = setup, .fini = teardown);

static void fill_small(void) {
  for (size_t i = 0; i < sizeof data; i++) {
    data[i] = (unsigned char)(i / 97 % 7);
  }
}

static unsigned char random_byte(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned char)(*state >> 56);
}

// Bits that nothing makes smaller.
static void fill_random(void) {
  uint64_t state = 1;
  for (size_t i = 0; i < sizeof data; i++) {
    data[i] = random_byte(&state);
  }
}

// Bytes that do not repeat, of which small ones are more frequent: 5.0 bits of entropy.
static void fill_skewed(void) {
  uint64_t state = 2;
  for (size_t i = 0; i < sizeof data; i++) {
    const unsigned a = random_byte(&state), b = random_byte(&state);
    data[i] = (unsigned char)(a * b >> 10 & (a | b) >> 2);
  }
}

// Compressed bytes outlive the workspace's next use only as a copy.
static struct sf_deflated keep(struct sf_deflated chunk) {
  cr_assert_leq(chunk.bytes, sizeof copy);
  memcpy(copy, chunk.data, chunk.bytes);
  chunk.data = copy;
  return chunk;
}

// The next chunk of a column.
static struct sf_deflated next_chunk(struct sf_deflate_column *column, size_t count, size_t size) {
  sf_planes_split(data, count, size, planes, count);
  return keep(sf_deflate_chunk(deflate, column, planes, count));
}

// The first chunk of a column.
static struct sf_deflated first_chunk(size_t count, size_t size) {
  struct sf_deflate_column *column;
  cr_assert_eq(sf_deflate_column_create(size, &column, NULL), SF_OK);
  const struct sf_deflated chunk = next_chunk(column, count, size);
  sf_deflate_column_free(column);
  return chunk;
}

static void expect_back(struct sf_deflated chunk, size_t count, size_t size) {
  memset(back, 0xee, sizeof back);
  cr_expect_eq(sf_inflate_chunk(deflate, chunk, back, count, size, NULL), SF_OK);
  cr_expect_eq(memcmp(back, data, count * size), 0, "%zu elements of %zu bytes", count, size);
}

static void expect_round_trip(size_t count, size_t size) {
  expect_back(first_chunk(count, size), count, size);
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
  const struct sf_deflated chunk = first_chunk(COUNT, 8);
  cr_expect_eq(chunk.skipped, 0);
  cr_expect_lt(chunk.bytes, COUNT * 8 / 4);
}

Test(deflate, takes_few_bytes_more_for_what_cannot) {
  fill_random();
  const struct sf_deflated chunk = first_chunk(COUNT, 8);
  cr_expect_gt(chunk.bytes, COUNT * 8);
  cr_expect_lt(chunk.bytes, COUNT * 8 + 100);
}

// zlib at its fastest leaves 0.70 of it.
Test(deflate, comes_near_the_entropy_of_what_does_not_repeat) {
  fill_skewed();
  const struct sf_deflated chunk = first_chunk(COUNT, 8);
  cr_expect_lt((double)chunk.bytes, COUNT * 8 * 0.66);
}

// What a column was like says nothing of what comes.
Test(deflate, columns_that_change_come_back) {
  static void (*const fill[])(void) = {fill_random, fill_small, fill_skewed};
  for (size_t first = 0; first < 3; first++) {
    struct sf_deflate_column *column;
    cr_assert_eq(sf_deflate_column_create(4, &column, NULL), SF_OK);
    for (size_t chunk = 0; chunk < 80; chunk++) {
      fill[(first + chunk * chunk / 17) % 3]();
      const struct sf_deflated made = next_chunk(column, COUNT, 4);
      cr_expect_lt(made.bytes, COUNT * 4 + 100);
      expect_back(made, COUNT, 4);
    }
    sf_deflate_column_free(column);
  }
}

Test(deflate, a_column_that_changed_is_made_small_again) {
  struct sf_deflate_column *column;
  cr_assert_eq(sf_deflate_column_create(4, &column, NULL), SF_OK);
  fill_random();
  size_t bytes = next_chunk(column, COUNT, 4).bytes;
  fill_small();
  for (size_t chunk = 0; chunk < 33; chunk++) {
    bytes = next_chunk(column, COUNT, 4).bytes;
  }
  cr_expect_lt(bytes, COUNT * 4 / 4);
  sf_deflate_column_free(column);
}

// A shuffle as HDF5 defines it: first bytes of all elements, then second bytes.
static void expect_shuffled(size_t size) {
  const struct sf_deflated chunk = first_chunk(COUNT, size);
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
  static unsigned char bytes[sizeof copy];
  const struct sf_deflated chunk = first_chunk(COUNT, 8);
  memcpy(bytes, copy, chunk.bytes);
  fill_random();
  first_chunk(10, 1);
  for (size_t i = 0; i < sizeof data; i++) {
    data[i] = (unsigned char)(i / 41 % 5 + i % 3);
  }
  first_chunk(COUNT, 8);
  fill_small();
  const struct sf_deflated again = first_chunk(COUNT, 8);
  cr_assert_eq(again.bytes, chunk.bytes);
  cr_expect_eq(memcmp(copy, bytes, chunk.bytes), 0);
}

Test(deflate, damage_is_seen) {
  fill_small();
  struct sf_deflated chunk = first_chunk(COUNT, 8);
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

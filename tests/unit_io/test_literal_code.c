#include <criterion/criterion.h>
#include <string.h>

#include "io/deflate.h"
#include "io/literal_code.h"

#define COUNT 20000

static struct sf_deflate *deflate;
static unsigned char bytes[COUNT], back[COUNT], stream[2 * COUNT + 1000];

static void setup(void) { cr_assert_eq(sf_deflate_create(COUNT, 1, &deflate, NULL), SF_OK); }

static void teardown(void) { sf_deflate_free(deflate); }

TestSuite(literal_code, .init = setup, .fini = teardown);

// RFC 1950.
static uint32_t adler32_of(const unsigned char *data, size_t count) {
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < count; i++) {
    a = (a + data[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

// Makes a stream of the first `count` bytes in two blocks and reads it.
static void expect_round_trip(const struct sf_literal_code *code, size_t count) {
  unsigned char *to = stream;
  *to++ = 0x78;
  *to++ = 0x01;
  uint32_t frequency[256];
  sf_literal_counts(bytes, count / 3, frequency);
  const unsigned char *second = sf_literal_code_write(code, bytes, count / 3, to);
  cr_expect_eq((size_t)(second - to), sf_literal_code_bytes(code, frequency));
  cr_expect_leq((size_t)(second - to), sf_literal_code_room(count / 3));
  to = sf_literal_code_write(code, bytes + count / 3, count - count / 3, to + (second - to));
  memcpy(to, "\1\0\0\xff\xff", 5);
  to += 5;
  const uint32_t sum = adler32_of(bytes, count);
  for (int shift = 24; shift >= 0; shift -= 8) {
    *to++ = (unsigned char)(sum >> shift);
  }
  const struct sf_deflated chunk = {.data = stream, .bytes = (size_t)(to - stream)};
  memset(back, 0xee, sizeof back);
  cr_expect_eq(sf_inflate_chunk(deflate, chunk, back, count, 1, NULL), SF_OK);
  cr_expect_eq(memcmp(back, bytes, count), 0, "%zu bytes", count);
}

static void make_code(struct sf_literal_code *code) {
  uint32_t frequency[256];
  sf_literal_counts(bytes, COUNT, frequency);
  sf_literal_code_make(frequency, code);
}

Test(literal_code, bytes_of_any_number_come_back) {
  struct sf_literal_code code;
  for (size_t i = 0; i < COUNT; i++) {
    bytes[i] = (unsigned char)(i * i % 251 % (1 + i % 90));
  }
  make_code(&code);
  for (size_t count = 1; count < 40; count++) {
    expect_round_trip(&code, count);
  }
  expect_round_trip(&code, COUNT);
}

// Frequencies of which each is the sum of the two before lead to the longest codes, and
// there are bytes that the code was not made of.
Test(literal_code, codes_are_never_too_long) {
  struct sf_literal_code code;
  size_t at = 0;
  unsigned byte = 0;
  for (size_t few = 1, more = 1; at < COUNT; byte++) {
    for (size_t i = 0; i < few && at < COUNT; i++) {
      bytes[at++] = (unsigned char)byte;
    }
    const size_t sum = few + more;
    few = more;
    more = sum;
  }
  cr_assert_gt(byte, 18);
  make_code(&code);
  for (unsigned s = 0; s < 257; s++) {
    cr_expect_leq(code.symbol[s] & 0xff, 13, "symbol %u", s);
  }
  expect_round_trip(&code, COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    bytes[i] = (unsigned char)(i * 7);
  }
  expect_round_trip(&code, COUNT);
}

Test(literal_code, one_kind_of_byte_takes_a_bit) {
  struct sf_literal_code code;
  memset(bytes, 77, sizeof bytes);
  make_code(&code);
  uint32_t frequency[256];
  sf_literal_counts(bytes, COUNT, frequency);
  cr_expect_eq(frequency[77], COUNT);
  cr_expect_lt(sf_literal_code_bytes(&code, frequency), COUNT / 8 + 200);
  expect_round_trip(&code, COUNT);
}

#include "io/literal_code.h"

#include <isa-l/igzip_lib.h>
#include <string.h>

#define END_OF_BLOCK 256

// The longest code: four of them, seven bits that are left of a byte and the length at the
// bottom of a word find place in it.
#define LONGEST 13

_Static_assert(sizeof((struct sf_literal_code *)0)->header == ISAL_DEF_MAX_HDR_SIZE,
               "a header of ISA-L finds place");

void sf_literal_counts(const unsigned char *bytes, size_t count, uint32_t frequency[256]) {
  // Four counters of each byte: equal neighbours need not wait for each other.
  uint32_t counter[4][256] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t eight;
    memcpy(&eight, bytes + i, sizeof eight);
    for (unsigned b = 0; b < 8; b++) {
      counter[b % 4][eight >> 8 * b & 0xff]++;
    }
  }
  for (; i < count; i++) {
    counter[0][bytes[i]]++;
  }
  for (unsigned b = 0; b < 256; b++) {
    frequency[b] = counter[0][b] + counter[1][b] + counter[2][b] + counter[3][b];
  }
}

// The longest code of a byte if none is rarer than `least`.
static unsigned make_tables(const uint32_t frequency[256], uint32_t least,
                            struct isal_hufftables *tables) {
  struct isal_huff_histogram histogram;
  memset(&histogram, 0, sizeof histogram);
  for (unsigned b = 0; b < 256; b++) {
    histogram.lit_len_histogram[b] = frequency[b] < least ? least : frequency[b];
  }
  histogram.lit_len_histogram[END_OF_BLOCK] = 1;
  isal_create_hufftables(tables, &histogram);
  unsigned longest = 0;
  for (unsigned s = 0; s <= END_OF_BLOCK; s++) {
    longest = tables->lit_table_sizes[s] > longest ? tables->lit_table_sizes[s] : longest;
  }
  return longest;
}

void sf_literal_code_make(const uint32_t frequency[256], struct sf_literal_code *code) {
  uint64_t sum = 0;
  for (unsigned b = 0; b < 256; b++) {
    sum += frequency[b];
  }
  // Ends at the latest when all are equally frequent.
  struct isal_hufftables tables;
  for (uint64_t least = 1; make_tables(frequency, (uint32_t)least, &tables) > LONGEST;) {
    least = least < sum / 4096 ? sum / 4096 : 2 * least;
  }
  for (unsigned s = 0; s <= END_OF_BLOCK; s++) {
    const unsigned bits = tables.lit_table_sizes[s];
    code->symbol[s] = (uint64_t)tables.lit_table[s] << (64 - bits) | bits;
  }
  code->header_bits = 8 * tables.deflate_hdr_count + tables.deflate_hdr_extra_bits;
  memcpy(code->header, tables.deflate_hdr, sizeof code->header);
  code->header[0] &= 0xfe;  // not the last block
}

static unsigned bits_of(uint64_t symbol) { return (unsigned)symbol & 0xff; }

size_t sf_literal_code_bytes(const struct sf_literal_code *code, const uint32_t frequency[256]) {
  uint64_t bits = code->header_bits + bits_of(code->symbol[END_OF_BLOCK]);
  for (unsigned b = 0; b < 256; b++) {
    bits += (uint64_t)frequency[b] * bits_of(code->symbol[b]);
  }
  return (size_t)((bits + 3 + 7) / 8) + 4;  // with the empty block
}

// Bits on their way: the newest at the top of the word. Below the valid ones lies what
// is left of lengths, which the next shifts drop.
struct bit_writer {
  uint64_t word;
  uint64_t valid;  // how many, in the lowest 6 bits
  unsigned char *to;
};

static inline void put(struct bit_writer *writer, uint64_t symbol) {
  writer->word = writer->word >> (symbol & 63) | symbol;
  writer->valid += symbol;
}

// Whole bytes leave; up to 8 bytes from `to` are overwritten.
static inline void flush(struct bit_writer *writer) {
  const unsigned valid = (unsigned)writer->valid & 63;
  const uint64_t out = writer->word >> 1 >> (63 - valid);
  memcpy(writer->to, &out, sizeof out);
  writer->to += valid / 8;
  writer->valid = valid % 8;
}

unsigned char *sf_literal_code_write(const struct sf_literal_code *code, const unsigned char *bytes,
                                     size_t count, unsigned char *to) {
  memcpy(to, code->header, sizeof code->header);
  const unsigned begun = code->header_bits % 8;
  struct bit_writer writer = {.to = to + code->header_bits / 8, .valid = begun};
  writer.word = begun ? (uint64_t)*writer.to << (64 - begun) : 0;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    put(&writer, code->symbol[bytes[i]]);
    put(&writer, code->symbol[bytes[i + 1]]);
    put(&writer, code->symbol[bytes[i + 2]]);
    put(&writer, code->symbol[bytes[i + 3]]);
    flush(&writer);
  }
  for (; i < count; i++) {
    put(&writer, code->symbol[bytes[i]]);
    flush(&writer);
  }
  put(&writer, code->symbol[END_OF_BLOCK]);
  put(&writer, 3);  // three zero bits: a stored block, not the last
  flush(&writer);
  to = writer.to + (writer.valid > 0);
  static const unsigned char empty[4] = {0, 0, 0xff, 0xff};
  memcpy(to, empty, sizeof empty);
  return to + sizeof empty;
}

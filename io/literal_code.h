#ifndef SF_IO_LITERAL_CODE_H
#define SF_IO_LITERAL_CODE_H

#include <stddef.h>
#include <stdint.h>

// Blocks of deflate (RFC 1951) with a Huffman code of their own and no matches: for bytes
// that differ in frequency but hardly repeat, like the lower bytes of numbers. One code
// serves for any bytes, best for those like the ones that it was made of.
struct sf_literal_code {
  // Of each byte, and of the end of the block: the bits at the top of the word, the first
  // of them lowest, and how many at the bottom.
  uint64_t symbol[257];
  uint32_t header_bits;       // of the block
  unsigned char header[328];  // as long as ISA-L's
};

// Frequencies of `count` bytes.
void sf_literal_counts(const unsigned char *bytes, size_t count, uint32_t frequency[256]);

// Makes the code for bytes of such frequencies.
void sf_literal_code_make(const uint32_t frequency[256], struct sf_literal_code *code);

// Bytes of a block of so many bytes of each kind.
size_t sf_literal_code_bytes(const struct sf_literal_code *code, const uint32_t frequency[256]);

// Writes a block, not the last of its stream, and an empty one that brings the next to a
// whole byte; returns where it begins. Room: sf_literal_code_room(count) bytes.
unsigned char *sf_literal_code_write(const struct sf_literal_code *code, const unsigned char *bytes,
                                     size_t count, unsigned char *to);

static inline size_t sf_literal_code_room(size_t count) {
  return 13 * (count / 8 + 1) + sizeof((struct sf_literal_code *)0)->header + 16;
}

#endif

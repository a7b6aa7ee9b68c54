#ifndef SF_KERNELS_DIGEST_H
#define SF_KERNELS_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/features/features.h"
#include "kernels/schema/schema.h"

// The digest of a column is the sum modulo 2^128 of
//   XXH3_128bits_withSeed(values of one unit as stored, seed = unit number)
// over the units of its table that have rows. A unit is the rows of one tile
// of customers ((customer_id - 1) / 16), a run of 1,024 merchants, or a ring (its
// ring_id). A sum
// does not depend on the order of the units, so each rank digests what it
// writes, and a reader may read in any order of units.

#define SF_MERCHANT_RUN 1024u  // consecutive merchants of one unit

struct sf_digest {
  uint64_t low, high;
};

// 32 hexadecimal digits, most significant first, and the final zero.
#define SF_DIGEST_TEXT_SIZE 33
void sf_digest_text(struct sf_digest digest, char text[SF_DIGEST_TEXT_SIZE]);

// Returns false, and leaves `digest` alone, unless `text` is 32 hexadecimal digits.
bool sf_digest_parse(const char *text, struct sf_digest *digest);

static inline bool sf_digest_equal(struct sf_digest a, struct sf_digest b) {
  return a.low == b.low && a.high == b.high;
}

// Sum modulo 2^128.
static inline struct sf_digest sf_digest_sum(struct sf_digest a, struct sf_digest b) {
  uint64_t low = a.low + b.low;
  return (struct sf_digest){.low = low, .high = a.high + b.high + (low < a.low)};
}

// Digests of all columns of a corpus; entries beyond a table's columns are zero.
struct sf_corpus_digests {
  struct sf_digest column[SF_TABLE_COUNT][SF_COLUMNS_MAX];
  uint32_t features;                           // groups that /features/values has, 0: none
  struct sf_digest feature[SF_FEATURE_COUNT];  // of its columns; the rest is zero
};

// One number for the whole corpus: XXH3_128bits over the lines
// "table/column digest\n" in schema order, then "features/name digest\n" of the
// features that there are.
struct sf_digest sf_digest_of_corpus(const struct sf_corpus_digests *digests);

// Digests of a table's columns while its rows pass by in file order, in pieces
// of any size.
struct sf_digester {
  const struct sf_table *table;
  const struct sf_column *key;  // the id that decides the unit; null: not in the table
  bool open;                    // a unit has begun and its end is not yet known
  uint64_t unit;                // the open one
  void *state;                  // XXH3 states, shape [columns]
  struct sf_digest sum[SF_COLUMNS_MAX];
};

// Bytes of scratch memory that a digester needs.
size_t sf_digester_bytes(const struct sf_table *table);

// Starts at zero sums. `memory` stays the caller's: sf_digester_bytes bytes,
// aligned to 64.
void sf_digester_place(struct sf_digester *digester, const struct sf_table *table, void *memory);

// Takes in rows first .. first+rows-1 of a batch (the table's struct). `id`,
// shape [capacity], are the ids that decide the units of a table that does not
// hold them (labels: customer_id of the transactions); null for other tables.
void sf_digester_add(struct sf_digester *digester, const void *batch, const uint32_t *id,
                     int64_t first, int64_t rows);

// Closes the last unit: to be called before the sums are read.
void sf_digester_end(struct sf_digester *digester);

// XXH3_128bits of the values of all columns in rows first .. first+rows-1, one
// column after the other: to compare a batch with what was read back.
struct sf_digest sf_digest_of_rows(const struct sf_table *table, const void *batch, int64_t first,
                                   int64_t rows);

// XXH3_128bits of bytes in memory.
struct sf_digest sf_digest_of_bytes(const void *data, size_t bytes);

#endif

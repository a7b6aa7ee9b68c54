#include "kernels/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// Inlined, so that the short hashes of customers and merchants are cheap.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "kernels/generator.h"

void sf_digest_text(struct sf_digest digest, char text[SF_DIGEST_TEXT_SIZE]) {
  snprintf(text, SF_DIGEST_TEXT_SIZE, "%016" PRIx64 "%016" PRIx64, digest.high, digest.low);
}

static int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  if (digit >= 'a' && digit <= 'f') {
    return digit - 'a' + 10;
  }
  return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

bool sf_digest_parse(const char *text, struct sf_digest *digest) {
  uint64_t half[2] = {0, 0};
  for (int i = 0; i < 32; i++) {
    int value = hex_value(text[i]);
    if (value < 0) {
      return false;
    }
    half[i / 16] = half[i / 16] << 4 | (uint64_t)value;
  }
  if (text[32] != '\0') {
    return false;
  }
  *digest = (struct sf_digest){.low = half[1], .high = half[0]};
  return true;
}

static void add_line(XXH3_state_t *state, const char *table, const char *column,
                     struct sf_digest digest) {
  char text[SF_DIGEST_TEXT_SIZE];
  sf_digest_text(digest, text);
  const char *part[] = {table, "/", column, " ", text, "\n"};
  for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
    XXH3_128bits_update(state, part[i], strlen(part[i]));
  }
}

struct sf_digest sf_digest_of_corpus(const struct sf_corpus_digests *digests) {
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    const struct sf_table *table = &sf_tables[t];
    for (uint32_t c = 0; c < table->columns; c++) {
      add_line(&state, table->name, table->column[c].name, digests->column[t][c]);
    }
  }
  uint8_t feature[SF_FEATURE_COUNT];
  const uint32_t features = sf_feature_select(digests->features, feature);
  for (uint32_t k = 0; k < features; k++) {
    add_line(&state, "features", sf_feature_table[feature[k]].name, digests->feature[k]);
  }
  XXH128_hash_t hash = XXH3_128bits_digest(&state);
  return (struct sf_digest){.low = hash.low64, .high = hash.high64};
}

size_t sf_digester_bytes(const struct sf_table *table) {
  return sizeof(XXH3_state_t) * table->columns;
}

// The column with the ids of the units; null if the table has none.
static const struct sf_column *unit_key(const struct sf_table *table) {
  static const char *const names[] = {[SF_UNIT_TILE] = "customer_id",
                                      [SF_UNIT_MERCHANT_RUN] = "merchant_id",
                                      [SF_UNIT_RING] = "ring_id"};
  for (uint32_t c = 0; c < table->columns; c++) {
    if (strcmp(table->column[c].name, names[table->unit]) == 0) {
      return &table->column[c];
    }
  }
  return NULL;
}

void sf_digester_place(struct sf_digester *digester, const struct sf_table *table, void *memory) {
  *digester = (struct sf_digester){.table = table, .key = unit_key(table), .state = memory};
  XXH3_state_t *state = memory;
  for (uint32_t c = 0; c < table->columns; c++) {
    // A reset with the seed that is there already would keep the secret that is there.
    XXH3_INITSTATE(&state[c]);
  }
}

static uint64_t unit_of(const struct sf_digester *digester, uint32_t id) {
  // An id of 0, which no sound corpus holds, falls into a unit of its own.
  switch (digester->table->unit) {
    case SF_UNIT_TILE:
      return (uint64_t)(id - 1u) / SF_TILE_CUSTOMERS;
    case SF_UNIT_MERCHANT_RUN:
      return (uint64_t)(id - 1u) / SF_MERCHANT_RUN;
    default:
      return id;
  }
}

static void add_hash(struct sf_digest *sum, XXH128_hash_t hash) {
  *sum = sf_digest_sum(*sum, (struct sf_digest){.low = hash.low64, .high = hash.high64});
}

static const char *cell(const struct sf_digester *digester, uint32_t c, const void *batch,
                        int64_t row, size_t *row_bytes) {
  const struct sf_column *column = &digester->table->column[c];
  *row_bytes = sf_column_row_bytes(column);
  return (const char *)sf_batch_column(batch, column) + *row_bytes * (size_t)row;
}

// A unit that begins and ends inside one batch.
static void hash_whole(struct sf_digester *digester, uint64_t unit, const void *batch,
                       int64_t first, int64_t rows) {
  for (uint32_t c = 0; c < digester->table->columns; c++) {
    size_t row_bytes;
    const char *data = cell(digester, c, batch, first, &row_bytes);
    add_hash(&digester->sum[c], XXH3_128bits_withSeed(data, row_bytes * (size_t)rows, unit));
  }
}

static void hash_part(struct sf_digester *digester, uint64_t unit, const void *batch, int64_t first,
                      int64_t rows) {
  XXH3_state_t *state = digester->state;
  for (uint32_t c = 0; c < digester->table->columns; c++) {
    if (!digester->open) {
      XXH3_128bits_reset_withSeed(&state[c], unit);
    }
    size_t row_bytes;
    const char *data = cell(digester, c, batch, first, &row_bytes);
    XXH3_128bits_update(&state[c], data, row_bytes * (size_t)rows);
  }
  digester->open = true;
  digester->unit = unit;
}

void sf_digester_add(struct sf_digester *digester, const void *batch, const uint32_t *id,
                     int64_t first, int64_t rows) {
  id = digester->key ? sf_batch_column(batch, digester->key) : id;
  int64_t end = first + rows;
  for (int64_t row = first; row < end;) {
    uint64_t unit = unit_of(digester, id[row]);
    int64_t next = row + 1;
    while (next < end && unit_of(digester, id[next]) == unit) {
      next++;
    }
    if (digester->open && digester->unit != unit) {
      sf_digester_end(digester);
    }
    if (next < end && !digester->open) {
      hash_whole(digester, unit, batch, row, next - row);
    } else {
      hash_part(digester, unit, batch, row, next - row);
    }
    row = next;
  }
}

void sf_digester_end(struct sf_digester *digester) {
  const XXH3_state_t *state = digester->state;
  for (uint32_t c = 0; digester->open && c < digester->table->columns; c++) {
    add_hash(&digester->sum[c], XXH3_128bits_digest(&state[c]));
  }
  digester->open = false;
}

struct sf_digest sf_digest_of_rows(const struct sf_table *table, const void *batch, int64_t first,
                                   int64_t rows) {
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  for (uint32_t c = 0; c < table->columns; c++) {
    size_t row_bytes = sf_column_row_bytes(&table->column[c]);
    const char *data = sf_batch_column(batch, &table->column[c]);
    XXH3_128bits_update(&state, data + row_bytes * (size_t)first, row_bytes * (size_t)rows);
  }
  XXH128_hash_t hash = XXH3_128bits_digest(&state);
  return (struct sf_digest){.low = hash.low64, .high = hash.high64};
}

struct sf_digest sf_digest_of_bytes(const void *data, size_t bytes) {
  const XXH128_hash_t hash = XXH3_128bits(data, bytes);
  return (struct sf_digest){.low = hash.low64, .high = hash.high64};
}

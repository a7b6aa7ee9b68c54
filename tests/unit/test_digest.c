#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "kernels/digest.h"

#define ROWS 5000

// A batch whose bytes are a fixed function of column and place, with ascending
// ids of `per_id` rows each.
struct sample {
  const struct sf_table *table;
  union sf_batch batch;
  void *memory, *scratch;
  uint32_t id[ROWS];
};

static void make_sample(struct sample *sample, enum sf_table_id id, uint32_t per_id) {
  sample->table = &sf_tables[id];
  sample->memory = aligned_alloc(64, sf_batch_bytes(sample->table, ROWS));
  sample->scratch = aligned_alloc(64, sf_digester_bytes(sample->table));
  sf_batch_place(sample->table, &sample->batch, ROWS, sample->memory);
  for (uint32_t c = 0; c < sample->table->columns; c++) {
    const struct sf_column *column = &sample->table->column[c];
    unsigned char *bytes = sf_batch_column(&sample->batch, column);
    for (size_t i = 0; i < ROWS * sf_column_row_bytes(column); i++) {
      bytes[i] = (unsigned char)(131 * c + 7 * i + i / 251);
    }
  }
  // Tables that do not hold the ids of their units (labels) are given them.
  static const char *const names[] = {"customer_id", "merchant_id", "ring_id"};
  uint32_t *key = sample->id;
  for (uint32_t c = 0; c < sample->table->columns; c++) {
    if (strcmp(sample->table->column[c].name, names[sample->table->unit]) == 0) {
      key = sf_batch_column(&sample->batch, &sample->table->column[c]);
    }
  }
  for (uint32_t row = 0; row < ROWS; row++) {
    sample->id[row] = key[row] = 1 + row / per_id;
  }
}

static void free_sample(struct sample *sample) {
  free(sample->memory);
  free(sample->scratch);
}

// Digests the sample in pieces whose lengths go through 1, 1 + step, 1 + 2 step, ...
static struct sf_digester digest_in_pieces(const struct sample *sample, int64_t step) {
  struct sf_digester digester;
  sf_digester_place(&digester, sample->table, sample->scratch);
  for (int64_t row = 0, piece = 1; row < ROWS; row += piece, piece += step) {
    piece = piece > ROWS - row ? ROWS - row : piece;
    sf_digester_add(&digester, &sample->batch, sample->id, row, piece);
  }
  sf_digester_end(&digester);
  return digester;
}

static void expect_equal_sums(const struct sf_digester *a, const struct sf_digester *b) {
  for (uint32_t c = 0; c < a->table->columns; c++) {
    cr_expect(sf_digest_equal(a->sum[c], b->sum[c]), "%s/%s", a->table->name,
              a->table->column[c].name);
  }
}

Test(digest, text_is_32_hexadecimal_digits_and_back) {
  const struct sf_digest digest = {.low = 0x00000000deadbeefu, .high = 0x0123456789abcdefu};
  char text[SF_DIGEST_TEXT_SIZE];
  sf_digest_text(digest, text);
  cr_expect_str_eq(text, "0123456789abcdef00000000deadbeef");
  struct sf_digest parsed = {0};
  cr_expect(sf_digest_parse(text, &parsed));
  cr_expect(sf_digest_equal(parsed, digest));
  cr_expect(sf_digest_parse("0123456789ABCDEF00000000DEADBEEF", &parsed));
}

Test(digest, text_that_is_no_digest_is_refused) {
  const struct sf_digest before = {.low = 1, .high = 2};
  struct sf_digest parsed = before;
  cr_expect_not(sf_digest_parse("", &parsed));
  cr_expect_not(sf_digest_parse("0123456789abcdef00000000deadbee", &parsed));
  cr_expect_not(sf_digest_parse("0123456789abcdef00000000deadbeef0", &parsed));
  cr_expect_not(sf_digest_parse("0123456789abcdeg00000000deadbeef", &parsed));
  cr_expect(sf_digest_equal(parsed, before));
}

Test(digest, sum_carries_and_wraps_at_2_to_the_128) {
  const struct sf_digest most = {.low = UINT64_MAX, .high = UINT64_MAX}, one = {.low = 1};
  const struct sf_digest half = {.low = UINT64_MAX};
  cr_expect(sf_digest_equal(sf_digest_sum(half, one), (struct sf_digest){.high = 1}));
  cr_expect(sf_digest_equal(sf_digest_sum(most, one), (struct sf_digest){0}));
  cr_expect(sf_digest_equal(sf_digest_sum(most, most),
                            (struct sf_digest){.low = UINT64_MAX - 1, .high = UINT64_MAX}));
}

// XXH3-128 of nothing, as published with the algorithm.
Test(digest, hash_of_no_rows_is_the_published_one) {
  struct sample sample;
  make_sample(&sample, SF_TABLE_CUSTOMERS, 1);
  char text[SF_DIGEST_TEXT_SIZE];
  sf_digest_text(sf_digest_of_rows(sample.table, &sample.batch, 0, 0), text);
  cr_expect_str_eq(text, "99aa06d3014798d86001c324468d497f");
  free_sample(&sample);
}

// The definition, taken from the library's one-shot function.
static void expect_definition(enum sf_table_id id, uint32_t per_id, uint32_t ids_per_unit) {
  struct sample sample;
  make_sample(&sample, id, per_id);
  const struct sf_digester digester = digest_in_pieces(&sample, 0);
  const uint32_t rows_per_unit = per_id * ids_per_unit;
  for (uint32_t c = 0; c < sample.table->columns; c++) {
    const struct sf_column *column = &sample.table->column[c];
    const size_t row_bytes = sf_column_row_bytes(column);
    const char *data = sf_batch_column(&sample.batch, column);
    unsigned __int128 sum = 0;
    for (uint32_t row = 0, unit = 0; row < ROWS; row += rows_per_unit, unit++) {
      const uint32_t rows = ROWS - row < rows_per_unit ? ROWS - row : rows_per_unit;
      const XXH128_hash_t hash =
          XXH3_128bits_withSeed(data + row * row_bytes, rows * row_bytes, unit);
      sum += (unsigned __int128)hash.high64 << 64 | hash.low64;
    }
    cr_expect_eq(digester.sum[c].low, (uint64_t)sum, "%s", column->name);
    cr_expect_eq(digester.sum[c].high, (uint64_t)(sum >> 64), "%s", column->name);
  }
  free_sample(&sample);
}

Test(digest, is_the_sum_over_tiles_of_customers) { expect_definition(SF_TABLE_CUSTOMERS, 1, 16); }

Test(digest, is_the_sum_over_runs_of_merchants) { expect_definition(SF_TABLE_MERCHANTS, 1, 1024); }

Test(digest, is_the_sum_over_tiles_of_transactions) {
  expect_definition(SF_TABLE_TRANSACTIONS, 23, 16);
}

Test(digest, does_not_depend_on_how_rows_are_divided) {
  for (int id = 0; id < SF_TABLE_COUNT; id++) {
    struct sample sample;
    make_sample(&sample, (enum sf_table_id)id, id == SF_TABLE_TRANSACTIONS ? 37 : 1);
    const struct sf_digester whole = digest_in_pieces(&sample, ROWS);
    for (int64_t step = 0; step < 400; step = 3 * step + 1) {
      const struct sf_digester pieces = digest_in_pieces(&sample, step);
      expect_equal_sums(&whole, &pieces);
    }
    free_sample(&sample);
  }
}

// Memory in which a digester ended with the same unit, and that was used since.
Test(digest, does_not_depend_on_what_was_in_its_memory) {
  struct sample sample;
  make_sample(&sample, SF_TABLE_TRANSACTIONS, ROWS);
  for (uint32_t row = 0; row < ROWS; row++) {
    sample.batch.transactions.customer_id[row] = 17;  // a unit that is not 0
  }
  const struct sf_digester clean = digest_in_pieces(&sample, 7);
  const size_t bytes = sf_digester_bytes(sample.table) / sample.table->columns;
  for (uint32_t c = 0; c < sample.table->columns; c++) {
    // The secret that was made of the seed, behind the accumulators.
    memset((char *)sample.scratch + c * bytes + 64, 0xa5, 128);
  }
  const struct sf_digester used = digest_in_pieces(&sample, 7);
  expect_equal_sums(&used, &clean);
  free_sample(&sample);
}

// As ranks do that own different tiles: here the later rows come first.
Test(digest, of_parts_adds_up_in_any_order) {
  struct sample sample;
  make_sample(&sample, SF_TABLE_TRANSACTIONS, 10);
  const struct sf_digester whole = digest_in_pieces(&sample, 100);
  struct sf_digester parts;
  sf_digester_place(&parts, sample.table, sample.scratch);
  const int64_t bound = 10 * 16 * 20;  // a tile's end
  sf_digester_add(&parts, &sample.batch, NULL, bound, ROWS - bound);
  sf_digester_add(&parts, &sample.batch, NULL, 0, bound);
  sf_digester_end(&parts);
  expect_equal_sums(&whole, &parts);
  free_sample(&sample);
}

Test(digest, sees_one_bit_of_one_column) {
  struct sample sample;
  make_sample(&sample, SF_TABLE_TRANSACTIONS, 50);
  const struct sf_digester before = digest_in_pieces(&sample, 100);
  sample.batch.transactions.hour[4321] ^= 1;
  const struct sf_digester after = digest_in_pieces(&sample, 100);
  for (uint32_t c = 0; c < sample.table->columns; c++) {
    cr_expect_eq(sf_digest_equal(before.sum[c], after.sum[c]),
                 strcmp(sample.table->column[c].name, "hour") != 0);
  }
  free_sample(&sample);
}

// Two tiles that change places keep the values and change the digest.
Test(digest, sees_that_units_change_places) {
  struct sample sample;
  make_sample(&sample, SF_TABLE_CUSTOMERS, 1);
  const struct sf_digester before = digest_in_pieces(&sample, 100);
  uint8_t *age = sample.batch.customers.age, first[16];
  memcpy(first, age, sizeof first);
  memcpy(age, age + 16, sizeof first);
  memcpy(age + 16, first, sizeof first);
  const struct sf_digester after = digest_in_pieces(&sample, 100);
  cr_expect_not(sf_digest_equal(before.sum[1], after.sum[1]));
  free_sample(&sample);
}

Test(digest, of_no_rows_is_zero) {
  struct sample sample;
  make_sample(&sample, SF_TABLE_TRANSACTIONS, 1);
  struct sf_digester digester;
  sf_digester_place(&digester, sample.table, sample.scratch);
  sf_digester_add(&digester, &sample.batch, NULL, 0, 0);
  sf_digester_end(&digester);
  cr_expect(sf_digest_equal(digester.sum[0], (struct sf_digest){0}));
  free_sample(&sample);
}

Test(digest, of_a_corpus_depends_on_every_column) {
  struct sf_corpus_digests digests;
  memset(&digests, 0, sizeof digests);
  const struct sf_digest before = sf_digest_of_corpus(&digests);
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      digests.column[t][c].high = 1;
      cr_expect_not(sf_digest_equal(sf_digest_of_corpus(&digests), before));
      digests.column[t][c].high = 0;
    }
  }
}

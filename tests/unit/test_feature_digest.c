#include <criterion/criterion.h>
#include <string.h>

#include "kernels/feature_digest.h"

#define ROWS 1500
#define WIDTH 3

static float values[ROWS][WIDTH];
static uint32_t customer[ROWS];

// Tiles of several lengths, some longer than what is gathered at one go.
static void fill(void) {
  for (int i = 0; i < ROWS; i++) {
    customer[i] = i < 20 ? 16u : i < 900 ? 17u + (uint32_t)i / 100 : 200u;
    for (int f = 0; f < WIDTH; f++) {
      values[i][f] = (float)(i * WIDTH + f) * 0.37f;
    }
  }
}

static void digest_in_steps(int64_t step, struct sf_digest digest[WIDTH]) {
  struct sf_feature_digester *digester = NULL;
  cr_assert_eq(sf_feature_digester_create(WIDTH, &digester, NULL), SF_OK);
  memset(digest, 0, WIDTH * sizeof *digest);
  for (int64_t at = 0; at < ROWS; at += step) {
    const int64_t now = ROWS - at < step ? ROWS - at : step;
    sf_feature_digester_add(digester, &values[at][0], customer + at, now);
  }
  sf_feature_digester_end(digester, digest);
  sf_feature_digester_free(digester);
}

Test(feature_digest, does_not_depend_on_pieces) {
  fill();
  struct sf_digest whole[WIDTH], parts[WIDTH];
  digest_in_steps(ROWS, whole);
  for (int64_t step = 1; step < 700; step = 3 * step + 1) {
    digest_in_steps(step, parts);
    for (int f = 0; f < WIDTH; f++) {
      cr_expect(sf_digest_equal(whole[f], parts[f]), "step %ld, feature %d", (long)step, f);
    }
  }
}

// A feature has the digest that a column of /transactions with its values would have.
Test(feature_digest, is_that_of_a_column) {
  fill();
  struct sf_digest found[WIDTH];
  digest_in_steps(ROWS, found);
  for (int f = 0; f < WIDTH; f++) {
    float column[ROWS];
    uint32_t c = 0;
    for (int i = 0; i < ROWS; i++) {
      column[i] = values[i][f];
    }
    const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
    while (strcmp(table->column[c].name, "distance_from_home") != 0) {
      c++;
    }
    static _Alignas(64) char memory[1 << 20], states[1 << 20];
    cr_assert_leq(sf_batch_bytes(table, ROWS), sizeof memory);
    cr_assert_leq(sf_digester_bytes(table), sizeof states);
    memset(memory, 0, sizeof memory);
    union sf_batch batch;
    struct sf_digester digester;
    sf_batch_place(table, &batch, ROWS, memory);
    memcpy(batch.transactions.customer_id, customer, sizeof customer);
    memcpy(batch.transactions.distance_from_home, column, sizeof column);
    sf_digester_place(&digester, table, states);
    sf_digester_add(&digester, &batch, NULL, 0, ROWS);
    sf_digester_end(&digester);
    cr_expect(sf_digest_equal(digester.sum[c], found[f]), "feature %d", f);
  }
}

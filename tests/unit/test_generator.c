#include "tests/unit/invariant_history.h"
#include "tests/unit/model.h"

// A whole corpus in memory, as the struct that the invariants are judged on.
static void corpus_make(struct history *h, const char *path, const struct sf_config *config) {
  struct sf_world *world;
  struct sf_history *history;
  cr_assert(sf_world_create(config, sf_lanes_select(path), &world, NULL) == SF_OK);
  cr_assert(sf_history_create(world, &history, NULL) == SF_OK);
  int64_t rows = 0;
  for (uint32_t id = 1; id <= config->customers; id++) {
    rows += sf_history_count(history, id, NULL);
  }
  *h = (struct history){.config = *config};
  const uint32_t merchants = sf_config_merchants(config);
  history_place(h, 0, SF_TABLE_CUSTOMERS, &h->customers, config->customers);
  history_place(h, 1, SF_TABLE_MERCHANTS, &h->merchants, merchants);
  history_place(h, 2, SF_TABLE_TRANSACTIONS, &h->rows, rows);
  sf_world_customers(world, 1, config->customers, &h->customers, 0);
  sf_world_merchants(world, 1, merchants, &h->merchants, 0);
  int64_t at = 0;
  for (uint32_t id = 1; id <= config->customers; id++) {
    const int64_t count = sf_history_begin(history, id, NULL, 0);
    cr_assert(at + count <= rows, "more rows than counted");
    sf_history_rows(history, count, (uint64_t)at + 1, &h->rows, NULL, at);
    at += count;
  }
  cr_assert_eq(at, rows, "fewer rows than counted");
  sf_history_free(history);
  sf_world_free(world);
}

static void expect_true_corpus(const struct sf_config *config, int64_t least_rows) {
  struct history h;
  struct sf_verdict verdicts[SF_INVARIANT_COUNT];
  struct sf_pairing pairing = {0};
  corpus_make(&h, NULL, config);
  history_judge(&h, verdicts);
  for (int i = 0; i < SF_INVARIANT_COUNT; i++) {
    cr_expect(verdicts[i].violations == 0,
              "seed %lu, day %d + %d: %s fails %ld times, first at %ld",
              (unsigned long)config->seed, config->start_day, config->days, sf_invariants[i].name,
              (long)verdicts[i].violations, (long)verdicts[i].first);
  }
  for (int64_t i = 0; i < h.rows.rows; i++) {
    sf_pairing_add(&pairing, &h.rows, i);
  }
  cr_expect(sf_pairing_agrees(&pairing), "%lu debits, %lu credits",
            (unsigned long)pairing.debit_rows, (unsigned long)pairing.credit_rows);
  cr_expect(h.rows.rows >= least_rows, "%ld rows", (long)h.rows.rows);
  history_free(&h);
}

Test(generator, invariants_hold_for_three_seeds) {
  for (uint64_t seed = 1; seed <= 3; seed++) {
    const struct sf_config config = {
        .seed = seed, .customers = 200, .start_day = MODEL_START, .days = 90};
    expect_true_corpus(&config, 200 * 90);
  }
}

Test(generator, invariants_hold_in_any_window) {
  static const struct {
    int year, month, day;
    int32_t days;
  } windows[] = {
      {2025, 7, 17, 40},   // begins in the middle of a month
      {2025, 12, 11, 45},  // across the new year
      {2024, 2, 20, 20},   // with 29 February
      {2024, 2, 29, 1},    // one day
      {2023, 1, 1, 30},    // the first days that there are
      {2027, 12, 2, 30},   // the last
      {2025, 10, 10, 25},  // Diwali
      {2024, 11, 20, 30},  // the limit of UPI Lite rises
  };
  for (size_t w = 0; w < sizeof windows / sizeof windows[0]; w++) {
    const struct sf_config config = {
        .seed = 4 + w,
        .customers = 150,
        .start_day = sf_day_from_date(windows[w].year, windows[w].month, windows[w].day),
        .days = windows[w].days};
    expect_true_corpus(&config, 100 * windows[w].days);
  }
}

// Numbers of customers at the edges of tiles and communities.
Test(generator, invariants_hold_for_few_customers) {
  static const uint32_t customers[] = {1, 2, 4, 15, 16, 17, 33};
  for (size_t n = 0; n < sizeof customers / sizeof customers[0]; n++) {
    const struct sf_config config = {
        .seed = customers[n], .customers = customers[n], .start_day = MODEL_START, .days = 60};
    expect_true_corpus(&config, 1);
  }
}

// A history of five years goes through several months of every kind.
Test(generator, invariants_hold_for_years) {
  const struct sf_config config = {.seed = 5,
                                   .customers = 10,
                                   .start_day = SF_CALENDAR_FIRST_DAY,
                                   .days = SF_CALENDAR_LAST_DAY - SF_CALENDAR_FIRST_DAY + 1};
  expect_true_corpus(&config, 10 * 1000);
}

Test(generator, expected_rows_are_near_the_truth) {
  static const int32_t days[] = {24, 180, 700};
  for (size_t d = 0; d < 3; d++) {
    struct model m;
    int64_t rows = 0;
    model_make(&m, 1, 1000, MODEL_START, days[d]);
    for (uint32_t id = 1; id <= 1000; id++) {
      rows += sf_history_count(m.history, id, NULL);
    }
    const double expected = sf_config_expected_rows(sf_world_config(m.world));
    cr_expect(fabs(expected / (double)rows - 1) < 0.15, "%d days: %g expected, %ld made", days[d],
              expected, (long)rows);
    model_free(&m);
  }
}

// Rows of a customer do not depend on which others were made before or with what
// memory; counting in between disturbs nothing that comes after the next begin.
Test(generator, customers_do_not_depend_on_each_other) {
  struct model once, often;
  model_make(&often, 7, 64, MODEL_START, 60);
  for (uint32_t i = 0; i < 64; i++) {
    const uint32_t id = 1 + i * 37 % 64;
    struct rows a, b;
    model_make(&once, 7, 64, MODEL_START, 60);
    const int64_t count = rows_of(&once, id, &a);
    sf_history_count(often.history, 64 - i, NULL);
    cr_assert_eq(rows_of(&often, id, &b), count);
    cr_assert_eq(rows_differ(&a.batch, 0, &b.batch, 0, count, true), 0, "customer %u", id);
    rows_free(&a);
    rows_free(&b);
    model_free(&once);
  }
  model_free(&often);
}

// Columns that are the same on every row, whatever the seed.
static bool is_constant(const char *name) {
  return strcmp(name, "transaction_id") == 0 || strcmp(name, "currency") == 0;
}

Test(generator, another_seed_changes_every_column) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  struct history h[2];
  for (uint64_t s = 0; s < 2; s++) {
    const struct sf_config config = {
        .seed = 20 + s, .customers = 60, .start_day = MODEL_START, .days = 90};
    corpus_make(&h[s], NULL, &config);
  }
  const int64_t rows = h[0].rows.rows < h[1].rows.rows ? h[0].rows.rows : h[1].rows.rows;
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    const bool same =
        memcmp(sf_batch_column(&h[0].rows, column), sf_batch_column(&h[1].rows, column),
               sf_column_row_bytes(column) * (size_t)rows) == 0;
    cr_expect_eq(same, is_constant(column->name), "%s", column->name);
  }
  history_free(&h[0]);
  history_free(&h[1]);
}

// Every value of the enumerations that the schema gives to rows occurs.
Test(generator, rows_use_their_enumerations) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  const struct sf_config config = {
      .seed = 1, .customers = 1000, .start_day = MODEL_START, .days = 180};
  struct history h;
  corpus_make(&h, NULL, &config);
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    if (column->type != SF_TYPE_ENUM8) {
      continue;
    }
    const struct sf_domain *domain = sf_domain(column->domain);
    const uint8_t *value = sf_batch_column(&h.rows, column);
    bool seen[256] = {false};
    for (int64_t i = 0; i < h.rows.rows; i++) {
      seen[value[i]] = true;
    }
    for (uint32_t v = 0; v < domain->count; v++) {
      char name[SF_MEMBER_NAME_SIZE];
      domain->member(v, name);
      // Half a year has half the festivals, a thousand customers live in some of the
      // cities only, and the web is used on computers.
      const bool expected = column->domain != SF_DOMAIN_FESTIVAL &&
                            column->domain != SF_DOMAIN_CITY && column->domain != SF_DOMAIN_STATE &&
                            strcmp(name, "none") != 0 && strcmp(name, "samsung") != 0;
      cr_expect(seen[v] || !expected, "%s is never %s", column->name, name);
    }
  }
  history_free(&h);
}

Test(generator, refuses_windows_outside_the_calendar) {
  static const struct {
    int32_t start_day, days;
  } windows[] = {{SF_CALENDAR_FIRST_DAY - 1, 10},
                 {SF_CALENDAR_LAST_DAY, 2},
                 {MODEL_START, 0},
                 {MODEL_START, INT32_MAX},
                 {INT32_MIN, 1}};
  for (size_t w = 0; w < sizeof windows / sizeof windows[0]; w++) {
    const struct sf_config config = {
        .seed = 1, .customers = 10, .start_day = windows[w].start_day, .days = windows[w].days};
    struct sf_error error = {SF_OK, ""};
    struct sf_world *world = NULL;
    cr_expect_eq(sf_world_create(&config, sf_lanes_select(NULL), &world, &error), SF_CONFIG);
    cr_expect(error.status == SF_CONFIG && error.text[0] != 0 && world == NULL);
  }
}

Test(generator, tiles_and_merchants_of_a_configuration) {
  static const struct {
    uint32_t customers, tiles, merchants;
  } cases[] = {{1, 1, 6000},  {16, 1, 6000}, {17, 2, 6000},
               {39, 3, 6000}, {40, 3, 6001}, {SF_CUSTOMERS_MAX, 250000000u, 100006000u}};
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    const struct sf_config config = {.customers = cases[c].customers};
    cr_expect_eq(sf_config_tiles(&config), cases[c].tiles);
    cr_expect_eq(sf_config_merchants(&config), cases[c].merchants);
  }
}

// Rows from a skeleton that was kept are those of one that is made: room for some customers
// only, asked for in any order and again.
Test(generator, kept_customers_have_the_same_rows) {
  struct model made, kept;
  model_make(&made, 7, 64, MODEL_START, 60);
  model_make(&kept, 7, 64, MODEL_START, 60);
  const size_t bytes = 400 * 1024;
  void *memory = aligned_alloc(64, bytes);
  cr_assert_not_null(memory);
  memset(memory, 0xff, bytes);
  sf_history_keep(kept.history, memory, bytes);
  const double all = sf_config_kept_bytes(sf_world_config(kept.world), 1);
  cr_assert(all > (double)bytes && all < 4 * (double)bytes, "%g bytes", all);
  for (uint32_t id = 1; id <= 64; id++) {
    sf_history_count(kept.history, id, NULL);
  }
  for (uint32_t i = 0; i < 2 * 64; i++) {
    const uint32_t id = i < 64 ? 1 + i : 1 + i * 37 % 64;
    struct rows a, b;
    const int64_t count = rows_of(&made, id, &a);
    cr_assert_eq(rows_of(&kept, id, &b), count);
    cr_assert_eq(rows_differ(&a.batch, 0, &b.batch, 0, count, true), 0, "customer %u", id);
    rows_free(&a);
    rows_free(&b);
  }
  model_free(&made);
  model_free(&kept);
  free(memory);
}

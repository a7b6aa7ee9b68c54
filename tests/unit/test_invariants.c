#include <criterion/criterion.h>

#include "tests/unit/invariant_history.h"

#define C(column) h->customers.column[i]
#define M(column) h->merchants.column[i]
#define T(column) h->rows.column[i]

#define BREAK(invariant, way, row, statement)                           \
  static void break_##invariant##_##way(struct history *h, int64_t i) { \
    (void)i;                                                            \
    statement;                                                          \
  }
#include "tests/unit/invariant_cases.def"
#undef BREAK

static const struct {
  enum sf_invariant_id id;
  const char *way;
  int64_t row;
  void (*apply)(struct history *h, int64_t row);
} cases[] = {
#define BREAK(invariant, way, row, statement) \
  {SF_INVARIANT_##invariant, #way, row, break_##invariant##_##way},
#include "tests/unit/invariant_cases.def"
#undef BREAK
};
#define CASES (sizeof cases / sizeof cases[0])

static struct history history;

// Labels, episodes and rings: test_invariants_fraud.c.
#define JUDGED (sf_invariants_of(SF_TABLE_TRANSACTIONS).end)

Test(invariants, hold_on_a_true_history) {
  struct sf_verdict verdicts[SF_INVARIANT_COUNT];
  history_make(&history);
  history_judge(&history, verdicts);
  for (int i = 0; i < JUDGED; i++) {
    const enum sf_table_id table = sf_invariants[i].table;
    const int64_t rows = table == SF_TABLE_CUSTOMERS ? 2 : table == SF_TABLE_MERCHANTS ? 3 : ROWS;
    cr_expect(verdicts[i].violations == 0, "%s: fails in row %ld", sf_invariants[i].name,
              (long)verdicts[i].first);
    cr_expect(verdicts[i].rows == rows, "%s: %ld rows judged", sf_invariants[i].name,
              (long)verdicts[i].rows);
  }
  history_free(&history);
}

Test(invariants, each_sees_what_breaks_it) {
  struct sf_verdict verdicts[SF_INVARIANT_COUNT];
  for (size_t k = 0; k < CASES; k++) {
    history_make(&history);
    cases[k].apply(&history, cases[k].row);
    history_judge(&history, verdicts);
    cr_expect(verdicts[cases[k].id].violations >= 1 && verdicts[cases[k].id].first == cases[k].row,
              "%s does not see \"%s\" in row %ld", sf_invariants[cases[k].id].name, cases[k].way,
              (long)cases[k].row);
    history_free(&history);
  }
}

Test(invariants, each_has_a_case) {
  bool has_case[SF_INVARIANT_COUNT] = {false};
  for (size_t k = 0; k < CASES; k++) {
    has_case[cases[k].id] = true;
  }
  for (int i = 0; i < JUDGED; i++) {
    cr_expect(has_case[i], "%s is never broken", sf_invariants[i].name);
  }
}

Test(invariants, are_many_and_grouped_by_table) {
  int total = 0;
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    const struct sf_invariant_span span = sf_invariants_of(t);
    for (int i = span.begin; i < span.end; i++) {
      cr_expect(sf_invariants[i].table == t);
    }
    total += span.end - span.begin;
  }
  cr_expect(total == SF_INVARIANT_COUNT && total >= 40);
}

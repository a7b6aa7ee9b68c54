// Predicates on labels, episodes and rings: a true story of two customers, and
// ways to break it.
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "kernels/check/invariant.h"
#include "kernels/fraud/typology.h"

#define CUSTOMERS 4
#define START_DAY 20270  // 2025-07-01
#define MIDNIGHT (START_DAY * INT64_C(86400) - 19800)

enum { ROWS = 3, EPISODES = 2, RINGS = 2, MEMBERS = 5, LINKS = 1 };

struct tables {
  struct sf_transactions rows;
  struct sf_labels labels;
  struct sf_episodes episodes;
  struct sf_rings rings;
  struct sf_ring_members members;
  struct sf_ring_links links;
  void *memory[6];
};

static const struct sf_config config = {
    .seed = 1, .customers = CUSTOMERS, .start_day = START_DAY, .days = 180};

static void place(struct tables *s, int n, enum sf_table_id table, void *batch, int64_t rows) {
  const size_t bytes = sf_batch_bytes(&sf_tables[table], rows);
  s->memory[n] = aligned_alloc(64, bytes);
  memset(s->memory[n], 0, bytes);
  sf_batch_place(&sf_tables[table], batch, rows, s->memory[n]);
}

static void tell_rows(struct tables *s) {
  for (int64_t i = 0; i < ROWS; i++) {
    s->rows.customer_id[i] = 1;
    s->rows.timestamp[i] = MIDNIGHT + 86400 * (i + 1);
    s->rows.amount[i] = 500.25;
    s->rows.direction[i] = SF_DIRECTION_DEBIT;
    s->rows.status[i] = SF_STATUS_CODE_APPROVED;
    s->labels.split[i] = SF_SPLIT_TRAIN;
  }
  // The first row is honest, the second fraud, the third prepares it no more.
  s->labels.is_fraud[1] = 1;
  s->labels.fraud_type[1] = SF_TYPOLOGY_MULE_ACCOUNT;
  s->labels.fraud_confidence[1] = 0.5f;
  s->labels.fraud_severity[1] = SF_FRAUD_SEVERITY_LOW;
  s->labels.reported_at[1] = s->rows.timestamp[1] + 60;
  s->labels.role[1] = SF_ROLE_MULE;
  s->labels.role[2] = SF_ROLE_SETUP;
  for (int64_t i = 1; i < ROWS; i++) {
    s->labels.episode_id[i] = s->episodes.episode_id[0];
    s->labels.ring_id[i] = 1;
  }
}

static void tell_episodes(struct tables *s) {
  for (int64_t e = 0; e < EPISODES; e++) {
    s->episodes.customer_id[e] = (uint32_t)e + 1;
    s->episodes.episode_id[e] = (uint64_t)(e + 1) << 16 | 5;
    s->episodes.fraud_type[e] = SF_TYPOLOGY_MULE_ACCOUNT;
    s->episodes.severity[e] = SF_FRAUD_SEVERITY_LOW;
    s->episodes.confidence[e] = 0.5f;
    s->episodes.start[e] = MIDNIGHT + 2 * 86400;
    s->episodes.end[e] = MIDNIGHT + 3 * 86400;
    s->episodes.row_count[e] = 2;
    s->episodes.amount[e] = 500.25;
    s->episodes.ring_id[e] = 1;
    for (int64_t k = 0; k < SF_EVIDENCE_ELEMENTS; k++) {
      s->episodes.evidence[e * SF_EVIDENCE_ELEMENTS + k] = NAN;
    }
  }
}

static void tell_rings(struct tables *s) {
  static const uint32_t ring[MEMBERS] = {1, 1, 1, 2, 2}, customer[MEMBERS] = {1, 2, 3, 1, 4};
  for (int64_t r = 0; r < RINGS; r++) {
    s->rings.ring_id[r] = (uint32_t)r + 1;
    s->rings.start[r] = MIDNIGHT;
    s->rings.end[r] = MIDNIGHT + 10 * 86400;
  }
  s->rings.ring_type[0] = SF_RING_TYPE_MULE_FAN_IN;
  s->rings.fraud_type[0] = SF_TYPOLOGY_MULE_ACCOUNT;
  s->rings.size[0] = 3;
  s->rings.ring_type[1] = SF_RING_TYPE_SHARED_DEVICE;
  s->rings.fraud_type[1] = SF_TYPOLOGY_ACCOUNT_TAKEOVER;
  s->rings.size[1] = 2;
  s->rings.shared_device_id[1] = 77;
  for (int64_t k = 0; k < MEMBERS; k++) {
    s->members.ring_id[k] = ring[k];
    s->members.customer_id[k] = customer[k];
  }
  s->links.ring_id[0] = 1;
  s->links.source_customer_id[0] = 2;
  s->links.target_customer_id[0] = 1;
  s->links.timestamp[0] = MIDNIGHT + 86400;
  s->links.amount[0] = 500.0;
}

static void tables_make(struct tables *s) {
  memset(s, 0, sizeof *s);
  place(s, 0, SF_TABLE_TRANSACTIONS, &s->rows, ROWS);
  place(s, 1, SF_TABLE_LABELS, &s->labels, ROWS);
  place(s, 2, SF_TABLE_EPISODES, &s->episodes, EPISODES);
  place(s, 3, SF_TABLE_RINGS, &s->rings, RINGS);
  place(s, 4, SF_TABLE_RING_MEMBERS, &s->members, MEMBERS);
  place(s, 5, SF_TABLE_RING_LINKS, &s->links, LINKS);
  tell_episodes(s);
  tell_rows(s);
  tell_rings(s);
}

static void tables_free(struct tables *s) {
  for (int n = 0; n < 6; n++) {
    free(s->memory[n]);
  }
}

// Rows of the tables by their ids; negative: not there.
static int64_t find_episode(const struct tables *s, uint64_t id) {
  for (int64_t e = 0; e < EPISODES; e++) {
    if (s->episodes.episode_id[e] == id) {
      return e;
    }
  }
  return -1;
}

static int64_t find_ring(uint32_t id) { return id >= 1 && id <= RINGS ? (int64_t)id - 1 : -1; }

static void surround(const struct tables *s, struct sf_checked_row *row, int64_t ring) {
  static const int64_t first[RINGS + 1] = {0, 3, 5};
  row->rings = &s->rings;
  row->g = ring;
  row->members = &s->members;
  row->k = ring >= 0 ? first[ring] : 0;
  row->k_end = ring >= 0 ? first[ring + 1] : 0;
  row->episodes = &s->episodes;
  row->e = -1;
}

static void judge_table(const struct tables *s, enum sf_table_id table, const void *batch,
                        int64_t rows, struct sf_verdict *verdicts) {
  struct sf_values values;
  sf_values_bind(&values, &sf_tables[table], batch);
  struct sf_episode_tally tally = {0};
  sf_episode_tally_add(&tally, &s->rows, &s->labels, 1);
  sf_episode_tally_add(&tally, &s->rows, &s->labels, 2);
  for (int64_t i = 0; i < rows; i++) {
    struct sf_ledger ledger = {.timestamp = s->rows.timestamp[i < ROWS ? i : 0]};
    struct sf_checked_row row = {
        .config = &config, .values = &values, .number = i, .tally = &tally};
    switch (table) {
      case SF_TABLE_LABELS:
        row.e = find_episode(s, s->labels.episode_id[i]);
        surround(s, &row, find_ring(s->labels.ring_id[i]));
        row.e = find_episode(s, s->labels.episode_id[i]);
        row.transactions = &s->rows;
        row.labels = &s->labels;
        row.ledger = &ledger;
        row.t = i;
        break;
      case SF_TABLE_EPISODES:
        surround(s, &row, find_ring(s->episodes.ring_id[i]));
        row.e = i;
        break;
      case SF_TABLE_RINGS:
        surround(s, &row, i);
        break;
      case SF_TABLE_RING_MEMBERS:
        surround(s, &row, find_ring(s->members.ring_id[i]));
        row.k = i;
        break;
      default:
        surround(s, &row, find_ring(s->links.ring_id[i]));
        row.links = &s->links;
        row.l = i;
        break;
    }
    sf_judge(sf_invariants_of(table), &row, verdicts);
  }
}

static void judge(const struct tables *s, struct sf_verdict *verdicts) {
  sf_verdicts_init(verdicts);
  judge_table(s, SF_TABLE_LABELS, &s->labels, ROWS, verdicts);
  judge_table(s, SF_TABLE_EPISODES, &s->episodes, EPISODES, verdicts);
  judge_table(s, SF_TABLE_RINGS, &s->rings, RINGS, verdicts);
  judge_table(s, SF_TABLE_RING_MEMBERS, &s->members, MEMBERS, verdicts);
  judge_table(s, SF_TABLE_RING_LINKS, &s->links, LINKS, verdicts);
}

#define T(column) s->rows.column[i]
#define L(column) s->labels.column[i]
#define E(column) s->episodes.column[i]
#define R(column) s->rings.column[i]
#define K(column) s->members.column[i]
#define N(column) s->links.column[i]

#define BREAK(invariant, way, row, statement)                          \
  static void break_##invariant##_##way(struct tables *s, int64_t i) { \
    (void)i;                                                           \
    statement;                                                         \
  }
#include "tests/unit/invariant_fraud_cases.def"
#undef BREAK

static const struct {
  enum sf_invariant_id id;
  const char *way;
  int64_t row;
  void (*apply)(struct tables *s, int64_t row);
} cases[] = {
#define BREAK(invariant, way, row, statement) \
  {SF_INVARIANT_##invariant, #way, row, break_##invariant##_##way},
#include "tests/unit/invariant_fraud_cases.def"
#undef BREAK
};
#define CASES (sizeof cases / sizeof cases[0])

Test(invariants_fraud, hold_on_a_true_story) {
  struct tables s;
  struct sf_verdict verdicts[SF_INVARIANT_COUNT];
  tables_make(&s);
  judge(&s, verdicts);
  for (int i = sf_invariants_of(SF_TABLE_LABELS).begin; i < SF_INVARIANT_COUNT; i++) {
    cr_expect(verdicts[i].violations == 0, "%s: fails in row %ld", sf_invariants[i].name,
              (long)verdicts[i].first);
    cr_expect(verdicts[i].rows > 0, "%s: no row judged", sf_invariants[i].name);
  }
  tables_free(&s);
}

Test(invariants_fraud, each_sees_what_breaks_it) {
  for (size_t k = 0; k < CASES; k++) {
    struct tables s;
    struct sf_verdict verdicts[SF_INVARIANT_COUNT];
    tables_make(&s);
    cases[k].apply(&s, cases[k].row);
    judge(&s, verdicts);
    cr_expect(verdicts[cases[k].id].violations >= 1 && verdicts[cases[k].id].first == cases[k].row,
              "%s does not see \"%s\" in row %ld", sf_invariants[cases[k].id].name, cases[k].way,
              (long)cases[k].row);
    tables_free(&s);
  }
}

Test(invariants_fraud, each_has_a_case) {
  bool has_case[SF_INVARIANT_COUNT] = {false};
  for (size_t k = 0; k < CASES; k++) {
    has_case[cases[k].id] = true;
  }
  for (int i = sf_invariants_of(SF_TABLE_LABELS).begin; i < SF_INVARIANT_COUNT; i++) {
    cr_expect(has_case[i], "%s is never broken", sf_invariants[i].name);
  }
}

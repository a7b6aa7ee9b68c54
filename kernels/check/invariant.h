#ifndef SF_KERNELS_CHECK_INVARIANT_H
#define SF_KERNELS_CHECK_INVARIANT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/check/ledger.h"
#include "kernels/check/values.h"
#include "kernels/config.h"
#include "kernels/schema/schema.h"

// What must hold on every row of a corpus, as one table of named predicates.
// They judge the rows as stored and share no code with the model beyond its
// tables of cities, subcategories and festivals: what a row says about earlier
// rows is worked out again from those (struct sf_ledger).

// A row in its surroundings. Which parts are set depends on the table of the
// invariant; what belongs to other tables is null then.
struct sf_checked_row {
  const struct sf_config *config;
  const struct sf_values *values;  // columns of the row's own table, for loops over them
  int64_t number;                  // of the row in its table, from 0

  const struct sf_customers *customers;  // the customer; of the account for a transaction
  int64_t c;
  const struct sf_merchants *merchants;  // the merchant; the one paid for a transaction
  int64_t m;                             // negative: the transaction has none
  const struct sf_transactions *transactions;
  int64_t t;
  const struct sf_ledger *ledger;  // of a transaction, this row taken in

  const struct sf_labels *labels;        // row t as well
  const struct sf_episodes *episodes;    // the episode; the one that a label names
  int64_t e;                             // negative: none, or it is not there
  const struct sf_episode_tally *tally;  // of an episode, all its rows taken in
  const struct sf_rings *rings;  // the ring; the one that a label, episode, member or link names
  int64_t g;                     // negative: none, or it is not there
  const struct sf_ring_members *members;  // a member; the members of the ring of a ring or link
  int64_t k, k_end;                       // the member k; those from k to k_end-1
  const struct sf_ring_links *links;
  int64_t l;
};

// What the labels of an episode add up to.
struct sf_episode_tally {
  uint32_t rows;
  int64_t start, end;
  int64_t amount;  // paise of approved fraud debits
};

// Takes in row `t` of the episode.
void sf_episode_tally_add(struct sf_episode_tally *tally, const struct sf_transactions *batch,
                          const struct sf_labels *labels, int64_t t);

struct sf_invariant {
  const char *name;
  const char *text;  // what holds, for a person
  enum sf_table_id table;
  bool (*holds)(const struct sf_checked_row *row);
};

enum sf_invariant_id {
#define SF_INVARIANT(table, name, text) SF_INVARIANT_##name,
#include "kernels/check/invariants.def"
#undef SF_INVARIANT
  SF_INVARIANT_COUNT
};

// In the order of invariants.def: those of a table are consecutive.
extern const struct sf_invariant sf_invariants[SF_INVARIANT_COUNT];

// What became of an invariant over many rows. Counts add up over ranks, first
// rows take the minimum.
struct sf_verdict {
  int64_t rows, violations;
  int64_t first;  // number of the first violating row, INT64_MAX = none
};

// Starts with no rows. Shape [SF_INVARIANT_COUNT].
void sf_verdicts_init(struct sf_verdict *verdicts);

// The invariants of a table: begin .. end-1.
struct sf_invariant_span {
  int begin, end;
};
struct sf_invariant_span sf_invariants_of(enum sf_table_id table);

// Judges a row by the invariants of its table.
void sf_judge(struct sf_invariant_span span, const struct sf_checked_row *row,
              struct sf_verdict *verdicts);

#endif

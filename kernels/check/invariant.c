#include "kernels/check/invariant.h"

#include "kernels/check/holds.h"

const struct sf_invariant sf_invariants[SF_INVARIANT_COUNT] = {
#define SF_INVARIANT(table, name, text) {#name, text, SF_TABLE_##table, sf_holds_##name},
#include "kernels/check/invariants.def"
#undef SF_INVARIANT
};

void sf_verdicts_init(struct sf_verdict *verdicts) {
  for (int i = 0; i < SF_INVARIANT_COUNT; i++) {
    verdicts[i] = (struct sf_verdict){.first = INT64_MAX};
  }
}

struct sf_invariant_span sf_invariants_of(enum sf_table_id table) {
  struct sf_invariant_span span = {0, 0};
  while (sf_invariants[span.begin].table != table) {
    span.begin++;
  }
  span.end = span.begin;
  while (span.end < SF_INVARIANT_COUNT && sf_invariants[span.end].table == table) {
    span.end++;
  }
  return span;
}

void sf_judge(struct sf_invariant_span span, const struct sf_checked_row *row,
              struct sf_verdict *verdicts) {
  for (int i = span.begin; i < span.end; i++) {
    struct sf_verdict *verdict = &verdicts[i];
    verdict->rows++;
    if (!sf_invariants[i].holds(row)) {
      verdict->violations++;
      verdict->first = row->number < verdict->first ? row->number : verdict->first;
    }
  }
}

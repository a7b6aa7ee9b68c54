#include <inttypes.h>
#include <stdio.h>

#include "io/text_table.h"
#include "jobs/verify_parts.h"

#define LINE_WIDTH 200

// One line of the report.
struct line {
  const char *name, *text;
  struct sf_verdict verdict;
};

struct report {
  struct sf_text_table table;
  int checks, failed;
  struct line first_failed;
  char digest_text[160], feature_text[160];
};

static enum sf_status add_line(struct report *report, struct line line, struct sf_error *error) {
  const struct sf_verdict *verdict = &line.verdict;
  report->checks++;
  if (verdict->violations > 0 && report->failed++ == 0) {
    report->first_failed = line;
  }
  SF_TRY(sf_text_table_add(&report->table, line.name, error));
  SF_TRY(sf_text_table_format(&report->table, error, "%" PRId64, verdict->rows));
  SF_TRY(sf_text_table_format(&report->table, error, "%" PRId64, verdict->violations));
  SF_TRY(verdict->first == INT64_MAX
             ? sf_text_table_add(&report->table, "", error)
             : sf_text_table_format(&report->table, error, "%" PRId64, verdict->first + 1));
  return sf_text_table_add(&report->table, line.text, error);
}

static enum sf_status add_heading(struct report *report, struct sf_error *error) {
  static const char *const heading[] = {"check", "rows", "violations", "first id", "what holds"};
  for (size_t i = 0; i < sizeof heading / sizeof heading[0]; i++) {
    SF_TRY(sf_text_table_add(&report->table, heading[i], error));
  }
  return SF_OK;
}

// Columns whose values are not those of the stored digest; `rows` counts columns.
static enum sf_status add_digests(struct report *report, const struct sf_corpus *corpus,
                                  const struct sf_findings *findings, struct sf_error *error) {
  struct sf_verdict verdict = {.first = INT64_MAX};
  char *text = report->digest_text;
  snprintf(text, sizeof report->digest_text, "every column has the digest that is stored with it");
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      struct sf_digest stored;
      SF_TRY(sf_corpus_digest(corpus, t, c, &stored, error));
      const bool differs = !sf_digest_equal(stored, findings->digests.column[t][c]);
      if (differs && verdict.violations == 0) {
        snprintf(text, sizeof report->digest_text,
                 "values of /%s/%s are not those of the stored digest", sf_tables[t].name,
                 sf_tables[t].column[c].name);
      }
      verdict.rows++;
      verdict.violations += differs;
    }
  }
  return add_line(report, (struct line){"column_digests", text, verdict}, error);
}

static enum sf_status add_features(struct report *report, const struct sf_corpus *corpus,
                                   const char *path, const struct sf_findings *findings,
                                   struct sf_error *error) {
  if (!findings->digests.features) {
    return SF_OK;
  }
  struct sf_verdict verdict = {.first = INT64_MAX};
  const char *differing = NULL;
  SF_TRY(sf_verify_feature_digests(path, sf_corpus_info(corpus)->rows[SF_TABLE_TRANSACTIONS],
                                   findings, &verdict, &differing, error));
  char *text = report->feature_text;
  snprintf(text, sizeof report->feature_text, "%s%s",
           differing ? "values of this feature are not those of the stored digest: "
                     : "every feature has the digest that is stored with it",
           differing ? differing : "");
  SF_TRY(add_line(report, (struct line){"feature_digests", text, verdict}, error));
  return add_line(
      report, (struct line){"features_finite", "all features are finite", findings->finite}, error);
}

static enum sf_status add_root_digest(struct report *report, const struct sf_corpus *corpus,
                                      const struct sf_findings *findings, struct sf_error *error) {
  struct sf_digest stored;
  SF_TRY(sf_corpus_root_digest(corpus, &stored, error));
  const bool differs = !sf_digest_equal(stored, sf_digest_of_corpus(&findings->digests));
  const struct sf_verdict verdict = {1, differs, INT64_MAX};
  return add_line(
      report, (struct line){"corpus_digest", "the corpus has the digest that it names", verdict},
      error);
}

static enum sf_status add_pairing(struct report *report, const char *name, const char *text,
                                  const struct sf_pairing *pairing, struct sf_error *error) {
  const struct sf_verdict verdict = {(int64_t)(pairing->debit_rows + pairing->credit_rows),
                                     !sf_pairing_agrees(pairing), INT64_MAX};
  return add_line(report, (struct line){name, text, verdict}, error);
}

static enum sf_status add_pairings(struct report *report, const struct sf_findings *findings,
                                   struct sf_error *error) {
  SF_TRY(add_pairing(report, "transfers_have_two_sides",
                     "debits and credits between customers have equal sums of hashes",
                     &findings->pairing, error));
  SF_TRY(
      add_pairing(report, "links_have_debits",
                  "links of mules are the fraud debits of their sources, to the second and paisa",
                  &findings->links.sources, error));
  SF_TRY(
      add_pairing(report, "links_have_credits",
                  "links of mules are the fraud credits of their targets, to the second and paisa",
                  &findings->links.targets, error));
  return add_pairing(report, "members_have_episodes",
                     "members of rings, but exposed ones, are the customers of their episodes",
                     &findings->membership, error);
}

// Every row must have been looked at once: where the customers are out of order,
// the shares of ranks may leave rows out.
static enum sf_status add_order(struct report *report, const struct sf_corpus *corpus,
                                const struct sf_findings *findings, struct sf_error *error) {
  const int64_t rows = sf_corpus_info(corpus)->rows[SF_TABLE_TRANSACTIONS];
  struct sf_verdict verdict = findings->order;
  if (verdict.rows != rows) {
    verdict.violations += verdict.rows > rows ? verdict.rows - rows : rows - verdict.rows;
    verdict.rows = rows;
  }
  return add_line(report,
                  (struct line){"customers_in_order",
                                "rows are ordered by customer_id, a customer each", verdict},
                  error);
}

static enum sf_status fill(struct report *report, const struct sf_corpus *corpus, const char *path,
                           const struct sf_findings *findings, struct sf_error *error) {
  SF_TRY(add_heading(report, error));
  SF_TRY(add_digests(report, corpus, findings, error));
  SF_TRY(add_features(report, corpus, path, findings, error));
  SF_TRY(add_root_digest(report, corpus, findings, error));
  SF_TRY(add_order(report, corpus, findings, error));
  // The other side of a transfer may belong to somebody whom a part does not hold.
  if (!sf_corpus_info(corpus)->is_part) {
    SF_TRY(add_pairings(report, findings, error));
  }
  for (int i = 0; i < SF_INVARIANT_COUNT; i++) {
    const struct line line = {sf_invariants[i].name, sf_invariants[i].text, findings->invariant[i]};
    SF_TRY(add_line(report, line, error));
  }
  return SF_OK;
}

enum sf_status sf_verify_report(const struct sf_corpus *corpus, const char *path,
                                const struct sf_findings *findings, bool quiet,
                                struct sf_error *error) {
  struct report report = {.checks = 0};
  sf_text_table_init(&report.table, 5);
  enum sf_status status = fill(&report, corpus, path, findings, error);
  if (status == SF_OK && !quiet) {
    sf_text_table_print(&report.table, LINE_WIDTH, stdout);
    printf("\n%d checks, %d failed%s\n", report.checks, report.failed,
           sf_corpus_info(corpus)->is_part ? "; those that need all customers are left out" : "");
  }
  if (status == SF_OK && report.failed) {
    const struct sf_verdict *verdict = &report.first_failed.verdict;
    status = sf_fail(error, SF_MISMATCH,
                     "%s: %d of %d checks failed, first %s (%s): %" PRId64 " of %" PRId64, path,
                     report.failed, report.checks, report.first_failed.name,
                     report.first_failed.text, verdict->violations, verdict->rows);
  }
  sf_text_table_free(&report.table);
  return status;
}

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "io/text_date.h"
#include "io/text_table.h"
#include "jobs/inspect.h"
#include "jobs/inspect_fraud.h"

#define BATCH_ROWS 65536
#define LINE_WIDTH 120

// Transactions that share the value of a column.
struct group {
  int64_t rows, approved;
  int64_t paise;  // of the approved ones
};

#define VALUES_MAX 16  // members of the longest grouped enumeration

enum grouping { BY_MODE, BY_TYPE, BY_STATUS, GROUPINGS };

static const struct {
  const char *title;
  enum sf_domain_id domain;
} groupings[GROUPINGS] = {
    [BY_MODE] = {"payment_mode", SF_DOMAIN_PAYMENT_MODE},
    [BY_TYPE] = {"transaction_type", SF_DOMAIN_TRANSACTION_TYPE},
    [BY_STATUS] = {"status", SF_DOMAIN_STATUS_CODE},
};

struct totals {
  struct group group[GROUPINGS][VALUES_MAX];
  struct group all;
};

static void add(struct group *group, bool approved, int64_t paise) {
  group->rows++;
  group->approved += approved;
  group->paise += approved ? paise : 0;
}

static void add_rows(struct totals *totals, const struct sf_transactions *batch) {
  for (int64_t i = 0; i < batch->rows; i++) {
    const bool approved = batch->status[i] == SF_STATUS_CODE_APPROVED;
    const int64_t paise = llrint(batch->amount[i] * 100.0);
    add(&totals->group[BY_MODE][batch->payment_mode[i] % VALUES_MAX], approved, paise);
    add(&totals->group[BY_TYPE][batch->transaction_type[i] % VALUES_MAX], approved, paise);
    add(&totals->group[BY_STATUS][batch->status[i] % VALUES_MAX], approved, paise);
    add(&totals->all, approved, paise);
  }
}

static enum sf_status read_totals(const struct sf_corpus *corpus, struct totals *totals,
                                  struct sf_error *error) {
  static const char *const needed[] = {"amount", "payment_mode", "transaction_type", "status"};
  uint64_t columns = 0;
  for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
    columns |= UINT64_C(1) << sf_column_index(SF_TABLE_TRANSACTIONS, needed[i]);
  }
  struct sf_transactions batch;
  void *memory;
  SF_TRY(sf_batch_create(SF_TABLE_TRANSACTIONS, BATCH_ROWS, &batch, &memory, error));
  const int64_t rows = sf_corpus_info(corpus)->rows[SF_TABLE_TRANSACTIONS];
  enum sf_status status = SF_OK;
  for (int64_t at = 0; at < rows && status == SF_OK; at += BATCH_ROWS) {
    const int64_t count = rows - at < BATCH_ROWS ? rows - at : BATCH_ROWS;
    status = sf_corpus_read(corpus, SF_TABLE_TRANSACTIONS, columns, at, count, &batch, error);
    if (status == SF_OK) {
      add_rows(totals, &batch);
    }
  }
  free(memory);
  return status;
}

static enum sf_status add_line(struct sf_text_table *table, const char *name,
                               const struct group *group, int64_t all, struct sf_error *error) {
  const double approved = (double)group->approved, rupees = (double)group->paise / 100.0;
  SF_TRY(sf_text_table_add(table, name, error));
  SF_TRY(sf_text_table_format(table, error, "%" PRId64, group->rows));
  SF_TRY(sf_text_table_format(table, error, "%.2f%%", 100.0 * (double)group->rows / (double)all));
  SF_TRY(sf_text_table_format(table, error, "%" PRId64, group->approved));
  SF_TRY(sf_text_table_format(table, error, "%.2f", rupees));
  return sf_text_table_format(table, error, "%.2f", group->approved ? rupees / approved : 0.0);
}

static enum sf_status add_heading(struct sf_text_table *table, const char *title,
                                  struct sf_error *error) {
  const char *const rest[] = {"rows", "share", "approved", "rupees", "mean"};
  SF_TRY(sf_text_table_add(table, title, error));
  for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
    SF_TRY(sf_text_table_add(table, rest[i], error));
  }
  return SF_OK;
}

static enum sf_status print_grouping(enum grouping by, const struct totals *totals,
                                     const struct sf_name_tables *names, struct sf_error *error) {
  const struct sf_names *members = &names->domain[groupings[by].domain];
  struct sf_text_table table;
  sf_text_table_init(&table, 6);
  enum sf_status status = add_heading(&table, groupings[by].title, error);
  for (uint32_t value = 0; value < members->count && status == SF_OK; value++) {
    if (totals->group[by][value].rows) {
      status = add_line(&table, members->text[value], &totals->group[by][value], totals->all.rows,
                        error);
    }
  }
  if (status == SF_OK) {
    status = add_line(&table, "all", &totals->all, totals->all.rows, error);
  }
  if (status == SF_OK) {
    printf("\n");
    sf_text_table_print(&table, LINE_WIDTH, stdout);
  }
  sf_text_table_free(&table);
  return status;
}

static enum sf_status print_heading(const struct sf_corpus *corpus, struct sf_error *error) {
  const struct sf_corpus_info *info = sf_corpus_info(corpus);
  const struct sf_config *config = &info->config;
  char first[SF_DATE_TEXT + 1] = {0}, last[SF_DATE_TEXT + 1] = {0};
  sf_put_date(first, config->start_day);
  sf_put_date(last, config->start_day + config->days - 1);
  struct sf_digest digest;
  char text[SF_DIGEST_TEXT_SIZE];
  SF_TRY(sf_corpus_root_digest(corpus, &digest, error));
  sf_digest_text(digest, text);
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    printf("%-14s %" PRId64 " rows, %u columns, %zu bytes a row\n", sf_tables[t].name,
           info->rows[t], sf_tables[t].columns, sf_table_row_bytes(&sf_tables[t]));
  }
  printf("%-14s %s to %s (%d %s)\n", "window", first, last, config->days,
         config->days == 1 ? "day" : "days");
  printf("%-14s %" PRIu64 "\n", "seed", config->seed);
  printf("%-14s %d\n", "schema version", SF_SCHEMA_VERSION);
  printf("%-14s %s\n", "digest", text);
  return SF_OK;
}

enum sf_status sf_inspect_summary(const struct sf_corpus *corpus,
                                  const struct sf_name_tables *names, struct sf_error *error) {
  struct totals totals = {0};
  SF_TRY(print_heading(corpus, error));
  if (sf_corpus_info(corpus)->rows[SF_TABLE_TRANSACTIONS] == 0) {
    return SF_OK;
  }
  SF_TRY(read_totals(corpus, &totals, error));
  for (enum grouping by = 0; by < GROUPINGS; by++) {
    SF_TRY(print_grouping(by, &totals, names, error));
  }
  return sf_inspect_labels(corpus, names, error);
}

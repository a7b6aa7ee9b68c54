#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/text_table.h"
#include "jobs/inspect.h"
#include "jobs/inspect_rows.h"

#define BATCH_ROWS 4096
#define STORY_WIDTH 320

// What tells a customer's story; the other columns are for `head`.
static const struct {
  enum sf_table_id table;
  const char *name;
} story[] = {
    {SF_TABLE_TRANSACTIONS, "timestamp"},     {SF_TABLE_TRANSACTIONS, "transaction_type"},
    {SF_TABLE_TRANSACTIONS, "direction"},     {SF_TABLE_TRANSACTIONS, "amount"},
    {SF_TABLE_TRANSACTIONS, "status"},        {SF_TABLE_TRANSACTIONS, "balance_after"},
    {SF_TABLE_TRANSACTIONS, "payment_mode"},  {SF_TABLE_TRANSACTIONS, "channel"},
    {SF_TABLE_TRANSACTIONS, "category"},      {SF_TABLE_TRANSACTIONS, "city"},
    {SF_TABLE_TRANSACTIONS, "merchant_name"}, {SF_TABLE_LABELS, "is_fraud"},
    {SF_TABLE_LABELS, "fraud_type"},          {SF_TABLE_LABELS, "role"},
    {SF_TABLE_LABELS, "benign_twin_of"},      {SF_TABLE_LABELS, "anomaly_type"},
};
#define STORY_COLUMNS ((int)(sizeof story / sizeof story[0]))

// Rows of a customer by label. `fraud_type` has an entry for each value of a byte.
struct label_counts {
  int64_t fraud, twins, anomalies;
  int64_t fraud_type[UINT8_MAX + 1];
};

static enum sf_status count_labels(const struct sf_corpus *corpus, int64_t first, int64_t end,
                                   struct label_counts *counts, struct sf_error *error) {
  struct sf_labels labels;
  void *memory;
  *counts = (struct label_counts){0};
  SF_TRY(sf_batch_create(SF_TABLE_LABELS, BATCH_ROWS, &labels, &memory, error));
  enum sf_status status = SF_OK;
  for (int64_t at = first; at < end && status == SF_OK; at += BATCH_ROWS) {
    const int64_t n = end - at < BATCH_ROWS ? end - at : BATCH_ROWS;
    status = sf_corpus_read(corpus, SF_TABLE_LABELS, SF_COLUMNS_ALL, at, n, &labels, error);
    for (int64_t i = 0; i < n && status == SF_OK; i++) {
      counts->fraud += labels.is_fraud[i] != 0;
      counts->fraud_type[labels.fraud_type[i]] += labels.is_fraud[i] != 0;
      counts->twins += labels.benign_twin_of[i] != 0;
      counts->anomalies += labels.anomaly_type[i] != 0;
    }
  }
  free(memory);
  return status;
}

static enum sf_status add_count(struct sf_text_table *table, const char *name, int64_t count,
                                int64_t all, struct sf_error *error) {
  SF_TRY(sf_text_table_add(table, name, error));
  SF_TRY(sf_text_table_format(table, error, "%" PRId64, count));
  return sf_text_table_format(table, error, "%.3f%%",
                              all ? 100.0 * (double)count / (double)all : 0.0);
}

static enum sf_status add_counts(struct sf_text_table *table, const struct label_counts *counts,
                                 int64_t all, const struct sf_names *typologies,
                                 struct sf_error *error) {
  SF_TRY(sf_text_table_add(table, "label", error));
  SF_TRY(sf_text_table_add(table, "rows", error));
  SF_TRY(sf_text_table_add(table, "share", error));
  SF_TRY(add_count(table, "fraud", counts->fraud, all, error));
  for (uint32_t t = 0; t < typologies->count; t++) {
    if (counts->fraud_type[t]) {
      SF_TRY(add_count(table, typologies->text[t], counts->fraud_type[t], all, error));
    }
  }
  SF_TRY(add_count(table, "benign_twin", counts->twins, all, error));
  return add_count(table, "anomaly", counts->anomalies, all, error);
}

static enum sf_status print_labels(const struct sf_corpus *corpus,
                                   const struct sf_name_tables *names, int64_t first, int64_t end,
                                   struct sf_error *error) {
  struct label_counts counts;
  SF_TRY(count_labels(corpus, first, end, &counts, error));
  struct sf_text_table table;
  sf_text_table_init(&table, 3);
  const enum sf_status status =
      add_counts(&table, &counts, end - first, &names->domain[SF_DOMAIN_FRAUD_TYPE], error);
  if (status == SF_OK) {
    printf("\n");
    sf_text_table_print(&table, STORY_WIDTH, stdout);
  }
  sf_text_table_free(&table);
  return status;
}

static enum sf_status print_profile(const struct sf_corpus *corpus,
                                    const struct sf_name_tables *names, uint32_t customer_id,
                                    struct sf_error *error) {
  struct sf_customers customer;
  void *memory;
  SF_TRY(sf_batch_create(SF_TABLE_CUSTOMERS, 1, &customer, &memory, error));
  const enum sf_status status = sf_corpus_read(corpus, SF_TABLE_CUSTOMERS, SF_COLUMNS_ALL,
                                               (int64_t)customer_id - 1, 1, &customer, error);
  if (status == SF_OK) {
    sf_show_record(SF_TABLE_CUSTOMERS, &customer, 0, names);
  }
  free(memory);
  return status;
}

enum sf_status sf_inspect_customer(const struct sf_corpus *corpus,
                                   const struct sf_name_tables *names, uint32_t customer_id,
                                   struct sf_error *error) {
  struct sf_shown shown[STORY_COLUMNS];
  for (int c = 0; c < STORY_COLUMNS; c++) {
    sf_shown_init(&shown[c], story[c].table, story[c].name, names);
  }
  int64_t first, end;
  SF_TRY(sf_corpus_first_row(corpus, customer_id, &first, error));
  SF_TRY(sf_corpus_first_row(corpus, customer_id + 1, &end, error));
  SF_TRY(print_profile(corpus, names, customer_id, error));
  SF_TRY(print_labels(corpus, names, first, end, error));
  const struct sf_shown_rows rows = {first, end - first, 0};
  printf("\n%" PRId64 " transactions\n", end - first);
  return sf_show_rows(corpus, shown, STORY_COLUMNS, &rows, STORY_WIDTH, error);
}

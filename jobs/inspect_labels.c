#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/text_table.h"
#include "jobs/inspect_fraud.h"

#define BATCH_ROWS 65536
#define LINE_WIDTH 120
#define NAMES_MAX 64  // members of the enumerations that are counted here

struct counts {
  int64_t rows;
  int64_t fraud[NAMES_MAX], twins[NAMES_MAX];  // rows by typology; [0] the sum
  int64_t reported[NAMES_MAX];                 // of the fraud rows
  int64_t episodes[NAMES_MAX];
  int64_t anomalies[NAMES_MAX];
};

static void add_labels(struct counts *counts, const struct sf_labels *batch) {
  counts->rows += batch->rows;
  for (int64_t i = 0; i < batch->rows; i++) {
    const uint8_t type = batch->fraud_type[i] % NAMES_MAX;
    const uint8_t twin = batch->benign_twin_of[i] % NAMES_MAX;
    const bool reported = batch->reported_at[i] != 0;
    counts->anomalies[batch->anomaly_type[i] % NAMES_MAX]++;
    if (type) {
      counts->fraud[type]++;
      counts->fraud[0]++;
      counts->reported[type] += reported;
      counts->reported[0] += reported;
    }
    if (twin) {
      counts->twins[twin]++;
      counts->twins[0]++;
    }
  }
}

static void add_episodes(struct counts *counts, const struct sf_episodes *batch) {
  for (int64_t i = 0; i < batch->rows; i++) {
    counts->episodes[batch->fraud_type[i] % NAMES_MAX]++;
    counts->episodes[0]++;
  }
}

static enum sf_status read_counts(const struct sf_corpus *corpus, enum sf_table_id table,
                                  const char *const *names, struct counts *counts,
                                  struct sf_error *error) {
  uint64_t columns = 0;
  for (; *names; names++) {
    columns |= UINT64_C(1) << sf_column_index(table, *names);
  }
  union sf_batch batch;
  void *memory;
  SF_TRY(sf_batch_create(table, BATCH_ROWS, &batch, &memory, error));
  const int64_t rows = sf_corpus_info(corpus)->rows[table];
  enum sf_status status = SF_OK;
  for (int64_t at = 0; at < rows && status == SF_OK; at += BATCH_ROWS) {
    const int64_t count = rows - at < BATCH_ROWS ? rows - at : BATCH_ROWS;
    status = sf_corpus_read(corpus, table, columns, at, count, &batch, error);
    if (status == SF_OK && table == SF_TABLE_LABELS) {
      add_labels(counts, &batch.labels);
    } else if (status == SF_OK) {
      add_episodes(counts, &batch.episodes);
    }
  }
  free(memory);
  return status;
}

static enum sf_status add_heading(struct sf_text_table *table, const char *const *heading,
                                  int columns, struct sf_error *error) {
  for (int i = 0; i < columns; i++) {
    SF_TRY(sf_text_table_add(table, heading[i], error));
  }
  return SF_OK;
}

static enum sf_status add_share(struct sf_text_table *table, int64_t part, int64_t all,
                                struct sf_error *error) {
  return sf_text_table_format(table, error, "%.3f%%", 100.0 * (double)part / (double)all);
}

static enum sf_status add_typology(struct sf_text_table *table, const char *name,
                                   const struct counts *counts, uint32_t t,
                                   struct sf_error *error) {
  SF_TRY(sf_text_table_add(table, name, error));
  SF_TRY(sf_text_table_format(table, error, "%" PRId64, counts->fraud[t]));
  SF_TRY(add_share(table, counts->fraud[t], counts->rows, error));
  SF_TRY(sf_text_table_format(table, error, "%" PRId64, counts->reported[t]));
  SF_TRY(sf_text_table_format(table, error, "%" PRId64, counts->episodes[t]));
  return sf_text_table_format(table, error, "%" PRId64, counts->twins[t]);
}

static enum sf_status fill_typologies(struct sf_text_table *table, const struct counts *counts,
                                      const struct sf_names *names, struct sf_error *error) {
  static const char *const heading[] = {"fraud_type", "rows",     "share",
                                        "reported",   "episodes", "twin rows"};
  SF_TRY(add_heading(table, heading, 6, error));
  for (uint32_t t = 1; t < names->count; t++) {
    if (counts->fraud[t] || counts->twins[t] || counts->episodes[t]) {
      SF_TRY(add_typology(table, names->text[t], counts, t, error));
    }
  }
  return add_typology(table, "all", counts, 0, error);
}

static enum sf_status fill_anomalies(struct sf_text_table *table, const struct counts *counts,
                                     const struct sf_names *names, struct sf_error *error) {
  static const char *const heading[] = {"anomaly_type", "rows", "share"};
  int64_t all = 0;
  SF_TRY(add_heading(table, heading, 3, error));
  for (uint32_t a = 1; a < names->count; a++) {
    all += counts->anomalies[a];
    SF_TRY(sf_text_table_add(table, names->text[a], error));
    SF_TRY(sf_text_table_format(table, error, "%" PRId64, counts->anomalies[a]));
    SF_TRY(add_share(table, counts->anomalies[a], counts->rows, error));
  }
  SF_TRY(sf_text_table_add(table, "all", error));
  SF_TRY(sf_text_table_format(table, error, "%" PRId64, all));
  return add_share(table, all, counts->rows, error);
}

typedef enum sf_status fill_function(struct sf_text_table *table, const struct counts *counts,
                                     const struct sf_names *names, struct sf_error *error);

static enum sf_status print(fill_function *fill, int columns, const struct counts *counts,
                            const struct sf_names *names, struct sf_error *error) {
  struct sf_text_table table;
  sf_text_table_init(&table, columns);
  const enum sf_status status = fill(&table, counts, names, error);
  if (status == SF_OK) {
    printf("\n");
    sf_text_table_print(&table, LINE_WIDTH, stdout);
  }
  sf_text_table_free(&table);
  return status;
}

enum sf_status sf_inspect_labels(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                                 struct sf_error *error) {
  static const char *const of_labels[] = {"fraud_type", "benign_twin_of", "reported_at",
                                          "anomaly_type", NULL};
  static const char *const of_episodes[] = {"fraud_type", NULL};
  struct counts counts = {0};
  SF_TRY(read_counts(corpus, SF_TABLE_LABELS, of_labels, &counts, error));
  SF_TRY(read_counts(corpus, SF_TABLE_EPISODES, of_episodes, &counts, error));
  SF_TRY(print(fill_typologies, 6, &counts, &names->domain[SF_DOMAIN_FRAUD_TYPE], error));
  return print(fill_anomalies, 3, &counts, &names->domain[SF_DOMAIN_ANOMALY_TYPE], error);
}

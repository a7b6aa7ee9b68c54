#include <stdlib.h>

#include "jobs/verify.h"

#define BATCH_ROWS 16384      // a few MB of transactions: they stay in the cache
#define CUSTOMER_WINDOW 4096  // customers in memory beside them

// A table with memory for its batch and its digests.
struct reading {
  enum sf_table_id table;
  union sf_batch batch;
  struct sf_values values;
  struct sf_digester digester;
  void *memory, *scratch;
};

static void reading_free(struct reading *reading) {
  free(reading->memory);
  free(reading->scratch);
  reading->memory = reading->scratch = NULL;
}

static enum sf_status reading_create(struct reading *reading, enum sf_table_id table,
                                     int64_t capacity, struct sf_error *error) {
  const struct sf_table *schema = &sf_tables[table];
  *reading = (struct reading){.table = table};
  SF_TRY(sf_batch_create(table, capacity, &reading->batch, &reading->memory, error));
  reading->scratch = aligned_alloc(64, (sf_digester_bytes(schema) + 63) / 64 * 64);
  if (!reading->scratch) {
    reading_free(reading);
    return sf_fail(error, SF_MEMORY, "out of memory for digests of /%s", schema->name);
  }
  sf_digester_place(&reading->digester, schema, reading->scratch);
  sf_values_bind(&reading->values, schema, &reading->batch);
  return SF_OK;
}

static enum sf_status read_rows(struct reading *reading, const struct sf_corpus *corpus,
                                int64_t first, int64_t rows, struct sf_error *error) {
  SF_TRY(
      sf_corpus_read(corpus, reading->table, SF_COLUMNS_ALL, first, rows, &reading->batch, error));
  sf_digester_add(&reading->digester, &reading->batch, NULL, 0, rows);
  return SF_OK;
}

static void keep_digests(struct reading *reading, struct sf_findings *findings) {
  sf_digester_end(&reading->digester);
  for (uint32_t c = 0; c < sf_tables[reading->table].columns; c++) {
    struct sf_digest *sum = &findings->digests.column[reading->table][c];
    *sum = sf_digest_sum(*sum, reading->digester.sum[c]);
  }
}

// Customers or merchants: rows that are judged by themselves.
static enum sf_status check_table(const struct sf_corpus *corpus, enum sf_table_id table,
                                  struct sf_range rows, struct sf_findings *findings,
                                  struct sf_error *error) {
  struct reading reading;
  SF_TRY(reading_create(&reading, table, BATCH_ROWS, error));
  const struct sf_invariant_span span = sf_invariants_of(table);
  struct sf_checked_row row = {.config = &sf_corpus_info(corpus)->config,
                               .values = &reading.values,
                               .customers = &reading.batch.customers,
                               .merchants = &reading.batch.merchants};
  enum sf_status status = SF_OK;
  for (int64_t at = rows.begin; at < rows.end && status == SF_OK; at += BATCH_ROWS) {
    const int64_t count = rows.end - at < BATCH_ROWS ? rows.end - at : BATCH_ROWS;
    status = read_rows(&reading, corpus, at, count, error);
    for (int64_t i = 0; i < count && status == SF_OK; i++) {
      row.number = at + i;
      row.c = row.m = i;
      sf_judge(span, &row, findings->invariant);
    }
  }
  keep_digests(&reading, findings);
  reading_free(&reading);
  return status;
}

// What the rows of /transactions are held against.
struct context {
  const struct sf_corpus *corpus;
  struct sf_range customer_rows;  // of the share
  struct reading rows;
  union sf_batch customers, merchants;
  void *customers_memory, *merchants_memory;
  int64_t window;  // number of the first customer in memory, -1 = none
  struct sf_ledger ledger;
};

static void context_free(struct context *context) {
  reading_free(&context->rows);
  free(context->customers_memory);
  free(context->merchants_memory);
  sf_ledger_free(&context->ledger);
}

static enum sf_status context_fill(struct context *context, struct sf_error *error) {
  const int64_t merchants = sf_corpus_info(context->corpus)->rows[SF_TABLE_MERCHANTS];
  SF_TRY(reading_create(&context->rows, SF_TABLE_TRANSACTIONS, BATCH_ROWS, error));
  SF_TRY(sf_batch_create(SF_TABLE_CUSTOMERS, CUSTOMER_WINDOW, &context->customers,
                         &context->customers_memory, error));
  SF_TRY(sf_batch_create(SF_TABLE_MERCHANTS, merchants, &context->merchants,
                         &context->merchants_memory, error));
  SF_TRY(sf_corpus_read(context->corpus, SF_TABLE_MERCHANTS, SF_COLUMNS_ALL, 0, merchants,
                        &context->merchants, error));
  return sf_ledger_create(&context->ledger, error);
}

// Brings a customer of the share into memory; `*c` is the place.
static enum sf_status find_customer(struct context *context, uint32_t customer_id, int64_t *c,
                                    struct sf_error *error) {
  const int64_t number = (int64_t)customer_id - 1;
  if (context->window < 0 || number < context->window ||
      number >= context->window + context->customers.customers.rows) {
    const int64_t left = context->customer_rows.end - number;
    const int64_t count = left < CUSTOMER_WINDOW ? left : CUSTOMER_WINDOW;
    SF_TRY(sf_corpus_read(context->corpus, SF_TABLE_CUSTOMERS, SF_COLUMNS_ALL, number, count,
                          &context->customers, error));
    context->window = number;
  }
  *c = number - context->window;
  return SF_OK;
}

// A row has its place if its customer belongs to the share and none before it
// has a larger id. Only such rows can be judged further.
static bool has_place(const struct context *context, uint32_t customer_id) {
  const int64_t number = (int64_t)customer_id - 1;
  return number >= context->customer_rows.begin && number < context->customer_rows.end &&
         customer_id >= context->ledger.customer_id;
}

static enum sf_status check_row(struct context *context, struct sf_checked_row *row,
                                struct sf_invariant_span span, struct sf_findings *findings,
                                struct sf_error *error) {
  const struct sf_transactions *batch = row->transactions;
  const uint32_t customer_id = batch->customer_id[row->t];
  const uint32_t merchant_id = batch->merchant_id[row->t];
  findings->order.rows++;
  if (!has_place(context, customer_id)) {
    findings->order.violations++;
    findings->order.first =
        row->number < findings->order.first ? row->number : findings->order.first;
    return SF_OK;
  }
  SF_TRY(find_customer(context, customer_id, &row->c, error));
  SF_TRY(sf_ledger_advance(&context->ledger, batch, row->t, error));
  row->m = merchant_id <= context->merchants.merchants.rows ? (int64_t)merchant_id - 1 : -1;
  sf_judge(span, row, findings->invariant);
  sf_pairing_add(&findings->pairing, batch, row->t);
  return SF_OK;
}

static enum sf_status check_transactions(struct context *context, struct sf_range rows,
                                         struct sf_findings *findings, struct sf_error *error) {
  const struct sf_invariant_span span = sf_invariants_of(SF_TABLE_TRANSACTIONS);
  struct sf_checked_row row = {.config = &sf_corpus_info(context->corpus)->config,
                               .values = &context->rows.values,
                               .customers = &context->customers.customers,
                               .merchants = &context->merchants.merchants,
                               .transactions = &context->rows.batch.transactions,
                               .ledger = &context->ledger};
  for (int64_t at = rows.begin; at < rows.end; at += BATCH_ROWS) {
    const int64_t count = rows.end - at < BATCH_ROWS ? rows.end - at : BATCH_ROWS;
    SF_TRY(read_rows(&context->rows, context->corpus, at, count, error));
    for (row.t = 0; row.t < count; row.t++) {
      row.number = at + row.t;
      SF_TRY(check_row(context, &row, span, findings, error));
    }
  }
  keep_digests(&context->rows, findings);
  return SF_OK;
}

// Rows of the share's customers. The first and the last share take what stands
// before and behind all customers, so that every row belongs to a share.
static enum sf_status find_rows(const struct sf_corpus *corpus, struct sf_range customers,
                                struct sf_range *rows, struct sf_error *error) {
  const struct sf_corpus_info *info = sf_corpus_info(corpus);
  *rows = (struct sf_range){0, 0};
  if (sf_range_length(customers) == 0) {
    return SF_OK;
  }
  if (customers.begin > 0) {
    SF_TRY(sf_corpus_first_row(corpus, (uint32_t)customers.begin + 1, &rows->begin, error));
  }
  rows->end = info->rows[SF_TABLE_TRANSACTIONS];
  if (customers.end < info->config.customers) {
    SF_TRY(sf_corpus_first_row(corpus, (uint32_t)customers.end + 1, &rows->end, error));
  }
  return SF_OK;
}

enum sf_status sf_verify_share(const struct sf_corpus *corpus, const struct sf_share *share,
                               struct sf_findings *findings, struct sf_error *error) {
  const struct sf_range customers = {share->customers.begin - 1, share->customers.end - 1};
  const struct sf_range merchants = {share->merchants.begin - 1, share->merchants.end - 1};
  *findings = (struct sf_findings){.order = {.first = INT64_MAX}};
  sf_verdicts_init(findings->invariant);
  SF_TRY(check_table(corpus, SF_TABLE_CUSTOMERS, customers, findings, error));
  SF_TRY(check_table(corpus, SF_TABLE_MERCHANTS, merchants, findings, error));

  struct sf_range rows;
  SF_TRY(find_rows(corpus, customers, &rows, error));
  struct context context = {.corpus = corpus, .customer_rows = customers, .window = -1};
  enum sf_status status = context_fill(&context, error);
  if (status == SF_OK) {
    status = check_transactions(&context, rows, findings, error);
  }
  context_free(&context);
  return status;
}

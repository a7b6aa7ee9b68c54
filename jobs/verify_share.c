#include <stdlib.h>

#include "jobs/verify_parts.h"
#include "jobs/verify_reading.h"

#define BATCH_ROWS 16384      // a few MB of transactions: they stay in the cache
#define CUSTOMER_WINDOW 4096  // customers in memory beside them

// Customers or merchants: rows that are judged by themselves.
static enum sf_status check_table(const struct sf_corpus *corpus, enum sf_table_id table,
                                  struct sf_range rows, struct sf_findings *findings,
                                  struct sf_error *error) {
  struct sf_reading reading;
  SF_TRY(sf_reading_create(&reading, corpus, table, BATCH_ROWS, error));
  const struct sf_invariant_span span = sf_invariants_of(table);
  struct sf_checked_row row = {.config = &sf_corpus_info(corpus)->config,
                               .values = &reading.values,
                               .customers = &reading.batch.customers,
                               .merchants = &reading.batch.merchants};
  enum sf_status status = SF_OK;
  for (int64_t at = rows.begin; at < rows.end && status == SF_OK; at += BATCH_ROWS) {
    const int64_t count = rows.end - at < BATCH_ROWS ? rows.end - at : BATCH_ROWS;
    status = sf_reading_rows(&reading, at, count, NULL, error);
    for (int64_t i = 0; i < count && status == SF_OK; i++) {
      row.number = at + i;
      row.c = row.m = i;
      sf_judge(span, &row, findings->invariant);
    }
  }
  sf_reading_keep(&reading, findings);
  sf_reading_free(&reading);
  return status;
}

// What the rows of /transactions are held against.
struct context {
  const struct sf_corpus *corpus;
  struct sf_range customer_rows;  // of the share
  struct sf_reading rows, labels;
  struct sf_reading episodes;      // of the share's customers
  struct sf_episode_tally *tally;  // shape [episodes], of the labels so far
  int64_t episode;                 // where the last one was found
  union sf_batch customers, merchants, rings;
  void *customers_memory, *merchants_memory, *rings_memory;
  int64_t window;  // number of the first customer in memory, -1 = none
  struct sf_ledger ledger;
};

static void context_free(struct context *context) {
  sf_reading_free(&context->rows);
  sf_reading_free(&context->labels);
  sf_reading_free(&context->episodes);
  free(context->tally);
  free(context->customers_memory);
  free(context->merchants_memory);
  free(context->rings_memory);
  sf_ledger_free(&context->ledger);
}

// A small table as a whole, for all ranks alike.
static enum sf_status read_whole(const struct sf_corpus *corpus, enum sf_table_id table,
                                 union sf_batch *batch, void **memory, struct sf_error *error) {
  const int64_t rows = sf_corpus_info(corpus)->rows[table];
  SF_TRY(sf_batch_create(table, rows > 0 ? rows : 1, batch, memory, error));
  return rows > 0 ? sf_corpus_read(corpus, table, SF_COLUMNS_ALL, 0, rows, batch, error) : SF_OK;
}

static enum sf_status context_fill(struct context *context, struct sf_range episodes,
                                   struct sf_findings *findings, struct sf_error *error) {
  const struct sf_corpus *corpus = context->corpus;
  SF_TRY(sf_reading_create(&context->rows, corpus, SF_TABLE_TRANSACTIONS, BATCH_ROWS, error));
  SF_TRY(sf_reading_create(&context->labels, corpus, SF_TABLE_LABELS, BATCH_ROWS, error));
  SF_TRY(
      sf_reading_range(&context->episodes, corpus, SF_TABLE_EPISODES, episodes, findings, error));
  context->tally = calloc((size_t)sf_range_length(episodes) + 1, sizeof *context->tally);
  if (!context->tally) {
    return sf_fail(error, SF_MEMORY, "out of memory for the sums of episodes");
  }
  SF_TRY(sf_batch_create(SF_TABLE_CUSTOMERS, CUSTOMER_WINDOW, &context->customers,
                         &context->customers_memory, error));
  SF_TRY(read_whole(corpus, SF_TABLE_MERCHANTS, &context->merchants, &context->merchants_memory,
                    error));
  SF_TRY(read_whole(corpus, SF_TABLE_RINGS, &context->rings, &context->rings_memory, error));
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

// The episode of the share with this id, -1 if there is none. A customer's rows name
// the same few again and again.
static int64_t find_episode(struct context *context, uint64_t episode_id) {
  const struct sf_episodes *episodes = &context->episodes.batch.episodes;
  int64_t low = 0, high = episodes->rows;
  if (context->episode < high && episodes->episode_id[context->episode] == episode_id) {
    return context->episode;
  }
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (episodes->episode_id[middle] < episode_id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == episodes->rows || episodes->episode_id[low] != episode_id) {
    return -1;
  }
  return context->episode = low;
}

static int64_t ring_place(const struct context *context, uint32_t ring_id) {
  return ring_id <= context->rings.rings.rows ? (int64_t)ring_id - 1 : -1;
}

// The label of a row that has its place.
static void check_label(struct context *context, struct sf_checked_row *row,
                        struct sf_findings *findings) {
  const struct sf_labels *labels = row->labels;
  row->e = labels->episode_id[row->t] ? find_episode(context, labels->episode_id[row->t]) : -1;
  row->g = ring_place(context, labels->ring_id[row->t]);
  row->values = &context->labels.values;
  sf_judge(sf_invariants_of(SF_TABLE_LABELS), row, findings->invariant);
  row->values = &context->rows.values;
  if (row->e >= 0) {
    sf_episode_tally_add(&context->tally[row->e], row->transactions, labels, row->t);
  }
  sf_link_pairing_add_row(&findings->links, row->transactions, labels, &context->rings.rings,
                          row->t);
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
  check_label(context, row, findings);
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
                               .labels = &context->labels.batch.labels,
                               .episodes = &context->episodes.batch.episodes,
                               .rings = &context->rings.rings,
                               .ledger = &context->ledger};
  for (int64_t at = rows.begin; at < rows.end; at += BATCH_ROWS) {
    const int64_t count = rows.end - at < BATCH_ROWS ? rows.end - at : BATCH_ROWS;
    SF_TRY(sf_reading_rows(&context->rows, at, count, NULL, error));
    SF_TRY(sf_reading_rows(&context->labels, at, count, row.transactions->customer_id, error));
    for (row.t = 0; row.t < count; row.t++) {
      row.number = at + row.t;
      SF_TRY(check_row(context, &row, span, findings, error));
    }
  }
  sf_reading_keep(&context->rows, findings);
  sf_reading_keep(&context->labels, findings);
  return SF_OK;
}

static void check_episodes(struct context *context, int64_t first, struct sf_findings *findings) {
  const struct sf_episodes *episodes = &context->episodes.batch.episodes;
  const struct sf_invariant_span span = sf_invariants_of(SF_TABLE_EPISODES);
  struct sf_checked_row row = {.config = &sf_corpus_info(context->corpus)->config,
                               .values = &context->episodes.values,
                               .episodes = episodes,
                               .rings = &context->rings.rings};
  for (row.e = 0; row.e < episodes->rows; row.e++) {
    row.number = first + row.e;
    row.tally = &context->tally[row.e];
    row.g = ring_place(context, episodes->ring_id[row.e]);
    sf_judge(span, &row, findings->invariant);
    if (episodes->ring_id[row.e]) {
      sf_pairing_add_side(&findings->membership, false, episodes->ring_id[row.e],
                          episodes->customer_id[row.e], 0, 0.0);
    }
  }
}

// Rows of a table for the share's customers. The first and the last share take what
// stands before and behind all customers, so that every row belongs to a share.
static enum sf_status find_rows(const struct sf_corpus *corpus, enum sf_table_id table,
                                struct sf_range customers, struct sf_range *rows,
                                struct sf_error *error) {
  const struct sf_corpus_info *info = sf_corpus_info(corpus);
  const int64_t first = info->first[SF_TABLE_CUSTOMERS];
  *rows = (struct sf_range){info->first[table], info->first[table]};
  if (sf_range_length(customers) == 0) {
    return SF_OK;
  }
  if (customers.begin > first) {
    SF_TRY(sf_corpus_first_key(corpus, table, "customer_id", (uint32_t)customers.begin + 1,
                               &rows->begin, error));
  }
  rows->end = info->first[table] + info->rows[table];
  if (customers.end < first + info->rows[SF_TABLE_CUSTOMERS]) {
    SF_TRY(sf_corpus_first_key(corpus, table, "customer_id", (uint32_t)customers.end + 1,
                               &rows->end, error));
  }
  return SF_OK;
}

enum sf_status sf_verify_share(const struct sf_corpus *corpus, const struct sf_share *share,
                               struct sf_range rings, struct sf_findings *findings,
                               struct sf_error *error) {
  const struct sf_range customers = {share->customers.begin - 1, share->customers.end - 1};
  const struct sf_range merchants = {share->merchants.begin - 1, share->merchants.end - 1};
  *findings = (struct sf_findings){.order = {.first = INT64_MAX}};
  sf_verdicts_init(findings->invariant);
  SF_TRY(check_table(corpus, SF_TABLE_CUSTOMERS, customers, findings, error));
  SF_TRY(check_table(corpus, SF_TABLE_MERCHANTS, merchants, findings, error));

  struct sf_range rows, episodes;
  SF_TRY(find_rows(corpus, SF_TABLE_TRANSACTIONS, customers, &rows, error));
  SF_TRY(find_rows(corpus, SF_TABLE_EPISODES, customers, &episodes, error));
  struct context context = {.corpus = corpus, .customer_rows = customers, .window = -1};
  enum sf_status status = context_fill(&context, episodes, findings, error);
  if (status == SF_OK) {
    status = check_transactions(&context, rows, findings, error);
  }
  if (status == SF_OK) {
    check_episodes(&context, episodes.begin, findings);
    status = sf_verify_rings(corpus, rings, findings, error);
  }
  context_free(&context);
  return status;
}

#include <string.h>

#include "jobs/piece.h"
#include "jobs/pipeline.h"
#include "jobs/stop.h"
#include "kernels/digest.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

// One rank's rows of a piece, batch by batch.

struct work {
  struct sf_maker *maker;
  struct sf_piece *piece;
  union sf_batch batch[SF_TABLE_COUNT];  // those of the pass
  float *values;                         // features of the block in hand or of the batch
  int64_t values_at;                     // row of the batch where they begin
  bool by_block;                         // each block's are written at once
  uint32_t width;                        // features a row
  // Where the transactions stand: the customer whose turn is next, and the rows
  // that are left of the one before.
  int64_t next_customer, left;
  int64_t made;  // transactions so far
  bool stopped;  // collective writes ended early, here or on another rank
  // Of the features so far: passes return numbers of rows.
  enum sf_status feature_status;
  struct sf_error feature_error;
  int64_t story_cursor;  // in the accepted stories, which are in order of customer
  int64_t home_cursor;   // the same, while customers are written
};

// Tables that are made together, row by row.
#define PASS_TABLES_MAX 2
struct pass {
  int tables;
  enum sf_table_id table[PASS_TABLES_MAX];
  // Fills at most `rows` rows of the batches from row `at` on, which is row
  // `first` of the tables; returns how many there were.
  int64_t (*fill)(struct work *work, const struct pass *pass, int64_t first, int64_t at,
                  int64_t rows);
};

// Invented people of one family share the address and the phone of the first of them.
static void share_homes(struct work *work, int64_t first, int64_t at, int64_t rows,
                        struct sf_customers *batch) {
  _Alignas(64) char memory[8192];
  struct sf_customers head;
  sf_batch_place(&sf_tables[SF_TABLE_CUSTOMERS], &head, 1, memory);
  // Stories and blocks are in order of customer.
  for (; work->home_cursor < work->piece->fraud.assignments; work->home_cursor++) {
    const struct sf_assignment *assignment = &work->piece->fraud.assignment[work->home_cursor];
    const struct sf_membership *member = assignment->member;
    const int64_t row = (int64_t)assignment->candidate.customer - 1;
    if (row >= first + rows) {
      return;
    }
    if (member && member->ring_id && member->type == SF_RING_TYPE_SYNTHETIC_FAMILY) {
      sf_world_customers(work->maker->world, member->head, 1, &head, 0);
      batch->address_id[at + row - first] = head.address_id[0];
      batch->phone_id[at + row - first] = head.phone_id[0];
    }
  }
}

static int64_t fill_customers(struct work *work, const struct pass *pass, int64_t first, int64_t at,
                              int64_t rows) {
  struct sf_customers *batch = &work->batch[*pass->table].customers;
  sf_world_customers(work->maker->world, (uint32_t)(first + 1), rows, batch, at);
  share_homes(work, first, at, rows, batch);
  return rows;
}

static int64_t fill_merchants(struct work *work, const struct pass *pass, int64_t first, int64_t at,
                              int64_t rows) {
  sf_world_merchants(work->maker->world, (uint32_t)(first + 1), rows,
                     &work->batch[*pass->table].merchants, at);
  return rows;
}

// Tables whose rows are in memory.
static int64_t fill_kept(struct work *work, const struct pass *pass, int64_t first, int64_t at,
                         int64_t rows) {
  const enum sf_table_id t = *pass->table;
  sf_batch_copy(&sf_tables[t], &work->piece->kept.batch[t], first - work->piece->range[t].begin,
                rows, &work->batch[t], at);
  return rows;
}

static int64_t begin_customer(struct work *work) {
  const uint32_t customer = (uint32_t)work->next_customer++;
  const struct sf_assignment *assignment;
  const uint32_t stories =
      sf_fraud_plan_of(&work->piece->fraud, customer, &work->story_cursor, &assignment);
  const int64_t rows = sf_history_begin(work->maker->history, customer, assignment, stories);
  if (work->maker->features) {
    sf_features_begin(work->maker->features, sf_history_account_open_day(work->maker->history));
  }
  return rows;
}

// The features of rows at .. at+rows-1 of the batch, the customer's next ones.
static enum sf_status fill_features(struct work *work, int64_t at, int64_t rows,
                                    struct sf_error *error) {
  return sf_features_rows(work->maker->features, &work->batch[SF_TABLE_TRANSACTIONS].transactions,
                          at, rows, sf_bank_knowledge(work->maker->feature_plan.bank),
                          &work->maker->feature_plan.isolation,
                          work->values + (size_t)(at - work->values_at) * work->width, error);
}

// The rows of a customer, transactions and labels, may be split over batches.
static int64_t fill_transactions(struct work *work, const struct pass *pass, int64_t first,
                                 int64_t at, int64_t rows) {
  (void)pass;
  int64_t filled = 0;
  while (filled < rows) {
    if (work->left == 0) {
      if (work->next_customer == work->piece->share.customers.end) {
        break;  // the plan promised more; check_rows reports it
      }
      work->left = begin_customer(work);
      work->left = work->left > 0 ? work->left : 0;  // less than 0: check_rows reports it
      continue;
    }
    int64_t now = work->left < rows - filled ? work->left : rows - filled;
    sf_history_rows(work->maker->history, now, (uint64_t)(first + filled + 1),
                    &work->batch[SF_TABLE_TRANSACTIONS].transactions,
                    &work->batch[SF_TABLE_LABELS].labels, at + filled);
    if (work->maker->features && work->feature_status == SF_OK) {
      work->feature_status = fill_features(work, at + filled, now, &work->feature_error);
    }
    filled += now;
    work->left -= now;
    if (work->left == 0) {
      sf_kept_tables_add_episodes(&work->piece->kept, work->maker->history);
    }
  }
  work->made += filled;
  return filled;
}

static const struct pass passes[] = {
    {1, {SF_TABLE_CUSTOMERS}, fill_customers},
    {1, {SF_TABLE_MERCHANTS}, fill_merchants},
    {2, {SF_TABLE_TRANSACTIONS, SF_TABLE_LABELS}, fill_transactions},
    {1, {SF_TABLE_EPISODES}, fill_kept},
    {1, {SF_TABLE_RINGS}, fill_kept},
    {1, {SF_TABLE_RING_MEMBERS}, fill_kept},
    {1, {SF_TABLE_RING_LINKS}, fill_kept},
};

static bool has_features(const struct work *work, const struct pass *pass) {
  return work->maker->features && *pass->table == SF_TABLE_TRANSACTIONS;
}

static enum sf_status write_features(struct work *work, int64_t first, int64_t rows,
                                     struct sf_error *error) {
  sf_read_back_note_features(work->piece->read_back, first, rows, work->width, work->values);
  sf_timer_switch(&work->maker->timer, SF_PHASE_WRITE);
  return sf_writer_write_features(work->piece->writer, first, rows, work->values, error);
}

// Makes and digests at most `rows` rows, and `*filled` says how many there were; writes
// features as soon as they are digested, unless they are written with the batch.
static enum sf_status make_blocks(struct work *work, const struct pass *pass,
                                  struct sf_digester *digester, int64_t first, int64_t rows,
                                  int64_t *filled, struct sf_error *error) {
  const uint32_t *customer = work->batch[SF_TABLE_TRANSACTIONS].transactions.customer_id;
  const int64_t most = SF_PIPELINE_BLOCK_ROWS;
  *filled = 0;
  for (int64_t made = most; made == most && *filled < rows; *filled += made) {
    const int64_t at = *filled, block = rows - at < most ? rows - at : most;
    work->values_at = work->by_block ? at : 0;
    sf_timer_switch(&work->maker->timer, SF_PHASE_MODEL);
    made = pass->fill(work, pass, first + at, at, block);
    sf_timer_switch(&work->maker->timer, SF_PHASE_DIGEST);
    for (int i = 0; i < pass->tables; i++) {
      sf_digester_add(&digester[i], &work->batch[pass->table[i]], customer, at, made);
    }
    if (has_features(work, pass) && work->feature_status == SF_OK) {
      sf_feature_digester_add(work->maker->feature_digester,
                              work->values + (at - work->values_at) * work->width, customer + at,
                              made);
      if (work->by_block) {
        SF_TRY(write_features(work, first + at, made, error));
      }
    }
  }
  if (work->feature_status != SF_OK) {
    *error = work->feature_error;
  }
  return work->feature_status;
}

static enum sf_status make_batch(struct work *work, const struct pass *pass,
                                 struct sf_digester *digester, int64_t first, int64_t rows,
                                 struct sf_error *error) {
  int64_t filled;
  enum sf_status status = make_blocks(work, pass, digester, first, rows, &filled, error);
  for (int i = 0; i < pass->tables && status == SF_OK; i++) {
    const enum sf_table_id t = pass->table[i];
    work->batch[t].head.rows = filled;
    if (t == SF_TABLE_LABELS) {
      sf_telemetry_count(&work->maker->telemetry, &work->batch[t].labels, 0, filled);
    }
    if (filled > 0) {
      sf_read_back_note(work->piece->read_back, t, first, &work->batch[t]);
    }
    sf_timer_switch(&work->maker->timer, SF_PHASE_WRITE);
    status = sf_writer_write(work->piece->writer, t, first, &work->batch[t], error);
  }
  return status == SF_OK && has_features(work, pass) && !work->by_block
             ? write_features(work, first, filled, error)
             : status;
}

// Looks for a signal. Collective writes are begun by all ranks or by none.
static enum sf_status stop_or_go(struct work *work, struct sf_error *error) {
  enum sf_status status = sf_stop_check(error);
  if (work->maker->options->collective &&
      sf_max_i64(work->piece->comm, (int64_t)status) != (int64_t)SF_OK) {
    work->stopped = true;
  }
  return status;
}

// Batches and digesters of the tables of a pass, one behind the other.
static void place_pass(struct work *work, const struct pass *pass, struct sf_digester *digester) {
  char *memory = work->maker->memory, *states = work->maker->digester_memory;
  for (int i = 0; i < pass->tables; i++) {
    const enum sf_table_id t = pass->table[i];
    sf_batch_place(&sf_tables[t], &work->batch[t], work->maker->options->batch, memory);
    sf_digester_place(&digester[i], &sf_tables[t], states);
    memory += sf_batch_bytes(&sf_tables[t], work->maker->options->batch);
    states += sf_maker_digester_bytes(t);
  }
  work->values = (float *)(void *)memory;  // used by the pass of transactions only
}

// Customers that are begun count as done.
static void show_progress(struct work *work) {
  sf_progress_update(&work->maker->progress, work->piece->customers_before + work->next_customer -
                                                 work->piece->share.customers.begin);
}

// Ends the digests of a pass.
static void keep_digests(struct work *work, const struct pass *pass, struct sf_digester *digester) {
  struct sf_corpus_digests *digests = &work->piece->digests;
  for (int i = 0; i < pass->tables; i++) {
    sf_digester_end(&digester[i]);
    memcpy(digests->column[pass->table[i]], digester[i].sum, sizeof digester[i].sum);
  }
  if (work->maker->features && *pass->table == SF_TABLE_TRANSACTIONS) {
    sf_feature_digester_end(work->maker->feature_digester, digests->feature);
    digests->features = work->maker->config.features;
  }
}

static enum sf_status make_pass(struct work *work, const struct pass *pass,
                                struct sf_error *error) {
  const struct sf_range range = work->piece->range[*pass->table];
  const int64_t batch = work->maker->options->batch;
  const bool collective = work->maker->options->collective;
  int64_t rounds = (sf_range_length(range) + batch - 1) / batch;
  if (collective) {
    rounds = sf_max_i64(work->piece->comm, rounds);
  }
  struct sf_digester digester[PASS_TABLES_MAX];
  place_pass(work, pass, digester);
  enum sf_status status = SF_OK;
  for (int64_t round = 0; round < rounds && status == SF_OK; round++) {
    int64_t first = range.begin + round * batch;
    first = first < range.end ? first : range.end;
    int64_t rows = range.end - first < batch ? range.end - first : batch;
    status = stop_or_go(work, error);
    if (status != SF_OK || work->stopped) {
      break;
    }
    status = make_batch(work, pass, digester, first, rows, error);
    if (*pass->table == SF_TABLE_TRANSACTIONS) {
      show_progress(work);
    }
    if (collective && sf_max_i64(work->piece->comm, (int64_t)status) != (int64_t)SF_OK) {
      work->stopped = true;  // together: no rank may wait in a write for one that failed
      break;
    }
  }
  keep_digests(work, pass, digester);
  return status;
}

// A rank must have made exactly the rows that the plan gave it.
static enum sf_status check_rows(struct work *work, struct sf_error *error) {
  while (work->left == 0 && work->next_customer < work->piece->share.customers.end) {
    work->left = begin_customer(work);
  }
  if (work->left > 0 || work->made != sf_range_length(work->piece->range[SF_TABLE_TRANSACTIONS])) {
    return sf_fail(error, SF_MISMATCH,
                   "%s: customers %lld to %lld make other numbers of rows than the plan says",
                   work->piece->plan[0] ? work->piece->plan : work->piece->path,
                   (long long)work->piece->share.customers.begin,
                   (long long)(work->piece->share.customers.end - 1));
  }
  return SF_OK;
}

static enum sf_status make_all(struct work *work, struct sf_error *error) {
  for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
    if (work->piece->rows[*passes[i].table] >= 0) {
      SF_TRY(make_pass(work, &passes[i], error));
    }
    if (work->stopped) {
      return SF_OK;  // the rank that failed says why
    }
  }
  return check_rows(work, error);
}

enum sf_status sf_piece_make(struct sf_maker *maker, struct sf_piece *piece,
                             struct sf_error *error) {
  struct work work = {
      .maker = maker,
      .piece = piece,
      .width = sf_feature_width(maker->config.features),
      .by_block = sf_pipeline_value_rows(maker->options) < maker->options->batch,
      .next_customer = piece->share.customers.begin,
  };
  return sf_agree(piece->comm, make_all(&work, error), error);
}

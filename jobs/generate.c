#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/corpus_writer.h"
#include "io/manifest.h"
#include "io/plan_file.h"
#include "io/read_back.h"
#include "io/reserve.h"
#include "jobs/command.h"
#include "jobs/kept_tables.h"
#include "jobs/pipeline.h"
#include "jobs/stop.h"
#include "jobs/telemetry.h"
#include "kernels/digest.h"
#include "kernels/feature_digest.h"
#include "kernels/features/features.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"
#include "mpi/timer.h"

// One rank's part in making a corpus.
struct run {
  const struct sf_options *options;
  MPI_Comm comm;
  int rank, size;
  struct sf_config config;
  struct sf_share share;
  const struct sf_lanes *lanes;
  struct sf_world *world;
  struct sf_history *history;
  struct sf_writer *writer;
  struct sf_read_back *read_back;
  void *memory;                           // of the batches of a pass
  void *digester_memory;                  // of its digesters
  union sf_batch batch[SF_TABLE_COUNT];   // those of the pass
  int64_t rows[SF_TABLE_COUNT];           // of the whole corpus
  struct sf_range range[SF_TABLE_COUNT];  // rows of this rank
  // Where the transactions stand: the customer whose turn is next, and the rows
  // that are left of the one before.
  int64_t next_customer, left;
  int64_t made;  // transactions so far
  bool stopped;  // collective writes ended early, here or on another rank
  struct sf_corpus_digests digests;
  struct sf_fraud_plan fraud;
  struct sf_feature_plan feature_plan;
  struct sf_features *features;  // null: none are asked for
  struct sf_feature_digester *feature_digester;
  float *values;  // features of the batch, shape [batch, SF_FEATURE_COUNT]
  // Of the features so far: passes return numbers of rows.
  enum sf_status feature_status;
  struct sf_error feature_error;
  int64_t story_cursor;  // in the accepted stories, which are in order of customer
  int64_t home_cursor;   // the same, while customers are written
  struct sf_kept_tables kept;
  struct sf_timer timer;
  struct sf_progress progress;
  struct sf_telemetry telemetry;
};

// 1. What the rank needs, before anything is counted or written.

// A digester's memory begins at a multiple of 64.
static size_t digester_bytes(enum sf_table_id t) {
  return (sf_digester_bytes(&sf_tables[t]) + 63) / 64 * 64;
}

static size_t all_digesters_bytes(void) {
  size_t bytes = 0;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    bytes += digester_bytes((enum sf_table_id)t);
  }
  return bytes;
}

static enum sf_status acquire(struct run *run, struct sf_error *error) {
  run->lanes = sf_pipeline_lanes(run->options);
  SF_TRY(sf_world_create(&run->config, run->lanes, &run->world, error));
  SF_TRY(sf_history_create(run->world, &run->history, error));
  if (run->config.features) {
    SF_TRY(sf_features_create(SF_FEATURE_GROUPS_ALL, run->config.start_day, &run->features, error));
    SF_TRY(sf_feature_digester_create(SF_FEATURE_COUNT, &run->feature_digester, error));
  }
  size_t bytes = sf_pipeline_batch_bytes(&run->config, run->options->batch);
  // Both sizes are multiples of 64, as aligned_alloc wants.
  run->memory = aligned_alloc(64, bytes);
  run->digester_memory = aligned_alloc(64, all_digesters_bytes());
  if (!run->memory || !run->digester_memory) {
    return sf_fail(error, SF_MEMORY,
                   "out of memory for a batch of %u rows (%.0f MB): lower --batch",
                   run->options->batch, (double)bytes / 1e6);
  }
  return SF_OK;
}

static void release(struct run *run) {
  if (run->writer) {
    sf_writer_free(run->writer);
  }
  sf_read_back_free(run->read_back);
  free(run->digester_memory);
  free(run->memory);
  sf_history_free(run->history);
  sf_world_free(run->world);
  sf_kept_tables_free(&run->kept);
  sf_fraud_plan_free(&run->fraud);
  sf_feature_plan_free(&run->feature_plan);
  sf_features_free(run->features);
  sf_feature_digester_free(run->feature_digester);
}

// 2. The plan: which rows are whose.

static FILE *progress_stream(const struct run *run) {
  return run->rank == 0 && !run->options->quiet ? stderr : NULL;
}

// Ids become rows of their own table: id 1 is row 0.
static struct sf_range rows_of_ids(struct sf_range ids) {
  return (struct sf_range){ids.begin - 1, ids.end - 1};
}

static enum sf_status count_rows(struct run *run, struct sf_range *rows, int64_t *total,
                                 struct sf_error *error) {
  const int64_t tiles = sf_range_length(run->share.tiles);
  int64_t *tile_rows = calloc((size_t)tiles + 1, sizeof *tile_rows);
  enum sf_status status =
      tile_rows ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the plan");
  status = sf_agree(run->comm, status, error);
  if (status == SF_OK && run->config.features) {
    status = sf_feature_plan_begin(run->comm, &run->config, &run->feature_plan, error);
  }
  if (status == SF_OK) {
    sf_progress_start(&run->progress, progress_stream(run), "plan",
                      sf_range_length(run->share.customers), 0, 0);
    sf_telemetry_follow(&run->telemetry, &run->progress);
    status = sf_pipeline_plan(run->comm, run->world, run->history, &run->share, tile_rows,
                              &run->fraud, &run->feature_plan, &run->progress, error);
    sf_progress_end(&run->progress);
  }
  int64_t own = 0;
  for (int64_t t = 0; tile_rows && t < tiles && status == SF_OK; t++) {
    own += tile_rows[t];
  }
  free(tile_rows);
  SF_TRY(status);
  rows->begin = sf_exclusive_scan(run->comm, own, total);
  rows->end = rows->begin + own;
  return sf_agree(run->comm, sf_stop_check(error), error);
}

static enum sf_status plan_rows(struct run *run, struct sf_error *error) {
  struct sf_range *rows = &run->range[SF_TABLE_TRANSACTIONS];
  int64_t *total = &run->rows[SF_TABLE_TRANSACTIONS];
  if (run->options->plan[0]) {
    enum sf_status status =
        sf_plan_file_read(run->options->plan, &run->config, run->share.tiles, run->rank, run->size,
                          rows, total, &run->fraud, error);
    SF_TRY(sf_agree(run->comm, status, error));
    if (run->config.features) {
      SF_TRY(sf_feature_plan_read(run->comm, run->options->plan, &run->config, &run->feature_plan,
                                  error));
    }
  } else {
    SF_TRY(count_rows(run, rows, total, error));
  }
  run->range[SF_TABLE_CUSTOMERS] = rows_of_ids(run->share.customers);
  run->range[SF_TABLE_MERCHANTS] = rows_of_ids(run->share.merchants);
  run->rows[SF_TABLE_CUSTOMERS] = run->config.customers;
  run->rows[SF_TABLE_MERCHANTS] = sf_config_merchants(&run->config);
  run->range[SF_TABLE_LABELS] = run->range[SF_TABLE_TRANSACTIONS];
  run->rows[SF_TABLE_LABELS] = run->rows[SF_TABLE_TRANSACTIONS];
  run->next_customer = run->share.customers.begin;
  return sf_kept_tables_create(run->comm, &run->config, &run->fraud, &run->kept, run->range,
                               run->rows, error);
}

// 3. The empty file.

static int64_t batches_of(const struct run *run, struct sf_range rows) {
  int64_t batch = run->options->batch;
  return (sf_range_length(rows) + batch - 1) / batch;
}

static enum sf_status create(struct run *run, struct sf_error *error) {
  // Collective transfers can lose data without an error: all is read back.
  enum sf_check level =
      run->options->collective ? SF_CHECK_FULL : (enum sf_check)run->options->check;
  int64_t batches[SF_TABLE_COUNT];
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    batches[t] = batches_of(run, run->range[t]);
  }
  enum sf_status status = sf_read_back_create(level, batches, &run->read_back, error);
  SF_TRY(sf_agree(run->comm, status, error));
  struct sf_writer_layout layout = {.path = run->options->output,
                                    .config = run->config,
                                    .batch = run->options->batch,
                                    .collective = run->options->collective,
                                    .features = run->features ? &run->feature_plan.fit : NULL};
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    layout.rows[t] = run->rows[t];
  }
  return sf_writer_create(run->comm, &layout, &run->writer, error);
}

// 4. Rows, batch by batch: made, digested, written.

// Rows that are made and digested at one go, while they are in the second-level
// cache (about 180 bytes each); a batch is written at one go.
#define BLOCK_ROWS 4096

// Tables that are made together, row by row.
#define PASS_TABLES_MAX 2
struct pass {
  int tables;
  enum sf_table_id table[PASS_TABLES_MAX];
  // Fills at most `rows` rows of the batches from row `at` on, which is row
  // `first` of the tables; returns how many there were.
  int64_t (*fill)(struct run *run, const struct pass *pass, int64_t first, int64_t at,
                  int64_t rows);
};

// Invented people of one family share the address and the phone of the first of them.
static void share_homes(struct run *run, int64_t first, int64_t at, int64_t rows,
                        struct sf_customers *batch) {
  _Alignas(64) char memory[8192];
  struct sf_customers head;
  sf_batch_place(&sf_tables[SF_TABLE_CUSTOMERS], &head, 1, memory);
  // Stories and blocks are in order of customer.
  for (; run->home_cursor < run->fraud.assignments; run->home_cursor++) {
    const struct sf_assignment *assignment = &run->fraud.assignment[run->home_cursor];
    const struct sf_membership *member = assignment->member;
    const int64_t row = (int64_t)assignment->candidate.customer - 1;
    if (row >= first + rows) {
      return;
    }
    if (member && member->ring_id && member->type == SF_RING_TYPE_SYNTHETIC_FAMILY) {
      sf_world_customers(run->world, member->head, 1, &head, 0);
      batch->address_id[at + row - first] = head.address_id[0];
      batch->phone_id[at + row - first] = head.phone_id[0];
    }
  }
}

static int64_t fill_customers(struct run *run, const struct pass *pass, int64_t first, int64_t at,
                              int64_t rows) {
  struct sf_customers *batch = &run->batch[*pass->table].customers;
  sf_world_customers(run->world, (uint32_t)(first + 1), rows, batch, at);
  share_homes(run, first, at, rows, batch);
  return rows;
}

static int64_t fill_merchants(struct run *run, const struct pass *pass, int64_t first, int64_t at,
                              int64_t rows) {
  sf_world_merchants(run->world, (uint32_t)(first + 1), rows, &run->batch[*pass->table].merchants,
                     at);
  return rows;
}

// Tables whose rows are in memory.
static int64_t fill_kept(struct run *run, const struct pass *pass, int64_t first, int64_t at,
                         int64_t rows) {
  const enum sf_table_id t = *pass->table;
  sf_batch_copy(&sf_tables[t], &run->kept.batch[t], first - run->range[t].begin, rows,
                &run->batch[t], at);
  return rows;
}

static int64_t begin_customer(struct run *run) {
  const uint32_t customer = (uint32_t)run->next_customer++;
  const struct sf_assignment *assignment;
  const uint32_t stories = sf_fraud_plan_of(&run->fraud, customer, &run->story_cursor, &assignment);
  const int64_t rows = sf_history_begin(run->history, customer, assignment, stories);
  if (run->features) {
    sf_features_begin(run->features, sf_history_account_open_day(run->history));
  }
  return rows;
}

// The features of rows at .. at+rows-1 of the batch, the customer's next ones.
static enum sf_status fill_features(struct run *run, int64_t at, int64_t rows,
                                    struct sf_error *error) {
  return sf_features_rows(run->features, &run->batch[SF_TABLE_TRANSACTIONS].transactions, at, rows,
                          sf_bank_knowledge(run->feature_plan.bank), &run->feature_plan.isolation,
                          run->values + (size_t)at * SF_FEATURE_COUNT, error);
}

// The rows of a customer, transactions and labels, may be split over batches.
static int64_t fill_transactions(struct run *run, const struct pass *pass, int64_t first,
                                 int64_t at, int64_t rows) {
  (void)pass;
  int64_t filled = 0;
  while (filled < rows) {
    if (run->left == 0) {
      if (run->next_customer == run->share.customers.end) {
        break;  // the plan promised more; check_rows reports it
      }
      run->left = begin_customer(run);
      run->left = run->left > 0 ? run->left : 0;  // less than 0: check_rows reports it
      continue;
    }
    int64_t now = run->left < rows - filled ? run->left : rows - filled;
    sf_history_rows(run->history, now, (uint64_t)(first + filled + 1),
                    &run->batch[SF_TABLE_TRANSACTIONS].transactions,
                    &run->batch[SF_TABLE_LABELS].labels, at + filled);
    if (run->features && run->feature_status == SF_OK) {
      run->feature_status = fill_features(run, at + filled, now, &run->feature_error);
    }
    filled += now;
    run->left -= now;
    if (run->left == 0) {
      sf_kept_tables_add_episodes(&run->kept, run->history);
    }
  }
  run->made += filled;
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

static enum sf_status make_batch(struct run *run, const struct pass *pass,
                                 struct sf_digester *digester, int64_t first, int64_t rows,
                                 struct sf_error *error) {
  const uint32_t *customer = run->batch[SF_TABLE_TRANSACTIONS].transactions.customer_id;
  int64_t filled = 0;
  for (int64_t made = BLOCK_ROWS; made == BLOCK_ROWS && filled < rows; filled += made) {
    int64_t block = rows - filled < BLOCK_ROWS ? rows - filled : BLOCK_ROWS;
    sf_timer_switch(&run->timer, SF_PHASE_MODEL);
    made = pass->fill(run, pass, first + filled, filled, block);
    sf_timer_switch(&run->timer, SF_PHASE_DIGEST);
    for (int i = 0; i < pass->tables; i++) {
      sf_digester_add(&digester[i], &run->batch[pass->table[i]], customer, filled, made);
    }
    if (run->features && *pass->table == SF_TABLE_TRANSACTIONS) {
      sf_feature_digester_add(run->feature_digester, run->values + filled * SF_FEATURE_COUNT,
                              customer + filled, made);
    }
  }
  if (run->feature_status != SF_OK) {
    *error = run->feature_error;
    return run->feature_status;
  }
  enum sf_status status = SF_OK;
  for (int i = 0; i < pass->tables && status == SF_OK; i++) {
    const enum sf_table_id t = pass->table[i];
    run->batch[t].head.rows = filled;
    if (t == SF_TABLE_LABELS) {
      sf_telemetry_count(&run->telemetry, &run->batch[t].labels, 0, filled);
    }
    if (filled > 0) {
      sf_read_back_note(run->read_back, t, first, &run->batch[t]);
    }
    sf_timer_switch(&run->timer, SF_PHASE_WRITE);
    status = sf_writer_write(run->writer, t, first, &run->batch[t], error);
  }
  if (status == SF_OK && run->features && *pass->table == SF_TABLE_TRANSACTIONS) {
    sf_read_back_note_features(run->read_back, first, filled, run->values);
    status = sf_writer_write_features(run->writer, first, filled, run->values, error);
  }
  return status;
}

// Looks for a signal. Collective writes are begun by all ranks or by none.
static enum sf_status stop_or_go(struct run *run, struct sf_error *error) {
  enum sf_status status = sf_stop_check(error);
  if (run->options->collective && sf_max_i64(run->comm, (int64_t)status) != (int64_t)SF_OK) {
    run->stopped = true;
  }
  return status;
}

// Batches and digesters of the tables of a pass, one behind the other.
static void place_pass(struct run *run, const struct pass *pass, struct sf_digester *digester) {
  char *memory = run->memory, *states = run->digester_memory;
  for (int i = 0; i < pass->tables; i++) {
    const enum sf_table_id t = pass->table[i];
    sf_batch_place(&sf_tables[t], &run->batch[t], run->options->batch, memory);
    sf_digester_place(&digester[i], &sf_tables[t], states);
    memory += sf_batch_bytes(&sf_tables[t], run->options->batch);
    states += digester_bytes(t);
  }
  run->values = (float *)(void *)memory;  // used by the pass of transactions only
}

static enum sf_status make_pass(struct run *run, const struct pass *pass, struct sf_error *error) {
  struct sf_range range = run->range[*pass->table];
  int64_t batch = run->options->batch, rounds = batches_of(run, range);
  bool collective = run->options->collective;
  if (collective) {
    rounds = sf_max_i64(run->comm, rounds);
  }
  struct sf_digester digester[PASS_TABLES_MAX];
  place_pass(run, pass, digester);
  enum sf_status status = SF_OK;
  for (int64_t round = 0; round < rounds && status == SF_OK; round++) {
    int64_t first = range.begin + round * batch;
    first = first < range.end ? first : range.end;
    int64_t rows = range.end - first < batch ? range.end - first : batch;
    status = stop_or_go(run, error);
    if (status != SF_OK || run->stopped) {
      break;
    }
    status = make_batch(run, pass, digester, first, rows, error);
    if (*pass->table == SF_TABLE_TRANSACTIONS) {
      sf_progress_update(&run->progress, first + rows - range.begin);
    }
    if (collective && sf_max_i64(run->comm, (int64_t)status) != (int64_t)SF_OK) {
      run->stopped = true;  // together: no rank may wait in a write for one that failed
      break;
    }
  }
  for (int i = 0; i < pass->tables; i++) {
    sf_digester_end(&digester[i]);
    memcpy(run->digests.column[pass->table[i]], digester[i].sum, sizeof digester[i].sum);
  }
  if (run->features && *pass->table == SF_TABLE_TRANSACTIONS) {
    sf_feature_digester_end(run->feature_digester, run->digests.feature);
    run->digests.features = true;
  }
  return status;
}

// A rank must have made exactly the rows that the plan gave it.
static enum sf_status check_rows(struct run *run, struct sf_error *error) {
  while (run->left == 0 && run->next_customer < run->share.customers.end) {
    run->left = begin_customer(run);
  }
  if (run->left > 0 || run->made != sf_range_length(run->range[SF_TABLE_TRANSACTIONS])) {
    return sf_fail(error, SF_MISMATCH,
                   "%s: customers %lld to %lld make other numbers of rows than the plan says",
                   run->options->plan[0] ? run->options->plan : run->options->output,
                   (long long)run->share.customers.begin,
                   (long long)(run->share.customers.end - 1));
  }
  return SF_OK;
}

static enum sf_status make_rows(struct run *run, struct sf_error *error) {
  const size_t row_bytes = sf_table_row_bytes(&sf_tables[SF_TABLE_TRANSACTIONS]) +
                           sf_table_row_bytes(&sf_tables[SF_TABLE_LABELS]) +
                           (run->features ? SF_FEATURE_COUNT * sizeof(float) : 0);
  sf_progress_start(&run->progress, progress_stream(run), "generate",
                    sf_range_length(run->range[SF_TABLE_TRANSACTIONS]),
                    run->rows[SF_TABLE_TRANSACTIONS], (double)row_bytes);
  sf_telemetry_follow(&run->telemetry, &run->progress);
  for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
    SF_TRY(make_pass(run, &passes[i], error));
    if (run->stopped) {
      return SF_OK;  // the rank that failed says why
    }
  }
  sf_progress_end(&run->progress);
  return check_rows(run, error);
}

// 5. The whole file: closed, compared, on the disk, named; the manifest last.

static enum sf_status finish(struct run *run, struct sf_error *error) {
  sf_telemetry_phase(&run->telemetry, "close");
  sf_timer_switch(&run->timer, SF_PHASE_CLOSE);
  sf_sum_digests(run->comm, &run->digests.column[0][0], (int64_t)SF_TABLE_COUNT * SF_COLUMNS_MAX);
  sf_sum_digests(run->comm, run->digests.feature, SF_FEATURE_COUNT);
  SF_TRY(sf_writer_close(run->writer, &run->digests, error));
  sf_telemetry_phase(&run->telemetry, "check");
  sf_timer_switch(&run->timer, SF_PHASE_CHECK);
  enum sf_status status = sf_read_back_compare(run->read_back, sf_writer_partial(run->writer),
                                               run->memory, run->options->batch, error);
  SF_TRY(sf_agree(run->comm, status, error));
  sf_telemetry_phase(&run->telemetry, "sync");
  sf_timer_switch(&run->timer, SF_PHASE_SYNC);
  if (run->rank == 0) {
    // The manifest of a corpus that is about to be replaced.
    char path[SF_PATH_SIZE + 32];
    sf_manifest_path(run->options->output, path);
    unlink(path);
  }
  SF_TRY(sf_writer_commit(run->writer, error));
  sf_timer_stop(&run->timer);
  const struct sf_manifest manifest = {
      .options = run->options,
      .vector_path = run->lanes->name,
      .config = run->config,
      .rows = run->rows,
      .fraud = &run->fraud.totals,
      .digests = &run->digests,
      .timer = &run->timer,
  };
  return sf_manifest_write(run->comm, run->options->output, &manifest, error);
}

static void print_summary(const struct run *run) {
  double seconds = 0;
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    seconds += run->timer.seconds[p];
  }
  struct stat file = {.st_size = 0};
  stat(run->options->output, &file);
  char digest[SF_DIGEST_TEXT_SIZE];
  sf_digest_text(sf_digest_of_corpus(&run->digests), digest);
  const bool one = run->rows[SF_TABLE_CUSTOMERS] == 1;
  printf("%s: %lld transactions of %lld customer%s at %lld merchants, %.1f MB\n",
         run->options->output, (long long)run->rows[SF_TABLE_TRANSACTIONS],
         (long long)run->rows[SF_TABLE_CUSTOMERS], one ? "" : "s",
         (long long)run->rows[SF_TABLE_MERCHANTS], (double)file.st_size / 1e6);
  char rate[SF_SCALED_SIZE];
  sf_scaled_text((double)run->rows[SF_TABLE_TRANSACTIONS] / seconds, rate);
  printf("digest %s, %.2f s, %s rows/s on %d %s\n", digest, seconds, rate, run->size,
         run->size == 1 ? "rank" : "ranks");
}

static enum sf_status generate(struct run *run, struct sf_error *error) {
  sf_timer_start(&run->timer, SF_PHASE_PLAN);
  sf_telemetry_phase(&run->telemetry, "plan");
  SF_TRY(sf_agree(run->comm, acquire(run, error), error));
  SF_TRY(plan_rows(run, error));
  sf_telemetry_exchanged(&run->telemetry, run->fraud.totals.exchange_bytes);
  sf_telemetry_phase(&run->telemetry, "create");
  sf_timer_switch(&run->timer, SF_PHASE_CREATE);
  SF_TRY(create(run, error));
  sf_telemetry_phase(&run->telemetry, "generate");
  SF_TRY(sf_agree(run->comm, make_rows(run, error), error));
  SF_TRY(finish(run, error));
  sf_telemetry_success(&run->telemetry, run->rows, &run->digests);
  if (run->rank == 0 && !run->options->quiet) {
    print_summary(run);
  }
  return SF_OK;
}

// Before anything is made: may the output be, and is there room for it?
static enum sf_status check_output(const struct sf_options *options, const struct sf_config *config,
                                   struct sf_error *error) {
  SF_TRY(sf_output_check(options->output, options->force, error));
  // The estimate may be too high by 15 %; the exact need is reserved later.
  double bytes = sf_pipeline_corpus_bytes(config, sf_config_expected_rows(config));
  return sf_output_room(options->output, (int64_t)(0.85 * bytes), error);
}

enum sf_status sf_job_generate(const struct sf_options *options, MPI_Comm comm,
                               struct sf_error *error) {
  struct run run = {.options = options, .comm = comm, .config = options->data};
  MPI_Comm_rank(comm, &run.rank);
  MPI_Comm_size(comm, &run.size);
  SF_TRY(sf_telemetry_start(&run.telemetry, options, comm, &run.timer, error));
  enum sf_status status = SF_OK;
  if (run.rank == 0) {
    status = check_output(options, &run.config, error);
  }
  status = sf_share_status(comm, 0, status, error);
  if (status == SF_OK) {
    run.share = sf_share_of(&run.config, run.rank, run.size);
    status = generate(&run, error);
  }
  release(&run);
  sf_telemetry_end(&run.telemetry, status, error);
  return status;
}

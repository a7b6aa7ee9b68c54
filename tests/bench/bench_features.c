// Everything on: fraud, labels and features, in processor time, pass by pass.
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "io/options.h"
#include "jobs/pipeline.h"
#include "kernels/digest.h"
#include "kernels/feature_digest.h"
#include "kernels/features/passes.h"
#include "mpi/agree.h"
#include "tests/bench/bench.h"

#define BLOCK_ROWS SF_PIPELINE_BLOCK_ROWS

// Processor time of this thread, which other programs disturb less than the wall's.
static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

struct maker {
  struct sf_config config;
  struct sf_share share;
  struct sf_world *world;
  struct sf_history *history;
  struct sf_fraud_plan fraud;
  struct sf_feature_plan feature_plan;
  struct sf_features *features;
  struct sf_feature_digester *feature_digester;
  struct sf_digester digester[2];
  struct sf_transactions rows;
  struct sf_labels labels;
  void *memory[2], *digester_memory[2], *kept_memory;
  float *values;
};

static enum sf_status place(struct maker *maker, int i, enum sf_table_id t, void *batch,
                            struct sf_error *error) {
  const struct sf_table *table = &sf_tables[t];
  maker->memory[i] = aligned_alloc(64, sf_batch_bytes(table, BLOCK_ROWS));
  maker->digester_memory[i] = aligned_alloc(64, (sf_digester_bytes(table) + 63) / 64 * 64);
  if (!maker->memory[i] || !maker->digester_memory[i]) {
    return sf_fail(error, SF_MEMORY, "out of memory");
  }
  sf_batch_place(table, batch, BLOCK_ROWS, maker->memory[i]);
  sf_digester_place(&maker->digester[i], table, maker->digester_memory[i]);
  return SF_OK;
}

static enum sf_status acquire(struct maker *maker, int ranks, struct sf_error *error) {
  SF_TRY(sf_world_create(&maker->config, sf_lanes_select(NULL), &maker->world, error));
  SF_TRY(sf_history_create(maker->world, &maker->history, error));
  sf_pipeline_keep(&maker->config, maker->history, ranks, &maker->kept_memory);
  SF_TRY(sf_features_create(sf_lanes_select(NULL), SF_FEATURE_GROUPS_ALL, maker->config.start_day,
                            &maker->features, error));
  SF_TRY(sf_feature_digester_create(SF_FEATURE_COUNT, &maker->feature_digester, error));
  SF_TRY(place(maker, 0, SF_TABLE_TRANSACTIONS, &maker->rows, error));
  SF_TRY(place(maker, 1, SF_TABLE_LABELS, &maker->labels, error));
  maker->values = malloc(sizeof *maker->values * BLOCK_ROWS * SF_FEATURE_COUNT);
  return maker->values ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory");
}

static void release(struct maker *maker) {
  sf_fraud_plan_free(&maker->fraud);
  sf_feature_plan_free(&maker->feature_plan);
  sf_feature_digester_free(maker->feature_digester);
  sf_features_free(maker->features);
  for (int i = 0; i < 2; i++) {
    free(maker->memory[i]);
    free(maker->digester_memory[i]);
  }
  free(maker->values);
  sf_history_free(maker->history);
  free(maker->kept_memory);
  sf_world_free(maker->world);
}

static enum sf_status plan(MPI_Comm comm, struct maker *maker, struct bench_features *bench,
                           struct sf_error *error) {
  int64_t *tile_rows = calloc((size_t)sf_range_length(maker->share.tiles) + 1, sizeof *tile_rows);
  enum sf_status status = tile_rows ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory");
  SF_TRY(sf_agree(comm, status, error));
  struct sf_progress silent;
  sf_progress_start(&silent, NULL, "plan", 1, 0, 0);
  const double begin = now();
  status = sf_feature_plan_begin(comm, &maker->config, sf_lanes_select(NULL), &maker->feature_plan,
                                 error);
  if (status == SF_OK) {
    status = sf_pipeline_plan(comm, maker->world, maker->history, &maker->share, tile_rows,
                              &maker->fraud, &maker->feature_plan, &silent, error);
  }
  bench->seconds[BENCH_EVERYTHING_PLAN] = now() - begin;
  for (int64_t t = 0; t < sf_range_length(maker->share.tiles); t++) {
    bench->own_rows += tile_rows[t];
  }
  free(tile_rows);
  SF_TRY(status);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  bench->memory = 1024 * (int64_t)usage.ru_maxrss;
  bench->knowledge_bytes = sf_bank_bytes(maker->feature_plan.bank);
  bench->knowledge_sent = sf_bank_sent_bytes(maker->feature_plan.bank);
  bench->fraud_sent = maker->fraud.totals.exchange_bytes;
  bench->members = maker->fraud.totals.members;
  return SF_OK;
}

// sf_features_rows, taken apart.
static enum sf_status run_passes(struct maker *maker, int64_t at, int64_t rows,
                                 struct bench_features *bench, struct sf_error *error) {
  struct sf_features *f = maker->features;
  f->knowledge = sf_bank_knowledge(maker->feature_plan.bank);
  f->isolation = &maker->feature_plan.isolation;
  for (int64_t done = 0; done < rows; done += f->count) {
    const int64_t left = rows - done;
    const uint32_t part = left < SF_FEATURE_CHUNK ? (uint32_t)left : SF_FEATURE_CHUNK;
    double since = now();
    SF_TRY(sf_features_chunk(f, &maker->rows, at + done, part, error));
    for (int p = 0; p < SF_FEATURE_PASS_COUNT; p++) {
      f->passes->pass[p].run(f);
      const double then = now();
      bench->pass[p] += then - since;
      since = then;
    }
    sf_features_write(f, maker->values + (at + done) * SF_FEATURE_COUNT);
    sf_features_chunk_end(f);
    bench->pass[SF_FEATURE_PASS_COUNT] += now() - since;
  }
  return SF_OK;
}

static enum sf_status make_features(struct maker *maker, int64_t at, int64_t rows, bool by_pass,
                                    struct bench_features *bench, struct bench_length *customer,
                                    struct sf_error *error) {
  if (by_pass) {
    return run_passes(maker, at, rows, bench, error);
  }
  const double begin = now();
  SF_TRY(sf_features_rows(
      maker->features, &maker->rows, at, rows, sf_bank_knowledge(maker->feature_plan.bank),
      &maker->feature_plan.isolation, maker->values + at * SF_FEATURE_COUNT, error));
  customer->features_seconds += now() - begin;
  return SF_OK;
}

static void count_customer(struct bench_features *bench, const struct bench_length *customer) {
  int i = 0;
  while (i + 1 < BENCH_LENGTHS && customer->rows >> (i + 1)) {
    i++;
  }
  struct bench_length *length = &bench->length[i];
  length->customers++;
  length->rows += customer->rows;
  length->rows_seconds += customer->rows_seconds;
  length->features_seconds += customer->features_seconds;
  bench->seconds[BENCH_EVERYTHING_ROWS] += customer->rows_seconds;
  bench->seconds[BENCH_EVERYTHING_FEATURES] += customer->features_seconds;
}

static void digest(struct maker *maker, int64_t rows, struct bench_features *bench) {
  const uint32_t *customer = maker->rows.customer_id;
  double begin = now();
  sf_digester_add(&maker->digester[0], &maker->rows, customer, 0, rows);
  sf_digester_add(&maker->digester[1], &maker->labels, customer, 0, rows);
  bench->seconds[BENCH_EVERYTHING_DIGEST] += now() - begin;
  begin = now();
  sf_feature_digester_add(maker->feature_digester, maker->values, customer, rows);
  bench->seconds[BENCH_EVERYTHING_FEATURE_DIGEST] += now() - begin;
}

// All rows of this rank, block by block, once with the features' passes timed each, which
// reads the clock often, or once as a whole.
static enum sf_status make(struct maker *maker, bool by_pass, struct bench_features *bench,
                           struct sf_error *error) {
  int64_t cursor = 0, left = 0, at = 0;
  struct bench_length own = {0};
  for (int64_t next = maker->share.customers.begin;
       left > 0 || next < maker->share.customers.end;) {
    double begin = now();
    if (left == 0) {
      const struct sf_assignment *assignment;
      const uint32_t customer = (uint32_t)next++;
      const uint32_t stories = sf_fraud_plan_of(&maker->fraud, customer, &cursor, &assignment);
      left = sf_history_begin(maker->history, customer, assignment, stories);
      sf_features_begin(maker->features, sf_history_account_open_day(maker->history));
    }
    const int64_t rows = left < BLOCK_ROWS - at ? left : BLOCK_ROWS - at;
    sf_history_rows(maker->history, rows, 1, &maker->rows, &maker->labels, at);
    own.rows_seconds += now() - begin;
    SF_TRY(make_features(maker, at, rows, by_pass, bench, &own, error));
    own.rows += rows;
    at += rows;
    left -= rows;
    if (left == 0) {
      if (!by_pass) {
        count_customer(bench, &own);
      }
      own = (struct bench_length){0};
    }
    if (at == BLOCK_ROWS || (left == 0 && next == maker->share.customers.end)) {
      if (!by_pass) {
        digest(maker, at, bench);
      }
      at = 0;
    }
  }
  return SF_OK;
}

static enum sf_status measure(MPI_Comm comm, struct maker *maker, bool plan_only,
                              struct bench_features *bench, struct sf_error *error) {
  int ranks;
  MPI_Comm_size(comm, &ranks);
  SF_TRY(sf_agree(comm, acquire(maker, ranks, error), error));
  SF_TRY(plan(comm, maker, bench, error));
  enum sf_status status = SF_OK;
  if (!plan_only) {
    status = make(maker, false, bench, error);
    if (status == SF_OK) {
      status = make(maker, true, bench, error);
    }
  }
  return sf_agree(comm, status, error);
}

enum sf_status bench_features(MPI_Comm comm, const struct sf_config *config, bool plan_only,
                              struct bench_features *bench, struct sf_error *error) {
  static struct sf_options options;
  sf_options_default(&options);
  struct maker maker = {.config = *config};
  maker.config.fraud = options.data.fraud;
  maker.config.fraud.enabled = true;
  maker.config.anomaly_rate = options.data.anomaly_rate;
  maker.config.features = SF_FEATURE_GROUPS_ALL;
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  maker.share = sf_share_of(&maker.config, rank, size);
  memset(bench, 0, sizeof *bench);
  const enum sf_status status = measure(comm, &maker, plan_only, bench, error);
  release(&maker);
  return status;
}

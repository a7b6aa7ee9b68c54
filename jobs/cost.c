#include "jobs/cost.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "jobs/pipeline.h"
#include "kernels/digest.h"
#include "kernels/feature_digest.h"
#include "kernels/features/features.h"
#include "mpi/agree.h"

// Rows that are made: a few tenths of a second; and bounds of their customers, who
// each cost some microseconds before the first row.
#define TRIAL_ROWS 60000.0
#define TRIAL_CUSTOMERS_LEAST 32u
#define TRIAL_CUSTOMERS_MOST 4000u

#define BLOCK_ROWS 4096

// Bytes that are written, in pieces as large as a column of a batch.
#define WRITTEN_BYTES (16 << 20)
#define PIECE_BYTES (256 << 10)

// A corpus in memory, of one rank.
struct trial {
  struct sf_config config;
  struct sf_world *world;
  struct sf_history *history;
  struct sf_fraud_plan fraud;
  struct sf_feature_plan feature_plan;
  struct sf_features *features;  // null: none are asked for
  struct sf_feature_digester *feature_digester;
  struct sf_digester digester[2];  // of transactions and labels
  struct sf_transactions rows;
  struct sf_labels labels;
  void *rows_memory, *labels_memory, *digester_memory[2];
  float *values;
  double sample;  // s spent to fill the sample
  int64_t made;   // rows
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static struct sf_config trial_config(const struct sf_config *config) {
  struct sf_config trial = *config;
  double customers = TRIAL_ROWS * config->customers / sf_config_expected_rows(config);
  customers = customers < TRIAL_CUSTOMERS_MOST ? customers : TRIAL_CUSTOMERS_MOST;
  customers = customers > TRIAL_CUSTOMERS_LEAST ? customers : TRIAL_CUSTOMERS_LEAST;
  trial.customers = customers < config->customers ? (uint32_t)customers : config->customers;
  return trial;
}

static enum sf_status place(const struct sf_table *table, void *batch, void **memory,
                            struct sf_digester *digester, void **scratch, struct sf_error *error) {
  *memory = aligned_alloc(64, (sf_batch_bytes(table, BLOCK_ROWS) + 63) / 64 * 64);
  *scratch = aligned_alloc(64, (sf_digester_bytes(table) + 63) / 64 * 64);
  if (!*memory || !*scratch) {
    return sf_fail(error, SF_MEMORY, "no memory to measure what rows cost");
  }
  sf_batch_place(table, batch, BLOCK_ROWS, *memory);
  sf_digester_place(digester, table, *scratch);
  return SF_OK;
}

static enum sf_status trial_create(struct trial *trial, const struct sf_options *options,
                                   struct sf_error *error) {
  trial->config = trial_config(&options->data);
  SF_TRY(sf_world_create(&trial->config, sf_pipeline_lanes(options), &trial->world, error));
  SF_TRY(sf_history_create(trial->world, &trial->history, error));
  SF_TRY(place(&sf_tables[SF_TABLE_TRANSACTIONS], &trial->rows, &trial->rows_memory,
               &trial->digester[0], &trial->digester_memory[0], error));
  SF_TRY(place(&sf_tables[SF_TABLE_LABELS], &trial->labels, &trial->labels_memory,
               &trial->digester[1], &trial->digester_memory[1], error));
  if (trial->config.features) {
    SF_TRY(sf_feature_plan_begin(MPI_COMM_SELF, &trial->config, sf_pipeline_lanes(options),
                                 &trial->feature_plan, error));
    SF_TRY(sf_features_create(sf_pipeline_lanes(options), trial->config.features,
                              trial->config.start_day, &trial->features, error));
    SF_TRY(sf_feature_digester_create(sf_features_width(trial->features), &trial->feature_digester,
                                      error));
    trial->values = malloc((size_t)BLOCK_ROWS * SF_FEATURE_COUNT * sizeof *trial->values);
    if (!trial->values) {
      return sf_fail(error, SF_MEMORY, "no memory to measure what rows cost");
    }
  }
  return SF_OK;
}

static void trial_free(struct trial *trial) {
  free(trial->values);
  sf_feature_digester_free(trial->feature_digester);
  sf_features_free(trial->features);
  sf_feature_plan_free(&trial->feature_plan);
  sf_fraud_plan_free(&trial->fraud);
  for (int i = 0; i < 2; i++) {
    free(trial->digester_memory[i]);
  }
  free(trial->labels_memory);
  free(trial->rows_memory);
  sf_history_free(trial->history);
  sf_world_free(trial->world);
}

// 1. The plan, without what is done once.

static enum sf_status count(struct trial *trial, int64_t *rows, struct sf_error *error) {
  const bool fraud = trial->config.fraud.enabled;
  struct sf_candidates *candidates = fraud ? malloc(sizeof *candidates) : NULL;
  enum sf_status status = candidates || !fraud
                              ? SF_OK
                              : sf_fail(error, SF_MEMORY, "no memory to measure what rows cost");
  if (candidates) {
    candidates->traced = trial->features != NULL;
  }
  for (uint32_t c = 1; c <= trial->config.customers && status == SF_OK; c++) {
    *rows += sf_history_count(trial->history, c, candidates);
    if (trial->features) {
      status = sf_feature_plan_count(&trial->feature_plan, c, trial->history, error);
    }
    if (trial->features && status == SF_OK) {
      const double since = now();
      status = sf_feature_plan_sample(&trial->feature_plan, c, candidates, trial->history, error);
      trial->sample += now() - since;
    }
    if (candidates && status == SF_OK) {
      status = sf_fraud_plan_add(&trial->fraud, candidates, error);
    }
  }
  free(candidates);
  return status;
}

// 2. The rows.

static enum sf_status make_customer(struct trial *trial, uint32_t customer, int64_t *cursor,
                                    struct sf_error *error) {
  const struct sf_assignment *assignment;
  const uint32_t stories = sf_fraud_plan_of(&trial->fraud, customer, cursor, &assignment);
  const int64_t rows = sf_history_begin(trial->history, customer, assignment, stories);
  if (rows < 0) {
    return sf_fail(error, SF_INTERNAL, "customer %u has other stories than the plan", customer);
  }
  if (trial->features) {
    sf_features_begin(trial->features, sf_history_account_open_day(trial->history));
  }
  for (int64_t at = 0; at < rows; at += BLOCK_ROWS) {
    const int64_t block = rows - at < BLOCK_ROWS ? rows - at : BLOCK_ROWS;
    sf_history_rows(trial->history, block, (uint64_t)trial->made + 1, &trial->rows, &trial->labels,
                    0);
    if (trial->features) {
      SF_TRY(sf_features_rows(trial->features, &trial->rows, 0, block,
                              sf_bank_knowledge(trial->feature_plan.bank),
                              &trial->feature_plan.isolation, trial->values, error));
      sf_feature_digester_add(trial->feature_digester, trial->values, trial->rows.customer_id,
                              block);
    }
    sf_digester_add(&trial->digester[0], &trial->rows, NULL, 0, block);
    sf_digester_add(&trial->digester[1], &trial->labels, trial->rows.customer_id, 0, block);
    trial->made += block;
  }
  return SF_OK;
}

static enum sf_status make(struct trial *trial, struct sf_error *error) {
  int64_t cursor = 0;
  for (uint32_t c = 1; c <= trial->config.customers; c++) {
    SF_TRY(make_customer(trial, c, &cursor, error));
  }
  return SF_OK;
}

// 3. Writing, into memory that the kernel holds, as a page cache does. 0 without such
// memory.
static double byte_cost(void) {
  const int file = memfd_create("synfin", MFD_CLOEXEC);
  char *piece = calloc(1, PIECE_BYTES);
  int64_t written = 0;
  const double since = now();
  while (file >= 0 && piece && written < WRITTEN_BYTES) {
    const ssize_t some = write(file, piece, PIECE_BYTES);
    if (some <= 0) {
      break;
    }
    written += some;
  }
  const double seconds = now() - since;
  free(piece);
  if (file >= 0) {
    close(file);
  }
  return written > 0 ? seconds / (double)written : 0;
}

static enum sf_status measure(struct trial *trial, struct sf_cost *cost, struct sf_error *error) {
  const double begin = now();
  int64_t rows = 0;
  SF_TRY(count(trial, &rows, error));
  const double counted = now();
  if (trial->config.fraud.enabled) {
    SF_TRY(sf_fraud_plan_settle(MPI_COMM_SELF, trial->world, &trial->fraud, rows, error));
  }
  const double accepted = now();
  if (trial->features) {
    SF_TRY(sf_feature_plan_settle(MPI_COMM_SELF, trial->world, trial->history, &trial->fraud,
                                  &trial->feature_plan, error));
  }
  const double settled = now();
  SF_TRY(make(trial, error));
  const double made = now();
  const double each = trial->made > 0 ? (double)trial->made : 1;
  const double fitted = trial->sample + settled - accepted;
  cost->start += accepted - counted;
  cost->row = (counted - begin - trial->sample + made - settled) / each;
  // All customers of so small a corpus are in the sample. Others are hardly ever told anew.
  cost->fitted_row = trial->features ? fitted / each : 0;
  const struct sf_fraud_totals *totals = &trial->fraud.totals;
  cost->episodes = (double)totals->episodes[0] / each;
  cost->rings = (double)totals->rings / each;
  cost->members = (double)totals->members / each;
  cost->links = (double)totals->links / each;
  return SF_OK;
}

enum sf_status sf_cost_measure(const struct sf_options *options, struct sf_cost *cost,
                               struct sf_error *error) {
  struct trial trial = {.world = NULL};
  memset(cost, 0, sizeof *cost);
  const double begin = now();
  enum sf_status status = trial_create(&trial, options, error);
  cost->start = now() - begin;
  if (status == SF_OK) {
    status = measure(&trial, cost, error);
  }
  cost->byte = byte_cost();
  trial_free(&trial);
  return status;
}

double sf_cost_seconds(const struct sf_cost *cost, const struct sf_config *config, double rows,
                       double bytes) {
  double sample = (double)config->customers / SF_ISOLATION_SHARE;
  sample = sample > SF_ISOLATION_LEAST ? sample : SF_ISOLATION_LEAST;
  const double share = sample < config->customers ? sample / config->customers : 1;
  return rows * (cost->row + share * cost->fitted_row) + bytes * cost->byte;
}

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "io/reserve.h"
#include "jobs/command.h"
#include "jobs/limits.h"
#include "jobs/pipeline.h"
#include "jobs/plan_report.h"
#include "jobs/planning.h"
#include "mpi/agree.h"

// Resident memory that writing adds to a rank beside the batch: open datasets,
// the metadata cache, buffers of MPI-IO. Measured, in bytes.
#define WRITER_BYTES 6e6

// Customers whose counting brings the scratch of a history into memory.
#define WARM_UP_CUSTOMERS 64u

// Peak resident memory of this process so far, in bytes.
static double peak_memory(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * (double)usage.ru_maxrss;  // Linux counts in KiB
}

// What the plan of fraud keeps of candidates, stories and rings, in bytes a row of
// fraud; with features also what the bank will see of them. Measured with 3,000 to
// 100,000 customers, rates of 1 and 5 %.
#define FRAUD_ROW_BYTES 350.0
#define TRACED_ROW_BYTES 100.0

// Without fraud a rank's memory does not depend on the rows: what it holds now, with
// world and history made, is what it will hold, but for the batch and the writer.
static double memory_per_rank(const struct sf_options *options, const struct sf_config *config,
                              struct sf_history *history, double ranks) {
  for (uint32_t customer = 1; customer <= WARM_UP_CUSTOMERS && customer <= config->customers;
       customer++) {
    sf_history_count(history, customer, NULL);
  }
  const double fraud_rows =
      config->fraud.enabled ? config->fraud.rate * sf_config_expected_rows(config) / ranks : 0;
  return peak_memory() + (double)sf_pipeline_batch_bytes(options, config) + WRITER_BYTES +
         sf_pipeline_kept_bytes(config, ranks) +
         fraud_rows * (FRAUD_ROW_BYTES + (config->features ? TRACED_ROW_BYTES : 0));
}

// Counts the rows of all tiles and saves their offsets. Collective.
static enum sf_status save_plan(const struct sf_options *options, MPI_Comm comm,
                                struct sf_world *world, struct sf_history *history, int64_t *total,
                                struct sf_error *error) {
  struct sf_maker maker = {.options = options,
                           .comm = comm,
                           .config = options->data,
                           .world = world,
                           .history = history};
  MPI_Comm_rank(comm, &maker.rank);
  MPI_Comm_size(comm, &maker.size);
  const enum sf_status status = sf_planning_save(&maker, options->output, total, error);
  sf_feature_plan_free(&maker.feature_plan);
  return status;
}

// What the bank knows, in bytes: beside its tables two for each report, of which a row of
// fraud that comes to light makes so many, and what each customer's shared devices take on
// average, measured with 2,000 to 100,000 customers; and a record for each day and merchant
// with a risk, so many bytes a report while reports are few and the fewer the more of these
// days are those of others, measured with 2,000 to 200,000.
#define REPORT_BYTES 2.0
#define REPORT_RISK_BYTES 100.0
#define DAY_RISK_BYTES (sizeof(double) + sizeof(struct sf_recent_risk))
#define REPORTS_A_ROW 0.65
#define DEVICE_BYTES_A_CUSTOMER 0.4

static void find_knowledge(const struct sf_config *config, struct sf_needs *needs) {
  const struct sf_fraud_config *fraud = &config->fraud;
  if (!config->features) {
    return;
  }
  if (fraud->enabled) {
    needs->reports =
        REPORTS_A_ROW * (1 - fraud->never_reported) * fraud->rate * needs->transactions;
  }
  const uint32_t merchants = sf_config_merchants(config);
  const double all_risks = (double)DAY_RISK_BYTES * merchants * config->days;
  const double own_risks = REPORT_RISK_BYTES * needs->reports;
  needs->knowledge_bytes = sf_bank_table_bytes((uint32_t)config->days, merchants) +
                           own_risks * all_risks / (own_risks + all_risks) +
                           REPORT_BYTES * needs->reports +
                           DEVICE_BYTES_A_CUSTOMER * config->customers;
}

// Rank 0's part.
static enum sf_status report(const struct sf_options *options, struct sf_needs *needs,
                             struct sf_error *error) {
  find_knowledge(&options->data, needs);
  SF_TRY(sf_cost_measure(options, &needs->cost, error));
  struct sf_limits limits;
  sf_limits_find(options->output, &limits);
  if (options->time_limit > 0 && options->time_limit < limits.seconds) {
    limits.seconds = options->time_limit;
  }
  sf_plan_report(options, needs, &limits);
  return SF_OK;
}

static enum sf_status plan(const struct sf_options *options, MPI_Comm comm, struct sf_world *world,
                           struct sf_history *history, struct sf_error *error) {
  const struct sf_config *config = sf_world_config(world);
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  struct sf_needs needs = {.transactions = sf_config_expected_rows(config),
                           .is_counted = options->output[0],
                           .ranks = options->ranks ? options->ranks : (uint32_t)size};
  needs.rank_bytes = memory_per_rank(options, config, history, needs.ranks);
  if (options->output[0]) {
    int64_t total;
    SF_TRY(save_plan(options, comm, world, history, &total, error));
    needs.transactions = (double)total;
  }
  enum sf_status status = SF_OK;
  if (rank == 0 && !(options->quiet && options->output[0])) {
    status = report(options, &needs, error);
  }
  return sf_share_status(comm, 0, status, error);
}

enum sf_status sf_job_plan(const struct sf_options *options, MPI_Comm comm,
                           struct sf_error *error) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  const struct sf_config config = options->data;
  enum sf_status status = SF_OK;
  if (rank == 0 && options->output[0]) {
    status = sf_output_check(options->output, options->force, error);
  }
  SF_TRY(sf_share_status(comm, 0, status, error));
  struct sf_world *world = NULL;
  struct sf_history *history = NULL;
  status = sf_world_create(&config, sf_pipeline_lanes(options), &world, error);
  if (status == SF_OK) {
    status = sf_history_create(world, &history, error);
  }
  status = sf_agree(comm, status, error);
  if (status == SF_OK) {
    status = plan(options, comm, world, history, error);
  }
  sf_history_free(history);
  sf_world_free(world);
  return status;
}

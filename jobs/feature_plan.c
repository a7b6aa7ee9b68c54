#include "jobs/feature_plan.h"

#include <stdlib.h>
#include <string.h>

#include "io/plan_file.h"
#include "kernels/array.h"
#include "kernels/features/features.h"
#include "kernels/world.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

enum sf_status sf_feature_plan_begin(MPI_Comm comm, const struct sf_config *config,
                                     struct sf_feature_plan *features, struct sf_error *error) {
  return sf_bank_create(comm, config->start_day, (uint32_t)config->days,
                        sf_config_merchants(config), &features->bank, error);
}

enum sf_status sf_feature_plan_read(MPI_Comm comm, const char *path, const struct sf_config *config,
                                    struct sf_feature_plan *features, struct sf_error *error) {
  SF_TRY(sf_plan_file_read_features(comm, path, config, &features->bank, &features->fit, error));
  sf_isolation_freeze_bins(&features->fit, &features->isolation);
  sf_isolation_freeze_scores(&features->fit, &features->isolation);
  return SF_OK;
}

void sf_feature_plan_free(struct sf_feature_plan *features) {
  sf_bank_free(features->bank);
  features->bank = NULL;
}

static enum sf_status sight(struct sf_bank *bank, uint32_t customer,
                            const struct sf_history *history, struct sf_error *error) {
  struct sf_sighting sighting[SF_SIGHTINGS_MAX];
  const uint32_t count = sf_history_sightings(history, sighting);
  return sf_bank_sight(bank, customer, sighting, count, error);
}

enum sf_status sf_feature_plan_count(struct sf_feature_plan *features, uint32_t customer,
                                     const struct sf_history *history, struct sf_error *error) {
  sf_history_tally(history, sf_bank_tally(features->bank));
  return sight(features->bank, customer, history, error);
}

// 1. What the bank sees of accepted stories.

static bool is_told(const struct sf_assignment *assignment, uint32_t stories, uint16_t number) {
  for (uint32_t s = 0; s < stories; s++) {
    if (assignment[s].candidate.number == number) {
      return true;
    }
  }
  return false;
}

static enum sf_status apply_touches(struct sf_bank *bank, const struct sf_touch *touch,
                                    uint32_t touches, struct sf_error *error) {
  for (uint32_t i = 0; i < touches; i++) {
    const bool is_taken = touch[i].report == SF_TOUCH_TAKEN;
    sf_tally_add(sf_bank_tally(bank), touch[i].merchant, touch[i].day,
                 is_taken ? UINT32_MAX : 1);  // modulo 2^32: one less
    if (!is_taken && touch[i].report != SF_TOUCH_HONEST) {
      SF_TRY(sf_bank_report(bank, touch[i].merchant, touch[i].report, error));
    }
  }
  return SF_OK;
}

// Rows of stories may be made on devices of the household, earlier than honest
// ones, or take such rows away: who has a story is seen anew.
static enum sf_status sight_again(struct sf_bank *bank, struct sf_history *history,
                                  uint32_t customer, const struct sf_assignment *assignment,
                                  uint32_t stories, struct sf_error *error) {
  sf_bank_unsight(bank, customer);
  if (sf_history_begin(history, customer, assignment, stories) < 0) {
    return sf_fail(error, SF_INTERNAL, "customer %u has other stories than the plan", customer);
  }
  return sight(bank, customer, history, error);
}

static enum sf_status add_stories(struct sf_bank *bank, struct sf_history *history,
                                  const struct sf_fraud_plan *plan, struct sf_error *error) {
  int64_t trace = 0;
  for (int64_t a = 0; a < plan->assignments;) {
    const struct sf_assignment *first = plan->assignment + a;
    const uint32_t customer = first->candidate.customer;
    uint32_t stories = 0;
    for (; a < plan->assignments && plan->assignment[a].candidate.customer == customer; a++) {
      stories++;
    }
    while (trace < plan->traces && plan->trace[trace].trace.customer < customer) {
      trace++;
    }
    for (; trace < plan->traces && plan->trace[trace].trace.customer == customer; trace++) {
      const struct sf_fraud_trace *t = &plan->trace[trace];
      if (is_told(first, stories, t->trace.number)) {
        SF_TRY(apply_touches(bank, plan->touch + t->first_touch, t->trace.touches, error));
      }
    }
    SF_TRY(sight_again(bank, history, customer, first, stories, error));
  }
  return SF_OK;
}

// 2. The fit of the outlier score.

#define FIT_ROWS 256

// Rows of the sample by their bins.
struct sample {
  uint8_t (*bins)[SF_ISOLATION_COLUMNS];
  int64_t rows, room;
  struct sf_features *features;
  struct sf_transactions batch;
  void *memory;
};

static enum sf_status sample_create(struct sample *sample, int32_t first_day,
                                    struct sf_error *error) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  sample->memory = aligned_alloc(64, (sf_batch_bytes(table, FIT_ROWS) + 63) / 64 * 64);
  if (!sample->memory) {
    return sf_fail(error, SF_MEMORY, "no memory for rows of the sample");
  }
  sf_batch_place(table, &sample->batch, FIT_ROWS, sample->memory);
  return sf_features_create(SF_FEATURE_GROUPS_ALL, first_day, &sample->features, error);
}

static void sample_free(struct sample *sample) {
  sf_features_free(sample->features);
  free(sample->memory);
  free(sample->bins);
}

// Adds the first days of a customer that has been begun.
static enum sf_status sample_add(struct sample *sample, struct sf_history *history, int64_t rows,
                                 struct sf_error *error) {
  sf_features_begin(sample->features, sf_history_account_open_day(history));
  for (int64_t at = 0, in_sample = 0, now = 0; at < rows && in_sample == now; at += now) {
    now = rows - at < FIT_ROWS ? rows - at : FIT_ROWS;
    sf_history_rows(history, now, 1, &sample->batch, NULL, 0);
    if (!sf_array_reserve((void **)&sample->bins, &sample->room, sample->rows + now,
                          sizeof *sample->bins)) {
      return sf_fail(error, SF_MEMORY, "no memory for rows of the sample");
    }
    SF_TRY(sf_features_bins(sample->features, &sample->batch, 0, now, sample->bins + sample->rows,
                            &in_sample, error));
    sample->rows += in_sample;
  }
  return SF_OK;
}

static enum sf_status draw_sample(const struct sf_config *config, struct sf_history *history,
                                  struct sf_range customers, const struct sf_fraud_plan *plan,
                                  struct sample *sample, struct sf_error *error) {
  const struct sf_isolation_sample draw = sf_isolation_sample_of(config->seed, config->customers);
  int64_t cursor = 0;
  for (int64_t c = customers.begin; c < customers.end; c++) {
    const struct sf_assignment *assignment;
    if (!sf_isolation_in_sample(&draw, (uint32_t)c)) {
      continue;
    }
    const uint32_t stories = sf_fraud_plan_of(plan, (uint32_t)c, &cursor, &assignment);
    const int64_t rows = sf_history_begin(history, (uint32_t)c, assignment, stories);
    if (rows < 0) {
      return sf_fail(error, SF_INTERNAL, "customer %lld has other stories than the plan",
                     (long long)c);
    }
    SF_TRY(sample_add(sample, history, rows, error));
  }
  return SF_OK;
}

// Collective over `comm`: histograms of the columns, then that of the score.
static enum sf_status fit(MPI_Comm comm, const struct sf_config *config, struct sf_history *history,
                          struct sf_range customers, const struct sf_fraud_plan *plan,
                          struct sf_feature_plan *features, struct sf_error *error) {
  struct sample sample = {0};
  struct sf_isolation_fit *f = &features->fit;
  enum sf_status status = sample_create(&sample, config->start_day, error);
  if (status == SF_OK) {
    status = draw_sample(config, history, customers, plan, &sample, error);
  }
  status = sf_agree(comm, status, error);
  if (status == SF_OK) {
    memset(f, 0, sizeof *f);
    sf_isolation_count_bins(f, (const uint8_t(*)[SF_ISOLATION_COLUMNS])sample.bins, sample.rows);
    sf_sum_u64(comm, &f->bin[0][0], (int64_t)SF_ISOLATION_COLUMNS * SF_ISOLATION_BINS);
    sf_isolation_freeze_bins(f, &features->isolation);
    sf_isolation_count_scores(f, &features->isolation,
                              (const uint8_t(*)[SF_ISOLATION_COLUMNS])sample.bins, sample.rows);
    sf_sum_u64(comm, f->score, SF_ISOLATION_SCORE_BINS);
    sf_isolation_freeze_scores(f, &features->isolation);
  }
  sample_free(&sample);
  return status;
}

enum sf_status sf_feature_plan_settle(MPI_Comm comm, const struct sf_world *world,
                                      struct sf_history *history, const struct sf_share *share,
                                      const struct sf_fraud_plan *plan,
                                      struct sf_feature_plan *features, struct sf_error *error) {
  enum sf_status status = add_stories(features->bank, history, plan, error);
  SF_TRY(sf_agree(comm, status, error));
  SF_TRY(sf_bank_settle(features->bank, &world->merchants, error));
  return fit(comm, &world->config, history, share->customers, plan, features, error);
}

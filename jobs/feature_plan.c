#include "jobs/feature_plan.h"

#include "io/plan_file.h"
#include "kernels/flesh/device.h"
#include "kernels/world.h"
#include "mpi/agree.h"

enum sf_status sf_feature_plan_begin(MPI_Comm comm, const struct sf_config *config,
                                     const struct sf_lanes *lanes, struct sf_feature_plan *features,
                                     struct sf_error *error) {
  enum sf_status status = sf_feature_sample_create(config, lanes, &features->sample, error);
  SF_TRY(sf_agree(comm, status, error));
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
  sf_feature_sample_free(features->sample);
  features->bank = NULL;
  features->sample = NULL;
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

enum sf_status sf_feature_plan_sample(struct sf_feature_plan *features, uint32_t customer,
                                      const struct sf_candidates *candidates,
                                      struct sf_history *history, struct sf_error *error) {
  if (!sf_feature_sample_has(features->sample, customer)) {
    return SF_OK;
  }
  if (candidates && sf_candidates_first_day(candidates) < SF_ISOLATION_DAYS &&
      sf_history_keeps(history)) {
    return sf_feature_sample_defer(features->sample, customer, error);
  }
  sf_history_begin_counted(history);
  return sf_feature_sample_take(features->sample, customer, history, error);
}

// What accepted stories change. Most of it was noted when they were counted as
// candidates; few customers are told anew.

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

// The device of the story's fraudster, which others may use, too.
static enum sf_status sight_foreign(struct sf_bank *bank, uint64_t seed,
                                    const struct sf_assignment *assignment,
                                    const struct sf_trace *trace, struct sf_error *error) {
  if (trace->foreign_day == SF_TRACE_NEVER) {
    return SF_OK;
  }
  struct sf_device device;
  sf_device_foreign(&device, seed,
                    sf_story_device_key(trace->customer, trace->number, assignment->member));
  const struct sf_sighting sighting = {device.id, trace->foreign_day};
  return sf_bank_sight(bank, trace->customer, &sighting, 1, error);
}

// The stories of one customer.
struct stories {
  const struct sf_assignment *assignment;
  uint32_t count;
  const struct sf_fraud_trace *trace;  // of all candidates of the customer
  int64_t traces;
};

static const struct sf_fraud_trace *trace_of(const struct stories *stories, uint16_t number) {
  for (int64_t t = 0; t < stories->traces; t++) {
    if (stories->trace[t].trace.number == number) {
      return &stories->trace[t];
    }
  }
  return NULL;
}

static enum sf_status fail_other(uint32_t customer, struct sf_error *error) {
  return sf_fail(error, SF_INTERNAL, "customer %u has other stories than the plan", customer);
}

// Rows of stories may be made on devices of the household before honest ones, or take such
// rows away, and they may lie in the days on which the outlier score is fitted: then the
// customer is told anew.
static enum sf_status tell_anew(struct sf_feature_plan *features, struct sf_history *history,
                                const struct stories *stories, bool sights, bool fits,
                                struct sf_error *error) {
  const uint32_t customer = stories->assignment->candidate.customer;
  if (sf_history_begin(history, customer, stories->assignment, stories->count) < 0) {
    return fail_other(customer, error);
  }
  if (sights) {
    sf_bank_unsight(features->bank, customer);
    SF_TRY(sight(features->bank, customer, history, error));
  }
  return fits ? sf_feature_sample_take(features->sample, customer, history, error) : SF_OK;
}

// The rows of a customer as they are without stories.
static enum sf_status take_honest(struct sf_feature_plan *features, struct sf_history *history,
                                  uint32_t customer, struct sf_error *error) {
  sf_history_begin(history, customer, NULL, 0);
  return sf_feature_sample_take(features->sample, customer, history, error);
}

// Customers less than `end` whose rows were put off and who have no story.
static enum sf_status take_deferred(struct sf_feature_plan *features, struct sf_history *history,
                                    uint32_t end, struct sf_error *error) {
  for (uint32_t customer; (customer = sf_feature_sample_deferred(features->sample, end)) != 0;) {
    SF_TRY(take_honest(features, history, customer, error));
  }
  return SF_OK;
}

static enum sf_status add_customer(const struct sf_config *config, const struct sf_fraud_plan *plan,
                                   struct sf_history *history, const struct stories *stories,
                                   struct sf_feature_plan *features, struct sf_error *error) {
  const uint32_t customer = stories->assignment->candidate.customer;
  bool sights = false, fits = false;
  for (uint32_t s = 0; s < stories->count; s++) {
    const struct sf_assignment *assignment = &stories->assignment[s];
    const struct sf_fraud_trace *t = trace_of(stories, assignment->candidate.number);
    if (!t) {
      return fail_other(customer, error);
    }
    SF_TRY(apply_touches(features->bank, plan->touch + t->first_touch, t->trace.touches, error));
    sights |= t->trace.anew;
    fits |= t->trace.first_day < SF_ISOLATION_DAYS;
  }
  for (uint32_t s = 0; s < stories->count && !sights; s++) {
    const struct sf_assignment *assignment = &stories->assignment[s];
    const struct sf_trace *trace = &trace_of(stories, assignment->candidate.number)->trace;
    SF_TRY(sight_foreign(features->bank, config->seed, assignment, trace, error));
  }
  if (sf_feature_sample_deferred(features->sample, customer + 1) && !fits) {
    SF_TRY(take_honest(features, history, customer, error));
  }
  fits = fits && sf_feature_sample_has(features->sample, customer);
  return sights || fits ? tell_anew(features, history, stories, sights, fits, error) : SF_OK;
}

static enum sf_status add_stories(const struct sf_config *config, struct sf_history *history,
                                  const struct sf_fraud_plan *plan,
                                  struct sf_feature_plan *features, struct sf_error *error) {
  int64_t trace = 0;
  sf_feature_sample_again(features->sample);
  for (int64_t a = 0; a < plan->assignments;) {
    struct stories stories = {.assignment = plan->assignment + a};
    const uint32_t customer = stories.assignment->candidate.customer;
    for (; a < plan->assignments && plan->assignment[a].candidate.customer == customer; a++) {
      stories.count++;
    }
    SF_TRY(take_deferred(features, history, customer, error));
    while (trace < plan->traces && plan->trace[trace].trace.customer < customer) {
      trace++;
    }
    stories.trace = plan->trace + trace;
    for (; trace < plan->traces && plan->trace[trace].trace.customer == customer; trace++) {
      stories.traces++;
    }
    SF_TRY(add_customer(config, plan, history, &stories, features, error));
  }
  return take_deferred(features, history, UINT32_MAX, error);
}

enum sf_status sf_feature_plan_settle(MPI_Comm comm, const struct sf_world *world,
                                      struct sf_history *history, const struct sf_fraud_plan *plan,
                                      struct sf_feature_plan *features, struct sf_error *error) {
  enum sf_status status = add_stories(&world->config, history, plan, features, error);
  SF_TRY(sf_agree(comm, status, error));
  sf_feature_sample_fit(comm, features->sample, &features->fit, &features->isolation);
  sf_feature_sample_free(features->sample);
  features->sample = NULL;
  return sf_bank_settle(features->bank, &world->merchants, error);
}

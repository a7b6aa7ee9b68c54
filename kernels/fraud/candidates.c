#include "kernels/fraud/candidates.h"

#include "kernels/fraud/typology.h"
#include "kernels/generator.h"
#include "kernels/math/elementary.h"
#include "kernels/random/counts.h"

// Rows of twins that fire a naive rule, for each row of fraud that does.
#define TWINS_PER_FIRE 2
// Rows that fraud and twins add to those of honest life, as a share of the fraud rows.
#define ADDED 3.0
// Difficulty at which the numbers of rows of typologies.def hold.
#define STANDARD 0.45

// Candidates drawn for each episode that is needed, of fraud and of twins, so that of
// those that can be told and that meet no other there are about two for each that is
// accepted, and one and a half of twins. Measured.
static const struct supply {
  double fraud, twin;
  double slope;  // ln of the number by difficulty: what hides better has fewer rows
  double crowd;  // more of fraud for each per cent of the rate above the first
} supply[SF_TYPOLOGY_COUNT] = {
    [SF_TYPOLOGY_CARD_CLONING] = {3.4, 4.0, 0.9, 0},
    [SF_TYPOLOGY_ACCOUNT_TAKEOVER] = {2.5, 3.4, 1.0, 0},
    [SF_TYPOLOGY_MERCHANT_COLLUSION] = {2.4, 3.8, 0.9, 0},
    [SF_TYPOLOGY_VELOCITY_ABUSE] = {2.0, 2.8, 0.5, 0},
    [SF_TYPOLOGY_AMOUNT_MANIPULATION] = {2.1, 2.9, 0.1, 0},
    [SF_TYPOLOGY_REFUND_FRAUD] = {2.4, 3.8, 0.0, 0},
    [SF_TYPOLOGY_STOLEN_CARD] = {2.5, 5.0, 0.4, 0.1},
    [SF_TYPOLOGY_SYNTHETIC_IDENTITY] = {4.5, 9.0, 1.2, 1.5},
    [SF_TYPOLOGY_FIRST_PARTY_FRAUD] = {3.0, 4.3, 1.1, 0.2},
    [SF_TYPOLOGY_FRIENDLY_FRAUD] = {2.4, 4.7, 0.1, 0},
    [SF_TYPOLOGY_TRANSACTION_REPLAY] = {2.1, 3.8, 0.0, 0},
    [SF_TYPOLOGY_CARD_TESTING] = {3.0, 3.6, 0.9, 0},
    [SF_TYPOLOGY_MULE_ACCOUNT] = {2.1, 4.0, 0.0, 0},
    [SF_TYPOLOGY_SHIPPING_FRAUD] = {2.1, 1.8, 1.1, 0},
    [SF_TYPOLOGY_LOYALTY_ABUSE] = {2.3, 4.3, 0.7, 0},
};

double sf_episodes_needed(const struct sf_config *config, enum sf_typology typology) {
  const struct sf_fraud_config *fraud = &config->fraud;
  double shares = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    shares += fraud->share[t];
  }
  const double rows = sf_config_expected_rows(config) / config->customers;
  return fraud->rate * rows * (1 + ADDED * fraud->rate) * fraud->share[typology] / shares /
         sf_typologies[typology].rows;
}

// Earlier claims of an honest customer, and own transfers, make more rows of these twins
// fire than the plan counts, about a ninth. Measured.
static bool fires_beyond_plan(enum sf_typology typology) {
  return typology == SF_TYPOLOGY_FRIENDLY_FRAUD || typology == SF_TYPOLOGY_MULE_ACCOUNT;
}

int64_t sf_twin_rows_needed(enum sf_typology typology, int64_t fraud_rows) {
  const int64_t rows = TWINS_PER_FIRE * fraud_rows;
  return fires_beyond_plan(typology) ? rows * 9 / 10 : rows;
}

static double mean_of(const struct sf_config *config, enum sf_typology typology, bool twin) {
  const struct sf_fraud_config *fraud = &config->fraud;
  const struct supply *of = &supply[typology];
  const double own = fraud->camouflage[typology];
  const double hidden = (own >= 0 ? own : fraud->difficulty) - STANDARD;
  const double drift = fraud->drift ? 1 + SF_DRIFT_SPAN : 1;
  const double crowd = fraud->rate > 0.01 ? of->crowd * (fraud->rate * 100 - 1) : 0;
  return (twin ? of->twin : of->fraud + crowd) * sf_exp(of->slope * hidden) * drift *
         sf_episodes_needed(config, typology);
}

void sf_candidates_init(const struct sf_config *config, double mean[SF_TYPOLOGY_COUNT][2]) {
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    const bool told = t > 0 && config->fraud.share[t] > 0;
    mean[t][0] = told ? mean_of(config, (enum sf_typology)t, false) : 0;
    mean[t][1] = told ? mean_of(config, (enum sf_typology)t, true) : 0;
  }
}

// Only accounts that open inside the window can be of invented people: as many
// candidates in all, among few customers, by the time that is left to them.
static double rarity_of_new(const struct sf_skeleton *skeleton) {
  const struct sf_config *config = &skeleton->world->config;
  const double share = sf_population_new_share(config) * 0x1p-16;
  const double open = 1 - (double)skeleton->first_day / config->days;
  return skeleton->customer.core.open_day > config->start_day && share > 0 ? 2 * open / share : 0;
}

// Poisson count of a mean in Q16, of at most 64 in four parts.
static uint32_t count_of(double mean, const uint32_t word[4]) {
  // P(0) = exp(-mean) is at least 1 - mean.
  if ((word[0] + 1.0) * 0x1p-32 < 1 - mean * 0x1p-16) {
    return 0;
  }
  if (mean <= SF_POISSON_SMALL_MAX_Q16) {
    return sf_poisson_small((uint32_t)mean, word[0]);
  }
  const double part = mean < 4.0 * SF_POISSON_SMALL_MAX_Q16 ? mean / 4 : SF_POISSON_SMALL_MAX_Q16;
  uint32_t count = 0;
  for (int i = 0; i < 4; i++) {
    count += sf_poisson_small((uint32_t)part, word[i]);
  }
  return count;
}

void sf_candidates_count(const struct sf_skeleton *skeleton, uint32_t *count, uint32_t *word) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  uint32_t key[SF_CANDIDATE_KINDS], draw[4][SF_CANDIDATE_KINDS];
  for (uint32_t k = 0; k < SF_CANDIDATE_KINDS; k++) {
    key[k] = k;
  }
  world->lanes->philox(world->config.seed, customer->id, key, SF_STREAM_CANDIDATE, 0,
                       SF_CANDIDATE_KINDS, draw[0], draw[1], draw[2], draw[3]);
  const double open = 1 - (double)skeleton->first_day / world->config.days;
  const double activity = 0.1 + 0.9 * customer->core.activity * 0x1p-16;
  for (uint32_t k = 0; k < SF_CANDIDATE_KINDS; k++) {
    const double mean = world->candidates[k / 2][k & 1];
    count[k] = 0;
    word[k] = draw[3][k];
    if (mean > 0) {
      const double reach = k / 2 == SF_TYPOLOGY_SYNTHETIC_IDENTITY ? rarity_of_new(skeleton) : open;
      const double weight = sf_typologies[k / 2].weight(customer);
      const uint32_t words[4] = {draw[0][k], draw[1][k], draw[2][k], draw[3][k]};
      count[k] = count_of(mean * weight * activity * reach, words);
    }
  }
}

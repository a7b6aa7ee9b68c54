#include "kernels/fraud/candidates.h"
#include "model.h"

// How many stories a customer may have.

enum { CUSTOMERS = 2000 };

static const enum sf_typology any = SF_TYPOLOGY_VELOCITY_ABUSE;

Test(candidates, episodes_needed_are_the_shares_of_the_rows) {
  struct model m;
  model_make_fraud(&m, 1, CUSTOMERS, 0.45);
  const struct sf_config *config = &m.world->config;
  double rows = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    rows += sf_episodes_needed(config, (enum sf_typology)t) * sf_typologies[t].rows;
  }
  // Fraud and its twins add a few rows more.
  const double asked = config->fraud.rate * sf_config_expected_rows(config) / CUSTOMERS;
  cr_expect(rows > asked && rows < 1.05 * asked, "%g rows a customer for %g", rows, asked);
  model_free(&m);
}

Test(candidates, more_are_drawn_than_needed) {
  struct model m;
  model_make_fraud(&m, 1, CUSTOMERS, 0.45);
  static uint64_t drawn[SF_CANDIDATE_KINDS];
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    uint32_t count[SF_CANDIDATE_KINDS], word[SF_CANDIDATE_KINDS];
    sf_skeleton_build(&m.skeleton, customer);
    sf_candidates_count(&m.skeleton, count, word);
    for (uint32_t k = 0; k < SF_CANDIDATE_KINDS; k++) {
      drawn[k] += count[k];
    }
  }
  cr_expect(drawn[0] + drawn[1] == 0, "nothing is of no typology");
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    // The mean over customers is about that of weight 1 and average activity.
    const double needed = CUSTOMERS * sf_episodes_needed(&m.world->config, (enum sf_typology)t);
    const double of_fraud = (double)drawn[2 * t] / needed;
    cr_expect(of_fraud > 1.5 && of_fraud < 6, "%s: %g candidates for each needed",
              sf_typologies[t].name, of_fraud);
    cr_expect(drawn[2 * t + 1] > 0, "%s: no twins", sf_typologies[t].name);
  }
  model_free(&m);
}

Test(candidates, follow_shares_rate_and_difficulty) {
  struct model m;
  model_make_fraud(&m, 1, CUSTOMERS, 0.45);
  struct sf_config config = m.world->config;
  double plain[SF_TYPOLOGY_COUNT][2], other[SF_TYPOLOGY_COUNT][2];
  sf_candidates_init(&config, plain);
  config.fraud.share[any] = 0;
  sf_candidates_init(&config, other);
  cr_expect(other[any][0] == 0 && other[any][1] == 0);
  cr_expect(other[SF_TYPOLOGY_CARD_CLONING][0] > plain[SF_TYPOLOGY_CARD_CLONING][0]);
  config = m.world->config;
  config.fraud.rate *= 2;
  sf_candidates_init(&config, other);
  cr_expect(other[any][0] > 1.9 * plain[any][0]);
  config = m.world->config;
  config.fraud.difficulty = 0.85;  // fewer rows an episode: more episodes
  sf_candidates_init(&config, other);
  cr_expect(other[any][0] > plain[any][0]);
  config.fraud.camouflage[any] = 0.45;
  sf_candidates_init(&config, other);
  cr_expect(other[any][0] == plain[any][0]);
  model_free(&m);
}

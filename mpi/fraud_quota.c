#include "mpi/fraud_quota.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/fraud/candidates.h"
#include "kernels/fraud/typology.h"
#include "mpi/agree.h"
#include "mpi/quota.h"
#include "mpi/reduce.h"

// Fraud rows of typologies with rings that shall be in rings, as far as there are
// enough; single episodes fill up what is left, so that shares are met to an episode.
#define RING_SHARE 0.75

// Rounds of "so many rows in all, so many of them fraud": each brings the share
// nearer by a factor of the rows that a fraud row brings along times the rate.
#define ROUNDS 5

// All that may be accepted: one item per single or ring, by class.
struct items {
  struct sf_quota_item *item[SF_ACCEPT_CLASSES];
  int64_t count[SF_ACCEPT_CLASSES];
  // What an item brings, in the same order: rows of the second leg with its
  // typology, rows that fire, net rows.
  struct effect {
    uint32_t second_rows, fires;
    int64_t net;
    uint8_t second;
  } * effect[SF_ACCEPT_CLASSES];
};

static void free_items(struct items *items) {
  for (int c = 0; c < SF_ACCEPT_CLASSES; c++) {
    free(items->item[c]);
    free(items->effect[c]);
  }
}

static void put(struct items *items, uint16_t number, bool ring, uint64_t priority, uint32_t rows,
                struct effect effect) {
  const enum sf_acceptance_class class = sf_acceptance_class(number, ring);
  const int64_t at = items->count[class]++;
  const uint32_t weight = sf_number_is_twin(number) ? effect.fires : rows;
  items->item[class][at] = (struct sf_quota_item){priority, sf_number_typology(number), weight};
  items->effect[class][at] = effect;
}

static enum sf_status list_items(const struct sf_fraud_plan *plan, struct items *items,
                                 struct sf_error *error) {
  const size_t room = (size_t)(plan->singles + plan->assembly.rings) + 1;
  for (int c = 0; c < SF_ACCEPT_CLASSES; c++) {
    items->item[c] = malloc(room * sizeof *items->item[c]);
    items->effect[c] = malloc(room * sizeof *items->effect[c]);
    if (!items->item[c] || !items->effect[c]) {
      return sf_fail(error, SF_MEMORY, "no memory for %zu candidates", room);
    }
  }
  for (int64_t i = 0; i < plan->singles; i++) {
    const struct sf_candidate *c = &plan->single[i];
    put(items, c->number, false, c->priority, c->fraud_rows[0],
        (struct effect){c->fraud_rows[1], c->fires, c->net, c->second});
  }
  for (int64_t i = 0; i < plan->assembly.rings; i++) {
    const struct sf_ring *r = &plan->assembly.ring[i];
    // Chains within a ring have one second typology: that of its typology.
    uint8_t second = 0;
    for (uint32_t m = 0; m < r->size; m++) {
      const uint8_t own = plan->assembly.member[r->first_member + m].candidate.second;
      second = own ? own : second;
    }
    put(items, r->number, r->size > 1, r->priority, r->fraud_rows[0],
        (struct effect){r->fraud_rows[1], r->fires, r->net, second});
  }
  return SF_OK;
}

// Sums over the accepted items of a class, over all ranks.
struct sums {
  int64_t rows[SF_TYPOLOGY_COUNT], second_rows[SF_TYPOLOGY_COUNT], fires[SF_TYPOLOGY_COUNT];
  int64_t net;
};

static void add_accepted(const struct items *items, const struct sf_acceptance *acceptance,
                         int class, struct sums *sums) {
  for (int64_t i = 0; i < items->count[class]; i++) {
    const struct sf_quota_item *item = &items->item[class][i];
    const struct effect *effect = &items->effect[class][i];
    if (item->priority < acceptance->bound[class][item->group]) {
      sums->rows[item->group] += item->weight;
      sums->second_rows[effect->second] += effect->second_rows;
      sums->fires[item->group] += effect->fires;
      sums->net += effect->net;
    }
  }
}

static struct sums sum_accepted(MPI_Comm comm, const struct items *items,
                                const struct sf_acceptance *acceptance, int first) {
  struct sums sums = {0};
  add_accepted(items, acceptance, first, &sums);
  add_accepted(items, acceptance, first + 1, &sums);
  sf_sum_u64(comm, (uint64_t *)&sums, (int64_t)(sizeof sums / sizeof(uint64_t)));
  return sums;
}

// Rings first, then what stands alone up to the target. `only`: bits of the
// typologies in question; the bounds of others stay.
static enum sf_status fill(MPI_Comm comm, const struct items *items, int first, uint32_t only,
                           double ring_share, const int64_t *target,
                           struct sf_acceptance *acceptance, int64_t *reached,
                           struct sf_error *error) {
  int64_t part[SF_TYPOLOGY_COUNT], of_rings[SF_TYPOLOGY_COUNT], of_singles[SF_TYPOLOGY_COUNT];
  uint64_t bound[SF_TYPOLOGY_COUNT];
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    part[t] = only >> t & 1 ? (int64_t)((double)target[t] * ring_share) : 0;
  }
  SF_TRY(sf_quota(comm, items->item[first], items->count[first], SF_TYPOLOGY_COUNT, part, bound,
                  of_rings, error));
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    if (only >> t & 1) {
      acceptance->bound[first][t] = bound[t];
    }
    part[t] = only >> t & 1 ? target[t] - of_rings[t] : 0;
  }
  SF_TRY(sf_quota(comm, items->item[first + 1], items->count[first + 1], SF_TYPOLOGY_COUNT, part,
                  bound, of_singles, error));
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    if (only >> t & 1) {
      acceptance->bound[first + 1][t] = bound[t];
      reached[t] = of_rings[t] + of_singles[t];
    }
  }
  return SF_OK;
}

// Typologies whose episodes can have a second leg.
#define WITH_SECOND (1u << SF_TYPOLOGY_CARD_TESTING | 1u << SF_TYPOLOGY_ACCOUNT_TAKEOVER)
#define ALL (((1u << SF_TYPOLOGY_COUNT) - 1) & ~1u)

// The typology with the shortest episodes closes the gap to the rows in all.
static int closing(const struct sf_fraud_config *fraud) {
  int best = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    const bool can = fraud->share[t] > 0 && !(WITH_SECOND >> t & 1);
    if (can && (!best || sf_typologies[t].rows < sf_typologies[best].rows)) {
      best = t;
    }
  }
  return best;
}

// Rows that each typology is to have: its share of all, or what there is of it
// (`supply`) if that is less, which the others then make up for.
static void share_out(const struct sf_fraud_config *fraud, int64_t rows, const int64_t *supply,
                      int64_t *target) {
  bool short_of[SF_TYPOLOGY_COUNT] = {false};
  int64_t left = rows;
  double sum = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    sum += fraud->share[t];
  }
  for (bool again = true; again && sum > 0;) {
    again = false;
    for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
      if (!short_of[t] && (double)left * (fraud->share[t] / sum) > (double)supply[t]) {
        short_of[t] = again = true;
        target[t] = supply[t];
        left -= supply[t];
        sum -= fraud->share[t];
        break;
      }
    }
  }
  double upto = 0;
  int64_t given = 0;
  target[0] = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    if (!short_of[t]) {
      upto += fraud->share[t];
      const int64_t now = sum > 0 ? (int64_t)((double)left * (upto / sum) + 0.5) : 0;
      target[t] = now - given;
      given = now;
    }
  }
}

// Accepts `rows` rows of fraud in all.
static enum sf_status accept_fraud(MPI_Comm comm, const struct sf_config *config,
                                   const struct items *items, int64_t rows, int64_t *supply,
                                   struct sf_acceptance *acceptance, struct sf_fraud_totals *totals,
                                   struct sf_error *error) {
  int64_t target[SF_TYPOLOGY_COUNT], reached[SF_TYPOLOGY_COUNT] = {0};
  int64_t unlimited[SF_TYPOLOGY_COUNT];
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    unlimited[t] = INT64_MAX;
  }
  share_out(&config->fraud, rows, unlimited, totals->wanted_rows);
  share_out(&config->fraud, rows, supply, target);
  totals->wanted_rows[0] = rows;
  const int last = closing(&config->fraud);
  SF_TRY(fill(comm, items, SF_ACCEPT_FRAUD_RING, WITH_SECOND, RING_SHARE, target, acceptance,
              reached, error));
  struct sums sums = sum_accepted(comm, items, acceptance, SF_ACCEPT_FRAUD_RING);
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    target[t] -= sums.second_rows[t];
  }
  SF_TRY(fill(comm, items, SF_ACCEPT_FRAUD_RING, ALL & ~WITH_SECOND & ~(1u << last), RING_SHARE,
              target, acceptance, reached, error));
  // What whole episodes were too many or too few, within a part of the closing
  // typology's own share: it does not make up for typologies that ran short.
  int64_t off = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    off += t == last ? 0 : target[t] - reached[t];
  }
  const int64_t most = target[last] / 25 + 6;
  target[last] += off > most ? most : off < -most ? -most : off;
  SF_TRY(fill(comm, items, SF_ACCEPT_FRAUD_RING, 1u << last, RING_SHARE, target, acceptance,
              reached, error));
  totals->fraud_rows[0] = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    // What is short by more than an episode or two was all there is.
    if (target[t] - reached[t] > target[t] / 50 + 6) {
      supply[t] = reached[t] + sums.second_rows[t];
    }
    totals->fraud_rows[t] = reached[t] + sums.second_rows[t];
    totals->fraud_rows[0] += totals->fraud_rows[t];
  }
  return SF_OK;
}

static enum sf_status accept_twins(MPI_Comm comm, const struct items *items,
                                   const struct sums *fraud, struct sf_acceptance *acceptance,
                                   struct sf_fraud_totals *totals, struct sf_error *error) {
  int64_t target[SF_TYPOLOGY_COUNT];
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    target[t] = sf_twin_rows_needed((enum sf_typology)t, fraud->fires[t]);
    totals->fires[t] = fraud->fires[t];
  }
  return fill(comm, items, SF_ACCEPT_TWIN_RING, ALL, RING_SHARE, target, acceptance,
              totals->twin_fires, error);
}

enum sf_status sf_fraud_accept(MPI_Comm comm, const struct sf_config *config,
                               struct sf_fraud_plan *plan, int64_t honest_rows,
                               struct sf_acceptance *acceptance, struct sf_error *error) {
  struct items items = {0};
  enum sf_status status = sf_agree(comm, list_items(plan, &items, error), error);
  int64_t honest, net = 0;
  sf_exclusive_scan(comm, honest_rows, &honest);
  memset(acceptance, 0, sizeof *acceptance);
  int64_t supply[SF_TYPOLOGY_COUNT];
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    supply[t] = INT64_MAX;
  }
  for (int round = 0; round < ROUNDS && status == SF_OK; round++) {
    const int64_t rows = (int64_t)(config->fraud.rate * (double)(honest + net) + 0.5);
    status = accept_fraud(comm, config, &items, rows, supply, acceptance, &plan->totals, error);
    if (status != SF_OK) {
      break;
    }
    const struct sums fraud = sum_accepted(comm, &items, acceptance, SF_ACCEPT_FRAUD_RING);
    status = accept_twins(comm, &items, &fraud, acceptance, &plan->totals, error);
    const struct sums twins = sum_accepted(comm, &items, acceptance, SF_ACCEPT_TWIN_RING);
    net = fraud.net + twins.net;
  }
  plan->totals.rows = honest + net;
  free_items(&items);
  return status;
}

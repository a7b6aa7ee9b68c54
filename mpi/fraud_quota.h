#ifndef SF_MPI_FRAUD_QUOTA_H
#define SF_MPI_FRAUD_QUOTA_H

#include "kernels/fraud/typology.h"
#include "mpi/fraud_plan.h"

// Acceptance bounds of priority, by class and typology: a story is told if its
// priority (of a ring: the ring's) is below the bound.
enum sf_acceptance_class {
  SF_ACCEPT_FRAUD_RING,
  SF_ACCEPT_FRAUD_SINGLE,
  SF_ACCEPT_TWIN_RING,
  SF_ACCEPT_TWIN_SINGLE,
  SF_ACCEPT_CLASSES
};

struct sf_acceptance {
  uint64_t bound[SF_ACCEPT_CLASSES][SF_TYPOLOGY_COUNT];
};

static inline enum sf_acceptance_class sf_acceptance_class(uint16_t number, bool ring) {
  return (enum sf_acceptance_class)(
      (sf_number_is_twin(number) ? SF_ACCEPT_TWIN_RING : SF_ACCEPT_FRAUD_RING) + (ring ? 0 : 1));
}

static inline bool sf_is_accepted(const struct sf_acceptance *acceptance, uint16_t number,
                                  bool ring, uint64_t priority) {
  return priority <
         acceptance->bound[sf_acceptance_class(number, ring)][sf_number_typology(number)];
}

// Collective over `comm`. Finds the bounds for plan->single and
// plan->assembly such that the fraud rows are the configured share of all rows,
// each typology has its share of them, and the twins' rows that fire a naive rule
// are twice those of fraud; fills the rows of plan->totals. Errors: SF_MEMORY.
enum sf_status sf_fraud_accept(MPI_Comm comm, const struct sf_config *config,
                               struct sf_fraud_plan *plan, int64_t honest_rows,
                               struct sf_acceptance *acceptance, struct sf_error *error);

#endif

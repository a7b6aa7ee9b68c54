#ifndef SF_IO_MANIFEST_FRAUD_H
#define SF_IO_MANIFEST_FRAUD_H

#include <jansson.h>

#include "kernels/config.h"
#include "mpi/fraud_plan.h"

// The fraud that a corpus has beside what was asked for, for its manifest; null
// if it has none, or on failure. The caller's reference.
json_t *sf_manifest_fraud(const struct sf_config *config, const struct sf_fraud_totals *totals);

// Published share of fraud among digital payments of Indian banks, by number: one in
// a hundred thousand. What a corpus has in excess of it is its enrichment.
#define SF_NATURAL_FRAUD_RATE 1e-5

#endif

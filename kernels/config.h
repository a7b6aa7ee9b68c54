#ifndef SF_KERNELS_CONFIG_H
#define SF_KERNELS_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/fraud/fraud_config.h"

// All that decides the data: a corpus is a pure function of this struct and of
// the schema version. How the data are computed (ranks, batches, paths) is
// elsewhere, since it may not change them.
struct sf_config {
  uint64_t seed;
  uint32_t customers;   // 1 .. SF_CUSTOMERS_MAX
  int32_t start_day;    // local date of the first day, days since 1970-01-01
  int32_t days;         // length of the window in local days
  double anomaly_rate;  // share of rows that are odd but honest, 0 .. 0.2
  struct sf_fraud_config fraud;
  uint32_t features;  // groups of features that are worked out (features/features.h); 0: none
};

#define SF_CUSTOMERS_MAX 4000000000u

// Merchants of the corpus: 6,000 and one more for every 40 customers.
static inline uint32_t sf_config_merchants(const struct sf_config *config) {
  return 6000u + config->customers / 40u;
}

#endif

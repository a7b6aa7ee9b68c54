#define XXH_INLINE_ALL
#include <string.h>
#include <xxhash.h>

#include "kernels/generator.h"

uint64_t sf_config_fraud_key(const struct sf_config *config) {
  const struct sf_fraud_config *fraud = &config->fraud;
  double value[8 + 2 * SF_TYPOLOGY_COUNT] = {config->anomaly_rate, fraud->enabled};
  if (fraud->enabled) {
    const double settings[] = {fraud->drift,          fraud->rate,         fraud->difficulty,
                               fraud->never_reported, fraud->combinations, fraud->ring_overlap};
    memcpy(value + 2, settings, sizeof settings);
    memcpy(value + 8, fraud->share, sizeof fraud->share);
    memcpy(value + 8 + SF_TYPOLOGY_COUNT, fraud->camouflage, sizeof fraud->camouflage);
  }
  return XXH3_64bits(value, sizeof value);
}

#ifndef SF_KERNELS_FRAUD_FRAUD_CONFIG_H
#define SF_KERNELS_FRAUD_FRAUD_CONFIG_H

#include <stdbool.h>

enum sf_typology {
  SF_TYPOLOGY_NONE,
#define SF_TYPOLOGY(constant, ...) SF_TYPOLOGY_##constant,
#include "kernels/fraud/typologies.def"
#undef SF_TYPOLOGY
  SF_TYPOLOGY_COUNT
};

// What the configuration says of fraud. All zero: the world without fraud.
struct sf_fraud_config {
  bool enabled;
  bool drift;             // the mix and its camouflage move over the months
  double rate;            // fraud rows over all rows, 0.00001 .. 0.05
  double difficulty;      // mean camouflage m, 0 .. 1
  double never_reported;  // share of episodes that the bank never learns of
  double combinations;    // share of episodes that combine two patterns
  double ring_overlap;    // chance that a member is nominated for a second ring
  // By enum sf_typology; [0] unused. Shares count relative to their sum; a
  // typology of share 0 is off. Camouflage below 0: as `difficulty` says.
  double share[SF_TYPOLOGY_COUNT];
  double camouflage[SF_TYPOLOGY_COUNT];
};

#endif

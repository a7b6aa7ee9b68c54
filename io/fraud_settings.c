#include "io/fraud_settings.h"

#include <stdio.h>

#include "io/h5_library.h"
#include "kernels/fraud/typology.h"

static herr_t set(hid_t file, const char *name, double value) {
  return sf_h5_set_number(file, name, H5T_IEEE_F64LE, &value);
}

herr_t sf_h5_set_fraud(hid_t file, const struct sf_config *config) {
  const struct sf_fraud_config *fraud = &config->fraud;
  herr_t outcome = set(file, "anomaly_rate", config->anomaly_rate);
  if (set(file, "fraud", fraud->enabled ? 1 : 0) < 0) {
    outcome = -1;
  }
  if (!fraud->enabled) {
    return outcome;
  }
  const struct {
    const char *name;
    double value;
  } setting[] = {
      {"fraud_rate", fraud->rate},           {"difficulty", fraud->difficulty},
      {"drift", fraud->drift ? 1 : 0},       {"never_reported", fraud->never_reported},
      {"combinations", fraud->combinations}, {"ring_overlap", fraud->ring_overlap},
  };
  for (size_t i = 0; i < sizeof setting / sizeof setting[0]; i++) {
    outcome = set(file, setting[i].name, setting[i].value) < 0 ? -1 : outcome;
  }
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    char name[64];
    snprintf(name, sizeof name, "share_%s", sf_typologies[t].name);
    outcome = set(file, name, fraud->share[t]) < 0 ? -1 : outcome;
    snprintf(name, sizeof name, "camouflage_%s", sf_typologies[t].name);
    outcome = fraud->camouflage[t] >= 0 && set(file, name, fraud->camouflage[t]) < 0 ? -1 : outcome;
  }
  return outcome;
}

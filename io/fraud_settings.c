#include "io/fraud_settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/h5_attribute.h"
#include "io/h5_library.h"
#include "kernels/fraud/typology.h"

struct list {
  struct sf_fraud_setting *setting;
  int count;
};

static void add(struct list *list, const char *prefix, const char *name, double value) {
  struct sf_fraud_setting *setting = &list->setting[list->count++];
  snprintf(setting->name, sizeof setting->name, "%s%s", prefix, name);
  setting->value = value;
}

int sf_fraud_settings(const struct sf_config *config, struct sf_fraud_setting *setting) {
  const struct sf_fraud_config *fraud = &config->fraud;
  struct list list = {.setting = setting};
  add(&list, "", "anomaly_rate", config->anomaly_rate);
  add(&list, "", "fraud", fraud->enabled ? 1 : 0);
  if (!fraud->enabled) {
    return list.count;
  }
  add(&list, "", "fraud_rate", fraud->rate);
  add(&list, "", "difficulty", fraud->difficulty);
  add(&list, "", "drift", fraud->drift ? 1 : 0);
  add(&list, "", "never_reported", fraud->never_reported);
  add(&list, "", "combinations", fraud->combinations);
  add(&list, "", "ring_overlap", fraud->ring_overlap);
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    add(&list, "share_", sf_typologies[t].name, fraud->share[t]);
    if (fraud->camouflage[t] >= 0) {
      add(&list, "camouflage_", sf_typologies[t].name, fraud->camouflage[t]);
    }
  }
  return list.count;
}

static bool take(const struct sf_settings *settings, const char *prefix, const char *name,
                 double *value) {
  char whole[64];
  snprintf(whole, sizeof whole, "%s%s", prefix, name);
  const char *text = sf_setting_find(settings, whole);
  *value = text ? strtod(text, NULL) : 0;
  return text;
}

bool sf_fraud_settings_read(const struct sf_settings *settings, struct sf_config *config) {
  struct sf_fraud_config *fraud = &config->fraud;
  double enabled = 0, drift = 0;
  bool found = take(settings, "", "anomaly_rate", &config->anomaly_rate) &&
               take(settings, "", "fraud", &enabled);
  fraud->enabled = enabled > 0;
  if (!found || !fraud->enabled) {
    return found;
  }
  found = take(settings, "", "fraud_rate", &fraud->rate) &&
          take(settings, "", "difficulty", &fraud->difficulty) &&
          take(settings, "", "drift", &drift) &&
          take(settings, "", "never_reported", &fraud->never_reported) &&
          take(settings, "", "combinations", &fraud->combinations) &&
          take(settings, "", "ring_overlap", &fraud->ring_overlap);
  fraud->drift = drift > 0;
  fraud->share[SF_TYPOLOGY_NONE] = 0;
  fraud->camouflage[SF_TYPOLOGY_NONE] = -1;
  for (int t = 1; t < SF_TYPOLOGY_COUNT && found; t++) {
    found = take(settings, "share_", sf_typologies[t].name, &fraud->share[t]);
    if (!take(settings, "camouflage_", sf_typologies[t].name, &fraud->camouflage[t])) {
      fraud->camouflage[t] = -1;  // as the difficulty has it
    }
  }
  return found;
}

herr_t sf_h5_set_fraud(hid_t file, const struct sf_config *config) {
  struct sf_fraud_setting setting[SF_FRAUD_SETTINGS_MAX];
  const int count = sf_fraud_settings(config, setting);
  herr_t outcome = 0;
  for (int i = 0; i < count && outcome >= 0; i++) {
    outcome = sf_h5_set_number(file, setting[i].name, H5T_IEEE_F64LE, &setting[i].value);
  }
  return outcome;
}

bool sf_h5_has_fraud(hid_t file, const struct sf_config *config) {
  struct sf_fraud_setting setting[SF_FRAUD_SETTINGS_MAX];
  const int count = sf_fraud_settings(config, setting);
  bool has = true;
  for (int i = 0; i < count && has; i++) {
    double value;
    // Written as they are, so equal to the last bit.
    has = sf_h5_read_number(file, setting[i].name, H5T_NATIVE_DOUBLE, &value) &&
          value <= setting[i].value && value >= setting[i].value;
  }
  return has;
}

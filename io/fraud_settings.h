#ifndef SF_IO_FRAUD_SETTINGS_H
#define SF_IO_FRAUD_SETTINGS_H

#include <hdf5.h>
#include <stdbool.h>

#include "io/corpus_settings.h"
#include "kernels/config.h"

// How the fraud of a corpus was asked for, by the names of the options with
// underscores; only fraud = 0 and the rate of anomalies where there is none.
#define SF_FRAUD_SETTINGS_MAX (8 + 2 * SF_TYPOLOGY_COUNT)
struct sf_fraud_setting {
  char name[64];
  double value;
};

// Fills `setting`, shape [SF_FRAUD_SETTINGS_MAX]; returns how many there are.
int sf_fraud_settings(const struct sf_config *config, struct sf_fraud_setting *setting);

// The same back from the root attributes of a corpus, into the members of `config` that they
// set; false if one is missing.
bool sf_fraud_settings_read(const struct sf_settings *settings, struct sf_config *config);

// Writes them as root attributes of a corpus, float64 each. Collective over the
// file's communicator. Negative on failure.
herr_t sf_h5_set_fraud(hid_t file, const struct sf_config *config);

// Whether a file has just these. Not collective.
bool sf_h5_has_fraud(hid_t file, const struct sf_config *config);

#endif

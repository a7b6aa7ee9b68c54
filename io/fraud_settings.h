#ifndef SF_IO_FRAUD_SETTINGS_H
#define SF_IO_FRAUD_SETTINGS_H

#include <hdf5.h>

#include "kernels/config.h"

// Root attributes of a corpus that say how its fraud was asked for: float64 each,
// by the names of the options with underscores; only fraud = 0 and the rate of
// anomalies where there is none. Collective over the file's communicator.
// Negative on failure.
herr_t sf_h5_set_fraud(hid_t file, const struct sf_config *config);

#endif

#ifndef SF_IO_COLUMN_ATTRIBUTES_H
#define SF_IO_COLUMN_ATTRIBUTES_H

#include <hdf5.h>
#include <stdbool.h>

#include "io/h5_library.h"
#include "kernels/schema/schema.h"

// The attributes that describe a column to a reader of the file (io/corpus_format.h).

// Collective over the file's communicator. Negative on failure.
herr_t sf_h5_describe_column(hid_t dataset, const struct sf_column *column, enum sf_h5_text kind);

// Whether a dataset has them as this version writes them. Not collective.
bool sf_h5_is_described(hid_t dataset, const struct sf_column *column);

#endif

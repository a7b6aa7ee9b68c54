#ifndef SF_TESTS_MPI_H5_CONTENT_H
#define SF_TESTS_MPI_H5_CONTENT_H

#include <stdbool.h>

#include "kernels/digest.h"

// A digest of all that a reader can see in an HDF5 file: names, attributes, values.
// False if any of it cannot be read.
bool h5_content(const char *path, struct sf_digest *digest);

#endif

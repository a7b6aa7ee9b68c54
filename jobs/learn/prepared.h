#ifndef SF_JOBS_LEARN_PREPARED_H
#define SF_JOBS_LEARN_PREPARED_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "io/npy.h"
#include "io/output_folder.h"
#include "jobs/learn/recipe.h"
#include "kernels/status.h"

// The files of `synfin prepare`: for each part the matrix X, labels y as known, true
// labels, and transaction ids, as <name>_<part>.npy and as /<part>/<name> of
// prepared.h5.
enum sf_prepared_array {
  SF_PREPARED_X,
  SF_PREPARED_Y,
  SF_PREPARED_TRUTH,
  SF_PREPARED_ID,
  SF_PREPARED_ARRAYS
};

struct sf_prepared {
  int64_t rows[SF_SPLIT_COUNT], done[SF_SPLIT_COUNT];
  uint32_t width;
  bool npy, hdf5;
  struct sf_npy array[SF_SPLIT_COUNT][SF_PREPARED_ARRAYS];
  hid_t file, dataset[SF_SPLIT_COUNT][SF_PREPARED_ARRAYS];
};

// Creates the files in a folder. `rows` of shape [SF_SPLIT_COUNT]: length of each part.
// Errors: SF_FILE, SF_SPACE. Close in any case.
enum sf_status sf_prepared_create(struct sf_prepared *prepared,
                                  const struct sf_output_folder *folder, int format,
                                  const int64_t rows[], const struct sf_recipe *recipe,
                                  struct sf_error *error);

// Appends `count` rows to a part: data[a] of the type of array a.
enum sf_status sf_prepared_append(struct sf_prepared *prepared, int part, int64_t count,
                                  const void *const data[SF_PREPARED_ARRAYS],
                                  struct sf_error *error);

// Closes the files. Errors: SF_FILE, SF_SPACE.
enum sf_status sf_prepared_close(struct sf_prepared *prepared, struct sf_error *error);

#endif

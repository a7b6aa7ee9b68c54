#ifndef SF_JOBS_LEARN_BOOSTER_H
#define SF_JOBS_LEARN_BOOSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/status.h"

// Models of XGBoost behind the few functions that are used of it. A build without
// XGBoost has them too; sf_booster_available then fails, and none of the others is
// called. Matrices are row-major float32, NaN where a value is missing.

// SF_USAGE in a build without XGBoost.
enum sf_status sf_booster_available(struct sf_error *error);

// "1.7.4", "none" in a build without.
const char *sf_booster_version(void);

// Where a matrix comes from, in blocks and as often as asked.
struct sf_matrix_block {
  int64_t rows;
  const float *matrix;          // shape [rows, width]
  const float *label, *weight;  // shape [rows]; weight may be null
};
struct sf_matrix_source {
  void *context;
  // Begins again with the first block.
  void (*rewind)(void *context);
  // The next block, which stays as it is until the next call; rows = 0 at the end.
  enum sf_status (*next)(void *context, struct sf_matrix_block *block, struct sf_error *error);
};

struct sf_matrix;

// A matrix in XGBoost's memory. Binned by quantiles, one or two bytes a value, for trees
// (`bins_of` gives a matrix whose bins it takes, null: its own); else whole, about 16
// bytes a value, for linear models and small matrices. Errors: those of the source,
// SF_MEMORY, SF_INTERNAL. The caller frees it.
enum sf_status sf_matrix_create(const struct sf_matrix_source *source, uint32_t width,
                                bool is_binned, const struct sf_matrix *bins_of, uint32_t threads,
                                struct sf_matrix **matrix, struct sf_error *error);
void sf_matrix_free(struct sf_matrix *matrix);
int64_t sf_matrix_rows(const struct sf_matrix *matrix);

struct sf_booster;

// A new model: parameters as pairs of name and value, ended by a null name. The matrices must
// outlive the training. Errors: SF_CONFIG (a parameter that XGBoost refuses), SF_INTERNAL.
enum sf_status sf_booster_create(const struct sf_matrix *train, const struct sf_matrix *validation,
                                 const char *const (*parameters)[2], struct sf_booster **booster,
                                 struct sf_error *error);
void sf_booster_free(struct sf_booster *booster);

// One round of training. Errors: SF_CONFIG, SF_INTERNAL.
enum sf_status sf_booster_round(struct sf_booster *booster, int round,
                                const struct sf_matrix *train, struct sf_error *error);

// Scores of a matrix, shape [its rows], valid until the next call. Errors: SF_INTERNAL.
enum sf_status sf_booster_score(struct sf_booster *booster, const struct sf_matrix *matrix,
                                const float **score, struct sf_error *error);

// Remembers the state after `rounds` rounds, the present one, as the best so far;
// sf_booster_finish goes back to it. Errors: SF_MEMORY, SF_INTERNAL.
enum sf_status sf_booster_keep(struct sf_booster *booster, int rounds, struct sf_error *error);
enum sf_status sf_booster_finish(struct sf_booster *booster, struct sf_error *error);

// Scores of `rows` rows of `width` columns, to `score` of shape [rows].
enum sf_status sf_booster_predict(struct sf_booster *booster, const float *matrix, int64_t rows,
                                  uint32_t width, float *score, struct sf_error *error);

// Total gain of each column over all splits (of a linear model the absolute weight), to
// `gain` of shape [width].
enum sf_status sf_booster_gain(struct sf_booster *booster, uint32_t width, double *gain,
                               struct sf_error *error);

// To and from a file (.ubj or .json). Errors: SF_FILE, SF_FORMAT (no model, or not of
// `width` columns).
enum sf_status sf_booster_save(struct sf_booster *booster, const char *path,
                               struct sf_error *error);
enum sf_status sf_booster_load(const char *path, uint32_t width, uint32_t threads,
                               struct sf_booster **booster, struct sf_error *error);

#endif

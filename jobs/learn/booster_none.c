// A build without XGBoost: training is refused before anything else is asked for.
#include "jobs/learn/booster.h"

#define WITHOUT "this build of synfin is without XGBoost"

enum sf_status sf_booster_available(struct sf_error *error) {
  return sf_fail(error, SF_USAGE,
                 WITHOUT
                 ": install libxgboost-dev, configure with -DSYNFIN_WITH_XGBOOST=ON and "
                 "build again");
}

const char *sf_booster_version(void) { return "none"; }

static enum sf_status refuse(struct sf_error *error) {
  return sf_fail(error, SF_INTERNAL, WITHOUT);
}

enum sf_status sf_matrix_create(const struct sf_matrix_source *source, uint32_t width,
                                bool is_binned, const struct sf_matrix *bins_of, uint32_t threads,
                                struct sf_matrix **matrix, struct sf_error *error) {
  (void)source, (void)width, (void)is_binned, (void)bins_of, (void)threads, (void)matrix;
  return refuse(error);
}

void sf_matrix_free(struct sf_matrix *matrix) { (void)matrix; }

int64_t sf_matrix_rows(const struct sf_matrix *matrix) {
  (void)matrix;
  return 0;
}

enum sf_status sf_booster_create(const struct sf_matrix *train, const struct sf_matrix *validation,
                                 const char *const (*parameters)[2], struct sf_booster **booster,
                                 struct sf_error *error) {
  (void)train, (void)validation, (void)parameters, (void)booster;
  return refuse(error);
}

void sf_booster_free(struct sf_booster *booster) { (void)booster; }

enum sf_status sf_booster_round(struct sf_booster *booster, int round,
                                const struct sf_matrix *train, struct sf_error *error) {
  (void)booster, (void)round, (void)train;
  return refuse(error);
}

enum sf_status sf_booster_score(struct sf_booster *booster, const struct sf_matrix *matrix,
                                const float **score, struct sf_error *error) {
  (void)booster, (void)matrix, (void)score;
  return refuse(error);
}

enum sf_status sf_booster_keep(struct sf_booster *booster, int rounds, struct sf_error *error) {
  (void)booster, (void)rounds;
  return refuse(error);
}

enum sf_status sf_booster_finish(struct sf_booster *booster, struct sf_error *error) {
  (void)booster;
  return refuse(error);
}

enum sf_status sf_booster_predict(struct sf_booster *booster, const float *matrix, int64_t rows,
                                  uint32_t width, float *score, struct sf_error *error) {
  (void)booster, (void)matrix, (void)rows, (void)width, (void)score;
  return refuse(error);
}

enum sf_status sf_booster_gain(struct sf_booster *booster, uint32_t width, double *gain,
                               struct sf_error *error) {
  (void)booster, (void)width, (void)gain;
  return refuse(error);
}

enum sf_status sf_booster_save(struct sf_booster *booster, const char *path,
                               struct sf_error *error) {
  (void)booster, (void)path;
  return refuse(error);
}

enum sf_status sf_booster_load(const char *path, uint32_t width, uint32_t threads,
                               struct sf_booster **booster, struct sf_error *error) {
  (void)path, (void)width, (void)threads, (void)booster;
  return refuse(error);
}

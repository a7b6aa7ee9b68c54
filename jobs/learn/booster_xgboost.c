// XGBoost's C interface, version 1.7 or later.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "jobs/learn/booster.h"

#define CONFIG_SIZE 256
#define FLOAT_DATA 1  // xgboost::DataType::kFloat32

struct sf_matrix {
  DMatrixHandle handle;
  int64_t rows;
};

struct sf_booster {
  BoosterHandle handle;
  bool is_linear;
  int kept;        // rounds of the best state
  char *snapshot;  // of a linear model, whose rounds cannot be undone
  size_t snapshot_size;
};

enum sf_status sf_booster_available(struct sf_error *error) {
  (void)error;
  return SF_OK;
}

const char *sf_booster_version(void) {
  static char text[32];
  int major, minor, patch;
  XGBoostVersion(&major, &minor, &patch);
  snprintf(text, sizeof text, "%d.%d.%d", major, minor, patch);
  return text;
}

// XGBoost's message is "[time] file:line: text" and a stack trace: the first line of the
// text is what a person needs.
static enum sf_status fail(struct sf_error *error, enum sf_status status, const char *what) {
  const char *text = XGBGetLastError();
  const char *mark = strstr(text, ": Check failed"), *end;
  if (!mark && text[0] == '[' && (mark = strstr(text, ".cc:")) != NULL) {
    mark = strchr(mark + 4, ':');
  }
  text = mark ? mark + 2 : text;
  end = strchr(text, '\n');
  const int length = end ? (int)(end - text) : (int)strlen(text);
  return sf_fail(error, status, "XGBoost %s: %.*s", what, length < 400 ? length : 400, text);
}

static enum sf_status set_values(DMatrixHandle handle, const char *field, const float *value,
                                 int64_t rows, struct sf_error *error) {
  return !value || XGDMatrixSetDenseInfo(handle, field, value, (bst_ulong)rows, FLOAT_DATA) == 0
             ? SF_OK
             : fail(error, SF_INTERNAL, "refuses a matrix");
}

// What XGBoost calls back while it bins a matrix.
struct feed {
  const struct sf_matrix_source *source;
  uint32_t width;
  DMatrixHandle proxy;
  enum sf_status status;
  struct sf_error *error;
};

static void rewind_feed(DataIterHandle handle) {
  struct feed *feed = handle;
  feed->source->rewind(feed->source->context);
}

// Hands over a block; 0 at the end.
static int next_block(DataIterHandle handle) {
  struct feed *feed = handle;
  struct sf_matrix_block block = {0};
  char array[CONFIG_SIZE];
  if (feed->status == SF_OK) {
    feed->status = feed->source->next(feed->source->context, &block, feed->error);
  }
  if (feed->status != SF_OK || block.rows == 0) {
    return 0;
  }
  snprintf(array, sizeof array,
           "{\"data\": [%zu, true], \"shape\": [%lld, %u], \"typestr\": \"<f4\", \"version\": 3}",
           (size_t)block.matrix, (long long)block.rows, feed->width);
  if (XGProxyDMatrixSetDataDense(feed->proxy, array) != 0) {
    feed->status = fail(feed->error, SF_INTERNAL, "refuses a matrix");
  }
  if (feed->status == SF_OK) {
    feed->status = set_values(feed->proxy, "label", block.label, block.rows, feed->error);
  }
  if (feed->status == SF_OK) {
    feed->status = set_values(feed->proxy, "weight", block.weight, block.rows, feed->error);
  }
  return feed->status == SF_OK;
}

static enum sf_status create_binned(const struct sf_matrix_source *source, uint32_t width,
                                    const struct sf_matrix *bins_of, uint32_t threads,
                                    struct sf_matrix *matrix, struct sf_error *error) {
  struct feed feed = {.source = source, .width = width, .error = error};
  char config[CONFIG_SIZE];
  snprintf(config, sizeof config, "{\"missing\": NaN, \"nthread\": %u, \"max_bin\": 256}", threads);
  if (XGProxyDMatrixCreate(&feed.proxy) != 0) {
    return fail(error, SF_MEMORY, "refuses a matrix");
  }
  const int outcome =
      XGQuantileDMatrixCreateFromCallback(&feed, feed.proxy, bins_of ? bins_of->handle : NULL,
                                          rewind_feed, next_block, config, &matrix->handle);
  XGDMatrixFree(feed.proxy);
  if (feed.status != SF_OK) {
    return feed.status;
  }
  bst_ulong rows = 0;
  if (outcome != 0 || XGDMatrixNumRow(matrix->handle, &rows) != 0) {
    return fail(error, SF_INTERNAL, "cannot bin the matrix");
  }
  matrix->rows = (int64_t)rows;
  return SF_OK;
}

// The whole of a source in memory.
struct gathered {
  float *matrix, *label, *weight;  // weight null if the source has none
  int64_t rows;
};

static bool append(struct gathered *all, const struct sf_matrix_block *block, uint32_t width) {
  const size_t rows = (size_t)(all->rows + block->rows), at = (size_t)all->rows;
  const size_t added = (size_t)block->rows;
  float *matrix = realloc(all->matrix, rows * width * sizeof *matrix);
  all->matrix = matrix ? matrix : all->matrix;
  float *label = realloc(all->label, rows * sizeof *label);
  all->label = label ? label : all->label;
  float *weight = block->weight ? realloc(all->weight, rows * sizeof *weight) : NULL;
  all->weight = weight ? weight : all->weight;
  if (!matrix || !label || (block->weight && !weight)) {
    return false;
  }
  memcpy(matrix + at * width, block->matrix, added * width * sizeof *matrix);
  memcpy(label + at, block->label, added * sizeof *label);
  if (block->weight) {
    memcpy(weight + at, block->weight, added * sizeof *weight);
  }
  all->rows += block->rows;
  return true;
}

static enum sf_status gather(const struct sf_matrix_source *source, uint32_t width,
                             struct gathered *all, struct sf_error *error) {
  source->rewind(source->context);
  for (;;) {
    struct sf_matrix_block block = {0};
    SF_TRY(source->next(source->context, &block, error));
    if (block.rows == 0) {
      return SF_OK;
    }
    if (!append(all, &block, width)) {
      return sf_fail(error, SF_MEMORY, "out of memory for a matrix of %lld rows and %u columns",
                     (long long)all->rows, width);
    }
  }
}

static enum sf_status create_whole(const struct sf_matrix_source *source, uint32_t width,
                                   uint32_t threads, struct sf_matrix *matrix,
                                   struct sf_error *error) {
  struct gathered all = {0};
  enum sf_status status = gather(source, width, &all, error);
  if (status == SF_OK && XGDMatrixCreateFromMat_omp(all.matrix, (bst_ulong)all.rows, width, NAN,
                                                    &matrix->handle, (int)threads) != 0) {
    status = fail(error, SF_INTERNAL, "refuses a matrix");
  }
  if (status == SF_OK) {
    status = set_values(matrix->handle, "label", all.label, all.rows, error);
  }
  if (status == SF_OK) {
    status = set_values(matrix->handle, "weight", all.weight, all.rows, error);
  }
  matrix->rows = all.rows;
  free(all.matrix);
  free(all.label);
  free(all.weight);
  return status;
}

enum sf_status sf_matrix_create(const struct sf_matrix_source *source, uint32_t width,
                                bool is_binned, const struct sf_matrix *bins_of, uint32_t threads,
                                struct sf_matrix **matrix, struct sf_error *error) {
  struct sf_matrix *created = calloc(1, sizeof *created);
  if (!created) {
    return sf_fail(error, SF_MEMORY, "out of memory for a matrix");
  }
  const enum sf_status status = is_binned
                                    ? create_binned(source, width, bins_of, threads, created, error)
                                    : create_whole(source, width, threads, created, error);
  if (status != SF_OK) {
    sf_matrix_free(created);
    return status;
  }
  *matrix = created;
  return SF_OK;
}

void sf_matrix_free(struct sf_matrix *matrix) {
  if (matrix && matrix->handle) {
    XGDMatrixFree(matrix->handle);
  }
  free(matrix);
}

int64_t sf_matrix_rows(const struct sf_matrix *matrix) { return matrix->rows; }

static enum sf_status set_parameters(struct sf_booster *booster, const char *const (*parameters)[2],
                                     struct sf_error *error) {
  for (int i = 0; parameters[i][0]; i++) {
    if (XGBoosterSetParam(booster->handle, parameters[i][0], parameters[i][1]) != 0) {
      return fail(error, SF_CONFIG, "refuses the parameters");
    }
    if (strcmp(parameters[i][0], "booster") == 0) {
      booster->is_linear = strcmp(parameters[i][1], "gblinear") == 0;
    }
  }
  return SF_OK;
}

static enum sf_status create(const DMatrixHandle *cached, bst_ulong count,
                             const char *const (*parameters)[2], struct sf_booster **booster,
                             struct sf_error *error) {
  struct sf_booster *created = calloc(1, sizeof *created);
  if (!created) {
    return sf_fail(error, SF_MEMORY, "out of memory for a model");
  }
  enum sf_status status = XGBoosterCreate(cached, count, &created->handle) == 0
                              ? SF_OK
                              : fail(error, SF_INTERNAL, "cannot make a model");
  if (status == SF_OK) {
    status = set_parameters(created, parameters, error);
  }
  if (status != SF_OK) {
    sf_booster_free(created);
    return status;
  }
  *booster = created;
  return SF_OK;
}

enum sf_status sf_booster_create(const struct sf_matrix *train, const struct sf_matrix *validation,
                                 const char *const (*parameters)[2], struct sf_booster **booster,
                                 struct sf_error *error) {
  // Of the matrices known beforehand XGBoost adds each round to the scores it has.
  const DMatrixHandle cached[2] = {train->handle, validation->handle};
  return create(cached, 2, parameters, booster, error);
}

void sf_booster_free(struct sf_booster *booster) {
  if (booster && booster->handle) {
    XGBoosterFree(booster->handle);
  }
  if (booster) {
    free(booster->snapshot);
  }
  free(booster);
}

enum sf_status sf_booster_round(struct sf_booster *booster, int round,
                                const struct sf_matrix *train, struct sf_error *error) {
  return XGBoosterUpdateOneIter(booster->handle, round, train->handle) == 0
             ? SF_OK
             : fail(error, SF_CONFIG, "cannot train with these parameters");
}

static enum sf_status score_of(struct sf_booster *booster, DMatrixHandle matrix,
                               const float **score, struct sf_error *error) {
  static const char config[] =
      "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
      "\"strict_shape\": false}";
  bst_ulong dimensions = 0;
  const bst_ulong *shape = NULL;
  return XGBoosterPredictFromDMatrix(booster->handle, matrix, config, &shape, &dimensions, score) ==
                 0
             ? SF_OK
             : fail(error, SF_INTERNAL, "cannot score");
}

enum sf_status sf_booster_score(struct sf_booster *booster, const struct sf_matrix *matrix,
                                const float **score, struct sf_error *error) {
  return score_of(booster, matrix->handle, score, error);
}

enum sf_status sf_booster_keep(struct sf_booster *booster, int rounds, struct sf_error *error) {
  booster->kept = rounds;
  if (!booster->is_linear) {
    return SF_OK;
  }
  bst_ulong size = 0;
  const char *bytes = NULL;
  if (XGBoosterSaveModelToBuffer(booster->handle, "{\"format\": \"ubj\"}", &size, &bytes) != 0) {
    return fail(error, SF_INTERNAL, "cannot store a model");
  }
  char *copy = realloc(booster->snapshot, size);
  if (!copy) {
    return sf_fail(error, SF_MEMORY, "out of memory for a model");
  }
  memcpy(copy, bytes, size);
  booster->snapshot = copy;
  booster->snapshot_size = size;
  return SF_OK;
}

enum sf_status sf_booster_finish(struct sf_booster *booster, struct sf_error *error) {
  if (booster->is_linear) {
    return XGBoosterLoadModelFromBuffer(booster->handle, booster->snapshot,
                                        booster->snapshot_size) == 0
               ? SF_OK
               : fail(error, SF_INTERNAL, "cannot restore a model");
  }
  BoosterHandle best = NULL;
  if (XGBoosterSlice(booster->handle, 0, booster->kept, 1, &best) != 0) {
    return fail(error, SF_INTERNAL, "cannot cut a model");
  }
  XGBoosterFree(booster->handle);
  booster->handle = best;
  return SF_OK;
}

enum sf_status sf_booster_predict(struct sf_booster *booster, const float *matrix, int64_t rows,
                                  uint32_t width, float *score, struct sf_error *error) {
  DMatrixHandle handle = NULL;
  const float *scores = NULL;
  if (rows == 0) {
    return SF_OK;
  }
  if (XGDMatrixCreateFromMat(matrix, (bst_ulong)rows, width, NAN, &handle) != 0) {
    return fail(error, SF_INTERNAL, "refuses a matrix");
  }
  const enum sf_status status = score_of(booster, handle, &scores, error);
  if (status == SF_OK) {
    memcpy(score, scores, (size_t)rows * sizeof *score);
  }
  XGDMatrixFree(handle);
  return status;
}

enum sf_status sf_booster_gain(struct sf_booster *booster, uint32_t width, double *gain,
                               struct sf_error *error) {
  bst_ulong count = 0, dimensions = 0;
  const char **names = NULL;
  const bst_ulong *shape = NULL;
  const float *scores = NULL;
  const char *config = booster->is_linear ? "{\"importance_type\": \"weight\"}"
                                          : "{\"importance_type\": \"total_gain\"}";
  if (XGBoosterFeatureScore(booster->handle, config, &count, &names, &dimensions, &shape,
                            &scores) != 0) {
    return fail(error, SF_INTERNAL, "cannot tell the gain");
  }
  memset(gain, 0, width * sizeof *gain);
  for (bst_ulong i = 0; i < count; i++) {
    const unsigned long column = strtoul(names[i] + 1, NULL, 10);  // "f12"
    if (column < width) {
      gain[column] = fabs((double)scores[i]);
    }
  }
  return SF_OK;
}

enum sf_status sf_booster_save(struct sf_booster *booster, const char *path,
                               struct sf_error *error) {
  return XGBoosterSaveModel(booster->handle, path) == 0 ? SF_OK
                                                        : fail(error, SF_FILE, "cannot save");
}

enum sf_status sf_booster_load(const char *path, uint32_t width, uint32_t threads,
                               struct sf_booster **booster, struct sf_error *error) {
  char number[16];
  snprintf(number, sizeof number, "%u", threads);
  const char *const parameters[][2] = {{"nthread", number}, {"verbosity", "0"}, {NULL, NULL}};
  struct sf_booster *loaded = NULL;
  bst_ulong columns = 0;
  SF_TRY(create(NULL, 0, parameters, &loaded, error));
  if (XGBoosterLoadModel(loaded->handle, path) != 0 ||
      XGBoosterGetNumFeature(loaded->handle, &columns) != 0) {
    sf_booster_free(loaded);
    return sf_fail(error, SF_FORMAT, "%s: is not a model that XGBoost %s reads", path,
                   sf_booster_version());
  }
  if (columns != width) {
    sf_booster_free(loaded);
    return sf_fail(error, SF_FORMAT, "%s: has %llu columns, its metadata say %u", path,
                   (unsigned long long)columns, width);
  }
  *booster = loaded;
  return SF_OK;
}

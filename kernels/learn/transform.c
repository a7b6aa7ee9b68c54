#include "kernels/learn/transform.h"

#include <math.h>
#include <stddef.h>

// Sets shift and scale from the moments or the range of what is to be scaled.
static void set_scale(struct sf_transform *transform, enum sf_scaling scaling, double mean,
                      double variance, double least, double most) {
  transform->shift = 0;
  transform->scale = 1;
  if (least > most || scaling == SF_SCALING_NONE) {
    return;
  }
  const bool standard = scaling == SF_SCALING_STANDARD;
  const double width = standard ? sqrt(variance) : most - least;
  transform->shift = standard ? mean : least;
  transform->scale = least < most && width > 0 ? 1 / width : 1;
}

static double target_of(const struct sf_fit *fit, uint32_t level, double share) {
  return ((double)fit->level_fraud[level] + SF_TARGET_PRIOR_ROWS * share) /
         ((double)fit->level_rows[level] + SF_TARGET_PRIOR_ROWS);
}

static void encode_target(const struct sf_fit *fit, double *level_value) {
  int64_t fraud = 0;
  for (uint32_t level = 0; level < fit->levels; level++) {
    fraud += fit->level_fraud[level];
  }
  const double share = fit->rows > 0 ? (double)fraud / (double)fit->rows : 0;
  for (uint32_t level = 0; level < fit->levels; level++) {
    level_value[level] = target_of(fit, level, share);
  }
}

// Scales the values of the levels by their moments and range in the training part.
static void scale_levels(const struct sf_fit *fit, enum sf_scaling scaling,
                         struct sf_transform *transform) {
  double sum = 0, squares = 0, least = INFINITY, most = -INFINITY;
  for (uint32_t level = 0; level < fit->levels; level++) {
    if (fit->level_rows[level] > 0) {
      sum += (double)fit->level_rows[level] * transform->level_value[level];
      least = fmin(least, transform->level_value[level]);
      most = fmax(most, transform->level_value[level]);
    }
  }
  const double rows = fit->rows > 0 ? (double)fit->rows : 1, mean = sum / rows;
  for (uint32_t level = 0; level < fit->levels; level++) {
    const double distance = transform->level_value[level] - mean;
    squares += (double)fit->level_rows[level] * distance * distance;
  }
  set_scale(transform, scaling, mean, squares / rows, least, most);
  for (uint32_t level = 0; level < fit->levels; level++) {
    transform->level_value[level] =
        (transform->level_value[level] - transform->shift) * transform->scale;
  }
}

void sf_transform_make(const struct sf_fit *fit, enum sf_encoding encoding, enum sf_scaling scaling,
                       double *level_value, struct sf_transform *transform) {
  *transform = (struct sf_transform){.levels = fit->levels, .width = 1, .scale = 1, .missing = NAN};
  if (fit->levels == 0) {
    set_scale(transform, scaling, fit->mean, sf_fit_variance(fit), fit->least, fit->most);
    return;
  }
  if (encoding == SF_ENCODING_ONEHOT) {
    transform->width = fit->levels;
    return;
  }
  transform->level_value = level_value;
  if (encoding == SF_ENCODING_TARGET) {
    encode_target(fit, level_value);
  } else {
    for (uint32_t level = 0; level < fit->levels; level++) {
      level_value[level] = level;
    }
  }
  scale_levels(fit, scaling, transform);
}

void sf_transform_fill(const struct sf_fit *fit, struct sf_transform *transform) {
  const double least = fit->least <= fit->most ? fit->least : 0;
  transform->missing = (least - transform->shift) * transform->scale - 1;
}

void sf_transform_apply(const struct sf_transform *transform, const double *value, int64_t rows,
                        float *matrix, uint32_t stride, uint32_t at) {
  float *to = matrix + at;
  for (int64_t i = 0; i < rows; i++, to += stride) {
    if (transform->levels == 0) {
      *to = (float)(isnan(value[i]) ? transform->missing
                                    : (value[i] - transform->shift) * transform->scale);
    } else if (transform->level_value) {
      *to = (float)transform->level_value[(uint32_t)value[i]];
    } else {
      for (uint32_t level = 0; level < transform->levels; level++) {
        to[level] = (double)level == value[i];
      }
    }
  }
}

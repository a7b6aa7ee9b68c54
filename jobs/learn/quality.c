#include "jobs/learn/quality.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "kernels/learn/correlation.h"
#include "kernels/learn/sampling.h"

// Keeps the chosen ones of the values of an input, in place.
static void keep_rows(double *value, const uint8_t *keep, int64_t count) {
  int64_t kept = 0;
  for (int64_t r = 0; r < count; r++) {
    value[kept] = value[r];
    kept += keep[r];
  }
}

static enum sf_status correlate(struct sf_dataset *dataset, const struct sf_fitted *fitted,
                                double *product, struct sf_error *error) {
  struct sf_subset subset = sf_subset_of(fitted->rows[SF_SPLIT_TRAIN], SF_CORRELATION_ROWS,
                                         dataset->view.seed, SF_LEARN_SAMPLE);
  struct sf_examples *examples = &dataset->examples;
  for (int64_t at = 0; at < dataset->rows; at += SF_EXAMPLES_MAX) {
    uint8_t keep[SF_EXAMPLES_MAX];
    int64_t kept = 0;
    SF_TRY(sf_dataset_read(dataset, at, 1u << SF_SPLIT_TRAIN, true, error));
    for (int64_t r = 0; r < examples->count; r++) {
      keep[r] = sf_subset_next(&subset);
      kept += keep[r];
    }
    for (int i = 0; i < dataset->inputs.count; i++) {
      keep_rows(sf_examples_value(examples, i), keep, examples->count);
    }
    sf_correlation_add(fitted->fit, dataset->inputs.count, examples->value, SF_EXAMPLES_MAX, kept,
                       product);
  }
  return SF_OK;
}

static json_t *name_of(const struct sf_dataset *dataset, int i) {
  return json_string(dataset->inputs.input[i].name);
}

// Place of an earlier input with the same values, -1 if there is none.
static int twin_of(const struct sf_fitted *fitted, int i) {
  for (int j = 0; j < i; j++) {
    if (fitted->hash[i][0] == fitted->hash[j][0] && fitted->hash[i][1] == fitted->hash[j][1]) {
      return j;
    }
  }
  return -1;
}

static json_t *correlated(const struct sf_dataset *dataset, const struct sf_fitted *fitted,
                          const double *product) {
  json_t *list = json_array();
  for (int i = 0; i < dataset->inputs.count; i++) {
    for (int j = 0; j < i; j++) {
      const double r = sf_correlation(product, i, j);
      if (fabs(r) > SF_CORRELATION_LIMIT && twin_of(fitted, i) != j) {
        json_array_append_new(list,
                              json_pack("[o, o, f]", name_of(dataset, j), name_of(dataset, i), r));
      }
    }
  }
  return list;
}

static json_t *report_of(const struct sf_dataset *dataset, const struct sf_fitted *fitted,
                         const double *product) {
  json_t *missing = json_object(), *constant = json_array(), *duplicate = json_array();
  for (int i = 0; i < dataset->inputs.count; i++) {
    const struct sf_fit *fit = &fitted->fit[i];
    const int twin = twin_of(fitted, i);
    if (fit->missing > 0) {
      json_object_set_new(missing, dataset->inputs.input[i].name,
                          json_integer((json_int_t)fit->missing));
    }
    if (sf_fit_constant(fit)) {
      json_array_append_new(constant, name_of(dataset, i));
    } else if (twin >= 0) {
      json_array_append_new(duplicate,
                            json_pack("[o, o]", name_of(dataset, i), name_of(dataset, twin)));
    }
  }
  return json_pack("{s:o, s:o, s:o, s:o}", "missing", missing, "constant", constant, "duplicate",
                   duplicate, "correlated", correlated(dataset, fitted, product));
}

enum sf_status sf_quality_check(struct sf_dataset *dataset, const struct sf_fitted *fitted,
                                json_t **report, struct sf_error *error) {
  double *product = calloc((size_t)sf_pairs(dataset->inputs.count), sizeof *product);
  if (!product) {
    return sf_fail(error, SF_MEMORY, "out of memory for correlations");
  }
  const enum sf_status status = correlate(dataset, fitted, product, error);
  if (status == SF_OK) {
    *report = report_of(dataset, fitted, product);
  }
  free(product);
  return status;
}

void sf_quality_print(const json_t *report, FILE *stream) {
  const char *name;
  size_t i;
  json_t *value;
  json_object_foreach(json_object_get(report, "missing"), name, value) {
    fprintf(stream, "missing     %s in %" JSON_INTEGER_FORMAT " training rows\n", name,
            json_integer_value(value));
  }
  json_array_foreach(json_object_get(report, "constant"), i, value) {
    fprintf(stream, "constant    %s\n", json_string_value(value));
  }
  json_array_foreach(json_object_get(report, "duplicate"), i, value) {
    fprintf(stream, "duplicate   %s equals %s\n", json_string_value(json_array_get(value, 0)),
            json_string_value(json_array_get(value, 1)));
  }
  json_array_foreach(json_object_get(report, "correlated"), i, value) {
    fprintf(stream, "correlated  %s with %s, r = %.3f\n",
            json_string_value(json_array_get(value, 0)),
            json_string_value(json_array_get(value, 1)), json_real_value(json_array_get(value, 2)));
  }
}

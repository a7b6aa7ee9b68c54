// The pass over a dataset that fits its inputs to the training part.
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "jobs/learn/recipe.h"

static enum sf_status begin(const struct sf_inputs *inputs, struct sf_fitted *fitted,
                            struct sf_error *error) {
  size_t levels = 0;
  for (int i = 0; i < inputs->count; i++) {
    levels += inputs->input[i].levels;
  }
  fitted->fit = calloc(SF_INPUTS_MAX, sizeof *fitted->fit);
  fitted->hash = calloc(SF_INPUTS_MAX, sizeof *fitted->hash);
  fitted->counts = calloc(2 * levels + 1, sizeof *fitted->counts);
  if (!fitted->fit || !fitted->hash || !fitted->counts) {
    return sf_fail(error, SF_MEMORY, "out of memory for the statistics of the inputs");
  }
  int64_t *counts = fitted->counts;
  for (int i = 0; i < inputs->count; i++) {
    sf_fit_begin(&fitted->fit[i], inputs->input[i].levels, counts);
    counts += 2 * inputs->input[i].levels;
  }
  return SF_OK;
}

static void count_parts(const struct sf_examples *examples, struct sf_fitted *fitted) {
  for (int64_t r = 0; r < examples->count; r++) {
    fitted->rows[examples->part[r]]++;
    fitted->known[examples->part[r]] += examples->fraud[r];
    fitted->fraud[examples->part[r]] += examples->truth[r];
  }
}

// A chain of hashes of batches: equal columns have equal ones, as all are read alike.
static void add_hash(const double *value, int64_t count, uint64_t hash[2]) {
  const XXH128_hash_t next =
      XXH3_128bits_withSeed(value, (size_t)count * sizeof *value, hash[0] ^ hash[1] << 1);
  hash[0] = next.low64;
  hash[1] = next.high64;
}

static enum sf_status fit_parts(struct sf_dataset *dataset, struct sf_fitted *fitted,
                                struct sf_error *error) {
  const uint32_t others = SF_PARTS_ALL & ~(1u << SF_SPLIT_TRAIN);
  struct sf_examples *examples = &dataset->examples;
  for (int64_t at = 0; at < dataset->rows; at += SF_EXAMPLES_MAX) {
    SF_TRY(sf_dataset_read(dataset, at, others, false, error));
    count_parts(examples, fitted);
    SF_TRY(sf_dataset_read(dataset, at, 1u << SF_SPLIT_TRAIN, true, error));
    count_parts(examples, fitted);
    for (int i = 0; i < dataset->inputs.count && examples->count > 0; i++) {
      const double *value = sf_examples_value(examples, i);
      sf_fit_add(&fitted->fit[i], value, examples->fraud, examples->count);
      add_hash(value, examples->count, fitted->hash[i]);
    }
  }
  for (int i = 0; i < dataset->inputs.count; i++) {
    sf_fit_end(&fitted->fit[i]);
  }
  return SF_OK;
}

enum sf_status sf_fitted_make(struct sf_dataset *dataset, struct sf_fitted *fitted,
                              struct sf_error *error) {
  SF_TRY(begin(&dataset->inputs, fitted, error));
  SF_TRY(fit_parts(dataset, fitted, error));
  const int64_t rows = fitted->rows[SF_SPLIT_TRAIN], known = fitted->known[SF_SPLIT_TRAIN];
  if (known == 0 || known == rows) {
    return sf_fail(error, SF_FORMAT,
                   "%s: the training part has %lld rows of which %lld are known as fraud; both "
                   "kinds are needed (is the corpus without labels, or the date too early?)",
                   dataset->path, (long long)rows, (long long)known);
  }
  return SF_OK;
}

void sf_fitted_free(struct sf_fitted *fitted) {
  free(fitted->fit);
  free(fitted->hash);
  free(fitted->counts);
  memset(fitted, 0, sizeof *fitted);
}

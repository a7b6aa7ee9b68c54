#include "kernels/learn/fit.h"

#include <math.h>
#include <string.h>

void sf_fit_begin(struct sf_fit *fit, uint32_t levels, int64_t *counts) {
  *fit = (struct sf_fit){.levels = levels, .least = INFINITY, .most = -INFINITY};
  if (levels > 0) {
    memset(counts, 0, 2 * levels * sizeof *counts);
    fit->level_rows = counts;
    fit->level_fraud = counts + levels;
  }
}

// Joins the mean and squares of two sets of values (Chan, Golub and LeVeque, The
// American Statistician 37 (1983) 242).
static void merge(struct sf_fit *fit, int64_t before, double mean, double m2, int64_t count) {
  const double n = (double)(before + count), distance = mean - fit->mean;
  fit->mean += distance * (double)count / n;
  fit->m2 += m2 + distance * distance * (double)before * (double)count / n;
}

// Near the values, so that their sum keeps the digits in which they differ.
static double shift_of(const struct sf_fit *fit, const double *value, int64_t rows) {
  int64_t i = 0;
  while (i < rows && isnan(value[i])) {
    i++;
  }
  return fit->rows > fit->missing || i == rows ? fit->mean : value[i];
}

static void add_numbers(struct sf_fit *fit, const double *value, int64_t rows) {
  const double shift = shift_of(fit, value, rows);
  int64_t present = 0;
  double sum = 0, least = fit->least, most = fit->most;
  for (int64_t i = 0; i < rows; i++) {
    const bool is_present = !isnan(value[i]);
    present += is_present;
    sum += is_present ? value[i] - shift : 0;
    least = value[i] < least ? value[i] : least;
    most = value[i] > most ? value[i] : most;
  }
  const int64_t before = fit->rows - fit->missing;
  fit->rows += rows;
  fit->missing += rows - present;
  fit->least = least;
  fit->most = most;
  if (present == 0) {
    return;
  }
  const double mean = shift + sum / (double)present;
  double m2 = 0;
  for (int64_t i = 0; i < rows; i++) {
    const double distance = isnan(value[i]) ? 0 : value[i] - mean;
    m2 += distance * distance;
  }
  merge(fit, before, mean, m2, present);
}

void sf_fit_add(struct sf_fit *fit, const double *value, const uint8_t *fraud, int64_t rows) {
  if (fit->levels == 0) {
    add_numbers(fit, value, rows);
    return;
  }
  for (int64_t i = 0; i < rows; i++) {
    const uint32_t level = (uint32_t)value[i];
    fit->level_rows[level]++;
    fit->level_fraud[level] += fraud[i];
  }
  fit->rows += rows;
}

void sf_fit_end(struct sf_fit *fit) {
  double sum = 0;
  for (uint32_t level = 0; level < fit->levels; level++) {
    if (fit->level_rows[level] > 0) {
      sum += (double)fit->level_rows[level] * level;
      fit->least = fmin(fit->least, level);
      fit->most = fmax(fit->most, level);
    }
  }
  if (fit->levels == 0 || fit->rows == 0) {
    return;
  }
  fit->mean = sum / (double)fit->rows;
  fit->m2 = 0;
  for (uint32_t level = 0; level < fit->levels; level++) {
    const double distance = (double)level - fit->mean;
    fit->m2 += (double)fit->level_rows[level] * distance * distance;
  }
}

double sf_fit_variance(const struct sf_fit *fit) {
  const int64_t present = fit->rows - fit->missing;
  return present > 0 ? fit->m2 / (double)present : 0;
}

bool sf_fit_constant(const struct sf_fit *fit) {
  return fit->least > fit->most || (fit->least == fit->most && fit->missing == 0);
}

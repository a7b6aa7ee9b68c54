// Fits, transforms and correlations against plain computations.
#include <criterion/criterion.h>
#include <math.h>

#include "kernels/learn/correlation.h"
#include "kernels/learn/draw.h"
#include "kernels/learn/transform.h"

#define NEAR 1e-12
#define ROWS 1000

static double value[ROWS];
static uint8_t fraud[ROWS];

// Large next to their spread, where a sum of squares would lose digits.
static void draw_values(void) {
  for (int i = 0; i < ROWS; i++) {
    value[i] = 1e8 + sf_learn_draw(1, SF_LEARN_SAMPLE, (uint64_t)i);
    fraud[i] = i % 10 == 0;
  }
  value[17] = value[500] = NAN;
}

Test(learn_inputs, moments_do_not_depend_on_batches, .init = draw_values) {
  struct sf_fit whole, pieces;
  double sum = 0, squares = 0;
  sf_fit_begin(&whole, 0, NULL);
  sf_fit_begin(&pieces, 0, NULL);
  sf_fit_add(&whole, value, fraud, ROWS);
  for (int at = 0; at < ROWS; at += 17) {
    sf_fit_add(&pieces, value + at, fraud + at, at + 17 < ROWS ? 17 : ROWS - at);
  }
  for (int i = 0; i < ROWS; i++) {
    sum += isnan(value[i]) ? 0 : value[i] - 1e8;
  }
  const double mean = sum / (ROWS - 2);
  for (int i = 0; i < ROWS; i++) {
    squares += isnan(value[i]) ? 0 : (value[i] - 1e8 - mean) * (value[i] - 1e8 - mean);
  }
  cr_assert_eq(whole.rows, ROWS);
  cr_assert_eq(whole.missing, 2);
  cr_assert_float_eq(whole.mean - 1e8, mean, 1e-7);
  cr_assert_float_eq(pieces.mean - 1e8, mean, 1e-7);
  cr_assert_float_eq(sf_fit_variance(&whole), squares / (ROWS - 2), 1e-7);
  cr_assert_float_eq(sf_fit_variance(&pieces), squares / (ROWS - 2), 1e-7);
}

Test(learn_inputs, a_column_is_constant_if_no_row_differs) {
  struct sf_fit fit;
  double same[] = {3, 3}, partly[] = {3, NAN}, missing[] = {NAN, NAN};
  sf_fit_begin(&fit, 0, NULL);
  sf_fit_add(&fit, same, fraud, 2);
  cr_assert(sf_fit_constant(&fit));
  sf_fit_add(&fit, partly, fraud, 2);
  cr_assert_not(sf_fit_constant(&fit));
  sf_fit_begin(&fit, 0, NULL);
  sf_fit_add(&fit, missing, fraud, 2);
  cr_assert(sf_fit_constant(&fit));
}

Test(learn_inputs, standard_scaling_gives_mean_0_and_deviation_1, .init = draw_values) {
  struct sf_fit fit;
  struct sf_transform transform;
  float matrix[ROWS][3] = {{0}};
  double sum = 0, squares = 0;
  sf_fit_begin(&fit, 0, NULL);
  sf_fit_add(&fit, value, fraud, ROWS);
  sf_transform_make(&fit, SF_ENCODING_ORDINAL, SF_SCALING_STANDARD, NULL, &transform);
  sf_transform_apply(&transform, value, ROWS, &matrix[0][0], 3, 1);
  for (int i = 0; i < ROWS; i++) {
    cr_assert_eq(isnan(matrix[i][1]), isnan(value[i]));
    cr_assert(matrix[i][0] == 0 && matrix[i][2] == 0, "only its own column is written");
    sum += isnan(value[i]) ? 0 : (double)matrix[i][1];
    squares += isnan(value[i]) ? 0 : (double)matrix[i][1] * (double)matrix[i][1];
  }
  cr_assert_float_eq(sum / (ROWS - 2), 0, 1e-4);
  cr_assert_float_eq(squares / (ROWS - 2), 1, 1e-4);
}

Test(learn_inputs, minmax_scaling_gives_0_to_1_and_a_constant_0) {
  struct sf_fit fit;
  struct sf_transform transform;
  double numbers[] = {2, 6, 4}, same[] = {5, 5, 5};
  float matrix[3];
  sf_fit_begin(&fit, 0, NULL);
  sf_fit_add(&fit, numbers, fraud, 3);
  sf_transform_make(&fit, SF_ENCODING_ORDINAL, SF_SCALING_MINMAX, NULL, &transform);
  sf_transform_apply(&transform, numbers, 3, matrix, 1, 0);
  cr_assert(matrix[0] == 0 && matrix[1] == 1 && matrix[2] == 0.5f);
  sf_fit_begin(&fit, 0, NULL);
  sf_fit_add(&fit, same, fraud, 3);
  sf_transform_make(&fit, SF_ENCODING_ORDINAL, SF_SCALING_MINMAX, NULL, &transform);
  sf_transform_apply(&transform, same, 3, matrix, 1, 0);
  cr_assert(matrix[0] == 0 && matrix[1] == 0 && matrix[2] == 0);
}

Test(learn_inputs, what_is_missing_can_be_a_number_below_the_others) {
  struct sf_fit fit;
  struct sf_transform transform;
  double numbers[] = {2, NAN, 6};
  float matrix[3];
  sf_fit_begin(&fit, 0, NULL);
  sf_fit_add(&fit, numbers, fraud, 3);
  sf_transform_make(&fit, SF_ENCODING_ORDINAL, SF_SCALING_NONE, NULL, &transform);
  sf_transform_fill(&fit, &transform);
  sf_transform_apply(&transform, numbers, 3, matrix, 1, 0);
  cr_assert(matrix[0] == 2 && matrix[1] == 1 && matrix[2] == 6);
}

// Level 0: 3 rows, none fraud; level 2: 2 rows, both fraud; level 1: unseen.
static struct sf_fit fit_levels(int64_t counts[6]) {
  static double level[] = {0, 2, 0, 2, 0};
  static const uint8_t label[] = {0, 1, 0, 1, 0};
  struct sf_fit fit;
  sf_fit_begin(&fit, 3, counts);
  sf_fit_add(&fit, level, label, 5);
  sf_fit_end(&fit);
  return fit;
}

Test(learn_inputs, a_category_is_fitted_from_its_counts) {
  int64_t counts[6];
  const struct sf_fit fit = fit_levels(counts);
  cr_assert_eq(fit.rows, 5);
  cr_assert(fit.least == 0 && fit.most == 2);
  cr_assert_float_eq(fit.mean, 0.8, NEAR);
  cr_assert_float_eq(sf_fit_variance(&fit), 0.96, NEAR);
}

Test(learn_inputs, a_target_encoding_is_drawn_to_the_mean) {
  int64_t counts[6];
  double levels[3];
  struct sf_transform transform;
  const struct sf_fit fit = fit_levels(counts);
  sf_transform_make(&fit, SF_ENCODING_TARGET, SF_SCALING_NONE, levels, &transform);
  cr_assert_float_eq(levels[0], 8.0 / 23, NEAR);
  cr_assert_float_eq(levels[1], 0.4, NEAR, "of a level never seen the mean is known");
  cr_assert_float_eq(levels[2], 10.0 / 22, NEAR);
}

Test(learn_inputs, one_column_of_a_one_hot_encoding_is_1) {
  int64_t counts[6];
  struct sf_transform transform;
  double level[] = {2, 0};
  float matrix[2][3];
  const struct sf_fit fit = fit_levels(counts);
  sf_transform_make(&fit, SF_ENCODING_ONEHOT, SF_SCALING_STANDARD, NULL, &transform);
  cr_assert_eq(transform.width, 3);
  sf_transform_apply(&transform, level, 2, &matrix[0][0], 3, 0);
  cr_assert(matrix[0][0] == 0 && matrix[0][1] == 0 && matrix[0][2] == 1);
  cr_assert(matrix[1][0] == 1 && matrix[1][1] == 0 && matrix[1][2] == 0);
}

Test(learn_inputs, correlations_are_pearsons) {
  // Columns x, -2 x, x^2 and a constant, in two batches of a stride of 8.
  double product[10] = {0}, column[4][8] = {{0}};
  struct sf_fit fit[4];
  for (int c = 0; c < 4; c++) {
    sf_fit_begin(&fit[c], 0, NULL);
  }
  for (int pass = 0; pass < 2; pass++) {
    for (int batch = 0; batch < 2; batch++) {
      const int64_t rows = batch == 0 ? 7 : 3;
      for (int i = 0; i < rows; i++) {
        const double x = batch * 7 + i;
        column[0][i] = x;
        column[1][i] = -2 * x;
        column[2][i] = x * x;
        column[3][i] = 5;
      }
      for (int c = 0; c < 4 && pass == 0; c++) {
        sf_fit_add(&fit[c], column[c], fraud, rows);
      }
      if (pass == 1) {
        sf_correlation_add(fit, 4, &column[0][0], 8, rows, product);
      }
    }
  }
  cr_assert_float_eq(sf_correlation(product, 1, 0), -1, NEAR);
  // Of 0..9 and their squares, from the sums of the first four powers.
  cr_assert_float_eq(sf_correlation(product, 2, 0), 742.5 / sqrt(82.5 * 7210.5), NEAR);
  cr_assert_eq(sf_correlation(product, 3, 0), 0);
}

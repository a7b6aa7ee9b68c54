#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "kernels/math/elementary.h"
#include "kernels/math/sphere.h"

static double worse(double worst, double value, double exact) {
  const double error = fabs(value - exact) / fabs(exact);
  return isnan(error) || error > worst ? error : worst;
}

Test(elementary, exponentials) {
  double worst = 0.0, worst2 = 0.0;
  for (int i = -70000; i <= 70000; ++i) {
    const double x = i * 0.01 + 1e-3;
    worst = worse(worst, sf_exp(x), exp(x));
    worst2 = worse(worst2, sf_exp2(x), exp2(x));
  }
  cr_expect_lt(worst, 1e-13);
  cr_expect_lt(worst2, 1e-13);
  for (int k = -1022; k <= 1023; ++k) {
    cr_assert_eq(sf_exp2(k), ldexp(1.0, k), "2^%d", k);
  }
}

Test(elementary, exponentials_saturate) {
  cr_expect_eq(sf_exp2(-1e300), 0x1p-1022);
  cr_expect_eq(sf_exp2(1e300), 0x1p1023);
  cr_expect_eq(sf_exp(-1e300), sf_exp(-708.0));
  cr_expect_eq(sf_exp(1e300), sf_exp(709.0));
}

Test(elementary, logarithms) {
  double worst = 0.0, worst2 = 0.0;
  for (int i = -70000; i <= 70000; ++i) {
    const double x = exp(i * 0.01 + 1e-3);
    worst = worse(worst, sf_log(x), log(x));
    worst2 = worse(worst2, sf_log2(x), log2(x));
  }
  for (int i = 1; i <= 100000; ++i) {  // where the logarithm nears 0
    worst = worse(worst, sf_log(1.0 + i * 1e-9), log(1.0 + i * 1e-9));
    worst2 = worse(worst2, sf_log2(1.0 - i * 1e-9), log2(1.0 - i * 1e-9));
  }
  cr_expect_lt(worst, 1e-13);
  cr_expect_lt(worst2, 1e-13);
  for (int k = -1022; k <= 1023; ++k) {
    cr_assert_eq(sf_log2(ldexp(1.0, k)), k, "log2 of 2^%d", k);
  }
}

// Relative to the larger of the value and 2^-40: near a multiple of pi the
// reduced argument itself is only so good.
Test(elementary, sine_and_cosine) {
  for (int i = -400000; i <= 400000; ++i) {
    const double x = i * 2.5e-3 + 1e-5;
    cr_assert_float_eq(sf_sin(x), sin(x), 1e-13 * fmax(fabs(sin(x)), 0x1p-40), "sin %.17g", x);
    cr_assert_float_eq(sf_cos(x), cos(x), 1e-13 * fmax(fabs(cos(x)), 0x1p-40), "cos %.17g", x);
  }
  cr_expect_eq(sf_sin(0.0), 0.0);
  cr_expect_eq(sf_cos(0.0), 1.0);
  cr_expect_eq(sf_sin(SF_PI / 2.0), 1.0);
  cr_expect_eq(sf_cos(SF_PI), -1.0);
}

Test(elementary, arc_sine) {
  double worst = 0.0;
  for (int i = 1; i <= 1000000; ++i) {
    worst = worse(worst, sf_asin(i * 1e-6), asin(i * 1e-6));
  }
  for (double x = 0.5; x > 1e-300; x *= 0.9) {
    worst = worse(worst, sf_asin(x), asin(x));
    worst = worse(worst, sf_asin(1.0 - x), asin(1.0 - x));
  }
  cr_expect_lt(worst, 1e-12);
  cr_expect_eq(sf_asin(0.0), 0.0);
}

Test(elementary, inverse_normal) {
  double worst = 0.0;
  for (int i = 1; i < 200000; ++i) {
    const double u = i / 200000.0 + 1e-7;
    worst = worse(worst, sf_inverse_normal(u), gsl_cdf_ugaussian_Pinv(u));
  }
  for (double u = 0.5; u > 1e-300; u *= 0.95) {
    const double x = sf_inverse_normal(0.999 * u);
    worst = worse(worst, x, gsl_cdf_ugaussian_Pinv(0.999 * u));
    worst = worse(worst, gsl_cdf_ugaussian_P(x), 0.999 * u);
  }
  cr_expect_lt(worst, 1e-9);
  cr_expect_eq(sf_inverse_normal(0.5), 0.0);
  for (double u = 0x1p-50; u < 0.5; u *= 2.0) {
    cr_expect_eq(sf_inverse_normal(1.0 - u), -sf_inverse_normal(u));
  }
}

static double haversine_km(double lat0, double lon0, double lat1, double lon1) {
  const double degree = M_PI / 180.0;
  const double a = sin((lat1 - lat0) * degree / 2.0), b = sin((lon1 - lon0) * degree / 2.0);
  const double h = a * a + cos(lat0 * degree) * cos(lat1 * degree) * b * b;
  return 2.0 * SF_EARTH_RADIUS_KM * asin(sqrt(h));
}

static double distance_km(double lat0, double lon0, double lat1, double lon1) {
  double a[3], b[3];
  sf_unit_vector(lat0, lon0, a);
  sf_unit_vector(lat1, lon1, b);
  return sf_great_circle_km(a[0], a[1], a[2], b[0], b[1], b[2]);
}

Test(sphere, great_circle_agrees_with_haversine) {
  for (int i = 0; i < 100000; ++i) {
    const double lat0 = 6.0 + i % 31, lon0 = 68.0 + i % 29;
    const double lat1 = lat0 + (i % 1009 - 504) * 0.02, lon1 = lon0 + (i % 2003 - 1001) * 0.07;
    const double exact = haversine_km(lat0, lon0, lat1, lon1);
    cr_assert_float_eq(distance_km(lat0, lon0, lat1, lon1), exact, 1e-8 + 1e-11 * exact);
  }
}

Test(sphere, whole_and_quarter_circles) {
  cr_expect_eq(distance_km(19.07, 72.88, 19.07, 72.88), 0.0);
  cr_expect_float_eq(distance_km(0, 0, 90, 0), SF_EARTH_RADIUS_KM * M_PI / 2.0, 1e-8);
  cr_expect_float_eq(distance_km(0, 77, 0, 257), SF_EARTH_RADIUS_KM * M_PI, 1e-3);
  double pole[3];
  sf_unit_vector(90.0, 45.0, pole);
  cr_expect_eq(pole[2], 1.0);
}

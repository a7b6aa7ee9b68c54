#ifndef SF_KERNELS_MATH_ELEMENTARY_H
#define SF_KERNELS_MATH_ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

// Elementary functions of + - * / sqrt and integer operations only, so that
// every compiler, C library and vector path computes the same bits (built with
// -ffp-contract=off). libm gives no such promise: its exp, sin and pow differ
// in the last bit between processors with and without fused multiply-add.
// Relative error below 1e-12 within the stated range; no errno, no traps asked
// for. Selections instead of branches, so that loops over them vectorise.

#define SF_PI 3.14159265358979323846

static inline uint64_t sf_bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double sf_double_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Adding this to |x| < 2^51 leaves round-to-nearest(x) in the low bits of the sum.
#define SF_ROUNDER 0x1.8p52

// e^r * 2^k for |r| <= ln(2) / 2, where `rounded` is SF_ROUNDER + k: Taylor's
// series to r^11, whose remainder is below 1e-14.
static inline double sf_exp_scaled(double r, double rounded) {
  double sum = 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  return sum * sf_double_of((sf_bits_of(rounded) + 1023u) << 52);
}

static inline double sf_clamp(double x, double low, double high) {
  const double raised = x > low ? x : low;
  return raised < high ? raised : high;
}

// 2^x; x outside -1022..1023 counts as the nearer end.
static inline double sf_exp2(double x) {
  const double within = sf_clamp(x, -1022.0, 1023.0);
  const double rounded = within + SF_ROUNDER;
  const double fraction = within - (rounded - SF_ROUNDER);
  return sf_exp_scaled(fraction * 0.69314718055994530942, rounded);
}

// e^x; x outside -708..709 counts as the nearer end.
static inline double sf_exp(double x) {
  const double within = sf_clamp(x, -708.0, 709.0);
  const double rounded = within * 1.44269504088896340736 + SF_ROUNDER;
  const double k = rounded - SF_ROUNDER;
  // ln 2 in two parts (fdlibm), the first short enough that k times it is exact.
  const double r = (within - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
  return sf_exp_scaled(r, rounded);
}

// x = 2^exponent * m with sqrt(1/2) <= m < sqrt(2); x positive and normal.
// Returns ln m by the series of 2 artanh((m - 1) / (m + 1)).
static inline double sf_log_mantissa(double x, double *exponent) {
  const uint64_t root_half = 0x3FE6A09E667F3BCDu;
  const uint64_t shifted = sf_bits_of(x) + (0x3FF0000000000000u - root_half);
  // The biased exponent is put into the mantissa of 2^52: no conversion needed.
  *exponent = sf_double_of((shifted >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0);
  const double m = sf_double_of((shifted & 0x000FFFFFFFFFFFFFu) + root_half);
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double sum = 2.0 / 19.0;
  sum = sum * z + 2.0 / 17.0;
  sum = sum * z + 2.0 / 15.0;
  sum = sum * z + 2.0 / 13.0;
  sum = sum * z + 2.0 / 11.0;
  sum = sum * z + 2.0 / 9.0;
  sum = sum * z + 2.0 / 7.0;
  sum = sum * z + 2.0 / 5.0;
  sum = sum * z + 2.0 / 3.0;
  return 2.0 * s + s * (z * sum);
}

// Natural logarithm of a positive normal number.
static inline double sf_log(double x) {
  double k;
  const double mantissa = sf_log_mantissa(x, &k);
  return k * 6.93147180369123816490e-01 + (mantissa + k * 1.90821492927058770002e-10);
}

// Base-2 logarithm of a positive normal number.
static inline double sf_log2(double x) {
  double k;
  const double mantissa = sf_log_mantissa(x, &k);
  return k + mantissa * 1.44269504088896340736;
}

// Sine of x + quarter_turns * pi / 2. Taylor's series on |r| <= pi / 4.
static inline double sf_sin_turned(double x, uint64_t quarter_turns) {
  const double rounded = x * 0.63661977236758134308 + SF_ROUNDER;
  const double k = rounded - SF_ROUNDER;
  // pi / 2 in two parts (fdlibm), the first of 33 bits.
  const double r = (x - k * 1.57079632673412561417) - k * 6.07710050650619224932e-11;
  const double z = r * r;
  double odd = -1.0 / 1307674368000.0;
  odd = odd * z + 1.0 / 6227020800.0;
  odd = odd * z - 1.0 / 39916800.0;
  odd = odd * z + 1.0 / 362880.0;
  odd = odd * z - 1.0 / 5040.0;
  odd = odd * z + 1.0 / 120.0;
  odd = odd * z - 1.0 / 6.0;
  odd = r + r * (z * odd);
  double even = 1.0 / 20922789888000.0;
  even = even * z - 1.0 / 87178291200.0;
  even = even * z + 1.0 / 479001600.0;
  even = even * z - 1.0 / 3628800.0;
  even = even * z + 1.0 / 40320.0;
  even = even * z - 1.0 / 720.0;
  even = even * z + 1.0 / 24.0;
  even = even * z - 0.5;
  even = even * z + 1.0;
  const uint64_t quadrant = sf_bits_of(rounded) + quarter_turns;
  const double value = (quadrant & 1u) ? even : odd;
  return sf_double_of(sf_bits_of(value) ^ ((quadrant & 2u) << 62));
}

// Sine and cosine of |x| <= 1000 radians.
static inline double sf_sin(double x) { return sf_sin_turned(x, 0); }
static inline double sf_cos(double x) { return sf_sin_turned(x, 1); }

// asin(s) of s = sqrt(z), 0 <= z <= 1/2: s times one plus z times the Chebyshev
// interpolant of degree 14 of (asin(s) / s - 1) / z on that interval, which errs
// by less than 2e-14.
static inline double sf_asin_series(double s, double z) {
  double sum = 0.33741656581042012;
  sum = sum * z - 0.90163656636621496;
  sum = sum * z + 1.1650428459924001;
  sum = sum * z - 0.88845615052374062;
  sum = sum * z + 0.46619345951428141;
  sum = sum * z - 0.15491295863183193;
  sum = sum * z + 0.050840114654129627;
  sum = sum * z + 0.0042359750619875849;
  sum = sum * z + 0.014875817116229403;
  sum = sum * z + 0.017275620336198791;
  sum = sum * z + 0.02237639448516194;
  sum = sum * z + 0.030381805198993983;
  sum = sum * z + 0.044642859528437201;
  sum = sum * z + 0.074999999983941343;
  sum = sum * z + 0.16666666666668453;
  return s + s * (z * sum);
}

// Arc sine of 0 <= x <= 1; beyond sqrt(1/2) by the arc sine of the cosine.
static inline double sf_asin(double x) {
  const double square = x * x;
  const int large = square > 0.5;
  const double z = large ? (1.0 - x) * (1.0 + x) : square;
  const double angle = sf_asin_series(large ? sqrt(z) : x, z);
  return large ? SF_PI / 2.0 - angle : angle;
}

// asin(sqrt(square)) for 0 <= square <= 1, at the price of one square root.
static inline double sf_asin_of_root(double square) {
  const int large = square > 0.5;
  const double z = large ? 1.0 - square : square;
  const double angle = sf_asin_series(sqrt(z), z);
  return large ? SF_PI / 2.0 - angle : angle;
}

// The standard normal quantile of 0 < u < 1 (relative error below 1e-9, mostly
// 1e-15). Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), PPND16.
double sf_inverse_normal(double u);

#endif

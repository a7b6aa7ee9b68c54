#include "kernels/world/zipf.h"

#include <math.h>

#define UNIT 0x1p28

// x^(1/16). The square root is correctly rounded everywhere, as + - * / are.
static double sixteenth_root(double x) { return sqrt(sqrt(sqrt(sqrt(x)))); }

static uint32_t quantise(double sum) { return (uint32_t)(sum * UNIT + 0.5); }

static uint32_t knot_value(uint32_t i) {
  if (i <= SF_ZIPF_EXACT) {
    return i;
  }
  const uint32_t beyond = i - SF_ZIPF_EXACT;
  const uint32_t base = SF_ZIPF_EXACT << (beyond / SF_ZIPF_STEPS);
  return base + base / SF_ZIPF_STEPS * (beyond % SF_ZIPF_STEPS);
}

// Sum of k^-s over k0 < k <= k1 by the midpoint rule, whose relative error is
// s (s + 1) / (24 k0^2), below 1e-7 from 1,024 on.
static double mass_between(uint32_t k0, uint32_t k1) {
  return 16.0 * (1.0 / sixteenth_root(k0 + 0.5) - 1.0 / sixteenth_root(k1 + 0.5));
}

static void place_knots(struct sf_zipf *zipf) {
  double sum = 0.0;
  zipf->k[0] = 0;
  zipf->sum[0] = 0;
  for (uint32_t i = 1; i <= SF_ZIPF_KNOTS; i++) {
    const uint32_t k = knot_value(i);
    sum += i <= SF_ZIPF_EXACT ? 1.0 / (k * sixteenth_root(k)) : mass_between(zipf->k[i - 1], k);
    zipf->k[i] = k;
    zipf->sum[i] = quantise(sum);
  }
  for (uint32_t i = SF_ZIPF_EXACT; i < SF_ZIPF_KNOTS; i++) {
    const uint64_t values = zipf->k[i + 1] - zipf->k[i];
    zipf->slope[i - SF_ZIPF_EXACT] = (values << 40) / (zipf->sum[i + 1] - zipf->sum[i]);
  }
}

void sf_zipf_init(struct sf_zipf *zipf) {
  place_knots(zipf);
  uint16_t i = 0;
  for (uint32_t cell = 0; cell < SF_ZIPF_GUIDE; cell++) {
    while (i + 1u < SF_ZIPF_KNOTS && zipf->sum[i + 1u] <= cell << SF_ZIPF_GUIDE_SHIFT) {
      i++;
    }
    zipf->guide[cell] = i;
  }
}

uint32_t sf_zipf_sum(const struct sf_zipf *zipf, uint32_t n) {
  if (n <= SF_ZIPF_EXACT) {
    return zipf->sum[n];
  }
  const uint32_t doubling = 31u - (uint32_t)__builtin_clz(n / SF_ZIPF_EXACT);
  const uint32_t base = SF_ZIPF_EXACT << doubling;
  const uint32_t step = (n - base) / (base / SF_ZIPF_STEPS);
  const uint32_t i = SF_ZIPF_EXACT + doubling * SF_ZIPF_STEPS + step;
  const uint64_t inside = n - zipf->k[i];
  if (inside == 0) {
    return zipf->sum[i];
  }
  // The first t that sf_zipf_pick maps beyond n, so that no draw can leave 1 .. n.
  const uint64_t slope = zipf->slope[i - SF_ZIPF_EXACT];
  const uint32_t first_beyond = zipf->sum[i] + (uint32_t)(((inside << 40) + slope - 1) / slope);
  return first_beyond < zipf->sum[i + 1] ? first_beyond : zipf->sum[i + 1];
}

double sf_zipf_share(const struct sf_zipf *zipf, uint32_t n, uint32_t k) {
  return (double)(sf_zipf_sum(zipf, k) - sf_zipf_sum(zipf, k - 1)) / sf_zipf_sum(zipf, n);
}

#include "kernels/fraud/camouflage.h"

static const int32_t quantile[SF_CAMOUFLAGE_MEANS][SF_CAMOUFLAGE_KNOTS] = {
#include "kernels/fraud/camouflage.inc"
};

// Quantile of one mean; knots lie 2^24 apart.
static int64_t at_mean(int mean, uint32_t u) {
  const int32_t *knot = &quantile[mean][u >> 24];
  return knot[0] + ((int64_t)(knot[1] - knot[0]) * (u & 0xffffffu) >> 24);
}

uint32_t sf_camouflage(double mean, uint32_t u) {
  // Place among the tables, Q16.
  int64_t place = (int64_t)(mean * (SF_CAMOUFLAGE_MEANS + 1) * 65536.0) - 65536;
  const int64_t last = (int64_t)(SF_CAMOUFLAGE_MEANS - 1) << 16;
  place = place < 0 ? 0 : place > last ? last : place;
  const int low = (int)(place >> 16);
  const int high = low < SF_CAMOUFLAGE_MEANS - 1 ? low + 1 : low;
  const int64_t a = at_mean(low, u);
  return (uint32_t)(a + ((at_mean(high, u) - a) * (place & 0xffff) >> 16));
}

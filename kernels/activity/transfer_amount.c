#include "kernels/activity/transfer_amount.h"

#include "kernels/random/quantile.h"

// Amounts: log-normal of sigma 2.4 (published bands of person-to-person payments),
// cut at 70,000; both pieces around 2,000 rupees are drawn apart. The median is
// 322 rupees, somewhat above the bands' 284, for what folding takes away from the
// mean. Levels are log2 of paise, Q16; probabilities of less than 2,000 and of
// less than 70,000 rupees under the bands' law, Q32.
#define MEDIAN_LEVEL 981500
#define SIGMA_LEVEL 226916
#define BELOW_SMALL 3400993171u
#define BELOW_LARGE 4243450947u
#define LEVEL_2000 1154065
#define LEVEL_1 435411

int32_t sf_transfer_level(int32_t shift, int32_t most, bool large, uint32_t u) {
  const uint32_t low = large ? BELOW_SMALL : 0;
  const uint32_t width = large ? BELOW_LARGE - BELOW_SMALL : BELOW_SMALL;
  const uint32_t place = low + (uint32_t)((uint64_t)u * width >> 32);
  int32_t level = MEDIAN_LEVEL + shift +
                  (int32_t)((int64_t)SIGMA_LEVEL * sf_quantile(&sf_law_normal, place) >> 16);
  // Beyond an edge of its band an amount is folded back.
  if (large) {
    level = level < LEVEL_2000 ? 2 * LEVEL_2000 - level : level;
    level = level > most ? 2 * most - level : level;
    return level < LEVEL_2000 ? LEVEL_2000 : level;
  }
  level = level > LEVEL_2000 ? 2 * LEVEL_2000 - level : level;
  return level < LEVEL_1 ? LEVEL_1 : level;
}

int64_t sf_transfer_round(double paise, uint32_t u) {
  const double rupees = paise / 100;
  const uint32_t kind = u & 0xff;
  int64_t step = 1;
  if (rupees >= 500) {
    step = kind < 190 ? (rupees >= 20000 && kind < 100 ? 1000 : 100) : kind < 235 ? 50 : 1;
  } else {
    step = kind < 120 ? 10 : kind < 180 && rupees >= 100 ? 50 : kind < 215 ? 5 : 1;
  }
  const int64_t rounded = ((int64_t)rupees + step / 2) / step * step;
  return (rounded > 0 ? rounded : rupees >= 5 ? 5 : 1) * 100;
}

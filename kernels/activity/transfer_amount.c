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

// Steps that sums are rounded to, by their size and a draw of 256: the first step below the
// first bound, and so on; the last from the last bound on. A table instead of branches, which
// could not be foretold.
static const struct {
  uint8_t below[3];
  uint16_t step[4];  // rupees
} roundings[4] = {
    {{120, 120, 215}, {10, 10, 5, 1}},      // less than 100 rupees
    {{120, 180, 215}, {10, 50, 5, 1}},      // less than 500
    {{100, 190, 235}, {100, 100, 50, 1}},   // less than 20,000
    {{100, 190, 235}, {1000, 100, 50, 1}},  // more
};

int64_t sf_transfer_round(double paise, uint32_t u) {
  const double rupees = paise / 100;
  const uint32_t kind = u & 0xff, whole = (uint32_t)rupees;
  const int size = (rupees >= 100) + (rupees >= 500) + (rupees >= 20000);
  const uint8_t *below = roundings[size].below;
  const uint32_t step =
      roundings[size].step[(kind >= below[0]) + (kind >= below[1]) + (kind >= below[2])];
  const uint32_t rounded = (whole + step / 2) / step * step;
  return 100 * (int64_t)(rounded > 0 ? rounded : rupees >= 5 ? 5 : 1);
}

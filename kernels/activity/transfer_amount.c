#include "kernels/activity/transfer_amount.h"

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

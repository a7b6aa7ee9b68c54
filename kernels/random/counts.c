#include "kernels/random/counts.h"

#define R1(k) 1.0 / (k)
#define R8(k) R1(k), R1(k + 1), R1(k + 2), R1(k + 3), R1(k + 4), R1(k + 5), R1(k + 6), R1(k + 7)

const double sf_reciprocal[SF_POISSON_SMALL_LIMIT + 1] = {
    0.0, R8(1.0), R8(9.0), R8(17.0), R8(25.0), R8(33.0), R8(41.0), R8(49.0), R8(57.0)};

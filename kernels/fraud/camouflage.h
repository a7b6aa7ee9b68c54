#ifndef SF_KERNELS_FRAUD_CAMOUFLAGE_H
#define SF_KERNELS_FRAUD_CAMOUFLAGE_H

#include <stdint.h>

// Camouflage c of an episode: Beta(4m, 4(1 - m)) on [0, 1], mean m, by tables of
// quantiles for m = 1/20 .. 19/20, linear between them. Means nearer to 0 or 1
// are taken as the nearest of these.
#define SF_CAMOUFLAGE_MEANS 19
#define SF_CAMOUFLAGE_KNOTS 257

// c in Q16 for a mean m in 0..1 and a draw.
uint32_t sf_camouflage(double mean, uint32_t u);

#endif

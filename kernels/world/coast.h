#ifndef SF_KERNELS_WORLD_COAST_H
#define SF_KERNELS_WORLD_COAST_H

#include <stdint.h>

// Points are scattered about the centre of a city; those of a city on the coast
// would lie in the sea. Returns `east_km`, the distance east of the centre,
// mirrored at the coast where it lies beyond: the coasts of India's large
// cities run near enough north and south for that.
double sf_coast_fold(uint8_t city, double east_km);

#endif

#ifndef SF_KERNELS_RANDOM_GSL_ADAPTER_H
#define SF_KERNELS_RANDOM_GSL_ADAPTER_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

#include "kernels/random/stream.h"

// A gsl_rng over sf_draw, for rare draws whose GSL algorithm only adds,
// multiplies and compares (gsl_ran_choose, gsl_ran_shuffle, gsl_ran_discrete).
// It yields the words of blocks w3, w3 + 1, ... in order.
extern const gsl_rng_type *const sf_gsl_rng_philox;

// Starts `rng` (of type sf_gsl_rng_philox) at a counter. Must come before the
// first number; gsl_rng_set puts it at the counter {0, 0, SAMPLE, 0} of that seed.
void sf_gsl_rng_start(gsl_rng *rng, uint64_t seed, uint32_t w0, uint32_t w1, enum sf_stream stream,
                      uint32_t w3);

#endif

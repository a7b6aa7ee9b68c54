#include "kernels/random/gsl_adapter.h"

struct state {
  uint64_t seed;
  uint32_t w0, w1, w3;  // of the next block
  enum sf_stream stream;
  struct sf_block block;
  uint32_t left;  // words of `block` not yet given
};

static void start(struct state *state, uint64_t seed, uint32_t w0, uint32_t w1,
                  enum sf_stream stream, uint32_t w3) {
  *state = (struct state){.seed = seed, .w0 = w0, .w1 = w1, .w3 = w3, .stream = stream};
}

static void set(void *state, unsigned long seed) { start(state, seed, 0, 0, SF_STREAM_SAMPLE, 0); }

static unsigned long get(void *memory) {
  struct state *state = memory;
  if (state->left == 0) {
    state->block = sf_draw(state->seed, state->w0, state->w1, state->stream, state->w3++);
    state->left = 4;
  }
  return state->block.word[4 - state->left--];
}

static double get_double(void *memory) { return (double)get(memory) * 0x1p-32; }

static const gsl_rng_type type = {
    .name = "philox4x32",
    .max = UINT32_MAX,
    .min = 0,
    .size = sizeof(struct state),
    .set = set,
    .get = get,
    .get_double = get_double,
};

const gsl_rng_type *const sf_gsl_rng_philox = &type;

void sf_gsl_rng_start(gsl_rng *rng, uint64_t seed, uint32_t w0, uint32_t w1, enum sf_stream stream,
                      uint32_t w3) {
  start(rng->state, seed, w0, w1, stream, w3);
}

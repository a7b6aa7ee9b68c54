#include "jobs/learn/training.h"

struct sf_view sf_view_of(const struct sf_learn_options *learn) {
  return (struct sf_view){.split = learn->split, .seed = learn->seed, .as_of = learn->as_of};
}

struct sf_sampling sf_sampling_of(const struct sf_fitted *fitted,
                                  const struct sf_learn_options *learn, int64_t honest_most) {
  const int64_t fraud = fitted->known[SF_SPLIT_TRAIN];
  const int64_t honest = fitted->rows[SF_SPLIT_TRAIN] - fraud;
  struct sf_sampling sampling;
  sampling.balance = sf_balance_of(honest, fraud, learn->undersample, learn->oversample);
  if (sampling.balance.honest > honest_most) {
    sampling.balance.honest = honest_most;
  }
  sampling.honest = sf_subset_of(honest, sampling.balance.honest, learn->seed, SF_LEARN_HONEST);
  sampling.fraud = sf_copies_of(fraud, sampling.balance.fraud);
  return sampling;
}

int64_t sf_sampling_times(struct sf_sampling *sampling, uint8_t fraud) {
  return fraud ? sf_copies_next(&sampling->fraud) : sf_subset_next(&sampling->honest);
}

enum sf_status sf_one_rank(enum sf_command_id command, MPI_Comm comm, struct sf_error *error) {
  int size;
  MPI_Comm_size(comm, &size);
  if (size > 1) {
    return sf_fail(error, SF_USAGE, "%s: runs on one rank, not on %d; its threads use the node",
                   sf_command_texts[command].name, size);
  }
  return SF_OK;
}

#include "kernels/learn/sampling.h"

struct sf_subset sf_subset_of(int64_t population, int64_t wanted, uint64_t seed,
                              enum sf_learn_purpose purpose) {
  return (struct sf_subset){.seed = seed,
                            .purpose = purpose,
                            .population = population,
                            .wanted = wanted < population ? wanted : population};
}

bool sf_subset_next(struct sf_subset *subset) {
  const double u = sf_learn_draw(subset->seed, subset->purpose, subset->index++);
  const bool is_taken = u * (double)subset->population < (double)subset->wanted;
  subset->population--;
  subset->wanted -= is_taken;
  return is_taken;
}

struct sf_copies sf_copies_of(int64_t population, int64_t total) {
  return (struct sf_copies){.population = population, .total = total};
}

int64_t sf_copies_next(struct sf_copies *copies) {
  const int64_t due = copies->carry + copies->total;
  copies->carry = due % copies->population;
  return due / copies->population;
}

struct sf_balance sf_balance_of(int64_t honest, int64_t fraud, int64_t under, int64_t over) {
  struct sf_balance balance = {.honest = honest, .fraud = fraud};
  if (fraud == 0) {
    return balance;
  }
  if (under > 0 && honest / under >= fraud) {
    balance.honest = fraud * under;
  }
  if (over > 0) {
    const int64_t copies = (balance.honest + over - 1) / over;
    balance.fraud = copies > fraud ? copies : fraud;
  }
  return balance;
}

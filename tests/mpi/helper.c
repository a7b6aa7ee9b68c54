#include "tests/mpi/helper.h"

#include <stdio.h>
#include <string.h>

#include "io/h5_library.h"

static const struct {
  const char *name;
  mpi_case *run;
} cases[] = {
#define CASE(name) \
  { #name, name }
    CASE(reductions),
    CASE(scan),
    CASE(agreement),
    CASE(agreement_on_the_worst),
    CASE(status_of_one_rank),
    CASE(partition),
    CASE(phase_spread),
    CASE(alarm_reaches_all),
    CASE(alarm_of_several),
    CASE(write_corpus),
    CASE(write_corpus_in_small_batches),
    CASE(write_corpus_collectively),
    CASE(write_to_a_full_disk),
    CASE(write_that_fails),
    CASE(collective_write_that_is_lost),
    CASE(create_in_no_folder),
    CASE(shards_read_as_one),
    CASE(deflated_reads_alike),
    CASE(deflated_shards_read_as_one),
    CASE(deflate_to_a_full_disk),
    CASE(damaged_shards_are_named),
    CASE(shard_of_another_seed),
    CASE(few_open_files),
    CASE(no_flip_is_accepted),
    CASE(plan_comes_back),
    CASE(exchange_of_records),
    CASE(quota_by_priority),
    CASE(bank_on_any_ranks),
    CASE(fraud_plan_on_any_ranks),
    CASE(rings_need_the_exchange),
    CASE(plan_with_fraud_comes_back),
    CASE(plan_of_another_configuration),
#undef CASE
};

int expect_at(bool holds, const char *expectation, const char *file, int line) {
  if (!holds) {
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    fprintf(stderr, "%s:%d: rank %d: not so: %s\n", file, line, rank, expectation);
  }
  return !holds;
}

static mpi_case *find(const char *name) {
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    if (strcmp(cases[i].name, name) == 0) {
      return cases[i].run;
    }
  }
  return NULL;
}

// helper CASE PATH: 0 if all expectations hold on all ranks.
int main(int argc, char **argv) {
  mpi_case *run = argc == 3 ? find(argv[1]) : NULL;
  if (!run || sf_h5_prepare(NULL) != SF_OK) {
    return 2;
  }
  int provided, worst;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  int bad = run(MPI_COMM_WORLD, argv[2]);
  MPI_Allreduce(&bad, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  MPI_Finalize();
  return worst != 0;
}

#ifndef SF_TESTS_MPI_HELPER_H
#define SF_TESTS_MPI_HELPER_H

#include <mpi.h>
#include <stdbool.h>

// A case runs on all ranks of `comm` and returns the number of expectations
// that failed on this one. `path` is a file that it may make.
typedef int mpi_case(MPI_Comm comm, const char *path);

// Prints where an expectation failed; returns 1 then, else 0.
int expect_at(bool holds, const char *expectation, const char *file, int line);
#define EXPECT(holds) expect_at((holds), #holds, __FILE__, __LINE__)

mpi_case reductions, scan, agreement, agreement_on_the_worst, status_of_one_rank, partition,
    phase_spread, alarm_reaches_all, alarm_of_several;
mpi_case write_corpus, write_corpus_in_small_batches, write_corpus_collectively;
mpi_case write_to_a_full_disk, write_that_fails, collective_write_that_is_lost, create_in_no_folder;
mpi_case shards_read_as_one, deflated_reads_alike, deflated_shards_read_as_one,
    deflate_to_a_full_disk;
mpi_case damaged_shards_are_named, shard_of_another_seed, few_open_files, no_flip_is_accepted;
mpi_case exchange_of_records, quota_by_priority, fraud_plan_on_any_ranks, rings_need_the_exchange,
    plan_with_fraud_comes_back;
mpi_case bank_on_any_ranks;
mpi_case plan_comes_back, plan_of_another_configuration;

#endif

// Starts the cases of the helper under mpirun, and compares what they write.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// Exit code of `mpirun -n ranks HELPER name path`; 110 if it hangs.
static int run(int ranks, const char *name, const char *path) {
  char number[12];
  snprintf(number, sizeof number, "%d", ranks);
  const char *argv[] = {"mpirun",          "--timeout", "40", "-n", number,
                        "--oversubscribe", HELPER,      name, path, NULL};
  pid_t pid;
  int status;
  if (posix_spawnp(&pid, "mpirun", NULL, NULL, (char **)argv, environ) != 0 ||
      waitpid(pid, &status, 0) != pid) {
    return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static char folder[] = "/tmp/synfin_mpi_XXXXXX";

static void make_folder(void) { cr_assert_not_null(mkdtemp(folder)); }

static void remove_folder(void) { rmdir(folder); }

static const char *in_folder(char path[64], const char *name) {
  snprintf(path, 64, "%s/%s", folder, name);
  return path;
}

// ---- the same verdict on any number of ranks

struct launch {
  char name[40];
  int ranks;
};

ParameterizedTestParameters(ranks, cases) {
  static struct launch launches[] = {{"reductions", 1},
                                     {"reductions", 2},
                                     {"reductions", 4},
                                     {"scan", 1},
                                     {"scan", 3},
                                     {"agreement", 1},
                                     {"agreement", 4},
                                     {"agreement_on_the_worst", 1},
                                     {"agreement_on_the_worst", 4},
                                     {"status_of_one_rank", 3},
                                     {"partition", 1},
                                     {"phase_spread", 1},
                                     {"phase_spread", 4},
                                     {"alarm_reaches_all", 1},
                                     {"alarm_reaches_all", 5},
                                     {"alarm_of_several", 4},
                                     {"exchange_of_records", 1},
                                     {"exchange_of_records", 3},
                                     {"exchange_of_records", 4},
                                     {"quota_by_priority", 1},
                                     {"quota_by_priority", 3},
                                     {"fraud_plan_on_any_ranks", 2},
                                     {"fraud_plan_on_any_ranks", 3},
                                     {"fraud_plan_on_any_ranks", 4},
                                     {"fraud_plan_on_any_ranks", 7},
                                     {"rings_need_the_exchange", 4},
                                     {"create_in_no_folder", 2},
                                     {"write_that_fails", 1},
                                     {"write_that_fails", 2},
                                     {"write_that_fails", 4},
                                     {"collective_write_that_is_lost", 2},
                                     {"bank_on_any_ranks", 1},
                                     {"bank_on_any_ranks", 2},
                                     {"bank_on_any_ranks", 4},
                                     {"shards_read_as_one", 1},
                                     {"deflated_reads_alike", 1},
                                     {"deflated_shards_read_as_one", 1},
                                     {"damaged_shards_are_named", 1},
                                     {"shard_of_another_seed", 1},
                                     {"few_open_files", 1},
                                     {"no_flip_is_accepted", 1},
                                     {"plan_comes_back", 1},
                                     {"plan_comes_back", 3},
                                     {"plan_with_fraud_comes_back", 1},
                                     {"plan_with_fraud_comes_back", 3},
                                     {"plan_of_another_configuration", 2}};
  return cr_make_param_array(struct launch, launches, sizeof launches / sizeof launches[0]);
}

ParameterizedTest(struct launch *launch, ranks, cases, .timeout = 60, .init = make_folder,
                  .fini = remove_folder) {
  char path[64];
  cr_expect_eq(run(launch->ranks, launch->name, in_folder(path, "file")), 0, "%s on %d ranks",
               launch->name, launch->ranks);
  unlink(path);
}

// ---- equal files

static char *content(const char *path, long *length) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    return NULL;
  }
  fseek(file, 0, SEEK_END);
  *length = ftell(file);
  rewind(file);
  char *bytes = malloc((size_t)*length);
  if (fread(bytes, 1, (size_t)*length, file) != (size_t)*length) {
    *length = -1;
  }
  fclose(file);
  return bytes;
}

static void expect_equal_files(const char *a, const char *b) {
  long length_a = -1, length_b = -1;
  char *bytes_a = content(a, &length_a), *bytes_b = content(b, &length_b);
  cr_assert(bytes_a && bytes_b);
  cr_expect_gt(length_a, 1000000);
  cr_expect_eq(length_a, length_b);
  cr_expect(length_a == length_b && memcmp(bytes_a, bytes_b, (size_t)length_a) == 0,
            "the files differ");
  free(bytes_a);
  free(bytes_b);
}

Test(writer, bytes_do_not_depend_on_ranks_batches_or_mode, .timeout = 200, .init = make_folder,
     .fini = remove_folder) {
  static const struct launch others[] = {{"write_corpus", 2},
                                         {"write_corpus", 3},
                                         {"write_corpus", 4},
                                         {"write_corpus", 7},
                                         {"write_corpus_in_small_batches", 1},
                                         {"write_corpus_in_small_batches", 3},
                                         {"write_corpus_collectively", 1},
                                         {"write_corpus_collectively", 4}};
  char first[64], other[64];
  cr_assert_eq(run(1, "write_corpus", in_folder(first, "first.h5")), 0);
  in_folder(other, "other.h5");
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    cr_assert_eq(run(others[i].ranks, others[i].name, other), 0, "%s on %d ranks", others[i].name,
                 others[i].ranks);
    expect_equal_files(first, other);
    unlink(other);
  }
  unlink(first);
}

// ---- a full disk

// Runs a case in the folder while that is a file system of `size`.
static int run_on_disk(const char *size, int ranks, const char *name) {
  char option[32], path[64];
  snprintf(option, sizeof option, "size=%s", size);
  if (mount("none", folder, "tmpfs", 0, option) != 0) {
    cr_skip_test("a small file system cannot be mounted here: %s", strerror(errno));
  }
  const int outcome = run(ranks, name, in_folder(path, "corpus.h5"));
  umount(folder);
  return outcome;
}

Test(writer, full_disk_is_seen_before_and_nothing_is_left, .timeout = 60, .init = make_folder,
     .fini = remove_folder) {
  cr_expect_eq(run_on_disk("2m", 1, "write_to_a_full_disk"), 0);
  cr_expect_eq(run_on_disk("2m", 3, "write_to_a_full_disk"), 0);
}

Test(writer, full_disk_is_seen_before_a_chunk, .timeout = 60, .init = make_folder,
     .fini = remove_folder) {
  cr_expect_eq(run_on_disk("6m", 1, "deflate_to_a_full_disk"), 0);
}

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>

#include "io/h5_library.h"
#include "jobs/command.h"
#include "jobs/stop.h"
#include "kernels/random/lanes.h"
#include "mpi/agree.h"

static const struct sf_command commands[SF_COMMAND_COUNT] = {
    [SF_COMMAND_GENERATE] = {.make = sf_job_generate},
    [SF_COMMAND_PLAN] = {.make = sf_job_plan},
    [SF_COMMAND_FINALIZE] = {.read = sf_job_finalize},
    [SF_COMMAND_VERIFY] = {.read = sf_job_verify},
    [SF_COMMAND_INSPECT] = {.read = sf_job_inspect},
    [SF_COMMAND_EXPORT] = {.read = sf_job_export},
    [SF_COMMAND_DIFF] = {.read = sf_job_diff},
    [SF_COMMAND_PREPARE] = {.read = sf_job_prepare},
    [SF_COMMAND_TRAIN] = {.read = sf_job_train},
    [SF_COMMAND_EVALUATE] = {.read = sf_job_evaluate},
    [SF_COMMAND_PREDICT] = {.read = sf_job_predict},
    [SF_COMMAND_TUNE] = {.read = sf_job_tune},
    [SF_COMMAND_MODEL] = {.answer = sf_job_model},
    [SF_COMMAND_SCHEMA] = {.answer = sf_job_schema},
    [SF_COMMAND_CONFIG] = {.answer = sf_job_config},
    [SF_COMMAND_VERSION] = {.answer = sf_job_version},
    [SF_COMMAND_HELP] = {.answer = sf_job_help},
};

static int report(enum sf_status status, const struct sf_error *error) {
  if (status != SF_OK) {
    const char *text = error->status == SF_OK ? sf_status_text(status) : error->text;
    fflush(stdout);
    fprintf(stderr, "synfin: %s\n", text);
  }
  return sf_status_exit_code(status);
}

// The nodes of a run may differ: each rank looks at its own processor.
static enum sf_status check_vector(const struct sf_options *options, struct sf_error *error) {
  char name[SF_PATH_SIZE];
  sf_options_value(options, SF_OPTION_VECTOR, name);
  if (!sf_lanes_select(name)) {
    return sf_fail(error, SF_CONFIG, "vector: this processor or build has no %s", name);
  }
  return SF_OK;
}

// Collective over `comm`. Rank 0 alone reads files and environment, so that all
// ranks have the same options even if nodes see different ones.
static enum sf_status make(enum sf_command_id id, int argc, char **argv, MPI_Comm comm,
                           struct sf_error *error) {
  struct sf_options options;
  enum sf_status status = SF_OK;
  int rank;
  MPI_Comm_rank(comm, &rank);
  if (rank == 0) {
    status = sf_options_load(id, argc, argv, &options, NULL, error);
  }
  SF_TRY(sf_share_status(comm, 0, status, error));
  MPI_Bcast(&options, (int)sizeof options, MPI_BYTE, 0, comm);
  SF_TRY(sf_agree(comm, check_vector(&options, error), error));
  return commands[id].make(&options, comm, error);
}

// Output that could not be written, such as to a full disk, is a failure.
static enum sf_status close_output(enum sf_status status, struct sf_error *error) {
  if (status == SF_OK && (fflush(stdout) != 0 || ferror(stdout))) {
    return sf_fail(error, SF_FILE, "standard output cannot be written");
  }
  return status;
}

static int run_with_mpi(enum sf_command_id id, int argc, char **argv) {
  struct sf_error error = {.status = SF_OK};
  if (sf_h5_prepare(&error) != SF_OK) {
    return report(error.status, &error);
  }
  int thread_level, rank;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &thread_level);
  MPI_Comm comm;
  MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  MPI_Comm_rank(comm, &rank);
  sf_stop_install();  // after MPI, whose own handlers would stay otherwise
  enum sf_status status = commands[id].make ? make(id, argc, argv, comm, &error)
                                            : commands[id].read(argc, argv, comm, &error);
  if (rank == 0) {
    status = close_output(status, &error);
    report(status, &error);
  }
  MPI_Comm_free(&comm);
  MPI_Finalize();
  return sf_status_exit_code(status);
}

// --help anywhere before "--" asks for the help of the command.
static int asks_help(int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      return 1;
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  gsl_set_error_handler_off();
  struct sf_error error = {.status = SF_OK};
  if (argc < 2) {
    sf_options_help(SF_COMMAND_COUNT, stderr);
    return sf_status_exit_code(SF_USAGE);
  }
  const char *word = argv[1];
  if (strcmp(word, "--version") == 0) {
    word = "version";
  } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
    word = "help";
  }
  const enum sf_command_id id = sf_command_find(word);
  if (id == SF_COMMAND_COUNT) {
    return report(sf_command_unknown(word, &error), &error);
  }
  if (asks_help(argc - 1, argv + 1)) {
    sf_options_help(id, stdout);
    return report(close_output(SF_OK, &error), &error);
  }
  if (commands[id].answer) {
    const enum sf_status status = commands[id].answer(argc - 1, argv + 1, &error);
    return report(close_output(status, &error), &error);
  }
  return run_with_mpi(id, argc - 1, argv + 1);
}

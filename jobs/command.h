#ifndef SF_JOBS_COMMAND_H
#define SF_JOBS_COMMAND_H

#include <mpi.h>

#include "io/options.h"
#include "kernels/status.h"

// Entry points of the commands. Messages go to `error`, which main prints once.

// Collective over `comm`; `options` are the same on all ranks.
enum sf_status sf_job_generate(const struct sf_options *options, MPI_Comm comm,
                               struct sf_error *error);
enum sf_status sf_job_plan(const struct sf_options *options, MPI_Comm comm, struct sf_error *error);

// Collective over `comm`. argv[0] is the command's name; each command reads its
// own arguments (sf_options_load), which are the same on all ranks.
enum sf_status sf_job_finalize(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_verify(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_inspect(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_diff(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_export(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_prepare(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_train(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_evaluate(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_predict(int argc, char **argv, MPI_Comm comm, struct sf_error *error);
enum sf_status sf_job_tune(int argc, char **argv, MPI_Comm comm, struct sf_error *error);

// Without MPI: these answer at once, also outside mpirun and on login nodes.
enum sf_status sf_job_schema(int argc, char **argv, struct sf_error *error);
enum sf_status sf_job_config(int argc, char **argv, struct sf_error *error);
enum sf_status sf_job_model(int argc, char **argv, struct sf_error *error);
enum sf_status sf_job_version(int argc, char **argv, struct sf_error *error);
enum sf_status sf_job_help(int argc, char **argv, struct sf_error *error);

// A command, with the one entry point that it has.
struct sf_command {
  enum sf_status (*make)(const struct sf_options *, MPI_Comm, struct sf_error *);
  enum sf_status (*read)(int, char **, MPI_Comm, struct sf_error *);
  enum sf_status (*answer)(int, char **, struct sf_error *);
};

// The command of this name, or SF_COMMAND_COUNT.
enum sf_command_id sf_command_find(const char *name);

// The message for a name that is no command. Returns SF_USAGE.
enum sf_status sf_command_unknown(const char *name, struct sf_error *error);

#endif

#include <stdio.h>
#include <string.h>

#include "io/corpus_reader.h"
#include "io/corpus_settings.h"
#include "io/fraud_settings.h"
#include "io/reserve.h"
#include "io/shard.h"
#include "jobs/command.h"
#include "jobs/finalize.h"
#include "jobs/shard_folder.h"
#include "jobs/shard_lock.h"
#include "mpi/agree.h"

// `synfin finalize CORPUS`: the first shard says of what the corpus consists.

static enum sf_status identify(struct sf_options *options, struct sf_error *error) {
  char path[SF_SHARD_PATH_SIZE];
  struct sf_corpus *shard = NULL;
  struct sf_settings settings;
  sf_shard_path(options->output, 0, path);
  SF_TRY(sf_corpus_open_file(path, &shard, error));
  const struct sf_corpus_info info = *sf_corpus_info(shard);
  sf_corpus_close(shard);
  SF_TRY(sf_settings_read(path, &settings, error));
  options->data = info.config;
  options->shards = (uint32_t)info.shards;
  if (info.shard != 0 || !sf_fraud_settings_read(&settings, &options->data)) {
    return sf_fail(error, SF_FORMAT, "%s: is not the first shard of a corpus", path);
  }
  return sf_shard_folder_features(path, &options->data.features, error);
}

// Rank 0's part: what the corpus is, and that nobody else works on it.
static enum sf_status prepare(struct sf_options *options, struct sf_shard_lock *lock,
                              struct sf_error *error) {
  // A corpus that was joined before is joined again.
  SF_TRY(sf_output_check(options->output, 1, error));
  SF_TRY(sf_shard_corpus_check(options->output, error));
  SF_TRY(identify(options, error));
  int starts;
  if (options->run_id[0] == '\0') {
    sf_shard_folder_read_run(options->output, options->run_id, &starts);
  }
  const struct sf_shard_lock_means means = {options->break_lock, options->break_lock};
  return sf_shard_lock_take(options->output, (struct sf_range){0, options->shards}, &means, lock,
                            error);
}

static enum sf_status finalize(struct sf_maker *maker, struct sf_error *error) {
  const struct sf_options *options = maker->options;
  // Everything is read unless less is asked for.
  const bool is_asked = options->origin[SF_OPTION_CHECK].level != SF_LEVEL_DEFAULT;
  char plan[SF_SHARD_PATH_SIZE];
  sf_shard_plan_path(options->output, plan);
  sf_timer_start(&maker->timer, SF_PHASE_CHECK);
  sf_telemetry_phase(&maker->telemetry, "finalize");
  SF_TRY(sf_agree(maker->comm, sf_maker_create(maker, error), error));
  return sf_finalize(maker, (int)options->shards, plan,
                     is_asked ? (enum sf_check)options->check : SF_CHECK_FULL, true, error);
}

enum sf_status sf_job_finalize(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  struct sf_shard_lock lock = {.held = false};
  struct sf_maker maker = {.options = &options, .comm = comm};
  MPI_Comm_rank(comm, &maker.rank);
  MPI_Comm_size(comm, &maker.size);
  SF_TRY(sf_options_load(SF_COMMAND_FINALIZE, argc, argv, &options, &operands, error));
  if (strlen(operands.text[0]) >= SF_PATH_SIZE) {
    return sf_fail(error, SF_USAGE, "finalize: the path of the corpus is too long");
  }
  snprintf(options.output, sizeof options.output, "%s", operands.text[0]);
  enum sf_status status = maker.rank == 0 ? prepare(&options, &lock, error) : SF_OK;
  status = sf_share_status(comm, 0, status, error);
  MPI_Bcast(&options, (int)sizeof options, MPI_BYTE, 0, comm);
  maker.config = options.data;
  if (status == SF_OK) {
    status = sf_telemetry_start(&maker.telemetry, &options, comm, &maker.timer, error);
    if (status == SF_OK) {
      status = finalize(&maker, error);
      sf_telemetry_end(&maker.telemetry, status, error);
    }
  }
  sf_maker_free(&maker);
  sf_shard_lock_release(&lock);
  return status;
}

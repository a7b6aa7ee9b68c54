#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/manifest.h"
#include "io/plan_file.h"
#include "io/reserve.h"
#include "jobs/command.h"
#include "jobs/customers_range.h"
#include "jobs/piece.h"
#include "jobs/pipeline.h"
#include "jobs/planning.h"
#include "jobs/shard_folder.h"
#include "jobs/shards.h"
#include "jobs/stop.h"
#include "kernels/digest.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

// A corpus in one file: planned, made, checked, named.

// 1. The plan: which rows are whose.

// Ids become rows of their own table: id 1 is row 0.
static struct sf_range rows_of_ids(struct sf_range ids) {
  return (struct sf_range){ids.begin - 1, ids.end - 1};
}

static enum sf_status count_rows(struct sf_maker *maker, struct sf_piece *piece,
                                 struct sf_range *rows, int64_t *total, struct sf_error *error) {
  int64_t *tile_rows = NULL, own = 0;
  const enum sf_status status =
      sf_planning_count(maker, &piece->share, &tile_rows, &piece->fraud, error);
  for (int64_t t = 0; status == SF_OK && t < sf_range_length(piece->share.tiles); t++) {
    own += tile_rows[t];
  }
  free(tile_rows);
  SF_TRY(status);
  rows->begin = sf_exclusive_scan(maker->comm, own, total);
  rows->end = rows->begin + own;
  return SF_OK;
}

static enum sf_status plan_rows(struct sf_maker *maker, struct sf_piece *piece,
                                struct sf_error *error) {
  struct sf_range *rows = &piece->range[SF_TABLE_TRANSACTIONS];
  int64_t *total = &piece->rows[SF_TABLE_TRANSACTIONS];
  if (maker->options->customers_range.end > 0) {
    SF_TRY(sf_customers_range_lay_out(maker, piece, error));
    return maker->config.features ? sf_feature_plan_read(maker->comm, piece->plan, &maker->config,
                                                         &maker->feature_plan, error)
                                  : SF_OK;
  }
  if (piece->plan[0]) {
    enum sf_status status =
        sf_plan_file_read(piece->plan, &maker->config, piece->share.tiles, maker->rank, maker->size,
                          rows, total, &piece->fraud, error);
    SF_TRY(sf_agree(maker->comm, status, error));
    if (maker->config.features) {
      SF_TRY(sf_feature_plan_read(maker->comm, piece->plan, &maker->config, &maker->feature_plan,
                                  error));
    }
  } else {
    SF_TRY(count_rows(maker, piece, rows, total, error));
  }
  piece->range[SF_TABLE_CUSTOMERS] = rows_of_ids(piece->share.customers);
  piece->range[SF_TABLE_MERCHANTS] = rows_of_ids(piece->share.merchants);
  piece->rows[SF_TABLE_CUSTOMERS] = maker->config.customers;
  piece->rows[SF_TABLE_MERCHANTS] = sf_config_merchants(&maker->config);
  piece->range[SF_TABLE_LABELS] = *rows;
  piece->rows[SF_TABLE_LABELS] = *total;
  sf_telemetry_exchanged(&maker->telemetry, piece->fraud.totals.exchange_bytes);
  return SF_OK;
}

// 2. The rows (jobs/passes.c).

static enum sf_status make_rows(struct sf_maker *maker, struct sf_piece *piece,
                                struct sf_error *error) {
  sf_progress_start(&maker->progress, sf_maker_progress_stream(maker), "generate",
                    sf_range_length(piece->share.customers), piece->rows[SF_TABLE_TRANSACTIONS],
                    (double)sf_maker_row_bytes(maker));
  sf_telemetry_follow(&maker->telemetry, &maker->progress);
  SF_TRY(sf_piece_make(maker, piece, error));
  sf_progress_end(&maker->progress);
  return SF_OK;
}

// 3. The whole file: closed, compared, on the disk, named; the manifest last.

static enum sf_status finish(struct sf_maker *maker, struct sf_piece *piece,
                             struct sf_error *error) {
  sf_telemetry_phase(&maker->telemetry, "close");
  SF_TRY(sf_piece_close(maker, piece, error));
  sf_telemetry_phase(&maker->telemetry, "check");
  SF_TRY(sf_piece_check(maker, piece, error));
  sf_telemetry_phase(&maker->telemetry, "sync");
  if (maker->rank == 0) {
    // The manifest of a corpus that is about to be replaced.
    char path[SF_PATH_SIZE + 32];
    sf_manifest_path(piece->path, path);
    unlink(path);
  }
  SF_TRY(sf_piece_commit(maker, piece, error));
  sf_timer_stop(&maker->timer);
  const struct sf_manifest manifest = {
      .options = maker->options,
      .vector_path = maker->lanes->name,
      .config = maker->config,
      .rows = piece->rows,
      .fraud = &piece->fraud.totals,
      .digests = &piece->digests,
      .timer = &maker->timer,
      .knowledge_bytes = maker->feature_plan.bank ? sf_bank_bytes(maker->feature_plan.bank) : 0,
  };
  return sf_manifest_write(maker->comm, piece->path, &manifest, error);
}

static void print_summary(const struct sf_maker *maker, const struct sf_piece *piece) {
  double seconds = 0;
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    seconds += maker->timer.seconds[p];
  }
  struct stat file = {.st_size = 0};
  stat(piece->path, &file);
  char digest[SF_DIGEST_TEXT_SIZE];
  sf_digest_text(sf_digest_of_corpus(&piece->digests), digest);
  const bool one = piece->rows[SF_TABLE_CUSTOMERS] == 1;
  printf("%s: %lld transactions of %lld customer%s at %lld merchants, %.1f MB\n", piece->path,
         (long long)piece->rows[SF_TABLE_TRANSACTIONS], (long long)piece->rows[SF_TABLE_CUSTOMERS],
         one ? "" : "s", (long long)piece->rows[SF_TABLE_MERCHANTS], (double)file.st_size / 1e6);
  char rate[SF_SCALED_SIZE];
  sf_scaled_text((double)piece->rows[SF_TABLE_TRANSACTIONS] / seconds, rate);
  printf("digest %s, %.2f s, %s rows/s on %d %s\n", digest, seconds, rate, maker->size,
         maker->size == 1 ? "rank" : "ranks");
}

static enum sf_status generate(struct sf_maker *maker, struct sf_piece *piece,
                               struct sf_error *error) {
  sf_timer_start(&maker->timer, SF_PHASE_PLAN);
  sf_telemetry_phase(&maker->telemetry, "plan");
  SF_TRY(sf_agree(maker->comm, sf_maker_create(maker, error), error));
  SF_TRY(plan_rows(maker, piece, error));
  sf_telemetry_phase(&maker->telemetry, "create");
  SF_TRY(sf_piece_create(maker, piece, error));
  sf_telemetry_phase(&maker->telemetry, "generate");
  SF_TRY(make_rows(maker, piece, error));
  SF_TRY(finish(maker, piece, error));
  sf_telemetry_success(&maker->telemetry, piece->rows, &piece->digests);
  if (maker->rank == 0 && !maker->options->quiet) {
    print_summary(maker, piece);
  }
  return SF_OK;
}

// Before anything is made: may the output be, and is there room for it?
static enum sf_status check_output(const struct sf_options *options, const struct sf_config *config,
                                   int ranks, struct sf_error *error) {
  SF_TRY(sf_compression_check((enum sf_compression)options->compression, ranks, error));
  SF_TRY(sf_output_check(options->output, options->force, error));
  if (options->break_lock) {
    return sf_fail(error, SF_CONFIG, "break-lock wants shards: one file has no lock");
  }
  double bytes = sf_pipeline_least_bytes(options);
  const struct sf_slice *part = &options->customers_range;
  bytes *= part->end > 0 ? (double)(part->end - part->begin) / config->customers : 1;
  return sf_output_room(options->output, (int64_t)bytes, error);
}

static enum sf_status make_corpus(struct sf_maker *maker, struct sf_error *error) {
  const struct sf_options *options = maker->options;
  struct sf_piece piece = {.comm = maker->comm,
                           .rank = maker->rank,
                           .size = maker->size,
                           .path = options->output,
                           .plan = options->plan};
  enum sf_status status = SF_OK;
  if (maker->rank == 0) {
    status = check_output(options, &maker->config, maker->size, error);
  }
  status = sf_share_status(maker->comm, 0, status, error);
  if (status == SF_OK) {
    piece.share = sf_share_of(&maker->config, maker->rank, maker->size);
    status = generate(maker, &piece, error);
  }
  sf_piece_free(&piece);
  return status;
}

// All runs that make shards of a corpus go by one name, unless they are given others.
static enum sf_status name_run(struct sf_options *options, struct sf_error *error) {
  int starts;
  if (!sf_shards_asked(options) || options->run_id[0] != '\0' ||
      (!options->force && sf_shard_folder_read_run(options->output, options->run_id, &starts))) {
    return SF_OK;
  }
  return sf_run_id_make(options->run_id, error);
}

enum sf_status sf_job_generate(const struct sf_options *options, MPI_Comm comm,
                               struct sf_error *error) {
  struct sf_options own = *options;
  struct sf_maker maker = {.options = &own, .comm = comm, .config = options->data};
  MPI_Comm_rank(comm, &maker.rank);
  MPI_Comm_size(comm, &maker.size);
  enum sf_status status = maker.rank == 0 ? name_run(&own, error) : SF_OK;
  SF_TRY(sf_share_status(comm, 0, status, error));
  SF_TRY(sf_telemetry_start(&maker.telemetry, &own, comm, &maker.timer, error));
  sf_stop_after(options->time_limit);
  status =
      sf_shards_asked(options) ? sf_shards_generate(&maker, error) : make_corpus(&maker, error);
  sf_maker_free(&maker);
  sf_telemetry_end(&maker.telemetry, status, error);
  return status;
}

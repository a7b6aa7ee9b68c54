#include "jobs/shards.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/plan_file.h"
#include "io/shard.h"
#include "jobs/finalize.h"
#include "jobs/piece.h"
#include "jobs/planning.h"
#include "jobs/shard_folder.h"
#include "jobs/shard_lock.h"
#include "jobs/stop.h"
#include "mpi/agree.h"
#include "mpi/alarm.h"
#include "mpi/reduce.h"

struct run {
  struct sf_maker *maker;
  const char *corpus;
  int count;              // shards of the corpus
  struct sf_range range;  // of shards, to be made by this run
  char plan[SF_SHARD_PATH_SIZE];
  MPI_Comm group;  // ranks that write a shard together
  int group_rank, group_size, groups, color;
  struct sf_alarm alarm;
  struct sf_shard_lock lock;  // rank 0's
  int64_t made, kept;         // shards of this group
};

// 1. The plan that all shards follow: given, left by a run before, or made now.

static enum sf_status make_plan(struct run *run, struct sf_error *error) {
  struct sf_maker *maker = run->maker;
  const struct sf_options *options = maker->options;
  int there = 0;
  enum sf_status status = SF_OK;
  if (maker->rank == 0) {
    status = sf_shard_folder_plan(run->corpus, options, &maker->config, &there, error);
  }
  SF_TRY(sf_share_status(maker->comm, 0, status, error));
  MPI_Bcast(&there, 1, MPI_INT, 0, maker->comm);
  if (!there) {
    int64_t total;
    return sf_planning_save(maker, run->plan, &total, error);
  }
  return maker->config.features ? sf_feature_plan_read(maker->comm, run->plan, &maker->config,
                                                       &maker->feature_plan, error)
                                : SF_OK;
}

// 2. One shard.

// The rows of the shard and of this rank, and the stories of its customers. Collective
// over the group.
static enum sf_status lay_out(struct run *run, struct sf_piece *piece, struct sf_error *error) {
  const struct sf_config *config = &run->maker->config;
  const struct sf_shard *shard = piece->shard;
  piece->share = sf_share_within(config, shard->tiles, run->group_rank, run->group_size);
  struct sf_range rows, all;
  int64_t total;
  enum sf_status status = sf_plan_file_read(run->plan, config, piece->share.tiles, 0, 0, &rows,
                                            &total, &piece->fraud, error);
  if (status == SF_OK) {
    status = sf_plan_file_read_rows(run->plan, config, shard->tiles, &all, error);
  }
  SF_TRY(sf_agree(run->group, status, error));
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    piece->rows[t] = -1;
  }
  piece->first[SF_TABLE_TRANSACTIONS] = piece->first[SF_TABLE_LABELS] = all.begin;
  piece->rows[SF_TABLE_TRANSACTIONS] = piece->rows[SF_TABLE_LABELS] = sf_range_length(all);
  piece->range[SF_TABLE_TRANSACTIONS] = piece->range[SF_TABLE_LABELS] = rows;
  piece->first[SF_TABLE_CUSTOMERS] = shard->customers.begin - 1;
  piece->rows[SF_TABLE_CUSTOMERS] = sf_range_length(shard->customers);
  piece->range[SF_TABLE_CUSTOMERS] =
      (struct sf_range){piece->share.customers.begin - 1, piece->share.customers.end - 1};
  piece->first[SF_TABLE_EPISODES] = piece->fraud.first_episode;
  MPI_Bcast(&piece->first[SF_TABLE_EPISODES], 1, MPI_INT64_T, 0, run->group);
  return SF_OK;
}

static enum sf_status make_file(struct sf_maker *maker, struct sf_piece *piece,
                                struct sf_error *error) {
  SF_TRY(sf_piece_create(maker, piece, error));
  SF_TRY(sf_piece_make(maker, piece, error));
  SF_TRY(sf_piece_close(maker, piece, error));
  SF_TRY(sf_piece_check(maker, piece, error));
  return sf_piece_commit(maker, piece, error);
}

// Collective over the group.
static enum sf_status make_shard(struct run *run, const struct sf_shard *shard, const char *path,
                                 int64_t customers_before, struct sf_error *error) {
  struct sf_piece piece = {.comm = run->group,
                           .rank = run->group_rank,
                           .size = run->group_size,
                           .path = path,
                           .plan = run->plan,
                           .shard = shard,
                           .customers_before = customers_before};
  enum sf_status status = lay_out(run, &piece, error);
  if (status == SF_OK) {
    status = make_file(run->maker, &piece, error);
  }
  sf_piece_free(&piece);
  return status;
}

// Whether a shard that is there stays. Collective over the group.
static enum sf_status look_at(struct run *run, const struct sf_shard *shard, const char *path,
                              int *stays, struct sf_error *error) {
  enum sf_status status = SF_OK;
  *stays = 0;
  sf_timer_switch(&run->maker->timer, SF_PHASE_CHECK);
  if (run->group_rank == 0 && run->maker->options->resume) {
    status = sf_shard_folder_keep(path, &run->maker->config, shard, stays, error);
    if (status == SF_OK && *stays) {
      status = sf_maker_count_file(run->maker, path, error);
    }
  }
  status = sf_share_status(run->group, 0, status, error);
  MPI_Bcast(stays, 1, MPI_INT, 0, run->group);
  return status;
}

// 3. The shards of a group.

// Customers of this rank in the shards of its group.
static int64_t own_customers(const struct run *run) {
  int64_t sum = 0;
  for (int64_t k = run->range.begin + run->color; k < run->range.end; k += run->groups) {
    const struct sf_shard shard = sf_shard_of(&run->maker->config, run->count, (int)k);
    sum += sf_range_length(
        sf_share_within(&run->maker->config, shard.tiles, run->group_rank, run->group_size)
            .customers);
  }
  return sum;
}

// Of all groups, as far as the first rank knows: they go on at about the same pace.
static void show_shards(struct run *run) {
  const int64_t all = sf_range_length(run->range);
  const int64_t done = (run->made + run->kept) * run->groups;
  sf_telemetry_shards(&run->maker->telemetry, done < all ? done : all, all);
}

static enum sf_status make_own(struct run *run, struct sf_error *error) {
  int64_t customers = 0;
  for (int64_t k = run->range.begin + run->color; k < run->range.end; k += run->groups) {
    const struct sf_shard shard = sf_shard_of(&run->maker->config, run->count, (int)k);
    char path[SF_SHARD_PATH_SIZE];
    int stays;
    sf_shard_path(run->corpus, (int)k, path);
    // Ranks of a group may hear of a stop at different times.
    SF_TRY(sf_agree_text(run->group, sf_stop_check(error), error));
    SF_TRY(look_at(run, &shard, path, &stays, error));
    if (!stays) {
      SF_TRY(make_shard(run, &shard, path, customers, error));
    }
    run->kept += stays;
    run->made += !stays;
    customers += sf_range_length(
        sf_share_within(&run->maker->config, shard.tiles, run->group_rank, run->group_size)
            .customers);
    sf_progress_update(&run->maker->progress, customers);
    show_shards(run);
  }
  return SF_OK;
}

static struct sf_range tiles_of(const struct run *run) {
  const struct sf_config *config = &run->maker->config;
  return (struct sf_range){sf_shard_of(config, run->count, (int)run->range.begin).tiles.begin,
                           sf_shard_of(config, run->count, (int)run->range.end - 1).tiles.end};
}

// A group that fails stops the others: what it lacks, such as space, they will lack too.
static enum sf_status make_all(struct run *run, struct sf_error *error) {
  struct sf_maker *maker = run->maker;
  struct sf_range rows;
  enum sf_status status =
      sf_plan_file_read_rows(run->plan, &maker->config, tiles_of(run), &rows, error);
  SF_TRY(sf_agree(maker->comm, status, error));
  sf_progress_start(&maker->progress, sf_maker_progress_stream(maker), "generate",
                    own_customers(run), sf_range_length(rows), (double)sf_maker_row_bytes(maker));
  sf_telemetry_follow(&maker->telemetry, &maker->progress);
  sf_alarm_create(maker->comm, &run->alarm);
  sf_stop_share(&run->alarm);
  struct sf_error cause = {.status = SF_OK};
  status = make_own(run, &cause);
  if (status != SF_OK) {
    sf_alarm_raise(&run->alarm);
  }
  sf_stop_share(NULL);
  const bool stopped = sf_alarm_end(&run->alarm);
  // A stop is no failure of its own.
  if (status == SF_STOPPED) {
    status = SF_OK;
  } else if (error) {
    *error = cause;
  }
  SF_TRY(sf_agree_text(maker->comm, status, error));
  if (stopped) {
    return sf_fail(error, SF_STOPPED, "stopped");
  }
  sf_progress_end(&maker->progress);
  return SF_OK;
}

// 4. The run.

static enum sf_status prepare(struct run *run, struct sf_error *error) {
  const struct sf_options *options = run->maker->options;
  SF_TRY(sf_compression_check((enum sf_compression)options->compression, run->group_size, error));
  const struct sf_shard_lock_means means = {.take_ended = options->resume || options->break_lock,
                                            .take_unknown = options->break_lock};
  SF_TRY(sf_shard_folder_check(run->corpus, options, run->range, error));
  SF_TRY(sf_shard_lock_take(run->corpus, run->range, &means, &run->lock, error));
  SF_TRY(sf_shard_folder_clean(run->corpus, options, run->range, error));
  return sf_shard_folder_note_run(run->corpus, options->run_id, run->range, error);
}

static void split(struct run *run) {
  struct sf_maker *maker = run->maker;
  const int64_t asked = maker->options->ranks_per_shard;
  const int ranks = asked < maker->size ? (int)asked : maker->size;
  run->groups = (maker->size + ranks - 1) / ranks;
  run->color = maker->rank / ranks;
  MPI_Comm_split(maker->comm, run->color, maker->rank, &run->group);
  MPI_Comm_rank(run->group, &run->group_rank);
  MPI_Comm_size(run->group, &run->group_size);
}

// The end of a run that makes some of the shards only.
static enum sf_status tell_part(struct run *run, struct sf_error *error) {
  struct sf_maker *maker = run->maker;
  int64_t rows[SF_TABLE_COUNT] = {0};
  struct sf_range own;
  SF_TRY(sf_agree(maker->comm,
                  sf_plan_file_read_rows(run->plan, &maker->config, tiles_of(run), &own, error),
                  error));
  rows[SF_TABLE_TRANSACTIONS] = rows[SF_TABLE_LABELS] = sf_range_length(own);
  sf_timer_stop(&maker->timer);
  sf_telemetry_success(&maker->telemetry, rows, NULL);
  return SF_OK;
}

static enum sf_status make(struct run *run, struct sf_error *error) {
  struct sf_maker *maker = run->maker;
  sf_timer_start(&maker->timer, SF_PHASE_PLAN);
  sf_telemetry_phase(&maker->telemetry, "plan");
  SF_TRY(sf_agree(maker->comm, sf_maker_create(maker, error), error));
  SF_TRY(make_plan(run, error));
  sf_telemetry_phase(&maker->telemetry, "generate");
  SF_TRY(make_all(run, error));
  if (sf_range_length(run->range) < run->count) {
    return tell_part(run, error);
  }
  sf_telemetry_phase(&maker->telemetry, "finalize");
  // What was made is read back, and what was kept is checked.
  return sf_finalize(maker, run->count, run->plan, SF_CHECK_NONE, false, error);
}

// Collective over the run. Shards of the run that are finished.
static int64_t finished(const struct run *run, int64_t *kept) {
  int64_t sums[2];
  sf_exclusive_scan(run->maker->comm, run->group_rank == 0 ? run->made + run->kept : 0, &sums[0]);
  sf_exclusive_scan(run->maker->comm, run->group_rank == 0 ? run->kept : 0, &sums[1]);
  *kept = sums[1];
  return sums[0];
}

enum sf_status sf_shards_generate(struct sf_maker *maker, struct sf_error *error) {
  const struct sf_options *options = maker->options;
  struct run run = {.maker = maker,
                    .corpus = options->output,
                    .count = (int)options->shards,
                    .range = {options->shard_range.begin, options->shard_range.end}};
  if (run.range.end == 0) {
    run.range = (struct sf_range){0, run.count};
  }
  sf_shard_plan_path(run.corpus, run.plan);
  split(&run);
  enum sf_status status = maker->rank == 0 ? prepare(&run, error) : SF_OK;
  status = sf_share_status(maker->comm, 0, status, error);
  if (status == SF_OK) {
    status = make(&run, error);
  }
  int64_t kept;
  const int64_t shards = finished(&run, &kept);
  if (status == SF_STOPPED) {
    sf_telemetry_shards(&maker->telemetry, shards, sf_range_length(run.range));
  }
  if (status == SF_STOPPED) {
    const int number = (int)sf_max_i64(maker->comm, sf_stop_number());
    *error = (struct sf_error){.status = SF_OK};
    status =
        sf_fail(error, SF_RESUMABLE,
                "stopped by %s: %lld of %lld shards are finished, --resume makes the rest",
                sf_stop_text(number), (long long)shards, (long long)sf_range_length(run.range));
  }
  if (status == SF_OK && maker->rank == 0 && !options->quiet) {
    printf("%s: %lld of %d shards are finished, %lld of them kept\n", run.corpus, (long long)shards,
           run.count, (long long)kept);
  }
  MPI_Comm_free(&run.group);
  sf_shard_lock_release(&run.lock);
  return status;
}

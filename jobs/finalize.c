#include "jobs/finalize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/corpus_reader.h"
#include "io/corpus_writer.h"
#include "io/manifest.h"
#include "io/plan_file.h"
#include "io/shard.h"
#include "jobs/joined_tables.h"
#include "jobs/shard_folder.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

// What is known of a shard, summed over ranks of which one knows it.
struct known {
  int64_t first[SF_TABLE_COUNT], rows[SF_TABLE_COUNT];
  struct sf_digest digest;
};

struct join {
  struct sf_maker *maker;
  const char *corpus;
  int shards;
  bool tells;
  int64_t bytes;                     // of the shards
  struct known *known;               // shape [shards]
  struct sf_corpus_digests digests;  // of the shards, then of the corpus
  int64_t rows[SF_TABLE_COUNT];
  struct sf_fraud_totals fraud;
};

// 1. The shards, divided over ranks.

static enum sf_status check_own(struct join *join, enum sf_check level, struct sf_error *error) {
  struct sf_maker *maker = join->maker;
  struct sf_shard_facts *facts = malloc(sizeof *facts);
  enum sf_status status =
      facts ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory to check shards");
  for (int k = maker->rank; k < join->shards && status == SF_OK; k += maker->size) {
    const struct sf_shard shard = sf_shard_of(&maker->config, join->shards, k);
    char path[SF_SHARD_PATH_SIZE];
    sf_shard_path(join->corpus, k, path);
    status = sf_shard_check(path, &maker->config, &shard, level, facts, error);
    if (status == SF_OK) {
      memcpy(join->known[k].first, facts->first, sizeof facts->first);
      memcpy(join->known[k].rows, facts->rows, sizeof facts->rows);
      join->known[k].digest = sf_digest_of_corpus(&facts->digests);
      sf_corpus_digests_add(&join->digests, &facts->digests);
      struct stat file = {.st_size = 0};
      stat(path, &file);
      join->bytes += file.st_size;
      status = join->tells ? sf_maker_count_file(maker, path, error) : SF_OK;
    }
  }
  free(facts);
  return status;
}

// Each must begin where the one before ends, and the last where the plan ends.
static enum sf_status check_order(const struct join *join, const char *plan,
                                  struct sf_error *error) {
  const struct sf_config *config = &join->maker->config;
  struct sf_range all;
  SF_TRY(sf_plan_file_read_rows(plan, config, (struct sf_range){0, sf_config_tiles(config)}, &all,
                                error));
  for (int k = 0; k < join->shards; k++) {
    char path[SF_SHARD_PATH_SIZE];
    sf_shard_path(join->corpus, k, path);
    const struct known *known = &join->known[k];
    for (int t = 0; t < SF_TABLE_COUNT; t++) {
      const int64_t begin = k > 0 ? known[-1].first[t] + known[-1].rows[t] : 0;
      if (known->rows[t] >= 0 && known->first[t] != begin) {
        return sf_fail(error, SF_MISMATCH, "%s: its /%s begins at row %lld, not at %lld", path,
                       sf_tables[t].name, (long long)known->first[t], (long long)begin);
      }
    }
    if (k == join->shards - 1 &&
        known->first[SF_TABLE_TRANSACTIONS] + known->rows[SF_TABLE_TRANSACTIONS] != all.end) {
      return sf_fail(error, SF_MISMATCH, "%s: other numbers of transactions than the plan has",
                     path);
    }
  }
  return SF_OK;
}

// Collective.
static enum sf_status check_shards(struct join *join, const char *plan, enum sf_check level,
                                   struct sf_error *error) {
  MPI_Comm comm = join->maker->comm;
  sf_timer_switch(&join->maker->timer, SF_PHASE_CHECK);
  join->known = calloc((size_t)join->shards, sizeof *join->known);
  enum sf_status status =
      join->known ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for %d shards", join->shards);
  SF_TRY(sf_agree(comm, status, error));
  SF_TRY(sf_agree_text(comm, check_own(join, level, error), error));
  sf_sum_u64(comm, (uint64_t *)join->known,
             join->shards * (int64_t)(sizeof *join->known / sizeof(uint64_t)));
  struct sf_corpus_digests *digests = &join->digests;
  sf_sum_digests(comm, &digests->column[0][0], (int64_t)SF_TABLE_COUNT * SF_COLUMNS_MAX);
  sf_sum_digests(comm, digests->feature, SF_FEATURE_COUNT);
  digests->features = join->maker->config.features;
  sf_exclusive_scan(comm, join->bytes, &join->bytes);
  return sf_agree_text(comm, check_order(join, plan, error), error);
}

// 2. The corpus: rank 0 alone writes.

// Rows of all tables. Those of rings are known from the plan.
static void count_rows(struct join *join) {
  const enum sf_table_id of_shards[] = {SF_TABLE_CUSTOMERS, SF_TABLE_TRANSACTIONS, SF_TABLE_LABELS,
                                        SF_TABLE_EPISODES};
  const struct known *last = &join->known[join->shards - 1];
  for (size_t i = 0; i < sizeof of_shards / sizeof of_shards[0]; i++) {
    join->rows[of_shards[i]] = last->first[of_shards[i]] + last->rows[of_shards[i]];
  }
  join->rows[SF_TABLE_MERCHANTS] = sf_config_merchants(&join->maker->config);
  join->rows[SF_TABLE_RINGS] = join->fraud.rings;
  join->rows[SF_TABLE_RING_MEMBERS] = join->fraud.members;
  join->rows[SF_TABLE_RING_LINKS] = join->fraud.links;
}

// The views, and an empty file behind them.
static enum sf_status create(struct join *join, const struct sf_isolation_fit *fit,
                             struct sf_writer **writer, struct sf_error *error) {
  struct sf_view_part *part = calloc((size_t)join->shards, sizeof *part);
  if (!part) {
    return sf_fail(error, SF_MEMORY, "out of memory for %d shards", join->shards);
  }
  for (int k = 0; k < join->shards; k++) {
    const struct known *known = &join->known[k];
    part[k] = (struct sf_view_part){known->first[SF_TABLE_TRANSACTIONS],
                                    known->rows[SF_TABLE_TRANSACTIONS],
                                    known->rows[SF_TABLE_CUSTOMERS], known->digest};
  }
  const struct sf_view view = {join->shards, part};
  struct sf_writer_layout layout = {.path = join->corpus,
                                    .config = join->maker->config,
                                    .batch = join->maker->options->batch,
                                    .features = fit,
                                    .view = &view};
  memcpy(layout.rows, join->rows, sizeof layout.rows);
  const enum sf_status status = sf_writer_create(MPI_COMM_SELF, &layout, writer, error);
  free(part);
  return status;
}

static enum sf_status write_corpus(struct join *join, const char *plan, struct sf_error *error) {
  struct sf_maker *maker = join->maker;
  struct sf_writer *writer = NULL;
  struct sf_isolation_fit fit;
  sf_timer_switch(&maker->timer, SF_PHASE_CREATE);
  if (maker->config.features) {
    SF_TRY(sf_plan_file_read_fit(plan, &maker->config, &fit, error));
  }
  SF_TRY(sf_joined_totals(plan, &maker->config, &join->fraud, error));
  count_rows(join);
  enum sf_status status = create(join, maker->config.features ? &fit : NULL, &writer, error);
  if (status == SF_OK) {
    sf_timer_switch(&maker->timer, SF_PHASE_WRITE);
    status =
        sf_joined_tables(maker, join->corpus, join->shards, plan, writer, &join->digests, error);
  }
  if (status == SF_OK) {
    sf_timer_switch(&maker->timer, SF_PHASE_CLOSE);
    status = sf_writer_close(writer, &join->digests, error);
  }
  if (status == SF_OK) {
    sf_timer_switch(&maker->timer, SF_PHASE_SYNC);
    char manifest[SF_PATH_SIZE + 32];
    sf_manifest_path(join->corpus, manifest);
    unlink(manifest);
    status = sf_writer_commit(writer, error);
  }
  if (writer) {
    sf_writer_free(writer);
  }
  return status;
}

static enum sf_status join_shards(struct join *join, const char *plan, enum sf_check level,
                                  struct sf_error *error) {
  struct sf_maker *maker = join->maker;
  SF_TRY(check_shards(join, plan, level, error));
  enum sf_status status = maker->rank == 0 ? write_corpus(join, plan, error) : SF_OK;
  SF_TRY(sf_share_status(maker->comm, 0, status, error));
  // For the manifest, which rank 0 writes, and for the summary.
  MPI_Bcast(join->rows, SF_TABLE_COUNT, MPI_INT64_T, 0, maker->comm);
  MPI_Bcast(&join->digests, (int)sizeof join->digests, MPI_BYTE, 0, maker->comm);
  sf_timer_stop(&maker->timer);
  int64_t *shard_rows = malloc((size_t)join->shards * sizeof *shard_rows);
  for (int k = 0; shard_rows && k < join->shards; k++) {
    shard_rows[k] = join->known[k].rows[SF_TABLE_TRANSACTIONS];
  }
  char run_id[SF_PATH_SIZE] = "";
  int starts;
  sf_shard_folder_read_run(join->corpus, run_id, &starts);
  const struct sf_manifest manifest = {.options = maker->options,
                                       .vector_path = maker->lanes->name,
                                       .config = maker->config,
                                       .rows = join->rows,
                                       .shards = shard_rows ? join->shards : 0,
                                       .shard_rows = shard_rows,
                                       .run_id = run_id,
                                       .starts = starts,
                                       .fraud = &join->fraud,
                                       .digests = &join->digests,
                                       .timer = &maker->timer};
  status = sf_manifest_write(maker->comm, join->corpus, &manifest, error);
  free(shard_rows);
  return status;
}

static void print_summary(const struct join *join) {
  char digest[SF_DIGEST_TEXT_SIZE];
  sf_digest_text(sf_digest_of_corpus(&join->digests), digest);
  printf("%s: %lld transactions of %lld customers at %lld merchants in %d shards\ndigest %s\n",
         join->corpus, (long long)join->rows[SF_TABLE_TRANSACTIONS],
         (long long)join->rows[SF_TABLE_CUSTOMERS], (long long)join->rows[SF_TABLE_MERCHANTS],
         join->shards, digest);
}

enum sf_status sf_finalize(struct sf_maker *maker, int shards, const char *plan,
                           enum sf_check level, bool tells, struct sf_error *error) {
  struct join join = {
      .maker = maker, .corpus = maker->options->output, .shards = shards, .tells = tells};
  const enum sf_status status = join_shards(&join, plan, level, error);
  if (status == SF_OK) {
    maker->telemetry.shard_bytes = (double)join.bytes;
    sf_telemetry_shards(&maker->telemetry, shards, shards);
    sf_telemetry_success(&maker->telemetry, join.rows, &join.digests);
    if (maker->rank == 0 && !maker->options->quiet) {
      print_summary(&join);
    }
  }
  free(join.known);
  return status;
}

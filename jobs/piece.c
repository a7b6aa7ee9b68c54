#include "jobs/piece.h"

#include "jobs/pipeline.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

static int64_t batches_of(const struct sf_maker *maker, struct sf_range rows) {
  const int64_t batch = maker->options->batch;
  return (sf_range_length(rows) + batch - 1) / batch;
}

// Features are written by pieces of a batch.
static int64_t feature_batches_of(const struct sf_maker *maker, struct sf_range rows) {
  const int64_t batch = maker->options->batch, some = sf_pipeline_value_rows(maker->options);
  const int64_t rest = sf_range_length(rows) % batch;
  return sf_range_length(rows) / batch * ((batch + some - 1) / some) + (rest + some - 1) / some;
}

// Shards hold what belongs to their customers.
static void leave_rings_out(struct sf_piece *piece) {
  static const enum sf_table_id tables[] = {SF_TABLE_RINGS, SF_TABLE_RING_MEMBERS,
                                            SF_TABLE_RING_LINKS};
  for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
    piece->rows[tables[i]] = -1;
    piece->range[tables[i]] = (struct sf_range){0, 0};
  }
}

enum sf_status sf_piece_create(struct sf_maker *maker, struct sf_piece *piece,
                               struct sf_error *error) {
  const struct sf_options *options = maker->options;
  sf_timer_switch(&maker->timer, SF_PHASE_CREATE);
  SF_TRY(sf_kept_tables_create(piece->comm, &maker->config, &piece->fraud, &piece->kept,
                               piece->first, piece->range, piece->rows, error));
  if (piece->shard) {
    leave_rings_out(piece);
  }
  // Collective transfers can lose data without an error: all is read back.
  const enum sf_check level = options->collective ? SF_CHECK_FULL : (enum sf_check)options->check;
  int64_t batches[SF_TABLE_COUNT];
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    batches[t] = batches_of(maker, piece->range[t]);
  }
  enum sf_status status = sf_read_back_create(
      level, (enum sf_compression)options->compression, batches,
      feature_batches_of(maker, piece->range[SF_TABLE_TRANSACTIONS]), &piece->read_back, error);
  SF_TRY(sf_agree(piece->comm, status, error));
  struct sf_writer_layout layout = {
      .path = piece->path,
      .config = maker->config,
      .batch = options->batch,
      .collective = options->collective,
      .features = maker->features ? &maker->feature_plan.fit : NULL,
      .compression = (enum sf_compression)options->compression,
      .shard = piece->shard,
      .part = piece->part,
  };
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    layout.first[t] = piece->first[t];
    layout.rows[t] = piece->rows[t];
  }
  return sf_writer_create(piece->comm, &layout, &piece->writer, error);
}

enum sf_status sf_piece_close(struct sf_maker *maker, struct sf_piece *piece,
                              struct sf_error *error) {
  sf_timer_switch(&maker->timer, SF_PHASE_CLOSE);
  struct sf_corpus_digests *digests = &piece->digests;
  sf_sum_digests(piece->comm, &digests->column[0][0], (int64_t)SF_TABLE_COUNT * SF_COLUMNS_MAX);
  sf_sum_digests(piece->comm, digests->feature, SF_FEATURE_COUNT);
  return sf_writer_close(piece->writer, digests, error);
}

enum sf_status sf_piece_check(struct sf_maker *maker, struct sf_piece *piece,
                              struct sf_error *error) {
  sf_timer_switch(&maker->timer, SF_PHASE_CHECK);
  const enum sf_status status =
      sf_read_back_compare(piece->read_back, sf_writer_partial(piece->writer), maker->memory,
                           maker->options->batch, error);
  return sf_agree(piece->comm, status, error);
}

enum sf_status sf_piece_commit(struct sf_maker *maker, struct sf_piece *piece,
                               struct sf_error *error) {
  sf_timer_switch(&maker->timer, SF_PHASE_SYNC);
  return sf_writer_commit(piece->writer, error);
}

void sf_piece_free(struct sf_piece *piece) {
  if (piece->writer) {
    sf_writer_free(piece->writer);
  }
  sf_read_back_free(piece->read_back);
  sf_kept_tables_free(&piece->kept);
  sf_fraud_plan_free(&piece->fraud);
}

#include "jobs/planning.h"

#include <stdlib.h>

#include "io/plan_file.h"
#include "jobs/pipeline.h"
#include "jobs/stop.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

enum sf_status sf_planning_count(struct sf_maker *maker, const struct sf_share *share,
                                 int64_t **tile_rows, struct sf_fraud_plan *fraud,
                                 struct sf_error *error) {
  *tile_rows = calloc((size_t)sf_range_length(share->tiles) + 1, sizeof **tile_rows);
  enum sf_status status =
      *tile_rows ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the plan");
  SF_TRY(sf_agree(maker->comm, status, error));
  if (maker->config.features) {
    SF_TRY(sf_feature_plan_begin(maker->comm, &maker->config, sf_pipeline_lanes(maker->options),
                                 &maker->feature_plan, error));
  }
  sf_progress_start(&maker->progress, sf_maker_progress_stream(maker), "plan",
                    sf_range_length(share->customers), 0, 0);
  sf_telemetry_follow(&maker->telemetry, &maker->progress);
  status = sf_pipeline_plan(maker->comm, maker->world, maker->history, share, *tile_rows, fraud,
                            &maker->feature_plan, &maker->progress, error);
  sf_progress_end(&maker->progress);
  SF_TRY(status);
  return sf_agree(maker->comm, sf_stop_check(error), error);
}

enum sf_status sf_planning_save(struct sf_maker *maker, const char *path, int64_t *total,
                                struct sf_error *error) {
  const struct sf_share share = sf_share_of(&maker->config, maker->rank, maker->size);
  struct sf_fraud_plan fraud = {0};
  int64_t *tile_rows = NULL, own = 0;
  enum sf_status status = sf_planning_count(maker, &share, &tile_rows, &fraud, error);
  if (status == SF_OK) {
    const struct sf_plan_features features = {maker->feature_plan.bank, &maker->feature_plan.fit};
    status = sf_plan_file_write(maker->comm, path, &maker->config, tile_rows, &fraud,
                                maker->config.features ? &features : NULL, error);
  }
  for (int64_t t = 0; status == SF_OK && t < sf_range_length(share.tiles); t++) {
    own += tile_rows[t];
  }
  if (status == SF_OK) {
    sf_exclusive_scan(maker->comm, own, total);
    sf_telemetry_exchanged(&maker->telemetry, fraud.totals.exchange_bytes);
  }
  free(tile_rows);
  sf_fraud_plan_free(&fraud);
  return status;
}

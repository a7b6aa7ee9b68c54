#include "jobs/maker.h"

#include <stdlib.h>

#include "jobs/pipeline.h"

static size_t all_digesters_bytes(void) {
  size_t bytes = 0;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    bytes += sf_maker_digester_bytes((enum sf_table_id)t);
  }
  return bytes;
}

enum sf_status sf_maker_create(struct sf_maker *maker, struct sf_error *error) {
  maker->lanes = sf_pipeline_lanes(maker->options);
  SF_TRY(sf_world_create(&maker->config, maker->lanes, &maker->world, error));
  SF_TRY(sf_history_create(maker->world, &maker->history, error));
  if (maker->config.features) {
    SF_TRY(sf_features_create(maker->config.features, maker->config.start_day, &maker->features,
                              error));
    SF_TRY(sf_feature_digester_create(sf_features_width(maker->features), &maker->feature_digester,
                                      error));
  }
  const size_t bytes = sf_pipeline_batch_bytes(maker->options, &maker->config);
  // Both sizes are multiples of 64, as aligned_alloc wants.
  maker->memory = aligned_alloc(64, bytes);
  maker->digester_memory = aligned_alloc(64, all_digesters_bytes());
  if (!maker->memory || !maker->digester_memory) {
    return sf_fail(error, SF_MEMORY,
                   "out of memory for a batch of %u rows (%.0f MB): lower --batch",
                   maker->options->batch, (double)bytes / 1e6);
  }
  return SF_OK;
}

void sf_maker_free(struct sf_maker *maker) {
  free(maker->digester_memory);
  free(maker->memory);
  sf_history_free(maker->history);
  sf_world_free(maker->world);
  sf_feature_plan_free(&maker->feature_plan);
  sf_features_free(maker->features);
  sf_feature_digester_free(maker->feature_digester);
}

FILE *sf_maker_progress_stream(const struct sf_maker *maker) {
  return maker->rank == 0 && !maker->options->quiet ? stderr : NULL;
}

size_t sf_maker_row_bytes(const struct sf_maker *maker) {
  return sf_table_row_bytes(&sf_tables[SF_TABLE_TRANSACTIONS]) +
         sf_table_row_bytes(&sf_tables[SF_TABLE_LABELS]) +
         sf_feature_width(maker->config.features) * sizeof(float);
}

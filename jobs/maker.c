#include "jobs/maker.h"

#include <stdlib.h>

#include "io/corpus_reader.h"
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
  sf_pipeline_keep(&maker->config, maker->history, maker->size, &maker->kept_memory);
  if (maker->config.features) {
    SF_TRY(sf_features_create(maker->lanes, maker->config.features, maker->config.start_day,
                              &maker->features, error));
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
  free(maker->kept_memory);
  sf_world_free(maker->world);
  sf_feature_plan_free(&maker->feature_plan);
  sf_features_free(maker->features);
  sf_feature_digester_free(maker->feature_digester);
}

enum sf_status sf_maker_count_file(struct sf_maker *maker, const char *path,
                                   struct sf_error *error) {
  if (!maker->telemetry.active) {
    return SF_OK;
  }
  const uint64_t columns = UINT64_C(1) << sf_column_index(SF_TABLE_LABELS, "fraud_type") |
                           UINT64_C(1) << sf_column_index(SF_TABLE_LABELS, "anomaly_type");
  const int64_t most = maker->options->batch;
  struct sf_labels labels;
  struct sf_corpus *file;
  sf_batch_place(&sf_tables[SF_TABLE_LABELS], &labels, most, maker->memory);
  SF_TRY(sf_corpus_open_file(path, &file, error));
  const int64_t first = sf_corpus_info(file)->first[SF_TABLE_LABELS];
  const int64_t end = first + sf_corpus_info(file)->rows[SF_TABLE_LABELS];
  enum sf_status status = SF_OK;
  for (int64_t at = first; at < end && status == SF_OK; at += most) {
    const int64_t rows = end - at < most ? end - at : most;
    status = sf_corpus_read(file, SF_TABLE_LABELS, columns, at, rows, &labels, error);
    if (status == SF_OK) {
      sf_telemetry_count(&maker->telemetry, &labels, 0, rows);
    }
  }
  sf_corpus_close(file);
  return status;
}

FILE *sf_maker_progress_stream(const struct sf_maker *maker) {
  return maker->rank == 0 && !maker->options->quiet ? stderr : NULL;
}

size_t sf_maker_row_bytes(const struct sf_maker *maker) {
  return sf_table_row_bytes(&sf_tables[SF_TABLE_TRANSACTIONS]) +
         sf_table_row_bytes(&sf_tables[SF_TABLE_LABELS]) +
         sf_feature_width(maker->config.features) * sizeof(float);
}

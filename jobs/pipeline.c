#include "jobs/pipeline.h"

#include <math.h>
#include <stdlib.h>

#include "io/corpus_writer.h"
#include "jobs/stop.h"
#include "kernels/features/features.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

// What a corpus holds beside rows and dictionaries: object headers, enumerations,
// attributes, free space between datasets. It hardly depends on the rows: about
// 118 kB, measured with one customer.
#define METADATA_BYTES 118e3

// The same of /features: names, units, groups, definitions, digests and the fit.
#define FEATURE_METADATA_BYTES 33e3

// Bytes of the dictionaries: one for each domain that a column refers to.
static double dictionary_bytes(void) {
  double bytes[SF_DOMAIN_COUNT] = {0}, sum = 0;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      const struct sf_column *column = &sf_tables[t].column[c];
      if (column->type == SF_TYPE_DICT16) {
        bytes[column->domain] = (double)sf_domain(column->domain)->count * SF_MEMBER_NAME_SIZE;
      }
    }
  }
  for (int d = 0; d < SF_DOMAIN_COUNT; d++) {
    sum += bytes[d];
  }
  return sum;
}

double sf_pipeline_corpus_bytes(const struct sf_config *config, double transactions) {
  const double rows[SF_TABLE_COUNT] = {
      [SF_TABLE_CUSTOMERS] = config->customers,
      [SF_TABLE_MERCHANTS] = sf_config_merchants(config),
      [SF_TABLE_TRANSACTIONS] = transactions,
      [SF_TABLE_LABELS] = transactions,
  };
  double bytes = METADATA_BYTES + dictionary_bytes();
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    bytes += rows[t] * (double)sf_table_row_bytes(&sf_tables[t]);
  }
  if (config->features) {
    bytes += FEATURE_METADATA_BYTES +
             transactions * (double)(sf_feature_width(config->features) * sizeof(float));
  }
  return bytes;
}

// The estimate of rows may be too high by 15 %. Deflate leaves 28 % of rows with features and
// 23 % of rows without (docs/results/large.txt).
#define LEAST_OF_ESTIMATE 0.85
#define LEAST_OF_DEFLATE 0.2

double sf_pipeline_least_bytes(const struct sf_options *options) {
  const struct sf_config *config = &options->data;
  const bool is_deflated = options->compression == SF_COMPRESSION_DEFLATE;
  return LEAST_OF_ESTIMATE * (is_deflated ? LEAST_OF_DEFLATE : 1) *
         sf_pipeline_corpus_bytes(config, sf_config_expected_rows(config));
}

const struct sf_lanes *sf_pipeline_lanes(const struct sf_options *options) {
  static const char *const names[] = {
      [SF_VECTOR_CHOICE_AUTO] = "auto",
      [SF_VECTOR_CHOICE_SCALAR] = "scalar",
      [SF_VECTOR_CHOICE_AVX2] = "avx2",
      [SF_VECTOR_CHOICE_AVX512] = "avx512",
  };
  return sf_lanes_select(names[options->vector]);
}

static enum sf_status count_tile(struct sf_history *history, uint32_t first, uint32_t end,
                                 struct sf_candidates *candidates, struct sf_fraud_plan *plan,
                                 struct sf_feature_plan *features, int64_t *rows,
                                 struct sf_error *error) {
  *rows = 0;
  for (uint32_t customer = first; customer < end; customer++) {
    const int64_t own = sf_history_count(history, customer, candidates);
    if (own < 0) {
      return sf_fail(error, SF_INTERNAL,
                     "customer %u has more events than there is scratch memory for", customer);
    }
    *rows += own;
    if (features->bank) {
      SF_TRY(sf_feature_plan_count(features, customer, history, error));
      SF_TRY(sf_feature_plan_sample(features, customer, candidates, history, error));
    }
    if (candidates) {
      SF_TRY(sf_fraud_plan_add(plan, candidates, error));
    }
  }
  return SF_OK;
}

static enum sf_status count_tiles(const struct sf_config *config, struct sf_history *history,
                                  struct sf_range tiles, int64_t *tile_rows,
                                  struct sf_fraud_plan *plan, struct sf_feature_plan *features,
                                  int64_t *total, struct sf_progress *progress,
                                  struct sf_error *error) {
  struct sf_candidates *candidates = NULL;
  if (config->fraud.enabled) {
    candidates = malloc(sizeof *candidates);
    if (!candidates) {
      return sf_fail(error, SF_MEMORY, "no memory for the candidates of a customer");
    }
    candidates->traced = features->bank != NULL;
  }
  enum sf_status status = SF_OK;
  int64_t customers = 0;
  for (int64_t tile = tiles.begin; tile < tiles.end && status == SF_OK && !sf_stop_requested();
       tile++) {
    const int64_t first = tile * SF_TILE_CUSTOMERS + 1, last = (int64_t)config->customers + 1;
    const int64_t end = first + SF_TILE_CUSTOMERS < last ? first + SF_TILE_CUSTOMERS : last;
    int64_t *rows = &tile_rows[tile - tiles.begin];
    status = count_tile(history, (uint32_t)first, (uint32_t)end, candidates, plan, features, rows,
                        error);
    *total += *rows;
    customers += end - first;
    sf_progress_update(progress, customers);
  }
  free(candidates);
  return status;
}

enum sf_status sf_pipeline_plan(MPI_Comm comm, const struct sf_world *world,
                                struct sf_history *history, const struct sf_share *share,
                                int64_t *tile_rows, struct sf_fraud_plan *plan,
                                struct sf_feature_plan *features, struct sf_progress *progress,
                                struct sf_error *error) {
  const struct sf_config *config = sf_world_config(world);
  int64_t honest = 0;
  enum sf_status status = count_tiles(config, history, share->tiles, tile_rows, plan, features,
                                      &honest, progress, error);
  SF_TRY(sf_agree(comm, status, error));
  // A signal may have come to some ranks only.
  if (sf_max_i64(comm, sf_stop_requested())) {
    return SF_OK;
  }
  if (config->fraud.enabled) {
    SF_TRY(sf_fraud_plan_settle(comm, world, plan, honest, error));
  }
  for (int64_t a = 0; a < plan->assignments; a++) {
    const struct sf_candidate *c = &plan->assignment[a].candidate;
    tile_rows[(c->customer - 1) / SF_TILE_CUSTOMERS - share->tiles.begin] += c->net;
  }
  return features->bank ? sf_feature_plan_settle(comm, world, history, plan, features, error)
                        : SF_OK;
}

double sf_pipeline_kept_bytes(const struct sf_config *config, double ranks) {
  return fmin(sf_config_kept_bytes(config, ranks), SF_PIPELINE_KEPT_BYTES);
}

// Customers differ, and so do the sums of ranks with few of them.
#define KEPT_MARGIN 1.25
#define KEPT_LEAST 4e6
#define PAGE ((size_t)1 << 12)

void sf_pipeline_keep(const struct sf_config *config, struct sf_history *history, int ranks,
                      void **memory) {
  const double wanted = KEPT_MARGIN * sf_config_kept_bytes(config, ranks) + KEPT_LEAST;
  const double most = fmin(wanted, SF_PIPELINE_KEPT_BYTES);
  const size_t bytes = ((size_t)most + PAGE - 1) / PAGE * PAGE;
  *memory = aligned_alloc(PAGE, bytes);
  sf_history_keep(history, *memory, bytes);
}

int64_t sf_pipeline_value_rows(const struct sf_options *options) {
  const bool by_block = !options->collective && options->batch > SF_PIPELINE_BLOCK_ROWS;
  return by_block ? SF_PIPELINE_BLOCK_ROWS : options->batch;
}

size_t sf_pipeline_batch_bytes(const struct sf_options *options, const struct sf_config *config) {
  const size_t feature_bytes = sf_feature_width(config->features) * sizeof(float);
  return sf_batch_bytes(&sf_tables[SF_TABLE_TRANSACTIONS], options->batch) +
         sf_batch_bytes(&sf_tables[SF_TABLE_LABELS], options->batch) +
         ((size_t)sf_pipeline_value_rows(options) * feature_bytes + 63) / 64 * 64;
}

#include "jobs/pipeline.h"

#include "jobs/stop.h"

// What a corpus holds beside rows and dictionaries: object headers, enumerations,
// attributes, free space between datasets. It hardly depends on the rows:
// measured as 87.2, 86.5, 85.5 and 85.3 kB with 1, 10, 100 and 1000 customers.
#define METADATA_BYTES 86e3

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
  };
  double bytes = METADATA_BYTES + dictionary_bytes();
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    bytes += rows[t] * (double)sf_table_row_bytes(&sf_tables[t]);
  }
  return bytes;
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

int64_t sf_pipeline_count(struct sf_history *history, const struct sf_config *config,
                          struct sf_range tiles, int64_t *tile_rows, struct sf_progress *progress) {
  int64_t total = 0, customers = 0;
  for (int64_t tile = tiles.begin; tile < tiles.end && !sf_stop_requested(); tile++) {
    int64_t first = tile * SF_TILE_CUSTOMERS + 1, end = first + SF_TILE_CUSTOMERS;
    end = end > (int64_t)config->customers + 1 ? (int64_t)config->customers + 1 : end;
    int64_t rows = 0;
    for (int64_t customer = first; customer < end; customer++) {
      int64_t own = sf_history_count(history, (uint32_t)customer, NULL);
      if (own < 0) {
        return -1;
      }
      rows += own;
    }
    if (tile_rows) {
      tile_rows[tile - tiles.begin] = rows;
    }
    total += rows;
    customers += end - first;
    sf_progress_update(progress, customers);
  }
  return total;
}

size_t sf_pipeline_batch_bytes(int64_t rows) {
  size_t most = 0;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    size_t bytes = sf_batch_bytes(&sf_tables[t], rows);
    most = bytes > most ? bytes : most;
  }
  return most;
}

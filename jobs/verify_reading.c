#include "jobs/verify_reading.h"

#include <stdlib.h>

void sf_reading_free(struct sf_reading *reading) {
  free(reading->memory);
  free(reading->scratch);
  reading->memory = reading->scratch = NULL;
}

enum sf_status sf_reading_create(struct sf_reading *reading, const struct sf_corpus *corpus,
                                 enum sf_table_id table, int64_t capacity, struct sf_error *error) {
  const struct sf_table *schema = &sf_tables[table];
  *reading = (struct sf_reading){.corpus = corpus, .table = table};
  SF_TRY(sf_batch_create(table, capacity, &reading->batch, &reading->memory, error));
  reading->scratch = aligned_alloc(64, (sf_digester_bytes(schema) + 63) / 64 * 64);
  if (!reading->scratch) {
    sf_reading_free(reading);
    return sf_fail(error, SF_MEMORY, "out of memory for digests of /%s", schema->name);
  }
  sf_digester_place(&reading->digester, schema, reading->scratch);
  sf_values_bind(&reading->values, schema, &reading->batch);
  return SF_OK;
}

enum sf_status sf_reading_rows(struct sf_reading *reading, int64_t first, int64_t rows,
                               const uint32_t *id, struct sf_error *error) {
  SF_TRY(sf_corpus_read(reading->corpus, reading->table, SF_COLUMNS_ALL, first, rows,
                        &reading->batch, error));
  sf_digester_add(&reading->digester, &reading->batch, id, 0, rows);
  return SF_OK;
}

void sf_reading_keep(struct sf_reading *reading, struct sf_findings *findings) {
  sf_digester_end(&reading->digester);
  for (uint32_t c = 0; c < sf_tables[reading->table].columns; c++) {
    struct sf_digest *sum = &findings->digests.column[reading->table][c];
    *sum = sf_digest_sum(*sum, reading->digester.sum[c]);
  }
}

enum sf_status sf_reading_range(struct sf_reading *reading, const struct sf_corpus *corpus,
                                enum sf_table_id table, struct sf_range rows,
                                struct sf_findings *findings, struct sf_error *error) {
  const int64_t count = sf_range_length(rows);
  SF_TRY(sf_reading_create(reading, corpus, table, count > 0 ? count : 1, error));
  if (count > 0) {
    SF_TRY(sf_reading_rows(reading, rows.begin, count, NULL, error));
    sf_reading_keep(reading, findings);
  }
  return SF_OK;
}

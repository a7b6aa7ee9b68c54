#ifndef SF_JOBS_VERIFY_READING_H
#define SF_JOBS_VERIFY_READING_H

#include "jobs/verify.h"

// A table with memory for a batch and its digests.
struct sf_reading {
  const struct sf_corpus *corpus;
  enum sf_table_id table;
  union sf_batch batch;
  struct sf_values values;
  struct sf_digester digester;
  void *memory, *scratch;
};

// Errors: SF_MEMORY. The caller frees, also a zero struct.
enum sf_status sf_reading_create(struct sf_reading *reading, const struct sf_corpus *corpus,
                                 enum sf_table_id table, int64_t capacity, struct sf_error *error);
void sf_reading_free(struct sf_reading *reading);

// Reads rows into the batch and takes them into the digests. `id` as
// sf_digester_add takes it.
enum sf_status sf_reading_rows(struct sf_reading *reading, int64_t first, int64_t rows,
                               const uint32_t *id, struct sf_error *error);

// Adds the digests of what was read to the findings.
void sf_reading_keep(struct sf_reading *reading, struct sf_findings *findings);

// The same for a whole range of rows, which stays in memory.
enum sf_status sf_reading_range(struct sf_reading *reading, const struct sf_corpus *corpus,
                                enum sf_table_id table, struct sf_range rows,
                                struct sf_findings *findings, struct sf_error *error);

#endif

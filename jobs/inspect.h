#ifndef SF_JOBS_INSPECT_H
#define SF_JOBS_INSPECT_H

#include "io/corpus_reader.h"
#include "io/text_value.h"
#include "kernels/status.h"

// Views of a corpus that `synfin inspect` prints to the standard output. None
// is collective.

// Tables, rows, window, and transactions by payment mode, type and status.
enum sf_status sf_inspect_summary(const struct sf_corpus *corpus,
                                  const struct sf_name_tables *names, struct sf_error *error);

// The first rows of a table, all columns.
enum sf_status sf_inspect_head(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                               enum sf_table_id table, int64_t rows, struct sf_error *error);

// A customer's profile and transactions in the order of time.
enum sf_status sf_inspect_customer(const struct sf_corpus *corpus,
                                   const struct sf_name_tables *names, uint32_t customer_id,
                                   struct sf_error *error);

#endif

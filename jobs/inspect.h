#ifndef SF_JOBS_INSPECT_H
#define SF_JOBS_INSPECT_H

#include "io/corpus_reader.h"
#include "io/text_value.h"
#include "kernels/status.h"

// Views of a corpus that `synfin inspect` prints to the standard output. None
// is collective.

// Tables, rows, window, transactions by payment mode, type and status, and labels.
enum sf_status sf_inspect_summary(const struct sf_corpus *corpus,
                                  const struct sf_name_tables *names, struct sf_error *error);

// The first rows of a table, all columns.
enum sf_status sf_inspect_head(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                               enum sf_table_id table, int64_t rows, struct sf_error *error);

// A customer's profile, a count of the labels, and the transactions in the order of
// time with their labels.
enum sf_status sf_inspect_customer(const struct sf_corpus *corpus,
                                   const struct sf_name_tables *names, uint32_t customer_id,
                                   struct sf_error *error);

// An episode with its evidence by name, and its rows in the order of time. Errors:
// SF_USAGE if the corpus has no such episode.
enum sf_status sf_inspect_episode(const struct sf_corpus *corpus,
                                  const struct sf_name_tables *names, uint64_t episode_id,
                                  struct sf_error *error);

// Statistics of the rings and of what fraud rows have in common.
enum sf_status sf_inspect_rings(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                                struct sf_error *error);

#endif

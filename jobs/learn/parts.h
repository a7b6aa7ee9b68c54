#ifndef SF_JOBS_LEARN_PARTS_H
#define SF_JOBS_LEARN_PARTS_H

#include <stdint.h>

#include "io/corpus_reader.h"
#include "jobs/learn/dataset.h"
#include "kernels/status.h"

// The part (enum sf_split) of each customer, shape [customers + 1], for a split by
// customer or by ring: customers that share a ring, or a link of one, directly or by
// way of others, are in the same part. Null for the split by time, which /labels/split
// holds. The caller frees it. Errors: SF_FILE, SF_FORMAT (a customer that does not
// exist), SF_MEMORY.
enum sf_status sf_parts_of_customers(const struct sf_corpus *corpus, const struct sf_view *view,
                                     uint8_t **part, struct sf_error *error);

#endif

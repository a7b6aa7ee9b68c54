#ifndef SF_JOBS_INSPECT_FRAUD_H
#define SF_JOBS_INSPECT_FRAUD_H

#include "io/corpus_reader.h"
#include "io/text_value.h"
#include "kernels/status.h"

// The fraud rows of a corpus in memory, and what they have in common.

#define SF_TYPOLOGIES_MAX 32  // bits of a customer's set of typologies

struct sf_fraud_rows {
  int64_t count, capacity;
  uint32_t *merchant_id;  // shape [count], 0: none
  uint64_t *device_id;    // shape [count], 0: none
  int64_t *timestamp;     // shape [count]
  uint32_t *typologies;   // shape [customers + 1]: bit t: customer has fraud rows of typology t
  uint32_t customers;
};

// Reads all fraud rows. Errors: SF_FILE, SF_MEMORY. sf_fraud_rows_free frees, also
// after an error.
enum sf_status sf_fraud_rows_read(const struct sf_corpus *corpus, struct sf_fraud_rows *rows,
                                  struct sf_error *error);
void sf_fraud_rows_free(struct sf_fraud_rows *rows);

// Prints the fraud rows, episodes and benign twins by typology, and the anomalies by
// kind. Errors: SF_FILE, SF_MEMORY.
enum sf_status sf_inspect_labels(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                                 struct sf_error *error);

// A row is in a temporal cluster if it is one of three fraud rows of a place that lie
// within 30 minutes; rows joined by such triples are one cluster.
struct sf_clusters {
  int64_t clusters, rows;
};

// Clusters by merchant or by device. Errors: SF_MEMORY.
enum sf_status sf_count_clusters(const struct sf_fraud_rows *rows, bool by_device,
                                 struct sf_clusters *clusters, struct sf_error *error);

#endif

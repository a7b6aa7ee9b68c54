#ifndef SF_JOBS_JOINED_TABLES_H
#define SF_JOBS_JOINED_TABLES_H

#include "io/corpus_writer.h"
#include "jobs/maker.h"
#include "kernels/status.h"
#include "mpi/fraud_plan.h"

// The small tables of a corpus that shows shards. Nothing here is collective.

// What the plan says of fraud; zero without. Errors: those of sf_plan_file_read.
enum sf_status sf_joined_totals(const char *plan, const struct sf_config *config,
                                struct sf_fraud_totals *totals, struct sf_error *error);

// Writes customers and episodes as the shards have them, merchants as the world makes
// them, and the tables of rings as the plan has them. `digests` holds the sums over the
// shards, against which the copies are held; those of the other tables are added.
// Errors: SF_MISMATCH if a shard has changed since; those of reading and writing.
enum sf_status sf_joined_tables(struct sf_maker *maker, const char *corpus, int shards,
                                const char *plan, struct sf_writer *writer,
                                struct sf_corpus_digests *digests, struct sf_error *error);

#endif

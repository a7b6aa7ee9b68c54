#ifndef SF_IO_PLAN_FILE_H
#define SF_IO_PLAN_FILE_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/features/isolation.h"
#include "kernels/status.h"
#include "mpi/bank.h"
#include "mpi/fraud_plan.h"
#include "mpi/partition.h"

// A saved plan: the configuration, where the transactions of each tile begin,
// and which stories of fraud are told. HDF5 with root attributes as in a corpus and datasets
//   /row_offset     int64, shape [tiles + 1], the last one the rows in all
//   /episode_offset the same for episodes
//   /single_offset, /member_offset, /link_offset   the same for the lists below
//   /singles        records of accepted stories that stand alone, by customer
//   /members        memberships in accepted rings, by customer
//   /links          transfers of rings, once for each side, by customer
//   /rings, /ring_members, /ring_links   what the tables of rings hold
//   /totals         one record
// and, with features, the knowledge of the bank (kernels/features/knowledge.h) as
//   /rows_before, /report_offset, /report_day, /cell_flagged, /device_id, /device_offset,
//   /device_day     flat, in the types and shapes of struct sf_knowledge
//   /isolation_fit  uint64, the counts of struct sf_isolation_fit
// which are empty without. Records are the structs of kernels/fraud/ring.h as opaque bytes: a plan
// is read by the version of the program that wrote it.

// What features rest on.
struct sf_plan_features {
  const struct sf_bank *bank;  // settled
  const struct sf_isolation_fit *fit;
};

// Collective over `comm`. `rows`, shape [tiles of this rank], are the
// transactions of this rank's tiles (sf_share_of); `features` is null if the plan is for corpora
// without. The file gets its name when it is whole. Errors, the same on all ranks: SF_MEMORY,
// SF_FILE, SF_SPACE.
enum sf_status sf_plan_file_write(MPI_Comm comm, const char *path, const struct sf_config *config,
                                  const int64_t *rows, const struct sf_fraud_plan *plan,
                                  const struct sf_plan_features *features, struct sf_error *error);

// Reads what a range of tiles needs: its rows [begin, end) and stories, the rows
// of all tiles, and part `part` of `parts` of the tables of rings (no part, but their totals, if
// `parts` is 0). `plan` is zero before
// and the caller's to free. Not collective. Errors: SF_MEMORY, SF_FILE, SF_FORMAT,
// SF_CONFIG if the plan is of another configuration.
enum sf_status sf_plan_file_read(const char *path, const struct sf_config *config,
                                 struct sf_range tiles, int part, int parts, struct sf_range *rows,
                                 int64_t *total, struct sf_fraud_plan *plan,
                                 struct sf_error *error);

// Reads the rows [begin, end) of a range of tiles alone. Not collective. Errors: SF_MEMORY,
// SF_FILE, SF_FORMAT, SF_CONFIG as above.
enum sf_status sf_plan_file_read_rows(const char *path, const struct sf_config *config,
                                      struct sf_range tiles, struct sf_range *rows,
                                      struct sf_error *error);

// Reads the fit of the outlier score alone. Not collective. Errors: the same.
enum sf_status sf_plan_file_read_fit(const char *path, const struct sf_config *config,
                                     struct sf_isolation_fit *fit, struct sf_error *error);

// Collective over `comm`. Reads what features rest on, whatever rows are made: the
// knowledge of the bank, once a node, and the fit. `*bank` is the caller's to free.
// Errors, agreed upon: SF_MEMORY, SF_FILE, SF_FORMAT, SF_CONFIG as above, or if the plan
// was made without features.
enum sf_status sf_plan_file_read_features(MPI_Comm comm, const char *path,
                                          const struct sf_config *config, struct sf_bank **bank,
                                          struct sf_isolation_fit *fit, struct sf_error *error);

#endif

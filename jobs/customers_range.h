#ifndef SF_JOBS_CUSTOMERS_RANGE_H
#define SF_JOBS_CUSTOMERS_RANGE_H

#include "jobs/piece.h"
#include "kernels/status.h"

// Some customers of a corpus in a file of their own, as the whole corpus has them:
// customers, transactions, labels, features, episodes; beside these the tables of
// merchants and rings as a whole.

// Collective over piece->comm, which is that of the run. Lays out the piece of the
// customers that the options name: share, stories, first rows, rows and ranges as
// sf_piece_create wants them, from the plan in piece->plan. Takes time by the customers and
// what a tile has at most. Errors, agreed upon: those of sf_plan_file_read; SF_MISMATCH if
// customers have other rows than the plan says.
enum sf_status sf_customers_range_lay_out(struct sf_maker *maker, struct sf_piece *piece,
                                          struct sf_error *error);

#endif

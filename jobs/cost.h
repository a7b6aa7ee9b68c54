#ifndef SF_JOBS_COST_H
#define SF_JOBS_COST_H

#include "io/options.h"
#include "kernels/schema/schema.h"

// What the rows of a corpus cost on this machine, measured by making a few tiles of
// a corpus of the same settings in memory. Times are those of the processor, so that
// a machine that others use too is not taken for a slow one.
struct sf_cost {
  double start;       // s of a rank, whatever the rows: tables, acceptance of fraud
  double row;         // s a row: planned, made, digested
  double fitted_row;  // s a row of the sample on which the outlier score is fitted
  double byte;        // s a byte: copied into the page cache
  // Rows a transaction, of the tables of fraud.
  double episodes, rings, members, links;
};

// Not collective. Errors: SF_MEMORY, SF_INTERNAL.
enum sf_status sf_cost_measure(const struct sf_options *options, struct sf_cost *cost,
                               struct sf_error *error);

// Seconds of the processor for a corpus of so many rows and bytes, over all ranks,
// without what each rank spends at the start.
double sf_cost_seconds(const struct sf_cost *cost, const struct sf_config *config, double rows,
                       double bytes);

#endif

#ifndef SF_JOBS_PLAN_REPORT_H
#define SF_JOBS_PLAN_REPORT_H

#include <stdbool.h>

#include "io/options.h"
#include "jobs/cost.h"
#include "jobs/limits.h"

// What a corpus needs.
struct sf_needs {
  double transactions;
  bool is_counted;         // else estimated
  double ranks;            // asked about
  double rank_bytes;       // memory of one of them
  double knowledge_bytes;  // memory of a node for what the bank knows; 0 without features
  double reports;          // of fraud, that the bank knows then
  struct sf_cost cost;
};

// Prints what is needed, and a line that begins with "short of" for everything that
// the limits do not give.
void sf_plan_report(const struct sf_options *options, const struct sf_needs *needs,
                    const struct sf_limits *limits);

#endif

#ifndef SF_JOBS_LIMITS_H
#define SF_JOBS_LIMITS_H

// What the machine and the batch system let a run have; INFINITY where no limit is
// known. Bytes and seconds.
struct sf_limits {
  double free_bytes;      // of the file system of the output
  double quota_bytes;     // left of the user's quota there
  double node_bytes;      // memory of this node for the run
  const char *node_from;  // what sets it
  double rank_bytes;      // address space of a process
  double seconds;         // until the batch system ends the job
  double cores;           // of this node for the run, at least 1
};

// `output` is a path in the folder of the output; "" stands for the current folder.
// Not collective.
void sf_limits_find(const char *output, struct sf_limits *limits);

#endif

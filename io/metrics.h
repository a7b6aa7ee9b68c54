#ifndef SF_IO_METRICS_H
#define SF_IO_METRICS_H

#include <stdio.h>

#include "kernels/status.h"

// Metrics in the text format of Prometheus, as a file for the textfile collector
// of its node exporter: written as a whole under a temporary name that the
// collector does not read, then renamed. Not collective.

enum sf_metric_type { SF_METRIC_COUNTER, SF_METRIC_GAUGE };

// A label and its value, which is escaped as the format wants.
struct sf_label {
  const char *name, *value;
};

// One writing of the file.
struct sf_metrics {
  const char *path;
  const struct sf_label *common;  // of every sample, shape [commons]
  int commons;
  const char *family;  // the one in force
  FILE *stream;
  char *text;
  size_t length;
};

// Starts a text in memory. `path` and `common` stay the caller's until the
// commit. Errors: SF_MEMORY.
enum sf_status sf_metrics_begin(struct sf_metrics *metrics, const char *path,
                                const struct sf_label *common, int commons, struct sf_error *error);

// Starts a family, whose samples follow. `name` is kept by reference.
void sf_metrics_family(struct sf_metrics *metrics, const char *name, enum sf_metric_type type,
                       const char *help);

// A sample of the family; `labels`, shape [count], stand behind the common ones.
void sf_metrics_sample(struct sf_metrics *metrics, double value, const struct sf_label *labels,
                       int count);

// A family of one sample without labels of its own.
void sf_metrics_single(struct sf_metrics *metrics, const char *name, enum sf_metric_type type,
                       const char *help, double value);

// Writes the file and frees the text. Errors: SF_FILE, SF_MEMORY; the file that
// was there before then stays.
enum sf_status sf_metrics_commit(struct sf_metrics *metrics, struct sf_error *error);

#endif

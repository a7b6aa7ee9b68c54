#ifndef SF_JOBS_TELEMETRY_H
#define SF_JOBS_TELEMETRY_H

#include <mpi.h>
#include <stdint.h>

#include "io/log.h"
#include "io/metrics.h"
#include "io/options.h"
#include "io/progress.h"
#include "kernels/digest.h"
#include "kernels/fraud/typology.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"
#include "mpi/timer.h"

// What a run tells while it goes: log lines (--log-json), metrics (--metrics) and,
// at the end, the table of phases. Rank 0 alone writes. Nothing here has an
// influence on the data; only what cannot be opened at the start is an error,
// later failures are warnings.

// Rows by kind. Row r of `labels` counts under fraud[type] and anomaly[type];
// place 0 is "none".
#define SF_ANOMALY_TYPE_MAX 8
struct sf_row_counts {
  int64_t fraud[SF_TYPOLOGY_COUNT];
  int64_t anomaly[SF_ANOMALY_TYPE_MAX];
};

// What is known of the run so far; rank 0's is what is written.
struct sf_vitals {
  const char *phase;  // in force; null before the first
  double phase_begin, run_begin;
  double part;         // of the phase, 0..1, estimated from rank 0's share
  double rows, bytes;  // of transactions written, over all ranks
  double rows_rate;    // rows/s since rows began
  double peak_memory;  // bytes, of the rank that has most
  double exchange_bytes;
  bool counted;  // the counts are those of the whole corpus
  struct sf_row_counts counts;
  struct sf_phase_spread spread[SF_PHASE_COUNT];
  double shards, shards_done;  // of this run; 0 of 0 if it makes none
  bool ended, failed;
  double corpus_bytes, last_success;  // at the end; s since 1970-01-01 UTC
};

struct sf_telemetry {
  const struct sf_options *options;
  MPI_Comm comm;
  const struct sf_timer *timer;
  int rank;
  bool active;  // a log or metrics were asked for; the same on all ranks
  char run_id[SF_PATH_SIZE];
  struct sf_log *log;           // rank 0's
  const char *metrics;          // path; null: none, or it could not be written any more
  double metrics_time;          // of the last writing
  struct sf_row_counts counts;  // of this rank
  struct sf_progress *progress;
  int tenths;          // progress lines logged in this phase
  double shard_bytes;  // of files beside the corpus' own
  struct sf_vitals vitals;
};

// Collective over `comm`. Opens the log, writes the first metrics and the event
// "start" with the options in force. `options` and `timer` stay the caller's and
// are read until the end. Errors, the same on all ranks: SF_FILE, SF_MEMORY.
enum sf_status sf_telemetry_start(struct sf_telemetry *telemetry, const struct sf_options *options,
                                  MPI_Comm comm, const struct sf_timer *timer,
                                  struct sf_error *error);

// Collective. Ends the phase in force and begins another, whose name is kept by
// reference. To be called where all ranks agree that there was no failure.
void sf_telemetry_phase(struct sf_telemetry *telemetry, const char *phase);

// Not collective. Follows a progress that has just been started, for the
// progress events and for the metrics of long phases.
void sf_telemetry_follow(struct sf_telemetry *telemetry, struct sf_progress *progress);

// Not collective. Counts rows first .. first+rows-1 of a batch of labels.
void sf_telemetry_count(struct sf_telemetry *telemetry, const struct sf_labels *labels,
                        int64_t first, int64_t rows);

// Not collective. Shards of the run that are finished, of all that it is to make.
void sf_telemetry_shards(struct sf_telemetry *telemetry, int64_t done, int64_t all);

// Logs a warning of this rank, if it is rank 0.
__attribute__((format(printf, 2, 3))) void sf_telemetry_warn(struct sf_telemetry *telemetry,
                                                             const char *format, ...);

// Bytes that left their rank so far, summed over ranks.
static inline void sf_telemetry_exchanged(struct sf_telemetry *telemetry, int64_t bytes) {
  telemetry->vitals.exchange_bytes = (double)bytes;
}

// Collective. The corpus, or the part that the run was to make (`digests` is null), is
// complete: the last phase ends. Logs "end" with digest,
// rows (shape [SF_TABLE_COUNT]), and fraud and anomaly rows by type; writes the last
// metrics; prints the table of phases to the standard error stream unless quiet.
void sf_telemetry_success(struct sf_telemetry *telemetry, const int64_t *rows,
                          const struct sf_corpus_digests *digests);

// Not collective. Closes what sf_telemetry_start opened; a failure is first
// logged as the event "end" and shown in the metrics.
void sf_telemetry_end(struct sf_telemetry *telemetry, enum sf_status status,
                      const struct sf_error *error);

// Writes the metrics of a run. Errors: SF_FILE, SF_MEMORY.
enum sf_status sf_vitals_write(const struct sf_vitals *vitals, const char *path, const char *run_id,
                               const char *corpus, struct sf_error *error);

// Collective over `comm`. Rank 0 prints the times of the phases over ranks and
// names the slowest rank of each.
void sf_phase_table(MPI_Comm comm, const struct sf_phase_spread spread[SF_PHASE_COUNT],
                    FILE *stream);

#endif

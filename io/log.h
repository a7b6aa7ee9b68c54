#ifndef SF_IO_LOG_H
#define SF_IO_LOG_H

#include <jansson.h>

#include "kernels/status.h"

// The log of a run: one JSON object a line, for the log collectors of clusters.
// Not collective: a log belongs to the rank that opened it. Every line has
//   time      UTC with milliseconds, ISO 8601
//   level     info, warning, error
//   event     what happened: start, phase_begin, phase_end, progress, warning, end
//   phase     the part of the run, absent outside of one
//   rank, host, run_id, version
//   job, task ids of the Slurm job and array task, absent outside of Slurm
// and the event's own members behind them. A line is appended by one write, so
// tasks of a job array may share a file of a local file system.

struct sf_log;

enum sf_log_level { SF_LOG_INFO, SF_LOG_WARNING, SF_LOG_ERROR };

#define SF_RUN_ID_SIZE 37  // a UUID with its final zero

// A random UUID (version 4), by which the lines and metrics of a run are known.
// Errors: SF_FILE if the system has no random bytes.
enum sf_status sf_run_id_make(char id[SF_RUN_ID_SIZE], struct sf_error *error);

// Ids of the Slurm job (of an array, those of the array) and of the array task
// from the environment; null outside of one.
const char *sf_slurm_job_id(void);
const char *sf_slurm_task_id(void);

// Opens the file for appending. `run_id` is copied. Errors: SF_FILE, SF_MEMORY.
// `*log` is the caller's to close.
enum sf_status sf_log_open(const char *path, int rank, const char *run_id, struct sf_log **log,
                           struct sf_error *error);

// Appends a line. `phase` may be null. `members`, an object or null, is taken over,
// also where `log` is null and nothing is written. A line that cannot be written
// ends the log, not the run: one message goes to the standard error stream.
void sf_log_event(struct sf_log *log, enum sf_log_level level, const char *event, const char *phase,
                  json_t *members);

// Null is allowed.
void sf_log_close(struct sf_log *log);

#endif

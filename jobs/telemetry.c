#include "jobs/telemetry.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "mpi/agree.h"
#include "mpi/reduce.h"

// Between two writings of the metrics inside a phase, in seconds: collectors look
// every 15 s or so.
#define METRICS_SECONDS 10.0

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Only the first failure is reported: a full disk is not worth a line every 10 s.
static void write_metrics(struct sf_telemetry *telemetry) {
  if (telemetry->rank != 0 || !telemetry->metrics) {
    return;
  }
  struct sf_error error = {.status = SF_OK};
  telemetry->metrics_time = now();
  if (sf_vitals_write(&telemetry->vitals, telemetry->metrics, telemetry->run_id,
                      telemetry->options->output, &error) != SF_OK) {
    telemetry->metrics = NULL;
    fprintf(stderr, "synfin: %s\n", error.text);
    sf_telemetry_warn(telemetry, "%s", error.text);
  }
}

// Log lines and metrics are UTF-8.
static enum sf_status check_run_id(const char *id, struct sf_error *error) {
  json_t *text = json_string(id);
  json_decref(text);
  return text ? SF_OK : sf_fail(error, SF_USAGE, "run-id: is not text in UTF-8");
}

// The options in force, as a user would write them; those not set are left out.
static json_t *options_of(const struct sf_options *options) {
  json_t *all = json_object();
  for (enum sf_option_id id = 0; id < SF_OPTION_COUNT; id++) {
    char text[SF_PATH_SIZE];
    sf_options_value(options, id, text);
    if (text[0] != '\0' && sf_option_table[id].commands >> SF_COMMAND_GENERATE & 1) {
      json_object_set_new(all, sf_option_table[id].name, json_string(text));
    }
  }
  return all;
}

static enum sf_status open_outputs(struct sf_telemetry *telemetry, struct sf_error *error) {
  const struct sf_options *options = telemetry->options;
  snprintf(telemetry->run_id, sizeof telemetry->run_id, "%s", options->run_id);
  if (telemetry->run_id[0] == '\0') {
    SF_TRY(sf_run_id_make(telemetry->run_id, error));
  }
  SF_TRY(check_run_id(telemetry->run_id, error));
  if (options->metrics[0] != '\0') {
    SF_TRY(sf_vitals_write(&telemetry->vitals, options->metrics, telemetry->run_id, options->output,
                           error));
    telemetry->metrics = options->metrics;
    telemetry->metrics_time = now();
  }
  if (options->log_json[0] != '\0') {
    SF_TRY(
        sf_log_open(options->log_json, telemetry->rank, telemetry->run_id, &telemetry->log, error));
  }
  return SF_OK;
}

enum sf_status sf_telemetry_start(struct sf_telemetry *telemetry, const struct sf_options *options,
                                  MPI_Comm comm, const struct sf_timer *timer,
                                  struct sf_error *error) {
  *telemetry = (struct sf_telemetry){.options = options, .comm = comm, .timer = timer};
  int size;
  MPI_Comm_rank(comm, &telemetry->rank);
  MPI_Comm_size(comm, &size);
  telemetry->active = options->log_json[0] != '\0' || options->metrics[0] != '\0';
  telemetry->vitals.run_begin = telemetry->vitals.phase_begin = now();
  enum sf_status status = SF_OK;
  if (telemetry->active && telemetry->rank == 0) {
    status = open_outputs(telemetry, error);
    if (status == SF_OK) {
      sf_log_event(telemetry->log, SF_LOG_INFO, "start", NULL,
                   json_pack("{s:i, s:o}", "ranks", size, "options", options_of(options)));
    }
  }
  return sf_share_status(comm, 0, status, error);
}

void sf_telemetry_warn(struct sf_telemetry *telemetry, const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  sf_log_event(telemetry->log, SF_LOG_WARNING, "warning", telemetry->vitals.phase,
               json_pack("{s:s}", "message", text));
}

// Collective: the most memory that a rank has had, and the times of the phases.
static void gather(struct sf_telemetry *telemetry) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  telemetry->vitals.peak_memory =
      1024.0 * (double)sf_max_i64(telemetry->comm, usage.ru_maxrss);  // Linux counts in KiB
  sf_timer_spread(telemetry->comm, telemetry->timer, telemetry->vitals.spread);
}

static void end_phase(struct sf_telemetry *telemetry) {
  const char *phase = telemetry->vitals.phase;
  if (phase) {
    sf_log_event(telemetry->log, SF_LOG_INFO, "phase_end", phase,
                 json_pack("{s:f, s:f}", "seconds", now() - telemetry->vitals.phase_begin,
                           "peak_memory_bytes", telemetry->vitals.peak_memory));
  }
}

void sf_telemetry_phase(struct sf_telemetry *telemetry, const char *phase) {
  if (!telemetry->active) {
    return;
  }
  gather(telemetry);
  end_phase(telemetry);
  struct sf_vitals *vitals = &telemetry->vitals;
  vitals->phase = phase;
  vitals->phase_begin = now();
  vitals->part = 0;
  telemetry->tenths = 0;
  sf_log_event(telemetry->log, SF_LOG_INFO, "phase_begin", phase, NULL);
  write_metrics(telemetry);
}

// Called by the progress of rank 0, often.
static void note_progress(void *context, double part) {
  struct sf_telemetry *telemetry = context;
  struct sf_vitals *vitals = &telemetry->vitals;
  const struct sf_progress *progress = telemetry->progress;
  const double time = now(), seconds = time - vitals->phase_begin;
  vitals->part = part;
  if (progress->total > 0) {
    vitals->rows = part * (double)progress->total;
    vitals->bytes = vitals->rows * progress->row_bytes;
    vitals->rows_rate = seconds > 0 ? vitals->rows / seconds : 0;
  }
  const int tenths = (int)(10 * part);
  if (tenths > telemetry->tenths) {
    telemetry->tenths = tenths;
    sf_log_event(
        telemetry->log, SF_LOG_INFO, "progress", vitals->phase,
        json_pack("{s:i, s:I, s:f, s:f}", "percent", 10 * tenths, "rows", (json_int_t)vitals->rows,
                  "rows_per_second", vitals->rows_rate, "seconds", seconds));
  }
  if (time - telemetry->metrics_time >= METRICS_SECONDS) {
    write_metrics(telemetry);
  }
}

void sf_telemetry_follow(struct sf_telemetry *telemetry, struct sf_progress *progress) {
  if (telemetry->active && telemetry->rank == 0) {
    telemetry->progress = progress;
    progress->listener = note_progress;
    progress->context = telemetry;
  }
}

void sf_telemetry_count(struct sf_telemetry *telemetry, const struct sf_labels *labels,
                        int64_t first, int64_t rows) {
  for (int64_t r = first; telemetry->active && r < first + rows; r++) {
    telemetry->counts.fraud[labels->fraud_type[r]]++;
    telemetry->counts.anomaly[labels->anomaly_type[r]]++;
  }
}

void sf_telemetry_shards(struct sf_telemetry *telemetry, int64_t done, int64_t all) {
  telemetry->vitals.shards = (double)all;
  telemetry->vitals.shards_done = (double)done;
  sf_log_event(telemetry->log, SF_LOG_INFO, "shards", telemetry->vitals.phase,
               json_pack("{s:I, s:I}", "done", (json_int_t)done, "all", (json_int_t)all));
}

// Rows by type, for those types that a label can have, all but "none".
static json_t *by_type(enum sf_domain_id id, const int64_t *rows) {
  const struct sf_domain *domain = sf_domain(id);
  json_t *object = json_object();
  for (uint32_t type = 1; type < domain->count; type++) {
    char name[SF_MEMBER_NAME_SIZE];
    domain->member(type, name);
    json_object_set_new(object, name, json_integer(rows[type]));
  }
  return object;
}

static json_t *rows_of(const int64_t *rows) {
  json_t *object = json_object();
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    json_object_set_new(object, sf_tables[t].name, json_integer(rows[t]));
  }
  return object;
}

static void log_success(struct sf_telemetry *telemetry, const int64_t *rows,
                        const struct sf_corpus_digests *digests) {
  const struct sf_vitals *vitals = &telemetry->vitals;
  char digest[SF_DIGEST_TEXT_SIZE];
  if (digests) {
    sf_digest_text(sf_digest_of_corpus(digests), digest);
  }
  sf_log_event(
      telemetry->log, SF_LOG_INFO, "end", NULL,
      json_pack("{s:s, s:s*, s:f, s:o, s:o, s:o, s:I, s:I, s:I}", "outcome", "done", "digest",
                digests ? digest : NULL, "seconds", now() - vitals->run_begin, "rows",
                rows_of(rows), "fraud_rows", by_type(SF_DOMAIN_FRAUD_TYPE, vitals->counts.fraud),
                "anomaly_rows", by_type(SF_DOMAIN_ANOMALY_TYPE, vitals->counts.anomaly),
                "exchange_bytes", (json_int_t)vitals->exchange_bytes, "peak_memory_bytes",
                (json_int_t)vitals->peak_memory, "corpus_bytes", (json_int_t)vitals->corpus_bytes));
}

void sf_telemetry_success(struct sf_telemetry *telemetry, const int64_t *rows,
                          const struct sf_corpus_digests *digests) {
  struct sf_vitals *vitals = &telemetry->vitals;
  gather(telemetry);
  end_phase(telemetry);
  vitals->counts = telemetry->counts;
  sf_sum_u64(telemetry->comm, (uint64_t *)&vitals->counts,
             (int64_t)(sizeof vitals->counts / sizeof(int64_t)));
  vitals->counted = true;
  vitals->phase = NULL;
  vitals->ended = true;
  vitals->part = 1;
  vitals->rows = (double)rows[SF_TABLE_TRANSACTIONS];
  vitals->last_success = (double)time(NULL);
  struct stat file = {.st_size = 0};
  stat(telemetry->options->output, &file);
  vitals->corpus_bytes = (double)file.st_size + telemetry->shard_bytes;
  log_success(telemetry, rows, digests);
  write_metrics(telemetry);
  if (!telemetry->options->quiet) {
    sf_phase_table(telemetry->comm, vitals->spread, stderr);
  }
}

void sf_telemetry_end(struct sf_telemetry *telemetry, enum sf_status status,
                      const struct sf_error *error) {
  struct sf_vitals *vitals = &telemetry->vitals;
  if (status != SF_OK) {
    vitals->ended = true;
    vitals->failed = status != SF_RESUMABLE;
    const char *outcome = status == SF_STOPPED || status == SF_RESUMABLE ? "stopped" : "failed";
    const char *message = error->status == SF_OK ? sf_status_text(status) : error->text;
    sf_log_event(
        telemetry->log, SF_LOG_ERROR, "end", vitals->phase,
        json_pack("{s:s, s:s, s:i, s:f}", "outcome", outcome, "message", message, "exit_code",
                  sf_status_exit_code(status), "seconds", now() - vitals->run_begin));
    write_metrics(telemetry);
  }
  sf_log_close(telemetry->log);
  telemetry->log = NULL;
}

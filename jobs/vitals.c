#include <stdlib.h>
#include <time.h>

#include "jobs/telemetry.h"

// The series of --metrics. docs/monitoring.md, the alert rules and the dashboard
// name them; a test compares them with what a run writes.

// Samples of rows by type, for all types but "none".
static void put_types(struct sf_metrics *metrics, enum sf_domain_id id, const int64_t *rows) {
  const struct sf_domain *domain = sf_domain(id);
  for (uint32_t type = 1; type < domain->count; type++) {
    char name[SF_MEMBER_NAME_SIZE];
    domain->member(type, name);
    const struct sf_label label = {"type", name};
    sf_metrics_sample(metrics, (double)rows[type], &label, 1);
  }
}

static void put_counts(struct sf_metrics *metrics, const struct sf_vitals *vitals) {
  sf_metrics_family(metrics, "synfin_fraud_rows_total", SF_METRIC_COUNTER,
                    "Fraud rows of the corpus by typology, once it is complete.");
  put_types(metrics, SF_DOMAIN_FRAUD_TYPE, vitals->counts.fraud);
  sf_metrics_family(metrics, "synfin_anomaly_rows_total", SF_METRIC_COUNTER,
                    "Odd but honest rows of the corpus by type, once it is complete.");
  put_types(metrics, SF_DOMAIN_ANOMALY_TYPE, vitals->counts.anomaly);
}

static void put_phases(struct sf_metrics *metrics, const struct sf_vitals *vitals) {
  sf_metrics_family(metrics, "synfin_phase_seconds", SF_METRIC_GAUGE,
                    "Wall time spent in a phase by the rank that took longest.");
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    const struct sf_label label = {"phase", sf_phase_name((enum sf_phase)p)};
    sf_metrics_sample(metrics, vitals->spread[p].most, &label, 1);
  }
  sf_metrics_family(metrics, "synfin_phase_mean_seconds", SF_METRIC_GAUGE,
                    "Wall time spent in a phase, mean over ranks.");
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    const struct sf_label label = {"phase", sf_phase_name((enum sf_phase)p)};
    sf_metrics_sample(metrics, vitals->spread[p].mean, &label, 1);
  }
}

static void put_progress(struct sf_metrics *metrics, const struct sf_vitals *vitals) {
  sf_metrics_single(metrics, "synfin_rows_total", SF_METRIC_COUNTER,
                    "Transactions written, while they are written estimated from rank 0.",
                    vitals->rows);
  sf_metrics_single(metrics, "synfin_rows_per_second", SF_METRIC_GAUGE,
                    "Transactions written per second since the first.", vitals->rows_rate);
  sf_metrics_single(metrics, "synfin_written_bytes_total", SF_METRIC_COUNTER,
                    "Bytes of the rows written, before compression.", vitals->bytes);
  sf_metrics_single(metrics, "synfin_exchange_bytes_total", SF_METRIC_COUNTER,
                    "Bytes of the plan of fraud that left their rank.", vitals->exchange_bytes);
  sf_metrics_single(metrics, "synfin_peak_memory_bytes", SF_METRIC_GAUGE,
                    "Peak resident memory of the rank that has most.", vitals->peak_memory);
  sf_metrics_single(metrics, "synfin_shards", SF_METRIC_GAUGE,
                    "Shards that the run is to make; 0 if it makes one file.", vitals->shards);
  sf_metrics_single(metrics, "synfin_shards_finished", SF_METRIC_GAUGE,
                    "Shards of the run that are finished, those kept from runs before among them.",
                    vitals->shards_done);
  const char *restarts = getenv("SLURM_RESTART_COUNT");  // set from the first requeue on
  sf_metrics_single(metrics, "synfin_restarts_total", SF_METRIC_COUNTER,
                    "Times that Slurm has started the job again.", restarts ? atof(restarts) : 0);
  if (vitals->phase) {
    const struct sf_label label = {"phase", vitals->phase};
    sf_metrics_family(metrics, "synfin_progress_ratio", SF_METRIC_GAUGE,
                      "Part of the phase in work that is done.");
    sf_metrics_sample(metrics, vitals->part, &label, 1);
  }
}

enum sf_status sf_vitals_write(const struct sf_vitals *vitals, const char *path, const char *run_id,
                               const char *corpus, struct sf_error *error) {
  const char *job = sf_slurm_job_id(), *task = sf_slurm_task_id();
  const struct sf_label common[] = {{"run_id", run_id}, {"task", task ? task : ""}};
  const struct sf_label about[] = {
      {"version", SYNFIN_VERSION}, {"corpus", corpus}, {"slurm_job_id", job ? job : ""}};
  struct sf_metrics metrics;
  SF_TRY(sf_metrics_begin(&metrics, path, common, 2, error));
  sf_metrics_family(&metrics, "synfin_run_info", SF_METRIC_GAUGE, "What the run is; always 1.");
  sf_metrics_sample(&metrics, 1, about, 3);
  sf_metrics_single(&metrics, "synfin_running", SF_METRIC_GAUGE,
                    "1 from the start to the end of the run, 0 afterwards.", !vitals->ended);
  sf_metrics_single(&metrics, "synfin_failed", SF_METRIC_GAUGE,
                    "1 if the run ended without a corpus.", vitals->failed);
  sf_metrics_single(&metrics, "synfin_updated_timestamp_seconds", SF_METRIC_GAUGE,
                    "When these metrics were written.", (double)time(NULL));
  put_progress(&metrics, vitals);
  put_phases(&metrics, vitals);
  if (vitals->counted) {
    put_counts(&metrics, vitals);
    sf_metrics_single(&metrics, "synfin_corpus_bytes", SF_METRIC_GAUGE,
                      "Size of the complete corpus.", vitals->corpus_bytes);
    sf_metrics_single(&metrics, "synfin_last_success_timestamp_seconds", SF_METRIC_GAUGE,
                      "When the corpus was complete.", vitals->last_success);
  }
  return sf_metrics_commit(&metrics, error);
}

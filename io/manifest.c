#include "io/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/fraud_settings.h"
#include "io/manifest_fraud.h"
#include "io/reserve.h"
#include "io/text_date.h"
#include "mpi/agree.h"

#ifdef __clang__
#define COMPILER __VERSION__  // names itself
#else
#define COMPILER "gcc " __VERSION__
#endif

void sf_manifest_path(const char *corpus, char path[SF_PATH_SIZE + 32]) {
  size_t length = strlen(corpus);
  if (length > 3 && strcmp(corpus + length - 3, ".h5") == 0) {
    length -= 3;
  }
  snprintf(path, SF_PATH_SIZE + 32, "%.*s.manifest.json", (int)length, corpus);
}

// Ranks per host in rank order of the first on each. Collective; the array is
// rank 0's, null elsewhere.
static json_t *hosts_of(MPI_Comm comm, int rank, int size) {
  char name[MPI_MAX_PROCESSOR_NAME] = "";
  int length;
  MPI_Get_processor_name(name, &length);
  char *names = rank == 0 ? malloc((size_t)size * sizeof name) : NULL;
  // Rank 0 must take part whether it has the memory or not.
  int usable = rank != 0 || names;
  MPI_Bcast(&usable, 1, MPI_INT, 0, comm);
  if (!usable) {
    free(names);
    return NULL;
  }
  MPI_Gather(name, sizeof name, MPI_CHAR, names, sizeof name, MPI_CHAR, 0, comm);
  json_t *hosts = rank == 0 ? json_object() : NULL;
  for (int r = 0; rank == 0 && r < size; r++) {
    const char *host = names + (size_t)r * sizeof name;
    json_int_t count = json_integer_value(json_object_get(hosts, host));
    json_object_set_new(hosts, host, json_integer(count + 1));
  }
  free(names);
  return hosts;
}

static json_t *config_of(const struct sf_config *config) {
  char start[SF_DATE_TEXT + 1] = "", seed[24];
  sf_put_date(start, config->start_day);
  // As text: readers of JSON hold numbers above 2^53 inexactly.
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)config->seed);
  json_t *data =
      json_pack("{s:i, s:s, s:I, s:I, s:s, s:i}", "schema_version", SF_SCHEMA_VERSION, "seed", seed,
                "customers", (json_int_t)config->customers, "merchants",
                (json_int_t)sf_config_merchants(config), "start", start, "days", config->days);
  struct sf_fraud_setting setting[SF_FRAUD_SETTINGS_MAX];
  const int count = sf_fraud_settings(config, setting);
  for (int k = 0; k < count; k++) {
    json_object_set_new(data, setting[k].name, json_real(setting[k].value));
  }
  return data;
}

static json_t *tables_of(const struct sf_manifest *manifest) {
  json_t *tables = json_object();
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    json_t *digests = json_object();
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      char text[SF_DIGEST_TEXT_SIZE];
      sf_digest_text(manifest->digests->column[t][c], text);
      json_object_set_new(digests, sf_tables[t].column[c].name, json_string(text));
    }
    json_object_set_new(
        tables, sf_tables[t].name,
        json_pack("{s:I, s:o}", "rows", (json_int_t)manifest->rows[t], "digests", digests));
  }
  if (manifest->digests->features) {
    json_t *digests = json_object();
    uint8_t feature[SF_FEATURE_COUNT];
    const uint32_t features = sf_feature_select(manifest->digests->features, feature);
    for (uint32_t k = 0; k < features; k++) {
      char text[SF_DIGEST_TEXT_SIZE];
      sf_digest_text(manifest->digests->feature[k], text);
      json_object_set_new(digests, sf_feature_table[feature[k]].name, json_string(text));
    }
    json_object_set_new(
        tables, "features",
        json_pack("{s:I, s:o}", "rows", (json_int_t)manifest->rows[SF_TABLE_TRANSACTIONS],
                  "digests", digests));
  }
  return tables;
}

static json_t *program_of(const struct sf_manifest *manifest) {
  static const char *const checks[] = {"none", "sample", "full"};
  char mpi[MPI_MAX_LIBRARY_VERSION_STRING], hdf5[32];
  int length;
  unsigned major, minor, release;
  MPI_Get_library_version(mpi, &length);
  mpi[strcspn(mpi, ",\n")] = '\0';  // what follows is a list of builds
  H5get_libversion(&major, &minor, &release);
  snprintf(hdf5, sizeof hdf5, "%u.%u.%u", major, minor, release);
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:b, s:s}", "version", SYNFIN_VERSION,
                   "compiler", COMPILER, "mpi", mpi, "hdf5", hdf5, "vector_path",
                   manifest->vector_path, "batch", (json_int_t)manifest->options->batch,
                   "collective", (int)manifest->options->collective, "check",
                   checks[manifest->options->check]);
}

static json_t *seconds_of(const double seconds[SF_PHASE_COUNT]) {
  json_t *phases = json_object();
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    json_object_set_new(phases, sf_phase_name((enum sf_phase)p), json_real(seconds[p]));
  }
  return phases;
}

static json_t *traffic_of(const struct sf_traffic traffic[SF_PHASE_COUNT]) {
  json_t *phases = json_object();
  for (int p = 0; p < SF_PHASE_COUNT; p++) {
    json_object_set_new(phases, sf_phase_name((enum sf_phase)p),
                        json_pack("{s:I, s:I, s:I}", "calls", (json_int_t)traffic[p].calls,
                                  "exchanged_bytes", (json_int_t)traffic[p].exchanged,
                                  "reduced_bytes", (json_int_t)traffic[p].reduced));
  }
  return phases;
}

// Phase times and traffic of every rank, in order of rank. Collective; the arrays are
// rank 0's, null elsewhere.
static void profile_of(MPI_Comm comm, const struct sf_timer *timer, int rank, int size,
                       json_t **seconds, json_t **traffic) {
  struct sf_timer *all = rank == 0 ? malloc((size_t)size * sizeof *all) : NULL;
  int usable = rank != 0 || all;
  MPI_Bcast(&usable, 1, MPI_INT, 0, comm);
  if (usable) {
    MPI_Gather(timer, (int)sizeof *timer, MPI_BYTE, all, (int)sizeof *timer, MPI_BYTE, 0, comm);
  }
  if (usable && rank == 0) {
    *seconds = json_array();
    *traffic = json_array();
    for (int r = 0; r < size; r++) {
      json_array_append_new(*seconds, seconds_of(all[r].seconds));
      json_array_append_new(*traffic, traffic_of(all[r].traffic));
    }
  }
  free(all);
}

static enum sf_status save(const json_t *root, const char *path, struct sf_error *error) {
  char partial[SF_PATH_SIZE + 64];
  snprintf(partial, sizeof partial, "%s.partial", path);
  int descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  int failed = descriptor < 0 ||
               json_dumpfd(root, descriptor, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0 ||
               write(descriptor, "\n", 1) != 1;
  int cause = errno;
  if (descriptor >= 0) {
    close(descriptor);
  }
  if (failed) {
    unlink(partial);
    return sf_fail(error, SF_FILE, "%s: cannot write: %s", partial, strerror(cause));
  }
  SF_TRY(sf_file_sync(partial, error));
  return sf_file_rename(partial, path, error);
}

// Transactions of each shard, in their order.
static json_t *shards_of(const struct sf_manifest *manifest) {
  json_t *rows = json_array();
  for (int k = 0; k < manifest->shards; k++) {
    json_array_append_new(rows, json_integer(manifest->shard_rows[k]));
  }
  return rows;
}

static enum sf_status write_manifest(const char *corpus, const struct sf_manifest *manifest,
                                     int ranks, json_t *hosts, const double *seconds,
                                     json_t *by_rank, json_t *traffic, struct sf_error *error) {
  char path[SF_PATH_SIZE + 32], text[SF_DIGEST_TEXT_SIZE];
  sf_manifest_path(corpus, path);
  sf_digest_text(sf_digest_of_corpus(manifest->digests), text);
  // `o` takes over the reference, and gives null as a whole if one is null.
  json_t *root = json_pack(
      "{s:s, s:o, s:o, s:o*, s:o, s:i, s:o, s:I, s:o, s:o*, s:o*}", "digest", text, "data",
      config_of(&manifest->config), "tables", tables_of(manifest), "fraud",
      sf_manifest_fraud(&manifest->config, manifest->fraud), "program", program_of(manifest),
      "ranks", ranks, "hosts", hosts, "knowledge_bytes", (json_int_t)manifest->knowledge_bytes,
      "seconds", seconds_of(seconds), "seconds_by_rank", by_rank, "traffic_by_rank", traffic);
  if (root && manifest->shards > 0) {
    json_object_set_new(root, "shard_rows", shards_of(manifest));
    json_object_set_new(root, "run_id", json_string(manifest->run_id));
    json_object_set_new(root, "starts", json_integer(manifest->starts));
  }
  if (!root) {
    return sf_fail(error, SF_MEMORY, "out of memory for %s", path);
  }
  enum sf_status status = save(root, path, error);
  json_decref(root);
  return status;
}

enum sf_status sf_manifest_write(MPI_Comm comm, const char *corpus,
                                 const struct sf_manifest *manifest, struct sf_error *error) {
  int rank, size;
  double seconds[SF_PHASE_COUNT];
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  sf_timer_max(comm, manifest->timer, seconds);
  json_t *hosts = hosts_of(comm, rank, size);
  json_t *by_rank = NULL, *traffic = NULL;
  if (manifest->options->profile) {
    profile_of(comm, manifest->timer, rank, size, &by_rank, &traffic);
  }
  enum sf_status status = SF_OK;
  if (rank == 0) {
    status = write_manifest(corpus, manifest, size, hosts, seconds, by_rank, traffic, error);
  }
  return sf_share_status(comm, 0, status, error);
}

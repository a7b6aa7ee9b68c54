// Speed of the pipeline by phase beside what the machine gives, as JSON.
#include "tests/bench/bench.h"

#include <getopt.h>
#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/h5_library.h"
#include "kernels/features/passes.h"
#include "kernels/generator.h"
#include "kernels/random/lanes.h"
#include "mpi/agree.h"

#define REPEATS_MAX 101
// Above, writers are throttled to the speed of the disk, which is not measured.
#define FILE_BYTES_MAX 2e9

// 2023-01-01, days since 1970-01-01, and the days to the end of 2027: all that the calendar has.
#define FIRST_DAY 19358
#define DAYS_MAX 1826

struct settings {
  struct sf_config config;
  int64_t batch;
  int repeats;
  const char *path;
  bool plan_only;
};

static int usage(FILE *stream) {
  fputs(
      "usage: synfin_bench [--customers N] [--days N] [--repeat N] [--batch ROWS] [--file PATH] "
      "[--plan]\n"
      "Makes the transactions of the default world and prints the time of each phase as JSON.\n"
      "PATH (./synfin-bench.h5) is made and removed. With --plan only the plan with fraud and\n"
      "features is made, of any number of customers: its time, its memory, what it exchanges.\n",
      stream);
  return stream == stderr ? 2 : 0;
}

// A number in least..most; ends the program if it is not one.
static long long number(const char *text, long long least, long long most) {
  char *end;
  long long value = strtoll(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < least || value > most) {
    fprintf(stderr, "synfin_bench: %s is not a number in %lld..%lld\n", text, least, most);
    exit(2);
  }
  return value;
}

static int parse(int argc, char **argv, struct settings *settings) {
  static const struct option options[] = {{"customers", required_argument, NULL, 'c'},
                                          {"days", required_argument, NULL, 'd'},
                                          {"repeat", required_argument, NULL, 'r'},
                                          {"batch", required_argument, NULL, 'b'},
                                          {"file", required_argument, NULL, 'f'},
                                          {"plan", no_argument, NULL, 'p'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
  for (int letter; (letter = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    switch (letter) {
      case 'c':
        settings->config.customers = (uint32_t)number(optarg, 1, SF_CUSTOMERS_MAX);
        break;
      case 'd':
        settings->config.days = (int32_t)number(optarg, 1, DAYS_MAX);
        break;
      case 'r':
        settings->repeats = (int)number(optarg, 1, REPEATS_MAX);
        break;
      case 'b':
        settings->batch = number(optarg, 1, 1 << 24);
        break;
      case 'f':
        settings->path = optarg;
        break;
      case 'p':
        settings->plan_only = true;
        break;
      default:
        return usage(letter == 'h' ? stdout : stderr);
    }
  }
  return optind == argc ? -1 : usage(stderr);
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Median, least and most over the runs of a phase.
static json_t *phase_report(const struct bench_run *runs, int repeats, int phase, int ranks) {
  double seconds[REPEATS_MAX];
  for (int r = 0; r < repeats; r++) {
    seconds[r] = runs[r].seconds[phase];
  }
  qsort(seconds, (size_t)repeats, sizeof *seconds, compare);
  const double median = seconds[repeats / 2], rows = (double)runs[0].rows;
  return json_pack("{s:f, s:f, s:f, s:f, s:f}", "seconds", median, "seconds_least", seconds[0],
                   "seconds_most", seconds[repeats - 1], "rows_per_second", rows / median,
                   "ns_per_row_and_rank", 1e9 * median * ranks / rows);
}

static void print_json(json_t *report) {
  json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(5));
  putchar('\n');
  json_decref(report);
}

// Nanoseconds a row by the number of rows of the customer.
static json_t *lengths_report(const struct bench_features *bench) {
  json_t *lengths = json_array();
  for (int i = 0; i < BENCH_LENGTHS; i++) {
    const struct bench_length *length = &bench->length[i];
    if (length->rows) {
      const double row = 1e9 / (double)length->rows;
      json_array_append_new(
          lengths, json_pack("{s:I, s:I, s:I, s:f, s:f}", "least", (json_int_t)1 << i, "customers",
                             (json_int_t)length->customers, "rows", (json_int_t)length->rows,
                             "ns_per_row_rows", row * length->rows_seconds, "ns_per_row_features",
                             row * length->features_seconds));
    }
  }
  return lengths;
}

// Nanoseconds a row of this rank, by phase and by pass of features; bytes.
static json_t *features_report(const struct settings *settings,
                               const struct bench_features *bench) {
  static const char *const names[BENCH_EVERYTHING_COUNT] = {
#define BENCH_EVERYTHING_NAME(constant, name) name,
      BENCH_EVERYTHING_LIST(BENCH_EVERYTHING_NAME)
#undef BENCH_EVERYTHING_NAME
  };
  const double each = 1e9 / (double)bench->own_rows;
  json_t *phases = json_object(), *passes = json_object();
  double sum = 0;
  for (int p = 0; p < BENCH_EVERYTHING_COUNT; p++) {
    sum += bench->seconds[p];
    json_object_set_new(phases, names[p], json_real(each * bench->seconds[p]));
  }
  json_object_set_new(phases, "total", json_real(each * sum));
#define PASS_NAME(name, groups) #name,
  static const char *const pass_names[] = {
      SF_FEATURE_PASS_LIST(PASS_NAME, PASS_NAME, SF_FEATURE_BIT) "write"};
#undef PASS_NAME
  for (int p = 0; p <= SF_FEATURE_PASS_COUNT; p++) {
    json_object_set_new(passes, pass_names[p], json_real(each * bench->pass[p]));
  }
  json_t *lengths = lengths_report(bench);
  const double members = bench->members ? (double)bench->members : 1;
  return json_pack("{s:i, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:f}", "customers",
                   (int)settings->config.customers, "rows_of_rank", (json_int_t)bench->own_rows,
                   "ns_per_row", phases, "ns_per_row_by_pass", passes, "by_rows_of_customer",
                   lengths, "peak_bytes_of_rank", (json_int_t)bench->memory,
                   "knowledge_bytes_per_node", (json_int_t)bench->knowledge_bytes,
                   "knowledge_bytes_sent", (json_int_t)bench->knowledge_sent, "ring_members",
                   (json_int_t)bench->members, "exchanged_bytes_per_member",
                   (double)bench->fraud_sent / members);
}

static void print_report(const struct settings *settings, const struct bench_machine *machine,
                         const struct bench_run *runs, const struct bench_features *everything,
                         int ranks) {
  static const char *const names[BENCH_PHASES] = {
#define BENCH_PHASE_NAME(constant, name) name,
      BENCH_PHASE_LIST(BENCH_PHASE_NAME)
#undef BENCH_PHASE_NAME
  };
  json_t *phases = json_object();
  for (int p = 0; p < BENCH_PHASES; p++) {
    json_object_set_new(phases, names[p], phase_report(runs, settings->repeats, p, ranks));
  }
  json_t *report =
      json_pack("{s:i, s:i, s:I, s:i, s:I, s:I, s:s, s:{s:f, s:f, s:f}, s:o, s:o}", "ranks", ranks,
                "repeats", settings->repeats, "customers", (json_int_t)settings->config.customers,
                "days", settings->config.days, "rows", (json_int_t)runs[0].rows, "row_bytes",
                (json_int_t)sf_table_row_bytes(&sf_tables[SF_TABLE_TRANSACTIONS]), "vector_path",
                sf_lanes_select(NULL)->name, "machine", "memset_GB_per_second",
                machine->memset_bytes / 1e9, "page_cache_write_GB_per_second",
                machine->write_bytes / 1e9, "philox_draws_per_second", machine->philox_draws,
                "phases", phases, "everything_on", features_report(settings, everything));
  print_json(report);
}

static enum sf_status bench(const struct settings *settings, MPI_Comm comm,
                            struct sf_error *error) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  static struct bench_features everything;
  if (settings->plan_only) {
    SF_TRY(bench_features(comm, &settings->config, true, &everything, error));
    if (rank == 0) {
      print_json(features_report(settings, &everything));
    }
    return SF_OK;
  }
  if (sf_config_expected_rows(&settings->config) *
          (double)sf_table_row_bytes(&sf_tables[SF_TABLE_TRANSACTIONS]) >
      FILE_BYTES_MAX) {
    return sf_fail(error, SF_USAGE, "the file would be larger than 2 GB: fewer customers or days");
  }
  struct bench_machine machine = {0};
  enum sf_status status = rank == 0 ? bench_machine(settings->path, &machine, error) : SF_OK;
  SF_TRY(sf_share_status(comm, 0, status, error));
  struct bench_pipeline *pipeline;
  SF_TRY(bench_pipeline_create(comm, &settings->config, settings->batch, &pipeline, error));
  static struct bench_run runs[REPEATS_MAX];
  // One run more, the first, brings code and memory in and is not counted.
  for (int r = -1; r < settings->repeats && status == SF_OK; r++) {
    status = bench_pipeline_run(pipeline, settings->path, &runs[r < 0 ? 0 : r], error);
  }
  bench_pipeline_free(pipeline);
  if (status == SF_OK) {
    status = bench_features(comm, &settings->config, false, &everything, error);
  }
  if (status == SF_OK && rank == 0) {
    print_report(settings, &machine, runs, &everything, size);
  }
  return status;
}

int main(int argc, char **argv) {
  struct settings settings = {
      .config = {.seed = 1, .customers = 3000, .start_day = 20270, .days = 180},
      .batch = 32768,
      .repeats = 5,
      .path = "synfin-bench.h5"};
  int code = parse(argc, argv, &settings);
  if (code >= 0) {
    return code;
  }
  const int32_t latest = FIRST_DAY + DAYS_MAX - settings.config.days;
  settings.config.start_day =
      settings.config.start_day < latest ? settings.config.start_day : latest;
  gsl_set_error_handler_off();
  struct sf_error error = {.status = SF_OK};
  if (sf_h5_prepare(&error) != SF_OK) {
    fprintf(stderr, "synfin_bench: %s\n", error.text);
    return 1;
  }
  int provided, rank;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  enum sf_status status = bench(&settings, MPI_COMM_WORLD, &error);
  if (status != SF_OK && rank == 0) {
    fprintf(stderr, "synfin_bench: %s\n", error.text);
  }
  MPI_Finalize();
  return sf_status_exit_code(status);
}

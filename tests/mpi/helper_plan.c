// Cases of saved plans.
#include <stdlib.h>
#include <string.h>

#include "io/plan_file.h"
#include "kernels/generator.h"
#include "tests/mpi/helper.h"

#define CUSTOMERS 1000

static const struct sf_config config = {
    .seed = UINT64_MAX, .customers = CUSTOMERS, .start_day = 20270, .days = 30};

static int64_t rows_of_tile(int64_t tile) { return (tile * tile) % 97; }

static enum sf_status save(MPI_Comm comm, const char *path, struct sf_range tiles,
                           struct sf_error *error) {
  int64_t *rows = malloc(((size_t)sf_range_length(tiles) + 1) * sizeof *rows);
  const struct sf_fraud_plan none = {.singles = 0};
  for (int64_t tile = tiles.begin; tile < tiles.end; tile++) {
    rows[tile - tiles.begin] = rows_of_tile(tile);
  }
  enum sf_status status = sf_plan_file_write(comm, path, &config, rows, &none, NULL, error);
  free(rows);
  return status;
}

// Reads a plan without stories.
static enum sf_status read_rows(const char *path, const struct sf_config *of, struct sf_range tiles,
                                struct sf_range *rows, int64_t *total, struct sf_error *error) {
  struct sf_fraud_plan plan = {.singles = 0};
  const enum sf_status status = sf_plan_file_read(path, of, tiles, 0, 1, rows, total, &plan, error);
  sf_fraud_plan_free(&plan);
  return status;
}

int plan_comes_back(MPI_Comm comm, const char *path) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const int64_t tiles = sf_config_tiles(&config);
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(save(comm, path, sf_partition(tiles, rank, size), &error) == SF_OK);
  // Any range may be asked for, whoever wrote it.
  for (int64_t begin = 0, at = 0; begin <= tiles; at += rows_of_tile(begin++)) {
    struct sf_range rows;
    int64_t total = -1, expected = at;
    for (int64_t tile = begin; tile < tiles; tile++) {
      expected += rows_of_tile(tile);
    }
    const struct sf_range rest = {begin, tiles};
    bad += EXPECT(read_rows(path, &config, rest, &rows, &total, &error) == SF_OK);
    bad += EXPECT(rows.begin == at) + EXPECT(rows.end == expected) + EXPECT(total == expected);
  }
  return bad;
}

int plan_of_another_configuration(MPI_Comm comm, const char *path) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  const struct sf_range tiles = sf_partition(sf_config_tiles(&config), rank, size);
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(save(comm, path, tiles, &error) == SF_OK);
  struct sf_config other[] = {config, config, config, config, config};
  other[0].seed--;
  other[1].customers++;
  other[2].start_day++;
  other[3].days++;
  other[4].fraud.enabled = true;
  static const char *const named[] = {"seed", "customers", "start", "days", "fraud"};
  for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
    struct sf_range rows;
    int64_t total;
    error = (struct sf_error){.status = SF_OK};
    bad += EXPECT(read_rows(path, &other[i], tiles, &rows, &total, &error) == SF_CONFIG);
    bad += EXPECT(strstr(error.text, named[i]) != NULL);
  }
  error = (struct sf_error){.status = SF_OK};
  struct sf_range rows;
  int64_t total;
  bad += EXPECT(read_rows("/dev/null", &config, tiles, &rows, &total, &error) == SF_FORMAT);
  error = (struct sf_error){.status = SF_OK};
  bad += EXPECT(read_rows("/no/plan", &config, tiles, &rows, &total, &error) == SF_FILE);
  return bad;
}

#include "io/plan_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/corpus_format.h"
#include "io/h5_library.h"
#include "io/options.h"
#include "io/reserve.h"
#include "kernels/generator.h"
#include "kernels/schema/schema.h"
#include "mpi/agree.h"

#define DATASET "/row_offset"
#define METADATA_BYTES ((int64_t)64 << 10)

// What must be the same for a plan to fit.
struct identity {
  const char *name;
  int64_t value;
};
#define IDENTITIES 5
static void identities_of(const struct sf_config *config, struct identity out[IDENTITIES]) {
  out[0] = (struct identity){SF_ATTR_SCHEMA_VERSION, SF_SCHEMA_VERSION};
  out[1] = (struct identity){SF_ATTR_SEED, (int64_t)config->seed};  // the same 64 bits
  out[2] = (struct identity){SF_ATTR_CUSTOMERS, config->customers};
  out[3] = (struct identity){SF_ATTR_START, config->start_day};
  out[4] = (struct identity){SF_ATTR_DAYS, config->days};
}

struct plan_output {
  MPI_Comm comm;
  int rank;
  const char *path;
  char partial[SF_PATH_SIZE + 16];
  hid_t file, dataset;
};

static enum sf_status create_content(struct plan_output *out, const struct sf_config *config,
                                     struct sf_error *error) {
  out->file = sf_h5_create_file(out->comm, out->partial);
  if (out->file < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot create", out->partial);
  }
  struct identity identity[IDENTITIES];
  identities_of(config, identity);
  for (int i = 0; i < IDENTITIES; i++) {
    if (sf_h5_set_number(out->file, identity[i].name, H5T_STD_I64LE, &identity[i].value) < 0) {
      return sf_h5_fail(error, SF_FILE, "%s: cannot write the root attributes", out->partial);
    }
  }
  int64_t offsets = (int64_t)sf_config_tiles(config) + 1;
  out->dataset = sf_h5_create_dataset(out->file, DATASET, H5T_STD_I64LE, offsets);
  return out->dataset < 0
             ? sf_h5_fail(error, SF_FILE, "%s: cannot create %s", out->partial, DATASET)
             : SF_OK;
}

// Each rank writes where its tiles end, and rank 0 where the first begins.
static enum sf_status write_offsets(const struct plan_output *out, struct sf_range tiles,
                                    const int64_t *offsets, struct sf_error *error) {
  int64_t skip = out->rank == 0 ? 0 : 1;
  int64_t count = sf_range_length(tiles) + 1 - skip;
  const int64_t step = SF_H5_TRANSFER_MAX / (int64_t)sizeof *offsets - 1;
  for (int64_t at = 0; at < count; at += step) {
    int64_t now = count - at < step ? count - at : step;
    if (sf_h5_write_rows(out->dataset, H5T_STD_I64LE, tiles.begin + skip + at, now,
                         offsets + skip + at, false) < 0) {
      return sf_h5_fail(error, SF_FILE, "%s: cannot write %s", out->partial, DATASET);
    }
  }
  return SF_OK;
}

// Creates, writes, closes, and brings to the disk, with an agreement after each
// step. Collective.
static enum sf_status write_file(struct plan_output *out, const struct sf_config *config,
                                 struct sf_range tiles, const int64_t *offsets,
                                 struct sf_error *error) {
  SF_TRY(sf_agree(out->comm, create_content(out, config, error), error));
  SF_TRY(sf_agree(out->comm, write_offsets(out, tiles, offsets, error), error));
  bool closed = H5Dclose(out->dataset) >= 0 && H5Fclose(out->file) >= 0;
  enum sf_status status =
      closed ? SF_OK : sf_h5_fail(error, SF_FILE, "%s: cannot be closed", out->partial);
  SF_TRY(sf_agree(out->comm, status, error));
  SF_TRY(sf_agree(out->comm, sf_file_sync(out->partial, error), error));
  status = out->rank == 0 ? sf_file_rename(out->partial, out->path, error) : SF_OK;
  return sf_share_status(out->comm, 0, status, error);
}

enum sf_status sf_plan_file_write(MPI_Comm comm, const char *path, const struct sf_config *config,
                                  struct sf_range tiles, const int64_t *rows, int64_t first,
                                  struct sf_error *error) {
  struct plan_output out = {.comm = comm, .path = path};
  MPI_Comm_rank(comm, &out.rank);
  snprintf(out.partial, sizeof out.partial, "%s.partial", path);
  int64_t count = sf_range_length(tiles);
  int64_t *offsets = malloc(((size_t)count + 1) * sizeof *offsets);
  enum sf_status status =
      offsets ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the row offsets");
  if (status == SF_OK) {
    offsets[0] = first;
    for (int64_t t = 0; t < count; t++) {
      offsets[t + 1] = offsets[t] + rows[t];
    }
  }
  status = sf_agree(comm, status, error);
  if (status == SF_OK) {
    if (out.rank == 0) {
      int64_t bytes = (int64_t)sf_config_tiles(config) * (int64_t)sizeof *offsets;
      status = sf_reserve_create(out.partial, bytes + METADATA_BYTES, error);
    }
    status = sf_share_status(comm, 0, status, error);
  }
  if (status == SF_OK) {
    status = write_file(&out, config, tiles, offsets, error);
    if (out.rank == 0 && status != SF_OK) {
      unlink(out.partial);
    }
  }
  free(offsets);
  return status;
}

static enum sf_status check_identity(hid_t file, const char *path, const struct sf_config *config,
                                     struct sf_error *error) {
  struct identity identity[IDENTITIES];
  identities_of(config, identity);
  for (int i = 0; i < IDENTITIES; i++) {
    int64_t found;
    hid_t attribute = H5Aopen(file, identity[i].name, H5P_DEFAULT);
    herr_t outcome = attribute < 0 ? -1 : H5Aread(attribute, H5T_NATIVE_INT64, &found);
    if (attribute >= 0) {
      H5Aclose(attribute);
    }
    if (outcome < 0) {
      return sf_fail(error, SF_FORMAT, "%s: is not a plan: root attribute \"%s\" is missing", path,
                     identity[i].name);
    }
    if (found != identity[i].value) {
      return sf_fail(error, SF_CONFIG,
                     "%s: is the plan of another configuration: its %s is %lld, here it is %lld",
                     path, identity[i].name, (long long)found, (long long)identity[i].value);
    }
  }
  return SF_OK;
}

static herr_t read_offset(hid_t dataset, int64_t at, int64_t *value) {
  hsize_t place = (hsize_t)at, one = 1;
  hid_t file = H5Dget_space(dataset);
  hid_t memory = H5Screate_simple(1, &one, NULL);
  herr_t outcome = H5Sselect_elements(file, H5S_SELECT_SET, 1, &place);
  if (outcome >= 0) {
    outcome = H5Dread(dataset, H5T_NATIVE_INT64, memory, file, H5P_DEFAULT, value);
  }
  H5Sclose(memory);
  H5Sclose(file);
  return outcome;
}

static enum sf_status read_offsets(hid_t dataset, const char *path, int64_t all,
                                   struct sf_range tiles, struct sf_range *rows, int64_t *total,
                                   struct sf_error *error) {
  if (read_offset(dataset, tiles.begin, &rows->begin) < 0 ||
      read_offset(dataset, tiles.end, &rows->end) < 0 || read_offset(dataset, all, total) < 0 ||
      rows->begin < 0 || rows->end < rows->begin || *total < rows->end) {
    return sf_fail(error, SF_FORMAT, "%s: %s is not a list of row offsets of %lld tiles", path,
                   DATASET, (long long)all);
  }
  return SF_OK;
}

enum sf_status sf_plan_file_read(const char *path, const struct sf_config *config,
                                 struct sf_range tiles, struct sf_range *rows, int64_t *total,
                                 struct sf_error *error) {
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) {
    return sf_h5_open_fail(error, path);
  }
  hid_t dataset = H5Dopen2(file, DATASET, H5P_DEFAULT);
  enum sf_status status;
  if (dataset < 0) {
    status = sf_fail(error, SF_FORMAT, "%s: is not a plan: it has no %s", path, DATASET);
  } else {
    status = check_identity(file, path, config, error);
    if (status == SF_OK) {
      status = read_offsets(dataset, path, sf_config_tiles(config), tiles, rows, total, error);
    }
    H5Dclose(dataset);
  }
  H5Fclose(file);
  return status;
}

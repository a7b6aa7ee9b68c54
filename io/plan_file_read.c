#include <stdbool.h>
#include <stdlib.h>

#include "io/h5_library.h"
#include "io/plan_file.h"
#include "io/plan_format.h"
#include "kernels/generator.h"
#include "mpi/agree.h"

static enum sf_status check_identity(hid_t file, const char *path, const struct sf_config *config,
                                     struct sf_error *error) {
  struct sf_plan_identity identity[SF_PLAN_IDENTITIES];
  sf_plan_identities(config, identity);
  for (int i = 0; i < SF_PLAN_IDENTITIES; i++) {
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

// Reads records begin .. end-1 of a list.
static enum sf_status read_records(hid_t file, const char *path, enum sf_plan_list list,
                                   int64_t begin, int64_t end, void *data, struct sf_error *error) {
  const size_t bytes = sf_plan_lists[list].bytes;
  const hid_t dataset = H5Dopen2(file, sf_plan_lists[list].name, H5P_DEFAULT);
  if (dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: is not a plan: it has no %s", path,
                   sf_plan_lists[list].name);
  }
  const hid_t space = H5Dget_space(dataset), type = sf_plan_list_type(list);
  const bool fits = begin >= 0 && end >= begin && end <= H5Sget_simple_extent_npoints(space);
  const int64_t step = SF_H5_TRANSFER_MAX / (int64_t)bytes;
  herr_t outcome = fits ? 0 : -1;
  for (int64_t at = begin; at < end && outcome >= 0; at += step) {
    const hsize_t start = (hsize_t)at, count = (hsize_t)(end - at < step ? end - at : step);
    const hid_t memory = H5Screate_simple(1, &count, NULL);
    outcome = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL);
    if (outcome >= 0) {
      outcome = H5Dread(dataset, type, memory, space, H5P_DEFAULT,
                        (char *)data + (size_t)(at - begin) * bytes);
    }
    H5Sclose(memory);
  }
  H5Tclose(type);
  H5Sclose(space);
  H5Dclose(dataset);
  return outcome < 0 ? sf_fail(error, SF_FORMAT, "%s: %s does not hold what the plan says", path,
                               sf_plan_lists[list].name)
                     : SF_OK;
}

// The same into malloc'ed memory.
static enum sf_status read_list(hid_t file, const char *path, enum sf_plan_list list, int64_t begin,
                                int64_t end, void **data, struct sf_error *error) {
  if (begin < 0 || end < begin) {
    return sf_fail(error, SF_FORMAT, "%s: %s does not hold what the plan says", path,
                   sf_plan_lists[list].name);
  }
  *data = calloc((size_t)(end - begin) + 1, sf_plan_lists[list].bytes);
  if (!*data) {
    return sf_fail(error, SF_MEMORY, "out of memory for the plan");
  }
  return read_records(file, path, list, begin, end, *data, error);
}

// Where the records of a range of tiles begin and end.
static enum sf_status read_bounds(hid_t file, const char *path, enum sf_plan_list list,
                                  struct sf_range tiles, struct sf_range *bounds,
                                  struct sf_error *error) {
  int64_t *at = NULL;
  enum sf_status status =
      read_list(file, path, list, tiles.begin, tiles.begin + 1, (void **)&at, error);
  if (status == SF_OK) {
    bounds->begin = *at;
    free(at);
    at = NULL;
    status = read_list(file, path, list, tiles.end, tiles.end + 1, (void **)&at, error);
  }
  if (status == SF_OK) {
    bounds->end = *at;
    if (bounds->begin < 0 || bounds->end < bounds->begin) {
      status = sf_fail(error, SF_FORMAT, "%s: %s is not a list of offsets", path,
                       sf_plan_lists[list].name);
    }
  }
  free(at);
  return status;
}

static enum sf_status read_stories(hid_t file, const char *path, struct sf_range tiles,
                                   struct sf_fraud_plan *plan, struct sf_error *error) {
  void **const data[] = {(void **)&plan->single, (void **)&plan->member, (void **)&plan->link};
  int64_t *const count[] = {&plan->singles, &plan->members, &plan->links};
  for (int i = 0; i < 3; i++) {
    struct sf_range bounds;
    SF_TRY(read_bounds(file, path, (enum sf_plan_list)(SF_PLAN_SINGLES_AT + i), tiles, &bounds,
                       error));
    SF_TRY(read_list(file, path, (enum sf_plan_list)(SF_PLAN_SINGLES + i), bounds.begin, bounds.end,
                     data[i], error));
    *count[i] = sf_range_length(bounds);
  }
  return sf_fraud_plan_index(plan, error);
}

// Part of the tables of rings; places in the assembly count from its own first.
static enum sf_status read_rings(hid_t file, const char *path, int part, int parts,
                                 struct sf_fraud_plan *plan, struct sf_error *error) {
  struct sf_assembly *assembly = &plan->assembly;
  const struct sf_range own = sf_partition(plan->totals.rings, part, parts);
  SF_TRY(read_list(file, path, SF_PLAN_RINGS, own.begin, own.end, (void **)&assembly->ring, error));
  assembly->rings = sf_range_length(own);
  plan->first_ring = own.begin;
  plan->own_rings = assembly->rings;
  plan->first_member = assembly->rings ? assembly->ring[0].first_member : plan->totals.members;
  plan->first_link = assembly->rings ? assembly->ring[0].first_link : plan->totals.links;
  for (int64_t r = 0; r < assembly->rings; r++) {
    struct sf_ring *ring = &assembly->ring[r];
    ring->first_member -= plan->first_member;
    ring->first_link -= plan->first_link;
    assembly->members += ring->size;
    assembly->links += ring->links;
  }
  plan->own_members = assembly->members;
  plan->own_links = assembly->links;
  SF_TRY(read_list(file, path, SF_PLAN_RING_MEMBERS, plan->first_member,
                   plan->first_member + assembly->members, (void **)&assembly->member, error));
  return read_list(file, path, SF_PLAN_RING_LINKS, plan->first_link,
                   plan->first_link + assembly->links, (void **)&assembly->link, error);
}

static enum sf_status read_all(hid_t file, const char *path, const struct sf_config *config,
                               struct sf_range tiles, int part, int parts, struct sf_range *rows,
                               int64_t *total, struct sf_fraud_plan *plan, struct sf_error *error) {
  SF_TRY(check_identity(file, path, config, error));
  SF_TRY(read_bounds(file, path, SF_PLAN_ROWS, tiles, rows, error));
  struct sf_range all;
  SF_TRY(read_bounds(file, path, SF_PLAN_ROWS, (struct sf_range){0, sf_config_tiles(config)}, &all,
                     error));
  *total = all.end;
  if (!config->fraud.enabled) {
    return SF_OK;
  }
  struct sf_fraud_totals *totals = NULL;
  enum sf_status status = read_list(file, path, SF_PLAN_TOTALS, 0, 1, (void **)&totals, error);
  if (status == SF_OK) {
    plan->totals = *totals;
  }
  free(totals);
  SF_TRY(status);
  struct sf_range episodes;
  SF_TRY(read_bounds(file, path, SF_PLAN_EPISODES_AT, tiles, &episodes, error));
  plan->first_episode = episodes.begin;
  SF_TRY(read_stories(file, path, tiles, plan, error));
  return parts > 0 ? read_rings(file, path, part, parts, plan, error) : SF_OK;
}

enum sf_status sf_plan_file_read(const char *path, const struct sf_config *config,
                                 struct sf_range tiles, int part, int parts, struct sf_range *rows,
                                 int64_t *total, struct sf_fraud_plan *plan,
                                 struct sf_error *error) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) {
    return sf_h5_open_fail(error, path);
  }
  const enum sf_status status =
      read_all(file, path, config, tiles, part, parts, rows, total, plan, error);
  H5Fclose(file);
  return status;
}

enum sf_status sf_plan_file_read_rows(const char *path, const struct sf_config *config,
                                      struct sf_range tiles, struct sf_range *rows,
                                      struct sf_error *error) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) {
    return sf_h5_open_fail(error, path);
  }
  enum sf_status status = check_identity(file, path, config, error);
  if (status == SF_OK) {
    status = read_bounds(file, path, SF_PLAN_ROWS, tiles, rows, error);
  }
  H5Fclose(file);
  return status;
}

// Records of a list, negative if the file has no such list.
static int64_t length_of(hid_t file, enum sf_plan_list list) {
  const hid_t dataset = H5Dopen2(file, sf_plan_lists[list].name, H5P_DEFAULT);
  if (dataset < 0) {
    return -1;
  }
  const hid_t space = H5Dget_space(dataset);
  const int64_t length = H5Sget_simple_extent_npoints(space);
  H5Sclose(space);
  H5Dclose(dataset);
  return length;
}

static enum sf_status measure(hid_t file, const char *path, const struct sf_config *config,
                              struct sf_bank_lengths *lengths, struct sf_error *error) {
  SF_TRY(check_identity(file, path, config, error));
  const int64_t cells = length_of(file, SF_PLAN_ROWS_BEFORE);
  if (cells == 0) {
    return sf_fail(error, SF_CONFIG, "%s: is a plan for corpora without features", path);
  }
  const int64_t reports = length_of(file, SF_PLAN_REPORT_DAY);
  const int64_t devices = length_of(file, SF_PLAN_DEVICE_ID);
  const int64_t device_days = length_of(file, SF_PLAN_DEVICE_DAY);
  if (cells != (int64_t)sf_config_merchants(config) * (config->days + 1) || reports < 0 ||
      devices < 0 || device_days < 0 || reports > UINT32_MAX || device_days > UINT32_MAX) {
    return sf_fail(error, SF_FORMAT, "%s: does not hold what features rest on", path);
  }
  *lengths = (struct sf_bank_lengths){(uint64_t)reports, (uint64_t)devices, (uint64_t)device_days};
  return SF_OK;
}

// Offsets that features follow must lead into their lists.
static enum sf_status check_offsets(const char *path, enum sf_plan_list list,
                                    const uint32_t *offset, uint64_t lists, uint64_t records,
                                    struct sf_error *error) {
  bool good = offset[0] == 0 && offset[lists] == records;
  for (uint64_t i = 0; i < lists && good; i++) {
    good = offset[i] <= offset[i + 1];
  }
  return good ? SF_OK
              : sf_fail(error, SF_FORMAT, "%s: %s is not a list of offsets", path,
                        sf_plan_lists[list].name);
}

static enum sf_status read_knowledge(hid_t file, const char *path, const struct sf_bank_lengths *n,
                                     const struct sf_knowledge *k, struct sf_error *error) {
  const struct {
    enum sf_plan_list list;
    const void *data;
    uint64_t count;
  } part[] = {
      {SF_PLAN_ROWS_BEFORE, k->rows_before, (uint64_t)k->merchants * (k->days + 1)},
      {SF_PLAN_REPORT_OFFSET, k->report_offset, (uint64_t)k->merchants + 1},
      {SF_PLAN_REPORT_DAY, k->report_day, n->reports},
      {SF_PLAN_CELL_FLAGGED, k->cell_flagged, (uint64_t)SF_CELLS * sf_cell_words(k->days)},
      {SF_PLAN_DEVICE_ID, k->device_id, n->devices},
      {SF_PLAN_DEVICE_OFFSET, k->device_offset, n->devices + 1},
      {SF_PLAN_DEVICE_DAY, k->device_day, n->device_days},
  };
  for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
    // The leader may write what all may read.
    SF_TRY(read_records(file, path, part[i].list, 0, (int64_t)part[i].count, (void *)part[i].data,
                        error));
  }
  SF_TRY(check_offsets(path, SF_PLAN_REPORT_OFFSET, k->report_offset, k->merchants, n->reports,
                       error));
  return check_offsets(path, SF_PLAN_DEVICE_OFFSET, k->device_offset, n->devices, n->device_days,
                       error);
}

enum sf_status sf_plan_file_read_fit(const char *path, const struct sf_config *config,
                                     struct sf_isolation_fit *fit, struct sf_error *error) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) {
    return sf_h5_open_fail(error, path);
  }
  struct sf_bank_lengths lengths;
  enum sf_status status = measure(file, path, config, &lengths, error);
  if (status == SF_OK) {
    status = read_records(file, path, SF_PLAN_ISOLATION, 0, SF_PLAN_FIT_COUNTS, fit, error);
  }
  H5Fclose(file);
  return status;
}

enum sf_status sf_plan_file_read_features(MPI_Comm comm, const char *path,
                                          const struct sf_config *config, struct sf_bank **bank,
                                          struct sf_isolation_fit *fit, struct sf_error *error) {
  const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
  struct sf_bank_lengths lengths = {0};
  enum sf_status status =
      file < 0 ? sf_h5_open_fail(error, path) : measure(file, path, config, &lengths, error);
  if (status == SF_OK) {
    status = read_records(file, path, SF_PLAN_ISOLATION, 0, SF_PLAN_FIT_COUNTS, fit, error);
  }
  status = sf_agree(comm, status, error);
  if (status == SF_OK) {
    status = sf_bank_create_empty(comm, config->start_day, (uint32_t)config->days,
                                  sf_config_merchants(config), &lengths, bank, error);
  }
  if (status == SF_OK) {
    status = sf_bank_leads(*bank)
                 ? read_knowledge(file, path, &lengths, sf_bank_knowledge(*bank), error)
                 : SF_OK;
    status = sf_agree(comm, status, error);
    if (status == SF_OK) {
      sf_bank_publish(*bank);
    }
  }
  if (file >= 0) {
    H5Fclose(file);
  }
  return status;
}

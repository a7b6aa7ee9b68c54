#include "io/plan_file.h"

#include <stdbool.h>
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
#include "mpi/reduce.h"

#define METADATA_BYTES ((int64_t)256 << 10)

// What must be the same for a plan to fit.
struct identity {
  const char *name;
  int64_t value;
};
#define IDENTITIES 6
static void identities_of(const struct sf_config *config, struct identity out[IDENTITIES]) {
  out[0] = (struct identity){SF_ATTR_SCHEMA_VERSION, SF_SCHEMA_VERSION};
  out[1] = (struct identity){SF_ATTR_SEED, (int64_t)config->seed};  // the same 64 bits
  out[2] = (struct identity){SF_ATTR_CUSTOMERS, config->customers};
  out[3] = (struct identity){SF_ATTR_START, config->start_day};
  out[4] = (struct identity){SF_ATTR_DAYS, config->days};
  out[5] = (struct identity){"fraud_key", (int64_t)sf_config_fraud_key(config)};
}

// The lists of a plan. The first four are offsets by tile.
enum { ROWS, SINGLES_AT, MEMBERS_AT, LINKS_AT, OFFSETS };
enum { SINGLES = OFFSETS, MEMBERS, LINKS, RINGS, RING_MEMBERS, RING_LINKS, TOTALS, LISTS };

static const struct {
  const char *name;
  size_t bytes;
} format[LISTS] = {
    [ROWS] = {"/row_offset", sizeof(int64_t)},
    [SINGLES_AT] = {"/single_offset", sizeof(int64_t)},
    [MEMBERS_AT] = {"/member_offset", sizeof(int64_t)},
    [LINKS_AT] = {"/link_offset", sizeof(int64_t)},
    [SINGLES] = {"/singles", sizeof(struct sf_candidate)},
    [MEMBERS] = {"/members", sizeof(struct sf_membership)},
    [LINKS] = {"/links", sizeof(struct sf_link)},
    [RINGS] = {"/rings", sizeof(struct sf_ring)},
    [RING_MEMBERS] = {"/ring_members", sizeof(struct sf_membership)},
    [RING_LINKS] = {"/ring_links", sizeof(struct sf_link)},
    [TOTALS] = {"/totals", sizeof(struct sf_fraud_totals)},
};

// One list as a rank holds it: records first .. first+count-1 of `all`.
struct list {
  void *data;
  int64_t first, count, all;
};

static hid_t type_of(int list) {
  return list < OFFSETS ? H5Tcopy(H5T_STD_I64LE) : H5Tcreate(H5T_OPAQUE, format[list].bytes);
}

struct plan_output {
  MPI_Comm comm;
  int rank, ranks;
  const char *path;
  char partial[SF_PATH_SIZE + 16];
  hid_t file, dataset[LISTS];
  struct list list[LISTS];
  int64_t *offsets[OFFSETS];
  struct sf_fraud_totals totals;
  struct sf_ring *ring;
  struct sf_membership *ring_member;
  struct sf_link *ring_link;
};

// Turns counts by tile, shape [tiles], into where tiles end after the first
// `before` records.
static void scan_offsets(struct plan_output *out, int list, int64_t tiles, int64_t all_tiles,
                         int64_t first_tile) {
  int64_t sum = 0, total;
  int64_t *offset = out->offsets[list];
  for (int64_t t = 0; t < tiles; t++) {
    sum += offset[t + 1];
  }
  offset[0] = sf_exclusive_scan(out->comm, sum, &total);
  for (int64_t t = 0; t < tiles; t++) {
    offset[t + 1] += offset[t];
  }
  // Rank 0 writes where the first tile begins, too.
  const int64_t skip = out->rank > 0;
  out->list[list] =
      (struct list){offset + skip, first_tile + skip, tiles + 1 - skip, all_tiles + 1};
  if (list != ROWS) {
    out->list[list - SINGLES_AT + SINGLES].first = offset[0];
    out->list[list - SINGLES_AT + SINGLES].count = sum;
    out->list[list - SINGLES_AT + SINGLES].all = total;
  }
}

static bool is_listed(const struct sf_ring *ring) { return ring->ring_id != 0; }

// The listed rings with their members and links, one after the other; places
// count from the first of all ranks.
static void gather_rings(struct plan_output *out, const struct sf_fraud_plan *plan) {
  const struct sf_assembly *assembly = &plan->assembly;
  int64_t r = 0, m = 0, l = 0;
  for (int64_t i = 0; i < assembly->rings; i++) {
    const struct sf_ring *ring = &assembly->ring[i];
    if (!is_listed(ring)) {
      continue;
    }
    memcpy(&out->ring_member[m], &assembly->member[ring->first_member],
           ring->size * sizeof *out->ring_member);
    if (ring->links) {
      memcpy(&out->ring_link[l], &assembly->link[ring->first_link],
             (size_t)ring->links * sizeof *out->ring_link);
    }
    out->ring[r] = *ring;
    out->ring[r].first_member = plan->first_member + m;
    out->ring[r++].first_link = plan->first_link + l;
    m += ring->size;
    l += ring->links;
  }
  const struct sf_fraud_totals *totals = &plan->totals;
  out->list[RINGS] = (struct list){out->ring, plan->first_ring, r, totals->rings};
  out->list[RING_MEMBERS] = (struct list){out->ring_member, plan->first_member, m, totals->members};
  out->list[RING_LINKS] = (struct list){out->ring_link, plan->first_link, l, totals->links};
}

static enum sf_status allocate(struct plan_output *out, int64_t tiles,
                               const struct sf_fraud_plan *plan, struct sf_error *error) {
  bool made = true;
  for (int i = 0; i < OFFSETS; i++) {
    out->offsets[i] = calloc((size_t)tiles + 1, sizeof *out->offsets[i]);
    made = made && out->offsets[i];
  }
  out->ring = malloc((size_t)plan->own_rings * sizeof *out->ring + 1);
  out->ring_member = malloc((size_t)plan->own_members * sizeof *out->ring_member + 1);
  out->ring_link = malloc((size_t)plan->own_links * sizeof *out->ring_link + 1);
  made = made && out->ring && out->ring_member && out->ring_link;
  return made ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the plan");
}

// Collective over out->comm.
static void fill_lists(struct plan_output *out, const struct sf_config *config, const int64_t *rows,
                       const struct sf_fraud_plan *plan) {
  const struct sf_range tiles = sf_share_of(config, out->rank, out->ranks).tiles;
  const int64_t count = sf_range_length(tiles);
  memcpy(out->offsets[ROWS] + 1, rows, (size_t)count * sizeof *rows);
  for (int64_t a = 0; a < plan->assignments; a++) {
    const struct sf_assignment *assignment = &plan->assignment[a];
    const int64_t tile = (assignment->candidate.customer - 1) / SF_TILE_CUSTOMERS - tiles.begin + 1;
    out->offsets[SINGLES_AT][tile] += !assignment->member;
    out->offsets[MEMBERS_AT][tile] += assignment->member != NULL;
    out->offsets[LINKS_AT][tile] += assignment->links;
  }
  for (int i = 0; i < OFFSETS; i++) {
    scan_offsets(out, i, count, sf_config_tiles(config), tiles.begin);
  }
  out->list[SINGLES].data = plan->single;
  out->list[MEMBERS].data = plan->member;
  out->list[LINKS].data = plan->link;
  gather_rings(out, plan);
  // What the ranks of this run sent is no part of the plan.
  out->totals = plan->totals;
  out->totals.exchange_bytes = 0;
  out->list[TOTALS] = (struct list){&out->totals, 0, out->rank == 0, 1};
}

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
  for (int i = 0; i < LISTS; i++) {
    const hid_t type = type_of(i);
    out->dataset[i] = sf_h5_create_dataset(out->file, format[i].name, type, out->list[i].all);
    H5Tclose(type);
    if (out->dataset[i] < 0) {
      return sf_h5_fail(error, SF_FILE, "%s: cannot create %s", out->partial, format[i].name);
    }
  }
  return SF_OK;
}

static enum sf_status write_list(const struct plan_output *out, int list, struct sf_error *error) {
  const struct list *l = &out->list[list];
  const int64_t step = SF_H5_TRANSFER_MAX / (int64_t)format[list].bytes;
  const hid_t type = type_of(list);
  herr_t outcome = 0;
  for (int64_t at = 0; at < l->count && outcome >= 0; at += step) {
    const int64_t now = l->count - at < step ? l->count - at : step;
    outcome = sf_h5_write_rows(out->dataset[list], type, l->first + at, now,
                               (const char *)l->data + (size_t)at * format[list].bytes, false);
  }
  H5Tclose(type);
  return outcome < 0
             ? sf_h5_fail(error, SF_FILE, "%s: cannot write %s", out->partial, format[list].name)
             : SF_OK;
}

// Creates, writes, closes, and brings to the disk, with an agreement after each
// step. Collective.
static enum sf_status write_file(struct plan_output *out, const struct sf_config *config,
                                 struct sf_error *error) {
  SF_TRY(sf_agree(out->comm, create_content(out, config, error), error));
  enum sf_status status = SF_OK;
  for (int i = 0; i < LISTS && status == SF_OK; i++) {
    status = write_list(out, i, error);
  }
  SF_TRY(sf_agree(out->comm, status, error));
  bool closed = true;
  for (int i = 0; i < LISTS; i++) {
    closed = H5Dclose(out->dataset[i]) >= 0 && closed;
  }
  closed = H5Fclose(out->file) >= 0 && closed;
  status = closed ? SF_OK : sf_h5_fail(error, SF_FILE, "%s: cannot be closed", out->partial);
  SF_TRY(sf_agree(out->comm, status, error));
  SF_TRY(sf_agree(out->comm, sf_file_sync(out->partial, error), error));
  status = out->rank == 0 ? sf_file_rename(out->partial, out->path, error) : SF_OK;
  return sf_share_status(out->comm, 0, status, error);
}

static int64_t bytes_of(const struct plan_output *out) {
  int64_t bytes = METADATA_BYTES;
  for (int i = 0; i < LISTS; i++) {
    bytes += out->list[i].all * (int64_t)format[i].bytes;
  }
  return bytes;
}

enum sf_status sf_plan_file_write(MPI_Comm comm, const char *path, const struct sf_config *config,
                                  const int64_t *rows, const struct sf_fraud_plan *plan,
                                  struct sf_error *error) {
  struct plan_output out = {.comm = comm, .path = path};
  MPI_Comm_rank(comm, &out.rank);
  MPI_Comm_size(comm, &out.ranks);
  snprintf(out.partial, sizeof out.partial, "%s.partial", path);
  const int64_t tiles = sf_range_length(sf_share_of(config, out.rank, out.ranks).tiles);
  enum sf_status status = sf_agree(comm, allocate(&out, tiles, plan, error), error);
  if (status == SF_OK) {
    fill_lists(&out, config, rows, plan);
    if (out.rank == 0) {
      status = sf_reserve_create(out.partial, bytes_of(&out), error);
    }
    status = sf_share_status(comm, 0, status, error);
  }
  if (status == SF_OK) {
    status = write_file(&out, config, error);
    if (out.rank == 0 && status != SF_OK) {
      unlink(out.partial);
    }
  }
  for (int i = 0; i < OFFSETS; i++) {
    free(out.offsets[i]);
  }
  free(out.ring);
  free(out.ring_member);
  free(out.ring_link);
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

// Reads records begin .. end-1 of a list into malloc'ed memory.
static enum sf_status read_list(hid_t file, const char *path, int list, int64_t begin, int64_t end,
                                void **data, struct sf_error *error) {
  const size_t bytes = format[list].bytes;
  *data = calloc((size_t)(end - begin) + 1, bytes);
  if (!*data) {
    return sf_fail(error, SF_MEMORY, "out of memory for the plan");
  }
  const hid_t dataset = H5Dopen2(file, format[list].name, H5P_DEFAULT);
  if (dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: is not a plan: it has no %s", path, format[list].name);
  }
  const hid_t space = H5Dget_space(dataset), type = type_of(list);
  const bool fits = begin >= 0 && end >= begin && end <= H5Sget_simple_extent_npoints(space);
  const int64_t step = SF_H5_TRANSFER_MAX / (int64_t)bytes;
  herr_t outcome = fits ? 0 : -1;
  for (int64_t at = begin; at < end && outcome >= 0; at += step) {
    const hsize_t start = (hsize_t)at, count = (hsize_t)(end - at < step ? end - at : step);
    const hid_t memory = H5Screate_simple(1, &count, NULL);
    outcome = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL);
    if (outcome >= 0) {
      outcome = H5Dread(dataset, type, memory, space, H5P_DEFAULT,
                        (char *)*data + (size_t)(at - begin) * bytes);
    }
    H5Sclose(memory);
  }
  H5Tclose(type);
  H5Sclose(space);
  H5Dclose(dataset);
  return outcome < 0 ? sf_fail(error, SF_FORMAT, "%s: %s does not hold what the plan says", path,
                               format[list].name)
                     : SF_OK;
}

// Where the records of a range of tiles begin and end.
static enum sf_status read_bounds(hid_t file, const char *path, int list, struct sf_range tiles,
                                  struct sf_range *bounds, struct sf_error *error) {
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
      status =
          sf_fail(error, SF_FORMAT, "%s: %s is not a list of offsets", path, format[list].name);
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
    SF_TRY(read_bounds(file, path, SINGLES_AT + i, tiles, &bounds, error));
    SF_TRY(read_list(file, path, SINGLES + i, bounds.begin, bounds.end, data[i], error));
    *count[i] = sf_range_length(bounds);
  }
  return sf_fraud_plan_index(plan, error);
}

// Part of the tables of rings; places in the assembly count from its own first.
static enum sf_status read_rings(hid_t file, const char *path, int part, int parts,
                                 struct sf_fraud_plan *plan, struct sf_error *error) {
  struct sf_assembly *assembly = &plan->assembly;
  const struct sf_range own = sf_partition(plan->totals.rings, part, parts);
  SF_TRY(read_list(file, path, RINGS, own.begin, own.end, (void **)&assembly->ring, error));
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
  SF_TRY(read_list(file, path, RING_MEMBERS, plan->first_member,
                   plan->first_member + assembly->members, (void **)&assembly->member, error));
  return read_list(file, path, RING_LINKS, plan->first_link, plan->first_link + assembly->links,
                   (void **)&assembly->link, error);
}

static enum sf_status read_all(hid_t file, const char *path, const struct sf_config *config,
                               struct sf_range tiles, int part, int parts, struct sf_range *rows,
                               int64_t *total, struct sf_fraud_plan *plan, struct sf_error *error) {
  SF_TRY(check_identity(file, path, config, error));
  SF_TRY(read_bounds(file, path, ROWS, tiles, rows, error));
  struct sf_range all;
  SF_TRY(read_bounds(file, path, ROWS, (struct sf_range){0, sf_config_tiles(config)}, &all, error));
  *total = all.end;
  if (!config->fraud.enabled) {
    return SF_OK;
  }
  struct sf_fraud_totals *totals = NULL;
  enum sf_status status = read_list(file, path, TOTALS, 0, 1, (void **)&totals, error);
  if (status == SF_OK) {
    plan->totals = *totals;
  }
  free(totals);
  SF_TRY(status);
  SF_TRY(read_stories(file, path, tiles, plan, error));
  return read_rings(file, path, part, parts, plan, error);
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

#include "io/plan_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/h5_library.h"
#include "io/options.h"
#include "io/plan_format.h"
#include "io/reserve.h"
#include "kernels/fraud/typology.h"
#include "kernels/generator.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

#define METADATA_BYTES ((int64_t)256 << 10)

// One list as a rank holds it: records first .. first+count-1 of `all`.
struct list {
  const void *data;
  int64_t first, count, all;
};

struct plan_output {
  MPI_Comm comm;
  int rank, ranks;
  const char *path;
  char partial[SF_PATH_SIZE + 16];
  hid_t file, dataset[SF_PLAN_LIST_COUNT];
  struct list list[SF_PLAN_LIST_COUNT];
  int64_t *offsets[SF_PLAN_OFFSETS];
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
  if (list >= SF_PLAN_SINGLES_AT) {
    out->list[list - SF_PLAN_SINGLES_AT + SF_PLAN_SINGLES].first = offset[0];
    out->list[list - SF_PLAN_SINGLES_AT + SF_PLAN_SINGLES].count = sum;
    out->list[list - SF_PLAN_SINGLES_AT + SF_PLAN_SINGLES].all = total;
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
  out->list[SF_PLAN_RINGS] = (struct list){out->ring, plan->first_ring, r, totals->rings};
  out->list[SF_PLAN_RING_MEMBERS] =
      (struct list){out->ring_member, plan->first_member, m, totals->members};
  out->list[SF_PLAN_RING_LINKS] = (struct list){out->ring_link, plan->first_link, l, totals->links};
}

static enum sf_status allocate(struct plan_output *out, int64_t tiles,
                               const struct sf_fraud_plan *plan, struct sf_error *error) {
  bool made = true;
  for (int i = 0; i < SF_PLAN_OFFSETS; i++) {
    out->offsets[i] = calloc((size_t)tiles + 1, sizeof *out->offsets[i]);
    made = made && out->offsets[i];
  }
  out->ring = malloc((size_t)plan->own_rings * sizeof *out->ring + 1);
  out->ring_member = malloc((size_t)plan->own_members * sizeof *out->ring_member + 1);
  out->ring_link = malloc((size_t)plan->own_links * sizeof *out->ring_link + 1);
  made = made && out->ring && out->ring_member && out->ring_link;
  return made ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the plan");
}

// A rank's part of a list that all ranks have.
static void share_list(struct plan_output *out, enum sf_plan_list list, const void *data,
                       int64_t all) {
  const struct sf_range own = sf_partition(all, out->rank, out->ranks);
  const char *from = (const char *)data + (size_t)own.begin * sf_plan_lists[list].bytes;
  out->list[list] = (struct list){from, own.begin, sf_range_length(own), all};
}

static void fill_features(struct plan_output *out, const struct sf_plan_features *features) {
  const struct sf_knowledge *k = sf_bank_knowledge(features->bank);
  const struct sf_bank_lengths n = sf_bank_lengths(features->bank);
  const int64_t merchants = k->merchants, days = k->days, devices = (int64_t)n.devices;
  share_list(out, SF_PLAN_ROWS_BEFORE, k->rows_before, merchants * (days + 1));
  share_list(out, SF_PLAN_REPORT_OFFSET, k->report_offset, merchants + 1);
  share_list(out, SF_PLAN_REPORT_DAY, k->report_day, (int64_t)n.reports);
  share_list(out, SF_PLAN_CELL_FLAGGED, k->cell_flagged,
             (int64_t)SF_CELLS * sf_cell_words(k->days));
  share_list(out, SF_PLAN_DEVICE_ID, k->device_id, devices);
  share_list(out, SF_PLAN_DEVICE_OFFSET, k->device_offset, devices + 1);
  share_list(out, SF_PLAN_DEVICE_DAY, k->device_day, (int64_t)n.device_days);
  share_list(out, SF_PLAN_ISOLATION, features->fit, SF_PLAN_FIT_COUNTS);
}

// Collective over out->comm.
static void fill_lists(struct plan_output *out, const struct sf_config *config, const int64_t *rows,
                       const struct sf_fraud_plan *plan) {
  const struct sf_range tiles = sf_share_of(config, out->rank, out->ranks).tiles;
  const int64_t count = sf_range_length(tiles);
  memcpy(out->offsets[SF_PLAN_ROWS] + 1, rows, (size_t)count * sizeof *rows);
  for (int64_t a = 0; a < plan->assignments; a++) {
    const struct sf_assignment *assignment = &plan->assignment[a];
    const int64_t tile = (assignment->candidate.customer - 1) / SF_TILE_CUSTOMERS - tiles.begin + 1;
    out->offsets[SF_PLAN_EPISODES_AT][tile] += !sf_number_is_twin(assignment->candidate.number);
    out->offsets[SF_PLAN_SINGLES_AT][tile] += !assignment->member;
    out->offsets[SF_PLAN_MEMBERS_AT][tile] += assignment->member != NULL;
    out->offsets[SF_PLAN_LINKS_AT][tile] += assignment->links;
  }
  for (int i = 0; i < SF_PLAN_OFFSETS; i++) {
    scan_offsets(out, i, count, sf_config_tiles(config), tiles.begin);
  }
  out->list[SF_PLAN_SINGLES].data = plan->single;
  out->list[SF_PLAN_MEMBERS].data = plan->member;
  out->list[SF_PLAN_LINKS].data = plan->link;
  gather_rings(out, plan);
  // What the ranks of this run sent is no part of the plan.
  out->totals = plan->totals;
  out->totals.exchange_bytes = 0;
  out->list[SF_PLAN_TOTALS] = (struct list){&out->totals, 0, out->rank == 0, 1};
}

static enum sf_status create_content(struct plan_output *out, const struct sf_config *config,
                                     struct sf_error *error) {
  out->file = sf_h5_create_file(out->comm, out->partial);
  if (out->file < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot create", out->partial);
  }
  struct sf_plan_identity identity[SF_PLAN_IDENTITIES];
  sf_plan_identities(config, identity);
  for (int i = 0; i < SF_PLAN_IDENTITIES; i++) {
    if (sf_h5_set_number(out->file, identity[i].name, H5T_STD_I64LE, &identity[i].value) < 0) {
      return sf_h5_fail(error, SF_FILE, "%s: cannot write the root attributes", out->partial);
    }
  }
  for (int i = 0; i < SF_PLAN_LIST_COUNT; i++) {
    const hid_t type = sf_plan_list_type((enum sf_plan_list)i);
    out->dataset[i] =
        sf_h5_create_dataset(out->file, sf_plan_lists[i].name, type, out->list[i].all);
    H5Tclose(type);
    if (out->dataset[i] < 0) {
      return sf_h5_fail(error, SF_FILE, "%s: cannot create %s", out->partial,
                        sf_plan_lists[i].name);
    }
  }
  return SF_OK;
}

static enum sf_status write_list(const struct plan_output *out, int list, struct sf_error *error) {
  const struct list *l = &out->list[list];
  const int64_t step = SF_H5_TRANSFER_MAX / (int64_t)sf_plan_lists[list].bytes;
  const hid_t type = sf_plan_list_type((enum sf_plan_list)list);
  herr_t outcome = 0;
  for (int64_t at = 0; at < l->count && outcome >= 0; at += step) {
    const int64_t now = l->count - at < step ? l->count - at : step;
    outcome =
        sf_h5_write_rows(out->dataset[list], type, l->first + at, now,
                         (const char *)l->data + (size_t)at * sf_plan_lists[list].bytes, false);
  }
  H5Tclose(type);
  return outcome < 0 ? sf_h5_fail(error, SF_FILE, "%s: cannot write %s", out->partial,
                                  sf_plan_lists[list].name)
                     : SF_OK;
}

// Creates, writes, closes, and brings to the disk, with an agreement after each
// step. Collective.
static enum sf_status write_file(struct plan_output *out, const struct sf_config *config,
                                 struct sf_error *error) {
  SF_TRY(sf_agree(out->comm, create_content(out, config, error), error));
  enum sf_status status = SF_OK;
  for (int i = 0; i < SF_PLAN_LIST_COUNT && status == SF_OK; i++) {
    status = write_list(out, i, error);
  }
  SF_TRY(sf_agree(out->comm, status, error));
  bool closed = true;
  for (int i = 0; i < SF_PLAN_LIST_COUNT; i++) {
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
  for (int i = 0; i < SF_PLAN_LIST_COUNT; i++) {
    bytes += out->list[i].all * (int64_t)sf_plan_lists[i].bytes;
  }
  return bytes;
}

enum sf_status sf_plan_file_write(MPI_Comm comm, const char *path, const struct sf_config *config,
                                  const int64_t *rows, const struct sf_fraud_plan *plan,
                                  const struct sf_plan_features *features, struct sf_error *error) {
  struct plan_output out = {.comm = comm, .path = path};
  MPI_Comm_rank(comm, &out.rank);
  MPI_Comm_size(comm, &out.ranks);
  snprintf(out.partial, sizeof out.partial, "%s.partial", path);
  const int64_t tiles = sf_range_length(sf_share_of(config, out.rank, out.ranks).tiles);
  enum sf_status status = sf_agree(comm, allocate(&out, tiles, plan, error), error);
  if (status == SF_OK) {
    fill_lists(&out, config, rows, plan);
    if (features) {
      fill_features(&out, features);
    }
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
  for (int i = 0; i < SF_PLAN_OFFSETS; i++) {
    free(out.offsets[i]);
  }
  free(out.ring);
  free(out.ring_member);
  free(out.ring_link);
  return status;
}

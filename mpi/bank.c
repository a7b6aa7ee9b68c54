#include "mpi/bank.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/array.h"
#include "mpi/agree.h"
#include "mpi/exchange.h"
#include "mpi/node_memory.h"
#include "mpi/traffic.h"

// A customer's first day on a device.
struct sight {
  uint64_t device_id;
  uint32_t customer;
  uint16_t day, unused;
};

struct sf_bank {
  struct sf_nodes nodes;
  struct sf_tally tally;
  struct sf_node_memory rows, rest, risks;  // shared by the ranks of a node
  struct sf_report *report;
  struct sight *sight;
  int64_t reports, report_room, sights, sight_room;
  int64_t sorted, cursor;  // sights in order of customer; where sf_bank_unsight stands
  int64_t bytes, sent_bytes;
  struct sf_bank_lengths lengths;
  struct sf_knowledge knowledge;
};

static size_t table_cells(uint32_t days, uint32_t merchants) {
  return (size_t)merchants * (days + 1);
}

double sf_bank_table_bytes(uint32_t days, uint32_t merchants) {
  return 4.0 * (double)table_cells(days, merchants) + 4.0 * ((double)merchants + 1) +
         8.0 * SF_CELLS * sf_cell_words(days) +
         (double)merchants * sf_cell_words(days) * sizeof(struct sf_merchant_word);
}

enum sf_status sf_bank_create(MPI_Comm comm, int32_t first_day, uint32_t days, uint32_t merchants,
                              struct sf_bank **bank, struct sf_error *error) {
  struct sf_bank *made = calloc(1, sizeof *made);
  enum sf_status status =
      made ? SF_OK : sf_fail(error, SF_MEMORY, "no memory for the knowledge of the bank");
  status = sf_agree(comm, status, error);
  if (status != SF_OK || !made) {
    free(made);
    return status;
  }
  sf_nodes_create(comm, &made->nodes);
  sf_node_memory_create(&made->nodes, table_cells(days, merchants) * sizeof(uint32_t), &made->rows);
  made->tally = (struct sf_tally){made->rows.data, days, made->nodes.ranks > 1};
  made->knowledge.first_day = first_day;
  made->knowledge.days = days;
  made->knowledge.merchants = merchants;
  made->knowledge.rows_before = made->rows.data;
  *bank = made;
  return SF_OK;
}

void sf_bank_free(struct sf_bank *bank) {
  if (!bank) {
    return;
  }
  sf_node_memory_free(&bank->risks);
  sf_node_memory_free(&bank->rest);
  sf_node_memory_free(&bank->rows);
  sf_nodes_free(&bank->nodes);
  free(bank->report);
  free(bank->sight);
  free(bank);
}

const struct sf_tally *sf_bank_tally(const struct sf_bank *bank) { return &bank->tally; }
const struct sf_knowledge *sf_bank_knowledge(const struct sf_bank *bank) {
  return &bank->knowledge;
}
struct sf_bank_lengths sf_bank_lengths(const struct sf_bank *bank) {
  return bank->lengths;
}
bool sf_bank_leads(const struct sf_bank *bank) { return bank->nodes.rank == 0; }
int64_t sf_bank_bytes(const struct sf_bank *bank) { return bank->bytes; }
int64_t sf_bank_sent_bytes(const struct sf_bank *bank) { return bank->sent_bytes; }

enum sf_status sf_bank_report(struct sf_bank *bank, uint32_t merchant, uint16_t day,
                              struct sf_error *error) {
  if (!sf_array_reserve((void **)&bank->report, &bank->report_room, bank->reports + 1,
                        sizeof *bank->report)) {
    return sf_fail(error, SF_MEMORY, "no memory for reports of fraud");
  }
  bank->report[bank->reports++] = (struct sf_report){merchant, day};
  return SF_OK;
}

enum sf_status sf_bank_sight(struct sf_bank *bank, uint32_t customer,
                             const struct sf_sighting *sighting, uint32_t count,
                             struct sf_error *error) {
  if (!sf_array_reserve((void **)&bank->sight, &bank->sight_room, bank->sights + count,
                        sizeof *bank->sight)) {
    return sf_fail(error, SF_MEMORY, "no memory for devices of customers");
  }
  for (uint32_t i = 0; i < count; i++) {
    bank->sight[bank->sights++] =
        (struct sight){sighting[i].device_id, customer, sighting[i].day, 0};
  }
  return SF_OK;
}

void sf_bank_unsight(struct sf_bank *bank, uint32_t customer) {
  if (bank->sorted == 0) {
    bank->sorted = bank->sights;
  }
  while (bank->cursor < bank->sorted && bank->sight[bank->cursor].customer < customer) {
    bank->cursor++;
  }
  for (; bank->cursor < bank->sorted && bank->sight[bank->cursor].customer == customer;
       bank->cursor++) {
    bank->sight[bank->cursor].device_id = 0;  // no device has it
  }
}

// Cells that one reduction takes.
#define PIECE ((size_t)1 << 24)

// The rows that the nodes counted, added up. Collective.
static void reduce_rows(struct sf_bank *bank) {
  const struct sf_nodes *nodes = &bank->nodes;
  const size_t cells = table_cells(bank->tally.days, bank->knowledge.merchants);
  sf_node_memory_fence(nodes, &bank->rows);
  if (nodes->leaders != MPI_COMM_NULL) {
    int leaders;
    MPI_Comm_size(nodes->leaders, &leaders);
    for (size_t at = 0; at < cells && leaders > 1; at += PIECE) {
      const size_t now = cells - at < PIECE ? cells - at : PIECE;
      MPI_Allreduce(MPI_IN_PLACE, bank->tally.rows + at, (int)now, MPI_UINT32_T, MPI_SUM,
                    nodes->leaders);
      bank->sent_bytes += (int64_t)(now * sizeof(uint32_t));
      sf_traffic_add(0, (int64_t)(now * sizeof(uint32_t)));
    }
  }
  sf_node_memory_fence(nodes, &bank->rows);
}

// Owner of a device: ids are hashes already, but for their use as keys elsewhere.
static int owner_of(uint64_t device, int ranks) {
  const uint64_t mixed = device * UINT64_C(0x9e3779b97f4a7c15);
  return (int)(((unsigned __int128)mixed * (unsigned)ranks) >> 64);
}

static int by_owner_and_device(const void *left, const void *right) {
  const struct sight *a = left, *b = right;
  if (a->device_id != b->device_id) {
    // The product orders devices by owner first.
    const uint64_t x = a->device_id * UINT64_C(0x9e3779b97f4a7c15);
    const uint64_t y = b->device_id * UINT64_C(0x9e3779b97f4a7c15);
    return (x > y) - (x < y);
  }
  if (a->customer != b->customer) {
    return a->customer < b->customer ? -1 : 1;
  }
  return (a->day > b->day) - (a->day < b->day);
}

// Sights to the owners of their devices. Collective.
static enum sf_status send_sights(struct sf_bank *bank, struct sight **received, int64_t *total,
                                  struct sf_error *error) {
  int ranks;
  MPI_Comm_size(bank->nodes.comm, &ranks);
  int64_t kept = 0, *counts = calloc((size_t)ranks, sizeof *counts);
  enum sf_status status =
      counts ? SF_OK : sf_fail(error, SF_MEMORY, "no memory for devices of customers");
  status = sf_agree(bank->nodes.comm, status, error);
  if (status != SF_OK || !counts) {
    free(counts);
    return status;
  }
  for (int64_t i = 0; i < bank->sights; i++) {
    if (bank->sight[i].device_id) {
      counts[owner_of(bank->sight[i].device_id, ranks)]++;
      bank->sight[kept++] = bank->sight[i];
    }
  }
  sf_array_sort(bank->sight, kept, sizeof *bank->sight, by_owner_and_device);
  status = sf_exchange(bank->nodes.comm, sizeof **received, bank->sight, counts, (void **)received,
                       total, &bank->sent_bytes, error);
  free(counts);
  return status;
}

// Devices of several customers among those that this rank owns, one sighting a customer.
static int64_t shared_devices(struct sight *sight, int64_t count, struct sf_sighting *kept) {
  int64_t found = 0;
  sf_array_sort(sight, count, sizeof *sight, by_owner_and_device);
  for (int64_t i = 0; i < count;) {
    const int64_t first = found;
    const uint64_t device = sight[i].device_id;
    for (uint32_t last = 0; i < count && sight[i].device_id == device; i++) {
      if (sight[i].customer != last) {
        kept[found++] = (struct sf_sighting){device, sight[i].day};
        last = sight[i].customer;
      }
    }
    found = found - first > 1 ? found : first;
  }
  return found;
}

// Devices of several customers, on the leaders of all nodes. Collective.
static enum sf_status gather_devices(struct sf_bank *bank, struct sf_sighting **all, int64_t *total,
                                     struct sf_error *error) {
  struct sight *received = NULL;
  int64_t count = 0, found = 0;
  SF_TRY(send_sights(bank, &received, &count, error));
  struct sf_sighting *kept = calloc((size_t)count + 1, sizeof *kept);
  enum sf_status status =
      kept ? SF_OK : sf_fail(error, SF_MEMORY, "no memory for devices of customers");
  status = sf_agree(bank->nodes.comm, status, error);
  if (status == SF_OK) {
    found = shared_devices(received, count, kept);
    status = sf_nodes_gather(&bank->nodes, sizeof *kept, kept, found, (void **)all, total,
                             &bank->sent_bytes, error);
  }
  free(received);
  free(kept);
  return status;
}

// Places the parts one after the other, the widest elements first; returns the bytes.
static size_t place(struct sf_knowledge *k, const struct sf_bank_lengths *n, char *memory) {
  size_t at = 0;
  k->cell_flagged = (const uint64_t *)(void *)memory;
  at += (size_t)SF_CELLS * sf_cell_words(k->days) * sizeof *k->cell_flagged;
  k->merchant_word = (const struct sf_merchant_word *)(void *)(memory + at);
  at += (size_t)k->merchants * sf_cell_words(k->days) * sizeof *k->merchant_word;
  k->device_id = (const uint64_t *)(void *)(memory + at);
  at += n->devices * sizeof *k->device_id;
  k->report_offset = (const uint32_t *)(void *)(memory + at);
  at += ((size_t)k->merchants + 1) * sizeof *k->report_offset;
  k->device_offset = (const uint32_t *)(void *)(memory + at);
  at += (n->devices + 1) * sizeof *k->device_offset;
  k->report_day = (const uint16_t *)(void *)(memory + at);
  at += n->reports * sizeof *k->report_day;
  k->device_day = (const uint16_t *)(void *)(memory + at);
  at += n->device_days * sizeof *k->device_day;
  k->devices = (uint32_t)n->devices;
  return at;
}

// Rows and reports by day and cell, and from these the flagged cells.
static void flag_cells(struct sf_knowledge *k, const struct sf_merchant_map *map,
                       const struct sf_report *report, int64_t reports, uint32_t *counts,
                       uint64_t *flagged) {
  uint32_t *cell_rows = counts, *cell_reports = counts + (size_t)k->days * SF_CELLS;
  uint32_t *cell = cell_reports + (size_t)k->days * SF_CELLS;
  for (uint32_t m = 0; m < k->merchants; m++) {
    struct sf_merchant merchant;
    sf_merchant_at(map, m + 1, &merchant);
    cell[m] = sf_cell(merchant.city, merchant.category);
    const uint32_t *before = k->rows_before + (size_t)m * (k->days + 1);
    for (uint32_t d = 0; d < k->days; d++) {
      cell_rows[(size_t)d * SF_CELLS + cell[m]] += before[d + 1] - before[d];
    }
  }
  for (int64_t i = 0; i < reports; i++) {
    cell_reports[(size_t)report[i].day * SF_CELLS + cell[report[i].merchant - 1]]++;
  }
  sf_knowledge_flag_cells(cell_rows, cell_reports, k->days, flagged);
}

// What was gathered becomes the knowledge of the node; done by the leader.
static enum sf_status fill(struct sf_bank *bank, const struct sf_merchant_map *map,
                           const struct sf_report *report, const struct sf_bank_lengths *n,
                           const struct sf_sighting *sighting, uint32_t sightings,
                           struct sf_error *error) {
  struct sf_knowledge *k = &bank->knowledge;
  uint32_t devices, days;
  uint32_t *counts = calloc(2 * (size_t)k->days * SF_CELLS + k->merchants, sizeof *counts);
  if (!counts) {
    return sf_fail(error, SF_MEMORY, "no memory for rows by city and category");
  }
  // The leader may write what all may read.
  sf_knowledge_accumulate(bank->tally.rows, k->merchants, k->days);
  sf_knowledge_index_reports(report, (uint32_t)n->reports, k->merchants,
                             (uint32_t *)k->report_offset, (uint16_t *)k->report_day);
  flag_cells(k, map, report, (int64_t)n->reports, counts, (uint64_t *)k->cell_flagged);
  sf_knowledge_index_devices(sighting, sightings, (uint64_t *)k->device_id,
                             (uint32_t *)k->device_offset, (uint16_t *)k->device_day, &devices,
                             &days);
  free(counts);
  return SF_OK;
}

// Memory for what stands beside the rows. Collective.
static void create_rest(struct sf_bank *bank, const struct sf_bank_lengths *n) {
  struct sf_knowledge sized = bank->knowledge;
  // Only the leader's size counts; all place the parts alike.
  static _Alignas(64) char nowhere[1];
  const size_t bytes = place(&sized, n, nowhere);
  sf_node_memory_create(&bank->nodes, bytes, &bank->rest);
  place(&bank->knowledge, n, bank->rest.data);
  bank->lengths = *n;
  bank->bytes = (int64_t)(bytes + sizeof(uint32_t) *
                                      table_cells(bank->tally.days, bank->knowledge.merchants));
}

void sf_bank_publish(struct sf_bank *bank) {
  struct sf_knowledge *k = &bank->knowledge;
  const struct sf_nodes *nodes = &bank->nodes;
  sf_node_memory_fence(nodes, &bank->rows);
  sf_node_memory_fence(nodes, &bank->rest);
  // Each rank of the node rates its share of the merchants; it may write what all may read.
  const uint64_t merchants = k->merchants, rank = (uint64_t)nodes->rank;
  const uint32_t begin = (uint32_t)(merchants * rank / (uint64_t)nodes->ranks);
  const uint32_t end = (uint32_t)(merchants * (rank + 1) / (uint64_t)nodes->ranks);
  struct sf_merchant_word *word = (struct sf_merchant_word *)k->merchant_word;
  const uint64_t own = sf_knowledge_rate_merchants(k, begin, end, 0, word, NULL, NULL);
  uint64_t before = 0, all = 0;
  MPI_Exscan(&own, &before, 1, MPI_UINT64_T, MPI_SUM, nodes->node);
  MPI_Allreduce(&own, &all, 1, MPI_UINT64_T, MPI_SUM, nodes->node);
  sf_traffic_add(0, 2 * sizeof own);
  // One more: the first element is nobody's, and zero as it is made.
  const uint64_t length = all + 1, first = (rank == 0 ? 0 : before) + 1;
  const size_t bytes = (sizeof *k->risk + sizeof *k->recent_risk) * length;
  sf_node_memory_create(nodes, bytes, &bank->risks);
  double *risk = bank->risks.data;
  struct sf_recent_risk *recent = (struct sf_recent_risk *)(void *)(risk + length);
  sf_knowledge_rate_merchants(k, begin, end, first, word, risk, recent);
  k->risk = risk;
  k->recent_risk = recent;
  bank->bytes += (int64_t)bytes;
  sf_node_memory_fence(nodes, &bank->rest);
  sf_node_memory_fence(nodes, &bank->risks);
}

enum sf_status sf_bank_create_empty(MPI_Comm comm, int32_t first_day, uint32_t days,
                                    uint32_t merchants, const struct sf_bank_lengths *lengths,
                                    struct sf_bank **bank, struct sf_error *error) {
  SF_TRY(sf_bank_create(comm, first_day, days, merchants, bank, error));
  create_rest(*bank, lengths);
  return SF_OK;
}

// The knowledge counts in 32 bits.
static enum sf_status check_counts(int64_t reports, int64_t sightings, struct sf_error *error) {
  if (reports > UINT32_MAX || sightings > UINT32_MAX) {
    return sf_fail(error, SF_CONFIG,
                   "%lld reports of fraud and %lld uses of shared devices are more than features "
                   "can take: lower customers, days or fraud-rate, or say no-features",
                   (long long)reports, (long long)sightings);
  }
  return SF_OK;
}

enum sf_status sf_bank_settle(struct sf_bank *bank, const struct sf_merchant_map *map,
                              struct sf_error *error) {
  const struct sf_nodes *nodes = &bank->nodes;
  struct sf_report *report = NULL;
  struct sf_sighting *sighting = NULL;
  int64_t reports = 0, sightings = 0;
  reduce_rows(bank);
  enum sf_status status = sf_nodes_gather(nodes, sizeof *report, bank->report, bank->reports,
                                          (void **)&report, &reports, &bank->sent_bytes, error);
  if (status == SF_OK) {
    status = gather_devices(bank, &sighting, &sightings, error);
  }
  if (status == SF_OK) {
    status = check_counts(reports, sightings, error);
    status = sf_agree(nodes->comm, status, error);
  }
  if (status == SF_OK) {
    struct sf_bank_lengths n = {.reports = (uint64_t)reports};
    if (nodes->rank == 0) {
      uint32_t devices, days;
      sf_knowledge_sort_sightings(sighting, (uint32_t)sightings);
      sf_knowledge_index_devices(sighting, (uint32_t)sightings, NULL, NULL, NULL, &devices, &days);
      n.devices = devices;
      n.device_days = days;
    }
    MPI_Bcast(&n, 3, MPI_UINT64_T, 0, nodes->node);
    sf_traffic_add(0, sizeof n);
    create_rest(bank, &n);
    if (nodes->rank == 0) {
      status = fill(bank, map, report, &n, sighting, (uint32_t)sightings, error);
    }
    status = sf_agree(nodes->comm, status, error);
  }
  free(report);
  free(sighting);
  free(bank->report);
  free(bank->sight);
  bank->report = NULL;
  bank->sight = NULL;
  bank->reports = bank->report_room = bank->sights = bank->sight_room = 0;
  if (status == SF_OK) {
    sf_bank_publish(bank);
  }
  return status;
}

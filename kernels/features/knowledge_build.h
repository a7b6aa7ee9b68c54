#ifndef SF_KERNELS_FEATURES_KNOWLEDGE_BUILD_H
#define SF_KERNELS_FEATURES_KNOWLEDGE_BUILD_H

#include "kernels/features/knowledge.h"

// From counts that add over ranks to the tables of struct sf_knowledge. Days are
// counted from the first day of the corpus; what lies outside 0 .. days - 1 is
// the caller's to leave out. No function here allocates.

// In place: [.][d + 1] holds the rows at the merchant on day d and [.][0] is 0
// before; [.][d] the rows before day d after. Shape [merchants, days + 1].
void sf_knowledge_accumulate(uint32_t *rows_before, uint32_t merchants, uint32_t days);

struct sf_report {
  uint32_t merchant;  // 1 .. merchants
  uint16_t day;
};

// Sorts reports, given in any order, into offset[merchants + 1] and day[count].
// count < 2^32.
void sf_knowledge_index_reports(const struct sf_report *report, uint32_t count, uint32_t merchants,
                                uint32_t *offset, uint16_t *day);

// Works out from rows and reports what struct sf_knowledge has of the merchants begin .. end - 1,
// counted from 0: `word`, zero before or from an earlier call, and their part of the lists of
// risks, which begins at element `first`; lists that are null are not written. Returns where the
// part ends. Element 0 of the lists is the caller's to set.
uint64_t sf_knowledge_rate_merchants(const struct sf_knowledge *knowledge, uint32_t begin,
                                     uint32_t end, uint64_t first, struct sf_merchant_word *word,
                                     double *risk, struct sf_recent_risk *recent);

// Flags cells by their rows and reports a day, shape [days, SF_CELLS] both, into
// flagged[SF_CELLS, sf_cell_words(days)]. The country is the sum of all cells. A cell
// without rows in the window is not flagged.
void sf_knowledge_flag_cells(const uint32_t *rows, const uint32_t *reports, uint32_t days,
                             uint64_t *flagged);

// A customer's first row on a device.
struct sf_sighting {
  uint64_t device_id;
  uint16_t day;
};

// Sightings of distinct (device, customer), sorted in place by (device_id, day).
void sf_knowledge_sort_sightings(struct sf_sighting *sighting, uint32_t count);

// Keeps the devices with several sightings. `id` null: only counts them. Sets
// *devices and *days, the lengths of id (offset has one more) and day.
void sf_knowledge_index_devices(const struct sf_sighting *sighting, uint32_t count, uint64_t *id,
                                uint32_t *offset, uint16_t *day, uint32_t *devices, uint32_t *days);

#endif

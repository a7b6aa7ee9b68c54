#ifndef SF_KERNELS_FEATURES_KNOWLEDGE_H
#define SF_KERNELS_FEATURES_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/schema/enums.h"
#include "kernels/world/city.h"

// A merchant in the days of a word: those on which it has a risk above 0, where the first of
// these risks is in the lists of them, and the days on which it is flagged.
struct sf_merchant_word {
  uint64_t risky, flagged, first_risk;
};

// Risks over shorter windows: 7 days and 1.
struct sf_recent_risk {
  float week, day;
};

// What the bank knows of merchants, of cells of merchants and of devices, by
// local day. Flat arrays, read only, that a caller fills (knowledge_build.h),
// for instance in a window shared by the ranks of a node:
//   merchants x (days + 1) x 4 bytes of row counts,
//   4 bytes a merchant and 2 a report, SF_CELLS x (days + 1) bits of cells,
//   12 bytes a device of several customers and 2 for each of these,
//   and worked out from the first two, merchants x (days + 1) x 3 bits, 16 bytes a day and
//   merchant with a risk.
//
// Days are counted from the first day of the corpus: day d is read as of its
// start, so that only days before d enter. 0 <= d <= days.
struct sf_knowledge {
  int32_t first_day;   // local date of day 0, days since 1970-01-01
  uint32_t days;       // of the corpus
  uint32_t merchants;  // ids are 1 .. merchants

  // Rows at a merchant before a day: shape [merchants, days + 1], merchant m in
  // row m - 1. [.][0] is 0.
  const uint32_t *rows_before;

  // Days on which frauds at a merchant were reported, in order: those of m are
  // report_day[report_offset[m - 1]] .. report_day[report_offset[m] - 1].
  const uint32_t *report_offset;  // shape [merchants + 1]
  const uint16_t *report_day;

  // Bit d % 64 of [cell, d / 64] is set if the cell is flagged as of day d: shape
  // [SF_CELLS, sf_cell_words(days)].
  const uint64_t *cell_flagged;

  // Of merchant m as of day d, bit d % 64 of [m - 1, d / 64]: shape
  // [merchants, sf_cell_words(days)].
  const struct sf_merchant_word *merchant_word;

  // The risks over SF_RISK_DAYS days that are above 0, by merchant and day, and on the same days
  // those over shorter windows. The first element of both is 0 and nobody's.
  const double *risk;
  const struct sf_recent_risk *recent_risk;

  // Devices of more than one customer, ids in order; the days on which their
  // customers were first seen on device k, in order, are
  // device_day[device_offset[k]] .. device_day[device_offset[k + 1] - 1].
  uint32_t devices;
  const uint64_t *device_id;      // shape [devices]
  const uint32_t *device_offset;  // shape [devices + 1]
  const uint16_t *device_day;
};

// A cell: the merchants of a category in a city, or online only (city none).
#define SF_CELLS ((uint32_t)SF_CITY_COUNT * SF_CATEGORY_COUNT)

static inline uint32_t sf_cell(uint8_t merchant_city, uint8_t category) {
  return (uint32_t)merchant_city * SF_CATEGORY_COUNT + category;
}

// 64-bit words that hold a bit for each of the days 0 .. days.
static inline uint32_t sf_cell_words(uint32_t days) { return days / 64 + 1; }

// Days over which a merchant's reports and rows make its risk.
#define SF_RISK_DAYS 28u

// A merchant is flagged from so many reports in so many days on, a cell when its
// rate over so many days is above so many times the country's.
#define SF_FLAG_REPORTS 3u
#define SF_FLAG_DAYS 90u
#define SF_CELL_DAYS 30u
#define SF_CELL_FACTOR 2u

// Day of a local date; dates outside the corpus count as its ends.
static inline uint32_t sf_knowledge_day(const struct sf_knowledge *knowledge, int32_t date) {
  const int32_t d = date - knowledge->first_day;
  return d < 0 ? 0 : (uint32_t)d < knowledge->days ? (uint32_t)d : knowledge->days;
}

// First of the `window` days before day d.
static inline uint32_t sf_knowledge_since(uint32_t d, uint32_t window) {
  return d > window ? d - window : 0;
}

// Index of the first of the sorted days [from, to) that is not before d.
static inline uint32_t sf_knowledge_search(const uint16_t *day, uint32_t from, uint32_t to,
                                           uint32_t d) {
  // Halves that are selected, not branched to: which one it is cannot be predicted.
  uint32_t count = to - from;
  while (count > 1) {
    const uint32_t half = count / 2;
    from += day[from + half - 1] < d ? half : 0;
    count -= half;
  }
  return from + (count && day[from] < d);
}

// Rows and reports at merchant m, 1 <= m <= merchants, over `window` days before d.
static inline uint32_t sf_knowledge_rows(const struct sf_knowledge *knowledge, uint32_t m,
                                         uint32_t d, uint32_t window) {
  const uint32_t *before = knowledge->rows_before + (size_t)(m - 1) * (knowledge->days + 1);
  return before[d] - before[sf_knowledge_since(d, window)];
}

static inline uint32_t sf_knowledge_reports(const struct sf_knowledge *knowledge, uint32_t m,
                                            uint32_t d, uint32_t window) {
  const uint32_t from = knowledge->report_offset[m - 1], to = knowledge->report_offset[m];
  const uint32_t end = sf_knowledge_search(knowledge->report_day, from, to, d);
  return end - sf_knowledge_search(knowledge->report_day, from, end, sf_knowledge_since(d, window));
}

// min(1, reports / rows); 0 without rows.
static inline double sf_knowledge_ratio(uint32_t reports, uint32_t rows) {
  return rows == 0 ? 0.0 : reports >= rows ? 1.0 : (double)reports / rows;
}

static inline double sf_knowledge_risk(const struct sf_knowledge *knowledge, uint32_t m, uint32_t d,
                                       uint32_t window) {
  const uint32_t reports = sf_knowledge_reports(knowledge, m, d, window);
  return reports == 0 ? 0.0
                      : sf_knowledge_ratio(reports, sf_knowledge_rows(knowledge, m, d, window));
}

static inline bool sf_knowledge_flagged(const struct sf_knowledge *knowledge, uint32_t m,
                                        uint32_t d) {
  return sf_knowledge_reports(knowledge, m, d, SF_FLAG_DAYS) >= SF_FLAG_REPORTS;
}

static inline bool sf_knowledge_cell_flagged(const struct sf_knowledge *knowledge, uint32_t cell,
                                             uint32_t d) {
  return knowledge->cell_flagged[cell * sf_cell_words(knowledge->days) + d / 64] >> d % 64 & 1u;
}

// Entries [*from, *to) of device_day of a device: none if it has one customer.
static inline void sf_knowledge_device(const struct sf_knowledge *knowledge, uint64_t device_id,
                                       uint32_t *from, uint32_t *to) {
  uint32_t low = 0, high = knowledge->devices;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (knowledge->device_id[middle] < device_id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const bool found = low < knowledge->devices && knowledge->device_id[low] == device_id;
  *from = found ? knowledge->device_offset[low] : 0;
  *to = found ? knowledge->device_offset[low + 1] : 0;
}

#endif

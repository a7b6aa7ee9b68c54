#include "kernels/features/knowledge_build.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/array.h"

void sf_knowledge_accumulate(uint32_t *rows_before, uint32_t merchants, uint32_t days) {
  for (uint32_t m = 0; m < merchants; m++) {
    uint32_t *before = rows_before + (size_t)m * (days + 1);
    for (uint32_t d = 0; d < days; d++) {
      before[d + 1] += before[d];
    }
  }
}

static int by_day(const void *a, const void *b) {
  return *(const uint16_t *)a - *(const uint16_t *)b;
}

void sf_knowledge_index_reports(const struct sf_report *report, uint32_t count, uint32_t merchants,
                                uint32_t *offset, uint16_t *day) {
  memset(offset, 0, ((size_t)merchants + 1) * sizeof *offset);
  for (uint32_t i = 0; i < count; i++) {
    offset[report[i].merchant]++;
  }
  for (uint32_t m = 0; m < merchants; m++) {
    offset[m + 1] += offset[m];
  }
  // From the ends of the runs downwards, after which each offset is at its run's start.
  for (uint32_t i = 0; i < count; i++) {
    day[--offset[report[i].merchant]] = report[i].day;
  }
  for (uint32_t m = 0; m < merchants; m++) {
    offset[m] = offset[m + 1];
  }
  offset[merchants] = count;
  for (uint32_t m = 0; m < merchants; m++) {
    qsort(day + offset[m], offset[m + 1] - offset[m], sizeof *day, by_day);
  }
}

// Where the days of a merchant stand: the reports before the day, the first of them that counts
// for the risk, and the length of the lists of risks.
struct rating {
  uint32_t known, fresh;
  uint64_t length;
};

static void rate_day(const struct sf_knowledge *knowledge, uint32_t merchant, uint32_t d,
                     struct rating *at, struct sf_merchant_word *word, double *risk,
                     struct sf_recent_risk *recent) {
  const uint16_t *day = knowledge->report_day;
  const uint32_t from = knowledge->report_offset[merchant - 1];
  const uint32_t to = knowledge->report_offset[merchant];
  while (at->known < to && day[at->known] < d) {
    at->known++;
  }
  while (at->fresh < at->known && day[at->fresh] + SF_RISK_DAYS < d) {
    at->fresh++;
  }
  if (at->fresh < at->known && sf_knowledge_rows(knowledge, merchant, d, SF_RISK_DAYS) > 0) {
    const uint64_t bit = UINT64_C(1) << d % 64;
    word->first_risk = word->risky & (bit - 1) ? word->first_risk : at->length;
    word->risky |= bit;
    if (risk) {
      risk[at->length] = sf_knowledge_risk(knowledge, merchant, d, SF_RISK_DAYS);
      recent[at->length].week = (float)sf_knowledge_risk(knowledge, merchant, d, 7);
      recent[at->length].day = (float)sf_knowledge_risk(knowledge, merchant, d, 1);
    }
    at->length++;
  }
  const bool is_flagged =
      at->known - from >= SF_FLAG_REPORTS && day[at->known - SF_FLAG_REPORTS] + SF_FLAG_DAYS >= d;
  word->flagged |= (uint64_t)is_flagged << d % 64;
}

uint64_t sf_knowledge_rate_merchants(const struct sf_knowledge *knowledge, uint32_t begin,
                                     uint32_t end, uint64_t first, struct sf_merchant_word *word,
                                     double *risk, struct sf_recent_risk *recent) {
  struct rating at = {.length = first};
  for (uint32_t m = begin + 1; m <= end; m++) {
    const uint32_t from = knowledge->report_offset[m - 1], to = knowledge->report_offset[m];
    struct sf_merchant_word *words = word + (size_t)(m - 1) * sf_cell_words(knowledge->days);
    at.known = at.fresh = from;
    // Nothing is known until the first report.
    for (uint32_t d = from < to ? knowledge->report_day[from] + 1u : UINT32_MAX;
         d <= knowledge->days; d++) {
      rate_day(knowledge, m, d, &at, &words[d / 64], risk, recent);
    }
  }
  return at.length;
}

void sf_knowledge_flag_cells(const uint32_t *rows, const uint32_t *reports, uint32_t days,
                             uint64_t *flagged) {
  uint64_t cell_rows[SF_CELLS] = {0}, cell_reports[SF_CELLS] = {0};
  uint64_t all_rows = 0, all_reports = 0;
  const uint32_t words = sf_cell_words(days);
  memset(flagged, 0, (size_t)SF_CELLS * words * sizeof *flagged);
  for (uint32_t d = 1; d <= days; d++) {
    // Day d - 1 enters the window that ends with it; another one leaves.
    const uint32_t *in_rows = rows + (size_t)(d - 1) * SF_CELLS;
    const uint32_t *in_reports = reports + (size_t)(d - 1) * SF_CELLS;
    for (uint32_t c = 0; c < SF_CELLS; c++) {
      uint64_t out_rows = 0, out_reports = 0;
      if (d > SF_CELL_DAYS) {
        const size_t out = (size_t)(d - 1 - SF_CELL_DAYS) * SF_CELLS + c;
        out_rows = rows[out];
        out_reports = reports[out];
      }
      cell_rows[c] += in_rows[c] - out_rows;
      cell_reports[c] += in_reports[c] - out_reports;
      all_rows += in_rows[c] - out_rows;
      all_reports += in_reports[c] - out_reports;
    }
    for (uint32_t c = 0; c < SF_CELLS; c++) {
      // Cross products of rates: below 2^64 for the 2^38 rows that 4e9 customers
      // have in 30 days, of which a cell has less than 1 in 64.
      const bool is_flagged = cell_rows[c] > 0 && cell_reports[c] * all_rows >
                                                      SF_CELL_FACTOR * all_reports * cell_rows[c];
      flagged[c * words + d / 64] |= (uint64_t)is_flagged << d % 64;
    }
  }
}

static int by_device(const void *a, const void *b) {
  const struct sf_sighting *x = a, *y = b;
  return x->device_id != y->device_id ? (x->device_id > y->device_id ? 1 : -1) : x->day - y->day;
}

void sf_knowledge_sort_sightings(struct sf_sighting *sighting, uint32_t count) {
  sf_array_sort(sighting, count, sizeof *sighting, by_device);
}

void sf_knowledge_index_devices(const struct sf_sighting *sighting, uint32_t count, uint64_t *id,
                                uint32_t *offset, uint16_t *day, uint32_t *devices,
                                uint32_t *days) {
  *devices = 0;
  *days = 0;
  for (uint32_t i = 0; i < count;) {
    uint32_t end = i + 1;
    while (end < count && sighting[end].device_id == sighting[i].device_id) {
      end++;
    }
    if (end - i > 1) {
      for (uint32_t k = i; id && k < end; k++) {
        day[*days + k - i] = sighting[k].day;
      }
      if (id) {
        id[*devices] = sighting[i].device_id;
        offset[*devices] = *days;
      }
      ++*devices;
      *days += end - i;
    }
    i = end;
  }
  if (id) {
    offset[*devices] = *days;
  }
}

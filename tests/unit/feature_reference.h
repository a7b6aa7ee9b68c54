#ifndef SF_TESTS_UNIT_FEATURE_REFERENCE_H
#define SF_TESTS_UNIT_FEATURE_REFERENCE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/features/features.h"

// The features once more, straight from their definitions: each row looks
// through all earlier ones, with libm and long doubles, and the bank's knowledge
// is counted anew from lists. Shares nothing with the kernels but the names.

// What there is to know, as lists in any order.
struct known_row {
  uint32_t merchant, cell;
  int32_t date;
};
struct known_sighting {
  uint64_t device;
  uint32_t customer;
  int32_t date;
};
struct reference_known {
  struct known_row *visit, *report;
  struct known_sighting *sighting;
  size_t visits, reports, sightings;
};

struct reference {
  const struct sf_transactions *b;
  int64_t at, rows;  // of the customer in the batch
  int32_t first_day, open_date;
  const struct reference_known *known;  // null: nothing
  const struct sf_isolation *isolation;
  double (*component)[4];  // shape [rows]: behavioral, geographic, temporal, amount
  double *score;           // shape [rows]
};

#define REF_DAY 86400

static inline bool ref_in(const struct reference *f, int64_t i, int64_t j, int64_t seconds) {
  return f->b->timestamp[f->at + i] - f->b->timestamp[f->at + j] <= seconds;
}

// Counts or sums `expression` over earlier rows j (batch row q) of P(seconds).
#define REF_SUM(f, i, seconds, expression)                              \
  ({                                                                    \
    long double sum_ = 0;                                               \
    for (int64_t j = 0; j < (i); j++) {                                 \
      const int64_t q = (f)->at + j;                                    \
      (void)q;                                                          \
      sum_ += ref_in(f, i, j, seconds) ? (long double)(expression) : 0; \
    }                                                                   \
    (double)sum_;                                                       \
  })
#define REF_ALWAYS INT64_MAX

static inline bool ref_debit(const struct sf_transactions *b, int64_t q) {
  return b->direction[q] == SF_DIRECTION_DEBIT;
}
static inline bool ref_approved(const struct sf_transactions *b, int64_t q) {
  return b->status[q] == SF_STATUS_CODE_APPROVED;
}
static inline bool ref_declined(const struct sf_transactions *b, int64_t q) {
  return b->status[q] == SF_STATUS_CODE_DECLINED;
}
static inline bool ref_type(const struct sf_transactions *b, int64_t q, uint8_t type) {
  return b->transaction_type[q] == type;
}
static inline bool ref_transfer(const struct sf_transactions *b, int64_t q, bool debit) {
  return ref_type(b, q, SF_TRANSACTION_TYPE_TRANSFER) && ref_debit(b, q) == debit;
}
static inline bool ref_present(const struct sf_transactions *b, int64_t q) {
  return b->channel[q] == SF_CHANNEL_POS || b->channel[q] == SF_CHANNEL_ATM ||
         b->channel[q] == SF_CHANNEL_BRANCH;
}

static inline double ref_unit(double x) { return fmin(1, fmax(0, x)); }

static inline double ref_km(double lat1, double lon1, double lat2, double lon2) {
  const double rad = M_PI / 180;
  const double a = pow(sin((lat2 - lat1) * rad / 2), 2) +
                   cos(lat1 * rad) * cos(lat2 * rad) * pow(sin((lon2 - lon1) * rad / 2), 2);
  return 2 * 6371.0088 * asin(sqrt(fmin(1, a)));
}

static inline double ref_speed(const struct reference *f, int64_t i) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  for (int64_t q = r - 1; ref_present(b, r) && q >= f->at; q--) {
    if (ref_present(b, q)) {
      const double km = ref_km((double)b->latitude[q], (double)b->longitude[q],
                               (double)b->latitude[r], (double)b->longitude[r]);
      return fmin(10000, km / (fmax(60, (double)(b->timestamp[r] - b->timestamp[q])) / 3600));
    }
  }
  return 0;
}

static inline double ref_zscore(const struct reference *f, int64_t i) {
  const struct sf_transactions *b = f->b;
  const double n = REF_SUM(f, i, REF_ALWAYS, ref_debit(b, q));
  if (n < 5) {
    return 0;
  }
  const double m = REF_SUM(f, i, REF_ALWAYS, ref_debit(b, q) ? log(b->amount[q]) : 0) / n;
  const double v =
      REF_SUM(f, i, REF_ALWAYS, ref_debit(b, q) ? pow(log(b->amount[q]) - m, 2) : 0) / n;
  return fmax(-10, fmin(10, (log(b->amount[f->at + i]) - m) / fmax(0.1, sqrt(v))));
}

static inline double ref_rarity(double share) { return ref_unit((-log10(share) - 1.5) / 1.5); }

static inline void ref_detect(struct reference *f, int64_t i) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  const double n = (double)i, last = fmin(50, n);
  double sum = 0;
  for (int64_t j = i - (int64_t)last; j < i; j++) {
    sum += (double)b->distance_from_home[f->at + j];
  }
  const double usual = last > 0 ? sum / last : 0;
  const double hours = REF_SUM(f, i, REF_ALWAYS, b->hour[q] == b->hour[r]);
  const double cats = REF_SUM(f, i, REF_ALWAYS, b->category[q] == b->category[r]);
  const double modes = REF_SUM(f, i, REF_ALWAYS, b->payment_mode[q] == b->payment_mode[r]);
  double *c = f->component[i];
  c[0] = i < 20 ? 0 : fmax(ref_rarity((cats + 0.5) / (n + 9)), ref_rarity((modes + 0.5) / (n + 5)));
  c[1] = fmax(ref_unit((ref_speed(f, i) - 300) / 900),
              ref_unit(((double)b->distance_from_home[r] - 3 * usual - 50) / 500));
  c[2] = i < 20 ? 0 : ref_rarity((hours + 0.5) / (n + 12));
  c[3] = ref_unit((fabs(ref_zscore(f, i)) - 1.5) / 3);
  f->score[i] = fmax(fmax(c[0], c[1]), fmax(c[2], c[3]));
}

static inline void reference_make(struct reference *f, const struct sf_transactions *b, int64_t at,
                                  int64_t rows, int32_t first_day, int32_t open_date,
                                  const struct reference_known *known,
                                  const struct sf_isolation *isolation) {
  *f = (struct reference){b, at, rows, first_day, open_date, known, isolation, NULL, NULL};
  f->component = calloc((size_t)rows + 1, sizeof *f->component);
  f->score = calloc((size_t)rows + 1, sizeof *f->score);
  for (int64_t i = 0; i < rows; i++) {
    ref_detect(f, i);
  }
}

static inline void reference_free(struct reference *f) {
  free(f->component);
  free(f->score);
}

// The bank's knowledge by counting.
static inline double ref_count(const struct known_row *row, size_t rows, uint32_t merchant,
                               int32_t cell, int32_t date, int32_t days) {
  double count = 0;
  for (size_t k = 0; k < rows; k++) {
    count += (merchant == 0 || row[k].merchant == merchant) &&
             (cell < 0 || row[k].cell == (uint32_t)cell) && row[k].date < date &&
             row[k].date >= date - days;
  }
  return count;
}

static inline double ref_risk(const struct reference_known *k, uint32_t m, int32_t date,
                              int32_t days) {
  const double rows = k && m ? ref_count(k->visit, k->visits, m, -1, date, days) : 0;
  return rows > 0 ? fmin(1, ref_count(k->report, k->reports, m, -1, date, days) / rows) : 0;
}

static inline bool ref_flagged(const struct reference_known *k, uint32_t m, int32_t date) {
  return k && ref_count(k->report, k->reports, m, -1, date, 90) >= 3;
}

static inline bool ref_cell_flagged(const struct reference_known *k, uint32_t cell, int32_t date) {
  if (!k) {
    return false;
  }
  const double rows = ref_count(k->visit, k->visits, 0, (int32_t)cell, date, 30);
  const double reports = ref_count(k->report, k->reports, 0, (int32_t)cell, date, 30);
  const double all = ref_count(k->visit, k->visits, 0, -1, date, 30);
  const double reported = ref_count(k->report, k->reports, 0, -1, date, 30);
  return rows > 0 && reports * all > 2 * reported * rows;
}

static inline double ref_entropy(const double *count, int n) {
  double all = 0, bits = 0;
  for (int k = 0; k < n; k++) {
    all += count[k];
  }
  for (int k = 0; k < n; k++) {
    bits -= count[k] > 0 ? count[k] / all * log2(count[k] / all) : 0;
  }
  return bits;
}

// Distinct non-zero counterparties of approved transfers of P(7 d).
static inline double ref_fan(const struct reference *f, int64_t i, bool debit) {
  const struct sf_transactions *b = f->b;
  double distinct = 0;
  for (int64_t j = 0; j < i; j++) {
    const uint32_t id = b->counterparty_id[f->at + j];
    bool counts = ref_in(f, i, j, 7 * REF_DAY) && ref_approved(b, f->at + j) &&
                  ref_transfer(b, f->at + j, debit) && id;
    for (int64_t k = 0; counts && k < j; k++) {
      counts = !(ref_in(f, i, k, 7 * REF_DAY) && ref_approved(b, f->at + k) &&
                 ref_transfer(b, f->at + k, debit) && b->counterparty_id[f->at + k] == id);
    }
    distinct += counts;
  }
  return distinct;
}

static inline double ref_cities(const struct reference *f, int64_t i) {
  bool seen[256] = {false};
  double distinct = 0;
  for (int64_t j = 0; j <= i; j++) {
    const uint8_t city = f->b->city[f->at + j];
    if (ref_in(f, i, j, 7 * REF_DAY) && !seen[city]) {
      seen[city] = true;
      distinct++;
    }
  }
  return distinct;
}

static inline void ref_network(const struct reference *f, int64_t i, double *x) {
  const struct sf_transactions *b = f->b;
  const int32_t date = b->date[f->at + i];
  static bool cell_seen[SF_CELLS];
  memset(cell_seen, 0, sizeof cell_seen);
  for (int64_t j = 0; j <= i; j++) {
    const uint32_t m = b->merchant_id[f->at + j];
    bool is_first = m && ref_in(f, i, j, 30 * REF_DAY);
    for (int64_t k = 0; is_first && k < j; k++) {
      is_first = !(ref_in(f, i, k, 30 * REF_DAY) && b->merchant_id[f->at + k] == m);
    }
    if (!is_first) {
      continue;
    }
    const uint32_t cell =
        b->merchant_city[f->at + j] * (uint32_t)SF_CATEGORY_COUNT + b->category[f->at + j];
    x[SF_FEATURE_SHARED_MERCHANT_COUNT] += ref_flagged(f->known, m, date);
    x[SF_FEATURE_SHARED_LOCATION_COUNT] +=
        !cell_seen[cell] && ref_cell_flagged(f->known, cell, date);
    x[SF_FEATURE_CUSTOMER_PROXIMITY_SCORE] =
        fmax(x[SF_FEATURE_CUSTOMER_PROXIMITY_SCORE], ref_risk(f->known, m, date, 28));
    cell_seen[cell] = true;
  }
}

static inline double ref_device_customers(const struct reference *f, int64_t i) {
  const struct sf_transactions *b = f->b;
  const uint64_t device = b->device_id[f->at + i];
  if (!device) {
    return 0;
  }
  double others = 0;
  for (size_t k = 0; f->known && k < f->known->sightings; k++) {
    const struct known_sighting *s = &f->known->sighting[k];
    others += s->device == device && s->customer != b->customer_id[f->at + i] &&
              s->date < b->date[f->at + i];
  }
  return 1 + others;
}

// Which bin of 32 over low .. high.
static inline int ref_bin(double x, double low, double high) {
  return (int)fmin(31, fmax(0, floor((x - low) / (high - low) * 32)));
}

static inline void ref_bins(const struct reference *f, int64_t i, int bin[8]) {
  const struct sf_transactions *b = f->b;
  const int64_t r = f->at + i;
  bin[0] = ref_bin(log1p(b->amount[r]), 0, 16);
  bin[1] = ref_bin(b->hour[r], 0, 32);
  bin[2] = ref_bin(log1p((double)b->distance_from_home[r]), 0, 8);
  bin[3] = ref_bin(log1p(ref_speed(f, i)), 0, 9.3);
  bin[4] = ref_bin(log1p(1 + REF_SUM(f, i, 3600, q >= 0)), 0, 4);
  bin[5] =
      i == 0 ? 31 : ref_bin(log1p((double)(b->timestamp[r] - b->timestamp[r - 1]) / 60), 0, 13);
  bin[6] = ref_bin(f->component[i][0], 0, 1);
  bin[7] = ref_bin(ref_zscore(f, i), -10, 10);
}

#endif

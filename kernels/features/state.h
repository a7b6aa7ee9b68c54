#ifndef SF_KERNELS_FEATURES_STATE_H
#define SF_KERNELS_FEATURES_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/features/features.h"
#include "kernels/features/history.h"
#include "kernels/features/key_map.h"
#include "kernels/math/elementary.h"

// The inside of struct sf_features. Rows are worked on in chunks that fit the
// nearer caches, one pass after the other over the chunk's columns.
#define SF_FEATURE_CHUNK 128u

// Values from one column of features to the next: a cache line more than a chunk, so that
// the same row of all columns does not fall into a few sets of the cache.
#define SF_FEATURE_STRIDE (SF_FEATURE_CHUNK + 16u)

// A row's component, and so its score, counts as an anomaly from here on.
#define SF_DETECTOR_FLAG 0.7

// Logarithms of counts below this are looked up.
#define SF_LOGS 64u

// Columns begin with a cache line, so that no vector of them lies across two.
#define SF_COLUMN _Alignas(64)

enum sf_feature_window {
  SF_WINDOW_1H,
  SF_WINDOW_6H,
  SF_WINDOW_24H,
  SF_WINDOW_7D,
  SF_WINDOW_14D,
  SF_WINDOW_30D,
  SF_WINDOW_COUNT
};

enum sf_detector_component {
  SF_DETECTOR_BEHAVIORAL,
  SF_DETECTOR_GEOGRAPHIC,
  SF_DETECTOR_TEMPORAL,
  SF_DETECTOR_AMOUNT,
  SF_DETECTOR_COUNT
};

// Visits: rows at merchants, those of P(30 d) and of the row itself, in order. A visit has an
// ordinal, which counts from 1 for each customer, and a position, ordinal - base. Of the visits
// at a merchant only the last one stands for it, and likewise of those in a cell: the others
// have nothing of the knowledge.
//   X(type, name): columns of the visits
#define SF_VISIT_LIST(X)                                                               \
  X(uint64_t, flagged)      /* the knowledge's word with the day of the merchant */    \
  X(uint64_t, risky)        /* the same */                                             \
  X(uint64_t, cell_flagged) /* the same of the cell */                                 \
  X(uint64_t, first_risk)   /* where the knowledge has the first of its days' risks */ \
  X(uint32_t, merchant)     /* id, 0 = a later visit stands for it */                  \
  X(uint32_t, row)          /* ordinal of the row in the history */                    \
  X(uint16_t, cell)         /* SF_NO_CELL = a later visit stands for it */

#define SF_NO_CELL ((uint16_t)SF_CELLS)

// Visits that leave at once.
#define SF_LEAVING 2u

// Positions after the last visit that may be read and have nothing of the knowledge.
#define SF_VISITS_BEYOND 8u

// Merchants and cells of P(30 d) with what the bank knows of them on a day.
struct sf_feature_network {
  struct sf_key_map visit_of;     // merchant id -> ordinal of the last visit
  uint32_t cell_visit[SF_CELLS];  // the same of cells, 0 = none
  uint32_t capacity, base;
  uint32_t tail, end;  // ordinals: of the first visit that has not left, of the next one
  void *memory;
#define SF_VISIT_MEMBER(type, name) type *name;
  SF_VISIT_LIST(SF_VISIT_MEMBER)
#undef SF_VISIT_MEMBER
  int32_t date;   // that the values are of
  uint32_t day;   // the same, of the knowledge
  uint32_t word;  // of the knowledge's bits, with the day
  uint32_t flagged_count, cells_flagged;
  double largest_risk;
};

struct sf_feature_device {
  int32_t first_date;         // of the customer's rows on it
  uint32_t known, known_end;  // entries of the knowledge: not yet before the day, end
  uint32_t others;            // entries before the day
  bool shared;                // the knowledge has it
};

struct sf_features {
  const struct sf_lanes *lanes;
  const struct sf_feature_passes *passes;  // of the same vector path
  uint32_t groups;
  uint32_t width;
  uint8_t selected[SF_FEATURE_COUNT];  // shape [width]
  int32_t first_day, account_open_date;

  struct sf_feature_history history;
  uint32_t tail[SF_WINDOW_COUNT];  // ordinals

  // Geographic: the last card-present row.
  bool was_present;
  double present_latitude, present_longitude, present_ring;  // radians; cosine of the latitude
  int64_t present_time;

  // Behavioral: purchases by category in P(30 d), sum of c log2 c over them, 2^-32.
  uint32_t basket_rows[SF_CATEGORY_COUNT + 1], basket_tail;
  int64_t basket_sum;
  int64_t *entropy_term;   // shape [SF_ENTROPY_TERMS]
  double log_of[SF_LOGS];  // natural logarithms of counts

  // Detector: all rows so far by hour, category and payment mode; logarithms of
  // the amounts of debits.
  uint32_t hour_rows[24], category_rows[SF_CATEGORY_COUNT], mode_rows[SF_PAYMENT_MODE_COUNT];
  uint32_t log_count;
  double log_sum, log_square;

  // Anomalies: flags of the last 64 rows, the latest in bit 0.
  uint64_t recent_flags;
  uint32_t flag_run;
  bool was_flagged;
  int64_t first_flag, last_flag;

  // Graph.
  struct sf_feature_network network;
  struct sf_key_map party_last;  // key -> ordinal of the last row
  uint32_t city_last[256];       // ordinal of the last row by city, 0 = none
  uint32_t distinct_tail;        // ordinal of the first row of P(7 d)
  uint64_t came;                 // shares of all rows, as they came in
  struct sf_key_map device_slot;
  struct sf_feature_device *device;  // shape [device_capacity]
  uint32_t device_capacity, devices;
  int64_t last_inflow;  // s since 1970-01-01, before all times if there was none
  uint32_t chargebacks;
  int64_t balance;  // paise, after the last row

  // The chunk.
  const struct sf_transactions *batch;
  const struct sf_knowledge *knowledge;
  const struct sf_isolation *isolation;
  int64_t at;
  uint32_t count;
  uint32_t rows;                                                // of the customer before the chunk
  uint32_t first;                                               // position of the first row
  SF_COLUMN uint32_t start[SF_WINDOW_COUNT][SF_FEATURE_CHUNK];  // position of the first row of P(w)
  SF_COLUMN double amount[SF_FEATURE_CHUNK];                    // INR
  SF_COLUMN double log_distance[SF_FEATURE_CHUNK];              // log1p
  SF_COLUMN double speed[SF_FEATURE_CHUNK];                     // travel_velocity_kmh
  SF_COLUMN double deviation[SF_FEATURE_CHUNK];                 // amount_zscore
  SF_COLUMN double loyalty[SF_FEATURE_CHUNK];                   // merchant_loyalty_score
  SF_COLUMN double declined[SF_FEATURE_CHUNK];                  // declined_rate_7d
  SF_COLUMN double proximity[SF_FEATURE_CHUNK];                 // customer_proximity_score
  SF_COLUMN double hour_share[SF_FEATURE_CHUNK];                // for the rarities
  SF_COLUMN double habit_share[SF_FEATURE_CHUNK];               // the same
  SF_COLUMN double component[SF_DETECTOR_COUNT][SF_FEATURE_CHUNK];
  SF_COLUMN double mean_severity[SF_FEATURE_CHUNK], geographic_rate[SF_FEATURE_CHUNK];
  SF_COLUMN double probability[SF_FEATURE_CHUNK];  // anomaly_probability
  SF_COLUMN int32_t bin[SF_ISOLATION_COLUMNS][SF_FEATURE_CHUNK];
  SF_COLUMN float column[SF_FEATURE_COUNT][SF_FEATURE_STRIDE];
};

// Rows of the history that the chunk's row i sees as L(k).
static inline uint32_t sf_last_rows(const struct sf_features *f, uint32_t i, uint32_t k) {
  return f->rows + i < k ? f->rows + i : k;
}

static inline const struct sf_row_totals *sf_totals_now(const struct sf_features *f, uint32_t i) {
  return &f->history.totals[f->first + i];
}

// The totals before P(w) of the chunk's row i.
static inline const struct sf_row_totals *sf_totals_then(const struct sf_features *f,
                                                         enum sf_feature_window w, uint32_t i) {
  return &f->history.totals[f->start[w][i]];
}

// Rows in P(w).
static inline uint32_t sf_window_rows(const struct sf_features *f, enum sf_feature_window w,
                                      uint32_t i) {
  return f->first + i - f->start[w][i];
}

// log1p of the feature txn_frequency_1h.
static inline double sf_log_crowd(const struct sf_features *f, uint32_t i) {
  const uint32_t n = 2 + sf_window_rows(f, SF_WINDOW_1H, i);
  return n < SF_LOGS ? f->log_of[n] : sf_log(n);
}

// n log2 n for n up to this is looked up.
#define SF_ENTROPY_TERMS 1024u

// n log2 n in units of 2^-32, n < 2^26; 0 for 0.
static inline int64_t sf_entropy_term(uint32_t n) {
  return n ? (int64_t)(n * sf_log2(n) * 0x1p32 + 0.5) : 0;
}

// Takes up the chunk of rows at .. at+count-1 of the batch; growth happens here.
enum sf_status sf_features_chunk(struct sf_features *f, const struct sf_transactions *batch,
                                 int64_t at, uint32_t count, struct sf_error *error);
void sf_features_chunk_end(struct sf_features *f);

// The chunk's columns to rows of `width` values.
void sf_features_write(const struct sf_features *f, float *values);

// Starts of a customer in the parts that have a file of their own, and room for
// a chunk in their maps.
enum sf_status sf_feature_network_create(struct sf_feature_network *network,
                                         struct sf_error *error);
void sf_feature_network_free(struct sf_feature_network *network);
size_t sf_feature_network_bytes(const struct sf_feature_network *network);  // of the visits
void sf_feature_network_begin(struct sf_feature_network *network);
enum sf_status sf_feature_network_reserve(struct sf_features *f, struct sf_error *error);
enum sf_status sf_feature_parties_reserve(struct sf_features *f, struct sf_error *error);
enum sf_status sf_feature_devices_reserve(struct sf_features *f, struct sf_error *error);

#endif

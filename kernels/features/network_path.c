#include "kernels/features/passes.h"

// Group network, and what of group graph is about the row's merchant: the
// distinct merchants of P(30 d) and of the row, and what the bank knows of them
// on the row's day. Their values change only with the day: they are worked out
// when a merchant enters and once a day for all of them.

#define RISK_DAYS 28u

// Days of row counts in a cache line.
#define LINE_DAYS 16u

static void set_risk(struct sf_feature_network *network, uint32_t reports, uint32_t rows) {
  network->risk_reports = reports;
  network->risk_rows = rows;
  network->risk = (double)reports / rows;
  network->risk_is_stale = false;
}

static void add_risky(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                      uint32_t slot) {
  struct sf_shop *shop = &network->shop[slot];
  shop->risky_at = network->risky_count++;
  network->risky[shop->risky_at] = (struct sf_risky_shop){
      .rows_before = knowledge->rows_before + (size_t)(shop->merchant - 1) * (knowledge->days + 1),
      .slot = slot};
}

static void drop_risky(struct sf_feature_network *network, const struct sf_shop *shop) {
  const struct sf_risky_shop moved = network->risky[--network->risky_count];
  network->risky[shop->risky_at] = moved;
  network->shop[moved.slot].risky_at = shop->risky_at;
}

// Brings the reports of the merchant of a slot to the day, and finds the day on
// which they change next: one becomes known, or one leaves a window.
static void look_up(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                    uint32_t slot, bool was_risky) {
  struct sf_shop *shop = &network->shop[slot];
  const uint32_t day = network->day;
  const uint16_t *report_day = knowledge->report_day;
  const uint32_t from = knowledge->report_offset[shop->merchant - 1];
  const uint32_t to = knowledge->report_offset[shop->merchant];
  uint32_t change = UINT32_MAX;
  // The first steps without a branch: whether there is one cannot be predicted.
  shop->known += shop->known < to && report_day[shop->known] < day;
  shop->fresh += shop->fresh < shop->known && report_day[shop->fresh] + RISK_DAYS < day;
  while (shop->known < to && report_day[shop->known] < day) {
    shop->known++;
  }
  while (shop->fresh < shop->known && report_day[shop->fresh] + RISK_DAYS < day) {
    shop->fresh++;
  }
  network->flagged -= shop->flagged;
  shop->flagged = false;
  if (shop->known - from >= SF_FLAG_REPORTS) {
    const uint32_t until = report_day[shop->known - SF_FLAG_REPORTS] + SF_FLAG_DAYS;
    shop->flagged = until >= day;
    change = shop->flagged ? until + 1 : change;
  }
  network->flagged += shop->flagged;
  if (shop->fresh < shop->known && report_day[shop->fresh] + RISK_DAYS + 1 < change) {
    change = report_day[shop->fresh] + RISK_DAYS + 1;
  }
  if (shop->known < to && report_day[shop->known] + 1u < change) {
    change = report_day[shop->known] + 1u;
  }
  network->change[shop->live_at] = change;
  network->soonest = change < network->soonest ? change : network->soonest;
  const bool is_risky = shop->fresh < shop->known;
  if (is_risky && !was_risky) {
    add_risky(network, knowledge, slot);
  } else if (was_risky && !is_risky) {
    drop_risky(network, shop);
  }
  if (is_risky) {
    network->risky[shop->risky_at].reports = shop->known - shop->fresh;
  }
}

// Rows at the merchant over 28 days before the day; the lines of the next days are fetched
// ahead, since nothing else will have brought them near.
static void find_rows(struct sf_risky_shop *risky, uint32_t day) {
  const uint32_t *now = risky->rows_before + day;
  const uint32_t *since = risky->rows_before + sf_knowledge_since(day, RISK_DAYS);
  risky->rows = *now - *since;
  __builtin_prefetch(now + LINE_DAYS);
  __builtin_prefetch(since + LINE_DAYS);
}

// Reports that count: a risk is at most 1, and 0 without rows.
static uint32_t reports_of(const struct sf_risky_shop *risky) {
  return risky->reports < risky->rows ? risky->reports : risky->rows;
}

static double risk_of(const struct sf_risky_shop *risky) {
  return risky->rows ? (double)reports_of(risky) / risky->rows : 0.0;
}

// The sign of (risk of the shop) - reports / rows, without a division.
static int compare_risk(const struct sf_risky_shop *risky, uint32_t reports, uint32_t rows) {
  const uint64_t own = (uint64_t)reports_of(risky) * rows, other = (uint64_t)reports * risky->rows;
  return (own > other) - (own < other);
}

static void find_largest_risk(struct sf_feature_network *network) {
  uint32_t reports = 0, rows = 1;
  for (uint32_t k = 0; k < network->risky_count; k++) {
    const struct sf_risky_shop *risky = &network->risky[k];
    const bool larger = compare_risk(risky, reports, rows) > 0;
    reports = larger ? reports_of(risky) : reports;
    rows = larger ? risky->rows : rows;
  }
  set_risk(network, reports, rows);
}

// Live merchants of which the changes are found before they are looked up.
#define SCAN 64u

// Looks up again what changes on the day or has changed since.
static void look_up_changed(struct sf_feature_network *network,
                            const struct sf_knowledge *knowledge) {
  if (network->soonest > network->day) {
    return;
  }
  network->soonest = UINT32_MAX;
  for (uint32_t from = 0; from < network->live_count; from += SCAN) {
    const uint32_t left = network->live_count - from, scanned = left < SCAN ? left : SCAN;
    const uint32_t *change = network->change + from, *live = network->live + from;
    uint32_t due[SCAN], count = 0, soonest = UINT32_MAX;
    for (uint32_t k = 0; k < scanned; k++) {
      const uint32_t later = change[k] > network->day ? change[k] : UINT32_MAX;
      soonest = later < soonest ? later : soonest;
    }
    for (uint32_t k = 0; k < scanned; k++) {
      due[count] = live[k];
      count += change[k] <= network->day;
    }
    network->soonest = soonest < network->soonest ? soonest : network->soonest;
    for (uint32_t k = 0; k < count; k++) {
      const struct sf_shop *shop = &network->shop[due[k]];
      look_up(network, knowledge, due[k], shop->fresh < shop->known);
    }
  }
}

static uint64_t flags_of(const struct sf_knowledge *knowledge, uint32_t cell, uint32_t word) {
  return knowledge ? knowledge->cell_flagged[cell * sf_cell_words(knowledge->days) + word] : 0;
}

static void count_cells(struct sf_feature_network *network, const struct sf_knowledge *knowledge) {
  const uint32_t word = network->day / 64, bit = network->day % 64;
  if (word != network->flags_word) {
    network->flags_word = word;
    for (uint32_t k = 0; k < network->cell_live_count; k++) {
      network->cell_flags[k] = flags_of(knowledge, network->cell_live[k], word);
    }
  }
  uint64_t flagged = 0;
  for (uint32_t k = 0; k < network->cell_live_count; k++) {
    flagged += network->cell_flags[k] >> bit & 1u;
  }
  network->cells_flagged = (uint32_t)flagged;
}

static void begin_day(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                      int32_t date) {
  network->date = date;
  if (!knowledge) {
    return;
  }
  network->day = sf_knowledge_day(knowledge, date);
  look_up_changed(network, knowledge);
  for (uint32_t k = 0; k < network->risky_count; k++) {
    find_rows(&network->risky[k], network->day);
  }
  find_largest_risk(network);
  count_cells(network, knowledge);
}

static void enter_cell(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                       uint16_t cell) {
  if (network->cell_shops[cell]++ == 0) {
    const uint32_t at = network->cell_live_count++;
    network->cell_live_at[cell] = (uint16_t)at;
    network->cell_live[at] = cell;
    network->cell_flags[at] = flags_of(knowledge, cell, network->flags_word);
    network->cells_flagged += network->cell_flags[at] >> network->day % 64 & 1u;
  }
}

static void leave_cell(struct sf_feature_network *network, uint16_t cell) {
  if (--network->cell_shops[cell] == 0) {
    const uint32_t at = network->cell_live_at[cell], last = --network->cell_live_count;
    network->cells_flagged -= network->cell_flags[at] >> network->day % 64 & 1u;
    network->cell_live[at] = network->cell_live[last];
    network->cell_flags[at] = network->cell_flags[last];
    network->cell_live_at[network->cell_live[at]] = (uint16_t)at;
  }
}

static uint32_t enter(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                      uint32_t merchant, uint16_t cell) {
  const uint32_t slot = network->live[network->live_count];
  struct sf_shop *shop = &network->shop[slot];
  *shop = (struct sf_shop){.merchant = merchant, .cell = cell, .live_at = network->live_count++};
  network->change[shop->live_at] = UINT32_MAX;
  if (knowledge) {
    const uint32_t from = knowledge->report_offset[merchant - 1];
    const uint32_t to = knowledge->report_offset[merchant];
    const uint32_t since = sf_knowledge_since(network->day, RISK_DAYS);
    shop->fresh = sf_knowledge_search(knowledge->report_day, from, to, since);
    shop->known = sf_knowledge_search(knowledge->report_day, shop->fresh, to, network->day);
    if (from < to) {
      look_up(network, knowledge, slot, false);
    }
    if (shop->fresh < shop->known) {
      struct sf_risky_shop *risky = &network->risky[shop->risky_at];
      find_rows(risky, network->day);
      const bool is_stale = network->risk_is_stale;
      if (compare_risk(risky, network->risk_reports, network->risk_rows) > 0) {
        set_risk(network, reports_of(risky), risky->rows);
        network->risk_is_stale = is_stale;
      }
    }
  }
  enter_cell(network, knowledge, cell);
  return slot;
}

static void leave(struct sf_feature_network *network, uint32_t slot) {
  struct sf_shop *shop = &network->shop[slot];
  network->flagged -= shop->flagged;
  if (shop->fresh < shop->known) {
    network->risk_is_stale |= compare_risk(&network->risky[shop->risky_at], network->risk_reports,
                                           network->risk_rows) >= 0;
    drop_risky(network, shop);
  }
  leave_cell(network, shop->cell);
  const uint32_t moved = network->live[--network->live_count];
  network->live[shop->live_at] = moved;
  network->change[shop->live_at] = network->change[network->live_count];
  network->shop[moved].live_at = shop->live_at;
  network->live[network->live_count] = slot;
  shop->live_at = network->live_count;
}

// Slot of the row's merchant, which enters if it is not there.
static uint32_t take_up(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                        uint32_t merchant, uint16_t cell) {
  struct sf_key_entry *entry = sf_key_map_find(&network->slot_of, merchant);
  if (sf_key_map_holds(&network->slot_of, entry)) {
    // The slot may have been given up, and to another one.
    const struct sf_shop *shop = &network->shop[entry->value];
    if (shop->merchant == merchant && shop->live_at < network->live_count) {
      return entry->value;
    }
  }
  const uint32_t slot = enter(network, knowledge, merchant, cell);
  sf_key_map_put(&network->slot_of, entry, merchant, slot);
  return slot;
}

// Rows of P(24 h) at the merchant whose amount is within 2 % of the row's.
static uint32_t same_amounts(const struct sf_features *f, uint32_t i, uint32_t previous) {
  const struct sf_feature_history *history = &f->history;
  const int64_t paise = history->paise[f->first + i];
  const uint32_t since = f->start[SF_WINDOW_24H][i] + history->base;
  uint32_t rows = 0;
  for (uint32_t j = previous; j >= since; j = history->shop_previous[j - history->base]) {
    const int64_t difference = history->paise[j - history->base] - paise;
    rows += 50 * (difference < 0 ? -difference : difference) <= paise;
  }
  return rows;
}

static double recent_risk(const struct sf_knowledge *knowledge, const struct sf_shop *shop,
                          uint32_t day, uint32_t window) {
  const uint32_t since = sf_knowledge_search(knowledge->report_day, shop->fresh, shop->known,
                                             sf_knowledge_since(day, window));
  return since == shop->known
             ? 0.0
             : sf_knowledge_ratio(shop->known - since,
                                  sf_knowledge_rows(knowledge, shop->merchant, day, window));
}

static void write_merchant(struct sf_features *f, uint32_t i, uint32_t slot) {
  struct sf_feature_network *network = &f->network;
  struct sf_feature_history *history = &f->history;
  const uint32_t p = f->first + i;
  struct sf_shop *shop = &network->shop[slot];
  f->column[SF_FEATURE_SAME_AMOUNT_MERCHANT_COUNT_24H][i] = (float)same_amounts(f, i, shop->last);
  history->shop[p] = slot + 1;
  history->shop_previous[p] = shop->last;
  shop->last = p + history->base;
  const double risk = shop->fresh < shop->known ? risk_of(&network->risky[shop->risky_at]) : 0.0;
  f->column[SF_FEATURE_MERCHANT_RISK_28D][i] = (float)risk;
  if (risk > 0.0) {
    f->column[SF_FEATURE_MERCHANT_RISK_7D][i] =
        (float)recent_risk(f->knowledge, shop, network->day, 7);
    f->column[SF_FEATURE_MERCHANT_RISK_1D][i] =
        (float)recent_risk(f->knowledge, shop, network->day, 1);
  }
}

void SF_FEATURE_PASS(network)(struct sf_features *f) {
  struct sf_feature_network *network = &f->network;
  struct sf_feature_history *history = &f->history;
  const struct sf_transactions *b = f->batch;
  uint32_t tail = network->tail - history->base;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    for (; tail < f->start[SF_WINDOW_30D][i]; tail++) {
      const uint32_t shop = history->shop[tail];
      if (shop && network->shop[shop - 1].last == tail + history->base) {
        leave(network, shop - 1);
      }
    }
    if (b->date[r] != network->date) {
      begin_day(network, f->knowledge, b->date[r]);
    }
    f->column[SF_FEATURE_SAME_AMOUNT_MERCHANT_COUNT_24H][i] = 0.0f;
    f->column[SF_FEATURE_MERCHANT_RISK_1D][i] = 0.0f;
    f->column[SF_FEATURE_MERCHANT_RISK_7D][i] = 0.0f;
    f->column[SF_FEATURE_MERCHANT_RISK_28D][i] = 0.0f;
    history->shop[f->first + i] = 0;
    const uint32_t merchant = b->merchant_id[r];
    if (merchant) {
      const uint16_t cell = (uint16_t)sf_cell(b->merchant_city[r], b->category[r]);
      write_merchant(f, i, take_up(network, f->knowledge, merchant, cell));
    }
    if (network->risk_is_stale) {
      find_largest_risk(network);
    }
    f->proximity[i] = network->risk;
    f->column[SF_FEATURE_SHARED_MERCHANT_COUNT][i] = (float)network->flagged;
    f->column[SF_FEATURE_SHARED_LOCATION_COUNT][i] = (float)network->cells_flagged;
    f->column[SF_FEATURE_CUSTOMER_PROXIMITY_SCORE][i] = (float)network->risk;
  }
  network->tail = tail + history->base;
}

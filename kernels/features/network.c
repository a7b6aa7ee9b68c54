#include <stdlib.h>

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

void sf_feature_network_begin(struct sf_feature_network *network) {
  sf_key_map_clear(&network->slot_of);
  for (uint32_t k = 0; k < network->cell_live_count; k++) {
    network->cell_shops[network->cell_live[k]] = 0;
  }
  network->cell_live_count = 0;
  network->live_count = 0;
  network->risky_count = 0;
  network->tail = SF_LAST_MAX;
  network->date = INT32_MIN;
  network->soonest = UINT32_MAX;
  network->flagged = network->cells_flagged = 0;
  set_risk(network, 0, 1);
}

// The three lists of slots are one block of memory, headed by `live`.
static enum sf_status grow_shops(struct sf_feature_network *network, uint32_t capacity,
                                 struct sf_error *error) {
  struct sf_shop *shop = realloc(network->shop, capacity * sizeof *shop);
  uint32_t *lists = shop ? malloc(3 * (size_t)capacity * sizeof *lists) : NULL;
  network->shop = shop ? shop : network->shop;
  if (!lists) {
    return sf_fail(error, SF_MEMORY, "out of memory for %u merchants of a customer", capacity);
  }
  for (uint32_t k = 0; k < network->capacity; k++) {
    lists[k] = network->live[k];
    lists[capacity + k] = network->change[k];
    lists[2 * (size_t)capacity + k] = network->risky[k];
  }
  for (uint32_t slot = network->capacity; slot < capacity; slot++) {
    lists[slot] = slot;
    shop[slot].live_at = slot;
  }
  free(network->live);
  network->live = lists;
  network->change = lists + capacity;
  network->risky = lists + 2 * (size_t)capacity;
  network->capacity = capacity;
  return SF_OK;
}

// Forgets the merchants that have left; for twice as many keys if need be.
static enum sf_status renew_slots(struct sf_feature_network *network, uint32_t needed,
                                  struct sf_error *error) {
  struct sf_key_map *map = &network->slot_of;
  sf_key_map_clear(map);
  if (!sf_key_map_has_room(map, 2 * needed)) {
    struct sf_key_map larger;
    SF_TRY(sf_key_map_create(&larger, 4 * needed, error));
    sf_key_map_free(map);
    *map = larger;
  }
  for (uint32_t k = 0; k < network->live_count; k++) {
    const uint32_t slot = network->live[k];
    const uint32_t merchant = network->shop[slot].merchant;
    sf_key_map_put(map, sf_key_map_find(map, merchant), merchant, slot);
  }
  return SF_OK;
}

enum sf_status sf_feature_network_reserve(struct sf_features *f, struct sf_error *error) {
  struct sf_feature_network *network = &f->network;
  const uint32_t needed = network->live_count + f->count;
  if (!sf_key_map_has_room(&network->slot_of, f->count)) {
    SF_TRY(renew_slots(network, needed, error));
  }
  return needed > network->capacity ? grow_shops(network, 2 * needed, error) : SF_OK;
}

static void drop_risky(struct sf_feature_network *network, struct sf_shop *shop) {
  const uint32_t moved = network->risky[--network->risky_count];
  network->risky[shop->risky_at] = moved;
  network->shop[moved].risky_at = shop->risky_at;
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
    shop->risky_at = network->risky_count;
    network->risky[network->risky_count++] = slot;
  } else if (was_risky && !is_risky) {
    drop_risky(network, shop);
  }
}

static bool cell_is_flagged(const struct sf_knowledge *knowledge, uint32_t cell, uint32_t day) {
  return knowledge && sf_knowledge_cell_flagged(knowledge, cell, day);
}

// Rows at the merchant over 28 days before the day; the lines of the next days are fetched
// ahead, since nothing else will have brought them near.
static void find_rows(struct sf_shop *shop, const struct sf_knowledge *knowledge, uint32_t day) {
  const uint32_t *before =
      knowledge->rows_before + (size_t)(shop->merchant - 1) * (knowledge->days + 1);
  const uint32_t *since = before + sf_knowledge_since(day, RISK_DAYS);
  shop->rows = before[day] - *since;
  __builtin_prefetch(before + day + LINE_DAYS);
  __builtin_prefetch(since + LINE_DAYS);
}

// Reports that count: a risk is at most 1, and 0 without rows.
static uint32_t reports_of(const struct sf_shop *shop) {
  const uint32_t reports = shop->known - shop->fresh;
  return reports < shop->rows ? reports : shop->rows;
}

static double risk_of(const struct sf_shop *shop) {
  return shop->rows ? (double)reports_of(shop) / shop->rows : 0.0;
}

// The sign of (risk of the shop) - reports / rows, without a division.
static int compare_risk(const struct sf_shop *shop, uint32_t reports, uint32_t rows) {
  const uint64_t own = (uint64_t)reports_of(shop) * rows, other = (uint64_t)reports * shop->rows;
  return (own > other) - (own < other);
}

static void find_largest_risk(struct sf_feature_network *network) {
  uint32_t reports = 0, rows = 1;
  for (uint32_t k = 0; k < network->risky_count; k++) {
    const struct sf_shop *shop = &network->shop[network->risky[k]];
    if (compare_risk(shop, reports, rows) > 0) {
      reports = reports_of(shop);
      rows = shop->rows;
    }
  }
  set_risk(network, reports, rows);
}

// Looks up again what changes on the day or has changed since.
static void look_up_changed(struct sf_feature_network *network,
                            const struct sf_knowledge *knowledge) {
  if (network->soonest > network->day) {
    return;
  }
  network->soonest = UINT32_MAX;
  for (uint32_t k = 0; k < network->live_count; k++) {
    if (network->change[k] <= network->day) {
      const struct sf_shop *shop = &network->shop[network->live[k]];
      look_up(network, knowledge, network->live[k], shop->fresh < shop->known);
    } else if (network->change[k] < network->soonest) {
      network->soonest = network->change[k];
    }
  }
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
    find_rows(&network->shop[network->risky[k]], knowledge, network->day);
  }
  find_largest_risk(network);
  network->cells_flagged = 0;
  for (uint32_t k = 0; k < network->cell_live_count; k++) {
    network->cells_flagged += cell_is_flagged(knowledge, network->cell_live[k], network->day);
  }
}

static void enter_cell(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                       uint16_t cell) {
  if (network->cell_shops[cell]++ == 0) {
    network->cell_live_at[cell] = (uint16_t)network->cell_live_count;
    network->cell_live[network->cell_live_count++] = cell;
    network->cells_flagged += cell_is_flagged(knowledge, cell, network->day);
  }
}

static void leave_cell(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                       uint16_t cell) {
  if (--network->cell_shops[cell] == 0) {
    const uint16_t moved = network->cell_live[--network->cell_live_count];
    network->cell_live[network->cell_live_at[cell]] = moved;
    network->cell_live_at[moved] = network->cell_live_at[cell];
    network->cells_flagged -= cell_is_flagged(knowledge, cell, network->day);
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
      find_rows(shop, knowledge, network->day);
      const bool is_stale = network->risk_is_stale;
      if (compare_risk(shop, network->risk_reports, network->risk_rows) > 0) {
        set_risk(network, reports_of(shop), shop->rows);
        network->risk_is_stale = is_stale;
      }
    }
  }
  enter_cell(network, knowledge, cell);
  return slot;
}

static void leave(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                  uint32_t slot) {
  struct sf_shop *shop = &network->shop[slot];
  network->flagged -= shop->flagged;
  if (shop->fresh < shop->known) {
    network->risk_is_stale |= compare_risk(shop, network->risk_reports, network->risk_rows) >= 0;
    drop_risky(network, shop);
  }
  leave_cell(network, knowledge, shop->cell);
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
  const double risk = shop->fresh < shop->known ? risk_of(shop) : 0.0;
  f->column[SF_FEATURE_MERCHANT_RISK_28D][i] = (float)risk;
  if (risk > 0.0) {
    f->column[SF_FEATURE_MERCHANT_RISK_7D][i] =
        (float)recent_risk(f->knowledge, shop, network->day, 7);
    f->column[SF_FEATURE_MERCHANT_RISK_1D][i] =
        (float)recent_risk(f->knowledge, shop, network->day, 1);
  }
}

void sf_features_network(struct sf_features *f) {
  struct sf_feature_network *network = &f->network;
  struct sf_feature_history *history = &f->history;
  const struct sf_transactions *b = f->batch;
  uint32_t tail = network->tail - history->base;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    for (; tail < f->start[SF_WINDOW_30D][i]; tail++) {
      const uint32_t shop = history->shop[tail];
      if (shop && network->shop[shop - 1].last == tail + history->base) {
        leave(network, f->knowledge, shop - 1);
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

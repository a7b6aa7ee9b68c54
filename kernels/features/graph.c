#include <stdlib.h>

#include "kernels/check/ledger.h"
#include "kernels/features/state.h"

// Group graph: the flow of money through the account, payees and devices. What
// is about merchants is in network.c, amount_zscore in detector.c.

#define INFLOW_MINUTES_MAX 43200.0
#define PASS_THROUGH_MAX 10.0
#define BALANCE_RATIO_MAX 100.0

static int64_t paise_of(double rupees) {
  return (int64_t)(rupees * 100.0 + (rupees < 0.0 ? -0.5 : 0.5));
}

// Balance before the customer's first row: what it moved is taken back.
static int64_t opening_balance(const struct sf_transactions *b, int64_t r) {
  const bool moves = b->status[r] == SF_STATUS_CODE_APPROVED &&
                     sf_moves_balance(b->payment_mode[r], b->channel[r]);
  const int64_t paise = moves ? paise_of(b->amount[r]) : 0;
  return paise_of(b->balance_after[r]) - (b->direction[r] == SF_DIRECTION_CREDIT ? paise : -paise);
}

static void write_balance_ratio(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  if (f->rows == 0) {
    f->balance = opening_balance(b, f->at);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    // Paise; an account overdrawn by a rupee or more is beyond every ratio.
    const int64_t paise = f->history.paise[f->first + i], base = f->balance + 100;
    const bool within = base > 0 && paise < (int64_t)BALANCE_RATIO_MAX * base;
    f->column[SF_FEATURE_AMOUNT_TO_BALANCE_RATIO][i] =
        (float)(within ? (double)paise / (double)base : BALANCE_RATIO_MAX);
    f->balance = paise_of(b->balance_after[f->at + i]);
  }
}

static bool is_transfer(const struct sf_transactions *b, int64_t r) {
  return b->transaction_type[r] == SF_TRANSACTION_TYPE_TRANSFER;
}

static void write_pass_through(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const struct sf_row_totals *now = sf_totals_now(f, i);
    const struct sf_row_totals *then = sf_totals_then(f, SF_WINDOW_24H, i);
    const bool debit = b->direction[r] == SF_DIRECTION_DEBIT;
    const int64_t own = f->history.paise[f->first + i] & -(int64_t)is_transfer(b, r);
    const int64_t own_out = own & -(int64_t)debit;
    const int64_t in = now->transfers_in - then->transfers_in + own - own_out;
    const int64_t out = now->transfers_out - then->transfers_out + own_out;
    const double ratio = in ? (double)out / (double)in : 0.0;
    f->column[SF_FEATURE_PASS_THROUGH_RATIO_24H][i] =
        (float)(ratio < PASS_THROUGH_MAX ? ratio : PASS_THROUGH_MAX);
  }
}

// Counterparties in P(7 d), credits in parties[SF_DIRECTION_CREDIT], debits in
// the other: a row counts while no later one with the same key has come.
static void drop_parties(struct sf_features *f, uint32_t start) {
  const struct sf_feature_history *history = &f->history;
  uint32_t tail = f->party_tail - history->base;
  for (; tail < start; tail++) {
    if (history->party[tail] && history->party_next[tail] == 0) {
      f->parties[history->party[tail] >> 32]--;
    }
  }
  f->party_tail = tail + history->base;
}

static void add_party(struct sf_features *f, uint32_t i, uint8_t direction, uint32_t counterparty) {
  struct sf_feature_history *history = &f->history;
  const uint64_t key = (uint64_t)direction << 32 | counterparty;
  const uint32_t ordinal = f->first + i + history->base;
  struct sf_key_entry *entry = sf_key_map_find(&f->party_last, key);
  if (sf_key_map_holds(&f->party_last, entry) && entry->value >= f->party_tail) {
    history->party_next[entry->value - history->base] = ordinal;
  } else {
    f->parties[direction]++;
  }
  sf_key_map_put(&f->party_last, entry, key, ordinal);
  history->party[f->first + i] = key;
}

enum sf_status sf_feature_parties_reserve(struct sf_features *f, struct sf_error *error) {
  if (sf_key_map_has_room(&f->party_last, f->count)) {
    return SF_OK;
  }
  const struct sf_feature_history *history = &f->history;
  const uint32_t needed = history->end - f->party_tail + f->count;
  sf_key_map_clear(&f->party_last);
  if (!sf_key_map_has_room(&f->party_last, 2 * needed)) {
    struct sf_key_map larger;
    SF_TRY(sf_key_map_create(&larger, 4 * needed, error));
    sf_key_map_free(&f->party_last);
    f->party_last = larger;
  }
  for (uint32_t ordinal = f->party_tail; ordinal < history->end; ordinal++) {
    const uint64_t key = history->party[ordinal - history->base];
    if (key) {
      sf_key_map_put(&f->party_last, sf_key_map_find(&f->party_last, key), key, ordinal);
    }
  }
  return SF_OK;
}

static void write_parties(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const int64_t t = b->timestamp[r];
    const bool transfer = is_transfer(b, r) && b->status[r] == SF_STATUS_CODE_APPROVED;
    const double quiet = (double)(t - f->last_inflow) / 60.0;
    drop_parties(f, f->start[SF_WINDOW_7D][i]);
    f->column[SF_FEATURE_FAN_IN_7D][i] = (float)f->parties[SF_DIRECTION_CREDIT];
    f->column[SF_FEATURE_FAN_OUT_7D][i] = (float)f->parties[SF_DIRECTION_DEBIT];
    f->column[SF_FEATURE_MINUTES_SINCE_LAST_INFLOW][i] =
        (float)(f->had_inflow && quiet < INFLOW_MINUTES_MAX ? quiet : INFLOW_MINUTES_MAX);
    f->history.party[f->first + i] = 0;
    f->history.party_next[f->first + i] = 0;
    if (transfer && b->counterparty_id[r]) {
      add_party(f, i, b->direction[r], b->counterparty_id[r]);
    }
    if (transfer && b->direction[r] == SF_DIRECTION_CREDIT) {
      f->had_inflow = true;
      f->last_inflow = t;
    }
  }
}

void sf_features_graph(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  write_balance_ratio(f);
  write_pass_through(f);
  write_parties(f);
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    f->column[SF_FEATURE_NEW_PAYEE_FLAG][i] = b->is_first_payment_to_counterparty[r];
    f->column[SF_FEATURE_CHARGEBACK_COUNT][i] = (float)f->chargebacks;
    f->column[SF_FEATURE_ACCOUNT_AGE_DAYS][i] = (float)(b->date[r] - f->account_open_date);
    f->chargebacks += b->transaction_type[r] == SF_TRANSACTION_TYPE_CHARGEBACK;
  }
}

enum sf_status sf_feature_devices_reserve(struct sf_features *f, struct sf_error *error) {
  const uint32_t needed = f->devices + f->count;
  if (needed > f->device_capacity) {
    struct sf_feature_device *device = realloc(f->device, 2 * needed * sizeof *device);
    if (!device) {
      return sf_fail(error, SF_MEMORY, "out of memory for %u devices of a customer", 2 * needed);
    }
    f->device = device;
    f->device_capacity = 2 * needed;
  }
  if (sf_key_map_has_room(&f->device_slot, f->count)) {
    return SF_OK;
  }
  struct sf_key_map larger;
  SF_TRY(sf_key_map_create(&larger, 2 * needed, error));
  for (uint32_t k = 0; k <= f->device_slot.mask; k++) {
    const struct sf_key_entry *entry = &f->device_slot.entry[k];
    if (sf_key_map_holds(&f->device_slot, entry)) {
      sf_key_map_put(&larger, sf_key_map_find(&larger, entry->key), entry->key, entry->value);
    }
  }
  sf_key_map_free(&f->device_slot);
  f->device_slot = larger;
  return SF_OK;
}

static uint32_t add_device(struct sf_features *f, struct sf_key_entry *entry, uint64_t id,
                           int32_t date) {
  const uint32_t slot = f->devices++;
  struct sf_feature_device *device = &f->device[slot];
  *device = (struct sf_feature_device){.first_date = date};
  if (f->knowledge) {
    sf_knowledge_device(f->knowledge, id, &device->known, &device->known_end);
  }
  device->shared = device->known < device->known_end;
  sf_key_map_put(&f->device_slot, entry, id, slot);
  return slot;
}

// Customers first seen on the device before the date, and the own one.
static uint32_t device_customers(const struct sf_knowledge *knowledge,
                                 struct sf_feature_device *device, int32_t date) {
  if (!device->shared) {
    return 1;
  }
  const uint32_t day = sf_knowledge_day(knowledge, date);
  while (device->known < device->known_end && knowledge->device_day[device->known] < day) {
    device->known++;
    device->others++;
  }
  return device->others + (device->first_date >= date);
}

void sf_features_devices(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const uint64_t id = b->device_id[r];
    bool is_new = false;
    uint32_t customers = 0;
    if (id) {
      struct sf_key_entry *entry = sf_key_map_find(&f->device_slot, id);
      const bool seen = sf_key_map_holds(&f->device_slot, entry);
      is_new = !seen && f->devices > 0;
      const uint32_t slot = seen ? entry->value : add_device(f, entry, id, b->date[r]);
      customers = device_customers(f->knowledge, &f->device[slot], b->date[r]);
    }
    f->column[SF_FEATURE_IS_NEW_DEVICE][i] = is_new;
    f->column[SF_FEATURE_DEVICE_CUSTOMER_COUNT][i] = (float)customers;
  }
}

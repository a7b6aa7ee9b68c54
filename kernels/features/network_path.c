#include "kernels/features/passes.h"

// Group network, and what of group graph is about the row's merchant: the
// distinct merchants of P(30 d) and of the row, and what the bank knows of them
// on the row's day. What is known changes only with the day: it is looked up when a visit
// comes and once a day for all of them. What cannot be predicted is selected, not branched to:
// how many visits leave, whether there was one before at the merchant, what the bank knows.

// Risks in a cache line.
#define LINE_RISKS 8u

// Visits of which the risky ones are found at once: a bit of a word each.
#define SCAN 64u

static uint32_t round_up(uint32_t visits) {
  return (visits + SF_VISITS_BEYOND - 1) / SF_VISITS_BEYOND * SF_VISITS_BEYOND;
}

// Where the knowledge has a risk: that of the day given by its bit, in a word with it.
static uint64_t risk_place(uint64_t risky, uint64_t first_risk, uint64_t bit) {
  return first_risk + (uint64_t)__builtin_popcountll(risky & ((UINT64_C(1) << bit) - 1));
}

static void find_largest_risk(struct sf_feature_network *network,
                              const struct sf_knowledge *knowledge) {
  const uint64_t bit = network->day % 64;
  const uint32_t visits = network->end - network->tail;
  double largest = 0.0;
  for (uint32_t from = 0; from < visits; from += SCAN) {
    const uint32_t scanned = visits - from < SCAN ? round_up(visits - from) : SCAN;
    const uint64_t *word = network->risky + (network->tail - network->base) + from;
    const uint64_t *first_risk = network->first_risk + (network->tail - network->base) + from;
    uint64_t risky = 0;
    for (uint64_t k = 0; k < scanned; k++) {
      risky |= (word[k] >> bit & 1u) << k;
    }
    for (; risky; risky &= risky - 1) {
      const int k = __builtin_ctzll(risky);
      const double *own = &knowledge->risk[risk_place(word[k], first_risk[k], bit)];
      largest = *own > largest ? *own : largest;
      // Nothing else will have brought the line of the next days near.
      __builtin_prefetch(own + LINE_RISKS);
    }
  }
  network->largest_risk = largest;
}

// The knowledge of a visit's merchant and cell in the days of the word, if it stands for them.
static void read_words(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                       uint32_t q) {
  const uint64_t words = sf_cell_words(knowledge->days);
  const uint32_t merchant = network->merchant[q], cell = network->cell[q];
  const bool has_merchant = merchant != 0, has_cell = cell != SF_NO_CELL;
  const struct sf_merchant_word *known =
      &knowledge->merchant_word[has_merchant ? (merchant - 1) * words + network->word : 0];
  const uint64_t *cell_flagged =
      &knowledge->cell_flagged[has_cell ? cell * words + network->word : 0];
  network->flagged[q] = known->flagged & -(uint64_t)has_merchant;
  network->risky[q] = known->risky & -(uint64_t)has_merchant;
  network->first_risk[q] = known->first_risk;
  network->cell_flagged[q] = *cell_flagged & -(uint64_t)has_cell;
}

static void count_flags(struct sf_feature_network *network) {
  const uint64_t bit = network->day % 64, visits = round_up(network->end - network->tail);
  const uint64_t *flagged = network->flagged + (network->tail - network->base);
  const uint64_t *cell_flagged = network->cell_flagged + (network->tail - network->base);
  uint64_t merchants = 0, cells = 0;
  for (uint64_t k = 0; k < visits; k++) {
    merchants += flagged[k] >> bit & 1u;
    cells += cell_flagged[k] >> bit & 1u;
  }
  network->flagged_count = (uint32_t)merchants;
  network->cells_flagged = (uint32_t)cells;
}

static void begin_day(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                      int32_t date) {
  network->date = date;
  if (!knowledge) {
    return;
  }
  const uint32_t first = network->tail - network->base, end = network->end - network->base;
  network->day = sf_knowledge_day(knowledge, date);
  if (network->day / 64 != network->word) {
    network->word = network->day / 64;
    for (uint32_t q = first; q < end; q++) {
      read_words(network, knowledge, q);
    }
  }
  count_flags(network);
  find_largest_risk(network, knowledge);
}

// Visits before the ordinal `start` leave.
static void leave(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                  uint32_t start) {
  const uint64_t count = start - network->tail;
  const uint32_t bit = network->day % 64, first = network->tail - network->base;
  const uint64_t *flagged = network->flagged + first, *risky = network->risky + first;
  const uint64_t *cell_flagged = network->cell_flagged + first;
  // Three counts in one word, 21 bits each.
  uint64_t counts = 0;
  for (uint64_t from = 0; from == 0 || from < count; from += SF_LEAVING) {
    for (uint64_t k = from; k < from + SF_LEAVING; k++) {
      const uint64_t leaves = k < count;
      counts += (flagged[k] >> bit & leaves) + ((cell_flagged[k] >> bit & leaves) << 21) +
                ((risky[k] >> bit & leaves) << 42);
    }
  }
  network->flagged_count -= (uint32_t)(counts & 0x1fffffu);
  network->cells_flagged -= (uint32_t)(counts >> 21 & 0x1fffffu);
  network->tail = start;
  if (knowledge && counts >> 42) {
    find_largest_risk(network, knowledge);
  }
}

// The visit at position q stands for its merchant and its cell from now on, and those at
// `before` and `before_in_cell`, or q if there is none, do no longer.
static void take_over(struct sf_feature_network *network, uint32_t before,
                      uint32_t before_in_cell) {
  const uint32_t bit = network->day % 64;
  network->flagged_count -= network->flagged[before] >> bit & 1u;
  network->flagged[before] = network->risky[before] = 0;
  network->merchant[before] = 0;
  network->cells_flagged -= network->cell_flagged[before_in_cell] >> bit & 1u;
  network->cell_flagged[before_in_cell] = 0;
  network->cell[before_in_cell] = SF_NO_CELL;
}

// Returns where the knowledge has the risk of the visit's merchant.
static uint64_t know(struct sf_feature_network *network, const struct sf_knowledge *knowledge,
                     uint32_t q) {
  const uint32_t bit = network->day % 64;
  read_words(network, knowledge, q);
  network->flagged_count += network->flagged[q] >> bit & 1u;
  network->cells_flagged += network->cell_flagged[q] >> bit & 1u;
  const uint64_t is_risky = network->risky[q] >> bit & 1u;
  const uint64_t place = risk_place(network->risky[q], network->first_risk[q], bit) & -is_risky;
  const double risk = knowledge->risk[place];
  __builtin_prefetch(&knowledge->recent_risk[place]);
  network->largest_risk = risk > network->largest_risk ? risk : network->largest_risk;
  return place;
}

// A visit of the chunk's row i; returns where the knowledge has the risk of the merchant.
static uint64_t visit(struct sf_features *f, uint32_t i, uint32_t merchant, uint16_t cell) {
  struct sf_feature_network *network = &f->network;
  const uint32_t ordinal = network->end++, q = ordinal - network->base;
  struct sf_key_entry *entry = sf_key_map_find(&network->visit_of, merchant);
  // The last visit may have left.
  const bool returns =
      sf_key_map_holds(&network->visit_of, entry) & (entry->value >= network->tail);
  const uint32_t before = returns ? entry->value - network->base : q;
  const uint32_t last_in_cell = network->cell_visit[cell];
  sf_key_map_put(&network->visit_of, entry, merchant, ordinal);
  network->cell_visit[cell] = ordinal;
  network->row[q] = 0;
  f->history.shop_previous[f->first + i] = network->row[before];
  take_over(network, before, last_in_cell >= network->tail ? last_in_cell - network->base : q);
  network->row[q] = f->first + i + f->history.base;
  network->merchant[q] = merchant;
  network->cell[q] = cell;
  return f->knowledge ? know(network, f->knowledge, q) : 0;
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

// The risks of the rows' merchants, by where the knowledge has them.
static void write_risks(struct sf_features *f, const uint64_t *place) {
  static const struct sf_recent_risk no_recent = {0.0f, 0.0f};
  static const double no_risk = 0.0;
  const double *risk = f->knowledge ? f->knowledge->risk : &no_risk;
  const struct sf_recent_risk *recent = f->knowledge ? f->knowledge->recent_risk : &no_recent;
  for (uint32_t i = 0; i < f->count; i++) {
    f->column[SF_FEATURE_MERCHANT_RISK_28D][i] = (float)risk[place[i]];
    f->column[SF_FEATURE_MERCHANT_RISK_7D][i] = recent[place[i]].week;
    f->column[SF_FEATURE_MERCHANT_RISK_1D][i] = recent[place[i]].day;
  }
}

// What is known of the rows' merchants is far from the processor: it is fetched for all rows of
// the chunk before it is read for the first.
static void fetch_merchants(const struct sf_features *f) {
  const struct sf_knowledge *knowledge = f->knowledge;
  const uint32_t *merchant_of = f->batch->merchant_id + f->at;
  const int32_t *date_of = f->batch->date + f->at;
  const uint64_t words = sf_cell_words(knowledge->days);
  const struct sf_merchant_word *word[SF_FEATURE_CHUNK];
  uint32_t day[SF_FEATURE_CHUNK], count = 0;
  for (uint32_t i = 0; i < f->count; i++) {
    const uint32_t d = sf_knowledge_day(knowledge, date_of[i]), m = merchant_of[i];
    day[count] = d;
    word[count] = &knowledge->merchant_word[m ? (m - 1) * words + d / 64 : 0];
    __builtin_prefetch(word[count]);
    count += m != 0;
  }
  for (uint32_t k = 0; k < count; k++) {
    __builtin_prefetch(
        &knowledge->risk[risk_place(word[k]->risky, word[k]->first_risk, day[k] % 64)]);
  }
}

void SF_FEATURE_PASS(network)(struct sf_features *f) {
  struct sf_feature_network *network = &f->network;
  struct sf_feature_history *history = &f->history;
  const struct sf_transactions *b = f->batch;
  uint64_t place[SF_FEATURE_CHUNK];
  if (f->knowledge) {
    fetch_merchants(f);
  }
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const uint32_t merchant = b->merchant_id[r];
    history->visit[f->first + i] = network->end;
    leave(network, f->knowledge, history->visit[f->start[SF_WINDOW_30D][i]]);
    if (b->date[r] != network->date) {
      begin_day(network, f->knowledge, b->date[r]);
    }
    float same = 0.0f;
    place[i] = 0;
    if (merchant) {
      const uint16_t cell = (uint16_t)sf_cell(b->merchant_city[r], b->category[r]);
      place[i] = visit(f, i, merchant, cell);
      same = (float)same_amounts(f, i, history->shop_previous[f->first + i]);
    }
    f->proximity[i] = network->largest_risk;
    f->column[SF_FEATURE_SAME_AMOUNT_MERCHANT_COUNT_24H][i] = same;
    f->column[SF_FEATURE_SHARED_MERCHANT_COUNT][i] = (float)network->flagged_count;
    f->column[SF_FEATURE_SHARED_LOCATION_COUNT][i] = (float)network->cells_flagged;
    f->column[SF_FEATURE_CUSTOMER_PROXIMITY_SCORE][i] = (float)network->largest_risk;
  }
  write_risks(f, place);
}

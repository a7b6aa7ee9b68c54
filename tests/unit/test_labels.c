#include "kernels/fraud/labels.h"
#include "kernels/fraud/role.h"
#include "model.h"

// Labels and episodes of histories with stories, told without a plan.

#define CUSTOMERS 300u
#define DAYS 180
#define FIRST_SECOND ((int64_t)MODEL_START * 86400 - 19800)

// The rows of a customer with its labels, and the episode of its one story.
struct labelled {
  struct rows rows;
  struct sf_labels labels;
  struct sf_episodes episodes;
  void *labels_memory, *episodes_memory;
  int64_t count;
};

static void *place(enum sf_table_id t, void *batch, int64_t capacity) {
  const size_t bytes = sf_batch_bytes(&sf_tables[t], capacity);
  void *memory = aligned_alloc(64, bytes);
  memset(memory, 0xff, bytes);
  sf_batch_place(&sf_tables[t], batch, capacity, memory);
  return memory;
}

static void labelled_free(struct labelled *l) {
  rows_free(&l->rows);
  free(l->labels_memory);
  free(l->episodes_memory);
}

// Tells the customer one story, in pieces of an odd number of rows; false if it
// cannot have it.
static bool label(struct model *m, uint32_t customer, uint16_t number, struct labelled *l) {
  static struct sf_candidates candidates;
  sf_history_count(m->history, customer, &candidates);
  const struct sf_candidate *found = NULL;
  for (uint32_t i = 0; i < candidates.singles; i++) {
    found = sf_number_typology(candidates.single[i].number) == sf_number_typology(number) &&
                    sf_number_is_twin(candidates.single[i].number) == sf_number_is_twin(number)
                ? &candidates.single[i]
                : found;
  }
  if (!found) {
    return false;
  }
  const struct sf_assignment assignment = {.candidate = *found};
  l->count = sf_history_begin(m->history, customer, &assignment, 1);
  cr_assert(l->count > 0);
  rows_make(&l->rows, l->count);
  l->labels_memory = place(SF_TABLE_LABELS, &l->labels, l->count);
  l->episodes_memory = place(SF_TABLE_EPISODES, &l->episodes, 1);
  for (int64_t at = 0; at < l->count; at += 37) {
    const int64_t piece = l->count - at < 37 ? l->count - at : 37;
    sf_history_rows(m->history, piece, (uint64_t)at + 1, &l->rows.batch, &l->labels, at);
  }
  l->episodes.rows = sf_history_episode_count(m->history);
  sf_history_episodes(m->history, &l->episodes, 0);
  return true;
}

// What the rows of the only episode add up to is what its row says.
static void check_episode(const struct labelled *l, const struct sf_story *story) {
  const struct sf_transactions *b = &l->rows.batch;
  int64_t rows = 0, start = 0, end = 0, paise = 0;
  for (int64_t i = 0; i < l->count; i++) {
    if (l->labels.episode_id[i] == 0) {
      cr_assert(!l->labels.is_fraud[i] && !l->labels.role[i] && !l->labels.reported_at[i]);
      continue;
    }
    cr_assert(l->labels.episode_id[i] == l->episodes.episode_id[0]);
    cr_assert(l->labels.is_fraud[i] == sf_role_is_fraud(l->labels.role[i]));
    cr_assert(!l->labels.reported_at[i] || l->labels.reported_at[i] >= b->timestamp[i]);
    start = rows++ ? start : b->timestamp[i];
    end = b->timestamp[i];
    if (l->labels.is_fraud[i]) {
      cr_assert(l->labels.fraud_severity[i] == l->episodes.severity[0]);
      cr_assert(l->labels.reported_at[i] == 0 || story->reported);
      paise += b->direction[i] == SF_DIRECTION_DEBIT && b->status[i] == SF_STATUS_CODE_APPROVED
                   ? paise_of(b->amount[i])
                   : 0;
    }
  }
  cr_assert(l->episodes.row_count[0] == rows && rows > 0);
  cr_assert(l->episodes.start[0] == start && l->episodes.end[0] == end);
  cr_assert(paise_of(l->episodes.amount[0]) == paise);
  cr_assert(l->episodes.confidence[0] >= 0 && l->episodes.confidence[0] <= 1);
}

Test(labels, of_fraud_add_up_to_the_episode) {
  struct model m;
  uint32_t told[SF_TYPOLOGY_COUNT] = {0};
  model_make_fraud(&m, 5, CUSTOMERS, 0.45);
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
      struct labelled l;
      if (label(&m, customer, sf_story_number((enum sf_typology)t, false, 0), &l)) {
        cr_assert(l.episodes.rows == 1 && l.episodes.fraud_type[0] == t);
        check_episode(&l, sf_history_stories(m.history));
        told[t]++;
        labelled_free(&l);
      }
    }
  }
  uint32_t kinds = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    kinds += told[t] > 0;
  }
  cr_expect(kinds >= 10, "only %u typologies were told", kinds);
  model_free(&m);
}

Test(labels, of_twins_are_no_fraud) {
  struct model m;
  uint32_t marked = 0;
  model_make_fraud(&m, 5, CUSTOMERS, 0.45);
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    struct labelled l;
    const enum sf_typology t = SF_TYPOLOGY_TRANSACTION_REPLAY;
    if (!label(&m, customer, sf_story_number(t, true, 0), &l)) {
      continue;
    }
    cr_assert(l.episodes.rows == 0);
    uint32_t twins = 0;
    for (int64_t i = 0; i < l.count; i++) {
      cr_assert(!l.labels.is_fraud[i] && !l.labels.episode_id[i] && !l.labels.role[i]);
      cr_assert(!l.labels.benign_twin_of[i] || l.labels.benign_twin_of[i] == t);
      twins += l.labels.benign_twin_of[i] == t;
    }
    cr_assert(twins == sf_history_stories(m.history)->rows);
    marked += twins;
    labelled_free(&l);
  }
  cr_expect(marked > 0);
  model_free(&m);
}

Test(labels, split_is_60_20_20_with_a_week_between) {
  const uint32_t day = 86400;
  cr_expect(sf_split_of(0, 180) == SF_SPLIT_TRAIN);
  cr_expect(sf_split_of(108 * day - 1, 180) == SF_SPLIT_TRAIN);
  cr_expect(sf_split_of(108 * day, 180) == SF_SPLIT_GAP);
  cr_expect(sf_split_of(115 * day - 1, 180) == SF_SPLIT_GAP);
  cr_expect(sf_split_of(115 * day, 180) == SF_SPLIT_VALIDATION);
  cr_expect(sf_split_of(144 * day - 1, 180) == SF_SPLIT_VALIDATION);
  cr_expect(sf_split_of(144 * day, 180) == SF_SPLIT_GAP);
  cr_expect(sf_split_of(151 * day, 180) == SF_SPLIT_TEST);
  cr_expect(sf_split_of(180 * day - 1, 180) == SF_SPLIT_TEST);
  // Short windows: half of a part is left.
  cr_expect(sf_split_of(6 * day, 10) == SF_SPLIT_GAP);
  cr_expect(sf_split_of(7 * day, 10) == SF_SPLIT_VALIDATION);
  cr_expect(sf_split_of(9 * day, 10) == SF_SPLIT_TEST);
}

// An event of a kind of instrument at a time; story 1 is at hand.
static struct sf_event event_at(uint32_t time, uint8_t kind, uint16_t story) {
  return (struct sf_event){.time = time, .instrument = kind, .story = story};
}

Test(instruments, are_issued_anew_when_the_bank_learns_of_a_story) {
  const struct sf_config config = {.seed = 1, .customers = 1, .days = 1};
  const uint16_t wallet = 1u << SF_INSTRUMENT_WALLET;
  struct sf_story story = {.reported = 5000, .blocked = wallet};
  struct sf_instruments instruments;
  sf_instruments_begin(&instruments, &config, 1, &story, 1);
  const struct sf_event before = event_at(4999, SF_INSTRUMENT_WALLET, 0);
  const struct sf_event after = event_at(5000, SF_INSTRUMENT_WALLET, 0);
  const struct sf_event thief = event_at(6000, SF_INSTRUMENT_WALLET, 1);
  const struct sf_event other = event_at(6000, SF_INSTRUMENT_VPA, 0);
  const struct sf_event none = event_at(6000, SF_INSTRUMENT_NONE, 0);
  cr_expect(sf_instrument_at(&instruments, &before, &story) == SF_INSTRUMENT_WALLET);
  cr_expect(sf_instrument_at(&instruments, &after, &story) == SF_INSTRUMENT_WALLET + 6);
  cr_expect(sf_instrument_at(&instruments, &thief, &story) == SF_INSTRUMENT_WALLET);
  cr_expect(sf_instrument_at(&instruments, &other, &story) == SF_INSTRUMENT_VPA);
  cr_expect(sf_instrument_at(&instruments, &none, &story) == SF_INSTRUMENT_NONE);
  // Twins block nothing, nor does what the bank learns after the window.
  story.twin = true;
  sf_instruments_begin(&instruments, &config, 1, &story, 1);
  cr_expect(sf_instrument_at(&instruments, &after, &story) == SF_INSTRUMENT_WALLET);
  story = (struct sf_story){.reported = 86400, .blocked = wallet};
  sf_instruments_begin(&instruments, &config, 1, &story, 1);
  const struct sf_event late = event_at(86399, SF_INSTRUMENT_WALLET, 0);
  cr_expect(sf_instrument_at(&instruments, &late, &story) == SF_INSTRUMENT_WALLET);
}

Test(instruments, cards_are_renewed_every_four_years) {
  const struct sf_config config = {.seed = 1, .customers = 20000, .days = 365};
  struct sf_instruments instruments;
  uint32_t renewed[SF_INSTRUMENT_KINDS + 1] = {0};
  for (uint32_t customer = 1; customer <= config.customers; customer++) {
    sf_instruments_begin(&instruments, &config, customer, NULL, 0);
    for (uint32_t i = 0; i < instruments.count; i++) {
      renewed[instruments.reissue[i].kind]++;
      cr_assert(instruments.reissue[i].time < 365 * 86400);
    }
  }
  // A quarter of 20,000, standard deviation 61.
  cr_expect(abs((int)renewed[SF_INSTRUMENT_DEBIT_CARD] - 5000) < 300);
  cr_expect(abs((int)renewed[SF_INSTRUMENT_CREDIT_CARD] - 5000) < 300);
  cr_expect(renewed[SF_INSTRUMENT_VPA] + renewed[SF_INSTRUMENT_WALLET] == 0);
}

#include "kernels/activity/contacts.h"
#include "tests/unit/model.h"

// Windows of different lengths, among them one that starts in the middle of a
// month and one of a single day.
static const struct {
  uint64_t seed;
  uint32_t customers;
  int32_t start_day, days;
} windows[] = {
    {1, 300, MODEL_START, 90}, {2, 101, MODEL_START + 16, 400}, {3, 17, 19358, 1826},
    {4, 1000, 19770, 20},      {5, 2000, MODEL_START + 111, 1},
};
#define WINDOWS (sizeof windows / sizeof windows[0])

static void make_window(struct model *m, size_t w) {
  model_make(m, windows[w].seed, windows[w].customers, windows[w].start_day, windows[w].days);
}

struct side {
  uint32_t from, to, time;
  uint32_t mode;
  int64_t paise;
};

struct sides {
  struct side *side;
  size_t count, capacity;
};

static void sides_add(struct sides *sides, struct side side) {
  if (sides->count == sides->capacity) {
    sides->capacity = sides->capacity ? 2 * sides->capacity : 1024;
    sides->side = realloc(sides->side, sides->capacity * sizeof side);
  }
  sides->side[sides->count++] = side;
}

static int compare(const void *a, const void *b) {
  const struct side *x = a, *y = b;
  const int64_t key[5][2] = {{x->from, y->from},
                             {x->to, y->to},
                             {x->time, y->time},
                             {x->paise, y->paise},
                             {x->mode, y->mode}};
  for (int k = 0; k < 5; k++) {
    if (key[k][0] != key[k][1]) {
      return key[k][0] < key[k][1] ? -1 : 1;
    }
  }
  return 0;
}

// Both sides of all transfers inside the corpus.
static void collect(struct model *m, struct sides *debits, struct sides *credits) {
  *debits = *credits = (struct sides){0};
  for (uint32_t id = 1; id <= sf_world_config(m->world)->customers; id++) {
    sf_skeleton_build(&m->skeleton, id);
    for (uint32_t e = 0; e < m->skeleton.events; e++) {
      const struct sf_event *event = &m->skeleton.event[e];
      if (!event->counterparty || event->fail) {
        continue;
      }
      const bool debit = event->direction == SF_DIRECTION_DEBIT;
      sides_add(debit ? debits : credits, (struct side){.from = debit ? id : event->counterparty,
                                                        .to = debit ? event->counterparty : id,
                                                        .time = event->time,
                                                        .mode = event->mode,
                                                        .paise = event->paise});
    }
  }
  qsort(debits->side, debits->count, sizeof(struct side), compare);
  qsort(credits->side, credits->count, sizeof(struct side), compare);
}

Test(transfers, every_debit_has_its_credit_and_every_credit_its_debit) {
  for (size_t w = 0; w < WINDOWS; w++) {
    struct model m;
    struct sides debits, credits;
    make_window(&m, w);
    collect(&m, &debits, &credits);
    cr_assert_eq(debits.count, credits.count, "window %zu: %zu debits, %zu credits", w,
                 debits.count, credits.count);
    // At least two transfers a customer-month.
    cr_assert(debits.count * 15 > (size_t)windows[w].customers * (size_t)windows[w].days);
    for (size_t i = 0; i < debits.count; i++) {
      const struct side *d = &debits.side[i], *c = &credits.side[i];
      cr_assert(compare(d, c) == 0,
                "window %zu: debit %u to %u at %u of %ld, credit %u to %u at %u of %ld", w, d->from,
                d->to, d->time, (long)d->paise, c->from, c->to, c->time, (long)c->paise);
    }
    free(debits.side);
    free(credits.side);
    model_free(&m);
  }
}

Test(transfers, lie_in_the_window_after_both_accounts_opened) {
  for (size_t w = 0; w < WINDOWS; w++) {
    struct model m;
    struct sides debits, credits;
    make_window(&m, w);
    collect(&m, &debits, &credits);
    size_t opened_inside = 0;
    for (size_t i = 0; i < credits.count; i++) {
      const struct side *side = &credits.side[i];
      struct sf_core from, to;
      sf_core_at(&m.world->population, side->from, &from);
      sf_core_at(&m.world->population, side->to, &to);
      const int32_t opening = from.open_day > to.open_day ? from.open_day : to.open_day;
      const int32_t day = windows[w].start_day + (int32_t)(side->time / SF_DAY);
      cr_assert(day >= opening && day < windows[w].start_day + windows[w].days,
                "window %zu: transfer on %d, accounts open on %d", w, day, opening);
      cr_assert(side->paise >= 100 && side->from != side->to);
      opened_inside += opening > windows[w].start_day;
    }
    cr_expect(windows[w].days < 20 || opened_inside > 0);
    free(debits.side);
    free(credits.side);
    model_free(&m);
  }
}

// What a sender moves by UPI on one day, failed tries left out.
struct sent {
  uint32_t count;
  int64_t paise;
  uint32_t to[SF_CONTACTS + 1];  // transfers to each contact; last: outside payees
  int64_t paise_to[SF_CONTACTS + 1];
};

// Payees of different slots may be one person: by the number of the slot, which
// stands in the ordinal.
static uint32_t slot_of(const struct sf_event *event) { return event->ordinal >> 16 & 0xff; }

// Transfers of a cycle are numbered, from 8 on those on the contact's own day.
static bool is_large(const struct sf_event *event) { return (event->ordinal & 15) >= 8; }

// Slot whose day it is, of the days since 1970-01-01 and the sender.
static uint32_t own_slot(int32_t day, uint32_t sender) {
  return ((uint32_t)day + sender) % (SF_CONTACTS + 1);
}

static void sum_days(const struct sf_skeleton *skeleton, struct sent *sent) {
  const int32_t start_day = skeleton->world->config.start_day;
  for (uint32_t e = 0; e < skeleton->events; e++) {
    const struct sf_event *event = &skeleton->event[e];
    const bool dealt =
        source_of(event) == SF_SOURCE_TRANSFER_OUT || source_of(event) == SF_SOURCE_OUTSIDE_OUT;
    if (event->type == SF_TRANSACTION_TYPE_TRANSFER && event->direction == SF_DIRECTION_DEBIT &&
        event->mode == SF_PAYMENT_MODE_UPI && !event->fail) {
      const int32_t d = (int32_t)(event->time / SF_DAY);
      cr_assert(dealt, "source %u sends by UPI beside the limits", source_of(event));
      cr_assert_eq(is_large(event),
                   slot_of(event) == own_slot(start_day + d, skeleton->customer.id));
      struct sent *day = &sent[d];
      day->count++;
      day->paise += event->paise;
      day->to[slot_of(event)]++;
      day->paise_to[slot_of(event)] += event->paise;
    }
  }
}

// 1,00,000 rupees and 20 transfers a day and sender, by construction: on day D
// slot (D + sender) mod 9 takes up to 80,000 rupees and 8 transfers, each of the
// others one of 2,000.
Test(transfers, keep_the_limits_of_upi_on_every_day) {
  int64_t most_paise = 0;
  uint32_t most = 0, busy = 0;
  for (size_t w = 0; w < WINDOWS; w++) {
    struct model m;
    make_window(&m, w);
    struct sent *sent = malloc((size_t)windows[w].days * sizeof *sent);
    for (uint32_t id = 1; id <= windows[w].customers; id++) {
      sf_skeleton_build(&m.skeleton, id);
      memset(sent, 0, (size_t)windows[w].days * sizeof *sent);
      sum_days(&m.skeleton, sent);
      for (int32_t d = 0; d < windows[w].days; d++) {
        const uint32_t own = own_slot(windows[w].start_day + d, id);
        cr_assert(sent[d].count <= 20 && sent[d].paise <= 10000000,
                  "window %zu: %u sends %ld paise in %u on day %d", w, id, (long)sent[d].paise,
                  sent[d].count, d);
        for (uint32_t slot = 0; slot <= SF_CONTACTS; slot++) {
          cr_assert(sent[d].to[slot] <= (slot == own ? 8u : 1u), "slot %u of %u", slot, own);
          cr_assert(sent[d].paise_to[slot] <= (slot == own ? 8000000 : 200000), "slot %u of %u",
                    slot, own);
          busy += slot == own && sent[d].to[slot] > 1;
        }
        most = sent[d].count > most ? sent[d].count : most;
        most_paise = sent[d].paise > most_paise ? sent[d].paise : most_paise;
      }
    }
    free(sent);
    model_free(&m);
  }
  // The limits are come near to, or nothing is shown.
  cr_expect(most_paise > 7000000 && most >= 5 && busy > 100, "%ld paise, %u transfers, %u busy",
            (long)most_paise, most, busy);
}

static void expect_same_events(const struct sf_skeleton *a, const struct sf_skeleton *b) {
  cr_assert_eq(a->events, b->events);
  for (uint32_t e = 0; e < a->events; e++) {
    cr_assert(memcmp(&a->event[e], &b->event[e], EVENT_BYTES) == 0, "event %u of customer %u", e,
              a->customer.id);
  }
}

// What was built before leaves no trace: one skeleton goes through the customers
// upwards, the other downwards.
Test(transfers, do_not_depend_on_customers_built_before) {
  struct model up, down;
  model_make(&up, 6, 60, MODEL_START, 60);
  model_make(&down, 6, 60, MODEL_START, 60);
  for (uint32_t id = 1; id <= 60; id++) {
    sf_skeleton_build(&up.skeleton, id);
    for (uint32_t before = 60; before >= id; before -= 7) {
      sf_skeleton_build(&down.skeleton, before);
      if (before < 8) {
        break;
      }
    }
    sf_skeleton_build(&down.skeleton, id);
    expect_same_events(&up.skeleton, &down.skeleton);
  }
  model_free(&up);
  model_free(&down);
}

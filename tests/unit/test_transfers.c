#include "kernels/activity/contacts.h"
#include "kernels/activity/dues.h"
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
      if (!event->counterparty || event->fail ||
          event->flags & (SF_EVENT_PENDING | SF_EVENT_REVERSED)) {
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
  uint32_t count, dues;
  int64_t paise;
  // To each contact; last: outside payees.
  uint32_t small_to[SF_CONTACTS + 1], large_to[SF_CONTACTS + 1];
  int64_t paise_to[SF_CONTACTS + 1];
};

// Payees of different slots may be one person: by the number of the slot, which
// stands in the ordinal.
static uint32_t slot_of(const struct sf_event *event) { return event->ordinal >> 16 & 0xff; }

// What takes more than 2,000 rupees by UPI on a day is one contact.
#define SMALL 200000
#define LARGE_NUMBER 8u  // numbers of a cycle from here on are those of large transfers

static void sum_days(const struct sf_skeleton *skeleton, struct sent *sent) {
  for (uint32_t e = 0; e < skeleton->events; e++) {
    const struct sf_event *event = &skeleton->event[e];
    const bool dealt =
        source_of(event) == SF_SOURCE_TRANSFER_OUT || source_of(event) == SF_SOURCE_OUTSIDE_OUT;
    if (event->type == SF_TRANSACTION_TYPE_TRANSFER && event->direction == SF_DIRECTION_DEBIT &&
        event->mode == SF_PAYMENT_MODE_UPI && !event->fail) {
      struct sent *day = &sent[event->time / SF_DAY];
      day->count++;
      day->paise += event->paise;
      if (source_of(event) == SF_SOURCE_DUES_OUT) {
        cr_assert(event->paise <= SF_DUES_UPI_MOST && day->dues++ == 0);
        continue;
      }
      cr_assert(dealt, "source %u sends by UPI beside the limits", source_of(event));
      const uint32_t slot = slot_of(event);
      const bool large = (event->ordinal & 15) >= LARGE_NUMBER;
      cr_assert(large || event->paise <= SMALL);
      day->small_to[slot] += !large;
      day->large_to[slot] += large;
      day->paise_to[slot] += event->paise;
    }
  }
}

// 1,00,000 rupees and 20 transfers a day and sender, by construction: one slot
// takes up to 70,000 rupees in 8 transfers, each one more of 2,000, dues 10,000.
static uint32_t check_day(const struct sent *sent) {
  uint32_t owners = 0;
  cr_assert(sent->count <= 20 && sent->paise <= 10000000, "%ld paise in %u transfers",
            (long)sent->paise, sent->count);
  for (uint32_t slot = 0; slot <= SF_CONTACTS; slot++) {
    owners += sent->large_to[slot] > 0;
    cr_assert(sent->small_to[slot] <= 1 && sent->large_to[slot] <= 8);
    cr_assert(sent->paise_to[slot] <= 7000000 + SMALL);
  }
  cr_assert(owners <= 1, "%u contacts get large sums on one day", owners);
  return owners;
}

Test(transfers, keep_the_limits_of_upi_on_every_day) {
  int64_t most_paise = 0;
  uint32_t most = 0, owned = 0;
  for (size_t w = 0; w < WINDOWS; w++) {
    struct model m;
    make_window(&m, w);
    struct sent *sent = malloc((size_t)windows[w].days * sizeof *sent);
    for (uint32_t id = 1; id <= windows[w].customers; id++) {
      sf_skeleton_build(&m.skeleton, id);
      memset(sent, 0, (size_t)windows[w].days * sizeof *sent);
      sum_days(&m.skeleton, sent);
      for (int32_t d = 0; d < windows[w].days; d++) {
        owned += check_day(&sent[d]);
        most = sent[d].count > most ? sent[d].count : most;
        most_paise = sent[d].paise > most_paise ? sent[d].paise : most_paise;
      }
    }
    free(sent);
    model_free(&m);
  }
  // The limits are come near to, or nothing is shown.
  cr_expect(most_paise > 6000000 && most >= 5 && owned > 100, "%ld paise, %u transfers, %u days",
            (long)most_paise, most, owned);
}

// Days of large sums to a contact keep no period: of the gaps between them, no
// residue modulo nine holds more than a third.
Test(transfers, large_sums_keep_no_period) {
  struct model m;
  model_make(&m, 9, 200, MODEL_START, 365);
  uint32_t residue[9] = {0}, gaps = 0;
  for (uint32_t id = 1; id <= 200; id++) {
    model_build(&m, id);
    uint32_t last[SF_CONTACTS] = {0};
    for (uint32_t i = 0; i < m.skeleton.events; i++) {
      const struct sf_event *event = model_event(&m, i);
      const uint32_t slot = slot_of(event), day = 1 + event->time / SF_DAY;
      if (source_of(event) != SF_SOURCE_TRANSFER_OUT || event->mode != SF_PAYMENT_MODE_UPI ||
          (event->ordinal & 15) < LARGE_NUMBER || slot >= SF_CONTACTS) {
        continue;
      }
      if (last[slot] && day > last[slot]) {
        residue[(day - last[slot]) % 9]++;
        gaps++;
      }
      last[slot] = day;
    }
  }
  cr_assert(gaps > 1000, "%u gaps", gaps);
  for (uint32_t r = 0; r < 9; r++) {
    cr_expect(residue[r] * 3 < gaps, "residue %u: %u of %u", r, residue[r], gaps);
  }
  model_free(&m);
}

// Final failures are rows of the sender alone.
Test(transfers, some_fail_for_good) {
  struct model m;
  model_make(&m, 9, 200, MODEL_START, 180);
  uint32_t failed = 0, hung = 0, all = 0;
  for (uint32_t id = 1; id <= 200; id++) {
    sf_skeleton_build(&m.skeleton, id);
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      if (source_of(event) == SF_SOURCE_TRANSFER_OUT) {
        all++;
        failed += event->fail != 0;
        hung += (event->flags & (SF_EVENT_PENDING | SF_EVENT_REVERSED)) != 0;
      }
      cr_assert(source_of(event) != SF_SOURCE_TRANSFER_IN || !event->fail);
    }
  }
  // About 1.9 and 0.3 %.
  cr_expect(failed * 100 > all && failed * 100 < 3 * all, "%u of %u fail", failed, all);
  cr_expect(hung * 1000 > all && hung * 1000 < 6 * all, "%u of %u hang", hung, all);
  model_free(&m);
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

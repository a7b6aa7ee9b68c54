#include "kernels/activity/skeleton_store.h"
#include "tests/unit/model.h"

enum { CUSTOMERS = 120, DAYS = 150 };

// Calls `check` on the sorted skeleton of every customer of a population.
static void for_customers(void (*check)(struct model *)) {
  struct model m;
  model_make(&m, 5, CUSTOMERS, MODEL_START, DAYS);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    model_build(&m, id);
    cr_assert_eq(m.skeleton.customer.id, id);
    check(&m);
  }
  model_free(&m);
}

static void check_order(struct model *m) {
  const struct sf_skeleton *s = &m->skeleton;
  uint8_t *seen = calloc(s->events, 1);
  for (uint32_t i = 0; i < s->events; i++) {
    cr_assert(s->order[i] < s->events && !seen[s->order[i]]);
    seen[s->order[i]] = 1;
    const struct sf_event *event = model_event(m, i), *before = i ? model_event(m, i - 1) : event;
    cr_assert(i == 0 || before->time < event->time ||
                  (before->time == event->time && before->ordinal < event->ordinal),
              "event %u of customer %u", i, s->customer.id);
  }
  free(seen);
}

Test(skeleton, is_sorted_by_time_and_ordinal) { for_customers(check_order); }

static int compare_words(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void check_ordinals(struct model *m) {
  const struct sf_skeleton *s = &m->skeleton;
  uint32_t *ordinal = malloc((s->events + 1) * sizeof *ordinal);
  for (uint32_t e = 0; e < s->events; e++) {
    ordinal[e] = s->event[e].ordinal;
    cr_assert(ordinal[e] >> 24 != 0, "no source");
  }
  qsort(ordinal, s->events, sizeof *ordinal, compare_words);
  for (uint32_t e = 1; e < s->events; e++) {
    cr_assert(ordinal[e] != ordinal[e - 1], "customer %u has ordinal %x twice", s->customer.id,
              ordinal[e]);
  }
  free(ordinal);
}

Test(skeleton, ordinals_are_unique) { for_customers(check_ordinals); }

static void check_count(struct model *m) {
  const uint32_t id = m->skeleton.customer.id;
  cr_assert_eq(sf_history_count(m->history, id, NULL), m->skeleton.events);
  cr_assert_eq(sf_history_begin(m->history, id, NULL, 0), m->skeleton.events);
  cr_assert(m->skeleton.events < m->skeleton.capacity / 4, "near to the capacity");
}

Test(skeleton, count_is_what_begin_announces) { for_customers(check_count); }

static void check_events(struct model *m) {
  const struct sf_skeleton *s = &m->skeleton;
  const struct sf_customer *customer = &s->customer;
  for (uint32_t e = 0; e < s->events; e++) {
    const struct sf_event *event = &s->event[e];
    cr_assert(event->time / SF_DAY < DAYS, "after the window");
    cr_assert(MODEL_START + (int32_t)(event->time / SF_DAY) >= customer->core.open_day);
    cr_assert_eq(event->instrument, sf_instrument_of(event->mode));
    cr_assert(event->device <= customer->devices, "device %u of %u", event->device,
              customer->devices);
    cr_assert(event->trip <= s->trips);
    cr_assert(event->amount_rule != SF_AMOUNT_FIXED || event->paise > 0);
    cr_assert(event->mode != SF_PAYMENT_MODE_CREDIT_CARD || customer->credit_limit > 0);
    cr_assert(event->merchant <= m->world->merchants.count);
    cr_assert(!event->merchant || !event->counterparty);
    // The customer holds a device exactly where a payment starts from one.
    const bool own =
        !(event->flags & SF_EVENT_UNATTENDED) &&
        (event->channel == SF_CHANNEL_ONLINE || event->channel == SF_CHANNEL_MOBILE ||
         (event->channel == SF_CHANNEL_POS &&
          (event->mode == SF_PAYMENT_MODE_UPI || event->mode == SF_PAYMENT_MODE_WALLET)));
    cr_assert_eq(event->device != 0, own, "source %u", source_of(event));
    cr_assert(event->direction == SF_DIRECTION_DEBIT || event->flags & SF_EVENT_COVERED);
  }
}

Test(skeleton, events_are_possible) { for_customers(check_events); }

// Shop, machine and branch are visited at home or at the end of a journey, not on
// the road. A failed try precedes its payment by up to seven minutes and so may fall on
// the last minutes of the road.
static void check_road(struct model *m) {
  const struct sf_skeleton *s = &m->skeleton;
  for (uint32_t e = 0; e < s->events; e++) {
    const struct sf_event *event = &s->event[e];
    const bool present = event->channel == SF_CHANNEL_POS || event->channel == SF_CHANNEL_ATM ||
                         event->channel == SF_CHANNEL_BRANCH;
    if (!present) {
      continue;
    }
    bool moving;
    const struct sf_trip *trip =
        sf_skeleton_trip_at(s, event->time + (is_attempt(event) ? 3 * 139 : 0), &moving);
    cr_assert(!moving, "source %u at %u is on the road", source_of(event), event->time);
    if (event->channel == SF_CHANNEL_POS) {
      struct sf_merchant shop;
      sf_merchant_at(&m->world->merchants, event->merchant, &shop);
      cr_assert_eq(shop.city, trip ? trip->city : s->customer.city);
      cr_assert(shop.type != SF_MERCHANT_TYPE_ONLINE_ONLY);
    }
  }
}

Test(skeleton, nobody_shops_on_the_road) { for_customers(check_road); }

static void check_merchants(struct model *m) {
  const struct sf_skeleton *s = &m->skeleton;
  for (uint32_t e = 0; e < s->events; e++) {
    const struct sf_event *event = &s->event[e];
    if (event->merchant) {
      struct sf_merchant shop;
      sf_merchant_at(&m->world->merchants, event->merchant, &shop);
      cr_assert(sf_merchant_open(&shop, MODEL_START + (int32_t)(event->time / SF_DAY)));
      cr_assert_eq(shop.subcategory, event->subcategory);
    }
  }
}

Test(skeleton, merchants_are_open_and_sell_what_is_bought) { for_customers(check_merchants); }

static const struct sf_event *find_ordinal(const struct sf_skeleton *s, uint32_t ordinal) {
  for (uint32_t e = 0; e < s->events; e++) {
    if (s->event[e].ordinal == ordinal) {
      return &s->event[e];
    }
  }
  return NULL;
}

static uint32_t attempts, payments_back;

static void check_attempt(const struct sf_skeleton *s, const struct sf_event *attempt) {
  const struct sf_event *of = find_ordinal(s, ordinal_tried(attempt));
  cr_assert_not_null(of, "a failed try before nothing");
  const uint32_t tries = tries_before(attempt);
  cr_assert(of->time >= attempt->time + 12 * tries && of->time <= attempt->time + 139 * tries);
  cr_assert(attempt->fail && !of->fail, "the try fails, the payment does not");
  // Another row of a transfer with two sides must not fail either.
  cr_assert(!of->counterparty || of->flags & SF_EVENT_COVERED);
  cr_assert(attempt->merchant == of->merchant && attempt->counterparty == of->counterparty &&
            attempt->payee == of->payee && attempt->mode == of->mode &&
            attempt->channel == of->channel && attempt->amount_key == of->amount_key &&
            attempt->paise == of->paise && attempt->level == of->level &&
            attempt->device == of->device && attempt->direction == SF_DIRECTION_DEBIT);
  attempts++;
}

static void check_payment_back(const struct sf_skeleton *s, const struct sf_event *credit) {
  const struct sf_event *of = &s->event[credit->link];
  cr_assert(credit->link < s->events && of->time + SF_DAY < credit->time);
  cr_assert_eq(credit->ordinal & 0xffffff, of->ordinal & 0xffffff);
  cr_assert(of->direction == SF_DIRECTION_DEBIT && credit->direction == SF_DIRECTION_CREDIT);
  cr_assert(of->flags & SF_EVENT_COVERED && !of->fail, "what is paid back was paid");
  cr_assert(!(of->flags & (SF_EVENT_PENDING | SF_EVENT_REVERSED)));
  cr_assert(credit->merchant == of->merchant && credit->mode == of->mode);
  cr_assert(of->mode != SF_PAYMENT_MODE_CASH);
  const bool refund = source_of(credit) < SF_SOURCE_CHARGEBACK;
  cr_assert_eq(credit->type, refund ? SF_TRANSACTION_TYPE_REFUND : SF_TRANSACTION_TYPE_CHARGEBACK);
  cr_assert(refund || credit->share == 0, "claims are for all of it");
  payments_back++;
}

static void check_follow_ups(struct model *m) {
  const struct sf_skeleton *s = &m->skeleton;
  for (uint32_t e = 0; e < s->events; e++) {
    if (is_attempt(&s->event[e])) {
      check_attempt(s, &s->event[e]);
    } else if (s->event[e].amount_rule == SF_AMOUNT_OF_EVENT) {
      check_payment_back(s, &s->event[e]);
    }
  }
}

Test(skeleton, follow_ups_belong_to_a_payment) {
  for_customers(check_follow_ups);
  cr_expect(attempts > 100 && payments_back > 50, "%u tries, %u payments back", attempts,
            payments_back);
}

static bool is_new_inside(const struct model *m, uint32_t customer) {
  struct sf_core core;
  sf_core_at(&m->world->population, customer, &core);
  return core.open_day >= MODEL_START;
}

// Whether an event of a window must also stand in a longer one from the same day,
// and the other way round: `m` is the longer one. Passages are booked for trips
// that may begin after the window; what follows a purchase depends on its
// merchant, and which merchants and accounts open late depends on the length of
// the window.
static bool is_lasting(const struct model *m, const struct sf_event *event) {
  return source_of(event) < SF_SOURCE_ATTEMPT && source_of(event) != SF_SOURCE_TRIP &&
         (!event->counterparty || !is_new_inside(m, event->counterparty));
}

// Expects the lasting events of `part` in `whole`, `shift` seconds later; returns how many.
static uint32_t expect_part(const struct model *part, const struct model *whole, uint32_t shift,
                            bool (*lasting)(const struct model *, const struct sf_event *)) {
  uint32_t found = 0;
  for (uint32_t e = 0; e < part->skeleton.events; e++) {
    const struct sf_event *event = &part->skeleton.event[e];
    if (!lasting(whole, event)) {
      continue;
    }
    const struct sf_event *same = find_ordinal(&whole->skeleton, event->ordinal);
    cr_assert_not_null(same, "customer %u: event %x at %u is gone", part->skeleton.customer.id,
                       event->ordinal, event->time);
    // How long the way to a shop is depends on which shop is open already.
    const bool on_the_way = source_of(event) == SF_SOURCE_PURCHASE &&
                            (event->channel == SF_CHANNEL_POS || same->channel == SF_CHANNEL_POS) &&
                            event->ordinal % 4 > 0;
    cr_assert(same->time == event->time + shift ||
              (on_the_way && same->time + 3 * 7200 > event->time + shift &&
               same->time < event->time + shift + 3 * 7200));
    cr_assert(same->type == event->type && same->direction == event->direction &&
              same->counterparty == event->counterparty &&
              same->subcategory == event->subcategory && same->paise == event->paise);
    found++;
  }
  return found;
}

static uint32_t count_until(const struct model *m, uint32_t end) {
  uint32_t count = 0;
  for (uint32_t e = 0; e < m->skeleton.events; e++) {
    count += m->skeleton.event[e].time < end && is_lasting(m, &m->skeleton.event[e]);
  }
  return count;
}

Test(skeleton, a_longer_window_keeps_what_happens_in_the_shorter) {
  struct model part, whole;
  uint32_t found = 0;
  model_make(&part, 5, CUSTOMERS, MODEL_START, 50);
  model_make(&whole, 5, CUSTOMERS, MODEL_START, 80);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    // Whoever is not new in the longer window is not new in the shorter one.
    if (is_new_inside(&whole, id)) {
      continue;
    }
    model_build(&part, id);
    model_build(&whole, id);
    const uint32_t lasting = expect_part(&part, &whole, 0, is_lasting);
    cr_assert_eq(lasting, count_until(&whole, 50 * SF_DAY), "customer %u", id);
    found += lasting;
  }
  cr_expect(found > 50 * CUSTOMERS);
  model_free(&part);
  model_free(&whole);
}

static bool is_purchase(const struct model *m, const struct sf_event *event) {
  (void)m;
  return source_of(event) == SF_SOURCE_PURCHASE;
}

// Sittings belong to the date: a window that begins 30 days later has the same
// ones, for customers who are at home at its beginning.
Test(skeleton, a_later_window_has_the_same_purchases) {
  struct model later, whole;
  uint32_t found = 0;
  model_make(&later, 5, CUSTOMERS, MODEL_START + 30, 50);
  model_make(&whole, 5, CUSTOMERS, MODEL_START, 80);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    model_build(&later, id);
    model_build(&whole, id);
    if (later.skeleton.first_day == 0 && whole.skeleton.first_day == 0 &&
        whole.skeleton.trip_on[30] == 0) {
      found += expect_part(&later, &whole, 30 * SF_DAY, is_purchase);
    }
  }
  cr_expect(found > 20 * CUSTOMERS, "%u", found);
  model_free(&later);
  model_free(&whole);
}

// Whoever opens an account inside the window has rows from then on only, and has some.
Test(skeleton, begins_when_the_account_opens) {
  struct model m;
  uint32_t opened = 0, events = 0;
  model_make(&m, 5, 600, MODEL_START, 200);
  for (uint32_t id = 1; id <= 600; id++) {
    sf_skeleton_build(&m.skeleton, id);
    const int32_t opening = m.skeleton.customer.core.open_day - MODEL_START;
    cr_assert_eq(m.skeleton.first_day, opening > 0 ? opening : 0);
    for (uint32_t e = 0; opening > 0 && e < m.skeleton.events; e++) {
      cr_assert(m.skeleton.event[e].time >= (uint32_t)opening * SF_DAY);
    }
    opened += opening > 0;
    events += opening > 0 ? m.skeleton.events : 0;
  }
  cr_expect(opened > 10 && events > 20 * opened, "%u accounts with %u events", opened, events);
  model_free(&m);
}

// What a store has of customers with gaps between them, asked for in order twice.
Test(skeleton, of_a_store_with_gaps_is_found_without_going_back) {
  struct model m;
  struct sf_skeleton_store store;
  enum { BYTES = 1 << 23 };
  void *memory = aligned_alloc(64, BYTES);
  uint32_t events[CUSTOMERS + 1];
  model_make(&m, 5, CUSTOMERS, MODEL_START, DAYS);
  sf_skeleton_store_init(&store, memory, BYTES);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    events[id] = m.skeleton.events;
    if (id % 7 == 1) {
      sf_skeleton_store_put(&store, &m.skeleton);
    }
  }
  cr_assert_eq(store.last, CUSTOMERS - (CUSTOMERS - 1) % 7);
  for (int round = 0; round < 2; round++) {
    for (uint32_t id = 1; id <= CUSTOMERS; id++) {
      const bool is_kept = sf_skeleton_store_get(&store, id, &m.skeleton);
      cr_assert_eq(is_kept, id % 7 == 1, "customer %u", id);
      cr_assert(!is_kept || (m.skeleton.customer.id == id && m.skeleton.events == events[id]));
      if (round == 1) {
        memset(memory, 0xff, store.cursor);  // what lies behind is not needed again
      }
    }
  }
  free(memory);
  model_free(&m);
}

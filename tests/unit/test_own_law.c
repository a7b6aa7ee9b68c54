#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/role.h"
#include "kernels/fraud/story.h"
#include "model.h"

// What stories ask of the honest events, against the events one by one.

enum { CUSTOMERS = 60, ASKED = 40 };

static struct model m;
static struct sf_story story;

static void make(void) { model_make_fraud(&m, 9, CUSTOMERS, 0.45); }
static void unmake(void) { model_free(&m); }

TestSuite(own_law, .init = make, .fini = unmake);

static void begin(uint32_t customer) {
  sf_skeleton_build(&m.skeleton, customer);
  story = (struct sf_story){.skeleton = &m.skeleton, .honest = m.skeleton.events};
}

static bool is_asked_for(const struct sf_event *event, const struct sf_own_query *query) {
  const uint32_t types = query->types ? query->types : 1u << SF_TRANSACTION_TYPE_PURCHASE;
  return !event->fail && event->amount_rule != SF_AMOUNT_OF_EVENT &&
         event->amount_rule != SF_AMOUNT_STATEMENT &&
         !(event->flags & (SF_EVENT_PENDING | SF_EVENT_REVERSED)) && types >> event->type & 1 &&
         (!query->modes || query->modes >> event->mode & 1) &&
         (!query->channels || query->channels >> event->channel & 1) &&
         (!query->debit || event->direction == SF_DIRECTION_DEBIT) && event->time >= query->after &&
         (!query->before || event->time < query->before);
}

static struct sf_own_query query_of(uint32_t u) {
  const uint32_t days = (uint32_t)m.world->config.days;
  return (struct sf_own_query){
      .types = u & 1 ? sf_redraw(u, 1) & ((1u << SF_TRANSACTION_TYPE_COUNT) - 1) : 0,
      .modes = u & 2 ? 1u << sf_below(sf_redraw(u, 2), SF_PAYMENT_MODE_COUNT) : 0,
      .channels = u & 4 ? 1u << sf_below(sf_redraw(u, 3), SF_CHANNEL_COUNT) : 0,
      .after = u & 8 ? sf_below(sf_redraw(u, 4), days) * SF_DAY : 0,
      .before = u & 16 ? (1 + sf_below(sf_redraw(u, 5), days)) * SF_DAY : 0,
      .debit = u & 32,
  };
}

Test(own_law, an_event_is_found_that_matches_or_there_is_none) {
  uint32_t found = 0, missed = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    begin(customer);
    for (uint32_t i = 0; i < ASKED; i++) {
      const uint32_t u = sf_redraw(customer, 100 + i);
      const struct sf_own_query query = query_of(u);
      const uint32_t own = sf_own_event(&story, &query, u);
      uint32_t matching = 0;
      for (uint32_t e = 0; e < story.honest; e++) {
        matching += is_asked_for(&m.skeleton.event[e], &query);
      }
      cr_assert((own == SF_NO_EVENT) == (matching == 0), "customer %u, query %u", customer, i);
      cr_assert(own == SF_NO_EVENT || is_asked_for(&m.skeleton.event[own], &query));
      *(own == SF_NO_EVENT ? &missed : &found) += 1;
    }
  }
  cr_expect(found > 100 && missed > 100, "%u found, %u not", found, missed);
}

static int by_size(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

Test(own_law, the_median_is_that_of_amounts_one_by_one) {
  uint32_t medians = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    begin(customer);
    const uint32_t before = 170 * SF_DAY;
    for (uint8_t type = 0; type < SF_TRANSACTION_TYPE_COUNT; type++) {
      static int64_t paise[4096];
      uint32_t count = 0;
      for (uint32_t e = 0; e < story.honest && count < 4096; e++) {
        const struct sf_event *event = &m.skeleton.event[e];
        if (event->type == type && event->time < before) {
          paise[count++] = sf_event_paise(&m.skeleton, event);
        }
      }
      const int64_t median = sf_own_median(&story, type, before);
      qsort(paise, count, sizeof *paise, by_size);
      if (count > 127) {
        // Of a sample: between the outer tenths of all.
        cr_assert(median >= paise[count / 10] && median <= paise[count - count / 10]);
      } else {
        cr_assert_eq(median, count ? paise[count / 2] : 0);
      }
      medians += median != 0;
    }
  }
  cr_expect(medians > CUSTOMERS);
}

// Days on which the own transfers by UPI leave room, against the events one by one.
Test(own_law, days_with_room_by_upi) {
  enum { ASKED_DAYS = 14 };
  uint32_t with_room = 0, without = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    begin(customer);
    const uint32_t last = (uint32_t)m.world->config.days - ASKED_DAYS;
    for (uint32_t day = 0; day <= last; day += ASKED_DAYS) {
      const uint32_t days = sf_own_upi_days(&story, day, ASKED_DAYS);
      cr_assert_eq(days >> ASKED_DAYS, 0);
      for (uint32_t d = 0; d < ASKED_DAYS; d++) {
        const struct sf_own_query query = {.types = 1u << SF_TRANSACTION_TYPE_TRANSFER,
                                           .modes = 1u << SF_PAYMENT_MODE_UPI,
                                           .after = (day + d) * SF_DAY,
                                           .before = (day + d + 1) * SF_DAY,
                                           .debit = true};
        int64_t paise = 0;
        uint32_t payments = 0;
        for (uint32_t e = 0; e < story.honest; e++) {
          const struct sf_event *event = &m.skeleton.event[e];
          const bool counts = is_asked_for(event, &query);
          paise += counts ? event->paise : 0;
          payments += counts;
        }
        const bool room = paise <= SF_UPI_OWN_PAISE && payments <= SF_UPI_OWN_PAYMENTS;
        cr_assert_eq(days >> d & 1, room);
        with_room += room;
        without += !room;
      }
    }
  }
  cr_assert(with_room > 1000 && without > 10, "%u days, %u without", with_room, without);
}

Test(own_law, the_last_till_of_two_hours_is_found) {
  uint32_t found = 0, none = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    begin(customer);
    for (uint32_t i = 0; i < ASKED && story.honest; i++) {
      const uint32_t e = sf_below(sf_redraw(customer, 300 + i), story.honest);
      const uint32_t time = m.skeleton.event[e].time + sf_below(sf_redraw(customer, 400 + i), 7000);
      const struct sf_own_query query = {
          .channels = 1u << SF_CHANNEL_POS, .after = time > 7200 ? time - 7200 : 0, .before = time};
      uint32_t last = 0;
      for (uint32_t j = 0; j < story.honest; j++) {
        const struct sf_event *event = &m.skeleton.event[j];
        last = is_asked_for(event, &query) && event->time > last ? event->time : last;
      }
      const uint32_t till = sf_own_last_till(&story, time);
      cr_assert_eq(till == SF_NO_EVENT ? 0 : m.skeleton.event[till].time, last);
      found += till != SF_NO_EVENT;
      none += till == SF_NO_EVENT;
    }
  }
  cr_assert(found > 300 && none > 300, "%u, %u", found, none);
}

// Where the customer is then, and still is `later`.
static bool stays(uint32_t time, uint32_t later) {
  bool moving, moving_later;
  const struct sf_trip *trip = sf_skeleton_trip_at(&m.skeleton, time, &moving);
  return trip == sf_skeleton_trip_at(&m.skeleton, later, &moving_later) && !moving && !moving_later;
}

Test(own_law, a_story_walks_from_till_to_till_as_people_do) {
  const uint32_t end = (uint32_t)m.world->config.days * SF_DAY;
  uint32_t put_off = 0, in_time = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    for (uint32_t i = 0; i < ASKED; i++) {
      begin(customer);
      const uint32_t e = sf_below(sf_redraw(customer, 500 + i), story.honest + 1);
      const uint32_t kind = sf_below(sf_redraw(customer, 600 + i), SF_SUBCATEGORY_COUNT);
      const uint32_t time =
          e < story.honest ? m.skeleton.event[e].time + 30 + (customer & 511) : end - 1;
      if (time >= end || !sf_subcategories[kind].brick) {
        continue;
      }
      const uint32_t before = sf_own_last_till(&story, time);
      story.first_event = m.skeleton.events;
      struct sf_event *event =
          sf_story_purchase_here(&story, time, SF_ROLE_CASH_OUT, (uint8_t)kind);
      if (!event || event->channel != SF_CHANNEL_POS || before == SF_NO_EVENT) {
        continue;
      }
      sf_story_walk(&story, event);
      const struct sf_event *last = &m.skeleton.event[before];
      const uint32_t earliest =
          last->time + sf_walk_seconds(&m.skeleton, last->merchant, event->merchant);
      const bool free = earliest < end && stays(time, earliest);
      cr_assert_eq(event->time, earliest > time && free ? earliest : time);
      cr_assert(story.end > event->time);
      put_off += event->time > time;
      in_time += event->time == time;
    }
  }
  cr_assert(put_off > 50 && in_time > 5, "%u, %u", put_off, in_time);
}

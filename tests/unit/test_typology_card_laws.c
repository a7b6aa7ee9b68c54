#include "card_stories.h"

// The laws of cloned, stolen and tested cards, of goods sent to a drop and of payments sent
// again, at both ends of camouflage.

// Card cloning.

static void check_clones(struct model *m) {
  const struct sf_event *first = row(m, 0);
  const uint8_t mode = first->mode;
  uint32_t told = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->role == SF_ROLE_SETUP) {  // the ticket of a traveller
      cr_assert(story.twin && event->subcategory == SF_SUBCATEGORY_FLIGHT);
      continue;
    }
    cr_assert_eq(event->channel, SF_CHANNEL_POS);
    cr_assert_eq(event->mode, mode);
    if (is_told(event)) {
      told++;
      const uint8_t home = m->skeleton.customer.city;
      const uint8_t city = sf_merchant_get(&m->cache, &m->world->merchants, event->merchant)->city;
      count[0]++;
      count[1] += m->world->laws.distance_km[home][city] >= 500;
      count[2] += event->proof == 1 + SF_AUTH_METHOD_SIGNATURE;
    }
  }
  cr_assert(told <= 8 && (told >= 2 || story.reported));
  count[3] += story.fires > 0;
  cr_assert(story.twin || !story.suppressed, "the owner goes on");
  cr_assert_eq(story.blocked != 0, !story.twin);
}

Test(cards, clones_pay_far_away) {
  uint32_t told = check_at(BRAZEN, SF_TYPOLOGY_CARD_CLONING, false, check_clones);
  cr_assert(count[1] * 10 > count[0] * 7 && count[3] * 10 > told * 6, "%u of %u; %u of %u",
            count[1], count[0], count[3], told);
  cr_assert(count[2] * 10 > count[0] && count[2] * 10 < count[0] * 4);
  told = check_at(CAMOUFLAGED, SF_TYPOLOGY_CARD_CLONING, false, check_clones);
  cr_assert(count[1] * 10 < count[0] * 4 && count[3] * 10 < told, "%u of %u; %u of %u", count[1],
            count[0], count[3], told);
  told = check_at(BRAZEN, SF_TYPOLOGY_CARD_CLONING, true, check_clones);
  cr_assert(count[3] * 10 > told * 6 && count[2] == 0, "%u of %u", count[3], told);
}

// Stolen cards.

// Card rows of the owner that happen between two times.
static uint32_t owners_rows(const struct model *m, uint32_t from, uint32_t to) {
  uint32_t rows = 0;
  for (uint32_t e = 0; e < story.honest; e++) {
    const struct sf_event *event = &m->skeleton.event[e];
    rows += SF_CARD_MODES >> event->mode & 1 && event->type == SF_TRANSACTION_TYPE_PURCHASE &&
            event->time >= from && event->time <= to && !(event->flags & SF_EVENT_SUPPRESSED);
  }
  return rows;
}

static void check_stolen(struct model *m) {
  const struct sf_event *first = row(m, 0);
  uint32_t last = first->time;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    cr_assert(event->channel == SF_CHANNEL_POS && event->mode == SF_PAYMENT_MODE_CREDIT_CARD);
    cr_assert(i == 0 || !fires(event), "after the first row the card is not silent");
    last = is_told(event) ? event->time : last;
    const double paise = (double)sf_event_paise(&m->skeleton, event);
    count[1] += is_told(event) && i > 0 && paise > 900000;
    count[0] += is_told(event) && i > 0;
  }
  if (!story.twin) {
    cr_assert_eq(owners_rows(m, first->time, last), 0);
  }
  if (fires(first)) {
    cr_assert_eq(owners_rows(m, first->time - 10 * SF_DAY, first->time), 0);
    cr_assert(sf_card_amount_above(&story, first, 3));
  }
  count[2] += fires(first);
  count[3] += first->proof == 1 + SF_AUTH_METHOD_CONTACTLESS;
}

Test(cards, stolen_cards_were_silent) {
  for (int twin = 0; twin < 2; twin++) {
    uint32_t told = check_at(BRAZEN, SF_TYPOLOGY_STOLEN_CARD, twin, check_stolen);
    cr_assert(count[2] * 10 > told * 8 && count[3] * 10 > told * 7, "%u, %u of %u", count[2],
              count[3], told);
    cr_assert(count[1] * 10 > count[0] * 7, "%u of %u dear", count[1], count[0]);
    told = check_at(CAMOUFLAGED, SF_TYPOLOGY_STOLEN_CARD, twin, check_stolen);
    cr_assert(count[2] * 10 < told * 7 && count[1] * 10 < count[0] * 4, "%u of %u; %u of %u",
              count[2], told, count[1], count[0]);
  }
}

// Card testing.

static void check_tests(struct model *m) {
  const struct sf_event *first = row(m, 0), *large = NULL;
  uint32_t tests = 0, small = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->leg) {
      continue;  // the card itself is stolen later
    }
    if (event->role == SF_ROLE_TEST) {
      uint32_t near = 0;
      for (uint32_t j = 0; j <= i; j++) {
        near +=
            row(m, j)->time + 3600 > event->time && sf_event_paise(&m->skeleton, row(m, j)) < 10000;
      }
      cr_assert_eq(fires(event), near >= 3);
      cr_assert(!large, "tests come first");
      cr_assert(event->merchant == first->merchant && event->device == first->device);
      tests++;
      small += sf_event_paise(&m->skeleton, event) < 10000;
      count[0]++;
      count[1] += event->fail != 0;
    } else {
      cr_assert_eq(event->role, SF_ROLE_CASH_OUT);
      cr_assert(is_online(event) && !fires(event));
      cr_assert(large || event->time < row(m, tests - 1)->time + SF_DAY);
      large = large ? large : event;
    }
  }
  cr_assert(large && tests >= 2 && tests <= 20);
  count[2] += small == tests;
  count[3] += first->device == SF_DEVICE_FOREIGN;
  cr_assert(!story.twin || first->device != SF_DEVICE_FOREIGN);
}

Test(cards, cards_are_tested_with_small_sums) {
  uint32_t told = check_at(BRAZEN, SF_TYPOLOGY_CARD_TESTING, false, check_tests);
  cr_assert(count[2] * 10 > told * 8 && count[3] * 10 > told * 8, "%u, %u of %u", count[2],
            count[3], told);
  cr_assert(count[1] * 2 > count[0], "%u of %u declined", count[1], count[0]);
  told = check_at(CAMOUFLAGED, SF_TYPOLOGY_CARD_TESTING, false, check_tests);
  cr_assert(count[1] * 4 < count[0], "%u of %u declined", count[1], count[0]);
  cr_assert(count[2] * 10 < told * 4, "%u of %u", count[2], told);
  told = check_at(BRAZEN, SF_TYPOLOGY_CARD_TESTING, true, check_tests);
  cr_assert(count[2] * 10 > told * 8 && count[1] * 2 < count[0]);
}

static uint32_t tester(struct model *m) { return row(m, 0)->merchant; }

Test(cards, a_ring_tests_at_one_merchant) {
  uint32_t members;
  const uint32_t most = share_in_ring(SF_TYPOLOGY_CARD_TESTING, tester, &members);
  cr_assert(members > 50 && most * 10 > members * 7, "%u of %u", most, members);
}

// Shipping fraud.

static void check_orders(struct model *m) {
  uint8_t city = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    cr_assert(is_online(event));
    cr_assert(!event->delivery || !city || event->delivery == city, "one drop");
    cr_assert_neq(event->delivery, m->skeleton.customer.city);
    cr_assert_eq(fires(event), event->delivery && sf_event_paise(&m->skeleton, event) > 1000000);
    city = event->delivery ? event->delivery : city;
    count[0]++;
    count[1] += event->delivery != 0;
    count[2] += sf_event_paise(&m->skeleton, event) > 1000000;
    count[3] += event->device == SF_DEVICE_FOREIGN;
  }
  cr_assert(!story.twin || (city && story.rows <= 6));
}

Test(cards, goods_go_to_a_drop) {
  check_at(BRAZEN, SF_TYPOLOGY_SHIPPING_FRAUD, false, check_orders);
  cr_assert(count[1] * 10 > count[0] * 6 && count[2] * 10 > count[0] * 6 && count[3] > 0,
            "%u, %u of %u", count[1], count[2], count[0]);
  check_at(CAMOUFLAGED, SF_TYPOLOGY_SHIPPING_FRAUD, false, check_orders);
  cr_assert(count[1] * 10 < count[0] * 6 && count[2] * 10 < count[0] * 2, "%u, %u of %u", count[1],
            count[2], count[0]);
  check_at(BRAZEN, SF_TYPOLOGY_SHIPPING_FRAUD, true, check_orders);
  cr_assert(count[1] == count[0] && count[3] == 0, "%u of %u", count[1], count[0]);
}

static uint32_t drop(struct model *m) {
  for (uint32_t i = 0; i < story.rows; i++) {
    if (row(m, i)->delivery && sf_city_region(m->skeleton.customer.city) == SF_REGION_WEST) {
      return row(m, i)->delivery;
    }
  }
  return 0;
}

Test(cards, a_ring_of_a_region_has_one_drop) {
  uint32_t members;
  const uint32_t most = share_in_ring(SF_TYPOLOGY_SHIPPING_FRAUD, drop, &members);
  cr_assert(members > 50 && most == members, "%u of %u", most, members);
}

// Transaction replay.

static void check_copies(struct model *m) {
  const struct sf_event *of = &m->skeleton.event[row(m, 0)->link];
  const struct sf_event *before = of;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    const double ratio =
        (double)sf_event_paise(&m->skeleton, event) / (double)sf_event_paise(&m->skeleton, before);
    const uint32_t gap = event->time - before->time;
    cr_assert(&m->skeleton.event[event->link] == of && of->time >= story.start);
    cr_assert(event->merchant == of->merchant && event->mode == of->mode);
    // Within 6.2 % of the payment, and of each other within 13.2, but for whole rupees.
    cr_assert(fabs(ratio - 1) < 0.132 || sf_event_paise(&m->skeleton, event) < 10000);
    cr_assert(event->time > before->time && gap <= 5400);
    cr_assert_eq(fires(event), gap < 900 && ratio > 0.98 && ratio < 1.02);
    count[0]++;
    count[1] += ratio == 1;
    count[2] += gap < 300;
    count[3] += event->device != of->device || event->channel != of->channel;
    before = event;
  }
  cr_assert(story.rows <= (story.twin ? 2u : 3u));
}

Test(cards, payments_are_sent_again_within_minutes) {
  check_at(BRAZEN, SF_TYPOLOGY_TRANSACTION_REPLAY, false, check_copies);
  cr_assert(count[1] * 10 > count[0] * 4 && count[1] < count[0], "%u of %u", count[1], count[0]);
  cr_assert(count[2] * 10 > count[0] * 6 && count[3] * 20 > count[0], "%u, %u of %u", count[2],
            count[3], count[0]);
  check_at(CAMOUFLAGED, SF_TYPOLOGY_TRANSACTION_REPLAY, false, check_copies);
  cr_assert(count[2] * 10 < count[0] * 4, "%u of %u", count[2], count[0]);
  check_at(BRAZEN, SF_TYPOLOGY_TRANSACTION_REPLAY, true, check_copies);
  cr_assert(count[1] * 10 > count[0] * 8 && count[3] == 0, "%u of %u", count[1], count[0]);
}

#include "kernels/activity/rails.h"
#include "kernels/fraud/role.h"
#include "told_story.h"

// Stories of accounts taken over, colluding shops, invented people, bust-outs and collectors
// of points, told to some hundred customers at both ends of camouflage.

#define CUSTOMERS 400u
#define DAYS 180u
#define BRAZEN 0.05
#define CAMOUFLAGED 0.95

static const enum sf_typology typologies[] = {
    SF_TYPOLOGY_ACCOUNT_TAKEOVER, SF_TYPOLOGY_MERCHANT_COLLUSION, SF_TYPOLOGY_SYNTHETIC_IDENTITY,
    SF_TYPOLOGY_FIRST_PARTY_FRAUD, SF_TYPOLOGY_LOYALTY_ABUSE};
#define TYPOLOGIES (sizeof typologies / sizeof typologies[0])

static bool tell(struct model *m, uint32_t customer, enum sf_typology typology, bool twin,
                 const struct sf_membership *member) {
  return tell_nth(m, customer, typology, twin, 0, member);
}

static uint32_t each(struct model *m, enum sf_typology typology, bool twin,
                     void (*check)(struct model *m)) {
  uint32_t told = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    if (tell(m, customer, typology, twin, NULL)) {
      told++;
      check(m);
    }
  }
  return told;
}

// Tells a typology at a mean camouflage, checks its rows, and returns how often it was told.
static uint32_t check_at(double difficulty, enum sf_typology typology, bool twin,
                         void (*check)(struct model *m)) {
  struct model m;
  model_make_fraud(&m, 3, CUSTOMERS, difficulty);
  const uint32_t told = each(&m, typology, twin, check);
  model_free(&m);
  return told;
}

static bool is_online(const struct sf_event *event) {
  return event->channel == SF_CHANNEL_MOBILE || event->channel == SF_CHANNEL_ONLINE;
}

static void check_row(struct model *m, const struct sf_event *event) {
  const struct sf_customer *customer = &m->skeleton.customer;
  const int32_t day = m->world->config.start_day + (int32_t)(event->time / SF_DAY);
  cr_assert(event->time >= (uint32_t)m->skeleton.first_day * SF_DAY);
  cr_assert(event->time < DAYS * SF_DAY);
  cr_assert(event->time >= story.start && event->time < story.end);
  cr_assert(sf_event_paise(&m->skeleton, event) > 0);
  cr_assert_eq(event->story, 1);
  if (event->merchant) {
    const struct sf_merchant *shop =
        sf_merchant_get(&m->cache, &m->world->merchants, event->merchant);
    cr_assert(sf_merchant_open(shop, day));
    cr_assert_eq(event->subcategory, shop->subcategory);
    if (event->direction == SF_DIRECTION_DEBIT) {
      cr_assert(event->channel == SF_CHANNEL_POS || shop->accepts_online);
    }
    cr_assert(event->channel != SF_CHANNEL_POS || shop->type != SF_MERCHANT_TYPE_ONLINE_ONLY);
  }
  cr_assert(event->mode != SF_PAYMENT_MODE_CREDIT_CARD || customer->credit_limit > 0);
  cr_assert(event->mode != SF_PAYMENT_MODE_CASH || event->channel == SF_CHANNEL_POS);
  cr_assert_eq(event->instrument, sf_instrument_of(event->mode));
  const bool attended = !(event->flags & SF_EVENT_UNATTENDED);
  cr_assert(!attended || !is_online(event) || event->device, "an online row without a device");
  cr_assert(attended || !event->device);
  cr_assert(
      event->device != SF_DEVICE_FOREIGN || is_online(event) || event->mode == SF_PAYMENT_MODE_UPI,
      "a till's code is scanned");
  // Only phones pay by UPI and wallet.
  const bool by_phone = event->mode == SF_PAYMENT_MODE_UPI || event->mode == SF_PAYMENT_MODE_WALLET;
  cr_assert(!attended || !by_phone || event->channel != SF_CHANNEL_ONLINE);
  cr_assert(!(event->flags & SF_EVENT_DELIVERED) || is_online(event));
}

static void check_rows(struct model *m) {
  uint32_t fraud = 0, fires = 0;
  int64_t debits = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    check_row(m, event);
    const bool is_fraud = sf_role_is_fraud(event->role);
    fraud += is_fraud;
    fires += event->flags & SF_EVENT_FIRES ? 1u : 0u;
    if (is_fraud && !event->leg && event->direction == SF_DIRECTION_DEBIT &&
        event->fail != SF_RESPONSE_CODE_RISK_DECLINED) {
      debits += sf_event_paise(&m->skeleton, event);
    }
    cr_assert(!story.twin || event->role == SF_ROLE_NONE);
  }
  cr_assert_eq(story.fraud_rows[0] + story.fraud_rows[1], fraud);
  cr_assert_eq(story.fires, fires);
  cr_assert_eq(fraud == 0, story.twin);
  cr_assert((debits > 0) != story.twin);
}

static void check_all(double difficulty) {
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    for (int twin = 0; twin < 2; twin++) {
      cr_assert(check_at(difficulty, typologies[t], twin, check_rows) > 0);
    }
  }
}

Test(accounts, rows_are_possible_when_brazen) { check_all(BRAZEN); }
Test(accounts, rows_are_possible_when_camouflaged) { check_all(CAMOUFLAGED); }

// Of the customers with a weight, and for invented people of the new accounts.
Test(accounts, most_candidates_can_be_told) {
  struct model m;
  model_make_fraud(&m, 11, 2000, 0.45);
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    const struct sf_typology_row *typology = &sf_typologies[typologies[t]];
    uint32_t asked = 0, told = 0;
    double weight = 0;
    for (uint32_t customer = 1; customer <= 2000; customer++) {
      sf_skeleton_begin(&m.skeleton, customer);
      const uint32_t own = typology->weight(&m.skeleton.customer);
      weight += own / 65536.0 / 2000;
      const bool is_new = m.skeleton.customer.core.open_day > MODEL_START;
      if (own && (typologies[t] == SF_TYPOLOGY_SYNTHETIC_IDENTITY ? is_new : customer <= 300)) {
        asked++;
        told += tell(&m, customer, typologies[t], false, NULL);
      }
    }
    cr_expect(weight > 0.8 && weight < 1.2, "%s: weight %g", typology->name, weight);
    // A new account must be three weeks old first.
    const uint32_t least = typologies[t] == SF_TYPOLOGY_SYNTHETIC_IDENTITY ? 50 : 70;
    cr_expect(asked > 20 && told * 100 >= asked * least, "%s: %u of %u told", typology->name, told,
              asked);
  }
  model_free(&m);
}

Test(accounts, rows_are_as_many_as_the_table_says) {
  struct model m;
  model_make_fraud(&m, 13, 4000, 0.45);
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    double rows = 0, told = 0;
    for (uint32_t customer = 1; customer <= 4000 && told < 400; customer++) {
      sf_skeleton_begin(&m.skeleton, customer);
      if (sf_typologies[typologies[t]].weight(&m.skeleton.customer) &&
          tell(&m, customer, typologies[t], false, NULL)) {
        rows += story.fraud_rows[0];
        told++;
      }
    }
    const double ratio = rows / told / sf_typologies[typologies[t]].rows;
    cr_expect(ratio > 0.85 && ratio < 1.15, "%s: %g of the rows", sf_typologies[typologies[t]].name,
              ratio);
  }
  model_free(&m);
}

Test(accounts, is_told_twice_alike) {
  struct model m;
  model_make_fraud(&m, 5, CUSTOMERS, 0.45);
  static struct sf_event first[SF_STORY_ROWS_MAX];
  uint32_t told = 0;
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    for (uint32_t customer = 1; customer <= 120; customer++) {
      for (int twin = 0; twin < 2; twin++) {
        if (!tell(&m, customer, typologies[t], twin, NULL)) {
          continue;
        }
        const uint32_t rows = story.rows;
        memcpy(first, row(&m, 0), rows * sizeof *first);
        cr_assert(tell(&m, customer, typologies[t], twin, NULL));
        cr_assert_eq(story.rows, rows);
        for (uint32_t i = 0; i < rows; i++) {
          cr_assert_eq(memcmp(&first[i], row(&m, i), EVENT_BYTES), 0);
        }
        told++;
      }
    }
  }
  cr_assert(told > 300);
  model_free(&m);
}

// What the plan has listed, the generation tells, whatever the rings have become.
Test(accounts, stories_are_as_listed_in_any_ring) {
  struct model m;
  model_make_fraud(&m, 7, 3000, 0.45);
  static struct sf_candidates list;
  uint32_t told = 0, coordinated = 0;
  for (uint32_t customer = 1; customer <= 3000; customer++) {
    begin(&m, customer);
    sf_stories_list(&m.skeleton, &story, &list);
    for (uint32_t i = 0; i < list.nominations; i++) {
      const struct sf_nomination *n = &list.nomination[i];
      const enum sf_typology typology = sf_number_typology(n->candidate.number);
      const bool own =
          typology == SF_TYPOLOGY_ACCOUNT_TAKEOVER || typology == SF_TYPOLOGY_MERCHANT_COLLUSION ||
          typology == SF_TYPOLOGY_SYNTHETIC_IDENTITY || typology == SF_TYPOLOGY_LOYALTY_ABUSE;
      const struct sf_membership member = {.key = n->key,
                                           .ring = n->key ^ 0x123456789abcdefu,
                                           .candidate = n->candidate,
                                           .ring_id = 5,
                                           .size = 17,
                                           .position = 11,
                                           .start = n->candidate.start,
                                           .end = n->candidate.end,
                                           .merchant = n->merchant,
                                           .camouflage = n->camouflage};
      const struct sf_assignment assignment = {.candidate = n->candidate, .member = &member};
      if (own) {
        const uint32_t honest = begin(&m, customer);
        cr_assert(sf_story_tell(&m.skeleton, honest, &assignment, 0, &story),
                  "customer %u, story %x", customer, n->candidate.number);
        cr_assert_eq(story.start, n->candidate.start);
        cr_assert_eq(story.end, n->candidate.end);
        told++;
        coordinated += story.combination == SF_COMBINATION_COORDINATED;
        begin(&m, customer);
      }
    }
  }
  cr_assert(told > 500 && coordinated > 5, "%u told, %u coordinated", told, coordinated);
  model_free(&m);
}

// Account takeover.

static uint32_t nights, away;

// Whether the rows that may be are on the thief's device.
static bool is_foreign(struct model *m) {
  bool foreign = false;
  for (uint32_t i = 0; i < story.rows; i++) {
    foreign = foreign || (!row(m, i)->leg && row(m, i)->device == SF_DEVICE_FOREIGN);
  }
  return foreign;
}

static void check_takeover(struct model *m) {
  const bool foreign = is_foreign(m);
  const uint16_t trip = row(m, 0)->trip;
  uint32_t takings = 0;
  int64_t by_upi = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->leg) {
      continue;  // of a mule account that it leads to
    }
    // By UPI a new device moves little, and the owner's phone pays for a thief's computer.
    const bool upi = event->mode == SF_PAYMENT_MODE_UPI;
    cr_assert(upi || is_online(event));
    by_upi += upi && !event->fail ? sf_event_paise(&m->skeleton, event) : 0;
    cr_assert(!foreign || by_upi <= SF_UPI_NEW_DEVICE);
    cr_assert(upi || (event->device == SF_DEVICE_FOREIGN) == foreign);
    cr_assert(event->role == SF_ROLE_TEST || event->role == SF_ROLE_CASH_OUT);
    cr_assert(event->role == SF_ROLE_CASH_OUT || !takings, "probes come first");
    takings += event->role == SF_ROLE_CASH_OUT;
    cr_assert(event->mode != SF_PAYMENT_MODE_IMPS || event->paise <= SF_IMPS_MOST);
    if (trip > m->skeleton.trips) {
      cr_assert_eq(event->trip, trip);
      cr_assert_neq(m->skeleton.trip[trip - 1].city, m->skeleton.customer.city);
    }
  }
  cr_assert(takings > 0);
  const uint32_t hour = row(m, 0)->time % SF_DAY / 3600;
  nights += hour >= 22 || hour < 5;
  away += trip > m->skeleton.trips;
}

Test(accounts, takeovers_come_by_night_from_elsewhere) {
  uint32_t told = check_at(BRAZEN, SF_TYPOLOGY_ACCOUNT_TAKEOVER, false, check_takeover);
  cr_assert(nights * 10 > told * 8 && away * 10 > told * 4, "%u, %u of %u", nights, away, told);
  nights = away = 0;
  told = check_at(CAMOUFLAGED, SF_TYPOLOGY_ACCOUNT_TAKEOVER, false, check_takeover);
  cr_assert(nights * 10 < told * 3 && away * 10 < told, "%u, %u of %u", nights, away, told);
}

static uint32_t later;

static void check_new_device(struct model *m) {
  const struct sf_event *first = NULL;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->device == SF_DEVICE_FOREIGN) {
      first = first ? first : event;
      later += event->time > first->time + SF_DAY;
    } else {
      cr_assert(!first || event->mode == SF_PAYMENT_MODE_UPI, "the device stays in use");
    }
    if (event->flags & SF_EVENT_FIRES) {
      cr_assert(first && event->time < first->time + SF_DAY);
    }
  }
  cr_assert(first);
}

Test(accounts, new_devices_stay_in_use) {
  const uint32_t told = check_at(0.45, SF_TYPOLOGY_ACCOUNT_TAKEOVER, true, check_new_device);
  cr_assert(later > told, "%u later rows of %u", later, told);
}

// Merchant collusion.

static uint32_t sales, under, refunds;

static void check_collusion(struct model *m) {
  const uint32_t shop = row(m, 0)->merchant;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    cr_assert_eq(event->merchant, shop);
    if (event->type == SF_TRANSACTION_TYPE_REFUND) {
      const struct sf_event *of = &m->skeleton.event[event->link];
      cr_assert(of->time < event->time && of->merchant == shop);
      cr_assert(sf_event_paise(&m->skeleton, event) <= of->paise);
      cr_assert(event->mode == of->mode || event->mode == SF_PAYMENT_MODE_UPI);
      refunds++;
      continue;
    }
    // Of the city's shops at the till, of the country's online.
    const struct sf_merchant *at = sf_merchant_get(&m->cache, &m->world->merchants, shop);
    const bool far = at->type == SF_MERCHANT_TYPE_ONLINE_ONLY;
    cr_assert_eq(is_online(event), far);
    cr_assert(far || event->channel == SF_CHANNEL_POS);
    const int64_t limit = event->paise < 1000000    ? 1000000
                          : event->paise < 5000000  ? 5000000
                          : event->paise < 20000000 ? 20000000
                                                    : 100000000;
    const bool just = limit - event->paise < 50000;
    cr_assert_eq(just, (event->flags & SF_EVENT_FIRES) != 0);
    cr_assert_neq(event->mode, SF_PAYMENT_MODE_CASH);
    sales++;
    under += just;
  }
}

Test(accounts, colluding_shops_book_just_under_limits) {
  check_at(BRAZEN, SF_TYPOLOGY_MERCHANT_COLLUSION, false, check_collusion);
  cr_assert(under * 10 > sales * 7 && refunds * 10 > sales * 2, "%u, %u of %u", under, refunds,
            sales);
  sales = under = refunds = 0;
  check_at(CAMOUFLAGED, SF_TYPOLOGY_MERCHANT_COLLUSION, false, check_collusion);
  cr_assert(under * 10 < sales * 2, "%u of %u", under, sales);
  sales = under = refunds = 0;
  check_at(BRAZEN, SF_TYPOLOGY_MERCHANT_COLLUSION, true, check_collusion);
  cr_assert(under * 10 > sales * 6 && refunds * 10 < sales, "%u, %u of %u", under, refunds, sales);
}

Test(accounts, a_ring_sells_at_one_shop) {
  struct model m;
  model_make_fraud(&m, 9, CUSTOMERS, BRAZEN);
  uint32_t shop = 0, members = 0;
  uint8_t city = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    const struct sf_membership member = {.key = 77, .ring = 77, .size = 9};
    sf_skeleton_begin(&m.skeleton, customer);
    city = city ? city : m.skeleton.customer.city;
    if (m.skeleton.customer.city == city && m.skeleton.first_day == 0 &&
        tell(&m, customer, SF_TYPOLOGY_MERCHANT_COLLUSION, false, &member)) {
      const struct sf_merchant *at =
          sf_merchant_get(&m.cache, &m.world->merchants, row(&m, 0)->merchant);
      // Those of other windows may have a newer one, and some rings a shop of the country.
      if (at->type != SF_MERCHANT_TYPE_ONLINE_ONLY && sf_merchant_open(at, MODEL_START)) {
        shop = shop ? shop : at->id;
        members += at->id == shop;
      }
    }
  }
  cr_assert(members > 3, "%u members", members);
  model_free(&m);
}

// Synthetic identity.

static void check_invented(struct model *m) {
  cr_assert(m->skeleton.customer.core.open_day > MODEL_START);
  uint32_t tidy = 0, last_tidy = 0;
  uint32_t first_use = UINT32_MAX;
  int64_t first = 0, last = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->role == SF_ROLE_SETUP) {
      cr_assert(!(event->flags & SF_EVENT_FIRES));
      last = sf_event_paise(&m->skeleton, event);
      first = tidy++ ? first : last;
      last_tidy = event->time > last_tidy ? event->time : last_tidy;
    } else {
      cr_assert_eq(event->role, SF_ROLE_CASH_OUT);
      cr_assert(event->mode != SF_PAYMENT_MODE_UPI && event->mode != SF_PAYMENT_MODE_CASH);
      first_use = event->time < first_use ? event->time : first_use;
    }
  }
  cr_assert(tidy >= 3 && last > first && last_tidy < first_use);
  cr_assert(first_use >= ((uint32_t)m->skeleton.first_day + 21) * SF_DAY);
}

Test(accounts, invented_people_are_tidy_until_they_use_their_credit) {
  struct model m;
  model_make_fraud(&m, 3, 2000, 0.3);
  uint32_t told = 0;
  for (uint32_t customer = 1; customer <= 2000; customer++) {
    if (tell(&m, customer, SF_TYPOLOGY_SYNTHETIC_IDENTITY, false, NULL)) {
      told++;
      check_invented(&m);
    }
  }
  cr_assert(told > 30, "%u told", told);
  model_free(&m);
}

// First-party fraud.

static uint32_t stopped;

static void check_bust_out(struct model *m) {
  uint32_t suppressed = 0;
  for (uint32_t e = 0; e < story.honest; e++) {
    const struct sf_event *event = &m->skeleton.event[e];
    if (event->flags & SF_EVENT_SUPPRESSED) {
      cr_assert_eq(event->amount_rule, SF_AMOUNT_STATEMENT);
      cr_assert(event->time >= story.start);
      suppressed++;
    } else if (story.suppressed && event->amount_rule == SF_AMOUNT_STATEMENT) {
      cr_assert(event->time < story.start, "a bill is paid after all");
    }
  }
  cr_assert_eq(suppressed, story.suppressed);
  cr_assert(!story.twin || !suppressed);
  stopped += suppressed > 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    cr_assert_eq(row(m, i)->mode, SF_PAYMENT_MODE_CREDIT_CARD);
  }
}

Test(accounts, bust_outs_are_not_repaid) {
  const uint32_t told = check_at(BRAZEN, SF_TYPOLOGY_FIRST_PARTY_FRAUD, false, check_bust_out);
  cr_assert(told > 20 && stopped * 10 > told * 7, "%u of %u", stopped, told);
  cr_assert(check_at(BRAZEN, SF_TYPOLOGY_FIRST_PARTY_FRAUD, true, check_bust_out) > 20);
}

Test(accounts, a_customer_goes_bust_once) {
  struct model m;
  model_make_fraud(&m, 3, CUSTOMERS, 0.45);
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    const uint32_t honest = begin(&m, customer);
    const struct sf_assignment again = {
        .candidate = {.customer = customer,
                      .number = sf_story_number(SF_TYPOLOGY_FIRST_PARTY_FRAUD, false, 1)}};
    cr_assert(!sf_story_tell(&m.skeleton, honest, &again, 0, &story));
    cr_assert_eq(m.skeleton.events, honest);
  }
  model_free(&m);
}

// Loyalty abuse.

static uint32_t bought, hit, redeemed;

static void check_collector(struct model *m) {
  uint32_t before = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    const struct sf_merchant *shop =
        sf_merchant_get(&m->cache, &m->world->merchants, event->merchant);
    cr_assert(shop->loyalty_programme);
    if (event->type == SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION) {
      cr_assert_eq(event->merchant, before);
      cr_assert(event->paise % 2500 == 0 && event->paise <= 50000);
      redeemed++;
      continue;
    }
    before = event->merchant;
    const int64_t paise = sf_event_paise(&m->skeleton, event);
    const bool near = llabs(paise - 50000) <= 5000 || llabs(paise - 100000) <= 5000 ||
                      llabs(paise - 200000) <= 5000;
    cr_assert(near || !(event->flags & SF_EVENT_FIRES));
    bought++;
    hit += near;
  }
}

Test(accounts, collectors_hit_the_thresholds) {
  check_at(BRAZEN, SF_TYPOLOGY_LOYALTY_ABUSE, false, check_collector);
  cr_assert(hit * 10 > bought * 8 && redeemed * 10 > bought, "%u, %u of %u", hit, redeemed, bought);
  bought = hit = redeemed = 0;
  check_at(CAMOUFLAGED, SF_TYPOLOGY_LOYALTY_ABUSE, false, check_collector);
  cr_assert(hit * 10 < bought * 3, "%u of %u", hit, bought);
}

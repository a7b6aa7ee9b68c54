#include "kernels/activity/rails.h"
#include "kernels/fraud/mule_ring.h"
#include "kernels/fraud/role.h"
#include "told_story.h"

// Stories of bursts, structuring, refunds, claims and mules, told to some hundred customers
// at both ends of camouflage.

#define CUSTOMERS 400u
#define STORIES 2u  // of each customer

static const enum sf_typology typologies[] = {
    SF_TYPOLOGY_VELOCITY_ABUSE, SF_TYPOLOGY_AMOUNT_MANIPULATION, SF_TYPOLOGY_REFUND_FRAUD,
    SF_TYPOLOGY_FRIENDLY_FRAUD, SF_TYPOLOGY_MULE_ACCOUNT};
#define TYPOLOGIES (sizeof typologies / sizeof typologies[0])

static bool tell(struct model *m, uint32_t customer, enum sf_typology typology, bool twin,
                 uint32_t i) {
  return tell_nth(m, customer, typology, twin, i, NULL);
}

// Calls `check` with every story of a typology, or of its twin, that can be told; returns
// their number.
static uint32_t each(struct model *m, enum sf_typology typology, bool twin,
                     void (*check)(struct model *m)) {
  uint32_t told = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    for (uint32_t i = 0; i < STORIES; i++) {
      if (tell(m, customer, typology, twin, i)) {
        told++;
        check(m);
      }
    }
  }
  return told;
}

// What holds for the rows of any story.
static void check_rows(struct model *m) {
  const struct sf_customer *customer = &m->skeleton.customer;
  uint32_t fraud = 0, fires = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    const int32_t day = m->world->config.start_day + (int32_t)(event->time / SF_DAY);
    cr_assert(event->time >= (uint32_t)m->skeleton.first_day * SF_DAY);
    cr_assert(event->time < 180 * SF_DAY);
    cr_assert(event->time >= story.start && event->time < story.end);
    cr_assert(sf_event_paise(&m->skeleton, event) > 0);
    cr_assert_eq(event->story, 1);
    fraud += sf_role_is_fraud(event->role);
    fires += event->flags & SF_EVENT_FIRES ? 1u : 0u;
    if (event->merchant) {
      const struct sf_merchant *shop =
          sf_merchant_get(&m->cache, &m->world->merchants, event->merchant);
      cr_assert(sf_merchant_open(shop, day));
      cr_assert_eq(event->subcategory, shop->subcategory);
      cr_assert(event->channel == SF_CHANNEL_POS || shop->accepts_online);
      cr_assert(event->channel != SF_CHANNEL_POS || shop->type != SF_MERCHANT_TYPE_ONLINE_ONLY);
    }
    if (event->mode == SF_PAYMENT_MODE_CREDIT_CARD) {
      cr_assert(customer->credit_limit > 0);
    }
    cr_assert_eq(event->instrument, sf_instrument_of(event->mode));
    const bool attended = !(event->flags & SF_EVENT_UNATTENDED);
    const bool online = event->channel == SF_CHANNEL_MOBILE || event->channel == SF_CHANNEL_ONLINE;
    cr_assert(!attended || !online || event->device, "an online row without a device");
    cr_assert(attended || !event->device);
  }
  cr_assert_eq(story.fraud_rows[0], story.twin ? 0 : fraud);
  cr_assert_eq(story.fires, fires);
  cr_assert(story.twin || fraud > 0);
}

static void check_all(double difficulty) {
  struct model m;
  model_make_fraud(&m, 3, CUSTOMERS, difficulty);
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    for (int twin = 0; twin < 2; twin++) {
      const uint32_t told = each(&m, typologies[t], twin, check_rows);
      cr_assert(told * 10 > CUSTOMERS * STORIES * 7, "%s: told %u",
                sf_typologies[typologies[t]].name, told);
    }
  }
  model_free(&m);
}

Test(behaviour, rows_are_possible_when_brazen) { check_all(0.05); }
Test(behaviour, rows_are_possible_when_camouflaged) { check_all(0.95); }

Test(behaviour, is_told_twice_alike) {
  struct model m;
  model_make_fraud(&m, 5, CUSTOMERS, 0.45);
  static struct sf_event first[SF_STORY_ROWS_MAX];
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    for (uint32_t customer = 1; customer <= 60; customer++) {
      for (int twin = 0; twin < 2; twin++) {
        if (!tell(&m, customer, typologies[t], twin, 0)) {
          continue;
        }
        const uint32_t rows = story.rows, fires = story.fires;
        memcpy(first, row(&m, 0), rows * sizeof *first);
        cr_assert(tell(&m, customer, typologies[t], twin, 0));
        cr_assert_eq(story.rows, rows);
        cr_assert_eq(story.fires, fires);
        for (uint32_t i = 0; i < rows; i++) {
          cr_assert_eq(memcmp(&first[i], row(&m, i), EVENT_BYTES), 0);
        }
      }
    }
  }
  model_free(&m);
}

Test(behaviour, stories_are_as_listed) {
  struct model m;
  model_make_fraud(&m, 7, CUSTOMERS, 0.45);
  static struct sf_candidates list;
  uint32_t told = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    const uint32_t honest = begin(&m, customer);
    sf_stories_list(&m.skeleton, &story, &list);
    cr_assert_eq(m.skeleton.events, honest);
    for (uint32_t s = 0; s < list.singles; s++) {
      const uint32_t typology = sf_number_typology(list.single[s].number);
      for (uint32_t t = 0; t < TYPOLOGIES; t++) {
        if (typology == typologies[t]) {
          const struct sf_assignment assignment = {.candidate = list.single[s]};
          begin(&m, customer);
          cr_assert(sf_story_tell(&m.skeleton, honest, &assignment, 0, &story));
          told++;
        }
      }
    }
  }
  cr_assert(told > 200, "%u", told);
  model_free(&m);
}

Test(behaviour, weights_average_one) {
  struct model m;
  model_make_fraud(&m, 9, 4000, 0.45);
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    double sum = 0;
    for (uint32_t customer = 1; customer <= 4000; customer++) {
      struct sf_customer who;
      sf_customer_at(&m.world->population, customer, &who);
      sum += sf_typologies[typologies[t]].weight(&who) / 65536.0;
    }
    cr_assert(sum / 4000 > 0.8 && sum / 4000 < 1.2, "%s: %g", sf_typologies[typologies[t]].name,
              sum / 4000);
  }
  model_free(&m);
}

// velocity_abuse

static uint32_t bursts, quick;

static void check_burst(struct model *m) {
  cr_assert(story.rows >= 5 && story.rows <= 40);
  uint32_t best = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    uint32_t near = 0;
    for (uint32_t j = 0; j < story.rows; j++) {
      near += row(m, j)->time <= row(m, i)->time && row(m, j)->time + 3600 >= row(m, i)->time;
    }
    best = near > best ? near : best;
    cr_assert_eq(row(m, i)->direction, SF_DIRECTION_DEBIT);
  }
  cr_assert(best < 5 || story.fires > 0);
  bursts++;
  quick += best >= 5;
}

Test(behaviour, brazen_bursts_lie_within_an_hour) {
  struct model m;
  for (int end = 0; end < 2; end++) {
    model_make_fraud(&m, 11, CUSTOMERS, end ? 0.95 : 0.05);
    bursts = quick = 0;
    each(&m, SF_TYPOLOGY_VELOCITY_ABUSE, false, check_burst);
    cr_assert(end ? quick * 10 < bursts * 8 : quick * 10 > bursts * 8, "%u of %u", quick, bursts);
    model_free(&m);
  }
}

// amount_manipulation

static uint32_t parts, just_below;

static void check_parts(struct model *m) {
  const bool cash = row(m, story.rows - 1)->mode == SF_PAYMENT_MODE_CASH;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->role != SF_ROLE_CASH_OUT) {
      cr_assert_eq(event->role, SF_ROLE_SETUP);
      cr_assert_eq(event->direction, SF_DIRECTION_CREDIT);
      continue;
    }
    parts++;
    just_below += event->flags & SF_EVENT_FIRES ? 1u : 0u;
    cr_assert_eq(event->merchant, 0);
    cr_assert_eq(event->type,
                 cash ? SF_TRANSACTION_TYPE_CASH_DEPOSIT : SF_TRANSACTION_TYPE_TRANSFER);
    cr_assert(event->paise < 100000000);
    cr_assert(event->mode != SF_PAYMENT_MODE_IMPS || event->paise <= SF_IMPS_MOST);
    if (cash) {
      const uint32_t second = event->time % SF_DAY;
      cr_assert(second >= 10 * 3600 && second < 16 * 3600);
      cr_assert(event->paise % 10000 == 0 && event->paise <= 20000000);
      cr_assert(event->channel == SF_CHANNEL_ATM || event->channel == SF_CHANNEL_BRANCH);
      cr_assert(event->channel == SF_CHANNEL_ATM ||
                !m->world->calendar.day[event->time / SF_DAY].banks_closed);
    } else {
      const bool upi = event->mode == SF_PAYMENT_MODE_UPI;
      cr_assert(upi || event->mode == SF_PAYMENT_MODE_IMPS || event->mode == SF_PAYMENT_MODE_NEFT);
      cr_assert(!upi || event->paise < 5000000);
      cr_assert_eq(event->payee != 0, event->direction == SF_DIRECTION_DEBIT);
    }
  }
}

Test(behaviour, brazen_parts_lie_just_below_the_limit) {
  struct model m;
  double share[2];
  for (int end = 0; end < 2; end++) {
    model_make_fraud(&m, 13, CUSTOMERS, end ? 0.95 : 0.05);
    parts = just_below = 0;
    each(&m, SF_TYPOLOGY_AMOUNT_MANIPULATION, false, check_parts);
    each(&m, SF_TYPOLOGY_AMOUNT_MANIPULATION, true, check_parts);
    share[end] = (double)just_below / parts;
    model_free(&m);
  }
  cr_assert(share[0] > 0.6 && share[1] < 0.5 * share[0], "%g %g", share[0], share[1]);
}

// refund_fraud

static uint32_t refunds, above, elsewhere;

static void check_refunds(struct model *m) {
  uint32_t own = 0, purchases = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->type != SF_TRANSACTION_TYPE_REFUND) {
      cr_assert_eq(event->role, SF_ROLE_SETUP);
      purchases++;
      continue;
    }
    const struct sf_event *of = &m->skeleton.event[event->link];
    own++;
    cr_assert_eq(event->role, SF_ROLE_REFUND);
    cr_assert_eq(event->direction, SF_DIRECTION_CREDIT);
    cr_assert_eq(event->merchant, of->merchant);
    cr_assert(of->flags & SF_EVENT_COVERED, "what is paid back has been paid");
    cr_assert(event->time >= of->time + 2 * SF_DAY && event->time < of->time + 17 * SF_DAY);
    const bool more = sf_event_paise(&m->skeleton, event) > sf_event_paise(&m->skeleton, of);
    above += more;
    elsewhere += event->mode != of->mode;
    cr_assert(!story.twin || (!more && event->mode == of->mode));
  }
  refunds += own;
  cr_assert(own >= 1 && own <= 9 && purchases >= own);
}

Test(behaviour, refunds_follow_their_purchases) {
  struct model m;
  for (int end = 0; end < 2; end++) {
    model_make_fraud(&m, 17, CUSTOMERS, end ? 0.95 : 0.05);
    refunds = above = elsewhere = 0;
    each(&m, SF_TYPOLOGY_REFUND_FRAUD, false, check_refunds);
    cr_assert(end ? above * 10 < refunds : above * 5 > refunds, "%u of %u", above, refunds);
    cr_assert(end || elsewhere > 0);
    each(&m, SF_TYPOLOGY_REFUND_FRAUD, true, check_refunds);
    model_free(&m);
  }
}

// friendly_fraud

static uint32_t claimants, late;

static void check_claims(struct model *m) {
  uint32_t purchases = 0, claims = 0, first = UINT32_MAX;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    if (event->type == SF_TRANSACTION_TYPE_CHARGEBACK) {
      const struct sf_event *of = &m->skeleton.event[event->link];
      claims++;
      first = event->time < first ? event->time : first;
      cr_assert_eq(event->role, SF_ROLE_CHARGEBACK);
      cr_assert_eq(event->direction, SF_DIRECTION_CREDIT);
      cr_assert(event->time >= of->time + 5 * SF_DAY && event->time < of->time + 60 * SF_DAY);
      cr_assert_eq(event->merchant, of->merchant);
      cr_assert_eq(sf_event_paise(&m->skeleton, event), sf_event_paise(&m->skeleton, of));
    } else {
      purchases++;
      cr_assert_eq(event->role, SF_ROLE_CASH_OUT);
      cr_assert(event->channel != SF_CHANNEL_POS);
    }
  }
  cr_assert(purchases >= 4 && purchases <= 10 && claims <= purchases);
  cr_assert(!story.twin || claims <= 1);
  if (!story.twin && claims > 0) {
    cr_assert(story.reported == 0 || story.reported <= first);
    claimants++;
    late += story.fires > 0;
  }
}

Test(behaviour, claims_follow_their_purchases) {
  struct model m;
  for (int end = 0; end < 2; end++) {
    model_make_fraud(&m, 19, CUSTOMERS, end ? 0.95 : 0.05);
    claimants = late = 0;
    each(&m, SF_TYPOLOGY_FRIENDLY_FRAUD, false, check_claims);
    cr_assert(late * 4 > claimants, "%u of %u go on after a claim", late, claimants);
    each(&m, SF_TYPOLOGY_FRIENDLY_FRAUD, true, check_claims);
    model_free(&m);
  }
}

// mule_account

static void check_alone(struct model *m) {
  int64_t in = 0, out = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    const struct sf_event *event = row(m, i);
    cr_assert_eq(event->type, SF_TRANSACTION_TYPE_TRANSFER);
    cr_assert_eq(event->counterparty, 0);
    cr_assert_eq(event->role, SF_ROLE_MULE);
    const bool debit = event->direction == SF_DIRECTION_DEBIT;
    in += debit ? 0 : event->paise;
    out += debit ? event->paise : 0;
    cr_assert(out <= in, "sent before it came");
    cr_assert(debit ? event->payee != 0 : event->flags & SF_EVENT_UNATTENDED);
    cr_assert(i == 0 || event->time > row(m, i - 1)->time);
  }
  cr_assert(out * 5 >= in * 4);
}

Test(behaviour, mules_alone_pass_money_on) {
  struct model m;
  for (int end = 0; end < 2; end++) {
    model_make_fraud(&m, 23, CUSTOMERS, end ? 0.95 : 0.05);
    each(&m, SF_TYPOLOGY_MULE_ACCOUNT, false, check_alone);
    each(&m, SF_TYPOLOGY_MULE_ACCOUNT, true, check_alone);
    model_free(&m);
  }
}

// Nominations of the same key, wherever they come from, make a ring; every member then tells
// its side, and both sides agree.
#define MEMBERS 4u

struct meeting {
  struct sf_nomination nomination[MEMBERS];
  uint32_t count;
};

static void meet(struct model *m, bool twin, struct meeting *meeting) {
  static struct sf_candidates list;
  static struct sf_nomination all[CUSTOMERS * 8];
  uint32_t count = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    begin(m, customer);
    sf_stories_list(&m->skeleton, &story, &list);
    for (uint32_t i = 0; i < list.nominations && count < CUSTOMERS * 8; i++) {
      const uint16_t number = list.nomination[i].candidate.number;
      if (sf_number_typology(number) == SF_TYPOLOGY_MULE_ACCOUNT &&
          sf_number_is_twin(number) == twin) {
        all[count++] = list.nomination[i];
      }
    }
  }
  for (uint32_t i = 0; i < count && meeting->count < MEMBERS; i++) {
    meeting->count = 0;
    for (uint32_t j = i; j < count && meeting->count < MEMBERS; j++) {
      const bool again =
          meeting->count > 0 &&
          meeting->nomination[meeting->count - 1].candidate.customer == all[j].candidate.customer;
      if (all[j].key == all[i].key && !again) {
        meeting->nomination[meeting->count++] = all[j];
      }
    }
  }
}

static void check_side(struct model *m, const struct sf_membership *member,
                       const struct sf_link *own, uint32_t links) {
  const uint32_t customer = member->candidate.customer;
  const uint32_t honest = begin(m, customer);
  const struct sf_assignment assignment = {
      .candidate = member->candidate, .member = member, .link = own, .links = links};
  cr_assert(sf_story_tell(&m->skeleton, honest, &assignment, 0, &story));
  for (uint32_t i = 0; i < links; i++) {
    const struct sf_event *event = row(m, i);
    const bool debit = own[i].source == customer;
    cr_assert_eq(event->time, own[i].time);
    cr_assert_eq(event->paise, own[i].paise);
    cr_assert_eq(event->mode, own[i].mode);
    cr_assert_eq(event->direction, debit ? SF_DIRECTION_DEBIT : SF_DIRECTION_CREDIT);
    cr_assert_eq(event->counterparty, debit ? own[i].target : own[i].source);
    cr_assert_eq(event->role, debit ? own[i].source_role : own[i].target_role);
    cr_assert(event->flags & SF_EVENT_COVERED);
  }
}

Test(behaviour, members_tell_what_the_ring_dealt) {
  struct model m;
  model_make_fraud(&m, 29, CUSTOMERS, 0.45);
  for (int twin = 0; twin < 2; twin++) {
    struct meeting meeting = {.count = 0};
    meet(&m, twin, &meeting);
    cr_assert_eq(meeting.count, MEMBERS);
    const struct sf_candidate *any = &meeting.nomination[0].candidate;
    for (uint32_t ring = 0; ring < 20; ring++) {
      struct sf_membership member[MEMBERS];
      struct sf_link link[SF_MULE_LINKS_MAX(MEMBERS)], own[SF_MULE_LINKS_MAX(MEMBERS)];
      const uint32_t links =
          sf_mule_ring_deal(&m.world->config, 500 + ring, meeting.nomination[0].key, twin,
                            meeting.nomination, MEMBERS, any->start, any->end, member, link);
      for (uint32_t i = 0; i < MEMBERS; i++) {
        uint32_t count = 0;
        for (uint32_t l = 0; l < links; l++) {
          const uint32_t customer = member[i].candidate.customer;
          if (link[l].source == customer || link[l].target == customer) {
            own[count++] = link[l];
          }
        }
        check_side(&m, &member[i], own, count);
      }
    }
  }
  model_free(&m);
}

#include "card_stories.h"

// Stories of cloned, stolen and tested cards, of goods sent to a drop and of payments sent
// again: what holds for all of them.

static const enum sf_typology typologies[] = {SF_TYPOLOGY_CARD_CLONING, SF_TYPOLOGY_STOLEN_CARD,
                                              SF_TYPOLOGY_TRANSACTION_REPLAY,
                                              SF_TYPOLOGY_CARD_TESTING, SF_TYPOLOGY_SHIPPING_FRAUD};
#define TYPOLOGIES (sizeof typologies / sizeof typologies[0])

static void check_row(struct model *m, const struct sf_event *event) {
  const int32_t day = m->world->config.start_day + (int32_t)(event->time / SF_DAY);
  const struct sf_merchant *shop =
      sf_merchant_get(&m->cache, &m->world->merchants, event->merchant);
  cr_assert(event->time >= (uint32_t)m->skeleton.first_day * SF_DAY);
  cr_assert(event->time < DAYS * SF_DAY);
  cr_assert(event->time >= story.start && event->time < story.end);
  cr_assert(sf_event_paise(&m->skeleton, event) > 0);
  cr_assert_eq(event->story, 1);
  cr_assert_eq(event->direction, SF_DIRECTION_DEBIT);
  cr_assert_eq(event->type, SF_TRANSACTION_TYPE_PURCHASE);
  cr_assert(sf_merchant_open(shop, day));
  cr_assert_eq(event->subcategory, shop->subcategory);
  cr_assert(is_online(event) ? shop->accepts_online : shop->type != SF_MERCHANT_TYPE_ONLINE_ONLY);
  cr_assert(shop->type != SF_MERCHANT_TYPE_ONLINE_ONLY ||
            sf_merchant_serves(shop, m->skeleton.customer.city));
  cr_assert(event->mode != SF_PAYMENT_MODE_CREDIT_CARD || m->skeleton.customer.credit_limit > 0);
  cr_assert_neq(event->mode, SF_PAYMENT_MODE_CASH);
  cr_assert_eq(event->instrument, sf_instrument_of(event->mode));
  // Cards at the till need no device; the rest does. Only phones pay by UPI and wallet.
  const bool by_phone = event->mode == SF_PAYMENT_MODE_UPI || event->mode == SF_PAYMENT_MODE_WALLET;
  cr_assert_eq(event->device != SF_DEVICE_NONE, is_online(event) || by_phone);
  // Of these a new device pays by UPI, and little.
  cr_assert(event->device != SF_DEVICE_FOREIGN ||
            (is_online(event) && event->mode != SF_PAYMENT_MODE_WALLET &&
             (!by_phone || sf_event_paise(&m->skeleton, event) <= SF_UPI_NEW_DEVICE)));
  cr_assert(!by_phone || event->channel != SF_CHANNEL_ONLINE);
  cr_assert(!(event->flags & SF_EVENT_DELIVERED) || is_online(event));
  cr_assert(!event->delivery || event->flags & SF_EVENT_DELIVERED);
  cr_assert(!event->proof || event->channel == SF_CHANNEL_POS);
  cr_assert(event->proof != 1 + SF_AUTH_METHOD_CONTACTLESS ||
            sf_event_paise(&m->skeleton, event) <= SF_CONTACTLESS_MOST);
}

static void check_rows(struct model *m) {
  uint32_t fraud = 0, firing = 0;
  int64_t debits = 0;
  for (uint32_t i = 0; i < story.rows; i++) {
    check_row(m, row(m, i));
    const bool is_fraud = !story.twin && sf_role_is_fraud(row(m, i)->role);
    fraud += is_fraud;
    debits += is_fraud ? sf_event_paise(&m->skeleton, row(m, i)) : 0;
    firing += fires(row(m, i));
  }
  cr_assert_eq(story.fraud_rows[0] + story.fraud_rows[1], fraud);
  cr_assert_eq(story.fires, firing);
  cr_assert_eq(fraud == 0, story.twin);
  cr_assert((debits > 0) != story.twin);
}

static void check_all(double difficulty) {
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    for (int twin = 0; twin < 2; twin++) {
      cr_assert(check_at(difficulty, typologies[t], twin, check_rows) > 50);
    }
  }
}

Test(cards, rows_are_possible_when_brazen) { check_all(BRAZEN); }
Test(cards, rows_are_possible_when_camouflaged) { check_all(CAMOUFLAGED); }

Test(cards, most_candidates_can_be_told_with_the_rows_of_the_table) {
  struct model m;
  model_make_fraud(&m, 11, 4000, 0.45);
  for (uint32_t t = 0; t < TYPOLOGIES; t++) {
    const struct sf_typology_row *typology = &sf_typologies[typologies[t]];
    double weight = 0, asked = 0, told = 0, rows = 0;
    for (uint32_t customer = 1; customer <= 4000; customer++) {
      sf_skeleton_begin(&m.skeleton, customer);
      const uint32_t own = typology->weight(&m.skeleton.customer);
      weight += own / 65536.0 / 4000;
      // Candidates are drawn by the activity of the customer and the time that is left.
      const double share = m.skeleton.customer.core.activity * (0x1p-16 / DAYS) *
                           (m.skeleton.first_day < DAYS ? DAYS - m.skeleton.first_day : 0);
      if (own && asked < 500) {
        asked += share;
        if (tell(&m, customer, typologies[t], false, NULL)) {
          told += share;
          rows += story.fraud_rows[0] * share;
        }
      }
    }
    const double ratio = rows / told / typology->rows;
    cr_expect(weight > 0.8 && weight < 1.2, "%s: weight %g", typology->name, weight);
    cr_expect(told > 0.7 * asked, "%s: %g of %g told", typology->name, told, asked);
    cr_expect(ratio > 0.88 && ratio < 1.12, "%s: %g of the rows", typology->name, ratio);
  }
  model_free(&m);
}

Test(cards, is_told_twice_alike) {
  struct model m;
  model_make_fraud(&m, 5, CUSTOMERS, 0.45);
  static struct sf_event first[SF_STORY_ROWS_MAX];
  uint32_t told = 0;
  for (uint32_t t = 0; t < 2 * TYPOLOGIES; t++) {
    for (uint32_t customer = 1; customer <= 200; customer++) {
      if (!tell(&m, customer, typologies[t / 2], t & 1, NULL)) {
        continue;
      }
      const uint32_t rows = story.rows;
      memcpy(first, row(&m, 0), rows * sizeof *first);
      cr_assert(tell(&m, customer, typologies[t / 2], t & 1, NULL));
      cr_assert_eq(story.rows, rows);
      for (uint32_t i = 0; i < rows; i++) {
        cr_assert_eq(memcmp(&first[i], row(&m, i), EVENT_BYTES), 0);
      }
      told++;
    }
  }
  cr_assert(told > 400);
  model_free(&m);
}

static bool has_ring(uint16_t number) {
  const enum sf_typology typology = sf_number_typology(number);
  return typology == SF_TYPOLOGY_CARD_CLONING || typology == SF_TYPOLOGY_CARD_TESTING ||
         typology == SF_TYPOLOGY_SHIPPING_FRAUD;
}

// What the plan has listed, the generation tells, whatever the rings have become; and the
// plan leaves no mark on the honest rows.
Test(cards, stories_are_as_listed_in_any_ring) {
  struct model m;
  model_make_fraud(&m, 7, 3000, 0.45);
  static struct sf_candidates list;
  uint32_t told = 0, together = 0, exposed = 0;
  for (uint32_t customer = 1; customer <= 3000; customer++) {
    const uint32_t honest = begin(&m, customer);
    sf_stories_list(&m.skeleton, &story, &list);
    for (uint32_t e = 0; e < honest; e++) {
      cr_assert(!m.skeleton.event[e].story && !m.skeleton.event[e].role);
    }
    for (uint32_t i = 0; i < list.nominations; i++) {
      const struct sf_nomination *n = &list.nomination[i];
      const struct sf_membership member = {.key = n->key,
                                           .ring = n->key ^ 0x123456789abcdefu,
                                           .candidate = n->candidate,
                                           .ring_id = 5,
                                           .size = 17,
                                           .position = 11,
                                           .merchant = n->merchant,
                                           .exposure = n->exposure,
                                           .camouflage = n->camouflage};
      const struct sf_assignment assignment = {.candidate = n->candidate, .member = &member};
      if (!has_ring(n->candidate.number)) {
        continue;
      }
      begin(&m, customer);
      cr_assert(sf_story_tell(&m.skeleton, honest, &assignment, 0, &story), "customer %u, story %x",
                customer, n->candidate.number);
      cr_assert(story.start == n->candidate.start && story.end == n->candidate.end);
      told++;
      if (story.combination == SF_COMBINATION_COORDINATED) {
        together++;
        cr_assert_eq(row(&m, 0)->time, story.begin, "a coordinated ring strikes at once");
      }
      if (n->merchant) {
        const struct sf_event *visit = &m.skeleton.event[story.exposed - 1];
        cr_assert(visit->merchant == n->merchant && visit->time == n->exposure);
        cr_assert(visit->story == 1 && visit->role == SF_ROLE_EXPOSURE);
        cr_assert(visit->time < row(&m, 0)->time && !(visit->flags & SF_EVENT_SUPPRESSED));
        exposed++;
        sf_story_conceal(&story);
        cr_assert(!visit->story && !visit->role);
      }
      begin(&m, customer);
    }
  }
  cr_assert(told > 500 && together > 5 && exposed > 100, "%u %u %u", told, together, exposed);
  model_free(&m);
}

static int by_key(const void *left, const void *right) {
  const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

// Those who were at the same merchant find each other: online, where merchants are the
// country's, in rings of ten and more.
Test(cards, victims_agree_on_who_leaked) {
  struct model m;
  model_make_fraud(&m, 9, 3000, 0.45);
  static struct sf_candidates list;
  static uint64_t key[2][8192];
  uint32_t keys[2] = {0, 0};
  for (uint32_t customer = 1; customer <= 3000; customer++) {
    begin(&m, customer);
    sf_stories_list(&m.skeleton, &story, &list);
    for (uint32_t i = 0; i < list.nominations; i++) {
      const enum sf_typology t = sf_number_typology(list.nomination[i].candidate.number);
      const bool online = t == SF_TYPOLOGY_CARD_TESTING;
      if ((online || t == SF_TYPOLOGY_CARD_CLONING) && keys[online] < 8192) {
        key[online][keys[online]++] = list.nomination[i].key;
      }
    }
  }
  for (int online = 0; online < 2; online++) {
    qsort(key[online], keys[online], sizeof key[0][0], by_key);
    uint32_t in_rings = 0, largest = 0;
    for (uint32_t i = 0, j; i < keys[online]; i = j) {
      for (j = i; j < keys[online] && key[online][j] == key[online][i]; j++) {
      }
      in_rings += j - i >= SF_RING_MIN ? j - i : 0;
      largest = j - i > largest ? j - i : largest;
    }
    cr_expect(keys[online] > 40 && in_rings * (online ? 4 : 12) > keys[online],
              "%u of %u in rings, the largest of %u", in_rings, keys[online], largest);
    cr_expect(!online || largest >= 5, "the largest of %u", largest);
  }
  model_free(&m);
}

#include "kernels/fraud/campaign.h"
#include "told_story.h"

// Where stories of the same weeks take place: brazen ones at a few shops, hidden ones and
// look-alikes wherever their customers buy.

#define CUSTOMERS 400u
#define STORIES 4u
#define SLOTS 4u  // of SF_CAMPAIGN_DAYS days, in a window of 180

// Share of the purchases of a typology's stories that are made at the most visited shop of
// the slot in which the story begins, the mean over the slots.
static double gathered(double difficulty, enum sf_typology typology, bool twin) {
  struct model m;
  model_make_fraud(&m, 5, CUSTOMERS, difficulty);
  const uint32_t shops = m.world->merchants.count;
  uint32_t *visits = calloc((size_t)SLOTS * (shops + 1), sizeof *visits);
  cr_assert_not_null(visits);
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    for (uint32_t i = 0; i < STORIES; i++) {
      const bool told = tell_nth(&m, customer, typology, twin, i, NULL);
      for (uint32_t r = 0; told && r < story.rows; r++) {
        const struct sf_event *event = row(&m, r);
        if (event->merchant && event->type == SF_TRANSACTION_TYPE_PURCHASE) {
          visits[story.begin / (SF_CAMPAIGN_DAYS * SF_DAY) * (shops + 1) + event->merchant]++;
        }
      }
    }
  }
  double share = 0;
  for (uint32_t slot = 0; slot < SLOTS; slot++) {
    uint32_t all = 0, most = 0;
    for (uint32_t id = 1; id <= shops; id++) {
      const uint32_t n = visits[slot * (shops + 1) + id];
      all += n;
      most = n > most ? n : most;
    }
    cr_assert(all > 100);
    share += (double)most / all / (double)SLOTS;
  }
  free(visits);
  model_free(&m);
  return share;
}

static void check(enum sf_typology typology, double least) {
  const double brazen = gathered(0.05, typology, false);
  const double hidden = gathered(0.95, typology, false);
  const double twin = gathered(0.05, typology, true);
  cr_assert(brazen > least, "brazen: %g", brazen);
  cr_assert(hidden < brazen / 2, "hidden: %g of %g", hidden, brazen);
  cr_assert(twin < brazen / 2, "look-alikes: %g of %g", twin, brazen);
}

Test(campaign, scripts_meet_at_a_shop) { check(SF_TYPOLOGY_VELOCITY_ABUSE, 0.5); }
Test(campaign, claims_meet_at_a_shop) { check(SF_TYPOLOGY_REFUND_FRAUD, 0.4); }
Test(campaign, orders_meet_at_a_shop) { check(SF_TYPOLOGY_SHIPPING_FRAUD, 0.3); }

// What a campaign's shop must be: open, serving the customer, with what is asked for, and the
// same for nearly all customers.
#define CAMPAIGNS 64u

static uint32_t find(struct model *m, const struct sf_campaign *campaign, uint64_t key) {
  const struct sf_membership member = {.key = key, .ring = key, .size = 3};
  const struct sf_story told = {
      .skeleton = &m->skeleton, .typology = SF_TYPOLOGY_LOYALTY_ABUSE, .member = &member};
  const uint32_t id = sf_campaign_shop(&told, campaign, 100 * SF_DAY, 0);
  if (id) {
    const struct sf_merchant *shop = sf_merchant_get(&m->cache, &m->world->merchants, id);
    cr_assert(sf_merchant_open(shop, m->world->config.start_day + 100));
    cr_assert(sf_merchant_serves(shop, m->skeleton.customer.city));
    cr_assert(shop->accepts_online);
    cr_assert(!campaign->programme || shop->loyalty_programme);
    cr_assert_eq(sf_campaign_sells(&told, id), shop->subcategory);
  }
  return id;
}

static void check_shops(bool programme) {
  static const uint8_t kinds[] = {SF_SUBCATEGORY_APPAREL, SF_SUBCATEGORY_SUPERMARKET,
                                  SF_SUBCATEGORY_RESTAURANT};
  const struct sf_campaign campaign = {
      .kind = kinds, .kinds = sizeof kinds, .programme = programme};
  struct model m;
  model_make_fraud(&m, 7, CUSTOMERS, 0.05);
  uint32_t first[CAMPAIGNS] = {0}, found = 0, same = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer += 7) {
    begin(&m, customer);
    for (uint32_t key = 0; key < CAMPAIGNS; key++) {
      const uint32_t id = find(&m, &campaign, key);
      first[key] = first[key] ? first[key] : id;
      same += id && id == first[key];
      found += id != 0;
    }
  }
  cr_assert(found > CAMPAIGNS, "found %u", found);
  cr_assert(same * 10 > found * 9, "%u of %u", same, found);
  model_free(&m);
}

Test(campaign, shops_suit_and_agree) { check_shops(false); }
Test(campaign, shops_have_a_programme) { check_shops(true); }

// A campaign has another shop than those before it.
Test(campaign, moves_on) {
  static const uint8_t kinds[] = {SF_SUBCATEGORY_DIGITAL_GAMES, SF_SUBCATEGORY_FAST_FOOD,
                                  SF_SUBCATEGORY_RESTAURANT, SF_SUBCATEGORY_SUPERMARKET};
  const struct sf_campaign campaign = {.kind = kinds, .kinds = sizeof kinds};
  struct model m;
  model_make_fraud(&m, 7, CUSTOMERS, 0.05);
  uint32_t pairs = 0, same = 0;
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer += 7) {
    begin(&m, customer);
    uint32_t shop[SLOTS];
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
      const struct sf_story told = {.skeleton = &m.skeleton,
                                    .typology = SF_TYPOLOGY_VELOCITY_ABUSE,
                                    .begin = (slot * SF_CAMPAIGN_DAYS + 20) * SF_DAY};
      shop[slot] = sf_campaign_shop(&told, &campaign, told.begin, 0);
      cr_assert_neq(shop[slot], 0);
      for (uint32_t before = 0; before < slot; before++) {
        pairs++;
        same += shop[before] == shop[slot];
      }
    }
  }
  // A shop that does not serve a customer hands on to the next one, which may be that of another.
  cr_assert(same * 20 < pairs, "%u of %u", same, pairs);
  model_free(&m);
}

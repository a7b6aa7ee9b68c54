#include "kernels/activity/mode.h"
#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"

// Synthetic identity: a person made up from others' data opens an account, pays tidily
// for weeks with amounts that grow from one to the next, and then uses at once all the
// credit that there is: the card, or what shops lend where there is none. Members of a
// family share a device, and in the table of customers an address and a phone.

#define AGE_LEAST 21u  // days of the account before it is used up
// Tidy rows: 3 to 6 over at most 28 days, each 1.2 to 1.5 times the one before, from
// about 250 rupees on.
#define TIDY_LEAST 3u
#define TIDY_MORE 4u
#define TIDY_DAYS 28u
#define TIDY_FROM 200.0
#define TIDY_RANGE 2.0
#define GROWTH_LEAST 1.2
#define GROWTH_RANGE 0.3
// Purchases that use it up, brazen: 20 to 41; own: 8 to 11; of newcomers half
// as many again.
#define BUYS_LEAST 20u
#define BUYS_MORE 22u
#define BUYS_OWN 8u
#define TWIN_BUYS 1.5
#define GAP_MEDIAN 9000.0  // s
#define GAP_OWN 40000.0
#define GAP_SIGMA 0.9
#define SAME_SITTING SF_CHANCE(0.5)
// Of the card's limit, 85 to 125 % in all; of a student's or migrant's, 25 to 65 %.
#define SPENT_LEAST 0.85
#define TWIN_LEAST 0.25
#define SPENT_RANGE 0.40
// What shops and wallets lend at once, rupees: from 800 to nine times as much.
#define LENT_LEAST 800.0
#define LENT_RANGE 9.0
#define LENT_MOST 1900000  // paise
#define WALLET_MOST 450000
#define BY_WALLET SF_CHANCE(0.3)
#define PART_LEAST 0.35
#define PART_RANGE 1.3
#define ELSE SF_CHANCE(0.4)  // purchases of the ordinary kinds in between
#define SLOT_DAYS 30u

static const uint8_t liquid[] = {
    SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_ELECTRONICS_STORE,
    SF_SUBCATEGORY_MOBILE_PHONES,      SF_SUBCATEGORY_APPAREL,
    SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_COMPUTERS,
    SF_SUBCATEGORY_GIFT_SHOP,          SF_SUBCATEGORY_COSMETICS};
// What somebody new in a city or at a college needs.
static const uint8_t needed[] = {SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_SUBCATEGORY_HOME_FURNISHINGS,
                                 SF_SUBCATEGORY_MOBILE_PHONES,      SF_SUBCATEGORY_APPAREL,
                                 SF_SUBCATEGORY_BOOKS_STATIONERY,   SF_SUBCATEGORY_COACHING,
                                 SF_SUBCATEGORY_FURNITURE,          SF_SUBCATEGORY_ONLINE_LEARNING};
static const uint8_t tidy[] = {SF_SUBCATEGORY_TELECOM, SF_SUBCATEGORY_ONLINE_MARKETPLACE,
                               SF_SUBCATEGORY_SUPERMARKET, SF_SUBCATEGORY_RESTAURANT};

// A person, and what came of the account so far.
struct person {
  bool shared;  // the family's device is in use
  double mean;  // paise of a purchase that uses the account up
  uint32_t buys;
  int64_t median, spent;
};

uint32_t sf_synthetic_identity_weight(const struct sf_customer *customer) {
  (void)customer;  // the plan asks new accounts only
  return 65536;
}

bool sf_synthetic_identity_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  sf_nominate(story, nomination, sf_city_region(story->skeleton->customer.city),
              SF_REGION_COUNT - 1, SLOT_DAYS);
  return true;
}

static void from_device(struct sf_story *story, const struct person *person,
                        struct sf_event *event) {
  if (person->shared && event->device) {
    sf_story_log_in(story, event, sf_redraw(event->ordinal, 120));
  }
}

// Tidy rows of the weeks before.
static bool build_up(struct sf_story *story, const struct person *person) {
  const struct sf_block draw = sf_story_draw(story, 0, 1);
  const uint32_t opened = (uint32_t)story->skeleton->first_day * SF_DAY;
  const uint32_t rows = TIDY_LEAST + sf_below(draw.word[0], TIDY_MORE);
  const uint32_t age = story->begin - opened;
  const uint32_t span = age < TIDY_DAYS * SF_DAY ? age : TIDY_DAYS * SF_DAY;
  double rupees = TIDY_FROM * (1 + TIDY_RANGE * (draw.word[1] * 0x1p-32));
  for (uint32_t i = 0; i < rows; i++) {
    const struct sf_block row = sf_story_draw(story, 1 + i, 0);
    const uint32_t step = span / (rows + 1);
    const uint32_t earliest = story->begin - span + i * step + sf_below(row.word[0], step / 2);
    uint32_t time = sf_story_beside(story, earliest, 0, row.word[1]);
    time = time < story->begin ? time : story->begin - 60 * (rows - i);
    struct sf_event *event = sf_story_order(story, time, story->twin ? SF_ROLE_NONE : SF_ROLE_SETUP,
                                            tidy[row.word[2] >> 30]);
    if (!event) {
      return false;
    }
    sf_story_price(story, event, sf_level_of_rupees(rupees));
    from_device(story, person, event);
    rupees *= GROWTH_LEAST + GROWTH_RANGE * (row.word[3] * 0x1p-32);
  }
  return true;
}

// On credit: by the card, or by what shops and wallets lend.
static int32_t lend(struct sf_story *story, const struct person *person, struct sf_event *event,
                    uint32_t u, uint32_t v) {
  const double part = PART_LEAST + PART_RANGE * (v * 0x1p-32);
  if (story->skeleton->customer.credit_limit > 0) {
    sf_story_by_card(story, event, SF_PAYMENT_MODE_CREDIT_CARD, event->channel);
    return sf_level_of_paise((int64_t)(person->mean * part));
  }
  const bool wallet = u < BY_WALLET;
  event->mode = wallet ? SF_PAYMENT_MODE_WALLET : SF_PAYMENT_MODE_BNPL;
  event->instrument = sf_instrument_of(event->mode);
  event->channel = wallet ? SF_CHANNEL_MOBILE : event->channel;
  event->device = wallet ? SF_DEVICE_PHONE : event->device;
  const int64_t most = wallet ? WALLET_MOST : LENT_MOST;
  const double wished = LENT_LEAST * 100 * sf_exp2(sf_log2(LENT_RANGE) * (v * 0x1p-32));
  return sf_level_of_paise((int64_t)wished < most ? (int64_t)wished : most);
}

static bool buy(struct sf_story *story, struct person *person, uint32_t i, uint32_t time) {
  const struct sf_block draw = sf_story_draw(story, 1 + i, 0);
  const struct sf_block more = sf_story_draw(story, 1 + i, 1);
  const struct sf_own_query own = {.channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE,
                                   .debit = true};
  const uint32_t like = sf_own_event(story, &own, draw.word[1]);
  uint8_t kind = (story->twin ? needed : liquid)[draw.word[0] >> 29];
  if ((more.word[2] < ELSE || sf_story_mimics(story, more.word[0])) && like != SF_NO_EVENT) {
    kind = story->skeleton->event[like].subcategory;
  }
  struct sf_event *event =
      sf_story_order(story, time, story->twin ? SF_ROLE_NONE : SF_ROLE_CASH_OUT, kind);
  if (!event) {
    return false;
  }
  const int32_t brazen = lend(story, person, event, more.word[1], draw.word[2]);
  const struct sf_own_query paid = {.modes = 1u << event->mode, .debit = true};
  const int32_t usual = sf_own_level(story, &paid, draw.word[3], brazen - SF_LOG2_UNIT);
  sf_story_price(story, event, (int32_t)sf_story_blend(story, brazen, usual));
  from_device(story, person, event);
  const int64_t paise = sf_event_paise(story->skeleton, event);
  person->spent += paise;
  if (person->median && paise > 3 * person->median) {
    sf_story_fires(story, event);
  }
  return true;
}

static bool use_up(struct sf_story *story, struct person *person) {
  const double gap = sf_story_blend_log(story, GAP_MEDIAN, GAP_OWN);
  uint32_t time = story->begin, last = time;
  person->median = sf_own_median(story, SF_TRANSACTION_TYPE_PURCHASE, time);
  for (uint32_t i = 0; i < person->buys; i++) {
    const uint32_t row = TIDY_LEAST + TIDY_MORE + i;
    const struct sf_block draw = sf_story_draw(story, 1 + row, 2);
    const bool goes_on = i > 0 && draw.word[3] < SAME_SITTING;
    const bool own = story->twin || sf_story_mimics(story, draw.word[0]);
    time = goes_on ? last + sf_sitting_gap(draw.word[1])
           : own   ? sf_story_beside(story, time, 0, draw.word[1])
                   : time;
    if (!buy(story, person, row, time)) {
      return false;
    }
    last = time;
    time += 120 + sf_lognormal_seconds(gap, GAP_SIGMA, draw.word[2]);
  }
  return true;
}

static struct person begin(const struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const double brazen = BUYS_LEAST + sf_below(draw.word[0], BUYS_MORE);
  const double own = BUYS_OWN + (draw.word[1] >> 30);
  const double share =
      (story->twin ? TWIN_LEAST : SPENT_LEAST) + SPENT_RANGE * (draw.word[2] * 0x1p-32);
  struct person person = {
      .shared = sf_story_shows(story, draw.word[3]),
      .buys =
          (uint32_t)(sf_story_blend_log(story, brazen, own) * (story->twin ? TWIN_BUYS : 1) + 0.5),
  };
  person.mean = (double)story->skeleton->customer.credit_limit * 100 * share / person.buys;
  return person;
}

// Whether the account opened inside the window, and long enough before.
static bool is_young(const struct sf_story *story) {
  const struct sf_skeleton *skeleton = story->skeleton;
  return skeleton->customer.core.open_day > skeleton->world->config.start_day &&
         story->begin >= ((uint32_t)skeleton->first_day + AGE_LEAST) * SF_DAY;
}

bool sf_synthetic_identity_fraud(struct sf_story *story) {
  if (!is_young(story)) {
    return false;
  }
  const struct sf_customer *customer = &story->skeleton->customer;
  struct person person = begin(story);
  if (!build_up(story, &person) || !use_up(story, &person)) {
    return false;
  }
  const double age = (double)story->begin / SF_DAY - story->skeleton->first_day;
  // Of the limit; without a card, of half a monthly income.
  const double credit =
      customer->credit_limit > 0 ? (double)customer->credit_limit : (double)customer->income / 2;
  const double used = (double)person.spent / (100 * credit);
  const double growth =
      person.median ? (double)person.spent / person.buys / (double)person.median : NAN;
  const double sharers = story->member ? story->member->size : 1;
  sf_story_evidence(story, 0, age, 1 - age / 180);
  sf_story_evidence(story, 1, growth, person.median ? growth / 20 : 0);
  sf_story_evidence(story, 2, used, used);
  sf_story_evidence(story, 3, sharers, sharers / 8);
  return true;
}

// A migrant or student with a first account: small payments, then all that a new life
// needs, and from a device of the house.
bool sf_synthetic_identity_twin(struct sf_story *story) {
  if (!is_young(story)) {
    return false;
  }
  struct person person = begin(story);
  return build_up(story, &person) && use_up(story, &person);
}

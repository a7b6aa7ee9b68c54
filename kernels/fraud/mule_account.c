#include "kernels/fraud/mule_ring.h"
#include "kernels/fraud/typology.h"

// Mule accounts: money of victims comes in and is sent on within hours, less a cut. The
// transfers of a ring are dealt by mule_ring.c; a mule that stands alone is a ring of one
// whose counterparties are all outside the corpus. Weight: 42 % of known mules are 21 to
// 30 years old (UK); low incomes by estimate.

#define SLOT_DAYS 14u
// A slot that the corpus cuts shorter forms no rings.
#define SLOT_LEAST 5u
#define REGIONS 6.0

uint32_t sf_mule_account_weight(const struct sf_customer *customer) {
  static const uint16_t by_bracket[SF_INCOME_BRACKET_COUNT] = {150, 140, 115, 80, 45, 25};
  const uint32_t by_age = customer->age <= 30 ? 175 : customer->age <= 40 ? 90 : 55;
  return by_bracket[customer->core.bracket] * by_age * 6;
}

bool sf_mule_account_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_config *config = &skeleton->world->config;
  const struct sf_core *core = &skeleton->customer.core;
  const int32_t slot = (int32_t)(story->begin / (SLOT_DAYS * SF_DAY) * SLOT_DAYS);
  const int32_t day = config->start_day + slot;
  if (skeleton->first_day > slot || config->days - slot < (int32_t)SLOT_LEAST ||
      sf_core_is_silent(core, day) || sf_core_is_silent(core, day + (int32_t)SLOT_DAYS)) {
    return false;
  }
  sf_nominate(story, nomination, sf_city_region(skeleton->customer.city), REGIONS, SLOT_DAYS);
  nomination->upi_days = sf_own_upi_days(story, (uint32_t)slot, SLOT_DAYS);
  return true;
}

// What the links come to.
struct turnover {
  int64_t in, out;
  uint32_t last_in;  // time
  double waited;     // s from the last arrival to each departure, together
  uint32_t sent, parties;
  uint32_t payee;     // outside, last paid
  bool remote;        // who hires the mules moves the money himself, from his own device
  uint32_t enrolled;  // when the account was first used there by UPI, 0 = not yet
  int64_t by_new;     // paise by UPI from there in the 24 hours since
};

// From the device of who hires, by UPI as far as a new device may.
static void borrow_device(struct sf_story *story, struct turnover *t, struct sf_event *event) {
  if (event->mode != SF_PAYMENT_MODE_UPI) {
    sf_story_foreign_device(story, event);
    return;
  }
  const bool is_new = !t->enrolled || event->time < t->enrolled + SF_DAY;
  const bool takes = !is_new || t->by_new + event->paise <= SF_UPI_NEW_DEVICE;
  if (sf_story_borrow_device(story, event, takes)) {
    t->enrolled = t->enrolled ? t->enrolled : event->time;
    t->by_new += is_new ? event->paise : 0;
  }
}

// Whom a mule outside the ring pays: mostly somebody new, or the one of before; a
// careful one has had dealings before.
static void choose_payee(struct sf_story *story, struct sf_event *event, struct turnover *t) {
  const struct sf_block draw = sf_story_draw(story, 1 + story->rows, 0);
  if (t->payee && draw.word[0] < SF_CHANCE(0.45)) {
    event->payee = t->payee;
  } else if (sf_story_mimics(story, draw.word[1]) || story->twin) {
    event->payee = (event->mode == SF_PAYMENT_MODE_UPI ? SF_PAYEE_UPI : SF_PAYEE_BANK) +
                   sf_below(draw.word[2], 6);
  }
  t->payee = event->payee;
}

static bool add_side(struct sf_story *story, const struct sf_link *link, uint32_t i, bool debit,
                     struct turnover *t) {
  const uint32_t other = debit ? link[i].target : link[i].source;
  struct sf_event *event = sf_story_transfer(
      story, link[i].time, debit ? link[i].source_role : link[i].target_role,
      debit ? SF_DIRECTION_DEBIT : SF_DIRECTION_CREDIT, link[i].mode, other, link[i].paise);
  if (!event) {
    return false;
  }
  bool met = false;
  for (uint32_t j = 0; j < i && other; j++) {
    met = met || link[j].source == other || link[j].target == other;
  }
  t->parties += !met;
  if (!debit) {
    t->in += link[i].paise;
    t->last_in = link[i].time;
    return true;
  }
  if (!other) {
    choose_payee(story, event, t);
  }
  if (t->remote) {
    borrow_device(story, t, event);
  }
  t->out += link[i].paise;
  t->waited += t->last_in ? link[i].time - t->last_in : 0;
  t->sent++;
  if (!story->leg && sf_mule_link_fires(link, i, story->skeleton->customer.id)) {
    sf_story_fires(story, event);
  }
  return true;
}

static bool tell_links(struct sf_story *story, const struct sf_link *link, uint32_t links) {
  const uint32_t customer = story->skeleton->customer.id;
  struct turnover t = {.remote = !story->twin &&
                                 sf_story_shows(story, sf_story_draw(story, 0, 1).word[0])};
  for (uint32_t i = 0; i < links; i++) {
    if (link[i].source == customer && !add_side(story, link, i, true, &t)) {
      return false;
    }
    if (link[i].target == customer && !add_side(story, link, i, false, &t)) {
      return false;
    }
  }
  const double income = (double)story->skeleton->customer.income * 100;
  const double turned = (double)(t.in + t.out) / income;
  const double passed = t.in ? (double)t.out / (double)t.in : 0;
  const double hours = t.sent ? t.waited / t.sent / 3600 : 0;
  sf_story_evidence(story, 0, turned, turned / 4);
  sf_story_evidence(story, 1, passed, passed);
  sf_story_evidence(story, 2, hours, t.sent ? 1 - hours / 48 : 0);
  sf_story_evidence(story, 3, t.parties, t.parties / 8.0);
  sf_story_evidence(story, 4, 1 - passed, passed > 0.7 && passed < 0.99);
  return story->rows > 0;
}

static bool tell(struct sf_story *story) {
  if (story->member) {
    return tell_links(story, story->link, story->links);
  }
  const struct sf_config *config = &story->skeleton->world->config;
  const uint64_t close = (uint64_t)config->days * SF_DAY;
  if ((uint64_t)story->begin + 3 * SF_DAY > close) {
    return false;
  }
  const struct sf_nomination alone = {
      .candidate = {.customer = story->skeleton->customer.id, .number = story->number},
      .camouflage = story->camouflage,
      .upi_days = sf_own_upi_days(story, story->begin / SF_DAY, SLOT_DAYS + 1),
  };
  struct sf_link link[SF_MULE_ALONE_MAX];
  const uint32_t links = sf_mule_alone_deal(config, &alone, story->twin, story->begin,
                                            story->begin + SLOT_DAYS * SF_DAY, link);
  return tell_links(story, link, links);
}

bool sf_mule_account_fraud(struct sf_story *story) { return tell(story); }

// The treasurer of a housing society, the organiser of a savings group, or the one of a
// family to whom money from afar is sent.
bool sf_mule_account_twin(struct sf_story *story) { return tell(story); }

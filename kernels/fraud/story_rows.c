#include <math.h>
#include <string.h>

#include "kernels/activity/mode.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/flesh/amount.h"
#include "kernels/fraud/role.h"
#include "kernels/fraud/story.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/sphere.h"
#include "kernels/random/quantile.h"

// Rows that stories add, by the same laws and lattices as honest rows.

// Puts an event that was just appended under the story.
static struct sf_event *enlist(struct sf_story *story, struct sf_event *event, uint8_t role) {
  event->story = story->index;
  event->leg = story->leg;
  event->role = role;
  event->flags &= (uint8_t) ~(SF_EVENT_PENDING | SF_EVENT_REVERSED);
  event->fail = 0;
  story->rows++;
  if (!story->twin && sf_role_is_fraud(role)) {
    story->fraud_rows[story->leg]++;
  }
  story->start = event->time < story->start ? event->time : story->start;
  story->end = event->time >= story->end ? event->time + 1 : story->end;
  return event;
}

static uint32_t next_number(const struct sf_story *story) {
  return (uint32_t)story->number << 8 | story->rows;
}

struct sf_event *sf_story_add(struct sf_story *story, int64_t time, uint8_t role) {
  if (story->rows == SF_STORY_ROWS_MAX) {
    return NULL;
  }
  struct sf_event *event =
      sf_skeleton_add(story->skeleton, time, SF_SOURCE_STORY, next_number(story));
  story->in_vain = story->in_vain || !event;
  return event ? enlist(story, event, role) : NULL;
}

struct sf_event *sf_story_repeat(struct sf_story *story, uint32_t own, int64_t time, uint8_t role) {
  struct sf_event *event = sf_story_add(story, time, role);
  if (!event) {
    return NULL;
  }
  const struct sf_event *from = &story->skeleton->event[own];
  const struct sf_event added = *event;
  *event = *from;
  event->time = added.time;
  event->ordinal = event->amount_key = added.ordinal;
  event->trip = added.trip;
  event->story = added.story;
  event->leg = added.leg;
  event->role = added.role;
  event->fail = 0;
  event->flags = from->flags & (SF_EVENT_UNATTENDED | SF_EVENT_DELIVERED);
  event->anomaly = event->severity = 0;
  return event;
}

struct sf_event *sf_story_purchase(struct sf_story *story, int64_t time, uint8_t role,
                                   uint8_t subcategory, uint8_t city) {
  const int64_t end = (int64_t)story->skeleton->world->config.days * SF_DAY;
  if (story->rows == SF_STORY_ROWS_MAX || time < 0 || time >= end) {
    story->in_vain = story->in_vain || story->rows < SF_STORY_ROWS_MAX;
    return NULL;
  }
  struct sf_skeleton *skeleton = story->skeleton;
  const uint32_t at = skeleton->events;
  sf_purchase_add(skeleton, (uint32_t)time, SF_SOURCE_STORY, next_number(story), subcategory, city,
                  0);
  if (skeleton->events == at) {
    story->in_vain = true;
    return NULL;
  }
  skeleton->events = at + 1;  // without its follow-ups
  struct sf_event *event = enlist(story, &skeleton->event[at], role);
  event->flags &= (uint8_t)~SF_EVENT_COVERED;
  return event;
}

struct sf_event *sf_story_transfer(struct sf_story *story, int64_t time, uint8_t role,
                                   uint8_t direction, uint8_t mode, uint32_t customer,
                                   int64_t paise) {
  struct sf_event *event = sf_story_add(story, time, role);
  if (!event) {
    return NULL;
  }
  event->type = SF_TRANSACTION_TYPE_TRANSFER;
  event->direction = direction;
  event->subcategory = SF_SUBCATEGORY_PERSON_TO_PERSON;
  event->counterparty = customer;
  event->mode = mode;
  event->instrument = sf_instrument_of(mode);
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = paise;
  event->flags |= SF_EVENT_COVERED;
  const struct sf_customer *payer = &story->skeleton->customer;
  const uint32_t u = sf_redraw(event->ordinal ^ payer->id * 0x9E3779B9u, 5);
  if (direction == SF_DIRECTION_CREDIT) {
    event->channel = SF_CHANNEL_ONLINE;
    event->flags |= SF_EVENT_UNATTENDED;
  } else if (customer) {
    event->channel = SF_CHANNEL_MOBILE;
    event->device = SF_DEVICE_PHONE;
  } else {
    const bool web = mode != SF_PAYMENT_MODE_UPI && payer->devices >= SF_DEVICE_COMPUTER && u & 1;
    event->channel = web ? SF_CHANNEL_ONLINE : SF_CHANNEL_MOBILE;
    sf_device_pick(payer, event, u);
    event->payee = SF_PAYEE_NEW | (u ^ payer->id) >> 1;
  }
  return event;
}

// The last payment at a till before the story's last row, of the story or of honest life;
// SF_NO_EVENT if there is none.
static uint32_t last_till(const struct sf_story *story, uint32_t time) {
  const struct sf_event *event = story->skeleton->event;
  uint32_t last = sf_own_last_till(story, time);
  for (uint32_t e = story->first_event; e + 1 < story->first_event + story->rows; e++) {
    const bool at_till = event[e].channel == SF_CHANNEL_POS && event[e].merchant;
    const bool later = last == SF_NO_EVENT || event[e].time > event[last].time;
    last = at_till && later && event[e].time <= time ? e : last;
  }
  return last;
}

void sf_story_walk(struct sf_story *story, struct sf_event *event) {
  struct sf_skeleton *skeleton = story->skeleton;
  const uint32_t last =
      event->channel == SF_CHANNEL_POS ? last_till(story, event->time) : SF_NO_EVENT;
  if (last == SF_NO_EVENT) {
    return;
  }
  const uint32_t earliest =
      skeleton->event[last].time +
      sf_walk_seconds(skeleton, skeleton->event[last].merchant, event->merchant);
  const uint32_t end = (uint32_t)skeleton->world->config.days * SF_DAY;
  if (earliest <= event->time || earliest >= end) {
    return;
  }
  bool moving;
  const struct sf_trip *trip = sf_skeleton_trip_at(skeleton, earliest, &moving);
  if (!moving && event->trip == (trip ? 1 + (trip - skeleton->trip) : 0)) {
    event->time = earliest;
    story->end = earliest >= story->end ? earliest + 1 : story->end;
  }
}

void sf_story_at_merchant(struct sf_story *story, struct sf_event *event, uint32_t merchant) {
  const struct sf_merchant *shop =
      sf_merchant_get(story->skeleton->cache, &story->skeleton->world->merchants, merchant);
  event->merchant = merchant;
  event->subcategory = shop->subcategory;
}

void sf_story_by_card(struct sf_story *story, struct sf_event *event, uint8_t mode,
                      uint8_t channel) {
  event->mode = mode == SF_PAYMENT_MODE_CREDIT_CARD && story->skeleton->customer.credit_limit <= 0
                    ? SF_PAYMENT_MODE_DEBIT_CARD
                    : mode;
  event->instrument = sf_instrument_of(event->mode);
  event->channel = channel;
  if (channel == SF_CHANNEL_POS) {
    event->device = SF_DEVICE_NONE;
    event->flags &= (uint8_t)~SF_EVENT_DELIVERED;
  } else if (!event->device) {
    event->device =
        channel == SF_CHANNEL_ONLINE && story->skeleton->customer.devices >= SF_DEVICE_COMPUTER
            ? SF_DEVICE_COMPUTER
            : SF_DEVICE_PHONE;
  }
}

void sf_story_price(struct sf_story *story, struct sf_event *event, int32_t level) {
  event->amount_rule = SF_AMOUNT_PRICED;
  event->level = level;
  if (event->merchant) {
    const struct sf_world *world = story->skeleton->world;
    const struct sf_merchant *shop =
        sf_merchant_get(story->skeleton->cache, &world->merchants, event->merchant);
    event->level -= sf_price_shift(&world->laws, shop->price_level);
  }
}

int32_t sf_event_level(const struct sf_skeleton *skeleton, const struct sf_event *event) {
  if (!event->merchant) {
    return event->level;
  }
  const struct sf_world *world = skeleton->world;
  const struct sf_merchant *shop =
      sf_merchant_get(skeleton->cache, &world->merchants, event->merchant);
  return event->level + sf_price_shift(&world->laws, shop->price_level);
}

int64_t sf_event_paise(const struct sf_skeleton *skeleton, const struct sf_event *event) {
  const struct sf_world *world = skeleton->world;
  switch (event->amount_rule) {
    case SF_AMOUNT_FIXED:
      return event->paise;
    case SF_AMOUNT_OF_EVENT:
      return sf_amount_part(sf_event_paise(skeleton, &skeleton->event[event->link]), event->share);
    case SF_AMOUNT_NEAR_EVENT:
      return sf_amount_near(sf_event_paise(skeleton, &skeleton->event[event->link]), event->share);
    case SF_AMOUNT_STATEMENT:
      return 0;
    default:
      break;
  }
  const int32_t level = sf_event_level(skeleton, event);
  const struct sf_block draw =
      sf_draw(world->config.seed, skeleton->customer.id, event->amount_key, SF_STREAM_AMOUNT, 0);
  double paise;
  world->lanes->paise_from_log2(&level, &draw.word[0], 1, &paise);
  return sf_amount_priced(event, paise, draw.word[1]);
}

struct sf_event *sf_story_buy_online(struct sf_story *story, int64_t time, uint8_t role,
                                     uint8_t subcategory, int32_t level, uint32_t u) {
  const struct sf_subcategory_row *row = &sf_subcategories[subcategory];
  struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_world *world = skeleton->world;
  const bool local = row->brick && sf_redraw(u, 21) & 1;
  struct sf_event *event = sf_story_purchase(story, time, role, subcategory,
                                             local ? skeleton->customer.city : SF_CITY_NONE);
  if (!event) {
    return NULL;
  }
  if (!sf_merchant_get(skeleton->cache, &world->merchants, event->merchant)->accepts_online) {
    // The first of the country's merchants is always open and serves everybody.
    event->merchant = sf_merchant_run(&world->merchants, SF_CITY_NONE, subcategory)->first;
  }
  sf_story_pay_online(story, event, level, u);
  return event;
}

void sf_story_pay_online(struct sf_story *story, struct sf_event *event, int32_t level,
                         uint32_t u) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_day *date = &skeleton->world->calendar.day[event->time / SF_DAY];
  sf_story_price(story, event, level);
  sf_mode_pick(&skeleton->customer, date, event, true, sf_redraw(u, 22), sf_redraw(u, 23));
  event->flags &= (uint8_t)~SF_EVENT_DELIVERED;
  if (SF_DELIVERED_CATEGORIES >> sf_subcategories[event->subcategory].category & 1) {
    event->flags |= SF_EVENT_DELIVERED;
  }
}

struct sf_event *sf_story_pay_back(struct sf_story *story, struct sf_event *of, int64_t time,
                                   uint8_t role, uint8_t type) {
  struct sf_event *credit = sf_story_add(story, time, role);
  if (credit) {
    sf_credit_back(story->skeleton, credit, (uint32_t)(of - story->skeleton->event), type, 0);
  }
  return credit;
}

// A place lies around the centre of its city: standard deviation 6 km each way,
// in degrees a unit of Q16.
#define SPREAD_UNIT (6.0 / (111.195 * 65536.0))

void sf_story_place(struct sf_story *story, struct sf_event *event, uint8_t city, uint32_t u) {
  struct sf_skeleton *skeleton = story->skeleton;
  if (skeleton->places == SF_PLACES_MAX) {
    story->in_vain = true;
    return;
  }
  const struct sf_city_row *row = &sf_cities[city];
  struct sf_trip *place = &skeleton->trip[skeleton->trips + skeleton->places++];
  memset(place, 0, sizeof *place);
  place->city = city;
  place->far = 1;
  place->latitude = (float)((double)row->latitude + sf_quantile(&sf_law_normal, u) * SPREAD_UNIT);
  place->longitude =
      (float)((double)row->longitude + sf_quantile(&sf_law_normal, sf_redraw(u, 3)) * SPREAD_UNIT /
                                           sf_cos((double)row->latitude * (SF_PI / 180)));
  sf_unit_vector((double)place->latitude, (double)place->longitude, place->point);
  event->trip = (uint16_t)(skeleton->trips + skeleton->places);
}

uint64_t sf_story_device_key(uint32_t customer, uint16_t number,
                             const struct sf_membership *member) {
  return member ? sf_ring_device_key(member) : (uint64_t)customer << 16 | number;
}

// Channel of the fraudster's device.
static uint8_t foreign_channel(struct sf_story *story) {
  if (!story->device.id) {
    sf_device_foreign(
        &story->device, story->skeleton->world->config.seed,
        sf_story_device_key(story->skeleton->customer.id, story->number, story->member));
  }
  const bool phone = story->device.os == SF_OS_ANDROID || story->device.os == SF_OS_IOS;
  return phone ? SF_CHANNEL_MOBILE : SF_CHANNEL_ONLINE;
}

void sf_story_foreign_device(struct sf_story *story, struct sf_event *event) {
  event->channel = foreign_channel(story);
  event->device = SF_DEVICE_FOREIGN;
}

bool sf_story_borrow_device(struct sf_story *story, struct sf_event *event, bool enrolled) {
  const bool bound =
      (event->mode == SF_PAYMENT_MODE_UPI && !enrolled) || event->mode == SF_PAYMENT_MODE_WALLET;
  // What a till shows is scanned with a phone.
  const bool scanned = event->channel == SF_CHANNEL_POS && event->device;
  const uint8_t channel = scanned ? SF_CHANNEL_MOBILE : event->channel;
  const bool fits = !bound && event->device && channel == foreign_channel(story);
  event->device = fits ? SF_DEVICE_FOREIGN : event->device;
  story->borrows = true;
  return fits;
}

void sf_story_fires(struct sf_story *story, struct sf_event *event) {
  story->fires++;
  event->flags |= SF_EVENT_FIRES;
}

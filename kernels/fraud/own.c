#include "kernels/flesh/amount.h"
#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/story.h"
#include "kernels/world.h"

// The customer's own law: what the honest events say. Stories ask often, and events are
// wide, so that what is asked for is kept beside them.

// Bits of skeleton->own_kind: the type, mode and channel of an event, one each, and these.
#define MODE_BIT SF_TRANSACTION_TYPE_COUNT
#define CHANNEL_BIT (MODE_BIT + SF_PAYMENT_MODE_COUNT)
#define USABLE_BIT (CHANNEL_BIT + SF_CHANNEL_COUNT)
#define DEBIT_BIT (USABLE_BIT + 1)
#define HOME_BIT (DEBIT_BIT + 1)
#define USABLE (1u << USABLE_BIT)
#define DEBIT (1u << DEBIT_BIT)
#define HOME (1u << HOME_BIT)
_Static_assert(HOME_BIT < 32, "what stories ask of an event has a bit each");

static uint32_t kind_of(const struct sf_event *event) {
  const bool usable = !event->fail && event->amount_rule != SF_AMOUNT_OF_EVENT &&
                      event->amount_rule != SF_AMOUNT_STATEMENT &&
                      !(event->flags & (SF_EVENT_PENDING | SF_EVENT_REVERSED));
  return 1u << event->type | 1u << (MODE_BIT + event->mode) | 1u << (CHANNEL_BIT + event->channel) |
         (uint32_t)usable << USABLE_BIT |
         (uint32_t)(event->direction == SF_DIRECTION_DEBIT) << DEBIT_BIT |
         (uint32_t)(event->trip == 0) << HOME_BIT;
}

// Sees to it that skeleton->own_kind and own_time hold the honest events.
static void take_own(const struct sf_story *story) {
  struct sf_skeleton *skeleton = story->skeleton;
  if (skeleton->owned != story->honest) {
    for (uint32_t e = 0; e < story->honest; e++) {
      skeleton->own_kind[e] = kind_of(&skeleton->event[e]);
      skeleton->own_time[e] = skeleton->event[e].time;
    }
    skeleton->owned = story->honest;
  }
}

static struct sf_filter filter_of(const struct sf_own_query *query) {
  const uint32_t any_mode = (1u << SF_PAYMENT_MODE_COUNT) - 1;
  const uint32_t any_channel = (1u << SF_CHANNEL_COUNT) - 1;
  return (struct sf_filter){
      .any = {query->types ? query->types : 1u << SF_TRANSACTION_TYPE_PURCHASE,
              (query->modes ? query->modes : any_mode) << MODE_BIT,
              (query->channels ? query->channels : any_channel) << CHANNEL_BIT},
      .all = USABLE | (query->debit ? DEBIT : 0),
      .from = query->after,
      .to = query->before ? query->before : UINT32_MAX,
  };
}

// Random tries first, so that all that match are equally likely; where they are
// rare, the next one after a random place.
#define PROBES 24u
#define PROBES_AT_ONCE 4u

// The first that matches of some tries.
static uint32_t probe(const struct sf_story *story, const struct sf_filter *filter, uint32_t u) {
  const uint32_t *kind = story->skeleton->own_kind, *time = story->skeleton->own_time;
  for (uint32_t first = 0; first < PROBES; first += PROBES_AT_ONCE) {
    uint32_t e[PROBES_AT_ONCE], found = 0;
    for (uint32_t i = 0; i < PROBES_AT_ONCE; i++) {
      const uint32_t redrawn = sf_redraw(u, first + i);
      e[i] = sf_below(first + i ? redrawn : u, story->honest);
      found |= (uint32_t)(sf_filter_fails(filter, kind[e[i]], time[e[i]]) == 0) << i;
    }
    if (found) {
      return e[__builtin_ctz(found)];
    }
  }
  return SF_NO_EVENT;
}

// The first that matches of the events from .. to-1.
static uint32_t scan(const struct sf_skeleton *skeleton, const struct sf_filter *filter,
                     uint32_t from, uint32_t to) {
  const size_t at = skeleton->world->lanes->find(filter, skeleton->own_kind + from,
                                                 skeleton->own_time + from, to - from);
  return at < to - from ? from + (uint32_t)at : SF_NO_EVENT;
}

uint32_t sf_own_event(const struct sf_story *story, const struct sf_own_query *query, uint32_t u) {
  const struct sf_filter filter = filter_of(query);
  if (story->honest == 0) {
    return SF_NO_EVENT;
  }
  take_own(story);
  uint32_t found = probe(story, &filter, u);
  if (found == SF_NO_EVENT) {
    const uint32_t first = sf_below(sf_redraw(u, PROBES), story->honest);
    found = scan(story->skeleton, &filter, first, story->honest);
    found = found == SF_NO_EVENT ? scan(story->skeleton, &filter, 0, first) : found;
  }
  return found;
}

int32_t sf_own_level(const struct sf_story *story, const struct sf_own_query *query, uint32_t u,
                     int32_t fallback) {
  const uint32_t own = sf_own_event(story, query, u);
  return own == SF_NO_EVENT
             ? fallback
             : sf_level_of_paise(sf_event_paise(story->skeleton, &story->skeleton->event[own]));
}

uint32_t sf_own_upi_days(const struct sf_story *story, uint32_t day, uint32_t days) {
  const struct sf_skeleton *skeleton = story->skeleton;
  struct sf_filter filter = filter_of(&(struct sf_own_query){
      .types = 1u << SF_TRANSACTION_TYPE_TRANSFER,
      .modes = 1u << SF_PAYMENT_MODE_UPI,
      .after = day * SF_DAY,
      .before = (day + days) * SF_DAY,
      .debit = true,
  });
  int64_t paise[32] = {0};
  uint8_t payments[32] = {0};
  take_own(story);
  for (uint32_t e = 0; (e = scan(skeleton, &filter, e, story->honest)) != SF_NO_EVENT; e++) {
    const uint32_t d = skeleton->own_time[e] / SF_DAY - day;
    paise[d] += skeleton->event[e].paise;
    payments[d]++;
  }
  uint32_t free = 0;
  for (uint32_t d = 0; d < days; d++) {
    const bool room = paise[d] <= SF_UPI_OWN_PAISE && payments[d] <= SF_UPI_OWN_PAYMENTS;
    free |= (uint32_t)room << d;
  }
  return free;
}

uint32_t sf_own_second_of_day(const struct sf_story *story, uint32_t u) {
  const struct sf_own_query query = {.debit = true,
                                     .types = 1u << SF_TRANSACTION_TYPE_PURCHASE |
                                              1u << SF_TRANSACTION_TYPE_TRANSFER |
                                              1u << SF_TRANSACTION_TYPE_BILL_PAYMENT};
  const uint32_t own = sf_own_event(story, &query, u);
  // Not to the second, or the same second would show on both.
  const uint32_t second =
      own == SF_NO_EVENT ? 12 * 3600 : story->skeleton->event[own].time % SF_DAY;
  return (second + SF_DAY - 900 + sf_below(sf_redraw(u, 77), 1800)) % SF_DAY;
}

uint32_t sf_own_events_before(const struct sf_story *story, uint32_t time, uint32_t most) {
  uint32_t count = 0;
  for (uint32_t e = 0; e < story->honest && count < most; e++) {
    count += story->skeleton->event[e].time < time;
  }
  return count;
}

#define WALK_MOST 7200u  // s
uint32_t sf_own_last_till(const struct sf_story *story, uint32_t time) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_filter filter =
      filter_of(&(struct sf_own_query){.channels = 1u << SF_CHANNEL_POS,
                                       .after = time > WALK_MOST ? time - WALK_MOST : 0,
                                       .before = time});
  take_own(story);
  uint32_t last = SF_NO_EVENT;
  for (uint32_t e = 0; (e = scan(skeleton, &filter, e, story->honest)) != SF_NO_EVENT; e++) {
    last = last == SF_NO_EVENT || skeleton->own_time[e] > skeleton->own_time[last] ? e : last;
  }
  return last;
}

uint32_t sf_own_next_purchase(const struct sf_story *story, uint32_t earliest, uint32_t channels) {
  const struct sf_skeleton *skeleton = story->skeleton;
  struct sf_filter filter = filter_of(&(struct sf_own_query){.channels = channels});
  filter.all = HOME;
  filter.from = earliest;
  take_own(story);
  return skeleton->world->lanes->least(&filter, skeleton->own_kind, skeleton->own_time,
                                       story->honest);
}

// Median of a sample of the past.
#define SAMPLE 127u

// Amounts of events, paise; shapes [count], at most SAMPLE.
static void amounts(const struct sf_story *story, const uint32_t *index, uint32_t count,
                    int64_t *paise) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_world *world = skeleton->world;
  uint32_t key[SAMPLE], word[4][SAMPLE];
  int32_t level[SAMPLE];
  double priced[SAMPLE];
  for (uint32_t i = 0; i < count; i++) {
    const struct sf_event *event = &skeleton->event[index[i]];
    key[i] = event->amount_key;
    level[i] = sf_event_level(skeleton, event);
  }
  world->lanes->philox(world->config.seed, skeleton->customer.id, key, SF_STREAM_AMOUNT, 0, count,
                       word[0], word[1], word[2], word[3]);
  world->lanes->paise_from_log2(level, word[0], count, priced);
  for (uint32_t i = 0; i < count; i++) {
    const struct sf_event *event = &skeleton->event[index[i]];
    paise[i] = event->amount_rule == SF_AMOUNT_PRICED
                   ? sf_amount_priced(event, priced[i], word[1][i])
                   : sf_event_paise(skeleton, event);
  }
}

// The value that has `rank` values before it in order; moves the others. Partitions without
// a branch, since on which side of the pivot a value lies cannot be foretold.
static int64_t select_rank(int64_t *value, uint32_t count, uint32_t rank) {
  uint32_t low = 0, high = count;  // the rank lies in low .. high-1
  while (high - low > 1) {
    const int64_t pivot = value[low + (high - low) / 2];
    uint32_t less = low;
    for (uint32_t i = low; i < high; i++) {
      const int64_t held = value[i];
      value[i] = value[less];
      value[less] = held;
      less += held < pivot;
    }
    if (rank < less) {
      high = less;
      continue;
    }
    uint32_t equal = less;
    for (uint32_t i = less; i < high; i++) {
      const int64_t held = value[i];
      value[i] = value[equal];
      value[equal] = held;
      equal += held == pivot;
    }
    if (rank < equal) {
      return pivot;
    }
    low = equal;
  }
  return value[rank];
}

int64_t sf_own_median(const struct sf_story *story, uint8_t type, uint32_t before) {
  const uint32_t *kind = story->skeleton->own_kind, *time = story->skeleton->own_time;
  uint32_t *index = story->skeleton->order;  // free until the events are sorted
  uint32_t all = 0;
  take_own(story);
  for (uint32_t e = 0; e < story->honest; e++) {
    index[all] = e;
    all += kind[e] >> type & (time[e] < before);
  }
  const uint32_t step = all / SAMPLE + 1, count = (all + step - 1) / step;
  for (uint32_t i = 0; i < count; i++) {
    index[i] = index[i * step];
  }
  int64_t paise[SAMPLE];
  amounts(story, index, count, paise);
  return count ? select_rank(paise, count, count / 2) : 0;
}

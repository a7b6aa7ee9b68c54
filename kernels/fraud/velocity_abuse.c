#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/campaign.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"

// Velocity abuse: a burst of small online purchases within the hour, mostly at merchants
// that are new to the customer, by a script or by hand. The camouflaged one is a longer
// sitting of the customer's own kind.

#define ROWS_LEAST 5
#define ROWS_MOST 25
#define LN_ROWS_BRAZEN 2.70  // ln 15
#define LN_ROWS_OWN 2.08     // ln 8
#define ROWS_SIGMA 0.3
#define RUPEES_LEAST 50.0
#define RUPEES_RATIO 3.32  // log2 (500 / 50)
// A burst's length, s: that of the hour cannot be hidden; else an evening.
#define SPAN_LEAST 1200
#define SPAN_WIDTH 2200
#define EVENING_SECONDS (5 * 3600)
// A progressive one comes in three bursts over weeks.
#define BURSTS 3u
#define BURST_DAYS 21u
// Tries that the merchant's or the bank's own rules stop, at the brazen end.
#define STOPPED 0.08
// Of the payments at new merchants, those at the shops that the script was written for.
#define SCRIPTED SF_CHANCE(0.9)

uint32_t sf_velocity_abuse_weight(const struct sf_customer *customer) {
  // Somewhat more among those who pay online.
  return 39000 + (uint32_t)(customer->online * 53000.0f);
}

bool sf_velocity_abuse_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

struct burst {
  uint32_t rows, times;
  int64_t begin;
  double gap;  // s, mean
  uint32_t fresh;
  int32_t least, most;  // levels
};

// What such bursts buy: credits of games and of wallets, vouchers, meals, rides.
static uint8_t kind_of(uint32_t u) {
  static const uint8_t kinds[8] = {SF_SUBCATEGORY_DIGITAL_GAMES, SF_SUBCATEGORY_DIGITAL_GAMES,
                                   SF_SUBCATEGORY_WALLET_LOAD,   SF_SUBCATEGORY_ONLINE_MARKETPLACE,
                                   SF_SUBCATEGORY_RESTAURANT,    SF_SUBCATEGORY_FAST_FOOD,
                                   SF_SUBCATEGORY_SUPERMARKET,   SF_SUBCATEGORY_CAB};
  return kinds[u >> 29];
}

static const uint8_t scripted[] = {SF_SUBCATEGORY_DIGITAL_GAMES, SF_SUBCATEGORY_FAST_FOOD,
                                   SF_SUBCATEGORY_RESTAURANT, SF_SUBCATEGORY_STREAMING,
                                   SF_SUBCATEGORY_SUPERMARKET};
static const struct sf_campaign campaign = {.kind = scripted, .kinds = sizeof scripted};

static int32_t level_of(struct sf_story *story, int64_t time, struct sf_block draw) {
  const struct sf_own_query own = {.channels = 1u << SF_CHANNEL_ONLINE | 1u << SF_CHANNEL_MOBILE,
                                   .before = (uint32_t)time};
  const int32_t brazen = sf_level_of_paise((int64_t)(100 * RUPEES_LEAST)) +
                         (int32_t)(draw.word[0] * 0x1p-32 * RUPEES_RATIO * SF_LOG2_UNIT);
  return (int32_t)sf_story_blend(story, brazen, sf_own_level(story, &own, draw.word[1], brazen));
}

// A purchase of a kind, where and as the customer makes such, but not in cash.
static struct sf_event *buy_as_ever(struct sf_story *story, int64_t time, uint8_t kind,
                                    uint32_t u) {
  struct sf_event *event = sf_story_purchase_here(story, time, SF_ROLE_CASH_OUT, kind);
  if (event && event->mode == SF_PAYMENT_MODE_CASH) {
    sf_story_pay_at_till(story, event, event->level, u);
  }
  return event;
}

static bool add_row(struct sf_story *story, struct burst *burst, int64_t time) {
  const struct sf_block draw = sf_story_draw(story, 1 + burst->times, 0);
  const struct sf_block more = sf_story_draw(story, 1 + burst->times, 1);
  // Of one's own payments any will do, at a till too: its code can be scanned from afar.
  const struct sf_own_query query = {
      .modes = ((1u << SF_PAYMENT_MODE_COUNT) - 1) & ~(1u << SF_PAYMENT_MODE_CASH),
      .before = (uint32_t)time};
  const int32_t level = level_of(story, time, draw);
  // A customer's own burst stays with the shops and games that are known.
  const bool known =
      story->twin ? more.word[0] < SF_CHANCE(0.8) : sf_story_mimics(story, more.word[0]);
  const uint32_t own = known ? sf_own_event(story, &query, draw.word[2]) : SF_NO_EVENT;
  struct sf_event *event;
  if (own != SF_NO_EVENT && draw.word[3] & 1) {
    event = buy_as_ever(story, time, story->skeleton->event[own].subcategory,
                        sf_redraw(draw.word[3], 1));
  } else if (own != SF_NO_EVENT) {
    event = sf_story_repeat(story, own, time, SF_ROLE_CASH_OUT);
    if (event && event->channel != SF_CHANNEL_POS) {
      sf_story_pay_online(story, event, level, draw.word[3]);
    }
  } else {
    const uint32_t shop =
        !story->twin && more.word[3] < SCRIPTED ? sf_campaign_shop(story, &campaign, time, 0) : 0;
    event = sf_campaign_buy_online(story, time, SF_ROLE_CASH_OUT, shop, kind_of(draw.word[2]),
                                   level, draw.word[3]);
    burst->fresh++;
  }
  if (!event) {
    return false;
  }
  sf_story_walk(story, event);
  burst->times++;
  const double stopped = story->twin ? 0 : STOPPED * (1 - story->camouflage * 0x1p-16);
  event->fail = sf_failure_of(event, more.word[2]);
  if (more.word[1] * 0x1p-32 < stopped) {
    event->fail =
        more.word[1] & 1 ? SF_RESPONSE_CODE_RISK_DECLINED : SF_RESPONSE_CODE_LIMIT_EXCEEDED;
  }
  const int32_t paid = sf_level_of_paise(sf_event_paise(story->skeleton, event));
  burst->least = paid < burst->least ? paid : burst->least;
  burst->most = paid > burst->most ? paid : burst->most;
  return true;
}

static bool add_burst(struct sf_story *story, struct burst *burst, uint32_t rows, int64_t begin,
                      uint32_t all) {
  const struct sf_block draw = sf_story_draw(story, 0, 2 + burst->times);
  const bool quick = sf_story_shows(story, draw.word[0]);
  const double span = quick ? SPAN_LEAST + sf_below(draw.word[1], SPAN_WIDTH) : EVENING_SECONDS;
  const double gap = span / rows;
  int64_t time = begin;
  for (uint32_t i = 0; i < rows; i++) {
    sf_story_progress(story, burst->times, all);
    if (!add_row(story, burst, time)) {
      return false;
    }
    time = time < story->end ? story->end - 1 : time;
    const double factor = sf_quantile(&sf_law_exponential, sf_redraw(draw.word[2], i)) * 0x1p-16;
    time += 12 + (int64_t)(gap * factor);
  }
  return true;
}

// Rows within the hour before each row: those of the story, and honest ones that come
// after its first.
#define HONEST_MOST 64u
static void mark_firing(struct sf_story *story) {
  const struct sf_event *event = story->skeleton->event;
  uint32_t honest[HONEST_MOST], count = 0;
  for (uint32_t e = 0; e < story->honest && count < HONEST_MOST; e++) {
    if (event[e].time >= story->start && event[e].time < story->end) {
      honest[count++] = event[e].time;
    }
  }
  for (uint32_t i = 0; i < story->rows; i++) {
    struct sf_event *row = &story->skeleton->event[story->first_event + i];
    uint32_t near = 0;
    for (uint32_t j = 0; j < story->rows; j++) {
      const uint32_t time = event[story->first_event + j].time;
      near += time <= row->time && time + 3600 >= row->time;
    }
    for (uint32_t j = 0; j < count; j++) {
      near += honest[j] <= row->time && honest[j] + 3600 >= row->time;
    }
    if (near >= 5) {
      sf_story_fires(story, row);
    }
  }
}

static bool tell(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const double c = story->camouflage * 0x1p-16;
  const double ln_rows = LN_ROWS_BRAZEN + (LN_ROWS_OWN - LN_ROWS_BRAZEN) * c +
                         ROWS_SIGMA * sf_quantile(&sf_law_normal, draw.word[0]) * 0x1p-16;
  const uint32_t rows = (uint32_t)sf_clamp(sf_exp(ln_rows), ROWS_LEAST, ROWS_MOST);
  const bool own_hours = story->twin || sf_story_mimics(story, draw.word[1]);
  const uint32_t second =
      own_hours ? sf_own_second_of_day(story, draw.word[2]) : story->begin % SF_DAY;
  int64_t begin = (int64_t)story->begin / SF_DAY * SF_DAY + second;
  struct burst burst = {.least = INT32_MAX, .most = INT32_MIN};
  if (story->combination == SF_COMBINATION_PROGRESSIVE) {
    const int64_t end = (int64_t)story->skeleton->world->config.days * SF_DAY;
    const int64_t room = (end - begin) / SF_DAY - 1;
    const int64_t days = room < BURST_DAYS ? room : BURST_DAYS;
    for (uint32_t b = 0; b < BURSTS; b++) {
      const uint32_t part = rows * (b + 1) / 6 + 1;
      const int64_t at =
          begin + days * b / (BURSTS - 1) * SF_DAY + sf_below(sf_redraw(draw.word[3], b), 3600);
      if (days < BURSTS || !add_burst(story, &burst, part, at, rows + BURSTS)) {
        return false;
      }
    }
  } else if (!add_burst(story, &burst, rows, begin, rows)) {
    return false;
  }
  mark_firing(story);
  const double hours = (story->end - story->start) / 3600.0 + 0.1;
  const double spread = (burst.most - burst.least) / (double)SF_LOG2_UNIT;
  const double fresh = (double)burst.fresh / burst.times;
  const double rate = burst.times / (hours > 1 ? hours : 1);
  sf_story_evidence(story, 0, rate, rate / 15);
  sf_story_evidence(story, 1, sf_exp2(spread), 1 - spread / 8);
  sf_story_evidence(story, 2, fresh, fresh);
  return true;
}

bool sf_velocity_abuse_fraud(struct sf_story *story) { return tell(story); }

// A gamer who buys credits, or a shopper on the days of a festival's sales.
bool sf_velocity_abuse_twin(struct sf_story *story) { return tell(story); }

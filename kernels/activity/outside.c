#include "kernels/activity/life.h"
#include "kernels/activity/mode.h"
#include "kernels/activity/months.h"
#include "kernels/activity/rails.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Transfers to and from people and firms outside the corpus by the bank's own
// rails (NEFT, IMPS, RTGS), rent, and money received by UPI. What is sent
// outside by UPI stands in transfers.c, since it shares the sender's limits.

// Chance a day of the average customer.
#define BANK_TRANSFER 0.088
#define RECEIVED 0.213
// Of bank transfers, the share by IMPS; of those of large incomes, by RTGS.
#define IMPS_SHARE 0.36
#define RTGS_SHARE 0.09
#define RTGS_INCOME 250000.0f
// Three customers in ten pay rent.
#define TENANTS 300u
// Transfers that hang or are taken back, half each.
#define HUNG 0.002

// Medians (log2 of paise, Q16) and sigma of NEFT and IMPS by persons: means of
// about 13,500 and 13,500 rupees.
#define NEFT_RUPEES 5400.0
#define IMPS_RUPEES 5600.0
#define SIGMA 1.27
#define MOST (SF_IMPS_MOST / 100.0 - 10000.0)  // rupees, below the limit of IMPS after rounding

static struct sf_event *add(struct sf_skeleton *skeleton, int64_t time, uint32_t source,
                            uint32_t number, uint8_t direction, uint8_t mode, int64_t paise) {
  struct sf_event *event = sf_skeleton_add(skeleton, time, source, number);
  if (event) {
    event->type = SF_TRANSACTION_TYPE_TRANSFER;
    event->direction = direction;
    event->subcategory = SF_SUBCATEGORY_PERSON_TO_PERSON;
    event->mode = mode;
    event->instrument = sf_instrument_of(mode);
    event->amount_rule = SF_AMOUNT_FIXED;
    event->paise = paise;
  }
  return event;
}

static void start_from_device(struct sf_skeleton *skeleton, struct sf_event *event, uint32_t v) {
  const struct sf_customer *customer = &skeleton->customer;
  const bool branch = customer->savviness == SF_SAVVINESS_LOW && v < SF_CHANCE(0.375) &&
                      event->mode != SF_PAYMENT_MODE_IMPS &&
                      !skeleton->world->calendar.day[event->time / SF_DAY].banks_closed &&
                      event->time % SF_DAY >= 10 * 3600 && event->time % SF_DAY < 16 * 3600;
  bool moving;
  sf_skeleton_trip_at(skeleton, event->time, &moving);
  if (branch && !moving) {
    event->channel = SF_CHANNEL_BRANCH;
    return;
  }
  const bool web = customer->devices >= SF_DEVICE_COMPUTER && v & 1;
  event->channel = web ? SF_CHANNEL_ONLINE : SF_CHANNEL_MOBILE;
  sf_device_pick(customer, event, v >> 8);
}

// One payment in five within a tenth of a sum that draws questions or costs more stays
// below it (rent, fees, parts of a larger sum).
#define STAYS_BELOW 52u
static int64_t below_limit(double rupees, uint32_t u) {
  static const int32_t limit[4] = {10000, 50000, 200000, 1000000};
  static const int32_t less[8] = {1, 1, 10, 50, 100, 100, 200, 500};
  for (uint32_t i = 0; i < 4; i++) {
    if ((u >> 8 & 0xff) < STAYS_BELOW && rupees > 0.85 * limit[i] && rupees < 1.3 * limit[i]) {
      return limit[i] - less[u & 7];
    }
  }
  return 0;
}

static int64_t rounded(double rupees, uint32_t u) {
  const int64_t below = below_limit(rupees, sf_redraw(u, 11));
  if (below) {
    return 100 * below;
  }
  const int64_t step = (u & 0xff) < 140   ? (rupees >= 10000 ? 1000 : 500)
                       : (u & 0xff) < 220 ? 100
                                          : 1;
  const int64_t value = ((int64_t)rupees + step / 2) / step * step;
  return (value > 0 ? value : step) * 100;
}

static void add_bank_transfer(struct sf_skeleton *skeleton, uint32_t day, struct sf_block draw) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const struct sf_day *date = &world->calendar.day[day];
  const bool imps = draw.word[0] < sf_threshold_q32(IMPS_SHARE);
  const bool rtgs =
      !imps && customer->income >= RTGS_INCOME && draw.word[0] >= sf_threshold_q32(1 - RTGS_SHARE);
  uint8_t mode = imps ? SF_PAYMENT_MODE_IMPS : rtgs ? SF_PAYMENT_MODE_RTGS : SF_PAYMENT_MODE_NEFT;
  const double z = sf_quantile(&sf_law_normal, draw.word[1]) / 65536.0;
  const int32_t shift = customer->core.log2_scale + world->laws.month_shift[date->day_of_month];
  double rupees = (imps ? IMPS_RUPEES : NEFT_RUPEES) * sf_exp(SIGMA * z) * sf_exp2(shift * 0x1p-16);
  if (rtgs) {
    rupees =
        SF_RTGS_LEAST / 100.0 * (1 + sf_quantile(&sf_law_exponential, draw.word[1]) / 131072.0);
    // Some firms' sums are four times as large.
    rupees *= sf_redraw(draw.word[3], 12) < SF_CHANCE(0.1) ? 4 : 1;
  }
  rupees = rupees < 100 ? 100 : rupees > MOST && !rtgs ? MOST : rupees;
  const uint32_t second = sf_hours_pick(&world->hours, customer->occupation, date->is_weekend,
                                        draw.word[2], draw.word[3]);
  const int64_t paise = rounded(rupees, draw.word[3]);
  mode = rtgs && paise < SF_RTGS_LEAST ? SF_PAYMENT_MODE_NEFT : mode;
  struct sf_event *event = add(skeleton, (int64_t)day * SF_DAY + second, SF_SOURCE_BANK_TRANSFER,
                               skeleton->day_index[day] * 2, SF_DIRECTION_DEBIT, mode, paise);
  if (event) {
    const uint32_t usual = (draw.word[2] & 0xff) * (draw.word[2] >> 8 & 0xff) * 6 >> 16;
    event->payee =
        (draw.word[3] >> 8 & 0xff) < 150 ? SF_PAYEE_BANK + usual : SF_PAYEE_NEW | draw.word[2];
    start_from_device(skeleton, event, sf_redraw(draw.word[3], 1));
    if (sf_redraw(draw.word[3], 2) < SF_CHANCE(HUNG)) {
      event->flags |= draw.word[3] & 1 ? SF_EVENT_PENDING : SF_EVENT_REVERSED;
    } else if (event->channel != SF_CHANNEL_BRANCH) {
      event->fail = sf_failure_of(event, sf_redraw(draw.word[3], 13));
    }
  }
}

static void add_received(struct sf_skeleton *skeleton, uint32_t day, struct sf_block draw) {
  const struct sf_world *world = skeleton->world;
  const struct sf_day *date = &world->calendar.day[day];
  const double z = sf_quantile(&sf_law_normal, draw.word[1]) / 65536.0;
  const double shift = skeleton->customer.core.log2_scale * 0x1p-17;
  double rupees = 330.0 * sf_exp(1.9 * z) * sf_exp2(shift);
  rupees = rupees < 1 ? 1 : rupees > 80000 ? 80000 : rupees;
  const uint32_t second = sf_hours_pick(&world->hours, SF_OCCUPATION_FREELANCER, date->is_weekend,
                                        draw.word[2], draw.word[3]);
  const int64_t step = rupees >= 500 ? 100 : (draw.word[3] & 3) ? 10 : 1;
  const int64_t value = ((int64_t)rupees + step / 2) / step * step;
  struct sf_event *event = add(skeleton, (int64_t)day * SF_DAY + second, SF_SOURCE_OUTSIDE_IN,
                               skeleton->day_index[day] * 2 + 1, SF_DIRECTION_CREDIT,
                               SF_PAYMENT_MODE_UPI, (value > 0 ? value : 1) * 100);
  if (event) {
    event->channel = SF_CHANNEL_ONLINE;
    event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  }
}

// Rent: 14 to 26 per cent of the income in the first days of the month, the
// same every month to the same landlord.
static void build_rent(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const struct sf_block habit =
      sf_draw(world->config.seed, customer->id, 0, SF_STREAM_OUTSIDE_TRANSFER, 1);
  if (sf_below(habit.word[0], 1000) >= TENANTS || customer->id != customer->head) {
    return;
  }
  const double share = 0.14 + habit.word[1] * (0.12 * 0x1p-32);
  const double rent = (double)customer->income * share;
  const int64_t below = below_limit(rent, sf_redraw(habit.word[3], 1));
  const int64_t paise =
      below ? 100 * below : (int64_t)(rent < 60000 ? rent : 60000) / 500 * 50000 + 50000;
  struct sf_month month = sf_month_first(&world->calendar);
  for (; month.first < world->config.days; month = sf_month_next(month)) {
    const struct sf_block draw =
        sf_draw(world->config.seed, customer->id, month.key, SF_STREAM_OUTSIDE_TRANSFER, 2);
    const int32_t day =
        month.first + (int32_t)sf_below(habit.word[2], 6) + (draw.word[0] < SF_CHANCE(0.25));
    if (sf_core_is_silent(&customer->core, world->config.start_day + day)) {
      continue;
    }
    struct sf_event *event =
        add(skeleton, (int64_t)day * SF_DAY + 8 * 3600 + sf_below(draw.word[1], 14 * 3600),
            SF_SOURCE_RENT, month.key, SF_DIRECTION_DEBIT,
            habit.word[3] & 1 ? SF_PAYMENT_MODE_NEFT : SF_PAYMENT_MODE_IMPS, paise);
    if (event) {
      event->payee = SF_PAYEE_LANDLORD;
      start_from_device(skeleton, event, draw.word[2]);
    }
  }
}

void sf_outside_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const double activity = customer->core.activity / 65536.0;
  const double pace = activity < 3 ? activity : 3;
  const uint64_t sends = sf_threshold_q32(BANK_TRANSFER * pace);
  const uint64_t receives = sf_threshold_q32(RECEIVED * pace);
  for (uint32_t d = (uint32_t)skeleton->first_day; d < (uint32_t)world->config.days; d++) {
    const uint32_t u = skeleton->day_word[1][d];
    const bool quiet = sf_core_is_quiet(&customer->core, world->config.start_day + (int32_t)d);
    const bool is_sent = u < sends && !quiet;
    const bool is_received = sf_redraw(u, 1) < receives && !(quiet && customer->core.silent);
    if (is_sent || is_received) {
      const uint32_t key = skeleton->day_index[d];
      const uint64_t seed = world->config.seed;
      if (is_sent) {
        add_bank_transfer(skeleton, d,
                          sf_draw(seed, customer->id, key, SF_STREAM_OUTSIDE_TRANSFER, 0));
      }
      if (is_received) {
        add_received(skeleton, d, sf_draw(seed, customer->id, key, SF_STREAM_OUTSIDE_TRANSFER, 3));
      }
    }
  }
  build_rent(skeleton);
}

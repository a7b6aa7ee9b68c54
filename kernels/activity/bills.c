#include "kernels/activity/life.h"
#include "kernels/activity/mode.h"
#include "kernels/activity/months.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Bills that come every month on a day of the customer's own.
struct bill_row {
  uint8_t subcategory;
  uint16_t chance;      // that a customer has it, per mille
  uint8_t first, last;  // due days of the month
  uint8_t variation;    // standard deviation of the log2 amount from month to month, per cent
  uint8_t instrument;   // per cent paid by net banking rather than UPI
};

static const struct bill_row bills[] = {
    {SF_SUBCATEGORY_ELECTRICITY, 790, 3, 24, 35, 12},
    {SF_SUBCATEGORY_LOAN_COLLECTION, 350, 2, 10, 0, 8},
    {SF_SUBCATEGORY_BROADBAND, 165, 1, 26, 0, 15},
    {SF_SUBCATEGORY_CABLE_TV, 185, 1, 28, 6, 4},
    {SF_SUBCATEGORY_STREAMING, 170, 1, 28, 0, 3},
    {SF_SUBCATEGORY_HOUSING_SOCIETY, 150, 1, 10, 4, 20},
    {SF_SUBCATEGORY_SCHOOL, 100, 1, 12, 5, 30},
    {SF_SUBCATEGORY_INSURANCE, 100, 1, 28, 0, 25},
    {SF_SUBCATEGORY_INVESTMENTS, 150, 1, 15, 10, 30},
};
#define BILLS (sizeof bills / sizeof bills[0])
#define NUMBERS_A_MONTH 16u
#define CARD_BILL_NUMBER 15u

// Four bills in five are paid in one sitting on the customer's day for bills.
#define TOGETHER SF_CHANCE(0.8)
// Of bills not paid by net banking, those that holders pay by credit card.
#define CARD_SHARE SF_CHANCE(0.16)
#define SITTING_HABIT 31u
#define SITTING_SECONDS 1500u

// Instant of the month's sitting for bills, no earlier or later than the bill's
// first and last due day.
static int64_t sitting_time(const struct sf_skeleton *skeleton, const struct bill_row *row,
                            const struct sf_month *month, uint32_t u) {
  const struct sf_world *world = skeleton->world;
  const struct sf_block habit =
      sf_draw(world->config.seed, skeleton->customer.id, SITTING_HABIT, SF_STREAM_BILL, 0);
  const struct sf_block draw =
      sf_draw(world->config.seed, skeleton->customer.id, month->key, SF_STREAM_BILL, 2);
  uint32_t due = 1 + sf_below(habit.word[0], 12);
  due = due < row->first ? row->first : due > row->last ? row->last : due;
  const int64_t day = month->first + (int64_t)due - 1;
  const uint32_t second =
      sf_hours_pick(&world->hours, skeleton->customer.occupation, 0, draw.word[0], draw.word[1]) +
      sf_below(u, SITTING_SECONDS);
  return day * SF_DAY + (second < SF_DAY ? second : second - SITTING_SECONDS);
}

static uint32_t bill_time(const struct sf_skeleton *skeleton, uint32_t day, uint32_t u,
                          uint32_t v) {
  const struct sf_world *world = skeleton->world;
  return day * SF_DAY + sf_hours_pick(&world->hours, skeleton->customer.occupation,
                                      world->calendar.day[day].is_weekend, u, v);
}

// The customer's own biller: one of the city that takes payments from afar and
// was there before the corpus, else the country's first.
#define BILLERS_TRIED 4u
static uint32_t biller_of(const struct sf_skeleton *skeleton, uint8_t subcategory, uint32_t u) {
  const struct sf_world *world = skeleton->world;
  const uint8_t home = skeleton->customer.city;
  const bool local = sf_subcategories[subcategory].brick;
  const uint8_t city = local ? home : SF_CITY_NONE;
  const struct sf_merchant_run *run = sf_merchant_run(&world->merchants, city, subcategory);
  uint32_t id = sf_merchant_pick(&world->merchants, city, subcategory, u);
  for (uint32_t i = 0; i < BILLERS_TRIED; i++) {
    const struct sf_merchant *biller = sf_merchant_get(skeleton->cache, &world->merchants, id);
    if (biller->accepts_online && sf_merchant_open(biller, world->config.start_day) &&
        sf_merchant_serves(biller, home)) {
      return id;
    }
    id = id + 1 < run->first + run->count ? id + 1 : run->first;
  }
  return sf_merchant_run(&world->merchants, SF_CITY_NONE, subcategory)->first;
}

static void add_bill(struct sf_skeleton *skeleton, const struct bill_row *row, uint32_t bill,
                     const struct sf_month *month, struct sf_block habit) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const int32_t day =
      month->first + row->first - 1 + (int32_t)sf_below(habit.word[1], 1u + row->last - row->first);
  const bool together = sf_redraw(habit.word[1], 1) < TOGETHER;
  if (!together && (day < 0 || day >= world->config.days)) {
    return;
  }
  const uint32_t number = month->key * NUMBERS_A_MONTH + bill;
  const struct sf_block draw = sf_draw(world->config.seed, customer->id, number, SF_STREAM_BILL, 1);
  const int64_t time = together ? sitting_time(skeleton, row, month, draw.word[0])
                                : bill_time(skeleton, (uint32_t)day, draw.word[0], draw.word[1]);
  if (sf_core_is_silent(&customer->core, world->config.start_day + (int32_t)(time / SF_DAY))) {
    return;
  }
  struct sf_event *event = sf_skeleton_add(skeleton, time, SF_SOURCE_BILL, number);
  if (!event) {
    return;
  }
  const struct sf_laws *laws = &world->laws;
  event->merchant = biller_of(skeleton, row->subcategory, habit.word[3]);
  event->subcategory = row->subcategory;
  event->type = SF_TRANSACTION_TYPE_BILL_PAYMENT;
  event->direction = SF_DIRECTION_DEBIT;
  event->amount_rule = SF_AMOUNT_PRICED;
  event->level = laws->level[row->subcategory] + customer->core.log2_scale +
                 (int32_t)((int64_t)laws->sigma[row->subcategory] *
                               sf_quantile(&sf_law_normal, habit.word[2]) >>
                           16) +
                 sf_quantile(&sf_law_normal, draw.word[2]) * row->variation / 100;
  // A fixed bill is the same to the paisa: its draws are those of the habit.
  if (row->variation == 0) {
    event->amount_key = (uint32_t)SF_SOURCE_BILL << 24 | bill;
  }
  const bool card = customer->credit_limit > 0 && sf_redraw(draw.word[3], 2) < CARD_SHARE;
  const bool bank = sf_below(habit.word[0] << 8, 100) < row->instrument ||
                    event->level > sf_level_of_rupees(100000);
  event->mode = bank   ? SF_PAYMENT_MODE_NET_BANKING
                : card ? SF_PAYMENT_MODE_CREDIT_CARD
                       : SF_PAYMENT_MODE_UPI;
  event->instrument = sf_instrument_of(event->mode);
  event->channel =
      bank && customer->devices >= SF_DEVICE_COMPUTER ? SF_CHANNEL_ONLINE : SF_CHANNEL_MOBILE;
  sf_device_pick(customer, event, draw.word[3]);
  sf_follow_ups_add(skeleton, skeleton->events - 1, sf_redraw(draw.word[2], 1), draw.word[3]);
}

// Days before a bill in which it came about, for those who pay in full and in part.
#define OWES_IN_FULL 31
#define OWES_IN_PART 120

// Whether the card was used in the `days` before the day, or may owe from before the window.
static bool may_owe(const struct sf_skeleton *skeleton, int32_t day, int32_t days) {
  const int32_t first = day - days;
  // The flesh opens cards with 0 to 3 eighths of the limit in use, by these two bits.
  if (first < 0 &&
      sf_draw(skeleton->world->config.seed, skeleton->customer.id, 0, SF_STREAM_ACCOUNT, 0)
                  .word[1] >>
              30 !=
          0) {
    return true;
  }
  const uint32_t from = first < 0 ? 0 : (uint32_t)first * SF_DAY;
  for (uint32_t e = 0; e < skeleton->events; e++) {
    const struct sf_event *event = &skeleton->event[e];
    if (event->mode == SF_PAYMENT_MODE_CREDIT_CARD && event->direction == SF_DIRECTION_DEBIT &&
        !event->fail && event->time >= from && event->time < (uint32_t)day * SF_DAY) {
      return true;
    }
  }
  return false;
}

// The card's bill, three weeks after the statement: most pay all, some a part.
static void add_card_bill(struct sf_skeleton *skeleton, const struct sf_month *month,
                          struct sf_block habit) {
  const struct sf_world *world = skeleton->world;
  const int32_t day = month->first + 4 + (int32_t)sf_below(habit.word[1], 20);
  const bool in_full = habit.word[2] < SF_CHANCE(0.7);
  if (day < skeleton->first_day || day >= world->config.days ||
      sf_core_is_silent(&skeleton->customer.core, world->config.start_day + day) ||
      !may_owe(skeleton, day, in_full ? OWES_IN_FULL : OWES_IN_PART)) {
    return;
  }
  const uint32_t number = month->key * NUMBERS_A_MONTH + CARD_BILL_NUMBER;
  const struct sf_block draw =
      sf_draw(world->config.seed, skeleton->customer.id, number, SF_STREAM_BILL, 1);
  struct sf_event *event =
      sf_skeleton_add(skeleton, bill_time(skeleton, (uint32_t)day, draw.word[0], draw.word[1]),
                      SF_SOURCE_CARD_BILL, number);
  if (!event) {
    return;
  }
  // Issuers by their share of cards; a holder stays with one.
  event->merchant = biller_of(skeleton, SF_SUBCATEGORY_CARD_BILL, habit.word[0]);
  event->subcategory = SF_SUBCATEGORY_CARD_BILL;
  event->type = SF_TRANSACTION_TYPE_BILL_PAYMENT;
  event->direction = SF_DIRECTION_DEBIT;
  event->amount_rule = SF_AMOUNT_STATEMENT;
  // Seven holders in ten pay the bill in full, the others 5 to 55 %.
  event->share = in_full ? 0 : (uint16_t)(3277 + (habit.word[3] >> 17));
  event->mode = SF_PAYMENT_MODE_NET_BANKING;
  event->instrument = SF_INSTRUMENT_ACCOUNT;
  event->channel = SF_CHANNEL_MOBILE;
  event->device = SF_DEVICE_PHONE;
  event->flags = SF_EVENT_COVERED;
}

// What is left of the income goes into a savings plan, of which the bank sees the debit:
// the less a customer pays for other things, the more. Shares of the income.
#define PLAN_NUMBER 14u
#define PLAN_HABIT 30u
#define PLAN_MOST 0.70
#define PLAN_PER_ACTIVITY 0.40
#define PLAN_LEAST 0.04

static void build_plan(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const struct sf_block habit =
      sf_draw(world->config.seed, customer->id, PLAN_HABIT, SF_STREAM_BILL, 0);
  const double wish = 0.7 + habit.word[0] * (0.6 * 0x1p-32);
  const double share = wish * (PLAN_MOST - PLAN_PER_ACTIVITY * (customer->core.activity / 65536.0));
  const int64_t step = customer->income < 40000.0f ? 100 : 500;
  const int64_t rupees = (int64_t)((double)customer->income * share) / step * step;
  if (share < PLAN_LEAST || rupees < step) {
    return;
  }
  const uint32_t merchant = biller_of(skeleton, SF_SUBCATEGORY_INVESTMENTS, habit.word[1]);
  struct sf_month month = sf_month_first(&world->calendar);
  for (; month.first < world->config.days; month = sf_month_next(month)) {
    const int32_t day = month.first + 1 + (int32_t)sf_below(habit.word[2], 12);
    if (day < skeleton->first_day || day >= world->config.days ||
        sf_core_is_silent(&customer->core, world->config.start_day + day)) {
      continue;
    }
    const uint32_t number = month.key * NUMBERS_A_MONTH + PLAN_NUMBER;
    const uint32_t second = 6 * 3600 + sf_below(sf_redraw(habit.word[2], month.key), 5 * 3600);
    struct sf_event *event =
        sf_skeleton_add(skeleton, (int64_t)day * SF_DAY + second, SF_SOURCE_BILL, number);
    if (event) {
      event->merchant = merchant;
      event->subcategory = SF_SUBCATEGORY_INVESTMENTS;
      event->type = SF_TRANSACTION_TYPE_BILL_PAYMENT;
      event->direction = SF_DIRECTION_DEBIT;
      event->amount_rule = SF_AMOUNT_FIXED;
      event->paise = 100 * rupees;
      event->mode = SF_PAYMENT_MODE_NET_BANKING;
      event->instrument = SF_INSTRUMENT_ACCOUNT;
      event->channel = SF_CHANNEL_MOBILE;
      event->device = SF_DEVICE_PHONE;
    }
  }
}

void sf_bills_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const uint64_t seed = world->config.seed;
  // Draws of the habits, all bills at once.
  uint32_t bill[BILLS + 1];
  uint32_t word[4][BILLS + 1];
  for (uint32_t b = 0; b <= BILLS; b++) {
    bill[b] = b;
  }
  world->lanes->philox(seed, customer->id, bill, SF_STREAM_BILL, 0, BILLS + 1, word[0], word[1],
                       word[2], word[3]);
  for (uint32_t b = 0; b <= BILLS; b++) {
    // One more than the table: the bill of the credit card.
    const bool card = b == BILLS;
    if (card && customer->credit_limit <= 0) {
      break;
    }
    const struct sf_block habit = {{word[0][b], word[1][b], word[2][b], word[3][b]}};
    if (!card && sf_below(habit.word[0], 1000) >= bills[b].chance) {
      continue;
    }
    struct sf_month month = sf_month_first(&world->calendar);
    for (; month.first < world->config.days; month = sf_month_next(month)) {
      if (card) {
        add_card_bill(skeleton, &month, habit);
      } else {
        add_bill(skeleton, &bills[b], b, &month, habit);
      }
    }
  }
  build_plan(skeleton);
}

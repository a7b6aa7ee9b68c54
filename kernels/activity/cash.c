#include "kernels/activity/life.h"
#include "kernels/activity/mode.h"
#include "kernels/random/alias.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Cash and charges: withdrawals at machines and branches, deposits, fees.

// Chances a day, Q32 per activity of one: withdrawals by savviness, deposits of
// business owners and of others, fees.
static const double withdrawal_chance[SF_SAVVINESS_COUNT] = {0.062, 0.040, 0.026};
#define DEPOSIT_BUSINESS 0.040
#define DEPOSIT_OTHER 0.0035
#define FEE 0.0032
// Withdrawals at the branch by those who are not at ease with machines.
#define BRANCH_SHARE SF_CHANCE(0.08)

// What machines give, rupees, and how often (mean 5,835).
static const uint16_t notes[16] = {500,  1000, 1000, 2000,  2000,  3000,  4000,  5000,
                                   5000, 5000, 8000, 10000, 10000, 10000, 10000, 10000};

// Deposits that stay just below a sum from which on the bank asks more, and by how much.
#define BELOW_LIMIT SF_CHANCE(0.14)
static const int32_t deposit_limit[4] = {10000, 50000, 50000, 200000};
static const int32_t below_limit[4] = {100, 200, 500, 1000};

// Charges of the bank with 18 % tax, paise.
static const int32_t fees[8] = {1770, 1770, 2360, 2360, 5900, 11800, 17700, 29500};

static int64_t amount_withdrawn(const struct sf_customer *customer, uint32_t u) {
  int64_t rupees = notes[u >> 28];
  // Some take an odd hundred; the well-off take more at once.
  rupees += (u >> 8 & 0xff) < 40 ? 100 * (int64_t)(u >> 16 & 3) : 0;
  rupees += (u & 0xff) < 22 && customer->core.log2_scale > 0 ? 10000 : 0;
  return rupees * 100;
}

static void add_withdrawal(struct sf_skeleton *skeleton, uint32_t day, struct sf_block draw) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  uint32_t second = sf_hours_pick(&world->hours, customer->occupation,
                                  world->calendar.day[day].is_weekend, draw.word[0], draw.word[1]);
  const bool branch = draw.word[3] < BRANCH_SHARE && customer->savviness == SF_SAVVINESS_LOW &&
                      !world->calendar.day[day].banks_closed;
  second = branch ? 10 * 3600 + sf_below(draw.word[1], 6 * 3600) : second;
  bool moving;
  const uint32_t time = day * SF_DAY + second;
  sf_skeleton_trip_at(skeleton, time, &moving);
  struct sf_event *event =
      moving ? NULL : sf_skeleton_add(skeleton, time, SF_SOURCE_CASH, skeleton->day_index[day] * 4);
  if (!event) {
    return;
  }
  event->type = SF_TRANSACTION_TYPE_CASH_WITHDRAWAL;
  event->direction = SF_DIRECTION_DEBIT;
  event->mode = SF_PAYMENT_MODE_CASH;
  event->channel = branch ? SF_CHANNEL_BRANCH : SF_CHANNEL_ATM;
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = amount_withdrawn(customer, draw.word[2]) * (branch ? 2 : 1);
  // Four in a hundred fail, mostly a wrong PIN or a machine out of reach.
  if (draw.word[3] >= SF_CHANCE(0.96) && !branch) {
    static const uint8_t reason[8] = {
        SF_RESPONSE_CODE_WRONG_PIN,          SF_RESPONSE_CODE_WRONG_PIN,
        SF_RESPONSE_CODE_WRONG_PIN,          SF_RESPONSE_CODE_ISSUER_UNAVAILABLE,
        SF_RESPONSE_CODE_ISSUER_UNAVAILABLE, SF_RESPONSE_CODE_LIMIT_EXCEEDED,
        SF_RESPONSE_CODE_RISK_DECLINED,      SF_RESPONSE_CODE_WRONG_PIN};
    event->fail = reason[draw.word[3] & 7];
  }
}

static void add_deposit(struct sf_skeleton *skeleton, uint32_t day, struct sf_block draw) {
  const struct sf_world *world = skeleton->world;
  bool moving;
  const uint32_t time = day * SF_DAY + 10 * 3600 + sf_below(draw.word[0], 6 * 3600);
  sf_skeleton_trip_at(skeleton, time, &moving);
  const bool branch = !world->calendar.day[day].banks_closed && draw.word[1] & 1;
  struct sf_event *event =
      moving ? NULL
             : sf_skeleton_add(skeleton, time, SF_SOURCE_CASH, skeleton->day_index[day] * 4 + 1);
  if (!event) {
    return;
  }
  // A third of a day's takings to a week's, in hundreds; PAN is asked for above 50,000.
  const int64_t rupees = 1000 + ((int64_t)skeleton->customer.income / 4 *
                                     (sf_quantile(&sf_law_exponential, draw.word[2]) >> 2) >>
                                 14);
  const uint32_t u = sf_redraw(draw.word[3], 1);
  const bool below =
      u < BELOW_LIMIT && skeleton->customer.occupation == SF_OCCUPATION_BUSINESS_OWNER;
  event->type = SF_TRANSACTION_TYPE_CASH_DEPOSIT;
  event->direction = SF_DIRECTION_CREDIT;
  event->mode = SF_PAYMENT_MODE_CASH;
  event->channel = branch ? SF_CHANNEL_BRANCH : SF_CHANNEL_ATM;
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = (rupees < 200000 ? rupees : 200000) / 100 * 10000;
  if (below) {
    event->paise = 100 * (int64_t)(deposit_limit[u >> 4 & 3] - below_limit[u & 3]);
  }
  event->flags = SF_EVENT_COVERED;
}

static void add_fee(struct sf_skeleton *skeleton, uint32_t day, struct sf_block draw) {
  struct sf_event *event =
      sf_skeleton_add(skeleton, (int64_t)day * SF_DAY + 1800 + sf_below(draw.word[0], 4 * 3600),
                      SF_SOURCE_FEE, skeleton->day_index[day] * 4 + 2);
  if (event) {
    event->type = SF_TRANSACTION_TYPE_FEE;
    event->direction = SF_DIRECTION_DEBIT;
    event->mode = SF_PAYMENT_MODE_NET_BANKING;
    event->instrument = SF_INSTRUMENT_ACCOUNT;
    event->channel = SF_CHANNEL_ONLINE;
    event->amount_rule = SF_AMOUNT_FIXED;
    event->paise = fees[draw.word[1] >> 29];
    event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  }
}

void sf_cash_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_customer *customer = &skeleton->customer;
  const double activity = customer->core.activity / 65536.0;
  const double pace = 0.4 + 0.6 * activity;
  const double withdrawal = withdrawal_chance[customer->savviness] * (pace < 2 ? pace : 2);
  const double deposit =
      customer->occupation == SF_OCCUPATION_BUSINESS_OWNER ? DEPOSIT_BUSINESS : DEPOSIT_OTHER;
  const uint64_t withdraws = sf_threshold_q32(withdrawal);
  const uint64_t deposits = sf_threshold_q32(deposit);
  const uint64_t pays_fee = sf_threshold_q32(FEE);
  for (uint32_t d = (uint32_t)skeleton->first_day; d < (uint32_t)world->config.days; d++) {
    const uint32_t u = skeleton->day_word[3][d];
    const int32_t date = world->config.start_day + (int32_t)d;
    const bool quiet = sf_core_is_quiet(&customer->core, date);
    const bool is[3] = {!quiet && u < withdraws, !quiet && sf_redraw(u, 1) < deposits,
                        !(quiet && customer->core.silent) && sf_redraw(u, 2) < pays_fee};
    static void (*const add[3])(struct sf_skeleton *, uint32_t, struct sf_block) = {
        add_withdrawal, add_deposit, add_fee};
    for (uint32_t i = 0; i < 3; i++) {
      if (is[i]) {
        add[i](
            skeleton, d,
            sf_draw(world->config.seed, customer->id, skeleton->day_index[d], SF_STREAM_CASH, i));
      }
    }
  }
}
